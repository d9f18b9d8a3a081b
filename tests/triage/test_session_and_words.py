"""The session, the cautions, the advice and the stop rules: told again from the rules, and the same."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import attrs
import backtriage as bt
import pytest
from backtriage.rulebook.rules import AnyRule, Limited
from backtriage.testing.mutated import assessed
from backtriage.triage.outcome import Allowed
from hypothesis import given

from expected_effects import UNTROUBLED, counted
from strategies import BOOK, VOCABULARY, profiles

PLACES = ("lower_back_pain", "neck_pain", "upper_back_pain", "buttock_pain", "leg_pain_below_knee")
TROUBLES = ("knee_trouble", "wrist_shoulder_trouble", "balance_trouble", "cannot_get_up_from_floor", "osteoporosis")
ENOUGH = 3


def people() -> list[bt.Profile]:
    """People to whom exercises are allowed, few or many."""
    dice = random.Random(20)
    return [
        profile_of(
            age=dice.choice([45, 71]),
            pain_score=3,
            pain_duration_days=dice.choice([3, 14, 42, 100]),
            pain_side=dice.choice(["left", "middle"]),
            eases_direction=dice.choice(["neither", "bending", "arching"]),
            provokes_direction="neither",
            **dict.fromkeys(
                [*dice.sample(PLACES, dice.randint(1, 3)), *dice.sample(TROUBLES, dice.randint(0, 4))], True
            ),
        )
        for _ in range(80)
    ]


def profile_of(**answers: Any) -> bt.Profile:
    return bt.Profile({**UNTROUBLED, **answers}, denies=list(VOCABULARY.checklists))


PEOPLE = people()


def with_session(minutes: int | None, moves: int | None, name: str = "l-session") -> bt.RuleBook:
    """The rulebook with another limit of a session."""
    rule = BOOK.rule("l-session")
    limit = attrs.evolve(rule.effect.limit, session_minutes=minutes, session_moves=moves)
    instead = attrs.evolve(rule, id=name, effect=Limited(limit=limit))
    kept = [one for one in BOOK.rules if one.id != name]
    return attrs.evolve(BOOK, rules=(*kept, instead))


def low_impact_first(entries: Sequence[Allowed]) -> list[Allowed]:
    """Walking, then what else is of low impact, then the rest; otherwise in the order they come in."""
    walks = [entry for entry in entries if "walk" in entry.exercise.tags]
    low = [entry for entry in entries if entry.exercise.low_impact and entry not in walks]
    return [*walks, *low, *(entry for entry in entries if not entry.exercise.low_impact)]


def session(a: bt.Assessment, minutes: int, most: int) -> tuple[AnyRule | None, list[Allowed]]:
    """A walk, then routine after routine until there are three set moves; what no routine names comes last."""
    allowed = {entry.exercise.id: entry for entry in a.allowed}
    walks = [entry for entry in a.allowed if "walk" in entry.exercise.tags]
    chosen, first = list(walks), None
    routines = [(rule, rule.effect.exercises) for rule in a.because if rule.effect.kind == "routine"]
    for rule, order in [*routines, (None, tuple(allowed))]:
        if counted(chosen) >= ENOUGH:
            break
        for entry in [allowed[id_] for id_ in order if id_ in allowed]:
            longer = [*chosen, entry]
            if entry in chosen or (
                entry.dose.repetitions and (counted(longer) > most or seconds(set_moves(longer)) > 60 * minutes)
            ):
                continue
            chosen, first = longer, first or rule
    return first, low_impact_first(chosen)


def set_moves(entries: Sequence[Allowed]) -> list[Allowed]:
    return [entry for entry in entries if entry.dose.repetitions is not None]


def seconds(moves: Sequence[Allowed]) -> int:
    return sum(entry.dose.session_seconds for entry in moves)


@pytest.mark.parametrize(("minutes", "most"), [(15, 5), (2, 5), (3, 9), (15, 2), (15, 1), (1, 5)])
def test_a_session_is_a_walk_and_routines_until_there_are_three_set_moves_within_its_limits(minutes, most):
    book = with_session(minutes, most)
    for profile in PEOPLE:
        a = assessed(book, profile)
        routine, entries = session(a, minutes, most)
        assert list(a.session) == entries
        assert a.routine is routine


def test_a_session_takes_no_more_minutes_than_it_may():
    a = assessed(BOOK, PEOPLE[0])
    for minutes in range(1, seconds(set_moves(a.session)) // 60 + 2):
        _, entries = session(a, minutes, 5)
        assert list(assessed(with_session(minutes, 5), PEOPLE[0]).session) == entries


@pytest.mark.parametrize(("minutes", "moves"), [(1, None), (None, 1), (None, None)])
def test_the_tightest_limit_of_a_session_counts_and_none_is_no_limit(minutes, moves):
    more = with_session(minutes, moves, name="l-session-too")
    without = with_session(None, None)
    for profile in PEOPLE[:20]:
        both = assessed(more, profile)
        assert list(both.session) == session(both, minutes or 15, min(moves or 5, 5))[1]
        free = assessed(without, profile)
        assert list(free.session) == session(free, 24 * 60, len(free.allowed))[1]


def test_what_is_allowed_starts_with_walking_and_low_impact():
    for profile in PEOPLE:
        a = assessed(BOOK, profile)
        catalogue = [
            next(one for one in a.allowed if one.exercise.id == id_)
            for id_ in BOOK.exercises
            if a.status(id_) == "allowed"
        ]
        assert list(a.allowed) == low_impact_first(catalogue)


def test_nobody_has_a_session_without_an_exercise():
    a = assessed(
        BOOK, profile_of(age=45, pain_score=3, pain_duration_days=9, lower_back_pain=True, new_bladder_change=True)
    )
    assert (a.routine, a.session, a.stop_rules) == (None, (), ())


@given(profiles())
def test_advice_waits_while_anything_stops_gentle_exercise_and_cautions_hold_or_may(profile):
    a = bt.assess(profile, engine="reference")
    held = any(
        rule.effect.exercise == "none" if rule.effect.kind == "urgency" else "all" in rule.effect.selectors
        for rule in (*a.because, *a.open)
        if rule.effect.kind in ("urgency", "exclude")
    )
    advice = [rule for rule in a.because if rule.effect.kind == "advise"]
    assert list(a.advice) == [rule for rule in advice if not (held and rule.effect.asks_to_do)]
    cautions = [(rule, certain) for rules, certain in ((a.because, True), (a.open, False)) for rule in rules]
    assert [(one.rule, one.certain) for one in a.cautions] == [
        (rule, certain) for rule, certain in cautions if rule.effect.kind == "caution"
    ]
    stops = [rule for rule in BOOK.rules if rule.effect.kind == "stop"]
    assert list(a.stop_rules) == (stops if a.allowed else [])


@pytest.mark.parametrize("known", [True, None])
def test_a_caution_for_single_exercises_stands_beside_them_alone(known):
    rule = BOOK.rule("c-slip")
    beside = attrs.evolve(rule, effect=attrs.evolve(rule.effect, exercises=("bridge", "pelvic_tilt")))
    book = attrs.evolve(BOOK, rules=tuple(beside if one is rule else one for one in BOOK.rules))
    answers = {"age": 45, "pain_score": 3, "pain_duration_days": 100, "lower_back_pain": True}
    a = assessed(book, profile_of(**answers, eases_direction="neither", known_spondylolisthesis=known))
    assert rule.id not in {one.rule.id for one in a.cautions}
    said = {entry.exercise.id: one for entry in a.allowed for one in entry.cautions if rule.effect.text in one}
    assert said.keys() == {"bridge", "pelvic_tilt"}
    assert {one.startswith("If ") for one in said.values()} == {known is None}


def test_a_caution_that_may_hold_names_its_condition_as_part_of_the_sentence():
    (caution,) = [one for one in bt.assess(age=70).cautions if one.rule.title == "Severe pain"]
    assert caution.text == f"If this applies to you (severe pain): {caution.rule.effect.text}"


@pytest.mark.parametrize("value", [True, None], ids=["present", "not sure"])
def test_what_leaves_the_gentle_moves_holds_no_advice_back_and_what_stops_them_does(value):
    answers = {"age": 45, "pain_score": 3, "pain_duration_days": 20, "lower_back_pain": True, "buttock_pain": True}
    gentle = assessed(BOOK, profile_of(**answers, leg_pain_intolerable=value))
    stopped = assessed(BOOK, profile_of(**answers, night_sweats=True, weight_loss_unexplained=value))
    assert "a-stay-active" in {rule.id for rule in gentle.advice}
    assert "a-stay-active" not in {rule.id for rule in stopped.advice}


@pytest.mark.parametrize(
    ("worst", "rule"), [("saddle_numbness_new", "ces-saddle-numbness"), ("leg_weakness_new", "leg-weakness-new")]
)
def test_only_the_rules_of_the_level_speak_for_it_and_the_others_are_mentioned(worst, rule):
    a = bt.assess({worst: True, "night_sweats": True, "shoulders_hips_stiff": True}, engine="reference")
    assert [one.id for one in a.referral.because] == [rule]
    assert [one.id for one in a.referral.mention if "leg" not in one.id] == ["shoulders-hips-stiff", "night-sweats"]
    assert [text.address for text in a.action.parts if text.address.endswith(".why")] == [f"rules.{rule}.why"]


@pytest.mark.parametrize(("contacted", "released"), [(True, True), (False, False), (None, False)])
def test_pain_long_after_exercise_holds_advice_back_until_somebody_was_asked_about_it(contacted, released):
    answers = {"age": 45, "pain_score": 3, "pain_duration_days": 20, "lower_back_pain": True, "buttock_pain": True}
    hurt = {"exercised_since_onset": True, "exercise_pain_over_15": True, "contacted_about_exercise_pain": contacted}
    a = assessed(BOOK, profile_of(**answers, **hurt))
    assert not any(rule.effect.kind == "urgency" and rule.effect.exercise == "none" for rule in (*a.because, *a.open))
    assert ("a-stay-active" in {rule.id for rule in a.advice}) is released


def test_in_a_crisis_whom_to_ring_about_it_comes_before_whom_an_eye_needs():
    a = bt.assess(painful_red_eye=True, suicidal_thoughts=True, engine="reference")
    assert [rule.id for rule in a.referral.because] == ["red-eye", "suicidal-thoughts"]
    assert [str(whom).startswith("a crisis line") for whom in a.referral.parts][:2] == [True, False]


def test_a_result_is_shown_by_its_urgency_or_by_what_it_can_still_be():
    settled = assessed(BOOK, profile_of(age=45, pain_score=3, pain_duration_days=20, lower_back_pain=True))
    assert repr(settled).startswith("<Assessment self_care: ")
    assert repr(bt.assess()).startswith("<Assessment self_care..emergency: 0 allowed")
