"""Which of some names was probably meant: by their words, and by the letters of slips."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, TypeAlias

import attrs

Texts: TypeAlias = Mapping[float, Iterable[str]]
"""What else a name is told by: how much a word counts (1 for the name's own) to texts."""

GROUPS: Final = re.compile(r"\{(\w+)\}")
"""A group of words, as a phrase names it."""
MAX_LENGTH: Final = 200
MAX_WORDS: Final = 8
MAX_MEANT: Final = 3
_SLIP: Final = 0.85
"""So alike are a name and the same name with a slip of the keyboard."""
_DISTANT: Final = 0.7
"""So alike are names of which one may be meant where nothing nearer is found."""
_ENOUGH: Final = 0.45
"""So much of what was written has to be found in a name."""
_NEARLY: Final = 0.9
"""What is not so near as this share of the nearest is not named beside it."""
_SPOKEN: Final = 0.6
"""How much a word of a phrase counts, against one of the name itself."""
_GROUP: Final = 0.4
"""How much a word counts that stands in a group which a phrase uses."""
_UNKNOWN: Final = 0.5
"""How much a word counts that nothing knows, against one that a single name knows."""
_TEXTUAL: Final = 0.8
"""A word that counts no more than this is one of a text."""
_RARE: Final = 0.15
"""A word that is in more than this share of the names and their texts tells little."""
_FEW: Final = 5
_WORD: Final = re.compile(r"[A-Z]?[^\W\d_A-Z]+|(?:(?![A-Z][a-z])[A-Z])+|\d+")


@attrs.frozen
class Spoken:
    """The words that people use, by what they use them for.

    Attributes:
        names: The names that programs use.
        phrases: What is said for it.
        groups: The words of the groups that phrases use.
    """

    names: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    phrases: Mapping[str, Sequence[str]] = attrs.field(factory=dict)
    groups: Mapping[str, str] = attrs.field(factory=dict)

    def of(self, id_: str) -> Texts:
        """The words for one thing, and how much they count."""
        phrases = self.phrases.get(id_, ())
        used = {group for phrase in phrases for group in GROUPS.findall(phrase)}
        return {
            _SPOKEN: [GROUPS.sub(" ", phrase) for phrase in phrases],
            _GROUP: [self.groups.get(group, "") for group in used],
        }


class Names:
    """Names, to find the one that was probably meant.

    Args:
        known: Each name with what else it is told by.
        also: Each name with the other names it goes by.

    >>> names = Names({"fever_or_shivers": {}, "arthritis_ever": {}}, {"fever_or_shivers": ["temperature"]})
    >>> names.meant("fever"), names.meant("Temperature"), names.meant("arthritis evr"), names.meant("rash")
    (['fever_or_shivers'], ['fever_or_shivers'], ['arthritis_ever'], [])
    """

    def __init__(self, known: Mapping[str, Texts], also: Mapping[str, Iterable[str]] | None = None) -> None:
        also = also or {}
        self._known = tuple(known)
        self._called: dict[str, dict[str, None]] = {}
        self._own = {name: len(set(_words(name))) for name in known}
        self._counts: dict[str, dict[str, float]] = {}
        for name, texts in known.items():
            for called in (name, *also.get(name, ())):
                self._called.setdefault("_".join(_words(called)), {})[name] = None
            for weight, told in ({1.0: (name, *also.get(name, ()))} | dict(texts)).items():
                for word in {word for text in told for word in _words(text)}:
                    count = self._counts.setdefault(word, {})
                    count[name] = max(weight, count.get(name, 0.0))
        self._beginning: dict[str, list[str]] = {}
        for word in self._counts:
            self._beginning.setdefault(word[0], []).append(word)

    def called(self, name: object) -> list[str]:
        """The names that go by exactly this one, whatever its capitals and what is between its words."""
        return list(self._called.get("_".join(_words(name)), ())) if isinstance(name, str) else []

    def meant(self, name: object, among: Collection[str] | None = None) -> list[str]:
        """What was probably meant, the nearest first: at most three names, or more that go by exactly this one.

        Args:
            name: What was written.
            among: The names that can be meant; all of them if left out.
        """
        if not isinstance(name, str) or len(name) > MAX_LENGTH or not (words := _words(name)):
            return []
        among = self._known if among is None else among
        if exact := [one for one in self.called(name) if one in among]:
            return exact
        written = "_".join(words)
        near = self._by_words(words[:MAX_WORDS], among)
        for slip, alike in self._alike(written, _SLIP):
            for one in self._called[slip]:
                if one in among:
                    near[one] = max(alike, near.get(one, 0.0))
        if not near:
            near = {one: alike for slip, alike in self._alike(written, _DISTANT) for one in self._called[slip]}
        ranked = sorted((one for one in near if one in among), key=lambda one: -near[one])
        return [one for one in ranked if near[one] >= _NEARLY * near[ranked[0]]][:MAX_MEANT]

    def _alike(self, written: str, enough: float) -> list[tuple[str, float]]:
        matcher = difflib.SequenceMatcher(b=written)
        found = []
        for called in self._called:
            matcher.set_seq1(called)
            if matcher.real_quick_ratio() >= enough and matcher.quick_ratio() >= enough:
                found.append((called, matcher.ratio()))
        return [(called, alike) for called, alike in found if alike >= enough]

    def _by_words(self, words: list[str], among: Collection[str]) -> dict[str, float]:
        """How much of some words each name is told by; a word of few names counts more than one of many."""
        found: dict[str, float] = {}
        own: dict[str, int] = {}
        total = 0.0
        for word in dict.fromkeys(words):
            counts: dict[str, float] = {}
            for other, alike in self._similar(word).items():
                for name, weight in self._counts[other].items():
                    counts[name] = max(alike * weight, counts.get(name, 0.0))
            if len(counts) > max(_FEW, _RARE * len(self._known)):  # so common a word tells only a name that has it
                counts = {name: count for name, count in counts.items() if count > _TEXTUAL}
            strong = sum(count >= 0.5 for count in counts.values())
            weighs = math.log(1 + len(self._known) / max(strong, 1)) * (1 if counts else _UNKNOWN)
            total += weighs
            for name, count in counts.items():
                found[name] = found.get(name, 0.0) + weighs * count
                own[name] = own.get(name, 0) + (count > _TEXTUAL)
        shares = {name: count / total for name, count in found.items() if name in among}
        return {
            name: share * (0.8 + 0.2 * own[name] / self._own[name])
            for name, share in shares.items()
            if share >= _ENOUGH
        }

    def _similar(self, word: str) -> dict[str, float]:
        """The words that are known and may be this one, and how alike each is."""
        if word in self._counts:
            return {word: 1.0, **{other: 0.9 for other in self._beginning[word[0]] if _one_stem(word, other)}}
        others = self._beginning.get(word[0], ())
        stems = {other: 0.9 for other in others if _one_stem(word, other)}
        if stems or len(word) < 4:
            return stems
        close = difflib.get_close_matches(word, others, n=3, cutoff=0.8)
        return {other: difflib.SequenceMatcher(a=other, b=word).ratio() * 0.9 for other in close}


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _one_stem(one: str, other: str) -> bool:
    """Whether two words differ in their endings alone, as *crash* and *crashes*; *fever* and *ever* do not."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < 4:
        return longer == f"{shorter}s"
    stem = max(4, math.ceil(len(longer) * 0.7))
    return shorter[:stem] == longer[:stem]
