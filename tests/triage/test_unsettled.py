"""Who could not answer everything is told what could not be ruled out, and nothing that an open answer could forbid."""

from __future__ import annotations

import backtriage as bt
import pytest
from hypothesis import given

from strategies import BOOK, VOCABULARY, profiles

ALL = list(VOCABULARY.checklists)
CHOICES = ["sex_at_birth", "nerve_feeling_limb"]
PEOPLE = {
    "a stiff, fused spine, and perhaps a small fall": (
        {"age": 52, "pain_duration_days": 5, "fused_spine": True, "recent_injury": None, "minor_injury_recent": None},
        "An injury to a stiff, fused spine",
    ),
    "chest pain on effort, perhaps": (
        {"age": 61, "pain_duration_days": 9, "effort_trouble": None, "chest_pain_on_effort": None},
        "Chest pain on effort in the last month",
    ),
    "operated eight weeks ago, and perhaps a fever": (
        {
            "age": 44,
            "pain_duration_days": 20,
            "spine_surgery_12_weeks": True,
            "needle_or_drip": True,
            "spine_procedure_3_months": True,
            "fever_or_shivers": None,
        },
        "shivering",
    ),
}


def assessed(answers: dict[str, object]) -> bt.Assessment:
    return bt.assess({"pain_score": 4, "lower_back_pain": True, **answers}, denies=ALL, region="GB")


@pytest.mark.parametrize("name", PEOPLE)
def test_the_page_and_the_messages_name_what_could_not_be_ruled_out(name):
    answers, words = PEOPLE[name]
    a = assessed(answers)
    assert a.final
    page = " ".join(str(a).split())
    assert words in page[page.index("Could not be ruled out: ") :]
    said = [message.text for message in a.messages()]
    assert any(text.startswith("Could not be ruled out:\n- ") for text in said)
    assert any(text.startswith("Could not be answered:\n- ") for text in said)


def test_of_many_questions_that_could_not_be_answered_those_of_an_emergency_come_first():
    figures = ["exercise_pain_rise", "exercise_pain_peak", "exercise_pain_minutes"]
    a = bt.assess(age=52, pain_score=5, pain_duration_days=20, not_sure=[*ALL, *CHOICES, *figures])
    asked = [line for line in str(a).splitlines() if line.startswith("Could not be answered: ")]
    assert any("new or worse in the last 2 weeks" in line for line in asked)
    assert asked[-1] == "Could not be answered: and others"


@given(profiles())
def test_what_could_not_be_ruled_out_is_all_that_keeps_it_open_the_worst_first(profile):
    a = bt.assess(profile)
    levels = [rule.effect.level for rule in a.not_ruled_out]
    assert bool(levels) is a.final
    if a.final:
        assert levels == sorted(levels, reverse=True)
        assert levels[0] is a.could_be
        above = [rule for rule in a.open if rule.effect.kind == "urgency" and rule.effect.level > a.at_least]
        assert list(a.not_ruled_out) == above


def test_what_is_no_worse_than_what_is_certain_need_not_be_ruled_out():
    unsure = dict.fromkeys(["fever_or_shivers", "constant_pain_worsening", "night_sweats"])
    a = assessed({"age": 65, "pain_duration_days": 20, "leg_pain_below_knee": True, "leg_weakness": True, **unsure})
    assert (a.at_least, a.final) == (bt.Urgency.SOON, True)
    assert {"constant-pain", "night-sweats"} <= {rule.id for rule in a.open}
    assert [rule.id for rule in a.not_ruled_out] == ["fever-nerve-sign", "fever"]


@pytest.mark.parametrize("open_", ["weight_loss_unexplained", "new_spine_lump", "both_legs_old_unassessed"])
def test_nobody_keeps_moving_while_a_tumour_or_the_cord_could_not_be_ruled_out(open_):
    legs = {"limb_nerve_feeling": True, "nerve_feeling_limb": "leg", "both_legs_old": True}
    more = legs if open_.startswith("both") else dict.fromkeys(VOCABULARY.implied.get(open_, ()))
    a = assessed({"age": 50, "pain_duration_days": 100, **more, open_: None})
    soon = BOOK.messages.levels[bt.Urgency.SOON]
    assert a.final
    assert soon.moving not in a.action.message
    assert a.action.level is not bt.Urgency.SOON or soon.resting in a.action.message


@given(profiles())
def test_to_move_is_said_only_where_a_gentle_exercise_would_not_be_stopped(profile):
    a = bt.assess(profile)
    soon = BOOK.messages.levels[bt.Urgency.SOON]
    if soon.moving in a.action.message and not a.final:
        urgent = [rule for rule in a.open if rule.effect.kind == "urgency"]
        assert not any(rule.effect.exercise == "none" and rule.effect.level >= a.action.level for rule in urgent)


@pytest.mark.parametrize(
    ("unsure", "moves"),
    [({}, True), ({"first_episode": None}, True), ({"constant_pain_worsening": None}, False)],
    ids=["nothing open", "what is open leaves gentle exercise", "what is open stops every exercise"],
)
def test_shoulders_that_are_stiff_are_kept_moving_unless_what_is_open_would_stop_every_exercise(unsure, moves):
    a = assessed({"age": 65, "pain_duration_days": 20, "shoulders_hips_stiff": True, **unsure})
    assert (a.urgency, a.allowed) == (bt.Urgency.SOON, ())
    assert (BOOK.messages.levels[bt.Urgency.SOON].moving in a.action.message) is moves


def test_weakness_that_could_not_be_ruled_out_is_kept_moving():
    a = assessed({"age": 45, "pain_duration_days": 20, "leg_pain_below_knee": True, "leg_weakness": None})
    assert a.final
    assert BOOK.messages.levels[bt.Urgency.SOON].moving in a.action.message


def test_where_nothing_open_needs_help_today_that_is_what_is_said():
    a = assessed({"age": 65, "pain_duration_days": 20, "constant_pain_worsening": None})
    assert (a.at_least, a.could_be, a.final) == (bt.Urgency.SELF_CARE, bt.Urgency.SOON, False)
    assert [text.address for text in a.action.parts] == ["messages.unsettled_mild"]


@pytest.mark.parametrize(
    ("left", "unsure", "walks"),
    [
        (["health_b"], [], True),
        (["health_b", "where"], [], True),  # where it hurts makes it routine at most
        (["emergency_nerves"], [], False),
        (["where"], ["saddle_numbness_new"], False),  # what nobody could answer is not asked, and no history either
    ],
)
def test_a_walk_is_said_while_nothing_but_history_could_make_it_today(left, unsure, walks):
    asked = [one for one in ALL if one not in left]
    place = {} if "where" in left else {"lower_back_pain": True}
    a = bt.assess({"age": 65, "pain_score": 4, "pain_duration_days": 20, **place}, denies=asked, not_sure=unsure)
    assert a.could_be >= bt.Urgency.SAME_DAY
    said = ["messages.unsettled", *["messages.unsettled_walking"] * walks]
    assert [text.address for text in a.action.parts] == said


def test_who_may_do_the_gentle_set_alone_is_told_of_that_set():
    soon = BOOK.messages.levels[bt.Urgency.SOON]
    a = assessed({"age": 45, "pain_duration_days": 20, "leg_pain_below_knee": True, "leg_pain_intolerable": True})
    assert a.allowed
    assert soon.gentle in a.action.message
    assert soon.begin not in a.action.message


@pytest.mark.parametrize(("sign", "first"), [("shoulders_hips_stiff", False), ("leg_weakness_new", True)])
def test_what_is_certain_is_said_before_the_next_question_from_the_same_day_on(sign, first):
    said = [text.address for text in bt.assess({sign: True}).action.parts]
    assert (said[-1] == "messages.unsettled") is first
    assert (said[0] == "messages.unsettled") is not first


def test_too_many_painkillers_and_perhaps_ill_from_them_names_the_emergency_number():
    a = assessed({"age": 39, "pain_duration_days": 30, "too_many_painkillers": True, "overdose_unwell_or_meant": None})
    assert "ring 999 or 112 now" in a.action.locked[0]


def test_a_raised_risk_of_infection_is_told_that_fever_is_an_emergency():
    for risk in ("weak_immune_or_tb", "injects_drugs", "serious_infection_or_dialysis"):
        a = assessed({"age": 30, "pain_duration_days": 200, risk: True, "getting_worse": False})
        assert any("go to hospital at once" in entry.text for entry in a.cautions)
        ill = assessed({"age": 30, "pain_duration_days": 200, risk: True, "fever_or_shivers": True})
        assert ill.urgency is bt.Urgency.EMERGENCY
