"""A plan allows nothing that the assessment does not (semantics 14), and is one that somebody can follow."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise

import attrs
import backtriage as bt
import pytest
from backtriage.rulebook.doses import Dose
from backtriage.rulebook.plan_rules import read_plan_rules
from hypothesis import given
from hypothesis import strategies as st

from episode.people import BOOK, low_back, people, person
from strategies import profiles

START = date(2026, 12, 1)
MADE_BY = read_plan_rules(BOOK)
SEEDS = st.integers(0, 100_000)
DAYS = st.one_of(
    st.integers(1, 7),
    st.sets(st.sampled_from(("mon", "tue", "wed", "thu", "fri", "sat", "sun")), min_size=1).map(sorted),
)
MINUTES = st.sampled_from((10, 15, 29, 60))


def planned(a, days=7, minutes=15, weeks=12, due=None):
    return bt.plan(a, start=START, days=days, minutes=minutes, weeks=weeks, due=due, today=START)


def moves_of(plan):
    return [(day.day, move) for day in plan.days for move in (*day.moves, *day.apart)]


def within(plan, doses):
    """Whether every figure, side and form of a plan is one that some doses allow."""
    for _, move in moves_of(plan):
        dose = doses[move.exercise.id]
        assert all(number <= getattr(dose, name).ceiling for name, number in move.dose.starts.items())
        assert move.dose.rest_seconds >= dose.rest_seconds
        assert all(set(getattr(move.dose, name)) <= set(getattr(dose, name)) for name in Dose.CHOICES)


# -- nothing that the assessment does not allow ------------------------------------------------------------------------


@given(profiles(), DAYS, MINUTES)
def test_whoever_it_is_no_day_holds_what_is_not_allowed_and_no_figure_passes_its_ceiling(profile, days, minutes):
    a = bt.assess(profile, engine="reference")
    plan = planned(a, days, minutes, weeks=3)
    within(plan, {entry.exercise.id: entry.dose for entry in a.allowed})
    assert bool(plan.days) <= bool(a.allowed)
    assert a.at_least < bt.Urgency.SAME_DAY or not plan.days


@given(SEEDS, DAYS, MINUTES)
def test_no_day_holds_what_time_alone_takes_away(seed, days, minutes):
    """Nothing but time passes: what the rules say of somebody who has had it for so long holds on that day."""
    a = person(seed)
    duration = a.profile.known["pain_duration_days"]
    for day in planned(a, days, minutes).days[::5]:
        later = person(seed, pain_duration_days=duration + (day.day - START).days)
        doses = {entry.exercise.id: entry.dose for entry in later.allowed}
        within(attrs.evolve(planned(a, days, minutes), days=(day,)), doses)


@given(SEEDS, DAYS, MINUTES)
def test_a_week_asks_for_no_more_days_than_the_dose_says(seed, days, minutes):
    plan = planned(person(seed), days, minutes)
    weeks = Counter((move.exercise.id, (day - START).days // 7) for day, move in moves_of(plan))
    most = {(move.exercise.id, (day - START).days // 7): move.dose.days_per_week.start for day, move in moves_of(plan)}
    assert all(number <= most[which] for which, number in weeks.items())


@given(SEEDS, DAYS, MINUTES)
def test_strength_is_never_on_neighbouring_days_nor_on_more_than_three_a_week(seed, days, minutes):
    plan = planned(person(seed), days, minutes)
    strength = [day.day for day in plan.days if any(move.exercise.id in MADE_BY.spaced for move in day.moves)]
    assert all((later - day).days > 1 for day, later in pairwise(strength))
    assert all(number <= 3 for number in Counter((day - START).days // 7 for day in strength).values())


@given(SEEDS, DAYS, MINUTES)
def test_a_session_keeps_to_its_minutes_and_moves(seed, days, minutes):
    for day in planned(person(seed), days, minutes).days:
        assert day.session_minutes <= minutes
        assert sum(move.dose.session_seconds for move in day.moves) <= 15 * 60
        ids = {move.exercise.id for move in day.moves}
        assert sum(move.exercise.continues not in ids for move in day.moves) <= 5
        assert day.minutes == day.session_minutes + sum(move.minutes for move in day.apart)


@given(SEEDS, DAYS, MINUTES)
def test_a_figure_rises_once_a_week_at_the_most_one_figure_at_a_time(seed, days, minutes):
    changed: dict[str, tuple[date, dict[str, int], tuple[str, ...]]] = {}
    for day, move in moves_of(planned(person(seed), days, minutes)):
        now = move.dose.starts
        since, before, form = changed.get(move.exercise.id, (day, now, move.dose.variants))
        risen = [name for name in now if now[name] > before[name]]
        if risen or form != move.dose.variants:
            assert len(risen) + (form != move.dose.variants) == 1
            assert (day - since).days >= 7
        if (now, move.dose.variants) != (before, form) or move.exercise.id not in changed:
            changed[move.exercise.id] = (day, now, move.dose.variants)


# -- one that somebody can follow --------------------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", [15, 29])
@pytest.mark.parametrize("days", [7, 3, ("mon", "wed", "fri"), ("tue",)])
def test_the_five_moves_come_whole_and_in_order_with_the_bridge_on_its_days(days, minutes):
    a = low_back()
    assert a.routine.id == "r-five-moves"
    plan = planned(a, days, minutes)
    order = list(a.routine.effect.exercises)
    with_bridge = [day for day in plan.days if [move.exercise.id for move in day.moves][: len(order)] == order]
    assert len(with_bridge) >= plan.weeks // 2
    for day in plan.days:
        ids = [move.exercise.id for move in day.moves]
        if ids[: len(order) - 1] == order[:-1]:
            assert ids[: len(order)] == order or not any(id_ in MADE_BY.spaced for id_ in ids)


@given(SEEDS, st.sampled_from([3, 5, 7]))
def test_everything_that_is_allowed_all_the_time_has_its_turn(seed, days):
    a = person(seed)
    duration = a.profile.known["pain_duration_days"]
    later = {entry.exercise.id for entry in person(seed, pain_duration_days=duration + 84).allowed}
    plan = planned(a, days)
    done = {move.exercise.id for _, move in moves_of(plan)}
    if not plan.seen_first and not plan.rules:
        assert {entry.exercise.id for entry in a.allowed} & later <= done


def test_every_exercise_that_is_offered_is_in_the_plan_of_somebody():
    done = {move.exercise.id for a in people(800) for _, move in moves_of(planned(a))}
    assert done == {id_ for id_, exercise in BOOK.exercises.items() if exercise.status == "offered"}


@given(SEEDS)
def test_who_may_train_strength_does_on_two_or_three_days_of_every_week(seed):
    a = person(seed)
    plan = planned(a)
    if plan.seen_first or not any(entry.exercise.id in MADE_BY.spaced for entry in a.allowed):
        return
    duration = a.profile.known["pain_duration_days"] + 84
    if not any(one.exercise.id in MADE_BY.spaced for one in person(seed, pain_duration_days=duration).allowed):
        return
    strength = {day.day for day in plan.days if any(move.exercise.id in MADE_BY.spaced for move in day.moves)}
    weeks = Counter((day - START).days // 7 for day in strength)
    assert set(weeks) == set(range(1 if plan.rules else 12))  # who is held answers again within a week
    assert set(weeks.values()) <= {2, 3}


def test_walking_comes_every_day():
    assert all(day.apart[0].exercise.id == "walking" for day in planned(low_back()).days)


@given(SEEDS)
def test_each_trained_muscle_group_has_a_goal_in_the_exercises_own_figures_within_the_plan(seed):
    plan = planned(person(seed))
    trained = {muscle for _, move in moves_of(plan) for muscle in move.exercise.muscles}
    groups = [id_ for id_, group in MADE_BY.groups.items() if trained.intersection(group.muscles)]
    assert [goal.group.id for goal in plan.goals] == ([] if plan.rules else groups)  # who is held has none to reach
    for goal in plan.goals:
        days = [day for day, move in moves_of(plan) if move == goal.target]
        rises = any(move.exercise == goal.target.exercise and move != goal.target for _, move in moves_of(plan))
        assert goal.due == days[0 if rises else -1] <= plan.end
        assert goal.reached is None
        assert goal.sources[0] == "S470"


def test_a_person_may_move_the_date_of_a_goal():
    own = START + timedelta(days=20)
    goal = next(goal for goal in planned(low_back(), due={"hips": own}).goals if goal.group.id == "hips")
    later = next(goal for goal in planned(low_back()).goals if goal.group.id == "hips")
    assert goal.due == own < later.due
    assert goal.target.dose.amount != later.target.dose.amount


def test_it_asks_again_when_the_rules_turn_on_how_long_it_has_lasted_and_when_it_is_time():
    plan = planned(low_back(pain_duration_days=9))
    found = [((one.day - START).days, one.rules_change) for one in plan.check_ins]
    assert found == [(5, True), (14, False), (33, True), (42, False), (76, True)]


def test_who_has_no_pain_has_a_plan_of_the_five_moves_to_keep_it_so():
    a = bt.assess(age=45, pain_score=0, denies=list(BOOK.vocabulary.checklists))
    plan = planned(a)
    assert a.routine.id == "r-keep-well"
    assert len(plan.days) == 84
    assert {move.exercise.id for _, move in moves_of(plan)} == {"walking", *a.routine.effect.exercises}


def test_after_a_check_in_that_was_missed_a_day_is_what_was_done_before_it():
    plan = planned(low_back())
    missed = plan.check_ins[0].day
    before = plan.on(missed)
    later = plan.on(missed + timedelta(days=30))
    assert (later.moves, later.apart) == (before.moves, before.apart)
    assert plan.on(missed + timedelta(days=1), checked_in=missed) in plan.days
    assert plan.on(plan.end + timedelta(days=1)) is None


def test_who_is_to_be_seen_soon_has_a_plan_until_then_at_the_most():
    a = low_back(age=62, first_episode=True)
    assert (a.at_least, bool(a.allowed)) == (bt.Urgency.SOON, True)
    plan = planned(a)
    assert START <= plan.days[-1].day < START + timedelta(days=14)
    assert "Be seen before then" in str(plan)
    end = MADE_BY.long(plan.end)
    assert end.upper() in str(plan).splitlines()[0]
    assert f"This plan ends on {end}." in " ".join(str(plan).split())


@pytest.mark.parametrize("sign", ["new_bladder_change", "fever_or_shivers", "hot_painful_joint"])
def test_who_is_allowed_nothing_has_a_plan_that_says_what_to_do_and_no_days(sign):
    a = low_back(**{sign: True})
    plan = planned(a)
    assert (plan.days, plan.goals, plan.check_ins) == ((), (), ())
    assert a.action.message.split(". ")[0] in " ".join(str(plan).split())
    assert "do no exercises until you have been seen or have answered again" in " ".join(str(plan).split())


# -- what was done -----------------------------------------------------------------------------------------------------


def done_for(a, weeks, answers=None, *, stopped=False):
    """What somebody has done who kept to the plan for some weeks, and how the last day went."""
    plan = planned(a)
    days = [bt.Did.of(day) for day in plan.days if day.day < START + timedelta(weeks=weeks)]
    return [*days[:-1], attrs.evolve(days[-1], answers=answers or {}, stopped=stopped)]


def gone_on(a, done, days_after=1):
    start = done[-1].day + timedelta(days=days_after)
    return bt.plan(a, start=start, done=done, today=start)


def at_first(plan):
    """Exercise id to its figures on its first day."""
    return {move.exercise.id: move.dose.starts for day in reversed(plan.days) for move in (*day.moves, *day.apart)}


def last_done(done):
    return {id_: dict(given) for one in done for id_, given in one.moves.items()}


def test_it_goes_on_from_what_was_done():
    a = low_back()
    done = done_for(a, 4)
    first = at_first(gone_on(a, done))
    assert all(first[id_][name] >= number for id_, some in last_done(done).items() for name, number in some.items())
    assert first != at_first(planned(a))


@pytest.mark.parametrize(
    ("answers", "stopped"),
    [({}, True), ({"exercise_sore_hours": 25}, False), ({"exercise_pain_peak": 4, "exercise_pain_rise": 1}, False)],
)
@given(st.integers(1, 10), st.integers(1, 7))
def test_nothing_is_raised_within_a_week_of_a_day_that_a_rule_ended_lowers_or_holds(answers, stopped, weeks, after):
    a = low_back()
    done = done_for(a, weeks, answers=answers, stopped=stopped)
    before = last_done(done)
    plan = gone_on(a, done, after)
    for day in plan.days:
        if (day.day - done[-1].day).days <= 7:
            for move in (*day.moves, *day.apart):
                had = before.get(move.exercise.id)
                assert had is None or all(number <= had[name] for name, number in move.dose.starts.items())


def test_soreness_of_more_than_a_day_takes_the_moves_of_that_day_one_step_back_and_says_so():
    a = low_back()
    done = done_for(a, 4, answers={"exercise_sore_hours": 30})
    plan, before = gone_on(a, done), last_done(done)
    first = at_first(plan)
    for id_ in done[-1].moves:
        lower = [name for name, number in first[id_].items() if number < before[id_][name]]
        assert len(lower) == 1 or first[id_] == at_first(planned(a))[id_]
    assert [rule.id for rule in plan.rules] == ["p-lower-sore"]
    assert "One step back" in str(plan)


def test_pain_above_mild_for_more_than_15_minutes_ends_the_plan_and_says_whom_to_ask():
    a = low_back()
    done = done_for(a, 2, answers={"exercise_pain_over_15": True})
    plan = gone_on(a, done)
    assert plan.days == ()
    assert "until you have asked a doctor or physiotherapist" in " ".join(str(plan).split())
    later = bt.assess({**a.profile.to_dict(), "exercise_pain_over_15": True, "contacted_about_exercise_pain": True})
    assert gone_on(later, done).days


@pytest.mark.parametrize("so", [{"pain_score": 7}, {"getting_worse": True}])
def test_while_the_pain_is_severe_or_gets_worse_nothing_is_added_and_that_is_said(so):
    plan = planned(low_back(**so))
    assert plan.days
    for exercise in {move.exercise for _, move in moves_of(plan)}:
        assert len({move.dose.amount for _, move in moves_of(plan) if move.exercise == exercise}) == 1
    assert "Nothing is added for now" in str(plan)
    assert plan.goals == ()
    assert "GOALS" not in str(plan)


def test_a_goal_that_was_reached_is_said():
    a = low_back()
    goal = next(goal for goal in planned(a).goals if goal.group.id == "stamina")
    done = done_for(a, 6)
    found = next(one for one in gone_on(a, done).goals if one.group.id == "stamina")
    assert found.target.dose == goal.target.dose
    assert found.reached == goal.due
    assert "Reached on" in str(gone_on(a, done))


def test_the_order_in_which_days_are_told_does_not_matter():
    a = low_back()
    done = done_for(a, 3)
    assert gone_on(a, done) == bt.plan(
        a, start=done[-1].day + timedelta(days=1), done=done[::-1], today=done[-1].day + timedelta(days=1)
    )


# -- what cannot be planned --------------------------------------------------------------------------------------------


def test_every_problem_of_what_is_asked_for_is_named_at_once():
    with pytest.raises(bt.ProfileError) as refused:
        bt.plan(
            low_back(),
            start=date(2020, 1, 1),
            weeks=400,
            days=["mon", "tues"],
            minutes=0,
            due={"hip": START, "legs": date(2019, 1, 1)},
            today=START,
        )
    assert [(one.where, one.what) for one in refused.value.problems] == [
        ("start", "2020-01-01 is past"),
        ("days", "unknown day `'tues'`"),
        ("weeks", "`400`"),
        ("minutes", "`0`"),
        ("due", "unknown muscle group `'hip'`"),
        ("due", "`datetime.date(2019, 1, 1)` for `'legs'`"),
    ]


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"start": "2026-12-01"}, "start"),
        ({"start": datetime(2026, 12, 1)}, "start"),  # noqa: DTZ001 - that is what is refused
        ({"days": 0}, "days"),
        ({"days": 8}, "days"),
        ({"days": True}, "days"),
        ({"days": ()}, "days"),
        ({"days": "mon"}, "days"),
        ({"days": None}, "days"),
        ({"days": [1]}, "days"),
        ({"weeks": 0}, "weeks"),
        ({"weeks": 2.5}, "weeks"),
        ({"minutes": None}, "minutes"),
        ({"due": {"legs": "soon"}}, "due"),
        ({"done": [bt.Did(day=START, moves={"brige": {}})]}, "done on 2026-12-01"),
        ({"done": [bt.Did(day=START, moves={"sit_up": {}})]}, "done on 2026-12-01"),
        ({"done": [bt.Did(day=START, moves={"bridge": {"minutes": 3}})]}, "done on 2026-12-01"),
        ({"done": [bt.Did(day=START, moves={"bridge": {"repetitions": -1}})]}, "done on 2026-12-01"),
        ({"done": [bt.Did(day=START, moves={"bridge": {"repetitions": "x"}})]}, "done on 2026-12-01"),
    ],
)
def test_what_cannot_be_planned_is_one_clear_error(asked, where):
    with pytest.raises(bt.ProfileError) as refused:
        bt.plan(low_back(), **{"start": START, "today": START} | asked)
    assert [one.where for one in refused.value.problems] == [where]


def test_a_rulebook_without_the_file_makes_no_plans(tmp_path):
    from tiny import TINY  # noqa: PLC0415 - for this test alone

    (tmp_path / "tiny.toml").write_text(TINY)
    with pytest.raises(bt.RulebookError, match="this rulebook makes no plans"):
        bt.plan(bt.assess(rulebook=bt.load_rulebook(tmp_path)), start=START, today=START)
