"""The course of pain through an exercise session: how high it went, how far above its start, and for how long.

Arithmetic only: it says what the reports show and what they leave open. What follows from it is for the rules.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

import attrs

from ..findings.conditions import Compare
from ..findings.finding import Number
from ..rulebook.book import RuleBook
from ..rulebook.thresholds import conditions

PEAK: Final = "exercise_pain_peak"
RISE: Final = "exercise_pain_rise"
MINUTES: Final = "exercise_pain_minutes"
FIGURES: Final = (PEAK, RISE, MINUTES)
PAIN_SCORE: Final = "pain_score"
"""How strong the pain is, 0 to 10: what a report gives; the figures are derived from it."""
_MINUTE: Final = timedelta(minutes=1)


@attrs.frozen
class Bounds:
    """What a figure is at least and at most.

    >>> Bounds(2, 5).worse(Bounds(3, 4))
    Bounds(low=3, high=5)
    """

    low: float
    high: float

    def worse(self, other: Bounds) -> Bounds:
        """The bounds of the greater of two figures."""
        return Bounds(max(self.low, other.low), max(self.high, other.high))


NONE: Final = Bounds(0, 0)


@attrs.frozen(kw_only=True)
class Course:
    """What pain has done up to the last report, report by report.

    A *spell* is a time of raised pain: from the first report above the start until the first one back at it. Between
    two reports above the start the pain is taken to have stayed there; between the last one above it and the one that
    is back it may have, so that a spell has a least and a greatest length.

    Attributes:
        start: The level just before exercise: as given, or the first pain reported, if no exercise had begun.
        first: When pain was first reported.
        peak: The highest pain reported.
        latest: The pain last reported; the higher, of two at the same time.
        spell: Since when the pain has been above its start; ``None`` while it is not.
        spell_peak: The highest pain of that spell.
        raised: The last report above the start in it.
        over: The length of the longest of the spells that are over.
        moved: Whether an exercise has begun.
        back: Whether the pain was last reported after exercise, and at its start or below.

    >>> from datetime import UTC, datetime
    >>> nine = datetime(2026, 11, 21, 9, tzinfo=UTC)
    >>> course = Course().then(nine, resting=[2]).then(nine + 3 * _MINUTE, moving=[4])
    >>> course = course.then(nine + 9 * _MINUTE, moving=[5])
    >>> course.rise, course.minutes(nine + 12 * _MINUTE)     # six minutes for certain, nine if it goes on
    (Bounds(low=3, high=3), Bounds(low=6.0, high=9.0))
    """

    start: int | None = None
    first: datetime | None = None
    peak: int = 0
    latest: int = 0
    spell: datetime | None = None
    spell_peak: int = 0
    raised: datetime | None = None
    over: Bounds = NONE
    moved: bool = False
    back: bool = False

    def then(self, at: datetime, *, resting: Sequence[int] = (), moving: Sequence[int] | None = None) -> Course:
        """The course after all that was reported at one time.

        Args:
            at: The time; after every earlier one.
            resting: The pain reported outside exercise. Where reports contradict each other the worse counts.
            moving: The pain reported in exercise; ``None`` where none was being done.
        """
        pains = [*resting, *(moving or ())]
        moved = self.moved or moving is not None
        if not pains:
            return attrs.evolve(self, moved=moved, back=self.back and moving is None)
        first = self.start is None and self.first is None and bool(resting) and not self.moved
        start = min(resting) if first else self.start
        high = max(pains)
        course = attrs.evolve(
            self,
            start=start,
            first=self.first or at,
            peak=max(self.peak, high),
            latest=high,
            moved=moved,
            back=start is not None and high <= start and moving is None and (self.moved or self.first is not None),
        )
        return course if start is None else course.in_spell(at, high, start)

    def in_spell(self, at: datetime, pain: int, start: int) -> Course:
        """The course with a pain that belongs to a spell, begins one or ends one."""
        if pain > start:
            return attrs.evolve(self, spell=self.spell or at, raised=at, spell_peak=max(self.spell_peak, pain))
        if self.spell is None or self.raised is None:
            return self
        length = Bounds((self.raised - self.spell) / _MINUTE, (at - self.spell) / _MINUTE)
        return attrs.evolve(self, spell=None, raised=None, spell_peak=0, over=self.over.worse(length))

    def told(self, minutes: float) -> Course:
        """The course once somebody has said how long the longest spell was: no spell that is over was longer.

        It was never shorter than the reports show, and says nothing of a spell that still lasts.
        """
        if self.spell is not None:
            return self
        low, high = self.over.low, self.over.high
        return attrs.evolve(self, over=Bounds(low, max(low, min(high, minutes))))

    @property
    def rise(self) -> Bounds:
        """How far the pain rose above its start, so far; without a start anything up to the peak."""
        return self.rise_to(self.peak)

    def rise_to(self, pain: float) -> Bounds:
        """How far a pain lies above the start."""
        if self.start is None:
            return Bounds(0, pain)
        return Bounds(max(0, pain - self.start), max(0, pain - self.start))

    def minutes(self, now: datetime | None) -> Bounds:
        """How long the longest spell has lasted.

        Args:
            now: Until when; ``None`` for whenever it will be over.
        """
        if self.start is None:
            since = self.first if self.peak > 0 else None
            low = 0.0
        else:
            since = self.spell
            low = (self.raised - self.spell) / _MINUTE if self.raised and self.spell else 0.0
        if since is None:
            return self.over
        return self.over.worse(Bounds(low, math.inf if now is None else (now - since) / _MINUTE))


def fitted(finding: Number, value: float) -> int | float:
    """A figure as an answer to a number: on its step and in its range, and never less than it was."""
    steps = math.ceil(min(max(value, finding.minimum), finding.maximum) / finding.step)
    return int(steps * finding.step) if finding.integer else steps * finding.step


def as_known(book: RuleBook, id_: str, bounds: Bounds) -> int | float | None:
    """A figure that is known as far as any rule asks, if no rule tells its least value from its greatest.

    It is the greatest, never less than it was; but the least where nobody knows how far it went on.
    """
    finding = book.vocabulary.findings[id_]
    assert isinstance(finding, Number)  # noqa: S101 - the caller has looked
    low, high = fitted(finding, bounds.low), fitted(finding, bounds.high)
    told_apart = any(atom.holds({id_: low}) != atom.holds({id_: high}) for atom in _comparisons(book).get(id_, ()))
    return None if told_apart else low if math.isinf(bounds.high) else high


@lru_cache(maxsize=16)
def _comparisons(book: RuleBook) -> dict[str, list[Compare]]:
    """Number to every comparison with it in the rules and gates."""
    found: dict[str, list[Compare]] = {}
    for condition in conditions(book):
        for atom in condition.atoms():
            if isinstance(atom, Compare):
                found.setdefault(atom.finding, []).append(atom)
    return found
