"""Talking in lines: for pipes, screen readers, and terminals that know no more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TextIO

import attrs

from ...errors import TextError
from ...interview.yes_no import read_yes_no
from .conversation import Reply, Said, Wish
from .figures import HOW, figure, in_spans
from .layout import Layout, with_help

if TYPE_CHECKING:
    from ...interview.questions import InterviewQuestion

_WISHES: Final = {
    "back": Wish.BACK,
    "b": Wish.BACK,
    "one by one": Wish.ONE_BY_ONE,
    "stop": Wish.STOP,
    "quit": Wish.STOP,
    "q": Wish.STOP,
}
_NOT_SURE: Final = ("not sure", "?")
_HOW: Final = {
    "checklist": "The numbers of all that apply, as in 1 3; 2? if not sure of one; none, not sure, one by one",
    "yes_no": "yes, no or not sure",
    "offer": "yes or no",
    "choice": "One of the numbers, or not sure",
}


MAX_LINE: Final = 10_000


class UnreadableError(ValueError):
    """A line that is no answer to the question."""


@attrs.frozen(kw_only=True)
class Lines:
    """Questions as text, answers as lines. The end of the input stops the interview.

    Attributes:
        layout: How it looks.
        source: Where the answers come from.
        out: Where the questions go.
    """

    layout: Layout
    source: TextIO
    out: TextIO

    def tell(self, text: str, *, loud: bool = False) -> None:
        """Show a text, word for word."""
        print(self.layout.told(text, loud=loud), end="\n\n", file=self.out, flush=True)

    def fits(self, question: InterviewQuestion) -> bool:  # noqa: ARG002 - what runs off the screen has been told
        """Whether all of a question can be seen."""
        return True

    def ask(self, question: InterviewQuestion) -> Reply:
        """Show a question and read lines until one can be read."""
        print(self.layout.asked(question), file=self.out)
        for number, (id_, words) in enumerate((question.items or question.options).items(), start=1):
            line = f"{number}. {with_help(words, question.item_help.get(id_, ''))}"
            print(self.layout.wrapped(line, "   "), file=self.out)
        how = f"({how_to_answer(question)}; back; to be told what to do now: stop)"
        print(self.layout.wrapped(how), file=self.out)
        while True:
            print("> ", end="", file=self.out, flush=True)
            if not (line := self._line()):
                print(file=self.out)
                return Wish.STOP
            try:
                reply = read(question, line)
            except UnreadableError as error:
                self.tell(f"Sorry, {error}.")
            else:
                print(file=self.out)
                return reply

    def _line(self) -> str:
        """The next line; empty at the end. What a far too long one goes on with is no line of its own."""
        line = rest = self.source.readline(MAX_LINE)
        while len(rest) == MAX_LINE and not rest.endswith("\n"):
            rest = self.source.readline(MAX_LINE)
        return line


def how_to_answer(question: InterviewQuestion) -> str:
    """What can be answered, in words."""
    if question.kind != "number":
        return _HOW[question.kind]
    spans = f", {HOW}" if in_spans(question) else ""
    return f"A number of {question.unit}, {question.minimum:g} to {question.maximum:g}{spans}, or not sure"


def read(question: InterviewQuestion, line: str) -> Reply:
    """The reply that a line says. What cannot be read is asked again, never guessed.

    Raises:
        UnreadableError: If it says none.

    >>> import backtriage as bt
    >>> iv = bt.Interview()
    >>> read(iv.question, "none").value, read(iv.question, "1 4").value
    ('none', ['neck_pain', 'lower_back_pain'])
    """
    text = " ".join(line.lower().split())
    if text in _WISHES and (text != "one by one" or question.kind == "checklist"):
        return _WISHES[text]
    if text in _NOT_SURE:
        return Said(value=None)
    if question.kind in ("yes_no", "offer"):
        return Said(value=_yes_no(question, text))
    if question.kind == "number" and (number := figure(question, text)) is not None:
        return Said(value=number)
    if question.kind == "choice":
        return Said(value=_picked(text, list(question.options)))
    if question.kind == "checklist":
        return _checklist(question, text)
    raise UnreadableError(f"please answer: {how_to_answer(question)}")


def _yes_no(question: InterviewQuestion, text: str) -> bool | None:
    try:
        return read_yes_no(text)
    except TextError:
        raise UnreadableError(f"please answer: {how_to_answer(question)}") from None


def _checklist(question: InterviewQuestion, text: str) -> Said:
    if text == "none":
        return Said(value="none")
    ids = list(question.items)
    words = text.replace(",", " ").split()
    ticked = [_picked(word, ids) for word in words if not word.endswith("?")]
    unsure = [_picked(word[:-1], ids) for word in words if word.endswith("?")]
    if not words or not set(ticked).isdisjoint(unsure):
        raise UnreadableError(f"please answer: {how_to_answer(question)}")
    return Said(value=ticked or "none", not_sure=tuple(unsure))


def _picked(word: str, ids: list[str]) -> str:
    if not re.fullmatch(r"\d{1,3}", word, re.ASCII) or not 1 <= int(word) <= len(ids):
        raise UnreadableError(f"{word[:20]!r} is not one of the numbers 1 to {len(ids)}, none, not sure, back or stop")
    return ids[int(word) - 1]
