"""An answer while it is being made, whatever draws it: rows, a cursor, marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from .conversation import Reply, Said, Wish
from .figures import figure, in_spans
from .layout import with_help

if TYPE_CHECKING:
    from ...interview.questions import InterviewQuestion

TICKED: Final = "x"
UNSURE: Final = "?"
NOWHERE: Final = -1
"""Where the cursor is before anybody has chosen anything."""
_NONE: Final = "None of these"
_NOT_SURE: Final = "Not sure"
_ONE_BY_ONE: Final = "One by one"
_YES: Final = "Yes"
_NO: Final = "No"
KEYS: Final = {
    "checklist": {"n": _NONE, "s": _NOT_SURE, "o": _ONE_BY_ONE},
    "yes_no": {"y": _YES, "n": _NO, "s": _NOT_SURE},
    "offer": {"y": _YES, "n": _NO},
    "choice": {"s": _NOT_SURE},
    "number": {"s": _NOT_SURE},
}
"""Kind of question to the keys that point to a row, and the row."""
_ANSWERS: Final[dict[str, Reply]] = {
    _YES: Said(value=True),
    _NO: Said(value=False),
    _NONE: Said(value="none"),
    _NOT_SURE: Said(value=None),
    _ONE_BY_ONE: Wish.ONE_BY_ONE,
}


@attrs.define(kw_only=True)
class Picking:
    """An answer while it is being made.

    Attributes:
        question: The question.
        cursor: The row that is pointed to.
        marks: Of a checklist: line to ``x`` or ``?``.
        typed: Of a number: what has been typed.
        notice: What is missing.
    """

    question: InterviewQuestion
    cursor: int = attrs.field()
    marks: dict[str, str] = attrs.Factory(dict)
    typed: str = ""
    notice: str = ""

    @cursor.default
    def _first(self) -> int:
        return 0 if self.question.kind == "checklist" else NOWHERE

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Id and words of every row: what the question lists, then what can be said to it as a whole."""
        items, helps = self.question.items, self.question.item_help
        listed = {id_: with_help(words, helps.get(id_, "")) for id_, words in items.items()} or self.question.options
        return [*listed.items(), *((words, words) for words in KEYS[self.question.kind].values())]

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Words and mark of every row."""
        marks = {id_: f"[{self.marks.get(id_) or ' '}] " for id_ in self.question.items}
        return [(words, marks.get(id_, "")) for id_, words in self.rows]

    @property
    def how_to_answer(self) -> str:
        """The keys, in words."""
        first = {"checklist": "space: it applies, ?: not sure of it", "number": "type the number"}
        keys = ["w, m, y after it: weeks, months, years"] if in_spans(self.question) else []
        keys += [f"{key}: {words.lower()}" for key, words in KEYS[self.question.kind].items()]
        ending = ("enter: done", "b: back", "to be told what to do now, ctrl-c: stop")
        ways = [first.get(self.question.kind, "up, down: move"), *keys, *ending]
        return f"({', '.join(ways)})"

    def move(self, by: int) -> None:
        """Move the cursor."""
        start = 0 if self.cursor == NOWHERE and by < 0 else self.cursor
        self.cursor = (start + by) % len(self.rows)

    def point(self, key: str) -> None:
        """Move the cursor to what a key stands for."""
        words = KEYS[self.question.kind][key]
        self.cursor = [id_ for id_, _ in self.rows].index(words)

    def mark(self, mark: str) -> None:
        """Mark the line under the cursor, or take the mark away."""
        id_ = self.rows[self.cursor][0]
        if id_ in self.question.items:
            self.marks = {**self.marks, id_: "" if self.marks.get(id_) == mark else mark}

    def type(self, character: str) -> None:
        """Type a character of a number."""
        self.cursor, self.typed = NOWHERE, (self.typed + character)[:9]

    def rub_out(self) -> None:
        """Take back the last character."""
        self.cursor, self.typed = NOWHERE, self.typed[:-1]

    def done(self) -> Reply | None:
        """The reply; ``None``, and a notice, where something is missing or one part would contradict another."""
        ticked = [id_ for id_ in self.question.items if self.marks.get(id_) == TICKED]
        unsure = tuple([id_ for id_ in self.question.items if self.marks.get(id_) == UNSURE])
        id_ = self.rows[self.cursor][0] if self.cursor != NOWHERE else ""
        reply: Reply | None = None
        if id_ in _ANSWERS and (ticked or unsure or self.typed):
            self.notice = "You have given an answer beside this. Take one of them away."
        elif id_ in _ANSWERS:
            reply = _ANSWERS[id_]
        elif ticked or unsure:
            reply = Said(value=ticked or "none", not_sure=unsure)
        elif self.question.kind == "number":
            reply = self._number()
        elif id_ in self.question.options:
            reply = Said(value=id_)
        else:
            listed = self.question.kind == "checklist"
            self.notice = "Nothing is marked yet. Space marks a line." if listed else "Choose an answer first."
        return reply

    def _number(self) -> Reply | None:
        number = figure(self.question, self.typed)
        if number is None:
            self.notice = "Type a number, or point to not sure."
            return None
        return Said(value=number)


def in_words(question: InterviewQuestion, reply: Reply) -> str:
    """A reply as a person reads it again.

    >>> import backtriage as bt
    >>> in_words(bt.Interview().question, Said(value=["neck_pain", "arm_pain"]))
    'Neck; Arm or hand'
    """
    if isinstance(reply, Wish):
        return str(reply.value)
    value = reply.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "not sure"
    if question.kind == "number":
        return f"{value} {question.unit}"
    if question.kind == "choice":
        return question.options[str(value)]
    lines = [question.items[id_] for id_ in value] if isinstance(value, list) else []
    return "; ".join([*lines, *(f"not sure: {question.items[id_]}" for id_ in reply.not_sure)]) or "none of these"
