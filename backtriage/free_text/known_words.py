"""The words of a rulebook, ready to look for in messages and replies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, Final

import attrs

from .context import Cue
from .learned import Learned
from .phrases import Index, Phrases, Sentence
from .words import STOPS, Speller, Word, words

OWN: Final = "(my)"
"""Stands where *my* or *our* stood before a word."""
ASKING: Final = "(asking)"
"""Stands before the first word of a sentence that ends with a question mark."""
TELLING: Final = "(telling)"
"""Stands before the first word of every other sentence."""
ENDING: Final = "(end)"
"""Stands behind the last word of every sentence."""
_OWNERS: Final = frozenset({"my", "our"})


@attrs.frozen(kw_only=True)
class Looked:
    """What is looked for: a table with its phrases read.

    Attributes:
        table: The table.
        yes: What says it.
        no: What says that it is not there.
        apart: What looks like it and is not.
    """

    table: Any
    yes: Phrases
    no: Phrases
    apart: Phrases


@attrs.frozen(kw_only=True, eq=False)
class Language:
    """Everything that is known about the words of messages and replies.

    Attributes:
        groups: Group to its phrases, as they are looked for in messages.
        reply_groups: The same with those of replies alone.
        cues: The cues by id.
        findings: What people say for findings.
        exercises: What people call exercises.
        promises: What no reply may promise.
        unsafe: What no reply may say otherwise.
        medicines: What medicines are called, and how much of one is said.
        amounts: How it is said how much of an exercise.
        numbers: Words for numbers.
        contractions: A short form to its words.
        fillers: Words that are skipped.
        stems: The beginnings that phrases use.
        speller: Puts slips of messages right.
        reply_speller: The same of replies, which have more words that mean something.
        urgency: For each yes/no finding the rank of the worst urgency that it reaches by itself.
        locking: What the rules with locked messages speak of.
        grave: The yes/no findings that are an emergency by themselves, or lock a message.
        learned: The weights of the second reader, if the rulebook has any.
        stances: Those that tell whether a reply recommends what it names, likewise.
    """

    groups: Mapping[str, Phrases]
    reply_groups: Mapping[str, Phrases]
    cues: Mapping[str, Cue]
    findings: Index[Looked]
    exercises: Index[Looked]
    promises: Index[Looked]
    unsafe: Index[Looked]
    medicines: Index[Looked]
    amounts: Index[Looked]
    numbers: Mapping[str, int]
    contractions: Mapping[str, str]
    fillers: frozenset[str]
    stems: frozenset[str]
    speller: Speller
    reply_speller: Speller
    urgency: Mapping[str, int]
    locking: frozenset[str]
    grave: frozenset[str]
    learned: Learned | None
    stances: Learned | None

    def words(self, text: str, *, reply: bool = False) -> list[Word]:
        """The words and marks of a text."""
        return list(words(text, self.contractions, self.reply_speller if reply else self.speller))

    @staticmethod
    def as_written(text: str) -> list[Word]:
        """The words of a text as they are written: no slip is put right, and no mark counts."""
        return [word for word in words(text, {}, None) if word.text.isalnum()]

    def sentences(self, text: str, *, reply: bool = False) -> Iterator[tuple[Sentence, list[Word]]]:
        """The sentences of a message or a reply, each with its words in the text."""
        groups = self.reply_groups if reply else self.groups
        sentence: list[Word] = []
        for word in chain(self.words(text, reply=reply), [Word(".", len(text), len(text))]):
            if word.text not in STOPS:
                sentence.append(word)
            elif sentence:
                yield self._sentence(sentence, groups, asked=word.text == "?")
                sentence = []

    def _sentence(
        self, all_words: list[Word], groups: Mapping[str, Phrases], *, asked: bool
    ) -> tuple[Sentence, list[Word]]:
        kept: list[Word] = []
        own: set[int] = set()
        for word in all_words:
            if word.text in _OWNERS:
                own.add(len(kept))
            if word.text not in self.fillers:
                kept.append(word)
        marks = {(at, at + 1): OWN for at in own if at < len(kept)}
        marks[0, 0] = ASKING if asked else TELLING
        marks[len(kept), len(kept)] = ENDING
        return Sentence([word.text for word in kept], groups, self.stems, marks), kept
