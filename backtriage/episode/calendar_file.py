"""A plan as an iCalendar file: sessions at a local time, days to answer again, and the goals."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from ..errors import MissingExtra
from .scheduling import Day
from .telling import around, check_in_texts, goal_text, title
from .weeks import Weeks

if TYPE_CHECKING:
    from icalendar import Event


def ics(
    plan: Weeks,
    *,
    at: time = time(8),
    alarm: timedelta | None = None,
    owner: str = "",
    made: datetime | None = None,
    replaces: Weeks | None = None,
) -> bytes:
    """The file.

    Args:
        plan: The plan.
        at: The local time at which sessions begin: 8 o'clock wherever the person is.
        alarm: How long before a session a reminder comes; none if left out.
        owner: What tells one person's plans from another's in one calendar.
        made: When it is made; now, if left out.
        replaces: The plan that it takes the place of: what is no longer in it is cancelled.

    Raises:
        MissingExtra: If icalendar is not installed.
    """
    try:
        from icalendar import Calendar  # noqa: PLC0415 - it is asked for here alone
    except ImportError as error:
        raise MissingExtra("icalendar", "plan") from error
    stamp = (made or datetime.now(UTC)).astimezone(UTC)
    calendar = Calendar()
    calendar.add("prodid", "-//backtriage//plan//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", title(plan))
    events = dict(_events(plan, owner, at, alarm))
    for uid, event in _events(replaces, owner, at, None) if replaces else ():
        day = event.decoded("dtstart")
        if uid not in events and (day.date() if isinstance(day, datetime) else day) >= plan.start:
            event.add("status", "CANCELLED")
            events[uid] = event
    for uid, event in events.items():
        event.add("uid", uid)
        event.add("dtstamp", stamp)
        event.add("last-modified", stamp)
        event.add("sequence", int(stamp.timestamp()))
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _events(plan: Weeks, owner: str, at: time, alarm: timedelta | None) -> Iterator[tuple[str, Event]]:
    from icalendar import Alarm  # noqa: PLC0415 - as above

    made_by = plan.made_by
    waits_from = min((one.day for one in plan.check_ins), default=date.max)
    for day in plan.days:
        begin = datetime.combine(day.day, at)
        minutes = day.session_minutes or day.minutes
        summary = made_by.say("session", minutes=minutes)
        lines = [*_lines(plan, day), *([made_by.say("waits")] if day.day > waits_from else [])]
        event = _event(summary, begin, lines)
        event.add("duration", timedelta(minutes=minutes))
        if alarm is not None:
            reminder = Alarm()
            reminder.add("action", "DISPLAY")
            reminder.add("description", summary)
            reminder.add("trigger", -alarm)
            event.add_component(reminder)
        yield _uid(f"session-{day.day}", owner), event
    for one, text in zip(plan.check_ins, check_in_texts(plan), strict=True):
        yield (
            _uid(f"check-in-{one.day}", owner),
            _event(made_by.say("check_ins"), one.day, [text, made_by.say("waits")]),
        )
    for goal in plan.goals:
        yield (
            _uid(f"goal-{goal.group.id}", owner),
            _event(goal_text(goal, made_by), goal.due, [made_by.say("goal_help")]),
        )


def _event(summary: str, begin: date, lines: list[str]) -> Event:
    from icalendar import Event  # noqa: PLC0415 - as above

    event = Event()
    event.add("summary", summary)
    event.add("dtstart", begin)
    event.add("description", "\n".join(lines))
    return event


def _lines(plan: Weeks, day: Day) -> Iterator[str]:
    """A day's moves, one a line, with how much of each."""
    if day.moves:
        before, after, _ = around(plan)
        yield before
        yield from (f"{move.exercise.name}: {move.dose.amount}" for move in day.moves)
        yield after
    yield from (f"{move.exercise.name}: {move.dose.amount}" for move in day.apart)


def _uid(what: object, owner: str) -> str:
    """The same for the same thing of the same person, so that a later file brings it up to date."""
    whose = hashlib.sha256(owner.encode()).hexdigest()[:16]
    return f"{what}-{whose}@backtriage"
