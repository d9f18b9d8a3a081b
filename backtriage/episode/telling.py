"""What a plan says: its moves with their steps, which day has which, and the page as text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import attrs

from ..presentation.page import WIDTH
from ..rulebook.doses import Dose
from ..rulebook.exercises import Exercise
from ..rulebook.plan_rules import PlanRules
from .goals import Goal
from .scheduling import WEEK, Day, Move
from .weeks import Weeks


@attrs.frozen(kw_only=True)
class PlannedMove:
    """One exercise of a plan, with all that is asked of it.

    Attributes:
        number: Its number on the page.
        exercise: The exercise.
        steps: From which day on how much, in words: where it begins, then what changes.
    """

    number: int
    exercise: Exercise
    steps: tuple[tuple[date, str], ...]


def planned_moves(days: Iterable[Day]) -> tuple[PlannedMove, ...]:
    """Every exercise of some days, those of the sessions first, each with the days on which its figures change."""
    days = tuple(days)
    doses: dict[Exercise, list[tuple[date, Dose]]] = {}
    for part in ("moves", "apart"):
        for day in days:
            some: tuple[Move, ...] = getattr(day, part)
            for move in some:
                own = doses.setdefault(move.exercise, [])
                if not own or own[-1][1].amount != move.dose.amount:
                    own.append((day.day, move.dose))
    return tuple(
        PlannedMove(number=number, exercise=exercise, steps=tuple(_steps(own)))
        for number, (exercise, own) in enumerate(doses.items(), 1)
    )


def _steps(doses: Sequence[tuple[date, Dose]]) -> Iterator[tuple[date, str]]:
    """All that is asked at first, then what is new."""
    before: tuple[str, ...] = ()
    for day, dose in doses:
        yield day, "; ".join(part for part in dose.amounts if part not in before) or dose.amount
        before = dose.amounts


def calendar(plan: Weeks) -> Iterator[tuple[date, tuple[tuple[int, ...], ...]]]:
    """The first day of each week, and the numbers of the moves of its seven days."""
    numbers = {one.exercise: one.number for one in planned_moves(plan.days)}
    by_day = {day.day: sorted(numbers[move.exercise] for move in (*day.moves, *day.apart)) for day in plan.days}
    for week in range((plan.end - plan.start).days // WEEK + 1):
        first = plan.start + timedelta(days=week * WEEK)
        yield first, tuple(tuple(by_day.get(first + timedelta(days=day), ())) for day in range(WEEK))


def told(plan: Weeks) -> Iterator[str]:
    """What there is to say first: why there is no plan, why figures go back or stay, until when it lasts."""
    say = plan.made_by.say
    ending = [rule for rule in plan.rules if rule.then == "end"]
    for rule in ending or plan.rules:
        yield say(rule.then, because=rule.because)
    if not plan.days and not ending:
        yield say("nothing")
    if plan.days and plan.seen_first:
        yield say("until_seen", end=plan.made_by.long(plan.end))


def title(plan: Weeks) -> str:
    """What it is called."""
    made_by = plan.made_by
    return made_by.say("title", start=made_by.long(plan.start), end=made_by.long(plan.end))


def lists(plan: Weeks) -> dict[str, list[str]]:
    """What stands in lists, by what heads each: the signs to watch for; where something is planned, the stop rules, the
    dates and the goals too."""
    found = {"watch": [f"{heading}: {signs}" for heading, signs in plan.decision.safety_net.items()]}
    if careful := [entry.text for entry in plan.decision.cautions if plan.days or entry.rule.effect.names_urgency]:
        found["careful"] = careful
    if plan.days:
        say = plan.made_by.say
        found["stop"] = [rule.effect.text for rule in plan.decision.stop_rules]
        if plan.check_ins:
            found["check_ins"] = [*check_in_texts(plan), say("waits")]
        if plan.goals:
            found["goals"] = [*(goal_text(goal, plan.made_by) for goal in plan.goals), say("goal_help")]
    return found


def goal_text(goal: Goal, made_by: PlanRules) -> str:
    """A goal, or that it is reached."""
    key, day = ("reached", goal.reached) if goal.reached else ("goal", goal.due)
    target = goal.target
    return made_by.say(
        key, muscles=goal.group.name, exercise=target.exercise.name, amount=target.dose.amount, day=made_by.long(day)
    )


def printed(plan: Weeks) -> str:
    """The plan as a page of text."""
    return "\n".join(line for section in _sections(plan) for line in (*section, "")).rstrip("\n")


def _sections(plan: Weeks) -> Iterator[list[str]]:
    say = plan.made_by.say
    if plan.days:
        yield [title(plan).upper()]
    yield [say("do_now").upper(), *_wrapped([*plan.decision.action.locked, plan.decision.action.message])]
    if first := list(told(plan)):
        yield list(_wrapped(first))
    if not plan.days:
        return
    listed = lists(plan) | {"moves": [*_moves(plan), say("pace"), *around(plan)]}
    sections = {key: [say(key).upper(), *bulleted(texts)] for key, texts in listed.items()}
    sections["calendar"] = [say("calendar").upper(), *_calendar(plan), *_wrapped([say("calendar_help")])]
    order = ("watch", "careful", "stop", "check_ins", "calendar", "moves", "goals")
    yield from (sections[key] for key in order if key in sections)


def around(plan: Weeks) -> list[str]:
    """What stands before and after the moves of a session, and how long it takes."""
    made_by = plan.made_by
    ends = [made_by.say(key, minutes=getattr(made_by.table, f"{key}_minutes")) for key in ("warm_up", "cool_down")]
    return [*ends, made_by.say("minutes", minutes=plan.minutes)]


def check_in_texts(plan: Weeks) -> Iterator[str]:
    """When to answer again."""
    made_by = plan.made_by
    for one in plan.check_ins:
        yield made_by.say("check_in_rules" if one.rules_change else "check_in", day=made_by.long(one.day))


def _moves(plan: Weeks) -> Iterator[str]:
    for one in planned_moves(plan.days):
        yield f"{one.number}. {one.exercise.name}: {'. '.join(step_texts(one, plan.made_by))}."


def step_texts(move: PlannedMove, made_by: PlanRules) -> list[str]:
    """How much of a move, from which day on."""
    return [made_by.say("step", amount=amount, day=made_by.short(day)) for day, amount in move.steps]


def _calendar(plan: Weeks) -> Iterator[str]:
    rows = [["", *plan.made_by.week_from(plan.start)]]
    for number, (_, days) in enumerate(calendar(plan), 1):
        rows.append([plan.made_by.say("week", number=number), *(" ".join(map(str, day)) for day in days)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def bulleted(texts: Iterable[str]) -> Iterator[str]:
    """The lines of a list of texts, each text with a dash before it."""
    for text in texts:
        yield from textwrap.wrap(text, WIDTH, initial_indent="- ", subsequent_indent="  ")


def _wrapped(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from textwrap.wrap(text, WIDTH)


def plain(plan: Weeks) -> dict[str, Any]:
    """A plan as plain data."""
    return {
        "rulebook": attrs.asdict(plan.decision.rulebook),
        "start": plan.start.isoformat(),
        "end": plan.end.isoformat(),
        "weeks": plan.weeks,
        "minutes": plan.minutes,
        "told": list(told(plan)),
        "days": [_day(day) for day in plan.days],
        "goals": [
            {
                "group": goal.group.id,
                "target": _move(goal.target),
                "due": goal.due.isoformat(),
                "days": goal.days,
                "reached": goal.reached.isoformat() if goal.reached else None,
                "sources": list(goal.sources),
            }
            for goal in plan.goals
        ],
        "check_ins": [{"day": one.day.isoformat(), "rules_change": one.rules_change} for one in plan.check_ins],
        "rules": [{"rule": rule.id, "then": rule.then, "because": rule.because} for rule in plan.rules],
    }


def _day(day: Day) -> dict[str, Any]:
    return {
        "day": day.day.isoformat(),
        "warm_up_minutes": day.warm_up_minutes,
        "moves": [_move(move) for move in day.moves],
        "cool_down_minutes": day.cool_down_minutes,
        "apart": [_move(move) for move in day.apart],
        "minutes": day.minutes,
    }


def _move(move: Move) -> dict[str, Any]:
    dose = move.dose
    return {
        "exercise": move.exercise.id,
        **dose.starts,
        "rest_seconds": dose.rest_seconds,
        "sides": list(dose.sides),
        "form": dose.variants[0] if dose.variants else None,
        "amount": dose.amount,
    }
