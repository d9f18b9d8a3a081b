"""One person over weeks: time only adds, and every line comes out again as it was written."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta

import attrs
import backtriage as bt
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from episode.people import BOOK, EVERYTHING, LOW_BACK, answers
from strategies import VOCABULARY, valid

BEGIN = datetime(2026, 12, 1, 9, tzinfo=UTC)
FIRST = {**LOW_BACK, "denies": list(EVERYTHING)}
GAPS = st.sampled_from([0.1, 1, 2, 7, 13, 14, 15, 40])
CLOSED = [id_ for id_ in VOCABULARY.findings if not VOCABULARY.gates_of(id_)]


def after(days):
    return BEGIN + timedelta(days=days)


def made(course, book=BOOK):
    """An episode of contacts: days after the first, and answers."""
    episode = bt.Episode.begin(rulebook=book)
    for days, said in course:
        episode = episode.contact(said, at=after(days))
    return episode


@st.composite
def courses(draw):
    """A first contact that says much, and some that say a little; at times in their order."""
    days, course = 0.0, [(0.0, dict(FIRST))]
    for _ in range(draw(st.integers(1, 4))):
        days += draw(GAPS)
        names = draw(st.lists(st.sampled_from(CLOSED), unique=True, max_size=2))
        answers = {name: draw(valid(VOCABULARY.findings[name])) for name in names}
        if draw(st.booleans()):
            answers["pain_score"] = draw(st.integers(0, 10))
        course.append((days, answers))
    return course


def of_course(course):
    """The episode; what contradicts itself is no course."""
    try:
        return made(course)
    except bt.ProfileError:
        assume(False)


# -- time only adds ----------------------------------------------------------------------------------------------------


def calmer_for_more(course, kept):
    """Whether all the contacts come to less than some of them, the last one among these."""
    part = [one for one, keep in zip(course, [*kept, True], strict=True) if keep]
    return of_course(course).assessment.at_least < of_course(part).assessment.at_least


@given(courses(), st.lists(st.booleans(), min_size=4, max_size=4))
@settings(max_examples=150)
def test_more_contacts_never_make_the_last_one_calmer(course, kept):
    assert not calmer_for_more(course, kept[: len(course) - 1])


@pytest.mark.parametrize("change", ["night_sweats", "getting_worse", "daily_life_stopped"])
def test_what_a_change_for_the_worse_makes_unknown_counts_with_what_comes_later(change):
    """How long it has lasted is asked again after a change; a tube in a vein that is told then is no less for it."""
    course = [(0.0, FIRST), (1.0, {change: True}), (1.1, {"pain_score": 3}), (1.3, {"needle_or_drip": True})]
    assert not calmer_for_more(course, [True, False, False])


def test_how_long_it_has_lasted_counts_with_what_a_later_contact_compares():
    """Asked again after a change, it still makes two weeks without getting better a reason to be seen."""
    change = {"sudden_onset_no_injury": True}
    course = [
        (0.0, FIRST),
        (2.0, change),
        (2.1, {"leg_pain_below_knee": True, "pain_score": 2}),
        (16.1, {"pain_score": 2}),
    ]
    assert not calmer_for_more(course, [True, False, True])


def test_a_pain_that_was_severe_yesterday_and_an_illness_that_is_told_today_are_one_trouble():
    course = [(0.0, FIRST), (40.0, {"pain_score": 9}), (41.0, {"sickle_cell": True, "pain_score": 6})]
    assert made(course).assessment.at_least is bt.Urgency.EMERGENCY
    assert not calmer_for_more(course, [False, True])


@given(courses())
def test_nothing_that_was_certain_is_less_later(course):
    levels = [one.assessment.at_least for one in of_course(course).contacts]
    assert levels == sorted(levels)


def same_daily_and_fortnightly(seed):
    """Whether somebody who says daily how strong it is ends as somebody who says so each fortnight.

    It stays the same, or it gets better by a point in less than two weeks. Who gets worse says daily on which day it
    was how strong, and rules that turn on that hear more of it than each fortnight: never something calmer.
    """
    rng = random.Random(seed)
    first = answers(rng)
    start = rng.randint(0, 10)
    end = rng.choice([start, *range(start - 3)])
    pain = [round(start + (end - start) * day / 42) for day in range(43)]
    daily = [(day, {"pain_score": pain[day]}) for day in range(43)]
    daily[0] = (0, {**first, "pain_score": start, "denies": list(EVERYTHING)})
    fortnightly = [daily[day] for day in (0, 14, 28, 42)]
    return made(daily).assessment.at_least is made(fortnightly).assessment.at_least


@given(st.integers(0, 10_000))
@settings(max_examples=50)
def test_who_says_daily_how_strong_it_is_is_told_what_who_says_so_each_fortnight_is(seed):
    """`tests/benchmarks/episodes.py` tries 10,000 of them."""
    assert same_daily_and_fortnightly(seed)


def test_a_pain_that_is_reported_daily_for_a_month_and_stays_is_not_self_care():
    """The fault that this mends: each day was compared with the day before alone, and no day is two weeks."""
    daily = [(0, FIRST), *((day, {"pain_score": 3}) for day in range(1, 30))]
    episode = made(daily)
    assert episode.assessment.at_least is bt.Urgency.ROUTINE
    assert "not_improving" in {one.finding for one in episode.compared.added}


@given(courses())
def test_an_episode_of_two_contacts_is_a_second_contact(course):
    course = [course[0], course[-1]]
    episode = of_course(course)
    again = bt.reassess(bt.assess(course[0][1]), course[1][1], previous_at=BEGIN, at=after(course[1][0]))
    assert episode.assessment.to_dict() == again.assessment.to_dict()


# -- what was done -----------------------------------------------------------------------------------------------------


def test_a_plan_goes_on_from_what_was_done():
    episode = made([(0, FIRST)])
    plan = episode.plan(start=date(2026, 12, 1), today=date(2026, 12, 1))
    for day in plan.days[:14]:
        moves = bt.Did.of(day).moves
        episode = episode.did(day.day, moves, at=datetime(day.day.year, day.day.month, day.day.day, 20, tzinfo=UTC))
    later = episode.plan(start=date(2026, 12, 15), today=date(2026, 12, 15))
    bridge = [move.dose for move in later.days[0].moves if move.exercise.id == "bridge"]
    assert len(episode.done) == 14
    assert bridge == [move.dose for move in plan.days[14].moves if move.exercise.id == "bridge"] != []


def test_a_session_counts_as_a_contact():
    episode = made([(0, FIRST)])
    session = bt.ExerciseSession(episode.assessment)
    session.report(at=after(1), pain_score=2)
    session.report(at=after(1) + timedelta(minutes=4), move="pelvic_tilt", pain_score=3)
    record = session.finish(at=after(1) + timedelta(minutes=20))
    after_it = episode.session(record, at=after(1) + timedelta(minutes=30))
    assert [line.kind for line in after_it.lines] == ["contact", "session"]
    assert after_it.assessment.at_least >= episode.assessment.at_least
    assert bt.Episode.from_lines(after_it.to_lines()) == after_it


# -- what a day of a plan did ------------------------------------------------------------------------------------------

SIGNS = ["exercise_chest_pain_or_faint", "exercise_new_weakness", "saddle_numbness_new", "chest_pain_now"]


@pytest.mark.parametrize("stopped", [False, True])
@pytest.mark.parametrize("sign", SIGNS)
def test_a_red_flag_that_a_day_brought_is_acted_on_at_once_and_stays(sign, stopped):
    episode = made([(0, FIRST)])
    day = bt.Did(day=date(2026, 12, 2), moves={"bridge": {"repetitions": 5}}, answers={sign: True}, stopped=stopped)
    then = episode.did(day.day, day.moves, at=after(1), answers=day.answers, stopped=stopped)
    told = bt.reassess(episode.assessment, {sign: True}, previous_at=BEGIN, at=after(1)).assessment
    assert then.assessment.at_least == told.at_least > episode.assessment.at_least
    plan = then.plan(start=date(2026, 12, 3), today=date(2026, 12, 3))
    assert (plan.days, plan.decision.at_least) == ((), told.at_least)
    alone = bt.plan(episode.assessment, start=date(2026, 12, 3), today=date(2026, 12, 3), done=[day])
    assert (alone.days, alone.decision.at_least) == ((), told.at_least)
    later = then.contact({"pain_score": 2}, at=after(3))
    assert later.assessment.at_least >= told.at_least
    assert BOOK.vocabulary.findings[sign].text in " ".join(then.handover().split())
    assert "RED FLAGS PRESENT" in then.handover()
    assert bt.Episode.from_lines(then.to_lines()).lines == then.lines


def test_what_forbids_an_exercise_counts_at_once_too():
    then = made([(0, FIRST)]).did(date(2026, 12, 2), {}, at=after(1), answers={"pregnant": True})
    assert then.assessment.profile["pregnant"] is bt.Answer.PRESENT
    assert then.assessment.status("prone_lying") != "allowed"


@pytest.mark.parametrize(
    "answers", [{"saddle_numbness_new": None}, {"exercise_spread": None}, {"sudden_no_trigger": True}]
)
def test_what_a_day_leaves_in_doubt_is_asked_before_a_plan_goes_on(answers):
    then = made([(0, FIRST)]).did(date(2026, 12, 2), {"bridge": {}}, at=after(1), answers=answers)
    assert then.assessment.could_be is bt.Urgency.EMERGENCY
    assert then.plan(start=date(2026, 12, 3), today=date(2026, 12, 3)).days == ()
    assert then.compared.assessment == then.assessment


def test_what_several_days_forbid_is_forbidden_together():
    a = made([(0, FIRST)]).assessment
    days = [
        bt.Did(day=date(2026, 12, 2), answers={"knee_trouble": True}),
        bt.Did(day=date(2026, 12, 3), answers={"wrist_shoulder_trouble": True}),
    ]
    plan = bt.plan(a, start=date(2026, 12, 4), today=date(2026, 12, 4), done=days)
    told = bt.assess(a.profile.with_({"knee_trouble": True, "wrist_shoulder_trouble": True}))
    used = {move.exercise.id for day in plan.days for move in (*day.moves, *day.apart)}
    assert used
    assert used <= {entry.exercise.id for entry in told.allowed} < {entry.exercise.id for entry in a.allowed}


def test_how_bad_it_was_before_the_last_contact_is_not_so_now_but_a_sign_of_then_counts():
    late = made([(0, FIRST)]).did(date(2026, 10, 1), {}, at=after(1), answers={"pain_score": 9})
    assert late.assessment.at_least is bt.Urgency.SELF_CARE
    sign = made([(0, FIRST)]).did(date(2026, 10, 1), {}, at=after(1), answers={"saddle_numbness_new": True})
    assert sign.assessment.at_least is bt.Urgency.EMERGENCY


def test_a_day_that_is_still_to_come_has_not_been_done():
    with pytest.raises(bt.ProfileError, match="still to come"):
        made([(0, FIRST)]).did(date(2027, 12, 2), {}, at=after(1))


def test_severe_pain_of_a_day_leaves_what_severe_pain_leaves():
    then = made([(0, FIRST)]).did(date(2026, 12, 2), {"bridge": {}}, at=after(1), answers={"pain_score": 8})
    plan = then.plan(start=date(2026, 12, 3), today=date(2026, 12, 3))
    assert "bridge" not in {move.exercise.id for day in plan.days for move in day.moves}
    assert plan.end == date(2026, 12, 9)
    assert "Wed 9 Dec 2026" in str(plan).splitlines()[0].title()


def test_soreness_opens_no_question_for_a_plan_but_does_for_the_next_contact():
    episode = made([(0, FIRST)])
    then = episode.did(date(2026, 12, 2), {"bridge": {}}, at=after(1), answers={"exercise_sore_hours": 25})
    assert then.assessment == episode.assessment
    assert then.plan(start=date(2026, 12, 3), today=date(2026, 12, 3)).days
    asked = then.contact({"pain_score": 3}, at=after(3)).assessment.questions
    assert "after_exercise" in [entry.question.id for entry in asked]


def test_the_handover_says_what_a_day_did():
    answers = {"exercise_sore_hours": 25, "exercise_sharp_pain": True}
    then = made([(0, FIRST)]).did(date(2026, 12, 2), {"bridge": {}}, at=after(1), answers=answers, stopped=True)
    page = " ".join(then.handover().split())
    assert "2026-12-02: Bridge; stopped; " in page
    assert "25" in page
    assert "bridge," not in page


# -- kept, read, replayed ----------------------------------------------------------------------------------------------


@given(courses())
@settings(max_examples=30)
def test_an_episode_is_read_back_and_each_line_comes_out_again_byte_for_byte(course):
    episode = of_course(course).did(date(2026, 12, 2), {"bridge": {"repetitions": 5}}, at=after(200), stopped=True)
    lines = episode.to_lines()
    assert bt.Episode.from_lines(lines) == episode
    assert bt.Episode.from_lines(lines).to_lines() == lines
    assert list(bt.Episode.replay(lines, rulebooks=[BOOK])) == []


LINES = made([(0, FIRST), (3, {"pain_score": 5}), (20, {"pain_score": 5})]).to_lines().splitlines()


@given(st.integers(0, 2), st.data())
def test_a_changed_byte_is_named_with_its_line(number, data):
    text = LINES[number]
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(min_codepoint=32, max_codepoint=126).filter(lambda char: char != text[at]))
    lines = [*LINES[:number], text[:at] + other + text[at + 1 :], *LINES[number + 1 :]]
    with pytest.raises(bt.ProfileError, match=rf"line [{number + 1}{number + 2}]"):
        bt.Episode.from_lines(lines)


@pytest.mark.parametrize("lost", [0, 1])
def test_a_missing_line_is_named(lost):
    with pytest.raises(bt.ProfileError, match=rf"line {lost + 1}: the line before it is missing"):
        bt.Episode.from_lines([*LINES[:lost], *LINES[lost + 1 :]])


def test_lines_in_another_order_or_twice_are_refused():
    for lines in ([LINES[0], LINES[0]], [LINES[0], LINES[2], LINES[1]], [LINES[1], LINES[0], LINES[2]]):
        with pytest.raises(bt.ProfileError):
            bt.Episode.from_lines(lines)


def test_a_rulebook_that_is_not_given_is_named_by_its_digest():
    other = attrs.evolve(BOOK, identity=attrs.evolve(BOOK.identity, digest="f" * 64))
    problems = list(bt.Episode.replay(LINES, rulebooks=[other]))
    assert [problem.where for problem in problems] == ["line 1", "line 2", "line 3"]
    assert all(BOOK.digest[:12] in problem.what for problem in problems)


def test_what_does_not_follow_from_the_rules_is_named_though_every_digest_is_right():
    """Somebody who writes a whole new chain cannot make it say what the rules do not."""
    episode = bt.Episode.begin().contact(FIRST, at=BEGIN)
    line = episode.lines[0]
    forged = attrs.evolve(line, said={**line.said, "message": "Nothing to worry about."})
    problems = list(bt.Episode.replay([forged.to_json()], rulebooks=[BOOK]))
    assert [(one.where, one.hint) for one in problems] == [("line 1", "another message")]


def test_an_episode_by_a_newer_rulebook_keeps_its_lines_and_is_worked_out_anew():
    newer = attrs.evolve(BOOK, identity=attrs.evolve(BOOK.identity, version="2", digest="e" * 64))
    episode = bt.Episode.from_lines(LINES, rulebook=newer)
    assert [line.to_json() for line in episode.lines] == LINES
    assert episode.assessment.rulebook == newer.identity
    assert (
        list(bt.Episode.replay(episode.contact({"pain_score": 2}, at=after(30)).to_lines(), rulebooks=[BOOK, newer]))
        == []
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1"),
        ("[]", "line 1"),
        ("{}", "line 1"),
        ("x" * 1_000_001, "no line of an episode"),
        (LINES[0].replace('"contact"', '"visit"'), "line 1"),
        (LINES[0].replace("2026-12-01T", "2026-13-01T"), "line 1"),
    ],
)
def test_what_is_no_line_is_refused(text, message):
    with pytest.raises(bt.ProfileError, match=message):
        bt.Episode.from_lines([text])


def test_nothing_is_kept_unless_asked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made([(0, FIRST), (3, {"pain_score": 5})]).handover()
    assert list(tmp_path.iterdir()) == []


# -- the page for a clinician ------------------------------------------------------------------------------------------


def test_the_handover_says_how_urgent_and_why_and_what_was_asked_denied_unsure_and_never_asked():
    answers = {
        "age": 50,
        "lower_back_pain": True,
        "pain_score": 6,
        "new_bladder_change": True,
        "new_bowel_change": False,
        "saddle_numbness_new": None,
    }
    page = bt.Episode.begin().contact(answers, at=BEGIN).handover()
    flat = " ".join(page.split())
    assert page.startswith("EMERGENCY (2026-12-01)")
    for heading, id_, end in (
        ("RED FLAGS PRESENT", "new_bladder_change", "DENIED"),
        ("DENIED", "new_bowel_change", "NOT SURE"),
        ("NOT SURE", "saddle_numbness_new", "NEVER ASKED"),
        ("NEVER ASKED", "fever_or_shivers", "COURSE"),
    ):
        section, _, _ = flat.partition(heading)[2].partition(end)
        whole = VOCABULARY.questions[VOCABULARY.question_of[id_]].text
        assert VOCABULARY.findings[id_].text in section or f"{whole} (all" in section
    assert "[ces-bladder: S051" in flat
    assert "2026-12-01: 6" in flat


def test_the_handover_is_one_page():
    """As long as a sheet of A4 in a plain type: 66 lines."""
    asked = made([(0, FIRST), (3, {"pain_score": 5}), (20, {"pain_score": 5})])
    unsure = bt.Episode.begin().contact({"age": 50, "not_sure": list(VOCABULARY.checklists)}, at=BEGIN)
    nothing = bt.Episode.begin().contact({}, at=BEGIN)
    assert max(len(episode.handover().splitlines()) for episode in (asked, unsure, nothing)) <= 66


def test_the_handover_shows_the_course_and_what_the_comparison_showed():
    episode = made([(0, FIRST), (3, {"pain_score": 5}), (20, {"pain_score": 5})])
    episode = episode.did(date(2026, 12, 20), {"bridge": {}}, at=after(21), stopped=True)
    page = " ".join(episode.handover().split())
    assert "2026-12-01: 3; 2026-12-04: 5; 2026-12-21: 5" in page
    assert "DENIED EARLIER, TO BE ASKED AGAIN" in page
    assert "the pain was 3, and 3 days later it is 5" in page
    assert "2026-12-20: Bridge; stopped" in page
    assert bt.Episode.begin().handover() == ""


# -- what cannot be added ----------------------------------------------------------------------------------------------


def test_what_cannot_be_added_is_one_clear_error():
    episode = made([(0, FIRST), (3, {"pain_score": 5})])
    for add in (
        lambda: episode.contact({"pain_score": 4}, at=after(2)),
        lambda: episode.contact({"pain_scor": 4}, at=after(4)),
        lambda: episode.contact({"pain_score": 4}, at=datetime(2026, 12, 9)),  # noqa: DTZ001 - that is what is refused
        lambda: episode.session("x", at=after(4)),
        lambda: episode.did(date(2026, 12, 3), {}, at=after(4), answers={"exercise_pain_peak": 11}),
        lambda: bt.Episode.begin(region="XX"),
        lambda: bt.Episode.begin().assessment,
    ):
        with pytest.raises(bt.ProfileError):
            add()
    assert len(episode.lines) == 2  # it has not changed


def test_a_line_is_plain_json():
    line = json.loads(LINES[0])
    assert sorted(line) == ["at", "before", "digest", "given", "kind", "rulebook", "said"]
    assert line["given"]["answers"]["age"] == 41
