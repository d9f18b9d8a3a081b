"""The guarantees of a rulebook, as questions to the solver and as checks of one assessment."""

from __future__ import annotations

from collections.abc import Iterator

from ..doses import Dose, Limit, Span
from ..exercises import Exercise
from ..guarantees import Guarantee
from ..outcome import Allowed
from ..profile import Profile
from ..rules import Urgency
from .assessed import Assessed
from .replay import Assess, Shows
from .solving import Formula, both, no, some


def spoken_of(guarantee: Guarantee, people: Assessed) -> Formula:
    """Somebody of whom a guarantee speaks."""
    if guarantee.until_ruled_out:
        return no(people.truth(guarantee.when, False))
    return people.truth(guarantee.when, True)


def broken(guarantee: Guarantee, people: Assessed) -> Formula:
    """Somebody of whom a guarantee speaks, and for whom it does not hold."""
    return both(spoken_of(guarantee, people), some(_broken(guarantee, people)))


def _broken(guarantee: Guarantee, people: Assessed) -> Iterator[Formula]:
    exercises = people.book.exercises
    if guarantee.at_least:
        yield no(people.at_least(guarantee.at_least))
    if guarantee.settled_at_least:
        yield no(people.could_be(guarantee.settled_at_least))
    if guarantee.refers:
        yield no(people.at_least(Urgency.ROUTINE))
    yield from (people.allowed(id_) for id_ in guarantee.never_allows)
    if guarantee.low_impact_too:
        low = some(people.allowed(id_) for id_, one in exercises.items() if one.low_impact)
        high = some(people.allowed(id_) for id_, one in exercises.items() if not one.low_impact)
        yield both(high, no(low))
    if limit := guarantee.dose_at_most:
        for exercise in (exercises[id_] for id_ in limit.exercises if exercises[id_].dose):
            yield both(people.allowed(exercise.id), some(_exceeded(exercise, limit, people)))


def _exceeded(exercise: Exercise, limit: Limit, people: Assessed) -> Iterator[Formula]:
    for figure in Dose.FIGURES:
        if (spans := people.figure(exercise, figure)) is None:
            continue
        start, ceiling = spans
        if figure in limit.at_most:
            yield ceiling > limit.at_most[figure]
        if figure in limit.start_at_most:
            yield start > limit.start_at_most[figure]
    if limit.rest_at_least:
        yield people.rest(exercise) < limit.rest_at_least
    for choice, only in limit.only.items():
        left = people.options(exercise, choice)
        yield from (formula for option, formula in left.items() if option not in only)


def speaks_of(guarantee: Guarantee, profile: Profile) -> bool:
    """Whether a guarantee speaks of somebody."""
    holds = guarantee.when.holds(profile.known)
    return holds is not False and (holds is True or guarantee.until_ruled_out)


def shows_broken(guarantee: Guarantee) -> Shows:
    """What is wrong with the assessment of one profile, in words."""

    def shows(assess: Assess, profile: Profile) -> str:
        if not speaks_of(guarantee, profile):
            return ""
        found = assess(profile)
        allowed = {entry.exercise.id: entry for entry in found.allowed}
        wrong = [f"{id_} is allowed" for id_ in guarantee.never_allows if id_ in allowed]
        if guarantee.at_least and found.at_least < guarantee.at_least:
            wrong.insert(0, f"at least {found.at_least}")
        if guarantee.settled_at_least and found.could_be < guarantee.settled_at_least:
            wrong.insert(0, f"at most {found.could_be}")
        if guarantee.refers and (found.referral is None or found.at_least < Urgency.ROUTINE):
            wrong.insert(0, "no referral" if found.referral is None else "no referral that is certain")
        if guarantee.low_impact_too and allowed and not any(one.exercise.low_impact for one in allowed.values()):
            wrong.append(f"{', '.join(allowed)} without anything of low impact")
        if limit := guarantee.dose_at_most:
            over = [id_ for id_ in limit.exercises if id_ in allowed and exceeds(allowed[id_], limit)]
            wrong += [f"{id_}: {allowed[id_].dose}" for id_ in over]
        return "; ".join(wrong)

    return shows


def exceeds(entry: Allowed, limit: Limit) -> bool:
    """Whether a dose is above the caps, or leaves an option that is not among the named ones."""
    dose = entry.dose
    over = any(_span(dose, figure).ceiling > cap for figure, cap in limit.at_most.items())
    early = any(_span(dose, figure).start > cap for figure, cap in limit.start_at_most.items())
    options = any(not set(getattr(dose, choice)) <= set(only) for choice, only in limit.only.items())
    return over or early or options or dose.rest_seconds < limit.rest_at_least


def _span(dose: Dose, figure: str) -> Span:
    span: Span | None = getattr(dose, figure)
    return span or Span(0, 0)
