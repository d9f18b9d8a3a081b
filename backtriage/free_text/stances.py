"""What a reply says of an exercise that it names: by the rules, and by the words around the name, whatever the name is."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

import attrs

from .clues import Clue, number
from .context import Context
from .layout import Line, forbidden, items_apart, lines
from .learned import Learned
from .lexicon import Language, Looked
from .mentions import ReadSentence
from .phrases import Place, Places, Sentence
from .reply_problems import Stance
from .words import COMMA, Span

BREAKS: Final = frozenset({"but", "because", "however"})
"""What a reply names or promises goes over none of these."""
NEAR: Final = 9
"""So many words on either side of a name are looked at."""
FAR: Final = 12
"""So many of the sentences before and behind, and of the heading above."""
LONGEST: Final = 4
"""The most words in a row that are one clue."""
OTHER: Final = "(exercise)"
"""Stands for the name of another exercise; a list of them is one."""
_JOINS: Final = frozenset({COMMA, "and", "or", "nor", "plus"})
RECOMMENDED: Final = Stance.RECOMMENDED.value


@attrs.frozen
class Named:
    """An exercise named in a reply.

    Attributes:
        ids: The exercises that the name can mean.
        at: The number of the sentence.
        place: The words of the name.
        span: Where it stands in the text.
        forbidden: Whether a cue beside it or the layout says that it is not to be done.
    """

    ids: tuple[str, ...]
    at: int
    place: Place
    span: Span
    forbidden: bool


def found_in(looked: Looked, sentence: Sentence) -> Iterator[Place]:
    """Where a sentence says what a table looks for."""
    apart = Places(sentence.find(looked.apart))
    return (place for place in sentence.find(looked.yes, BREAKS) if not apart.touch(place))


class ReadReply:
    """The sentences of a reply and the exercises that they name.

    Args:
        text: The reply.
        words_of: The words of a rulebook.

    Attributes:
        sentences: The sentences.
        named: The exercises, in the order of the sentences.
    """

    def __init__(self, text: str, words_of: Language) -> None:
        self.sentences = [
            ReadSentence(sentence, Context(sentence, words_of.cues), written)
            for sentence, written in words_of.sentences(items_apart(text))
        ]
        laid_out = Places(forbidden(text))
        self.named: list[Named] = []
        for at, read in enumerate(self.sentences):
            for looked in read.sentence.may_hold(words_of.exercises):
                for place in found_in(looked, read.sentence):
                    span = read.span(*place)
                    no = read.context.says("forbidden", place) or laid_out.touch(span)
                    self.named.append(Named(looked.table.id, at, place, span, no))
        self._lines = lines(text)
        self._begins = [line.start for line in self._lines]
        self._masked = [_Masked(read, [one.place for one in self.named if one.at == at]) for at, read in self._each()]
        self._words_of = words_of

    def _each(self) -> Iterator[tuple[int, ReadSentence]]:
        return enumerate(self.sentences)

    def stance(self, named: Named, learned: Learned | None) -> Stance:
        """What is said of an exercise: the rules have a say first, and the words around its name confirm them."""
        if learned is None:
            return Stance.FORBIDDEN if named.forbidden else Stance.RECOMMENDED
        score = learned.weigh_clues(self.clues(named)).scores.get(RECOMMENDED, 0.0)
        if named.forbidden:
            return Stance.UNCLEAR if score >= learned.ask else Stance.FORBIDDEN
        if score <= learned.keep:
            return Stance.FORBIDDEN
        return Stance.RECOMMENDED if score >= learned.add else Stance.UNCLEAR

    def clues(self, named: Named) -> list[list[tuple[int, Clue]]]:
        """What stands around a name, and not the name: beside it, in the sentences next to it, and above."""
        before, after = self._masked[named.at].around(named.place)
        beside = [*_rows("b", before[-NEAR:]), *_rows("a", after[:NEAR]), *_across(before, after)]
        earlier = [word for one in self._masked[max(0, named.at - 2) : named.at] for word in (*one.words, "(stop)")]
        later = [word for one in self._masked[named.at + 1 : named.at + 3] for word in ("(stop)", *one.words[:FAR])]
        line = self._line(named.span)
        above = self._words_of.words(line.heading[: FAR * 8])
        head = [word.text for word in above][:FAR]
        asked = "(asking)" if self.sentences[named.at].sentence.has("(asking)") else "(telling)"
        blocks = (
            beside,
            [*_rows("p", earlier[-FAR:]), *_rows("n", later[:FAR])],
            [*_rows("h", head), f"l:{line.mark}", f"q:{asked}", f"l:{line.mark} {asked}"],
        )
        return [[(0, (number(f"s{clue}"), 0, 0)) for clue in dict.fromkeys(block)] for block in blocks]

    def _line(self, span: Span) -> Line:
        return self._lines[bisect_right(self._begins, span[0]) - 1]


class _Masked:
    """The words of a sentence, its names of exercises masked: a list of them is one."""

    def __init__(self, read: ReadSentence, names: Sequence[Place]) -> None:
        words = read.sentence.words
        within = [0] * (len(words) + 1)
        for start, end in names:
            within[start] += 1
            within[end] -= 1
        deep = list(accumulate(within))
        self.words: list[str] = []
        self._at: list[int] = []  # for each word of the sentence how many masked words stand before it
        for at, word in enumerate(words):
            self._at.append(len(self.words))
            if not deep[at]:
                self.words.append(word)
            elif not self._goes_on():
                self.words.append(OTHER)
            else:
                self._at[-1] = len(self.words) - 1

    def _goes_on(self) -> bool:
        """Whether the words so far end with a name and what joins it to the next, which is dropped then."""
        end = len(self.words)
        while end and self.words[end - 1] in _JOINS and len(self.words) - end < 3:  # noqa: PLR2004 - ", and then"
            end -= 1
        if end and self.words[end - 1] == OTHER:
            del self.words[end:]
            return True
        return False

    def around(self, place: Place) -> tuple[list[str], list[str]]:
        """What stands before a name, or the list that it belongs to, and what behind it."""
        at = min(self._at[place.start], len(self.words) - 1)
        return self.words[max(0, at - NEAR) : at], self.words[at + 1 : at + 1 + NEAR]


def _rows(view: str, words: Sequence[str]) -> Iterator[str]:
    """One to four words in a row."""
    for at in range(len(words)):
        for end in range(at + 1, min(at + LONGEST, len(words)) + 1):
            yield f"{view}:{' '.join(words[at:end])}"


def _across(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """What stands right at a name: some words before it, itself, and some behind."""
    left, right = ["(start)", *before], [*after, "(end)"]
    for back in range(LONGEST):
        for ahead in range(LONGEST):
            if back or ahead:
                yield f"w:{' '.join([*left[len(left) - back :], '*', *right[:ahead]])}"
