"""How much of an exercise: a start and a ceiling for each figure, and the limits that lower them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import ClassVar, Final, Literal

import attrs

from ..findings.frozen import frozen

LEAST_PAUSE_SECONDS: Final = 4
"""Time a repetition takes beside its hold, where no longer rest is prescribed."""


@attrs.frozen
class Span:
    """Where to start and how far to build up. The start never exceeds the ceiling."""

    start: int
    ceiling: int

    def capped(self, cap: int) -> Span:
        return Span(min(self.start, cap), min(self.ceiling, cap))

    def starting_at_most(self, cap: int) -> Span:
        return Span(min(self.start, cap), self.ceiling)

    def halved(self) -> Span:
        return Span(_half(self.start), _half(self.ceiling))

    def of(self, unit: str, ending: str = "") -> str:
        """The figures in words.

        >>> Span(5, 30).of("minute"), Span(1, 1).of("session", " a day")
        ('5 minutes, up to 30', '1 session a day')
        """
        plural = "s" if self.start != 1 else ""
        return f"{self.start} {unit}{plural}{ending}" + (f", up to {self.ceiling}" if self.ceiling > self.start else "")


def _half(figure: int) -> int:
    return max(1, figure // 2) if figure else 0


@attrs.frozen(kw_only=True)
class Dose:
    """How much of one exercise.

    Attributes:
        hold_seconds: Seconds to hold each repetition; 0 moves on without holding.
        repetitions: Repetitions in a set; ``None`` where the exercise is measured in minutes.
        sets: Sets in a session.
        sessions_per_day: Sessions a day.
        days_per_week: Days a week.
        minutes: Minutes in a session, for exercises that are measured so.
        rest_seconds: The least rest between repetitions, in seconds.
        sides: The sides it is done on; empty where it has none.
        variants: The forms of it that may be done, the mildest first; empty where there is one form.
        load: Added weight: ``("none",)``.

    Lower is more cautious for every figure but ``rest_seconds``; fewer is for every choice.
    """

    FIGURES: ClassVar = ("hold_seconds", "repetitions", "sets", "sessions_per_day", "days_per_week", "minutes")
    CHOICES: ClassVar = ("sides", "variants", "load")

    hold_seconds: Span = Span(0, 0)
    repetitions: Span | None = None
    sets: Span = Span(1, 1)
    sessions_per_day: Span = Span(1, 1)
    days_per_week: Span = Span(7, 7)
    minutes: Span | None = None
    rest_seconds: int = 0
    sides: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    load: tuple[str, ...] = ("none",)

    @property
    def spans(self) -> dict[str, Span]:
        """The figures that it has, by their names."""
        return {name: span for name in Dose.FIGURES if (span := getattr(self, name)) is not None}

    @property
    def starts(self) -> dict[str, int]:
        """Where each figure starts.

        >>> Dose(minutes=Span(5, 30)).starts
        {'hold_seconds': 0, 'sets': 1, 'sessions_per_day': 1, 'days_per_week': 7, 'minutes': 5}
        """
        return {name: span.start for name, span in self.spans.items()}

    @cached_property
    def session_seconds(self) -> int:
        """Seconds that one session takes at the start dose."""
        if self.repetitions is None:
            return self.minutes.start * 60 if self.minutes else 0
        pause = max(LEAST_PAUSE_SECONDS, self.rest_seconds)
        return (len(self.sides) or 1) * self.sets.start * self.repetitions.start * (self.hold_seconds.start + pause)

    @property
    def amount(self) -> str:
        """How much of it in one day, in words.

        >>> Dose(repetitions=Span(5, 5), hold_seconds=Span(3, 3)).amount
        '5 times; hold 3 seconds'
        """
        return "; ".join(self.amounts)

    @property
    def amounts(self) -> tuple[str, ...]:
        """The parts of :attr:`amount`."""
        return (*self._figures(), *self._forms())

    def __str__(self) -> str:
        return "; ".join(self.parts)

    @property
    def parts(self) -> tuple[str, ...]:
        """The dose in words, a figure a part."""
        days = self.days_per_week.of("day", " a week") if self.days_per_week.start < 7 else "every day"
        return (*self._figures(), days, *self._forms())

    def _figures(self) -> list[str]:
        parts = [
            self.minutes and self.minutes.of("minute"),
            self.repetitions and self.repetitions.of("time", self._where()),
            self.hold_seconds.ceiling and f"hold {self.hold_seconds.of('second')}",
            self.rest_seconds and f"rest {self.rest_seconds} seconds between",
            self.sets.ceiling > 1 and self.sets.of("set"),
            self.sessions_per_day.ceiling > 1 and self.sessions_per_day.of("session", " a day"),
        ]
        return [part for part in parts if part]

    def _forms(self) -> list[str]:
        forms = " or ".join(variant.replace("_", " ") for variant in self.variants)
        return [f"form: {forms}"] if forms else []

    def _where(self) -> str:
        return " each side" if len(self.sides) == 2 else f" on the {self.sides[0]} side only" if self.sides else ""


@attrs.frozen(kw_only=True)
class Limit:
    """What a limiting rule does to the doses of the exercises it selects.

    Attributes:
        exercises: Ids of the exercises it touches.
        at_most: Figure to cap, for start and ceiling.
        start_at_most: Figure to cap, for the start only.
        halve: Figures that are halved, rounded down, at least 1.
        rest_at_least: A floor for the rest between repetitions, in seconds.
        only: Choice to the options that remain.
        session_minutes: The most minutes of set moves in one session.
        session_moves: The most set moves in one session.
    """

    exercises: tuple[str, ...] = ()
    at_most: Mapping[str, int] = attrs.field(factory=dict, converter=frozen)
    start_at_most: Mapping[str, int] = attrs.field(factory=dict, converter=frozen)
    halve: tuple[str, ...] = ()
    rest_at_least: int = 0
    only: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, converter=frozen)
    session_minutes: int | None = None
    session_moves: int | None = None


def limited(dose: Dose, limits: Iterable[Limit]) -> Dose:
    """The dose under all the limits together; their order and duplicates do not matter.

    Caps come first, then the start caps, then halving (once), so that every limit only ever lowers.

    >>> print(limited(Dose(minutes=Span(5, 30)), [Limit(at_most={"minutes": 10}), Limit(halve=("minutes",))]))
    2 minutes, up to 5; every day
    """
    limits = tuple(limits)
    changed: dict[str, object] = {}
    for figure in Dose.FIGURES:
        span: Span | None = getattr(dose, figure)
        if span is None:
            continue
        for limit in limits:
            if figure in limit.at_most:
                span = span.capped(limit.at_most[figure])
        for limit in limits:
            if figure in limit.start_at_most:
                span = span.starting_at_most(limit.start_at_most[figure])
        if any(figure in limit.halve for limit in limits):
            span = span.halved()
        changed[figure] = span
    for choice in Dose.CHOICES:
        options: tuple[str, ...] = getattr(dose, choice)
        kept = [set(limit.only[choice]) for limit in limits if choice in limit.only]
        changed[choice] = tuple(option for option in options if all(option in allowed for allowed in kept))
    changed["rest_seconds"] = max([dose.rest_seconds, *(limit.rest_at_least for limit in limits)])
    return attrs.evolve(dose, **changed)  # type: ignore[arg-type]  # each figure and choice keeps its type


def session_cap(limits: Iterable[Limit], cap: Literal["session_minutes", "session_moves"], *, otherwise: int) -> int:
    """The least that some limits set for a whole session; something else where none of them does.

    >>> session_cap([Limit(session_moves=5), Limit(), Limit(session_moves=3)], "session_moves", otherwise=9)
    3
    """
    return min([most for limit in limits if (most := getattr(limit, cap))], default=otherwise)


def emptied(before: Dose, after: Dose) -> frozenset[str]:
    """The choices of which limits have left nothing."""
    return frozenset(choice for choice in Dose.CHOICES if getattr(before, choice) and not getattr(after, choice))
