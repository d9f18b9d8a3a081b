"""Which questions are asked, and why an exercise is withheld: told again from the rules, one finding at a time."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterable, Sequence
from itertools import product

import attrs
import backtriage as bt
import pytest
from backtriage.findings.conditions import Absent, AllOf, AnyOf, AtLeast, Condition, Present
from backtriage.rulebook.doses import emptied, limited
from backtriage.rulebook.rules import AnyRule
from backtriage.testing.mutated import assessed
from backtriage.triage.open_questions import can_be
from hypothesis import given
from hypothesis import strategies as st

from expected_effects import UNTROUBLED
from strategies import BOOK, VOCABULARY, profiles

CORE = set(BOOK.sets["core"])


def first_questions(finding: str, profile: bt.Profile) -> set[str]:
    """What to ask first to know an unknown finding: what could open the last gate before it, or its own question.

    What somebody is not sure of is not asked again, and a gate that it keeps from closing is passed over.
    """
    known, unsure = profile.known, profile.not_sure
    for gate, gated in reversed(VOCABULARY.gates):
        decided = finding not in gated or gate.holds(known) is not None or not can_be(gate, False, known, unsure)
        first = set() if decided else set().union(*(first_questions(one, profile) for one in gate.waits_for(known)))
        if first:
            return first
    return {VOCABULARY.question_of[finding]} if finding in VOCABULARY.question_of and finding not in unsure else set()


def questions_of(rules: Iterable[AnyRule], profile: bt.Profile) -> set[str]:
    """The questions that could decide open rules."""
    waiting = {finding for rule in rules for finding in rule.when.waits_for(profile.known)}
    return set().union(*(first_questions(finding, profile) for finding in waiting))


def could(rule: AnyRule, truth: bool, profile: bt.Profile) -> bool:
    """Whether answers could make an open rule fire, or spare it."""
    stuck = frozenset(one for one in profile.not_sure - profile.known.keys() if not first_questions(one, profile))
    return can_be(rule.when, truth, profile.known, stuck)


def worth_deciding(a: bt.Assessment) -> list[AnyRule]:
    """The open urgency rules that could fire, and those that could be spared where nothing as urgent stays open."""
    rules = of_kind(a.open, "urgency")
    left = [rule.effect.level for rule in rules if not could(rule, False, a.profile)]
    return [rule for rule in rules if could(rule, True, a.profile) or all(rule.effect.level > level for level in left)]


def freeing(because: Sequence[AnyRule], a: bt.Assessment) -> set[str]:
    """The questions that could free an exercise: none where something stays in its way whatever is answered."""
    if of_kind(because, "urgency"):
        if not all(could(rule, False, a.profile) for rule in because):
            return set()
        return questions_of([rule for rule in worth_deciding(a) if rule in because], a.profile)
    offers = of_kind(because, "offer")
    others = [rule for rule in because if rule not in offers]
    offered = not offers or any(could(rule, True, a.profile) for rule in offers)
    free = offered and all(could(rule, False, a.profile) for rule in others)
    return questions_of(because, a.profile) if free else set()


def unsure_of_more(profile: bt.Profile) -> bt.Profile:
    """The same person, not sure of every second question that is left."""
    left = [
        id_ for id_ in VOCABULARY.asking_order if not set(VOCABULARY.questions[id_].findings) <= profile.known.keys()
    ]
    try:
        return profile.after(dict.fromkeys(one for id_ in left[::2] for one in VOCABULARY.questions[id_].findings))
    except bt.ProfileError:
        return profile


def stops(rule: AnyRule, id_: str) -> bool:
    return rule.effect.exercise == "none" or (rule.effect.exercise == "gentle" and id_ not in CORE)


def of_kind(rules: Iterable[AnyRule], kind: str) -> list[AnyRule]:
    return [rule for rule in rules if rule.effect.kind == kind]


def about(rules: Iterable[AnyRule], kind: str, id_: str) -> list[AnyRule]:
    """The exclusions, offers or limits of an exercise."""
    of = [(rule, rule.effect.limit if kind == "limit" else rule.effect) for rule in of_kind(rules, kind)]
    return [rule for rule, effect in of if id_ in effect.exercises]


def emptying(id_: str, certain: list[AnyRule], possible: list[AnyRule]) -> list[AnyRule]:
    """The limits without which something of a choice would be left: the possible ones, where there are any."""
    dose = BOOK.exercises[id_].dose
    if dose is None:
        return []
    lost = emptied(dose, limited(dose, [rule.effect.limit for rule in (*certain, *possible)]))
    return [rule for rule in possible or certain if not lost.isdisjoint(rule.effect.limit.only)]


def doubts(id_: str, a: bt.Assessment) -> list[AnyRule]:
    """The open rules in the way of an exercise: those of urgency; once these are closed, those about it alone."""
    if urgent := [rule for rule in of_kind(a.open, "urgency") if stops(rule, id_)]:
        return urgent
    limits = emptying(id_, about(a.because, "limit", id_), about(a.open, "limit", id_))
    offers = [] if about(a.because, "offer", id_) else about(a.open, "offer", id_)
    return [*about(a.open, "exclude", id_), *limits, *offers]


def status(id_: str, a: bt.Assessment) -> str:
    """The first that applies."""
    stopped = [rule for rule in of_kind(a.because, "urgency") if stops(rule, id_)]
    if stopped or about(a.because, "exclude", id_) or emptying(id_, about(a.because, "limit", id_), []):
        return "excluded"
    if not about((*a.because, *a.open), "offer", id_):
        return "not_offered"
    return "withheld" if doubts(id_, a) else "allowed"


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    """Conditions in which each finding stands once."""
    leaves: list[Condition] = [draw(st.sampled_from([Present, Absent]))(f"f{number}") for number in range(5)]
    while len(leaves) > 1:
        terms = tuple(leaves[: draw(st.integers(2, 3))])
        kinds = [AllOf(terms), AnyOf(terms), AtLeast(2, terms)]
        leaves = [*leaves[len(terms) :], draw(st.sampled_from(kinds))]
    return leaves[0]


@given(conditions(), st.lists(st.sampled_from([True, False, None, "stuck"]), min_size=5, max_size=5), st.booleans())
def test_a_condition_can_be_true_or_false_if_some_answers_to_what_is_not_stuck_make_it_so(condition, answers, truth):
    names = {f"f{number}": answer for number, answer in enumerate(answers)}
    known = {name: answer for name, answer in names.items() if isinstance(answer, bool)}
    open_ = [name for name, answer in names.items() if answer is None]
    every = (dict(zip(open_, values, strict=True)) for values in product([True, False], repeat=len(open_)))
    possible = any(condition.holds({**known, **more}) is truth for more in every)
    stuck = frozenset(name for name, answer in names.items() if answer == "stuck")
    assert can_be(condition, truth, known, stuck) is possible


def nearly_done() -> list[bt.Profile]:
    """People who have denied all but a list or two, with a doubt or a sign here and there: one rule or two are open."""
    dice = random.Random(8)
    lists, yes_no = list(VOCABULARY.checklists), sorted(VOCABULARY.yes_no)
    found: list[bt.Profile] = []
    while len(found) < 120:
        places = dict.fromkeys(dice.sample(["lower_back_pain", "neck_pain", "buttock_pain"], dice.randint(1, 2)), True)
        answers = {"age": dice.choice([17, 45, 60, 66]), "pain_score": dice.choice([3, 7]), **places}
        answers |= {"pain_duration_days": dice.choice([3, 20, 100]), "eases_direction": "neither"}
        answers |= dict.fromkeys(dice.sample(yes_no, dice.randint(0, 2)), True)
        unsure = dice.sample([one for one in yes_no if one not in answers], dice.randint(0, 2))
        left = dice.sample(lists, dice.randint(1, 2))
        with contextlib.suppress(bt.ProfileError):  # they contradict each other
            found.append(bt.Profile(answers, denies=[one for one in lists if one not in left], not_sure=unsure))
    return found


NEARLY_DONE = nearly_done()


def test_the_nearly_done_are_of_all_kinds():
    found = [bt.assess(profile, engine="reference") for profile in NEARLY_DONE]
    assert {a.final for a in found} == {a.settled for a in found} == {True, False}
    assert sum(bool(a.withheld) for a in found) > 20
    assert any(a.allowed for a in found)


@pytest.mark.parametrize("number", range(0, len(NEARLY_DONE), 20))
def test_for_the_nearly_done_too(number):
    for profile in NEARLY_DONE[number : number + 20]:
        check_statuses(profile)
        check_questions(profile)


@given(profiles())
def test_every_exercise_has_the_first_status_that_applies_because_of_the_rules_in_its_way(profile):
    check_statuses(profile)


@given(profiles() | profiles().map(unsure_of_more))
def test_a_question_is_asked_for_the_worst_it_could_reach_or_for_an_exercise_it_could_free_and_none_is_missing(profile):
    check_questions(profile)


def check_statuses(profile: bt.Profile) -> None:
    a = bt.assess(profile, engine="reference")
    for id_ in BOOK.exercises:
        assert a.status(id_) == status(id_, a), id_
    for entry in a.withheld:
        assert list(entry.because) == doubts(entry.exercise.id, a)
    for entry in a.excluded:
        id_ = entry.exercise.id
        urgent = [rule for rule in of_kind(a.because, "urgency") if stops(rule, id_)]
        limits = emptying(id_, about(a.because, "limit", id_), [])
        assert list(entry.because) == [*urgent, *about(a.because, "exclude", id_), *limits]
    for entry in a.allowed:
        assert list(entry.because) == about(a.because, "offer", entry.exercise.id)
        limits = about((*a.because, *a.open), "limit", entry.exercise.id)
        assert entry.dose == limited(entry.exercise.dose, [rule.effect.limit for rule in limits])


def check_questions(profile: bt.Profile) -> None:
    a = bt.assess(profile, engine="reference")
    wanted: dict[str, bt.Urgency | None] = {}
    for entry in a.withheld:
        waits_for = freeing(entry.because, a)
        assert set(entry.waits_for) == waits_for
        wanted |= dict.fromkeys(waits_for)
    for rule in reversed(worth_deciding(a)):  # the worst come last here
        if rule.effect.level > a.at_least:
            wanted |= dict.fromkeys(questions_of([rule], profile), rule.effect.level)
    asked = {entry.question.id: entry.could_reach for entry in a.questions}
    assert asked == wanted
    assert len(asked) == len(a.questions)
    order = {id_: place for place, id_ in enumerate(VOCABULARY.asking_order)}
    worst_first = sorted(
        a.questions, key=lambda one: (-one.could_reach.rank if one.could_reach else 0, order[one.question.id])
    )
    assert list(a.questions) == worst_first


def test_an_exercise_is_asked_for_while_any_place_could_offer_it_whatever_stays_open():
    lists = [one for one in VOCABULARY.checklists if one != "where"]
    answers = {"age": 45, "pain_score": 3, "pain_duration_days": 100, "neck_pain": True, "eases_direction": "neither"}
    a = bt.assess(answers, denies=lists, not_sure=["buttock_pain"], engine="reference")
    (entry,) = [one for one in a.withheld if one.exercise.id == "pelvic_tilt"]
    assert {rule.id for rule in entry.because} >= {"o-core-low", "o-core-leg"}
    assert entry.waits_for == ("where",)


@pytest.mark.parametrize(("side", "status"), [("left", "excluded"), ("right", "allowed"), (None, "withheld")])
def test_limits_that_leave_no_side_exclude_and_those_that_may_leave_none_withhold(side, status):
    left = BOOK.rule("l-side-left")
    right = attrs.evolve(BOOK.rule("l-side-right"), when=left.when)
    book = attrs.evolve(BOOK, rules=tuple(right if one.id == right.id else one for one in BOOK.rules))
    answers = {"age": 45, "pain_score": 3, "pain_duration_days": 100, "lower_back_pain": True, "pain_side": side}
    a = assessed(book, bt.Profile({**UNTROUBLED, **answers}, denies=list(VOCABULARY.checklists)))
    assert a.status("standing_side_bend") == status
    because = [one.because for one in (*a.excluded, *a.withheld) if one.exercise.id == "standing_side_bend"]
    assert [rule.id for rules in because for rule in rules if rule.effect.kind == "limit"] == (
        [] if side == "right" else ["l-side-left", "l-side-right"]
    )
