"""Where the layout of a reply forbids: a list under "Avoid:", a line with a cross, a column "Not for you"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

Span = tuple[int, int]

_FORBIDS: Final = re.compile(
    r"\b(?:avoid|leave\b.{0,40}?\b(?:out|off|alone|later)|don['\u2019]?t|do not|not|no|never|skip|stop|without"
    r"|stay away|steer clear|keep away|miss out|hold off|wait|later|unsuitable|excluded|off[ -]limits|off the table"
    r"|banned|give up)\b",
    re.IGNORECASE,
)
_REASSURES: Final = re.compile(
    r"\b(?:don['\u2019]?t|do not|no|not|never|without) (?:be |to |need to )?(?:worr|forget|hesitat|stop|give up|problem"
    r"|equipment|need|only|sure|serious|danger|afraid|alone|miss|skip|rush|hurry)\w*",
    re.IGNORECASE,
)
_ITEM: Final = re.compile(r"\s*(?:[-*•+–]|\d+[.)]|[^\w\s#|>\"'(*_`]+)\s+\S")  # noqa: RUF001
_NEXT_ITEM: Final = re.compile(r"\n(?=[ \t]*(?:[-*•+–✅✓✔☑🟢👍🚫❌✗✘⛔🛑✖]|\d+[.)])[️ \t])")  # noqa: RUF001
_HEADING: Final = re.compile(r"\s*(?:#+\s.*|\*\*[^*]+\*\*:?|__[^_]+__:?|.*:\**)\s*$")
_CROSS: Final = re.compile(r"\s*(?:[-*•]\s*)?[🚫❌✗✘⛔🛑✖]")
_TICK: Final = re.compile(r"\s*(?:[-*•]\s*)?[✅✓✔☑🟢👍]")


def forbidden(text: str) -> list[Span]:
    """The parts of a reply that stand where its layout forbids.

    >>> text = "Leave out for now:\\n- sit-ups\\n- the plank\\nWalking is fine."
    >>> [text[start:end] for start, end in forbidden(text)]
    ['- sit-ups', '- the plank']
    """
    return list(_spans(text))


def items_apart(text: str) -> str:
    """The reply with each item of a list a sentence of its own; every place in it stays what it is.

    >>> items_apart("Walk\\n- sit\\n- stand")
    'Walk.- sit.- stand'
    """
    return _NEXT_ITEM.sub(".", text)


def _spans(text: str) -> Iterator[Span]:
    forbids = section = False
    columns: list[bool] = []
    at = 0
    for line in text.split("\n"):
        start, at = at, at + len(line) + 1
        if line.lstrip().startswith("|"):
            if not columns:
                columns = [_forbids(cell) for cell in line.split("|")]
            yield from _cells(line, start, columns)
            continue
        columns = []
        if _CROSS.match(line):
            yield start, start + len(line)
        elif _TICK.match(line) or not line.strip():
            continue
        elif _HEADING.match(line):
            forbids = _forbids(line)
            section = forbids and line.lstrip().startswith("#")  # up to the next heading
        elif not _ITEM.match(line):
            forbids = section
        if forbids and not _HEADING.match(line):
            yield start, start + len(line)


def _forbids(heading: str) -> bool:
    return bool(_FORBIDS.search(_REASSURES.sub("", heading)))


def _cells(line: str, start: int, columns: list[bool]) -> Iterator[Span]:
    for place, cell in enumerate(line.split("|")):
        if place < len(columns) and columns[place]:
            yield start, start + len(cell)
        start += len(cell) + 1
