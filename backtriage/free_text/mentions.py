"""Where a message names a finding, and what it says of it there: the reader by phrases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

import attrs

from ..findings.ranked import Named
from ..rulebook.reading.phrase_tables import FindingTable
from .context import Context
from .known_words import Language, Looked
from .phrases import Place, Places, Sentence
from .words import Span, Word

DENIALS: Final = frozenset({"not", "cant", "never", "hardly", "barely"})
"""What says that it is not there goes over none of these: "my bladder is not fine"."""
TURNS: Final = frozenset({"but", "because", "although", "though", "however"})
"""What says that a finding is there goes over none of these."""
STARTS: Final = TURNS | {"and", ",", "i"}
"""What says that it is not there goes over none of these either."""


class Aside(Named):
    """Why something that was said is not suggested."""

    OTHER_PERSON = "other_person"
    PAST = "past"
    IMAGINED = "imagined"


@attrs.frozen
class ReadSentence:
    """A sentence of a message.

    Attributes:
        sentence: Its words.
        context: Its cues.
        written: Where its words stand in the text.
    """

    sentence: Sentence
    context: Context
    written: list[Word]

    def span(self, start: int, end: int) -> Span:
        """Where some of its words stand in the text."""
        return self.written[start].start, self.written[end - 1].end


Mentions: TypeAlias = dict[tuple[str, bool | Aside], list[Span]]
"""A finding and what is said of it, and where."""


def sentences_of(text: str, words_of: Language) -> list[ReadSentence]:
    """The sentences of a message, each with its cues."""
    return [
        ReadSentence(sentence, Context(sentence, words_of.cues), written)
        for sentence, written in words_of.sentences(text)
    ]


def mentions_of(read: Sequence[ReadSentence], words_of: Language) -> Mentions:
    """What the phrases of a rulebook find in a message."""
    topics = {
        topic
        for topic in {topic for looked in words_of.findings for topic in looked.table.topics}
        if any(_speaks_of(topic, one) for one in read)
    }
    mentions: Mentions = {}
    for one in read:
        for looked in one.sentence.may_hold(words_of.findings):
            if topics.issuperset(looked.table.topics):
                for finding, says, span in _mentions(looked, one):
                    mentions.setdefault((finding, says), []).append(span)
    return mentions


def _speaks_of(topic: str, read: ReadSentence) -> bool:
    """Whether a sentence names a topic as the person's own."""
    return any(
        not any(read.context.says(cue, place) for cue in ("negated", "other_person", "past"))
        for place in read.sentence.group(topic)
    )


def _mentions(looked: Looked, read: ReadSentence) -> Iterator[tuple[str, bool | Aside, Span]]:
    table, sentence = looked.table, read.sentence
    found = [(place, True) for place in sentence.find(looked.yes, STARTS if table.one_breath else TURNS)]
    found += [(place, False) for place in sentence.find(looked.no, STARTS | DENIALS)]
    if not found:
        return
    apart = Places(sentence.find(looked.apart, TURNS | {"i"}))
    for place, there in found:
        if (there or not looked.yes) and apart.touch(place):
            continue
        finding, says = _meant(table, place, there, read.context)
        if finding:
            yield finding, says, read.span(place.start, place.end)


def _meant(table: FindingTable, place: Place, there: bool, context: Context) -> tuple[str, bool | Aside]:
    """The finding and what is said about it; no finding where it is too old to count and no other one stands for it."""
    if not table.of_a_child and context.says("other_person", place):
        return table.id, Aside.OTHER_PERSON
    if not table.worry_counts and context.says("imagined", place):
        return table.id, Aside.IMAGINED
    if context.says("negated", place):
        return (table.id if there else ""), False  # "it is not fine" says too little
    if not table.ever and context.says("past", place):
        return table.id, Aside.PAST
    if table.old and context.says("long", place):
        return table.old, there
    if table.recent and there and context.says("long", place):
        return table.id, Aside.PAST
    return table.id, there
