"""What a mention means where it stands: denied, about somebody else, long past, only imagined.

The ConText algorithm (Harkema and others, 2009): a cue reaches over the words before or behind it until its reach is
used up or a word ends its scope.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Final

import attrs

from .phrases import Phrases, Place, Places, Sentence
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
    before: Phrases
    after: Phrases
    unless: Phrases
    ends: Phrases
    reach: int
    commas: str
    overlaps: bool = False


@attrs.frozen
class _Found:
    """Where a cue stands in a sentence.

    Attributes:
        before: Where those end that stand before what they mean, in order.
        after: Where those start that stand behind it, in order.
        within: The words that one of the former runs into.
        ends: What ends the scope.
    """

    before: Sequence[int]
    after: Sequence[int]
    within: frozenset[int]
    ends: Places


class Context:
    """The cues of one sentence.

    Args:
        sentence: The sentence.
        cues: The cues to look for.
    """

    def __init__(self, sentence: Sentence, cues: Mapping[str, Cue]) -> None:
        self._sentence = sentence
        self._cues = cues
        self._found: dict[str, _Found] = {}
        self._commas = _counted(sentence.words, {COMMA})
        self._list_words = _counted(sentence.words, LIST_WORDS)

    def says(self, id_: str, mention: Place) -> bool:
        """Whether a cue reaches a mention from outside it.

        Of the cues on one side the nearest is asked alone: what keeps it from the mention stands before all others too.
        """
        cue, found = self._cues[id_], self._places(id_)
        before = bisect_right(found.before, mention.start)
        after = bisect_left(found.after, mention.end)
        return (
            (before > 0 and self._reaches(cue, found.ends, Place(found.before[before - 1], mention.start)))
            or (cue.overlaps and mention.start in found.within)
            or (after < len(found.after) and self._reaches(cue, found.ends, Place(mention.end, found.after[after])))
        )

    def holds(self, id_: str, where: Place) -> bool:
        """Whether a cue stands anywhere within some words, whatever it reaches."""
        found = self._places(id_)
        return any(
            bisect_left(places, where.start) < bisect_right(places, where.end) for places in (found.before, found.after)
        )

    def _places(self, id_: str) -> _Found:
        if id_ not in self._found:
            cue, find = self._cues[id_], self._sentence.find
            apart = Places(find(cue.unless))
            before, after = (
                [place for place in find(phrases) if not apart.touch(place)] for phrases in (cue.before, cue.after)
            )
            self._found[id_] = _Found(
                before=sorted(place.end for place in before),
                after=sorted(place.start for place in after),
                within=frozenset(at for place in before for at in range(place.start + 1, place.end)),
                ends=Places(find(cue.ends)),
            )
        return self._found[id_]

    def _reaches(self, cue: Cue, ends: Places, between: Place) -> bool:
        commas = self._commas[between.end] - self._commas[between.start]
        if between.end - between.start - commas > cue.reach or ends.touch(between):
            return False
        if not commas or cue.commas == "cross":
            return True
        return cue.commas == "list" and self._goes_on(between.end, ends)

    def _goes_on(self, at: int, ends: Places) -> bool:
        """Whether a list goes on from here, or led up to here, with *or*."""
        stop = ends.first_start(at, otherwise=len(self._sentence.words))
        return self._list_words[stop] > self._list_words[max(0, at - 1)]


def _counted(words: Iterable[str], wanted: Collection[str]) -> list[int]:
    """How many of some words stand before each place of a sentence, and before its end."""
    return list(accumulate((word in wanted for word in words), initial=0))
