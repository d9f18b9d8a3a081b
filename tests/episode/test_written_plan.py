"""A plan in a calendar, on paper and on the command line: the same plan, read back."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, time, timedelta

import backtriage as bt
import pytest
import vobject
from backtriage.adapters.command_line import main
from backtriage.episode.telling import planned_moves

from episode.people import LOW_BACK, low_back

START = date(2026, 12, 1)
MADE = datetime(2026, 12, 1, 7, 30, tzinfo=UTC)


def planned(a=None, **asked):  # noqa: ANN003 - as plan() takes them
    return bt.plan(a or low_back(), **{"start": START, "today": START} | asked)


def events(data):
    """The events of a calendar file, as another library reads them, by their ids."""
    calendar = vobject.readOne(data.decode())
    return {event.uid.value: event for event in calendar.vevent_list}


def test_a_calendar_file_is_read_back_with_every_session_at_its_local_time():
    plan = planned()
    found = events(plan.to_ics(at=time(7, 15), alarm=timedelta(minutes=10), made=MADE))
    sessions = {id_: event for id_, event in found.items() if id_.startswith("session")}
    assert len(sessions) == len(plan.days)
    for day in plan.days:
        (event,) = [event for id_, event in sessions.items() if str(day.day) in id_]
        assert event.dtstart.value == datetime.combine(day.day, time(7, 15))  # in no zone: wherever one is
        assert event.duration.value == timedelta(minutes=day.session_minutes)
        assert event.valarm.trigger.value == -timedelta(minutes=10)
        for move in (*day.moves, *day.apart):
            assert f"{move.exercise.name}: {move.dose.amount}" in event.description.value


def test_a_calendar_file_has_the_days_to_answer_again_and_the_goals():
    plan = planned()
    found = events(plan.to_ics(made=MADE))
    asked = [event.dtstart.value for id_, event in found.items() if id_.startswith("check-in")]
    assert asked == [one.day for one in plan.check_ins]
    goals = {id_: event for id_, event in found.items() if id_.startswith("goal")}
    assert [event.dtstart.value for event in goals.values()] == [goal.due for goal in plan.goals]
    later = [event for event in found.values() if "Until you have answered again" in event.description.value]
    assert len(later) == len(asked) + len([day for day in plan.days if day.day > plan.check_ins[0].day])


def test_a_later_file_brings_the_same_events_up_to_date_and_cancels_what_is_gone():
    before = planned(days=7)
    later = bt.plan(low_back(), start=START + timedelta(days=14), days=("mon",), today=START)
    first = events(before.to_ics(made=MADE))
    second = events(later.to_ics(made=MADE + timedelta(days=14), replaces=before))
    both = first.keys() & second.keys()
    assert {id_ for id_ in both if id_.startswith("session")}
    assert all(int(second[id_].sequence.value) > int(first[id_].sequence.value) for id_ in both)
    gone = {id_ for id_, event in second.items() if hasattr(event, "status")}
    days = {day.day for day in later.days}
    due = {one.day for one in before.days if one.day >= later.start and one.day not in days}
    assert {id_ for id_ in gone if id_.startswith("session")} == {
        id_ for id_ in first for day in due if f"session-{day}" in id_
    }


def test_two_persons_plans_do_not_meet_in_one_calendar():
    plan = planned()
    assert events(plan.to_ics(owner="a", made=MADE)).keys().isdisjoint(events(plan.to_ics(owner="b", made=MADE)))


def test_the_same_plan_made_at_the_same_time_is_the_same_file():
    assert planned().to_ics(made=MADE) == planned().to_ics(made=MADE)


def test_the_sheet_has_each_move_with_its_figure_one_number_each_and_all_that_keeps_one_safe():
    plan = planned(low_back(), days=3)
    page = re.sub(r"\s+", " ", plan.to_html())
    assert page.count("<svg") == len(planned_moves(plan.days))
    for move in planned_moves(plan.days):
        assert f"{move.number}. {move.exercise.name.replace(chr(39), '&#39;')}" in page
    for text in (*(rule.effect.text for rule in plan.decision.stop_rules), *plan.decision.safety_net.values()):
        assert text in page
    assert "http://www.w3.org/2000/svg" in page
    assert not re.search(r"(?:src|href)=", page)  # nothing is fetched


def test_the_text_of_a_sheet_is_text():
    a = bt.assess({**LOW_BACK}, region="GB", denies=tuple(bt.default_rulebook().vocabulary.checklists))
    assert "<script" not in planned(a).to_html()


@pytest.fixture
def profile(tmp_path):
    path = tmp_path / "profile.json"
    everything = list(bt.default_rulebook().vocabulary.checklists)
    path.write_text(json.dumps({**LOW_BACK, "denies": everything}))
    return str(path)


def test_the_command_prints_the_plan_and_writes_the_calendar_and_the_sheet(profile, tmp_path, capsys):
    start = date.today() + timedelta(days=3)  # noqa: DTZ011 - the command asks the clock
    files = {name: tmp_path / name for name in ("plan.ics", "plan.html")}
    arguments = ["plan", profile, "--from", str(start), "--weeks", "2", "--days", "mon, thu", "--alarm", "30"]
    assert main([*arguments, "--ics", str(files["plan.ics"]), "--sheet", str(files["plan.html"])]) == 0
    assert "YOUR PLAN FROM" in capsys.readouterr().out
    assert len([id_ for id_ in events(files["plan.ics"].read_bytes()) if id_.startswith("session")]) == 4
    assert files["plan.html"].read_text().startswith("<!doctype html>")
    assert all(path.stat().st_mode & 0o077 == 0 for path in files.values())
    assert main([*arguments, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == bt.plan(low_back(), start=start, weeks=2, days=("mon", "thu"), today=start).to_dict()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--days", "8"], "days: `8`"),
        (["--days", "mon,tues"], "unknown day `'tues'`; did you mean `tue`?"),
        (["--weeks", "400"], "weeks: `400`; 1 to 52"),
        (["--from", "2020-01-01"], "start: 2020-01-01 is past"),
        (["--alarm", "-1"], "--alarm: -1 minutes"),
        (["--ics", "/no/such/folder/plan.ics"], "No such file or directory"),
    ],
)
def test_what_the_command_cannot_do_exits_with_2_and_says_why(arguments, message, profile, capsys):
    assert main(["plan", profile, *arguments]) == 2
    assert message in capsys.readouterr().err


def test_the_exit_code_of_the_command_is_that_of_the_assessment(tmp_path, capsys):
    path = tmp_path / "profile.json"
    path.write_text('{"age": 50, "new_bladder_change": true}')
    assert main(["plan", str(path)]) == 40
    assert "This needs a hospital now." in " ".join(capsys.readouterr().out.split())
