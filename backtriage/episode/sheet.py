"""A plan on two printed pages: what to do, when to stop and what to watch for; then the moves with their figures."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ..errors import MissingExtra
from ..figures import figure
from ..presentation.page import DISCLAIMER
from ..rulebook.plan_rules import PlanRules, read_plan_rules
from .telling import PlannedMove, around, calendar, check_in_texts, goal_text, planned_moves, step_texts, told
from .weeks import Weeks

TEMPLATE: Final = Path(__file__).with_suffix(".html")
ROOM: Final = ((12, 4, 26, 8.4), (20, 5, 18, 7.4), (28, 6, 12, 6.5), (60, 7, 9, 5.8))
"""Up to how many moves: how many stand beside each other, how high their figures are in millimetres, and the size of
their words in points."""


def sheet(plan: Weeks) -> str:
    """An HTML page that prints on two sheets of A4; it asks nothing of any server.

    Raises:
        MissingExtra: If Jinja is not installed.
    """
    try:
        from jinja2 import Environment  # noqa: PLC0415 - it is asked for here alone
        from markupsafe import Markup  # noqa: PLC0415 - likewise
    except ImportError as error:
        raise MissingExtra("jinja2", "plan") from error
    book = plan.decision.profile.rulebook
    made_by = read_plan_rules(book)
    moves = planned_moves(plan.days)
    across, height, size = next(room[1:] for room in ROOM if len(moves) <= room[0] or room is ROOM[-1])
    first = plan.start.weekday()

    def card(move: PlannedMove) -> dict[str, object]:
        drawn = figure(move.exercise.id, book)
        now, *later = move.steps[:1] and [move.steps[0][1], *step_texts(move, made_by)[1:]]
        svg = Markup(drawn.svg) if drawn else ""  # noqa: S704 - our own drawing
        return {"svg": svg, "number": move.number, "name": move.exercise.name, "first": now, "later": later}

    template = Environment(autoescape=True, trim_blocks=True).from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(
        language="en",
        title=made_by.say("title", start=made_by.long(plan.start), end=made_by.long(plan.end))
        if plan.days
        else made_by.say("do_now"),
        locked=plan.decision.action.locked,
        message=plan.decision.action.message,
        told=list(told(plan)),
        lists=_lists(plan, made_by),
        say=made_by.say,
        weekdays=[*made_by.table.weekdays[first:], *made_by.table.weekdays[:first]],
        weeks=[
            (made_by.say("week", number=number), made_by.short(day), [" ".join(map(str, one)) for one in days])
            for number, (day, days) in enumerate(calendar(plan), 1)
        ]
        if plan.days
        else [],
        moves=[card(move) for move in moves],
        around=around(plan, made_by),
        across=across,
        height=height,
        size=size,
        disclaimer=DISCLAIMER,
    )


def _lists(plan: Weeks, made_by: PlanRules) -> list[tuple[str, list[str]]]:
    """What stands on the first page as lists: the signs, the stop rules, the dates, the goals."""
    say = made_by.say
    watch = [f"{heading}: {signs}" for heading, signs in plan.decision.safety_net.items()]
    found = [(say("watch"), watch)]
    if plan.days:
        found += [
            (say("stop"), [rule.effect.text for rule in plan.decision.stop_rules]),
            (say("check_ins"), [*check_in_texts(plan, made_by), say("waits")]),
            (say("goals"), [*(goal_text(goal, made_by) for goal in plan.goals), say("goal_help")]),
        ]
    return found
