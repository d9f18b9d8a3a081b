"""The edges of a session: what is asked again, what follows from a figure, which rules and words an instruction has."""

from __future__ import annotations

import backtriage as bt
import pytest
from backtriage.sessions.instruction import InstructionKind as Kind
from tests.sessions.test_exercise_session import AFTER, PERSON, ids, minute, pain, session

CALM = {"exercise_spread": False, "exercise_pain_minutes": 0.0}
BEGIN = bt.default_rulebook().messages.levels[bt.Urgency.ROUTINE].begin


def test_what_exercise_did_is_asked_again_after_more_exercise():
    said = session((0, "", pain(2)), (1, "bridge", pain(2)), (2, "", CALM))
    assert not CALM.keys() & set(said.finish(at=minute(4), pain_score=2).unknown)
    more = session((0, "", pain(2)), (1, "bridge", pain(2)), (2, "", CALM), (3, "walking", pain(2)))
    assert "exercise_spread" in more.finish(at=minute(4), pain_score=2).unknown
    during = session((0, "", pain(2)), (1, "bridge", pain(2) | {"exercise_spread": False}))
    assert set(AFTER) <= set(during.finish(at=minute(4), pain_score=2).unknown)


@pytest.mark.parametrize(
    ("start", "figures", "kind"),
    [
        (3, {"exercise_pain_minutes": 15.5}, Kind.STOP_EVERYTHING),  # any rise is a point at least: from 3 to 4
        (2, {"exercise_pain_minutes": 15.5}, Kind.END_SESSION),  # from 2 to 3 it stays mild
        (3, {"exercise_pain_minutes": 0.0}, Kind.GO_ON),  # no minutes are no rise
        (3, {"exercise_pain_minutes": 0.5}, Kind.STOP_MOVE),
        (3, {"exercise_pain_rise": 0}, Kind.GO_ON),
        (3, {"exercise_pain_rise": 1}, Kind.STOP_MOVE),
        (0, {"exercise_pain_rise": 3}, Kind.GO_ON),
        (0, {"exercise_pain_rise": 4}, Kind.STOP_MOVE),
        (4, {"exercise_pain_rise": 2}, Kind.END_SESSION),
    ],
)
def test_a_rise_that_is_told_is_added_to_the_pain_before(start, figures, kind):
    person = bt.assess(PERSON.profile.with_(pain_score=start), engine="reference")
    told = session((0, "", pain(start)), (5, "bridge", pain(start)), (9, "bridge", figures), of=person).instruction
    assert told.kind is kind


def test_a_rise_that_is_told_without_the_pain_before_stands_by_itself():
    for rise, kind in ((3, Kind.GO_ON), (4, Kind.STOP_MOVE)):
        assert session((5, "bridge", {"exercise_pain_rise": rise})).instruction.kind is kind


def test_an_emergency_names_its_own_rules_and_none_of_lesser_urgency():
    told = session(
        (1, "bridge", {"saddle_numbness_new": True, "fever_or_shivers": True, "night_sweats": True})
    ).instruction
    assert told.kind is Kind.EMERGENCY
    assert ids(told) == ["ces-saddle-numbness"]


def test_what_stops_everything_names_the_rules_of_its_level():
    told = session((1, "bridge", {"fever_or_shivers": True, "night_sweats": True})).instruction
    assert told.kind is Kind.STOP_EVERYTHING
    assert next(rule.id for rule in told.rules if rule.effect.kind == "urgency") == "fever"


def test_a_set_may_be_begun_only_while_the_session_goes_on():
    running = session((0, "", pain(2)), (4, "walking", {"night_sweats": True}))
    assert running.instruction.kind is Kind.GO_ON
    assert BEGIN in running.instruction.text
    over = running.finish(at=minute(5), pain_score=2, denies=["after_exercise"]).instruction
    assert "Arrange an ordinary appointment." in over.text
    assert BEGIN not in over.text


def test_pain_counts_for_no_less_than_before_the_session():
    person = bt.assess(PERSON.profile.with_(pain_score=6), engine="reference")
    for now, counts in ((2, 6), (6, 6), (7, 7)):
        told = session((0, "", pain(6)), (5, "walking", pain(now)), of=person).instruction
        assert told.assessment.profile["pain_score"] == counts


def test_figures_that_are_told_at_the_end_are_known():
    running = session((0, "", pain(2)), (3, "bridge", pain(5)), (4, "", pain(5)))
    told = {"exercise_pain_minutes": 10.0, "exercise_pain_peak": 5, "exercise_pain_rise": 3}
    record = running.finish(at=minute(6), denies=["after_exercise"], **told)
    assert record.unknown == ()
    assert {id_: record.answers[id_] for id_ in told} == told


def test_what_was_there_before_a_session_is_gone_if_it_is_said_and_stays_if_nobody_is_sure():
    person = bt.assess(PERSON.profile.with_(worse_on_strain=True), engine="reference")
    gone = session((0, "", pain(2)), (3, "walking", {"worse_on_strain": False}), of=person).finish(at=minute(5))
    unsure = session((0, "", pain(2)), (3, "walking", {"worse_on_strain": None}), of=person).finish(at=minute(5))
    assert gone.answers["worse_on_strain"] is False
    assert "worse_on_strain" not in {*unsure.answers, *unsure.unknown}


def test_figures_that_are_told_no_longer_stand_once_the_pain_goes_on():
    told = (0, "", pain(2)), (3, "bridge", pain(5)), (10, "", {"exercise_pain_minutes": 7.0})
    assert "exercise_pain_minutes" not in session(*told).finish(at=minute(13)).unknown
    assert "exercise_pain_minutes" in session(*told, (12, "", pain(4))).finish(at=minute(13)).unknown


def test_hours_of_soreness_from_before_a_session_still_count_in_it():
    person = bt.assess(
        PERSON.profile.after({"exercise_sore_hours": 30, **dict.fromkeys(AFTER, False), "exercise_pain_peak": 0}),
        engine="reference",
    )
    told = session((0, "", pain(2)), (3, "walking", pain(2)), of=person).instruction
    assert told.assessment.profile["exercise_sore_hours"] == 30


def test_an_emergency_is_told_without_what_could_not_be_ruled_out_beside_it():
    told = session(
        (0, "", pain(2)), (3, "walking", {"saddle_numbness_new": True, "fever_or_shivers": None})
    ).instruction
    assert told.kind is Kind.EMERGENCY
    assert "Could not be ruled out" not in told.text
    assert told.questions == ()


def test_a_session_without_pain_leaves_none_in_its_record():
    person = bt.assess(PERSON.profile.with_(pain_score=0), engine="reference")
    running = session((0, "", pain(0)), (1, "walking", pain(0)), of=person)
    record = running.finish(at=minute(5), pain_score=0, denies=["after_exercise"])
    assert (record.answers["exercise_pain_peak"], record.answers["exercise_pain_rise"]) == (0, 0)


def test_that_a_session_is_over_is_not_what_an_emergency_begins_with():
    running = session((0, "", pain(2)), (1, "walking", {"saddle_numbness_new": True}))
    over = running.finish(at=minute(2), pain_score=2).instruction
    assert over.kind is Kind.EMERGENCY
    assert "The session is over." not in over.text


def test_a_session_is_as_much_over_at_its_last_report_as_later():
    running = session((0, "", pain(2)), (3, "bridge", pain(5)), (4, "", pain(2)), (5, "bridge", pain(2)))
    at_once, later = (running.finish(at=minute(at)) for at in (5, 6))
    assert at_once.instruction.kind is later.instruction.kind is Kind.GO_ON
    assert at_once.instruction.text == later.instruction.text == "The session is over. Leave out Bridge today."
