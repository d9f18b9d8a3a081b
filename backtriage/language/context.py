"""What a mention means where it stands: denied, about somebody else, long past, only imagined.

The ConText algorithm (Harkema and others, 2009): a cue reaches over the words before or behind it until its reach is
used up or a word ends its scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from .phrases import Phrase, Place, Sentence
from .words import COMMA

LIST_WORDS: Final = frozenset({"or", "nor"})
"""Only a list that goes on to one of these is denied as a whole: "no fever, numb bottom" says that it is numb."""


@attrs.frozen(kw_only=True)
class Cue:
    """Words that change what a mention beside them means.

    Attributes:
        id: ``negated``, ``other_person``, ``past``, ``long`` or ``imagined``.
        before: Cues that stand before the mention.
        after: Cues that stand behind it.
        unless: Words that look like the cue and are none: "not only", "no longer".
        ends: What ends the scope.
        reach: The most words between cue and mention.
        commas: ``cross``: they do not count; ``end``: they end the scope; ``list``: they do, but in a list with *or*.
        overlaps: A cue that begins before the mention and runs into it counts, too: "could this be cancer".
    """

    id: str
    before: tuple[Phrase, ...]
    after: tuple[Phrase, ...]
    unless: tuple[Phrase, ...]
    ends: tuple[Phrase, ...]
    reach: int
    commas: str
    overlaps: bool = False


class Context:
    """The cues of one sentence.

    Args:
        sentence: The sentence.
        cues: The cues to look for.
    """

    def __init__(self, sentence: Sentence, cues: Mapping[str, Cue]) -> None:
        self._sentence = sentence
        self._cues = cues
        self._found: dict[str, tuple[list[Place], list[Place], list[Place]]] = {}

    def says(self, id_: str, mention: Place) -> bool:
        """Whether a cue reaches a mention from outside it."""
        cue = self._cues[id_]
        before, after, ends = self._places(cue)
        return any(
            self._reaches(cue, ends, Place(place.end, mention.start))
            if place.end <= mention.start
            else cue.overlaps and place.start < mention.start < place.end
            for place in before
        ) or any(
            place.start >= mention.end and self._reaches(cue, ends, Place(mention.end, place.start)) for place in after
        )

    def _places(self, cue: Cue) -> tuple[list[Place], list[Place], list[Place]]:
        if cue.id not in self._found:
            find = self._sentence.find
            apart = list(find(cue.unless))
            before, after = (_outside(find(phrases), apart) for phrases in (cue.before, cue.after))
            self._found[cue.id] = before, after, list(find(cue.ends))
        return self._found[cue.id]

    def _reaches(self, cue: Cue, ends: Iterable[Place], between: Place) -> bool:
        words = self._sentence.words
        commas = words[between.start : between.end].count(COMMA)
        if between.end - between.start - commas > cue.reach or any(between.touches(end) for end in ends):
            return False
        if not commas or cue.commas == "cross":
            return True
        return cue.commas == "list" and self._goes_on(between.end, ends)

    def _goes_on(self, at: int, ends: Iterable[Place]) -> bool:
        """Whether a list goes on from here, or led up to here, with *or*."""
        stop = min((end.start for end in ends if end.start >= at), default=len(self._sentence.words))
        return not LIST_WORDS.isdisjoint(self._sentence.words[max(0, at - 1) : stop])


def _outside(places: Iterable[Place], apart: Iterable[Place]) -> list[Place]:
    apart = list(apart)
    return [place for place in places if not any(place.touches(other) for other in apart)]
