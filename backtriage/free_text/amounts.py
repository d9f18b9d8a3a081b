"""How much of an exercise a reply recommends, held against the ceiling of a dose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs

from ..assessment import Assessment
from ..rulebook.doses import Dose
from .lexicon import Language
from .mentions import ReadSentence
from .phrases import Place
from .reply_problems import ReplyProblem, ReplyProblemKind
from .stances import Named, ReadReply, found_in
from .words import COMMA, Span

FURTHEST: Final = 12
"""The most words between an exercise and how much of it is to be done."""
BESIDE: Final = 2
"""The most words between a bare number and the exercise behind it: "50 slow and steady bridges"."""


@attrs.frozen
class Amount:
    """How much is said.

    Attributes:
        figure: The figure of a dose.
        value: How much, in the unit of the figure.
        total: Of a whole day, not of a session.
        span: Where.
    """

    figure: str
    value: float
    total: bool
    span: Span


def too_much(read: ReadReply, assessment: Assessment, words_of: Language) -> Iterator[ReplyProblem]:
    """Where a reply has an allowed exercise done more than this person's dose goes up to."""
    doses = {entry.exercise.id: entry.dose for entry in assessment.allowed}
    about: dict[Span, tuple[Named, list[Amount]]] = {}
    for named, amount in _said(read, words_of):
        about.setdefault(named.span, (named, []))[1].append(amount)
    for named, amounts in about.values():
        known = [doses[id_] for id_ in named.ids if id_ in doses]
        for amount in amounts:
            others = [other for other in amounts if other is not amount]
            if known and all(_exceeds(amount, dose, others) for dose in known):
                yield ReplyProblem(
                    kind=ReplyProblemKind.DOSE,
                    about=frozenset(named.ids),
                    span=amount.span,
                    hint=f"for this person: {known[0]}",
                )


def _exceeds(amount: Amount, dose: Dose, others: Iterable[Amount]) -> bool:
    """Whether it is more than the ceiling of a figure; what a dose has no figure of is not compared."""
    figure, total = amount.figure, amount.total
    if total and figure == "repetitions":
        session = any(
            other.figure in ("repetitions", "minutes", "hold_seconds") and not other.total for other in others
        )
        if session or dose.repetitions is None:  # "10 of them, 4 times a day" counts sessions
            figure, total = "sessions_per_day", False
    ceilings = {name: span.ceiling for name, span in dose.spans.items()}
    if not ceilings.get(figure):
        return False
    most = ceilings[figure]
    if total:
        most *= ceilings["sets"] * ceilings["sessions_per_day"]
    return amount.value > most


def _said(read: ReadReply, words_of: Language) -> Iterator[tuple[Named, Amount]]:
    """The amounts of a reply, each with the exercise that it belongs to."""
    last: Named | None = None
    for at, one in enumerate(read.sentences):
        named = [name for name in read.named if name.at == at]
        if not named and (last is None or not _goes_on(read.sentences, last.at, at)):
            last = None
        amounts = list(_amounts(one, words_of)) if named or last else []
        for place, amount in amounts:
            if not one.context.says("refused", place):
                owner = min(named, key=lambda name: _between(name.place, place), default=last)
                if owner and (not named or _between(owner.place, place)[0] <= FURTHEST):
                    yield owner, amount
        for name in named:
            if (bare := _bare(one, name.place, words_of)) and not one.context.says("refused", name.place):
                yield name, bare
        if named:
            last = max(named, key=lambda name: name.place)
        elif not amounts:
            last = None


def _goes_on(sentences: Sequence[ReadSentence], before: int, at: int) -> bool:
    """Whether a sentence without a name may go on about the one before: it begins with what is to be done."""
    sentence = sentences[at].sentence
    first = next((place for place, word in enumerate(sentence.words) if word != COMMA), 0)
    return at - before <= BESIDE + 1 and any(place.start == first for place in sentence.group("doing"))


def _amounts(read: ReadSentence, words_of: Language) -> Iterator[tuple[Place, Amount]]:
    for looked in read.sentence.may_hold(words_of.amounts):
        table = looked.table
        for place in found_in(looked, read.sentence):
            value = table.value or _number(read.sentence.words[place.start : place.end], words_of)
            if value is not None:
                yield place, Amount(table.figure, value * table.times, table.total, read.span(*place))


def _bare(read: ReadSentence, place: Place, words_of: Language) -> Amount | None:
    """A number that stands before an exercise counts repetitions of it."""
    for start in range(place.start - 1, max(-1, place.start - 2 - BESIDE), -1):
        word = read.sentence.words[start]
        value = _number([word], words_of)
        if value is not None:
            return Amount("repetitions", value, False, read.span(start, place.end))
        if not word.isalpha() or any(unit.start == start for unit in read.sentence.group("unit")):
            return None
    return None


def _number(words: Iterable[str], words_of: Language) -> float | None:
    """The first number among some words."""
    for word in words:
        if word in words_of.numbers:
            return words_of.numbers[word]
        if word[0].isdigit() and ":" not in word:
            return float(word)
    return None


def _between(name: Place, place: Place) -> tuple[int, bool]:
    """How many words stand between an exercise and an amount; of two as near, the one before goes first."""
    return max(place.start - name.end, name.start - place.end, 0), name.start > place.start
