"""Phrases: sequences of words and groups of words with gaps of a bounded length, and where they stand in a sentence.

``numb ~ {saddle}`` is the word *numb*, at most :data:`GAP` words, and a phrase of the group ``saddle``; ``~~`` is a gap
of at most :data:`WIDE_GAP`; ``{numb} <> {saddle}`` is both orders of ``{numb} ~ {saddle}``; ``fell & {neck} & {numb}``
is every order with gaps of at most :data:`WIDE_GAP`; ``wet|wetting`` are words
for the same, ``(give way|buckle)`` phrases for the same; ``tingl*`` is every word that begins so; ``#`` is a number.
Filler words (*my*, *the*, *really*) stand nowhere in a phrase and are skipped in the text. Nothing goes back, so the
time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations
from typing import Final

import attrs

GAP: Final = 3
WIDE_GAP: Final = 7
_BRACKET: Final = re.compile(r" ?\(([^()]*\|[^()]*)\)")
_GAPS: Final = {"~": GAP, "~~": WIDE_GAP}


@attrs.frozen(order=True)
class Place:
    """Where something stands: from word ``start`` up to word ``end``."""

    start: int
    end: int

    def touches(self, other: Place) -> bool:
        """Whether they share a word."""
        return self.start < other.end and other.start < self.end


@attrs.frozen
class Phrase:
    """A sequence of elements, each a set of alternatives, with the widest gap before it.

    Attributes:
        elements: Gap and alternatives: words, beginnings of words (``tingl*``) and groups (``{numb}``).
    """

    elements: tuple[tuple[int, frozenset[str]], ...]

    @property
    def keys(self) -> frozenset[str]:
        """Every alternative of every element."""
        return frozenset(key for _, alternatives in self.elements for key in alternatives)


def read(text: str, fillers: frozenset[str] = frozenset()) -> list[Phrase]:
    """The phrases that a text of the rule files stands for.

    Raises:
        ValueError: If it is empty, begins or ends with a gap, or means less than it says because fillers are skipped.

    >>> [len(phrase.elements) for phrase in read("numb <> {saddle}")]
    [2, 2]
    >>> [sorted(phrase.keys) for phrase in read("knee (gave way|buckled)")]
    [['gave', 'knee', 'way'], ['buckled', 'knee']]
    """
    if "<>" in text:
        one, _, other = text.partition("<>")
        return read(f"{one} ~ {other}", fillers) + read(f"{other} ~ {one}", fillers)
    if "&" in text:
        orders = permutations(text.split(" & "))
        return [phrase for order in orders for phrase in read(" ~~ ".join(order), fillers)]
    if bracket := _BRACKET.search(text):
        before, after = text[: bracket.start()], text[bracket.end() :]
        return [phrase for part in bracket[1].split("|") for phrase in read(f"{before} {part} {after}", fillers)]
    elements: list[tuple[int, frozenset[str]]] = []
    gap = 0
    parts = text.split()
    for part in parts:
        alternatives = frozenset(part.split("|"))
        if part in _GAPS:
            if gap or not elements:
                raise ValueError(f"a gap in the wrong place in `{text}`")
            gap = _GAPS[part]
        elif alternatives.isdisjoint(fillers):
            elements.append((gap, alternatives))
            gap = 0
        elif len(alternatives) > 1:
            raise ValueError(f"`{min(alternatives & fillers)}` is skipped, so it cannot be an alternative in `{text}`")
    if gap or not elements:
        raise ValueError(f"no words, or a gap at the end: `{text}`")
    if len(elements) == 1 and len(parts) > 1 and fillers:
        raise ValueError(f"`{text}` means no more than `{'|'.join(sorted(elements[0][1]))}`, for fillers are skipped")
    return [Phrase(tuple(elements))]


class Sentence:
    """One sentence, and where the groups of words stand in it.

    Args:
        words: The words without fillers.
        groups: Group to its phrases; a group may use those before it.
        stems: The beginnings of words that phrases use, without the star.
        marks: Start and end to a mark that stands there beside the words.
    """

    def __init__(
        self,
        words: Sequence[str],
        groups: Mapping[str, Sequence[Phrase]],
        stems: frozenset[str],
        marks: Mapping[tuple[int, int], str],
    ) -> None:
        self.words = words
        self._ends: dict[str, dict[int, set[int]]] = {}
        for at, word in enumerate(words):
            self._add(word, at, at + 1)
            if word[0].isdigit():
                self._add("#", at, at + 1)
            for cut in range(2, len(word) + 1):
                if word[:cut] in stems:
                    self._add(f"{word[:cut]}*", at, at + 1)
        for (start, end), mark in marks.items():
            self._add(mark, start, end)
        for id_, phrases in groups.items():
            for place in list(self.find(phrases)):
                self._add(f"{{{id_}}}", place.start, place.end)

    def _add(self, key: str, start: int, end: int) -> None:
        self._ends.setdefault(key, {}).setdefault(start, set()).add(end)

    def find(self, phrases: Iterable[Phrase], bars: frozenset[str] = frozenset()) -> Iterator[Place]:
        """Every place where one of the phrases stands; of those with one beginning, the shortest.

        Args:
            phrases: The phrases.
            bars: Words that no gap goes over.
        """
        for phrase in phrases:
            (_, first), *others = phrase.elements
            if not all(any(key in self._ends for key in keys) for _, keys in phrase.elements):
                continue
            for start in sorted({at for key in first for at in self._ends.get(key, ())}):
                ends = self._after(start, first)
                for gap, keys in others:
                    ends = {new for end in ends for at in self._reach(end, gap, bars) for new in self._after(at, keys)}
                if ends:
                    yield Place(start, min(ends))

    def group(self, id_: str) -> Iterator[Place]:
        """Every place where a group of words stands."""
        for start, ends in self._ends.get(f"{{{id_}}}", {}).items():
            yield Place(start, min(ends))

    def _reach(self, end: int, gap: int, bars: frozenset[str]) -> Iterator[int]:
        """Where the next element may begin."""
        for at in range(end, min(end + gap, len(self.words) - 1) + 1):
            yield at
            if self.words[at] in bars:
                return

    def _after(self, at: int, keys: frozenset[str]) -> set[int]:
        return {end for key in keys for end in self._ends.get(key, {}).get(at, ())}
