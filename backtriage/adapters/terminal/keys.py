"""Talking in keys: a list to move in, with prompt_toolkit.

INVARIANT: no answer is a single key. What a key points to counts when enter is pressed, so that a key that bounces, or
was meant for the question before, answers nothing.

INVARIANT: nobody says "none of these" to lines that were never on the screen: a list that is too long for it is asked
one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

import attrs

from ...errors import MissingExtra
from .conversation import Reply, Wish
from .figures import SPANS, in_spans
from .layout import Layout
from .picking import KEYS, TICKED, UNSURE, Picking, in_words

try:
    from prompt_toolkit.application import Application
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
    from prompt_toolkit.layout import Dimension, HSplit, Window
    from prompt_toolkit.layout import Layout as Screen
    from prompt_toolkit.layout.controls import FormattedTextControl
except ImportError:
    raise MissingExtra("prompt-toolkit", "terminal") from None

if TYPE_CHECKING:
    from collections.abc import Callable

    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from prompt_toolkit.input import Input
    from prompt_toolkit.output import Output

    from ...interview.questions import InterviewQuestion


@attrs.frozen(kw_only=True)
class Keys:
    """Questions as lists to move in. It needs ``pip install -e '.[terminal]'``.

    Attributes:
        layout: How it looks.
        out: Where what is told goes.
        source: Where the keys come from; the terminal if left out.
        screen: Where the lists go; the terminal if left out.
    """

    layout: Layout
    out: TextIO
    source: Input | None = None
    screen: Output | None = None

    def tell(self, text: str, *, loud: bool = False) -> None:
        """Show a text, word for word."""
        print(self.layout.told(text, loud=loud), end="\n\n", file=self.out, flush=True)

    def ask(self, question: InterviewQuestion) -> Reply:
        """Show a question, and take the answer by keys; the list then makes way for the answer in words."""
        picking = Picking(question=question)
        print(self.layout.asked(question), file=self.out, flush=True)
        application: Application[Reply] = Application(
            layout=Screen(self._screen(picking)),
            key_bindings=_bindings(picking),
            erase_when_done=True,
            input=self.source,
            output=self.screen,
        )
        reply = application.run(handle_sigint=False)
        self.tell(self.layout.wrapped(f"> {in_words(question, reply)}", "  "))
        return reply

    def fits(self, question: InterviewQuestion) -> bool:
        """Whether all of a list can be seen."""
        if question.kind != "checklist":
            return True
        picking = Picking(question=question)
        text = "".join([words for _, words, *_ in self._shown(picking)])
        lines = f"{text}\n{self.layout.wrapped(picking.how_to_answer)}".count("\n") + 1
        return not self.layout.height or lines < self.layout.height

    def _screen(self, picking: Picking) -> HSplit:
        """The list, and below it what to press: on a low screen the list scrolls, and that stays."""
        how = self.layout.wrapped(picking.how_to_answer)
        height = how.count("\n") + 1

        def notice() -> str:
            return self.layout.wrapped(picking.notice) + "\n" if picking.notice else ""

        return HSplit(
            [
                Window(FormattedTextControl(lambda: self._shown(picking), focusable=True), wrap_lines=True),
                Window(FormattedTextControl(notice), height=lambda: notice().count("\n"), style="bold"),
                Window(FormattedTextControl(how), height=Dimension(preferred=height, max=height, weight=10)),
            ]
        )

    def _shown(self, picking: Picking) -> StyleAndTextTuples:
        """The list as it is now, the row under the cursor always on the screen."""
        here: tuple[str, str] = ("[SetCursorPosition]", "")
        shown: StyleAndTextTuples = []
        if picking.question.kind == "number":
            shown += [("bold", f"  {picking.question.unit}: {picking.typed}"), ("", "\n")]
        for number, (words, mark) in enumerate(picking.lines):
            at = number == picking.cursor
            line = self.layout.wrapped(f"{'>' if at else ' '} {mark}{words}", " " * (len(mark) + (2 if at else 0)))
            shown += [*([here] if at else []), ("bold reverse" if at else "", line), ("", "\n")]
        return shown[:-1]


def _bindings(picking: Picking) -> KeyBindings:
    bindings = KeyBindings()
    kind = picking.question.kind

    def on(*keys: str, do: Callable[[str], Reply | None]) -> None:
        def heard(event: KeyPressEvent) -> None:
            picking.notice = ""
            if (reply := do(event.key_sequence[0].data)) is not None:
                event.app.exit(result=reply)

        for key in keys:
            bindings.add(key, eager=True)(heard)

    on("up", "s-tab", do=lambda _: picking.move(-1))
    on("down", "tab", do=lambda _: picking.move(1))
    on("enter", "c-j", do=lambda _: picking.done())
    on("b", do=lambda _: Wish.BACK)
    on("c-c", "c-d", do=lambda _: Wish.STOP)
    on(*KEYS[kind], do=picking.point)
    if kind == "checklist":
        on(" ", do=lambda _: picking.mark(TICKED))
        on("?", do=lambda _: picking.mark(UNSURE))
    if kind == "number":
        on(*"0123456789.", *(SPANS if in_spans(picking.question) else ()), do=picking.type)
        on("backspace", do=lambda _: picking.rub_out())
    return bindings
