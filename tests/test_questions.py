"""Which questions are asked, and why an exercise is withheld: told again from the rules, one finding at a time."""

from __future__ import annotations

from collections.abc import Iterable

import backtriage as bt
from backtriage.doses import emptied, limited
from backtriage.rules import AnyRule
from hypothesis import given

from strategies import BOOK, VOCABULARY, profiles

CORE = set(BOOK.sets["core"])


def first_questions(finding: str, profile: bt.Profile) -> set[str]:
    """What to ask first to know an unknown finding: its own question, or what could open the last gate before it."""
    for gate, gated in reversed(VOCABULARY.gates):
        if finding in gated and gate.holds(profile.known) is None:
            return set().union(*(first_questions(one, profile) for one in gate.waits_for(profile.known)))
    return {VOCABULARY.question_of[finding]} if finding in VOCABULARY.question_of else set()


def questions_of(rules: Iterable[AnyRule], profile: bt.Profile) -> set[str]:
    """The questions that could decide open rules."""
    waiting = {finding for rule in rules for finding in rule.when.waits_for(profile.known)}
    return set().union(*(first_questions(finding, profile) for finding in waiting))


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


@given(profiles())
def test_every_exercise_has_the_first_status_that_applies_because_of_the_rules_in_its_way(profile):
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


@given(profiles())
def test_a_question_is_asked_for_the_worst_it_could_reach_or_for_an_exercise_it_could_free_and_none_is_missing(profile):
    if profile.not_sure:
        profile = bt.Profile({name: value for name, value in profile.given.items() if value is not None})
    a = bt.assess(profile, engine="reference")
    wanted: dict[str, bt.Urgency | None] = {}
    for entry in a.withheld:
        waits_for = questions_of(entry.because, profile)
        assert set(entry.waits_for) == waits_for
        wanted |= dict.fromkeys(waits_for)
    for rule in reversed(of_kind(a.open, "urgency")):  # the worst come last here
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
