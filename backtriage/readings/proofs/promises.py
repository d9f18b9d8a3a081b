"""The guarantees of a rulebook, as questions to the solver and as checks of one assessment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from ...findings.conditions import ALWAYS
from ...presentation.chat_messages import messages
from ...rulebook.book import RuleBook
from ...rulebook.doses import Dose, Limit, Span
from ...rulebook.exercises import Exercise
from ...rulebook.guarantees import Guarantee
from ...rulebook.reading.exercises import select
from ...rulebook.rules import Stop, Urgency
from ...triage.outcome import Allowed, Decision
from ...triage.profile import Profile
from . import said
from .assessed import Assessed
from .replay import Assess, Shows
from .solving import Formula, both, no, some

_TO_EVERYBODY: Final[Mapping[str, Any]] = {
    "when": ALWAYS,
    "until_ruled_out": False,
    "at_least": None,
    "settled_at_least": None,
    "never_allows": (),
    "low_impact_too": False,
    "dose_at_most": None,
    "refers": False,
    "sees": (),
    "locked": (),
    "cautions": (),
    "stops": None,
}
"""A guarantee that speaks of everybody and promises nothing."""


def spoken_of(guarantee: Guarantee, people: Assessed) -> Formula:
    """Somebody of whom a guarantee speaks."""
    if guarantee.until_ruled_out:
        return no(people.truth(guarantee.when, False))
    return people.truth(guarantee.when, True)


def broken(guarantee: Guarantee, people: Assessed) -> Formula:
    """Somebody of whom a guarantee speaks, and for whom it does not hold."""
    return both(spoken_of(guarantee, people), some(_broken(guarantee, people)))


def promises(guarantee: Guarantee, book: RuleBook) -> Mapping[str, Guarantee]:
    """Each single thing that a guarantee promises, in words, as a guarantee that promises it alone, to everybody."""
    return {
        label: attrs.evolve(guarantee, **{**_TO_EVERYBODY, **promise}) for label, promise in _promised(guarantee, book)
    }


def _promised(guarantee: Guarantee, book: RuleBook) -> Iterator[tuple[str, dict[str, Any]]]:
    for key in ("at_least", "settled_at_least", "stops"):
        if value := getattr(guarantee, key):
            yield f"{key} {value}", {key: value}
    for key in ("low_impact_too", "refers"):
        if getattr(guarantee, key):
            yield key, {key: True}
    for key in ("sees", "locked"):
        if words := getattr(guarantee, key):
            yield f"{key} {' or '.join(words)}", {key: words}
    for id_ in guarantee.cautions:
        yield f"cautions {id_}", {"cautions": (id_,)}
    for selector in guarantee.selectors:
        chosen, _ = select((selector,), book.exercises, book.sets)
        yield f"never_allows {selector}", {"never_allows": chosen}
    for label, limit in _single_caps(guarantee.dose_at_most) if guarantee.dose_at_most else ():
        yield f"dose_at_most {label}", {"dose_at_most": limit}


def _single_caps(limit: Limit) -> Iterator[tuple[str, Limit]]:
    nothing = Limit(exercises=limit.exercises)
    for figure, cap in limit.at_most.items():
        yield f"{figure} {cap}", attrs.evolve(nothing, at_most={figure: cap})
    for figure, cap in limit.start_at_most.items():
        yield f"{figure} {cap} at first", attrs.evolve(nothing, start_at_most={figure: cap})
    for choice, options in limit.only.items():
        yield f"{choice} {' or '.join(options)}", attrs.evolve(nothing, only={choice: options})
    if limit.rest_at_least:
        yield f"rest {limit.rest_at_least}", attrs.evolve(nothing, rest_at_least=limit.rest_at_least)


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
    yield from _unsaid(guarantee, people)


def _unsaid(guarantee: Guarantee, people: Assessed) -> Iterator[Formula]:
    least = guarantee.at_least or Urgency.ROUTINE  # a lower level is broken already
    for level in Urgency if guarantee.sees else ():
        if level >= least:
            acted_on = both(said.exactly(people, level), said.decided(people, level))
            yield both(acted_on, no(said.sees(people, guarantee.sees, level)))
    if guarantee.locked:
        yield no(said.shown(people, guarantee.locked))
    yield from (no(said.cautioned(people, id_)) for id_ in guarantee.cautions)
    if guarantee.stops:
        yield no(said.stopped(people, guarantee.stops))


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
        return "; ".join([*wrong, *_not_said(guarantee, found)])

    return shows


def _not_said(guarantee: Guarantee, found: Decision) -> Iterator[str]:
    """What is promised to be told, and is not."""
    decided = found.at_least > Urgency.SELF_CARE and (found.settled or found.at_least >= Urgency.SAME_DAY)
    sees = [whom.words for whom in found.referral.parts] if found.referral is not None else []
    if guarantee.sees and decided and not any(text in see for text in guarantee.sees for see in sees):
        yield f"sent to {'; '.join(sees) or 'nobody'}"
    if guarantee.locked:
        shown = {message.address for message in messages(found)}
        if shown.isdisjoint(f"messages.locked.{key}" for key in guarantee.locked):
            yield f"{' or '.join(guarantee.locked)} is not shown"
    given = {entry.rule.id for entry in found.cautions if entry.rule.effect.text}
    yield from (f"no caution {id_}" for id_ in guarantee.cautions if id_ not in given)
    scopes = [rule.effect.scope for rule in found.because if isinstance(rule.effect, Stop) and rule.effect.text]
    if guarantee.stops and not any(said.SCOPES.index(scope) >= said.SCOPES.index(guarantee.stops) for scope in scopes):
        yield f"nothing stops {'a move' if guarantee.stops == 'move' else guarantee.stops}"


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
