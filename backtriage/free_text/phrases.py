"""Phrases: sequences of words and groups of words with gaps of a bounded length, and where they stand in a sentence.

``numb ~ {saddle}`` is the word *numb*, at most :data:`GAP` words, and a phrase of the group ``saddle``; ``~~`` is a gap
of at most :data:`WIDE_GAP`; ``{numb} <> {saddle}`` is both orders of ``{numb} ~ {saddle}``; ``fell & {neck} & {numb}``
is every order with gaps of at most :data:`WIDE_GAP`; ``wet|wetting`` are words
for the same, ``(give way|buckle)`` phrases for the same; ``tingl*`` is every word that begins so; ``#`` is a number.
Filler words (*my*, *the*, *really*) stand nowhere in a phrase and are skipped in the text. A sentence tries the phrases
alone that begin with its words, each at all places at once: the time grows in proportion to the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, KeysView, Mapping, Sequence
from itertools import accumulate, permutations
from typing import Final, Generic, NamedTuple, TypeAlias, TypeVar

import attrs

from .words import Span

T = TypeVar("T")

GAP: Final = 3
WIDE_GAP: Final = 7
DENYING: Final = frozenset({"not", "never", "no", "cant", "{cant}"})
SUBJECTS: Final = frozenset({"and"})
"""No gap that begins with one of the former goes over one of these: "it will not stop and I wake up"."""
_BRACKET: Final = re.compile(r" ?\(([^()|]*\|[^()]*)\)")
_GAPS: Final = {"~": GAP, "~~": WIDE_GAP}


class Place(NamedTuple):
    """Where something stands: from word ``start`` up to word ``end``."""

    start: int
    end: int


class Places:
    """Places in a sentence or spans of a text, put in order once, so that asking does not look at each of them.

    >>> places = Places([(4, 6), (0, 1)])
    >>> places.touch((5, 9)), places.touch((1, 4)), places.first_start(1, otherwise=7)
    (True, False, 4)
    """

    def __init__(self, places: Iterable[Span]) -> None:
        ordered = sorted(places)
        self._starts = [start for start, _ in ordered]
        self._ends = list(accumulate((end for _, end in ordered), max))  # of this place and all before it

    def touch(self, place: Span) -> bool:
        """Whether one of them shares a word or a character with another place."""
        start, end = place
        before = bisect_left(self._starts, end)
        return before > 0 and self._ends[before - 1] > start

    def first_start(self, at: int, *, otherwise: int) -> int:
        """Where the first of them starts that does not start before a word."""
        index = bisect_left(self._starts, at)
        return self._starts[index] if index < len(self._starts) else otherwise


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

    @property
    def begins(self) -> frozenset[str]:
        """Every alternative of the first element."""
        return self.elements[0][1]


class Index(Generic[T]):
    """Things in order, each under the keys that it may begin with: a sentence tries those alone that it has a key of.

    Args:
        things: The things, each with its keys.

    >>> index = Index([("numb legs", {"numb"}), ("sore neck", {"sore"}), ("dead legs", {"numb", "dead"})])
    >>> index.under({"numb": 1, "neck": 2}.keys())
    ['numb legs', 'dead legs']
    """

    def __init__(self, things: Iterable[tuple[T, Iterable[str]]]) -> None:
        self._things: list[T] = []
        self._under: dict[str, list[int]] = {}
        for number, (thing, keys) in enumerate(things):
            self._things.append(thing)
            for key in keys:
                self._under.setdefault(key, []).append(number)

    def __iter__(self) -> Iterator[T]:
        return iter(self._things)

    def __len__(self) -> int:
        return len(self._things)

    @property
    def keys(self) -> KeysView[str]:
        """Every key that one of the things may begin with."""
        return self._under.keys()

    def under(self, keys: KeysView[str]) -> list[T]:
        """The things that begin with one of some keys, in their order."""
        numbers = {number for key in keys & self._under.keys() for number in self._under[key]}
        return [self._things[number] for number in sorted(numbers)]


Phrases: TypeAlias = Index[Phrase]


def indexed(phrases: Iterable[Phrase]) -> Phrases:
    """Some phrases under the keys that they begin with."""
    return Index((phrase, phrase.begins) for phrase in phrases)


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
        groups: Mapping[str, Phrases],
        stems: frozenset[str],
        marks: Mapping[tuple[int, int], str],
    ) -> None:
        self.words = words
        self._starts: dict[str, dict[int, int]] = {}  # key and number of words to where such ones start, as bits
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
        starts = self._starts.setdefault(key, {})
        starts[end - start] = starts.get(end - start, 0) | 1 << start

    def has(self, key: str) -> bool:
        """Whether a word, a mark or a phrase of a group stands in the sentence."""
        return key in self._starts

    @property
    def groups(self) -> list[str]:
        """The groups of which a phrase stands in the sentence, in their order."""
        return [key[1:-1] for key in self._starts if key[0] == "{"]

    def may_hold(self, things: Index[T]) -> list[T]:
        """The things that begin with something that stands in the sentence, in their order."""
        return things.under(self._starts.keys())

    def find(self, phrases: Phrases, bars: frozenset[str] = frozenset()) -> Iterator[Place]:
        """Every place where one of the phrases stands; of those with one beginning, the shortest.

        Args:
            phrases: The phrases.
            bars: Words that no gap goes over.
        """
        for phrase in self.may_hold(phrases):
            (_, first), *others = phrase.elements
            over = [bars | SUBJECTS if keys & DENYING else bars for _, keys in phrase.elements]
            for start in _bits(self._beginnings(phrase)):
                ends = self._after(start, first)
                for (gap, keys), bar in zip(others, over, strict=False):
                    ends = {new for end in ends for at in self._reach(end, gap, bar) for new in self._after(at, keys)}
                if ends:
                    yield Place(start, min(ends))

    def group(self, id_: str) -> Iterator[Place]:
        """Every place where a group of words stands; of those with one beginning, the shortest."""
        starts = self._starts.get(f"{{{id_}}}", {})
        seen = 0
        for length in sorted(starts):
            yield from (Place(start, start + length) for start in _bits(starts[length] & ~seen))
            seen |= starts[length]

    def _beginnings(self, phrase: Phrase) -> int:
        """Where a phrase may stand, bars aside, as bits.

        Each element, from the last back, is looked for at all places at once: a word that is said a thousand times is
        not tried a thousand times.
        """
        starts = before = -1
        for gap, keys in reversed(phrase.elements):
            starts = 0
            for key in keys:
                for length, places in self._starts.get(key, {}).items():
                    starts |= places & before >> length
            if not starts:
                break
            before = starts
            for _ in range(gap):
                before |= before >> 1
        return starts

    def _reach(self, end: int, gap: int, bars: frozenset[str]) -> Iterator[int]:
        """Where the next element may begin."""
        for at in range(end, min(end + gap, len(self.words)) + 1):
            yield at
            if at < len(self.words) and self.words[at] in bars:
                return

    def _after(self, at: int, keys: frozenset[str]) -> set[int]:
        lengths = (found for key in keys if (found := self._starts.get(key)))
        return {at + length for starts in lengths for length in starts if starts[length] >> at & 1}


def _bits(number: int) -> Iterator[int]:
    """The places of the bits that are set."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
