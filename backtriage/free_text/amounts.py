"""How much of an exercise a reply recommends, held against the ceiling of a dose."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from typing import Final

import attrs

from ..assessment import Assessment
from ..rulebook.doses import Dose
from .known_words import Language
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
    """The amounts of a reply, each with the exercise that it belongs to: the nearest, or one of a sentence before."""
    last: Named | None = None
    for one, unordered in zip(read.sentences, read.named_in, strict=True):
        named = sorted(unordered, key=lambda name: name.place)
        if not named and (last is None or not _goes_on(one)):
            last = None
            continue
        starts = [name.place.start for name in named]
        for place, amount in _amounts(one, words_of):
            near = named[max(0, (at := bisect_right(starts, place.start)) - 1) : at + 1]
            owner = min(near, key=lambda name: _between(name.place, place), default=last)
            far = bool(near) and owner is not None and _between(owner.place, place) > FURTHEST
            if owner and not far and not one.context.says("refused", place):
                yield owner, amount
        units = {place.start for place in one.sentence.group("unit")}
        for name in named:
            if (bare := _bare(one, name.place, units, words_of)) and not one.context.says("refused", name.place):
                yield name, bare
        last = named[-1] if named else last


def _goes_on(read: ReadSentence) -> bool:
    """Whether a sentence without a name goes on about the exercise before: it begins with what is to be done."""
    first = next((at for at, word in enumerate(read.sentence.words) if word != COMMA), 0)
    return any(place.start == first for place in read.sentence.group("doing"))


def _amounts(read: ReadSentence, words_of: Language) -> Iterator[tuple[Place, Amount]]:
    for looked in read.sentence.may_hold(words_of.amounts):
        table = looked.table
        for place in found_in(looked, read.sentence):
            value = table.value or _number(read.sentence.words[place.start : place.end], words_of)
            if value is not None:
                yield place, Amount(table.figure, value * table.times, table.total, read.span(*place))


def _bare(read: ReadSentence, place: Place, units: Collection[int], words_of: Language) -> Amount | None:
    """A number that stands before an exercise counts repetitions of it, unless a unit stands between."""
    for start in range(place.start - 1, max(-1, place.start - 2 - BESIDE), -1):
        word = read.sentence.words[start]
        value = _number([word], words_of)
        if value is not None:
            return Amount("repetitions", value, False, read.span(start, place.end))
        if not word.isalpha() or start in units:
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


def _between(name: Place, place: Place) -> int:
    """How many words stand between an exercise and an amount."""
    return max(place.start - name.end, name.start - place.end, 0)
