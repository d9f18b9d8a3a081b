"""A plan on two printed pages: what to do, when to stop and what to watch for; then the moves with their figures."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ..errors import MissingExtra
from ..figures import figure
from ..presentation.page import DISCLAIMER
from .telling import PlannedMove, around, calendar, lists, planned_moves, step_texts, title, told
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
    made_by = plan.made_by
    moves = planned_moves(plan.days)
    across, height, size = next(room[1:] for room in ROOM if len(moves) <= room[0] or room is ROOM[-1])

    def card(move: PlannedMove) -> dict[str, object]:
        drawn = figure(move.exercise.id, plan.decision.profile.rulebook)
        (_, now), *_ = move.steps
        later = step_texts(move, made_by)[1:]
        svg = Markup(drawn.svg) if drawn else ""  # noqa: S704 - our own drawing
        return {"svg": svg, "number": move.number, "name": move.exercise.name, "first": now, "later": later}

    template = Environment(autoescape=True, trim_blocks=True).from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(
        language="en",
        title=title(plan) if plan.days else made_by.say("do_now"),
        locked=plan.decision.action.locked,
        message=plan.decision.action.message,
        told=list(told(plan)),
        lists=[(made_by.say(key), texts) for key, texts in lists(plan).items()],
        say=made_by.say,
        weekdays=made_by.week_from(plan.start),
        weeks=[
            (made_by.say("week", number=number), made_by.short(day), [" ".join(map(str, one)) for one in days])
            for number, (day, days) in enumerate(calendar(plan), 1)
        ]
        if plan.days
        else [],
        moves=[card(move) for move in moves],
        around=around(plan),
        across=across,
        height=height,
        size=size,
        disclaimer=DISCLAIMER,
    )
