"""What the learned reader looks at in a sentence: words, letters, groups of words, and how they stand to each other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, TypeAlias
from zlib import crc32

from .context import Context
from .phrases import Place, Sentence
from .words import MAX_WORD

Clue: TypeAlias = tuple[int, int, int]
"""A clue's number, and from which word up to which it stands."""

NEAR: Final = 7
"""The most words between two groups that are one clue together."""
BESIDE: Final = 3
"""The most words between a group and a word that are one clue together."""
SKIPPED: Final = 5
"""How far the second of two words may stand behind the first."""
CUES: Final = ("negated", "other_person", "past", "long", "imagined")
"""What a group of words may be said to be: each is a clue of its own."""
NO_CLUE: Final = frozenset({"number", "not", "person"})
"""Groups that stand in too many sentences to say anything."""
ONE: Final = 7
"""A sentence that has one group in more places than this counts those alone: noise is not read a thousand times."""


def number(clue: str) -> int:
    """The number that stands for a clue in the file of weights."""
    return crc32(clue.encode())


def word_clues(words: list[str]) -> Iterator[Clue]:
    """One to three words in a row, and two that stand near each other."""
    for at, word in enumerate(words):
        yield number(word), at, at + 1
        for end in (at + 2, at + 3):
            if end <= len(words):
                yield number("_".join(words[at:end])), at, end
        if word.isalnum():
            for other in range(at + 2, min(at + SKIPPED, len(words))):
                if words[other].isalnum():
                    yield number(f"{word}..{words[other]}"), at, other + 1


def group_clues(sentence: Sentence, context: Context) -> Iterator[Clue]:
    """Groups of words, each with what is said of it, two in their order, and a word beside one."""
    places = [
        (group, place)
        for group in sentence.groups
        if group not in NO_CLUE
        for place in list(sentence.group(group))[:ONE]
    ]
    named = [(f"{group}{_said(context, place)}", place) for group, place in places]
    named.sort(key=lambda one: one[1])
    for at, (group, (start, end)) in enumerate(named):
        yield number(f"g:{group}"), start, end
        near = 0
        for other, place in named[at + 1 :]:
            if place.start - end > NEAR or near > 12:
                break
            if place.start >= end:
                near += 1
                yield number(f"{group}>{other}"), start, place.end
                one, two = sorted((group, other))
                yield number(f"{one}&{two}"), start, place.end
        words = sentence.words
        for beside in (*range(max(0, start - BESIDE), start), *range(end, min(end + BESIDE + 1, len(words)))):
            if words[beside].isalnum():
                yield number(f"{group}~{words[beside]}"), min(start, beside), max(end, beside + 1)


def denied_clues(words: list[str], context: Context) -> Iterator[Clue]:
    """Words that a *no* reaches, and two of them in a row."""
    denied = [word.isalnum() and context.says("negated", Place(at, at + 1)) for at, word in enumerate(words)]
    for at, word in enumerate(words):
        if denied[at]:
            yield number(f"no:{word}"), at, at + 1
            if at + 1 < len(words) and denied[at + 1]:
                yield number(f"no:{word}_{words[at + 1]}"), at, at + 2


def letter_clues(words: list[str]) -> Iterator[Clue]:
    """Three to five letters in a row of each word."""
    for at, word in enumerate(words):
        for clue in _letters(word[:MAX_WORD]):
            yield clue, at, at + 1


def _said(context: Context, place: Place) -> str:
    return "".join(f"!{cue}" for cue in CUES if context.says(cue, place))


@lru_cache(maxsize=20_000)
def _letters(word: str) -> tuple[int, ...]:
    padded = f" {word} "
    return tuple({number(f"c:{padded[at : at + size]}") for size in (3, 4, 5) for at in range(len(padded) - size + 1)})
