"""A second contact: what the comparison adds, what still holds, and that it never counts for less than the first."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import attrs
import backtriage as bt
import pytest
from backtriage.episode.comparing import BY_TIME_ALONE, NEW_SIGNS
from backtriage.findings.conditions import Absent, NotApplicable
from backtriage.rulebook.book import RuleBook
from backtriage.sessions.session_record import SessionRecord
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from strategies import BOOK, VOCABULARY, profiles

EVERYTHING = list(VOCABULARY.checklists)
FIRST_AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
ELAPSED = st.sampled_from(
    [timedelta(0), timedelta(hours=25), timedelta(days=3), timedelta(days=14), timedelta(days=90)]
)


def after(days: float) -> datetime:
    return FIRST_AT + timedelta(days=days)


def person(**answers: object) -> bt.Assessment:
    ordinary = {
        "age": 41,
        "pain_score": 4,
        "pain_duration_days": 20,
        "lower_back_pain": True,
        "eases_direction": "neither",
        "provokes_direction": "neither",
    }
    return bt.assess({**ordinary, **answers}, denies=EVERYTHING, engine="reference")


def again(first, now, days: float = 1):
    return bt.reassess(first, now, previous_at=FIRST_AT, at=after(days))


def added(result) -> list[str]:
    return [one.finding for one in result.added]


# -- what the comparison adds ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "days", "adds"),
    [
        (5, 0.9, []),
        (5, 1, ["getting_worse"]),
        (4, 1, []),
        (3, 30, []),
        (4, 13.9, []),
        (4, 14, ["not_improving"]),
        (5, 14, ["getting_worse", "not_improving"]),
        (3, 14, []),
    ],
)
def test_worse_and_not_better_by_the_review_date_are_added(score, days, adds):
    result = again(person(), {"pain_score": score}, days)
    assert added(result) == adds
    assert all("the pain was 4" in one.because for one in result.added)
    assert all(result.assessment.profile[finding] is bt.Answer.PRESENT for finding in adds)


def test_no_pain_at_all_is_not_called_not_better():
    assert added(again(person(pain_score=0), {"pain_score": 0}, 20)) == []


@pytest.mark.parametrize(("sign", "new"), NEW_SIGNS.items())
@pytest.mark.parametrize(("days", "certain"), [(3, True), (14, True), (14.1, False)])
def test_a_nerve_sign_that_was_not_there_within_two_weeks_is_new(sign, new, days, certain):
    denied = again(person(), {sign: True, new: False}, days)
    assert (new in added(denied)) is certain
    assert denied.assessment.profile[new] is (bt.Answer.PRESENT if certain else bt.Answer.ABSENT)
    unsaid = again(person(), {sign: True}, days)
    assert unsaid.assessment.profile[new] is (bt.Answer.PRESENT if certain else bt.Answer.UNKNOWN)  # then it is asked


@pytest.mark.parametrize(("days", "words"), [(0.5, "less than a day"), (1.5, "1 day"), (2, "2 days")])
def test_what_is_new_says_how_long_ago_it_was_not_there(days, words):
    (one,) = again(person(), {"leg_weakness": True}, days).added
    assert one.because.startswith(f"not there {words} earlier, there now: ")


def test_pain_that_rose_within_the_day_is_not_yet_worse_and_whether_it_gets_worse_is_asked():
    assert again(person(), {"pain_score": 4}, 0.5).asked_again == ()
    assert again(person(), {"pain_score": 5}, 0.5).asked_again == ("getting_worse",)


def test_a_sign_behind_a_closed_gate_opens_it():
    result = again(person(), {"leg_weakness": True}, 20)
    assert result.assessment.profile["limb_nerve_feeling"] is bt.Answer.UNKNOWN
    assert "limb_nerve_feeling" in result.asked_again


def test_a_sign_that_was_there_before_or_was_never_asked_is_not_called_new():
    there = person(leg_weakness=True, leg_pain_below_knee=True)
    second = again(there, {"leg_weakness": True})
    assert added(second) == []
    assert second.assessment.profile["leg_weakness_new"] is bt.Answer.ABSENT  # it is not asked again either
    assert added(again(bt.assess(age=41), {"leg_weakness": True})) == []


def test_the_rules_decide_what_an_added_finding_means():
    assert str(again(person(), {"pain_score": 5}).assessment.at_least) == "routine"
    assert str(again(person(cancer_ever=True), {"pain_score": 5}).assessment.at_least) == "same_day"
    assert str(again(person(), {"both_legs_old": True}).assessment.at_least) == "emergency"


def test_everything_the_comparison_names_is_a_finding_of_the_rulebook():
    named = {"getting_worse", "not_improving", *NEW_SIGNS, *NEW_SIGNS.values(), *BY_TIME_ALONE}
    assert named <= set(VOCABULARY.findings)


# -- what still holds --------------------------------------------------------------------------------------------------


def test_within_its_time_and_with_nothing_changed_the_first_assessment_stands():
    first = person()
    second = again(first, {}, 1)
    assert second.asked_again == ()
    assert (second.assessment.urgency, second.assessment.profile["pain_duration_days"]) == (first.urgency, 21)


def test_a_red_flag_that_was_there_and_is_said_again_is_no_change_for_the_worse():
    assert again(person(night_sweats=True), {"night_sweats": True}).asked_again == ()


@pytest.mark.parametrize(("days", "stands"), [(0.1, True), (1, True), (1.1, False)])
def test_answers_of_who_was_still_being_asked_stand_as_long_as_what_they_could_come_to(days, stands):
    first = bt.assess(age=41, denies=["emergency_nerves"])
    assert (first.valid_hours, BOOK.messages.levels[first.could_be].valid_hours) == (0, 24)
    assert (again(first, {}, days).asked_again == ()) is stands


def test_after_its_time_no_red_flag_is_still_denied_and_the_pain_is_asked_again():
    late = again(person(night_sweats=True), {}, 7.1)
    assert late.assessment.profile["night_sweats"] is bt.Answer.PRESENT
    assert late.assessment.profile["saddle_numbness_new"] is bt.Answer.UNKNOWN
    assert late.assessment.profile["pain_score"] is None
    assert late.assessment.profile["age"] == 41
    assert {"saddle_numbness_new", "pain_score"} <= set(late.asked_again)
    assert late.assessment.could_be is bt.Urgency.EMERGENCY
    assert again(person(), {}, 7).assessment.could_be is bt.Urgency.SELF_CARE


def test_a_new_red_flag_has_everything_asked_again_and_ends_clearances():
    first = person(cleared_exercise=True, told_not_to_exercise=True)
    assert first.status("bridge") == "allowed"
    second = again(first, {"pain_score": 6})
    assert second.assessment.profile["saddle_numbness_new"] is bt.Answer.UNKNOWN
    assert second.assessment.profile["cleared_exercise"] is bt.Answer.UNKNOWN
    assert second.assessment.profile["pain_duration_days"] is None  # it counts from the last change for the worse
    kept = again(first, {"pain_score": 6, "cleared_exercise": True}).assessment.profile
    assert kept["cleared_exercise"] is bt.Answer.PRESENT  # given again: it is of after the change


def test_an_answer_of_now_counts_before_an_earlier_one():
    second = again(person(), {"pain_score": 2, "pain_duration_days": 3, "denies": EVERYTHING}, 20)
    assert (second.assessment.profile["pain_score"], second.assessment.profile["pain_duration_days"]) == (2, 3)
    assert second.assessment.settled


# -- never less --------------------------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(profiles(), profiles(max_answers=5), ELAPSED)
@example(bt.Profile(foot_drop=True), bt.Profile(denies=["leg_signs"], leg_weakness=False), timedelta(0))
@example(bt.Profile(aortic_aneurysm=True, pain_duration_days=14), bt.Profile(), timedelta(days=3))
@example(bt.Profile(new_bladder_change=True), bt.Profile(denies=EVERYTHING), timedelta(days=90))
@example(bt.Profile(foot_drop=True), bt.Profile(leg_weakness=False, new_spine_lump=True), timedelta(0))
@example(
    bt.Profile(denies=EVERYTHING, leg_weakness=True),
    bt.Profile(denies=EVERYTHING, lower_back_pain=True, age=18, pain_score=0, pain_duration_days=0),
    timedelta(0),
)
def test_a_second_contact_never_counts_for_less_than_the_first(first, now, elapsed):
    before = bt.assess(first, engine="reference")
    result = bt.reassess(before, now, previous_at=FIRST_AT, at=FIRST_AT + elapsed)
    behind = [gate for id_ in now.given if now.known[id_] is not False for gate in VOCABULARY.gates_of(id_)]
    opened = {atom.finding for gate in behind for atom in gate.atoms()}  # no longer absent, whatever was said of it
    standing = [rule for rule in before.because if opened.isdisjoint(_absent(rule))]
    floor = max([rule.effect.level for rule in standing if rule.effect.kind == "urgency"], default=bt.Urgency.SELF_CARE)
    assert result.assessment.at_least >= floor
    assert result.assessment.could_be >= before.at_least
    for kept in result.kept:
        assert kept.rule in result.assessment.because or kept.rule not in standing
        assert not (VOCABULARY.findings[kept.finding].red_flag and kept.was is False)


def _absent(rule) -> set[str]:
    return {atom.finding for atom in rule.when.atoms() if isinstance(atom, Absent)}


@settings(max_examples=50, deadline=None)
@given(profiles(), ELAPSED)
@example(bt.Profile(exercised_since_onset=None, exercise_chest_pain_or_faint=None), timedelta(days=1, seconds=3600))
def test_silence_at_the_second_contact_is_never_a_no(first, elapsed):
    result = bt.reassess(first, {}, previous_at=FIRST_AT, at=FIRST_AT + elapsed)
    before, now = first.known, result.assessment.profile.known
    for id_, finding in VOCABULARY.findings.items():
        if finding.red_flag and before.get(id_) is True:
            assert now[id_] is True
        if finding.red_flag and id_ not in before:
            assert now.get(id_) is not False
    assert result.added == ()


@settings(max_examples=50, deadline=None)
@given(profiles(), st.sampled_from(sorted(id_ for id_, one in VOCABULARY.findings.items() if one.red_flag)), ELAPSED)
def test_a_red_flag_said_now_counts_as_it_does_at_a_first_contact(first, flag, elapsed):
    try:
        alone = bt.assess({flag: True}, engine="reference")
        result = bt.reassess(first, {flag: True}, previous_at=FIRST_AT, at=FIRST_AT + elapsed)
    except bt.ProfileError:
        return  # a contradiction with what was answered is told, never settled silently
    assert result.assessment.at_least >= alone.at_least


def test_what_is_kept_is_named_with_its_rule():
    result = again(person(new_bladder_change=True), {"denies": EVERYTHING}, 2)
    assert [(one.finding, one.was, one.said, one.rule.id) for one in result.kept] == [
        ("new_bladder_change", True, False, "ces-bladder")
    ]
    assert "Still counts as it was said then: Trouble starting" in str(result)


def test_an_improvement_that_does_not_lower_the_level_is_taken_as_it_is():
    result = again(person(pain_score=6, night_sweats=True), {"pain_score": 2}, 2)
    assert result.kept == ()
    assert result.assessment.profile["pain_score"] == 2


# -- after a session ---------------------------------------------------------------------------------------------------


def record(*reports: tuple[float, str, dict[str, object]], of: bt.Assessment | None = None, **last: object):
    running = bt.ExerciseSession(of or person())
    for at, move, answers in reports:
        running.report(answers, at=FIRST_AT + timedelta(minutes=at), move=move)
    return running.finish(at=FIRST_AT + timedelta(minutes=60), **last)


def test_the_record_of_a_session_feeds_the_next_assessment():
    session = record((0, "", {"pain_score": 2}), (5, "bridge", {"pain_score": 5}), (25, "", {"pain_score": 4}))
    result = again(person(), session, 0.1)
    assert result.assessment.could_be > bt.Urgency.SELF_CARE
    assert result.assessment.allowed == ()
    answered = {**session.answers, "exercise_pain_peak": 5, "denies": ["after_exercise"]}
    told = again(person(), answered, 0.1).assessment
    assert str(told.urgency) == "routine"
    assert "exercise-pain-15" in [rule.id for rule in told.because]
    assert told.allowed == ()
    assert again(person(), {**answered, "contacted_about_exercise_pain": True}, 0.1).assessment.allowed


FLAGS = sorted(id_ for id_, finding in VOCABULARY.findings.items() if finding.red_flag)
BEGINNINGS = [
    {},
    {"age": 67, "pain_duration_days": 9},
    {"age": 25, "pain_duration_days": 100, "pain_score": 1},
    {"exercised_since_onset": True, "exercise_pain_peak": 2, "exercise_sore_hours": 3},
    {"cancer_ever": False, "osteoporosis": True},
    {"sex_at_birth": "female", "age": 30},
    {"fever_or_shivers": None},
]


@st.composite
def sessions(draw: st.DrawFn) -> tuple[bt.Assessment, SessionRecord]:
    """An assessment that allows exercise, and the record of a session begun with it in which something was said."""
    began = person(**draw(st.sampled_from(BEGINNINGS)), **draw(st.sampled_from([{}, {"sickle_cell": None}])))
    assume(began.allowed)
    running, at = bt.ExerciseSession(began), FIRST_AT
    moves = ["", *(entry.exercise.id for entry in began.allowed)]
    answer = st.sampled_from([True, True, False, None])
    for _ in range(draw(st.integers(1, 3))):
        answers = draw(st.dictionaries(st.sampled_from(FLAGS), answer, max_size=3))
        answers |= draw(st.fixed_dictionaries({}, optional={"pain_score": st.integers(0, 10)}))
        with suppress(bt.ProfileError):  # it may contradict what was said before
            running.report(answers, at=at, move=draw(st.sampled_from(moves)))
        at += timedelta(minutes=draw(st.integers(0, 20)))
    return began, running.finish(at=at)


@settings(max_examples=150, deadline=None)
@given(sessions(), st.sampled_from([0, 0, 1, 20]))
def test_what_was_certain_in_a_session_is_certain_after_it(session, days):
    began, known = session
    result = bt.reassess(began, known, previous_at=FIRST_AT, at=known.finished + timedelta(days=days))
    at_its_end = known.instruction.assessment
    assert result.assessment.at_least >= max(at_its_end.at_least, began.at_least)
    assert result.assessment.could_be >= at_its_end.at_least
    flags = {id_ for id_ in FLAGS if at_its_end.profile.known.get(id_) is True}
    assert flags <= {id_ for id_, value in result.assessment.profile.known.items() if value is True}


def test_a_no_in_a_session_to_a_sign_that_was_there_takes_nothing_back_after_it_either():
    first = person(osteoporosis=True)
    session = record((0, "", {"osteoporosis": False}), of=first)
    assert session.instruction.assessment.profile["osteoporosis"] is bt.Answer.PRESENT
    result = bt.reassess(first, session, previous_at=FIRST_AT, at=session.finished)
    assert result.assessment.profile["osteoporosis"] is bt.Answer.PRESENT


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ({"aortic_aneurysm": True}, "emergency"),  # with pain of less than two weeks, which was said before
        ({"sickle_cell": True, "pain_score": 8}, "emergency"),
        ({"needle_or_drip": True}, "same_day"),
    ],
    ids=lambda said: next(iter(said)) if isinstance(said, dict) else said,
)
def test_an_emergency_of_a_session_is_one_at_the_next_contact(said, level):
    first = person(pain_duration_days=9)
    session = record((0, "", {"pain_score": 4}), (5, "walking", said), of=first)
    assert str(session.instruction.assessment.at_least) == level
    for days in (0.1, 1, 20):
        assert str(again(first, session, days).assessment.at_least) == level


@settings(max_examples=100, deadline=None)
@given(profiles(), st.sets(st.sampled_from(FLAGS), min_size=1, max_size=3))
@example(bt.Profile(age=41, pain_duration_days=9), {"aortic_aneurysm"})
@example(bt.Profile(pain_score=7, denies=["health_a"]), {"sickle_cell"})
def test_two_contacts_at_the_same_moment_are_never_calmer_than_one(first, flags):
    said = dict.fromkeys(flags, True)
    try:
        together = bt.assess(first.after(said), engine="reference")
    except bt.ProfileError:
        return  # a contradiction is told, never settled silently
    result = bt.reassess(first, said, previous_at=FIRST_AT, at=FIRST_AT)
    assert result.assessment.at_least >= together.at_least


@pytest.mark.parametrize(("sign", "new"), NEW_SIGNS.items())
@pytest.mark.parametrize("days", [0, 3, 20])
def test_a_red_flag_is_not_forgotten_when_its_older_twin_is_said(sign, new, days):
    before = {new: True} if sign in VOCABULARY.implied.get(new, ()) else {sign: False, new: True}
    first = bt.assess({**before, "stroke_signs": True})  # an emergency without it, so that no level keeps it
    result = again(first, {sign: True}, days)
    assert result.assessment.profile[new] is bt.Answer.PRESENT
    assert result.assessment.at_least >= first.at_least


@settings(max_examples=60, deadline=None)
@given(profiles(), st.sampled_from(FLAGS), ELAPSED)
def test_a_doubt_takes_back_no_red_flag_that_was_there(first, flag, elapsed):
    try:
        there = bt.assess(first.after({flag: True}), engine="reference")
    except bt.ProfileError:
        return
    result = bt.reassess(there, {flag: None}, previous_at=FIRST_AT, at=FIRST_AT + elapsed)
    assert result.assessment.profile[flag] is bt.Answer.PRESENT
    assert result.assessment.at_least >= there.at_least


def test_pain_that_a_session_raised_is_not_pain_that_gets_worse():
    session = record((0, "", {"pain_score": 4}), (5, "bridge", {"pain_score": 6}))
    assert added(again(person(), session, 5)) == []
    assert added(again(person(), {"pain_score": 6}, 5)) == ["getting_worse"]


def test_what_a_session_left_unknown_is_asked_and_holds_every_exercise_up():
    session = record((0, "", {"pain_score": 2}), (5, "bridge", {"pain_score": 5}))
    result = again(person(), session, 0.1)
    assert set(session.unknown) <= set(VOCABULARY.findings) - set(result.assessment.profile.known)
    assert result.assessment.allowed == ()
    assert not result.assessment.settled
    assert "x-pain-15" in [rule.id for rule in result.assessment.open]


def test_a_session_that_went_well_changes_nothing():
    good = record((0, "", {"pain_score": 2}), (5, "bridge", {"pain_score": 2}), pain_score=2, denies=["after_exercise"])
    assert good.unknown == ()
    result = again(person(), good, 0.1)
    assert result.assessment.urgency is bt.Urgency.SELF_CARE
    assert result.assessment.status("bridge") == "allowed"


def test_contact_about_earlier_pain_is_none_about_the_pain_of_this_session():
    first = person(
        exercised_since_onset=True,
        exercise_pain_peak=5,
        exercise_pain_rise=3,
        exercise_pain_minutes=20.0,
        exercise_sore_hours=2,
        contacted_about_exercise_pain=True,
    )
    assert first.status("bridge") == "allowed"
    hurt = record((0, "", {"pain_score": 2}), (5, "bridge", {"pain_score": 5}), (25, "", {"pain_score": 4}), of=first)
    assert again(first, hurt, 0.1).assessment.allowed == ()
    well = record(
        (0, "", {"pain_score": 2}), (5, "bridge", {"pain_score": 2}), pain_score=2, denies=["after_exercise"], of=first
    )
    assert again(first, well, 0.1).assessment.status("bridge") == "allowed"


@pytest.mark.parametrize(("peak", "still"), [(5, bt.Answer.PRESENT), (6, bt.Answer.UNKNOWN)])
def test_contact_about_pain_says_nothing_of_worse_pain_that_is_told_later(peak, still):
    answers = {"exercise_pain_peak": 5, "exercise_pain_rise": 3, "exercise_pain_minutes": 20.0}
    first = person(exercised_since_onset=True, **answers, contacted_about_exercise_pain=True)
    second = again(first, {"exercise_pain_peak": peak}, 0.1).assessment
    assert second.profile["contacted_about_exercise_pain"] is still


@pytest.mark.parametrize(("hours", "halved"), [(24, False), (25, True)])
def test_soreness_of_more_than_a_day_halves_the_dose(hours, halved):
    good = record((0, "", {"pain_score": 2}), (5, "bridge", {"pain_score": 2}), pain_score=2, denies=["after_exercise"])
    now = again(person(), {**good.answers, "exercise_sore_hours": hours}, 2).assessment
    ordinary = {entry.exercise.id: entry.dose.repetitions for entry in person().allowed}
    dose = {entry.exercise.id: entry.dose.repetitions for entry in now.allowed}
    assert (dose["bridge"].start == max(1, ordinary["bridge"].start // 2)) is halved
    assert (dose["bridge"] == ordinary["bridge"]) is not halved


def test_weakness_in_a_session_is_the_same_day_it_is_and_asks_everything_again():
    session = record((0, "", {"pain_score": 2}), (5, "bridge", {"leg_weakness": True}))
    result = again(person(), session, 0.1)
    assert result.assessment.at_least >= bt.Urgency.SAME_DAY
    assert "saddle_numbness_new" in result.asked_again


# -- the door ----------------------------------------------------------------------------------------------------------


def test_the_first_contact_may_be_an_assessment_its_data_its_profile_or_answers():
    first = person(night_sweats=True)
    given_as = [first, json.loads(first.to_json()), first.profile, first.profile.to_dict()]
    results = [again(one, {"pain_score": 5}).assessment.profile for one in given_as]
    assert all(one == results[0] for one in results)


@pytest.mark.parametrize(
    "change",
    [
        {"at_least": "self_care"},
        {"could_be": "routine"},
        {"at_least": 7},
        {"profile": None},
        {"profile": {"new_bladder_change": "no"}},
        {"rulebook": None},
        {"rulebook": {"id": "backtriage"}},
        {"region": "XX"},
    ],
)
def test_a_forged_first_assessment_is_refused(change):
    data = json.loads(person(new_bladder_change=True).to_json())
    with pytest.raises(bt.ProfileError):
        again({**data, **change}, {})


def test_everything_wrong_with_a_first_assessment_is_named_at_once():
    data = json.loads(person().to_json())
    with pytest.raises(bt.ProfileError) as caught:
        again({**data, "profile": 7, "rulebook": None}, {})
    assert [problem.where for problem in caught.value.problems] == ["previous.profile", "previous.rulebook"]


def test_answers_that_were_of_no_rulebook_are_not_called_those_of_another():
    assert again({"pain_score": 4}, {}).rulebook_changed is None
    assert again(person().profile, {}).rulebook_changed is None


def test_a_rulebook_changed_between_says_so():
    data = json.loads(person().to_json())
    data["rulebook"] = {**data["rulebook"], "version": "0.0.9", "digest": "0" * 64}
    result = again(data, {})
    assert (result.rulebook_changed.version, result.to_dict()["rulebook_changed"]["version"]) == ("0.0.9", "0.0.9")
    assert "The rules have changed since: then backtriage 0.0.9" in str(result)
    assert again(person(), {}).rulebook_changed is None
    other: RuleBook = attrs.evolve(BOOK, identity=attrs.evolve(BOOK.identity, digest="1" * 64))
    first = person()
    moved = bt.reassess(first, {}, previous_at=FIRST_AT, at=after(1), rulebook=other)
    assert (moved.rulebook_changed, moved.assessment.rulebook) == (first.rulebook, other.identity)
    assert bt.reassess(first.profile, {}, previous_at=FIRST_AT, at=after(1), rulebook=other).rulebook_changed


@pytest.mark.parametrize(
    ("previous_at", "at", "where"),
    [
        (FIRST_AT, after(-1), ["at"]),
        (FIRST_AT.replace(tzinfo=None), after(1), ["previous_at"]),
        (FIRST_AT, "2026-11-21", ["at"]),
        (7, None, ["previous_at", "at"]),
    ],
)
def test_times_are_checked(previous_at, at, where):
    with pytest.raises(bt.ProfileError) as caught:
        bt.reassess(person(), {}, previous_at=previous_at, at=at)
    assert [problem.where for problem in caught.value.problems] == where


def test_a_contact_is_not_before_the_end_of_its_session():
    with pytest.raises(bt.ProfileError, match="before the end of the session"):
        again(person(), record((0, "", {"pain_score": 2})), 0.01)


@pytest.mark.parametrize(("previous", "now"), [(7, {}), (None, {}), (person(), {"feverr": True}), (person(), 7)])
def test_answers_that_cannot_be_used_are_refused(previous, now):
    with pytest.raises(bt.ProfileError):
        again(previous, now)


@settings(max_examples=40, deadline=None)
@given(profiles(), profiles(max_answers=3), ELAPSED)
def test_the_result_is_plain_data_and_deterministic(first, now, elapsed):
    def text() -> str:
        return json.dumps(bt.reassess(first, now, previous_at=FIRST_AT, at=FIRST_AT + elapsed).to_dict())

    assert text() == text()


def test_nothing_is_called_known_that_does_not_apply():
    result = again(person(), {"pain_score": 4}, 1)
    assert isinstance(result.assessment.profile.known["exercise_pain_peak"], NotApplicable)


@pytest.mark.parametrize(("age", "kept"), [({}, None), ({"age": 28}, (82, 28)), ({"age": 83}, None)])
def test_nobody_grows_younger_and_is_told_less_for_it(age, kept):
    person = {"pain_score": 4, "pain_duration_days": 9, "lower_back_pain": True, "denies": EVERYTHING}
    fall = {"pain_score": 4, "lower_back_pain": True, "recent_injury": True, "minor_injury_recent": True}
    at = datetime(2026, 11, 16, 9, tzinfo=UTC)
    said = fall | {"denies": EVERYTHING} | age
    later = bt.reassess(bt.assess(person | {"age": 82}), said, previous_at=at, at=at + timedelta(days=3))
    assert later.assessment.at_least is bt.Urgency.SAME_DAY
    assert {one.finding: (one.was, one.said) for one in later.kept}.get("age") == kept
