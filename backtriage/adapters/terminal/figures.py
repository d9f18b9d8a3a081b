"""A figure as a person types it: a number, and of days also weeks, months and years."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ...interview.questions import InterviewQuestion

SPANS: Final = {"d": 1.0, "w": 7.0, "m": 30.4375, "y": 365.0}
"""The first letter of a span of time to its days."""
HOW: Final = "or as 3 weeks, 2 months, 1 year"
_FIGURE: Final = re.compile(r"(\d{1,6}(?:\.\d{1,3})?) *(?:([dwmy])|(day|week|month|year)s?)?", re.ASCII)
_DAYS: Final = "days"


def in_spans(question: InterviewQuestion) -> bool:
    """Whether weeks, months and years can be given too."""
    return question.kind == "number" and question.unit == _DAYS


def figure(question: InterviewQuestion, text: str) -> float | None:
    """The number that a text gives in the question's unit; ``None`` if it gives none.

    >>> import backtriage as bt
    >>> asked = bt.InterviewQuestion(id="q", kind="number", phase=bt.Phase.SAFE, text="?", why="", unit="days")
    >>> figure(asked, "9"), figure(asked, "3 weeks"), figure(asked, "2m"), figure(asked, "a while")
    (9, 21, 61, None)
    """
    found = _FIGURE.fullmatch(text.strip())
    if found is None or (found.lastindex != 1 and not in_spans(question)):
        return None
    number, *spans = found.groups()
    span = next((one[0] for one in spans if one), "")
    if span:
        return round(float(number) * SPANS[span])
    return float(number) if "." in number else int(number)
