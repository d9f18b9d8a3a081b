"""How it looks: widths, colours, and the question as it stands on the screen."""

from __future__ import annotations

import os
import shutil
import textwrap
from typing import TYPE_CHECKING, Final, TextIO

import attrs

from ...presentation import page
from ...rulebook.rules import Urgency

if TYPE_CHECKING:
    from ...assessment import Assessment
    from ...interview.questions import InterviewQuestion

LOUD: Final = "1;37;41"
"""Bold white on red, as terminals number it."""
BOLD: Final = "1"
DIM: Final = "2"
_NARROWEST: Final = 20


@attrs.frozen(kw_only=True)
class Layout:
    """What a screen can show.

    Attributes:
        width: Columns.
        height: Lines; 0 where it is no screen.
        colours: Whether to use any.
    """

    width: int = page.WIDTH
    height: int = 0
    colours: bool = False

    @classmethod
    def of(cls, out: TextIO) -> Layout:
        """The layout for a stream; no colours where ``NO_COLOR`` is set or where it is no terminal."""
        if not out.isatty():
            return cls()
        size = shutil.get_terminal_size()
        colours = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        return cls(width=max(_NARROWEST, min(size.columns - 1, page.WIDTH)), height=size.lines, colours=colours)

    def painted(self, text: str, colour: str) -> str:
        """The text in a colour, line by line."""
        if not self.colours:
            return text
        return "\n".join(f"\x1b[{colour}m{line}\x1b[0m" if line else line for line in text.split("\n"))

    def told(self, text: str, *, loud: bool) -> str:
        """A text word for word; a loud one cannot be overlooked."""
        return self.painted(self.wrapped(text), LOUD) if loud else self.wrapped(text)

    def wrapped(self, text: str, indent: str = "") -> str:
        """The text in lines that fit; lines that fit already stay as they are.

        What a terminal would take for an order, as a forged file may hold it, is left out.
        """
        text = "".join([char for char in text if char.isprintable() or char == "\n"])
        lines = []
        for line in text.split("\n"):
            inner = " " * (len(line) - len(line.lstrip())) + indent
            fits = len(line) <= self.width
            lines += [line] if fits else textwrap.wrap(line, self.width, subsequent_indent=inner[: self.width // 2])
        return "\n".join(lines)

    def asked(self, question: InterviewQuestion) -> str:
        """A question: its words, how to understand it, and why it is asked."""
        parts = [self.painted(self.wrapped(question.text), BOLD)]
        parts += [self.wrapped(question.help)] if question.help else []
        parts += [self.painted(self.wrapped(f"Why: {question.why}"), DIM)] if question.why else []
        return "\n".join(parts)

    def result(self, assessment: Assessment) -> str:
        """The printed assessment. What to do now is first; where that scrolls off the screen it is also last."""
        action = assessment.action
        serious = action.level is not None and action.level >= Urgency.SAME_DAY
        texts = [*page.headed(page.heading(assessment)), *action.locked, action.message]
        first = self.painted("\n".join(map(self.wrapped, texts)), LOUD if serious else BOLD)
        text = f"{first}\n\n{self.wrapped(page.details(assessment), '  ')}"
        return f"{text}\n\n{first}" if self.height and text.count("\n") + 2 > self.height else text


def with_help(words: str, help_: str) -> str:
    """A line of a checklist with what it means, which is never shown without it.

    >>> with_help("Cancer, now or ever", "Not a fully treated skin cancer.")
    'Cancer, now or ever (Not a fully treated skin cancer.)'
    """
    return f"{words} ({help_})" if help_ else words
