"""plan(): from an assessment to days with moves, one number each, goals with due dates, and when to ask again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from html import escape
from typing import Any, Final, TypeGuard

import attrs

from ..errors import Problem, ProfileError, did_you_mean, shown
from ..findings.conditions import Value
from ..rulebook.doses import session_cap
from ..rulebook.plan_rules import PlanRules, read_plan_rules
from ..rulebook.rules import Limited, Urgency
from ..triage.deciding import decided
from ..triage.outcome import Decision
from . import telling
from .done import Did, History, history
from .goals import goals_of
from .phases import Phase, phases
from .scheduling import WEEK, Frame, scheduled
from .weeks import Weeks

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES: Final = (10, 60)
"""The shortest and the longest session that can be asked for."""
WEEKS: Final = (1, 52)


@attrs.frozen(kw_only=True)
class Plan(Weeks):
    """Weeks of exercise for one person, with their words.

    >>> import backtriage as bt
    >>> everything = list(bt.default_rulebook().vocabulary.checklists)
    >>> a = bt.assess(age=41, pain_score=3, pain_duration_days=20, lower_back_pain=True, denies=everything)
    >>> made = bt.plan(a, start=date(2026, 12, 1), today=date(2026, 12, 1))
    >>> made.end, [str(goal.due) for goal in made.goals if goal.group.id == "stamina"]
    (datetime.date(2027, 2, 22), ['2026-12-22'])
    """

    def to_ics(
        self,
        *,
        at: time = time(8),
        alarm: timedelta | None = None,
        owner: str = "",
        made: datetime | None = None,
        replaces: Weeks | None = None,
    ) -> bytes:
        """The plan as an iCalendar file: see :func:`backtriage.episode.calendar_file.ics`."""
        from .calendar_file import ics  # noqa: PLC0415 - read when it is asked for

        return ics(self, at=at, alarm=alarm, owner=owner, made=made, replaces=replaces)

    def to_html(self) -> str:
        """The plan as a page that prints on two sheets of A4: see :func:`backtriage.episode.sheet.sheet`."""
        from .sheet import sheet  # noqa: PLC0415 - as above

        return sheet(self)

    def picture(self, first: date | None = None) -> str:
        """A week as SVG, the first one if left out: which move on which day."""
        from . import pictures  # noqa: PLC0415 - as above

        return pictures.week(self, first)

    def _repr_html_(self) -> str:
        """What a notebook shows: the week and the goals."""
        from . import pictures  # noqa: PLC0415 - as above

        return (
            f"<div>{pictures.week(self)}{pictures.goals(self)}</div>"
            if self.days
            else f"<pre>{escape(str(self))}</pre>"
        )

    def to_dict(self) -> dict[str, Any]:
        """Everything but the assessment as plain data."""
        return telling.plain(self)

    def __str__(self) -> str:
        return telling.printed(self)


def plan(
    assessment: Decision,
    *,
    start: date,
    weeks: int = 12,
    days: int | Iterable[str] = WEEK,
    minutes: int = 15,
    done: Iterable[Did] = (),
    counted: bool = False,
    due: Mapping[str, date] | None = None,
    today: date | None = None,
) -> Plan:
    """A plan of some weeks from an assessment.

    Args:
        assessment: What is allowed, and how much.
        start: The first day; today or later.
        weeks: How many, 1 to 52.
        days: How many days a week, 1 to 7, or which ones: ``("mon", "wed", "fri")``.
        minutes: How long a session may take, 10 to 60, warm-up and cool-down included; its moves never take longer than
            the rules allow. Walking, water and cycling come on top.
        done: What was done so far: figures go on from there. A day that a rule ends leaves a plan without days.
        counted: The assessment has heard what these days did, as that of an episode has. Otherwise the plan is made for
            who has answered it, too.
        due: Muscle group to the date by which the person wants to reach its goal, where that is not the plan's own.
        today: Today's date; from the clock if left out.

    Raises:
        ProfileError: With every problem of what was asked for.
        RulebookError: If the rulebook makes no plans.

    >>> import backtriage as bt
    >>> everything = list(bt.default_rulebook().vocabulary.checklists)
    >>> a = bt.assess(age=41, pain_score=3, pain_duration_days=20, lower_back_pain=True, eases_direction="neither",
    ...               denies=everything)
    >>> made = plan(a, start=date(2026, 12, 1), days=("tue", "fri"), today=date(2026, 12, 1))
    >>> bridge = made.days[0].moves[3]
    >>> len(made.days), bridge.exercise.id, bridge.dose.amount
    (24, 'bridge', '5 times; hold 3 seconds; rest 10 seconds between')
    """
    done = tuple(done)
    assessment = assessment if counted else _with_what_they_did(assessment, done)
    book = assessment.profile.rulebook
    made_by = read_plan_rules(book)
    weekdays = _checked(start, weeks, days, minutes, due or {}, made_by, today or date.today())  # noqa: DTZ011 - local
    end = start + timedelta(days=weeks * WEEK - 1)
    if assessment.at_least >= Urgency.SOON:  # until then the set that is allowed may go on
        end = min(end, start + timedelta(days=made_by.table.seen_days - 1))
    so_far = history(done, assessment.profile, made_by)
    if so_far.held_now:  # what is so today is asked again while the assessment stands
        end = min(end, start + timedelta(hours=assessment.valid_hours) - timedelta(days=1))
    periods, check_ins = phases(assessment, start, end, made_by)
    dates = [day for day in _dates(start, end) if day.weekday() in weekdays]
    frame = _frame(assessment, minutes, made_by, periods, so_far)
    made = scheduled(frame, dates, so_far.tracks) if assessment.allowed and not so_far.ended else ()
    planned = tuple(day for day in made if day.moves or day.apart)
    return Plan(
        decision=assessment,
        start=start,
        end=end,
        weeks=weeks,
        minutes=minutes,
        days=planned,
        goals=() if so_far.held_now else goals_of(planned, made_by, due or {}, so_far.doses),
        check_ins=check_ins if planned else (),
        rules=so_far.rules,
    )


def _with_what_they_did(assessment: Decision, done: Iterable[Did]) -> Decision:
    """The assessment, or that with all that was said of the days up to the last one that forbids something."""
    profile = assessment.profile
    for one in sorted(done, key=lambda day: day.day):
        if one.answers:
            profile = profile.after(one.answers)
            heard = decided(profile, engine="reference", region=assessment.region, made=Decision)
            if forbids(one.answers, heard, assessment):
                assessment = heard
    return assessment


def forbids(said: Mapping[str, Value | None], heard: Decision, before: Decision | None) -> bool:
    """Whether what was said of a day forbids what was not forbidden: it makes a higher level certain, or possible by a
    sign that is there or in doubt, or excludes an exercise that was allowed.

    That a figure, soreness for one, opens questions does not: a day of which nothing is said opens none, and a plan
    goes on after it.
    """
    if before is None:
        return heard.at_least > Urgency.SELF_CARE
    allowed = {entry.exercise.id for entry in before.allowed}
    signs = any(value is True or value is None for value in said.values())
    return (
        heard.at_least > before.at_least
        or (signs and heard.could_be > before.could_be)
        or not allowed.isdisjoint(entry.exercise.id for entry in heard.excluded)
    )


def _frame(assessment: Decision, minutes: int, made_by: PlanRules, periods: Sequence[Phase], so_far: History) -> Frame:
    """How long and how many: the shorter of what was asked for and what the limits say."""
    limits = [rule.effect.limit for rule in (*assessment.because, *assessment.open) if isinstance(rule.effect, Limited)]
    own = minutes - made_by.table.warm_up_minutes - made_by.table.cool_down_minutes
    return Frame(
        book=assessment.profile.rulebook,
        made_by=made_by,
        routine=assessment.routine.effect.exercises if assessment.routine else (),
        seconds=60 * min(own, session_cap(limits, "session_minutes", otherwise=own)),
        moves=session_cap(limits, "session_moves", otherwise=len(assessment.allowed)),
        phases=periods,
        held_until=so_far.held_until,
    )


def _dates(start: date, end: date) -> list[date]:
    return [start + timedelta(days=days) for days in range((end - start).days + 1)]


def _checked(
    start: object,
    weeks: object,
    days: object,
    minutes: object,
    due: Mapping[str, object],
    made_by: PlanRules,
    today: date,
) -> frozenset[int]:
    """The days of the week; or every problem of what was asked for."""
    weekdays, wrong = _weekdays(days, start)
    problems = [*_when(start, today), *wrong]
    for name, value, (least, most) in (("weeks", weeks, WEEKS), ("minutes", minutes, MINUTES)):
        if not _whole(value, least, most):
            problems.append((name, shown(value), f"{least} to {most}"))
    for id_, day in due.items():
        if id_ not in made_by.groups:
            problems.append(("due", f"unknown muscle group {shown(id_)}", did_you_mean(id_, made_by.groups)))
        if not _is_date(day) or (_is_date(start) and day < start):
            problems.append(("due", f"{shown(day)} for {shown(id_)}", "give a date from the start on"))
    if problems:
        raise ProfileError([Problem(where=where, what=what, hint=hint) for where, what, hint in problems])
    return weekdays


_Wrong = tuple[str, str, str]


def _when(start: object, today: date) -> Iterator[_Wrong]:
    if not _is_date(start):
        yield "start", f"{shown(start)} is no date", "give a datetime.date"
    elif start < today:
        yield "start", f"{start} is past", f"today is {today}"


def _weekdays(days: object, start: object) -> tuple[frozenset[int], list[_Wrong]]:
    """Which days of the week, from a number, as far apart as can be, or from their names."""
    if _whole(days, 1, WEEK):
        first = start.weekday() if _is_date(start) else 0
        return frozenset((first + at * WEEK // days) % WEEK for at in range(days)), []
    if not isinstance(days, Iterable) or isinstance(days, str | bytes):
        return frozenset(), [("days", shown(days), "a number from 1 to 7, or names as in ('mon', 'wed', 'fri')")]
    named = list(days)
    wrong = [("days", f"unknown day {shown(name)}", _days_hint(name)) for name in named if name not in WEEKDAYS]
    if not named:
        wrong.append(("days", "no day", "give one at least"))
    return frozenset(WEEKDAYS.index(name) for name in named if name in WEEKDAYS), wrong


def _days_hint(name: object) -> str:
    return did_you_mean(name, WEEKDAYS) or f"give some of {', '.join(WEEKDAYS)}"


def _is_date(value: object) -> TypeGuard[date]:
    """Whether it is a day; a moment of one is none."""
    return isinstance(value, date) and not isinstance(value, datetime)


def _whole(value: object, least: int, most: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
