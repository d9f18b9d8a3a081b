"""Hypothesis strategies made from a rulebook itself; each shrinks to a minimal, readable profile.

``rulebook=None`` is the default rulebook, read when the first example is drawn.

>>> from hypothesis import find
>>> find(red_flag_profiles(), lambda profile: "new_bowel_change" in profile.given)
Profile(new_bowel_change=True)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from operator import itemgetter
from typing import Any

from ..errors import ProfileError
from ..findings.ceilings import Ceiling
from ..findings.compiling import Evaluate, compiled
from ..findings.conditions import Value
from ..findings.finding import Choice, Finding, Number, YesNo
from ..findings.vocabulary import Vocabulary, is_said
from ..rulebook.book import RuleBook
from ..rulebook.reading import rulebook_of
from ..rulebook.rules import Offer, Urgency, Urgent
from ..rulebook.thresholds import thresholds, turning_values
from ..triage.profile import Profile
from .drawing import st
from .rulebooks import rulebooks

__all__ = [
    "answers_to",
    "boundary_profiles",
    "profiles",
    "red_flag_profiles",
    "refinements",
    "rulebooks",
    "settled_profiles",
]


def answers_to(finding: Finding, rulebook: RuleBook | None = None) -> st.SearchStrategy[Any]:
    """Valid answers to one finding; numbers mostly at the thresholds, where rules turn."""
    if isinstance(finding, YesNo):
        return st.booleans()
    if isinstance(finding, Choice):
        return st.sampled_from(list(finding.options))
    edges = turning_values(rulebook_of(rulebook)).get(finding.id)
    return st.one_of(st.sampled_from(edges), _any_number(finding)) if edges else _any_number(finding)


@st.composite
def profiles(draw: st.DrawFn, rulebook: RuleBook | None = None, *, max_answers: int = 12) -> Profile:
    """Profiles that go through the door: from nothing known to ordinary people, who deny all but a few findings.

    Args:
        draw: Given by Hypothesis.
        rulebook: Whose findings.
        max_answers: The most findings that are answered one by one; what is ticked on one checklist and what answers
            imply come on top.
    """
    book = rulebook_of(rulebook)
    if draw(st.integers(0, 2)) == 2:
        fitting = draw(_numbers(book)) | draw(_answers(book, 2, red_flags=False)) | draw(_offered(book))
        return _profile(book, fitting, list(book.vocabulary.checklists))
    given = draw(_answers(book, max_answers)) | draw(_ticked(book))
    denies = draw(_denials(book))
    unsure = draw(st.lists(_names(book), unique=True, max_size=2))
    return _profile(book, given, denies, unsure)


@st.composite
def settled_profiles(draw: st.DrawFn, rulebook: RuleBook | None = None) -> Profile:
    """Profiles whose urgency is settled; what it does not need is mostly left out."""
    book = rulebook_of(rulebook)
    alone = [finding for finding in book.vocabulary.findings.values() if finding.checklist is None]
    given = {finding.id: draw(answers_to(finding, book)) for finding in alone if not finding.reported}
    given |= draw(_answers(book, 4))
    whole = _profile(book, given, list(book.vocabulary.checklists))
    return whole if draw(st.integers(0, 3)) == 3 else _needed(whole)


@st.composite
def red_flag_profiles(draw: st.DrawFn, rulebook: RuleBook | None = None) -> Profile:
    """Profiles in which at least one red flag is present. A rulebook without red flags has none."""
    book = rulebook_of(rulebook)
    flags = [
        id_ for id_, finding in book.vocabulary.findings.items() if isinstance(finding, YesNo) and finding.red_flag
    ]
    flag = st.sampled_from(flags) if flags else st.nothing()
    present = draw(st.lists(flag, min_size=1, max_size=6))
    given = draw(_answers(book, 6, red_flags=False)) | dict.fromkeys(present, True)
    return _profile(book, given, draw(_denials(book)))


@st.composite
def refinements(draw: st.DrawFn, profile: Profile, *, max_answers: int = 3) -> Profile:
    """The same person after some more open questions were answered; the profile itself where nothing is unknown.

    >>> import backtriage as bt
    >>> from hypothesis import find
    >>> find(refinements(bt.Profile(age=41)), lambda after: after["fever_or_shivers"] is bt.Answer.PRESENT)
    Profile(age=41, fever_or_shivers=True)
    """
    book = profile.rulebook
    silent = book.vocabulary.heard_through  # an answer to one of these may change what silence said
    unknown = [name for name in book.vocabulary.findings if name not in profile.known and name not in silent]
    if not unknown:
        return profile
    answer = _answer(book, st.sampled_from(unknown))
    answers = st.lists(answer, unique_by=itemgetter(0), min_size=1, max_size=max_answers).map(dict)
    for name, value in draw(st.one_of(answers, _ticked(book))).items():  # not both: they would not shrink together
        if name in unknown and name not in profile.known:  # an earlier answer may have settled it
            with suppress(ProfileError):  # it may contradict what was said behind its gate
                after = profile.with_({name: value})
                profile = profile if after.set_aside.keys() - profile.set_aside.keys() else after
    return profile


@st.composite
def boundary_profiles(draw: st.DrawFn, rulebook: RuleBook | None = None) -> Profile:
    """Profiles at each threshold of each rule and gate, and one step to each side, with what makes it decide.

    A rulebook that compares no number has none.

    >>> from hypothesis import find
    >>> find(boundary_profiles(), lambda profile: profile["age"] == 17)
    Profile(age=17)
    """
    book = rulebook_of(rulebook)
    found = thresholds(book)
    threshold = draw(st.sampled_from(found) if found else st.nothing())
    finding = book.vocabulary.findings[threshold.finding]
    value = draw(st.sampled_from([near for near in threshold.near if finding.problem_with(near) is None]))
    cases = [case for rule in book.rules if rule.id == threshold.owner for case in (*rule.fires, *rule.spares)]
    about = [case for case in cases if threshold.finding in case]
    given = dict(draw(st.sampled_from([{}, {}, *about])))  # never one only: without a choice it would seem simpler
    beside = {pair.of for pair in book.vocabulary.impossible(given | {threshold.finding: value})}
    given = {name: answer for name, answer in given.items() if name not in beside}
    profile = _profile(book, given | {threshold.finding: value}, draw(_denials(book)))
    return profile if threshold.finding not in profile.set_aside else _profile(book, {threshold.finding: value})


# -- help --------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _names(book: RuleBook, *, red_flags: bool = True) -> st.SearchStrategy[str]:
    findings = book.vocabulary.findings
    names = [id_ for id_, finding in findings.items() if red_flags or not finding.red_flag]
    return st.sampled_from(names or list(findings))


@lru_cache(maxsize=16)
def _numbers(book: RuleBook) -> st.SearchStrategy[dict[str, Value]]:
    """Answers to every number that is asked of everybody."""
    findings = book.vocabulary.findings.values()
    asked = [one for one in findings if isinstance(one, Number) and not book.vocabulary.gates_of(one.id)]
    return st.fixed_dictionaries({one.id: _any_number(one) for one in asked})


@lru_cache(maxsize=16)
def _offered(book: RuleBook) -> st.SearchStrategy[dict[str, Value]]:
    """Those for whom the rulebook itself says that an exercise is offered."""
    cases = [dict(case) for rule in book.rules if isinstance(rule.effect, Offer) for case in rule.fires]
    return st.sampled_from([{}, *cases])


@lru_cache(maxsize=16)
def _ticked(book: RuleBook) -> st.SearchStrategy[dict[str, Value]]:
    """Nothing, or some lines of one checklist: one finding of very many comes up a good deal sooner than by itself."""
    lists = [checklist.findings for checklist in book.vocabulary.checklists.values()]
    lines = [st.lists(st.sampled_from(names), unique=True) for names in lists]
    return st.one_of(st.just([]), *lines).map(lambda ticked: dict.fromkeys(ticked, True))


def _any_number(finding: Number) -> st.SearchStrategy[Any]:
    least, step = (int(finding.minimum), int(finding.step)) if finding.integer else (finding.minimum, finding.step)
    steps = int((finding.maximum - finding.minimum) / finding.step)
    return st.integers(0, steps).map(lambda number: least + number * step)


@lru_cache(maxsize=16)
def _denials(book: RuleBook) -> st.SearchStrategy[list[str]]:
    checklists = list(book.vocabulary.checklists)
    some = [st.lists(st.sampled_from(checklists), unique=True)] if checklists else []
    return st.one_of(st.just([]), st.just(checklists), *some)


def _answer(book: RuleBook, names: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, Value]]:
    """One of some findings with an answer, drawn together so that one goes with the other."""
    findings = book.vocabulary.findings
    return names.flatmap(lambda name: st.tuples(st.just(name), answers_to(findings[name], book)))


@lru_cache(maxsize=64)
def _answers(book: RuleBook, max_answers: int, *, red_flags: bool = True) -> st.SearchStrategy[dict[str, Value]]:
    answer = _answer(book, _names(book, red_flags=red_flags))
    return st.lists(answer, unique_by=itemgetter(0), max_size=max_answers).map(dict)


def _profile(
    book: RuleBook, given: Mapping[str, Value], denies: Iterable[str] = (), unsure: Iterable[str] = ()
) -> Profile:
    answers = _consistent(book.vocabulary, given)
    return Profile(answers, denies=denies, not_sure=[name for name in unsure if name not in answers], rulebook=book)


def _consistent(vocabulary: Vocabulary, given: Mapping[str, Value]) -> dict[str, Value]:
    """The answers, with what they say of other findings answered as present, and no number above one it cannot
    exceed."""
    said = [id_ for name, value in given.items() if is_said(value) for id_ in vocabulary.says.get(name, ())]
    answers = {**given, **dict.fromkeys(said, True)}
    while impossible := vocabulary.impossible(answers):
        for pair in impossible:
            _lower(answers, pair, vocabulary.findings[pair.finding])
    return answers


def _lower(answers: dict[str, Value], pair: Ceiling, finding: Finding) -> None:
    """The number at its ceiling, or left out where that is below all that it can be."""
    assert isinstance(finding, Number)  # noqa: S101 - nothing else has a ceiling
    steps = pair.limit(answers[pair.of]) // finding.step  # type: ignore[arg-type]  # nor is one
    lowered = finding.kept(int(steps * finding.step) if finding.integer else steps * finding.step)
    if finding.problem_with(lowered):
        del answers[pair.finding]
    else:
        answers[pair.finding] = lowered


@lru_cache(maxsize=16)
def _urgency(book: RuleBook) -> tuple[list[Urgency], Evaluate]:
    rules = [(rule, rule.effect.level) for rule in book.rules if isinstance(rule.effect, Urgent)]
    return [level for _, level in rules], compiled([rule.when for rule, _ in rules])


def _level(profile: Profile) -> Urgency | None:
    """The urgency, where it is settled."""
    levels, evaluate = _urgency(profile.rulebook)
    fired, open_ = ([levels[number] for number in numbers] for numbers in evaluate(profile.known))
    at_least = max(fired, default=Urgency.SELF_CARE)
    return at_least if max(open_, default=at_least) <= at_least else None


def _needed(whole: Profile) -> Profile:
    """A settled profile without the answers that the level does not need."""
    level, given, denies = _level(whole), dict(whole.given), list(whole.denies)

    def settled() -> bool:
        answers = _consistent(whole.rulebook.vocabulary, given)
        return answers == given and _level(_profile(whole.rulebook, given, denies)) is level

    for name in list(given):
        value = given.pop(name)
        if not settled():
            given[name] = value
    for name in reversed(whole.denies):
        denies.remove(name)
        if not settled():
            denies.append(name)
    return _profile(whole.rulebook, given, denies)
