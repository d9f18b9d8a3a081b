"""From what somebody typed to plain words, each with the place where it stands in the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from itertools import groupby, islice
from typing import Final, TypeAlias

import attrs

from ..errors import MissingExtra, TextError, shown

Span: TypeAlias = tuple[int, int]
"""Where something begins and ends."""

MAX_CHARACTERS: Final = 10_000
"""About four pages: more than a person types into a chat."""
MAX_WORD: Final = 30
"""Longer ones are no words; nothing is compared with them."""
SHORT: Final = 4
"""A shorter word is taken as it is: too many real words are one letter away from it."""
LONG: Final = 8
"""From this length on, two slips are allowed instead of one."""
MAX_SEEN: Final = 20_000
RARE: Final = 50
"""The words that the dictionary has met no more often are names and slips."""
STOPS: Final = frozenset({".", "!", "?", ";", "\n\n"})
COMMA: Final = ","

_TOKENS: Final = re.compile(r"\d+(?:[.:]\d+)?|[a-z]+(?:'[a-z]+)*'?|\n(?:[^\S\n]*+\n)+|[.!?;,()\n-]")
_LOOKS_LIKE: Final = str.maketrans(
    "абвгеёзіјклмнорстухѕԁһԛԝαβεικμνορτυχ’‘`´ʼ′",  # noqa: RUF001 - these are the look-alikes
    "abbree3ijkmmhopctyxsdhqwabeikmvoptux''''''",
)
"""Letters of other alphabets and marks that look like ours."""
_PAUSES: Final = frozenset("\n-()")
_DASHES: Final = str.maketrans("–—‐‑−", ",,---")  # noqa: RUF001 - dashes of other lengths


@attrs.frozen
class Word:
    """A word or a mark, as it is matched.

    Attributes:
        text: Small letters, no accents, slips put right; contractions are written out.
        start: Where it begins in the text.
        end: Where it ends.
    """

    text: str
    start: int
    end: int


def checked(text: str, most: int = MAX_CHARACTERS) -> str:
    """The text, if it can be read.

    Raises:
        TextError: If it is no text or longer than so many characters; a sign that stands for several letters
            counts as those, and nothing is cut off silently.
    """
    if not isinstance(text, str):
        raise TextError.of("text", f"{shown(text)} is not text", "give the message as a str")
    hint = f"at most {most}; read it in parts"
    if len(text) > most:
        raise TextError.of("text", f"a text of {len(text)} characters", hint)
    if (spelt := len(plain(text)[0])) > most:
        raise TextError.of("text", f"a text of {spelt} characters with its signs written out", hint)
    return text


def plain(text: str) -> tuple[str, list[int]]:
    """The text in plain small letters, and for each character the place in the text that it comes from.

    >>> plain("Caf\\u00e9\\u200b")[0]
    'cafe'
    """
    letters: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        if char.isascii():
            letters.append(char.lower())
            places.append(place)
            continue
        small = unicodedata.normalize("NFKD", char.translate(_DASHES)).casefold().translate(_LOOKS_LIKE)
        for part in small:
            if unicodedata.category(part) not in ("Mn", "Cf"):  # accents, and what has no width
                letters.append(part)
                places.append(place)
    return "".join(letters), places


def words(text: str, contractions: Mapping[str, str], speller: Speller | None) -> Iterator[Word]:
    """The words and marks of a text; brackets, dashes and line breaks are commas."""
    small, places = plain(text)
    for token in _TOKENS.finditer(small):
        start, end = places[token.start()], places[token.end() - 1] + 1
        bare = token[0].replace("'", "")
        if token[0].isspace() and token[0].count("\n") > 1:
            yield Word("\n\n", start, end)
        elif token[0] in _PAUSES:
            if token[0] != "-" or not _joins(small, token.start()):
                yield Word(COMMA, start, end)
        elif bare:
            if token[0].endswith("'s") and bare not in contractions and speller is not None:
                bare = bare[
                    :-1
                ]  # "my neck's stiff", "my father's cancer": what it is or has is said by the words beside it
            if token[0] == "i'll" and speller is not None:
                bare = "i_will"  # without its apostrophe it is another word
            right = speller.right(bare) if speller is not None else bare
            for part in contractions.get(right, right).split():
                yield Word(part, start, end)


def _joins(text: str, at: int) -> bool:
    """Whether a hyphen stands within a word: "sit-up" is two words without a pause."""
    return text[at - 1 : at].isalnum() and text[at + 1 : at + 2].isalnum()


class Speller:
    """Puts slips right, towards words that mean something here; real words are left alone.

    Args:
        known: The words that mean something here.
        stems: The beginnings of words that do: no slip either.

    >>> Speller(["bladder", "picking"], ["prickl"]).right("baldder")
    'bladder'
    >>> Speller(["bladder", "picking"], ["prickl"]).right("prickling")
    'prickling'
    """

    def __init__(self, known: Collection[str], stems: Collection[str] = ()) -> None:
        self._known = sorted(known)
        self._stems = tuple(stem for stem in stems if len(stem) > SHORT)
        self._right = dict.fromkeys(self._known)  # a word that is right stands for itself
        self._seen: dict[str, str] = {}

    def right(self, word: str) -> str:
        """The word that was meant."""
        if word in self._right or not word.isalpha() or not SHORT <= len(word) <= MAX_WORD:
            return word
        if word not in self._seen:
            if len(self._seen) >= MAX_SEEN:
                self._seen.clear()
            self._seen[word] = self._meant(word)
        return self._seen[word]

    def _meant(self, word: str) -> str:
        if word in _dictionary() or word.startswith(self._stems):
            return word
        for shorter in (_shortened(word, 2), _shortened(word, 1)):  # "feeel", "bummm"
            if shorter in self._right:
                return shorter
        from rapidfuzz import process  # noqa: PLC0415 - an extra; `_dictionary` has reported it
        from rapidfuzz.distance import OSA  # noqa: PLC0415

        slips = 1 if len(word) < LONG else 2
        near = [
            (distance, other)
            for other, distance, _ in process.extract(
                word, self._known, scorer=OSA.distance, score_cutoff=slips, limit=8
            )
            if len(other) >= SHORT and (other[0] == word[0] or sorted(other[:2]) == sorted(word[:2]))
        ]
        return min(near)[1] if near else word


def _shortened(word: str, most: int) -> str:
    """The word with no letter more often in a row."""
    return "".join([letter for _, row in groupby(word) for letter in islice(row, most)])


@lru_cache(maxsize=1)
def _dictionary() -> frozenset[str]:
    """The words of English that are no slips."""
    try:
        import rapidfuzz  # noqa: F401, PLC0415 - looked for together
        from spellchecker import SpellChecker  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtra("rapidfuzz or pyspellchecker", "language") from error
    counts = SpellChecker(language="en", distance=1).word_frequency.dictionary
    return frozenset(word for word, count in counts.items() if count > RARE)
