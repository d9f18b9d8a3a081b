"""What a person reads, in parts: each has the address of its words, and nobody takes what was joined apart again."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs


@attrs.frozen
class Text:
    """Words that a person reads.

    Attributes:
        address: Where the rulebook has them, as in ``messages.levels.soon.say`` or ``rules.fever.why``.
        words: The words.
        locked: They must be shown word for word.
    """

    address: str
    words: str
    locked: bool = False

    def filled(self, fill: Callable[[str], str]) -> Text:
        """The same text with whatever its words leave open filled in."""
        return Text(self.address, fill(self.words), self.locked)

    def __str__(self) -> str:
        return self.words


@attrs.frozen
class ListText(Text):
    """A heading and what stands under it.

    >>> print(ListText("messages.safety_net.Same day", "Same day", items=("fever or shivers", "a new fall")))
    Same day: fever or shivers; a new fall.
    """

    items: tuple[str, ...] = ()

    def filled(self, fill: Callable[[str], str]) -> ListText:
        return ListText(self.address, fill(self.words), self.locked, tuple(map(fill, self.items)))

    def __str__(self) -> str:
        return f"{self.words}: {'; '.join(self.items)}."


@attrs.frozen
class Whom(Text):
    """Whom to see, and what is to be known or asked there.

    >>> print(Whom("rules.bones.see", "your doctor", notes=("about the bones", "about sleep")))
    your doctor (about the bones, about sleep)
    """

    notes: tuple[str, ...] = ()

    def filled(self, fill: Callable[[str], str]) -> Whom:
        return Whom(self.address, fill(self.words), self.locked, tuple(map(fill, self.notes)))

    def __str__(self) -> str:
        return f"{self.words} ({', '.join(self.notes)})" if self.notes else self.words


def joined(texts: Iterable[Text]) -> str:
    """Texts said one after the other."""
    return " ".join(map(str, texts))


def listed(sees: Iterable[Whom]) -> tuple[Whom, ...]:
    """Whom to see, each once, with all that is to be asked there.

    >>> doctor, midwife = Whom("a", "your doctor", notes=("about the bones",)), Whom("b", "your midwife")
    >>> [str(whom) for whom in listed([doctor, midwife, Whom("c", "your doctor", notes=("about sleep",))])]
    ['your doctor (about the bones, about sleep)', 'your midwife']
    """
    found: dict[str, Whom] = {}
    for see in sees:
        first = found.setdefault(see.words, see)
        if first is not see:
            found[see.words] = attrs.evolve(first, notes=tuple(dict.fromkeys((*first.notes, *see.notes))))
    return tuple(found.values())
