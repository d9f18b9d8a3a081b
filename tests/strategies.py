"""Hypothesis strategies built from a rulebook itself: profiles, refinements, and everything that can go wrong at the
door."""

from __future__ import annotations

import functools

import backtriage as bt
from backtriage.conditions import Compare
from backtriage.findings import Choice, Number, YesNo
from hypothesis import strategies as st

BOOK = bt.default_rulebook()
VOCABULARY = BOOK.vocabulary


@functools.cache
def thresholds(book: bt.RuleBook = BOOK) -> dict[str, tuple[float, ...]]:
    """For every number, each value that a condition compares it with, and one step to each side."""
    values: dict[str, set[float]] = {}
    gates = [gate for finding in book.vocabulary.findings for gate in book.vocabulary.gates_of(finding)]
    for condition in (*gates, *(rule.when for rule in book.rules)):
        for atom in condition.atoms():
            if isinstance(atom, Compare):
                finding = book.vocabulary.findings[atom.finding]
                near = (atom.bound - finding.step, atom.bound, atom.bound + finding.step)
                values.setdefault(atom.finding, set()).update(v for v in near if finding.problem_with(v) is None)
    return {finding: tuple(sorted(found)) for finding, found in values.items()}


def valid(finding) -> st.SearchStrategy:
    """Valid answers to one finding; numbers mostly at the thresholds, where rules turn."""
    if isinstance(finding, YesNo):
        return st.booleans()
    if isinstance(finding, Choice):
        return st.sampled_from(sorted(finding.options))
    assert isinstance(finding, Number)
    steps = int((finding.maximum - finding.minimum) / finding.step)
    anything = st.integers(0, steps).map(lambda n: finding.minimum + n * finding.step)
    edges = thresholds().get(finding.id)
    return st.one_of(st.sampled_from(edges), anything) if edges else anything


FINDINGS = st.sampled_from(sorted(VOCABULARY.findings))
CHECKLISTS = st.lists(st.sampled_from(sorted(VOCABULARY.checklists)), unique=True)


@st.composite
def answers(draw, max_size: int = 12) -> dict[str, object]:
    """Valid answers, one by one, each alone; together they may contradict an implication."""
    names = draw(st.lists(FINDINGS, unique=True, max_size=max_size))
    return {name: draw(valid(VOCABULARY.findings[name])) for name in names}


@st.composite
def profiles(draw) -> bt.Profile:
    """Profiles that go through the door: from nothing known to everything denied but a few findings."""
    given_ = draw(answers())
    denies = draw(st.one_of(st.just(sorted(VOCABULARY.checklists)), CHECKLISTS))
    unsure = draw(st.lists(FINDINGS, unique=True, max_size=2))
    try:
        return bt.Profile(given_, denies=denies, not_sure=[name for name in unsure if name not in given_])
    except bt.ProfileError:
        implied = [
            name for name, value in given_.items() if value is False or VOCABULARY.findings[name].kind != "yes_no"
        ]
        return bt.Profile({name: given_[name] for name in implied})


@st.composite
def refinements(draw) -> tuple[bt.Profile, bt.Profile]:
    """A profile, and the same person after one open question more was answered."""
    before = draw(profiles())
    unknown = [name for name in VOCABULARY.findings if name not in before.known]
    if not unknown:
        return before, before
    name = draw(st.sampled_from(unknown))
    value = draw(valid(VOCABULARY.findings[name]))
    try:
        return before, before.with_({name: value})
    except bt.ProfileError:
        return before, before
