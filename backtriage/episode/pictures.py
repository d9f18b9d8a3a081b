"""Pictures of a plan and of an episode, as SVG in the colour of the text around them, each with its words."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from .scheduling import WEEK
from .telling import goal_text, planned_moves
from .weeks import Weeks

_ROW: Final = 16
_NAMES: Final = 190
_WIDTH: Final = 520
_MAX_PAIN: Final = 10
_STYLE: Final = (
    'fill="currentColor" stroke="currentColor" stroke-width="0" font-family="sans-serif" font-size="11" role="img"'
)


def week(plan: Weeks, first: date | None = None) -> str:
    """The moves of one week: a row each, a dot for every day on which it is done.

    Args:
        plan: The plan.
        first: The week's first day; the plan's, if left out.
    """
    made_by = plan.made_by
    begin = first or plan.start
    days = [begin + timedelta(days=number) for number in range(WEEK)]
    rows = planned_moves([day for day in plan.days if day.day in days])
    done = {day.day: {move.exercise for move in (*day.moves, *day.apart)} for day in plan.days}
    names = made_by.week_from(begin)
    step = (_WIDTH - _NAMES) / WEEK
    parts = [_text(_NAMES + (at + 0.5) * step, 12, name, "middle") for at, name in enumerate(names)]
    told = []
    for number, row in enumerate(rows, 1):
        y = 12 + number * _ROW
        parts.append(_text(0, y, _short(row.exercise.name)))
        on = [at for at, day in enumerate(days) if row.exercise in done.get(day, ())]
        parts += [f'<circle cx="{_n(_NAMES + (at + 0.5) * step)}" cy="{y - 4}" r="4"/>' for at in on]
        told.append(f"{row.exercise.name}: {', '.join(names[at] for at in on)}")
    return _svg(20 + len(rows) * _ROW, parts, f"{made_by.long(begin)}. {'. '.join(told)}.")


def goals(plan: Weeks) -> str:
    """The goals on a line of time: a bar until the day by which each is due, filled where it is reached."""
    made_by = plan.made_by
    whole = max(1, (plan.end - plan.start).days)
    step = (_WIDTH - _NAMES) / whole
    parts = []
    for number, goal in enumerate(plan.goals):
        y = 12 + number * _ROW
        long = max(1, min(whole, (goal.due - plan.start).days)) * step
        filled = "" if goal.reached else ' fill-opacity="0.35"'
        parts.append(_text(0, y, _short(goal.group.name)))
        parts.append(f'<rect x="{_NAMES}" y="{y - 8}" width="{_n(long)}" height="7" rx="3"{filled}/>')
        parts.append(_text(_NAMES + min(long + 4, _WIDTH - _NAMES - 34), y - 1, made_by.short(goal.due)))
    return _svg(8 + len(plan.goals) * _ROW, parts, " ".join(goal_text(goal, made_by) for goal in plan.goals))


def trend(pain: Sequence[tuple[date, int]], done: Iterable[date], label: str) -> str:
    """How strong the pain was, as a line from 0 to 10, and under it a mark for every day on which something was done.

    Args:
        pain: The days on which it was said, and how strong it was.
        done: The days on which something was done.
        label: What is shown, in words.
    """
    days = sorted({*(day for day, _ in pain), *done})
    if not days:
        return _svg(10, [], label)
    first, whole = days[0], max(1, (days[-1] - days[0]).days)
    high = 90

    def x(day: date) -> str:
        return _n(24 + (day - first).days / whole * (_WIDTH - 40))

    def y(score: int) -> str:
        return _n(12 + high * (1 - score / _MAX_PAIN))

    grid = [f'<path d="M24 {y(score)}H{_WIDTH - 16}" stroke-width="0.5" stroke-opacity="0.3"/>' for score in (0, 5, 10)]
    numbers = [_text(18, float(y(score)) + 4, str(score), "end") for score in (0, 5, 10)]
    line = "L".join(f"{x(day)} {y(score)}" for day, score in pain)
    drawn = [f'<path d="M{line}" fill="none" stroke-width="2" stroke-linejoin="round"/>'] if len(pain) > 1 else []
    dots = [f'<circle cx="{x(day)}" cy="{y(score)}" r="3"/>' for day, score in pain]
    marks = [f'<rect x="{_n(float(x(day)) - 1.5)}" y="{high + 20}" width="3" height="8"/>' for day in sorted({*done})]
    return _svg(high + 32, [*grid, *numbers, *drawn, *dots, *marks], label)


def _svg(height: float, parts: Iterable[str], told: str) -> str:
    label = html.escape(told, quote=True)
    box = f'viewBox="0 0 {_WIDTH} {_n(height)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box} {_STYLE} aria-label="{label}">{"".join(parts)}</svg>'


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{html.escape(words)}</text>'


def _short(name: str) -> str:
    return name if len(name) <= 30 else f"{name[:29]}…"


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
