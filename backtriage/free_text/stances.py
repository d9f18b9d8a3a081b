"""What a reply says of an exercise that it names: by the rules, and by the words around the name, whatever it is."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain
from typing import Final

import attrs

from .clues import Clue, number
from .context import Context
from .known_words import ASKING, TELLING, Language, Looked
from .layout import Line, forbidden, items_apart, lines
from .learned import Learned
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
        named_in: For each sentence the exercises that it names.
    """

    def __init__(self, text: str, words_of: Language) -> None:
        self.sentences = [
            ReadSentence(sentence, Context(sentence, words_of.cues), written)
            for sentence, written in words_of.sentences(items_apart(text), reply=True)
        ]
        laid_out = Places(forbidden(text))
        self.named_in = [list(_named(at, read, laid_out, words_of)) for at, read in enumerate(self.sentences)]
        self._lines = lines(text)
        self._begins = [line.start for line in self._lines]
        self._masked = [_Masked(read, named) for read, named in zip(self.sentences, self.named_in, strict=True)]
        self._starts = list(accumulate((read.written[0].start if read.written else 0 for read in self.sentences), max))

    @property
    def named(self) -> Iterator[Named]:
        """The exercises of the whole reply."""
        return chain.from_iterable(self.named_in)

    def stance(self, named: Named, learned: Learned | None) -> Stance:
        """What is said of an exercise: the rules have a say first, and the words around its name confirm them."""
        if learned is None:
            return Stance.FORBIDDEN if named.forbidden else Stance.RECOMMENDED
        return stance_of(self.clues(named), learned, forbidden=named.forbidden)

    def clues(self, named: Named) -> list[list[tuple[int, Clue]]]:
        """What stands around a name, and not the name: beside it, in the sentences next to it, and above."""
        at, last = named.at, len(self.sentences) - 1
        clause = self._clause(named)
        before, after = self._masked[at].around(named.place, clause)
        earlier = [word for one in self._masked[max(0, at - 2) : at] for word in (*one.words, "(stop)")][-FAR:]
        later = [word for one in self._masked[at + 1 : at + 3] for word in ("(stop)", *one.words[:FAR])][:FAR]
        line = self._line(named.span)
        above = self._above(line)
        head = [word for one in above for word in self._masked[one].words][:FAR]
        asked = ASKING if self.sentences[at].sentence.has(ASKING) else TELLING
        said = (
            f"b:{self._no(at, clause.start, named.place.start)}",
            f"a:{self._no(at, named.place.end, clause.end)}",
            f"p:{self._no(at - 1) if at else ''}",
            f"n:{self._no(at + 1) if at < last else ''}{asked}",
            f"h:{''.join(sorted({self._no(one) for one in above}))}",
        )
        blocks = (
            [*_rows("b", before), *_rows("a", after), *_across(before, after)],
            [*_rows("p", earlier), *_rows("n", later)],
            [*_rows("h", head), f"l:{line.mark}", f"l:{asked}", f"l:{line.mark} {asked}", *said, " ".join(said)],
        )
        return [[(0, (number(f"s{clue}"), 0, 0)) for clue in dict.fromkeys(block)] for block in blocks]

    def _clause(self, named: Named) -> Place:
        """The part of a sentence that speaks of an exercise: a "but" ends it, if another one is named beyond."""
        words = self.sentences[named.at].sentence.words
        first, last = self._masked[named.at].reach
        start, end = named.place
        begins = next((at for at in range(start - 1, max(-1, start - FAR), -1) if words[at] in BREAKS), 0)
        ends = next((at for at in range(end, min(len(words), end + FAR)) if words[at] in BREAKS), len(words))
        return Place(begins if first < begins else 0, ends if last >= ends else len(words))

    def _no(self, at: int, start: int = 0, end: int | None = None) -> str:
        """Whether a cue that forbids stands among some words of a sentence, and whether it names an exercise."""
        read = self.sentences[at]
        where = Place(start, len(read.sentence.words) if end is None else end)
        return f"{'!' if read.context.holds('forbidden', where) else '-'}{'*' if self._masked[at].names else ''}"

    def _above(self, line: Line) -> range:
        """The numbers of the sentences of the heading that a line stands under."""
        start, end = line.heading or (0, 0)
        return range(
            bisect_left(self._starts, start),
            min(bisect_left(self._starts, end), bisect_left(self._starts, start) + FAR),
        )

    def _line(self, span: Span) -> Line:
        return self._lines[bisect_right(self._begins, span[0]) - 1]


def _named(at: int, read: ReadSentence, laid_out: Places, words_of: Language) -> Iterator[Named]:
    """The exercises that a sentence names."""
    for looked in read.sentence.may_hold(words_of.exercises):
        for place in found_in(looked, read.sentence):
            span = read.span(*place)
            forbidden = read.context.says("forbidden", place) or laid_out.touch(span)
            yield Named(looked.table.id, at, place, span, forbidden)


def stance_of(clues: list[list[tuple[int, Clue]]], learned: Learned, *, forbidden: bool) -> Stance:
    """What the words around a name say of it, once the rules have had their say."""
    score = learned.weigh_clues(clues).scores.get(RECOMMENDED, 0.0)
    if forbidden or score <= learned.keep:
        return Stance.FORBIDDEN
    return Stance.RECOMMENDED if score >= learned.add else Stance.UNCLEAR


class _Masked:
    """The words of a sentence, its names of exercises masked: a list of them is one."""

    def __init__(self, read: ReadSentence, names: Sequence[Named]) -> None:
        words = read.sentence.words
        within = [0] * (len(words) + 1)
        for name in names:
            within[name.place.start] += 1
            within[name.place.end] -= 1
        deep = list(accumulate(within))
        self.names = bool(names)
        starts = [name.place.start for name in names]
        self.reach = min(starts, default=0), max(starts, default=0)
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
        while end and self.words[end - 1] in _JOINS and len(self.words) - end < 3:
            end -= 1
        if end and self.words[end - 1] == OTHER:
            del self.words[end:]
            return True
        return False

    def around(self, place: Place, clause: Place) -> tuple[list[str], list[str]]:
        """What stands in its clause before a name, or the list that it belongs to, and what behind it."""
        at = min(self._at[place.start], len(self.words) - 1)
        begins = self._at[clause.start]
        ends = self._at[clause.end] if clause.end < len(self._at) else len(self.words)
        return self.words[max(begins, at - NEAR) : at], self.words[at + 1 : min(ends, at + 1 + NEAR)]


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
