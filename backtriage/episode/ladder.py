"""How an exercise is built up: its doses from the start to the ceiling, one step at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import attrs

from ..rulebook.doses import Dose, Span
from ..rulebook.plan_tables import Step


@lru_cache(maxsize=512)
def ladder(dose: Dose, steps: tuple[Step, ...]) -> tuple[Dose, ...]:
    """Every dose that a plan asks for, from the start to the ceiling, with one number for each figure.

    The figures rise one after the other, in the order of the steps; then the forms of the exercise follow, the mildest
    first.

    >>> for rung in ladder(Dose(repetitions=Span(5, 8)), (Step(figure="repetitions", by=2),)):
    ...     print(rung)
    5 times; every day
    7 times; every day
    8 times; every day
    """
    return tuple(_rungs(dose, steps))


def _rungs(dose: Dose, steps: Sequence[Step]) -> Iterator[Dose]:
    starts = {name: Span(start, start) for name, start in dose.starts.items()}
    rung = attrs.evolve(dose, **starts, variants=dose.variants[:1])  # type: ignore[arg-type]  # each keeps its type
    yield rung
    for step in steps:
        span: Span | None = getattr(dose, step.figure)
        while span is not None and (now := getattr(rung, step.figure).start) < span.ceiling:
            figure = min(now + step.by, span.ceiling)
            rung = attrs.evolve(rung, **{step.figure: Span(figure, figure)})  # type: ignore[arg-type]  # as above
            yield rung
    for form in dose.variants[1:]:
        rung = attrs.evolve(rung, variants=(form,))
        yield rung


def rung_of(rungs: Sequence[Dose], dose: Dose) -> int:
    """The highest rung on which nothing is more than in a dose; the lowest if there is none."""
    if dose in rungs:
        return rungs.index(dose)
    forms = (rungs[0].variants, dose.variants)
    low = [at for at, rung in enumerate(rungs) if rung.variants in forms and no_more(rung, dose)]
    return low[-1] if low else 0


def no_more(rung: Dose, dose: Dose) -> bool:
    """Whether no figure of a rung is above that of a dose."""
    return all(start <= getattr(dose, name).start for name, start in rung.starts.items())


def lesser(one: Dose, other: Dose) -> Dose | None:
    """What two doses of an exercise both allow; nothing if they leave no common form, side or load."""
    spans = {
        name: Span(min(span.start, second.start), min(span.ceiling, second.ceiling))
        for name, span in one.spans.items()
        for second in (getattr(other, name),)
    }
    choices = {
        name: tuple(option for option in getattr(one, name) if option in getattr(other, name)) for name in Dose.CHOICES
    }
    if any(getattr(one, name) and not options for name, options in choices.items()):
        return None
    rest = max(one.rest_seconds, other.rest_seconds)
    return attrs.evolve(one, **spans, **choices, rest_seconds=rest)  # type: ignore[arg-type]  # each keeps its type
