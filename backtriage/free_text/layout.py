"""Where the layout of a reply forbids: a list under "Avoid:", a line with a cross, a column "Not for you"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import attrs

from .words import Span

MAX_HEADING: Final = 200
"""A longer line forbids nothing below it."""
_FIRST: Final = (
    r"a|some|what|which|that|to|also|best|better|i|id|ill|youd|your|we|wed|should|would|could|can|must|will|have|has"
    r"|need|is|are|be|currently"
)
"""What stands before the verb beside its object, and is none: "things you should avoid"."""
_OBJECT: Final = (
    r"these|those|any|all|following|exercises?|moves?|movements?|stretches|activities|positions|things?|heavy|bending"
    r"|lifting|twisting|you|your own|on|from|please|completely|altogether|entirely|for|now|yet|today|at|the|moment"
    r"|present|this|next|first|few|couple|of|days?|weeks?|two|three|four|six|\d+|right"
)
"""What may be forbidden, and for how long: nothing that is not said of exercises."""
_DO: Final = r"(?:to )?(?:be )?(?:do|doing|try|trying|start|starting|use|using|perform|attempt)"
_VERB: Final = (
    rf"(?:avoid(?:ing|ed)?|skip(?:ping)?|stop(?:ping)?(?: doing)?|stay away|steer clear|keep away|miss out|hold off"
    rf"|leav(?:e|ing)(?: (?:{_OBJECT}|it|them))*? (?:out|off|alone|later)|give up|wait(?: with)?|cannot {_DO}"
    rf"|(?:do|should|must|ca)nt(?: {_DO})?|donts|do not(?: {_DO})?|no|(?:not|never)(?: {_DO})?|without|unsuitable"
    r"|excluded|banned|off limits|off the table"
    r"|not (?:yet |currently )?(?:ok|okay|safe|allowed|recommended|suitable|advised|included|ready))"
)
_FORBIDS: Final = re.compile(
    rf"(?:(?:please|for now|also) )?{_VERB}(?: (?:it|them))?(?: (?:{_OBJECT}))*"
    rf"|(?:(?:{_FIRST}|{_OBJECT}) )*{_VERB}(?: (?:{_OBJECT}))*"
    r"|(?:for |until )?later(?: on)?"
)
"""A heading that forbids has nothing but an object beside its verb: "Avoid these", but not "Avoid pain with these"."""
_ASIDE: Final = re.compile(
    r"^(?:because|since|as|while|until|for|in|with|given|at)\b[^,]*, *|\([^()]*\)"
    r"|( (?:until|till|while)\b(?:(?! then | and )[^,;.:!?])*+)(\Z)?"
)
"""Why and until when; the latter only with nothing to do after it: not "Avoid these until Monday, then start"."""
_MARKS: Final = re.compile(r"\W+")
_ITEM: Final = re.compile(r"\s*(?:[-*•+–]|\d+[.)]|[^\w\s#|>\"'(*_`]+)\s+\S")  # noqa: RUF001
_NEXT_ITEM: Final = re.compile(r"\n(?=[ \t]*(?:[-*•+–✅✓✔☑🟢👍🚫❌✗✘⛔🛑✖]|\d+[.)])[️ \t])")  # noqa: RUF001
_HEADING: Final = re.compile(r"#+(?:\s.*)?|\*\*[^*]+\*\*:?|__[^_]+__:?|.*:\**")
_CROSS: Final = re.compile(r"\s*(?:[-*•]\s*)?[🚫❌✗✘⛔🛑✖]")
_TICK: Final = re.compile(r"\s*(?:[-*•]\s*)?[✅✓✔☑🟢👍]")


def forbidden(text: str) -> list[Span]:
    """The parts of a reply that stand where its layout forbids.

    >>> text = "Leave out for now:\\n- sit-ups\\n- the plank\\nWalking is fine."
    >>> [text[start:end] for start, end in forbidden(text)]
    ['- sit-ups', '- the plank']
    """
    return list(_spans(text))


@attrs.frozen
class Line:
    """A line of a reply, as it is laid out.

    Attributes:
        start: Where it begins.
        heading: Where the heading is that it stands under, if there is one; a heading stands under none.
        mark: ``cross``, ``tick``, ``item``, ``heading`` or ``plain``.
    """

    start: int
    heading: Span | None
    mark: str


def lines(text: str) -> list[Line]:
    """The lines of a reply.

    >>> [(line.heading, line.mark) for line in lines("Not yet:\\n- sit-ups\\nWalk.")]
    [(None, 'heading'), ((0, 8), 'item'), (None, 'plain')]
    """
    found: list[Line] = []
    above: Span | None = None
    at = 0
    for line in text.split("\n"):
        mark = _mark(line)
        if mark == "heading":
            above = at, at + len(line)
        elif mark == "plain" and line.strip() and above and text[above[0]] != "#":  # a section: up to the next heading
            above = above if found and found[-1].mark == "heading" else None
        found.append(Line(at, None if mark == "heading" else above, mark))
        at += len(line) + 1
    return found


def _mark(line: str) -> str:
    if _CROSS.match(line):
        return "cross"
    if _TICK.match(line):
        return "tick"
    if line.strip() and _HEADING.fullmatch(line.strip()):
        return "heading"
    return "item" if _ITEM.match(line) else "plain"


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
        heading = _HEADING.fullmatch(line.strip()) is not None
        if _CROSS.match(line):
            yield start, start + len(line)
        elif _TICK.match(line) or not line.strip():
            continue
        elif heading:
            forbids = _forbids(line)
            section = forbids and line.lstrip().startswith("#")  # up to the next heading
        elif not _ITEM.match(line):
            forbids = section
        if forbids and not heading:
            yield start, start + len(line)


def _forbids(heading: str) -> bool:
    """Whether a heading says no more than that something is not to be done, why and until when aside."""
    if len(heading) > MAX_HEADING:
        return False
    said = _ASIDE.sub(_kept, re.sub(r"['\u2019]", "", heading.lower().strip("#*_:-| \t")))
    return _FORBIDS.fullmatch(_MARKS.sub(" ", said).strip()) is not None


def _kept(aside: re.Match[str]) -> str:
    """What is left of an aside: the whole of it, where something follows "until"."""
    return aside[1] if aside[1] and aside[2] is None else ""


def _cells(line: str, start: int, columns: list[bool]) -> Iterator[Span]:
    for place, cell in enumerate(line.split("|")):
        if place < len(columns) and columns[place]:
            yield start, start + len(cell)
        start += len(cell) + 1
