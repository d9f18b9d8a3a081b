"""Which guarantee a mutant breaks: asked of the solver, for the people whom the changed rule treats otherwise."""

from __future__ import annotations

from typing import Final

import attrs

from ..errors import ProfileError
from ..readings.proofs.assessed import Assessed
from ..readings.proofs.promises import broken, shows_broken
from ..readings.proofs.solving import ALONE, Formula, Prover, Undecided, some
from ..rulebook.book import RuleBook
from ..rulebook.guarantees import OUTCOMES, Guarantee
from ..rulebook.rules import AnyRule, Effect, Exclude, Limited, Offer, Stop, Urgency, Urgent
from ..triage.exercise_statuses import CORE
from ..triage.profile import Profile
from .mutated import Mutant, assessed

_PROMISED: Final = tuple(key for key in OUTCOMES if key != "allows_none")
SECONDS: Final = 5.0
"""When the solver gives up on a mutant; then nobody has noticed it."""


class Guards:
    """The guarantees that hold before anything is changed.

    Args:
        book: The rulebook.
        guarantees: Its guarantees.

    Attributes:
        holding: Those that are proved.
    """

    def __init__(self, book: RuleBook, guarantees: tuple[Guarantee, ...]) -> None:
        with ALONE:
            self._people = Assessed(book)
            self._prover = Prover(self._people, seconds=SECONDS)
            self.holding = tuple(one for one in guarantees if self._holds(one))

    def _holds(self, guarantee: Guarantee) -> bool:
        try:
            return self._prover.find(broken(guarantee, self._people)) is None
        except Undecided:
            return False

    def broken_by(self, mutant: Mutant) -> Guarantee | None:
        """A guarantee that a mutant breaks for somebody; the decision procedure, as it runs, must confirm it.

        What was proved of the rulebook can fail for those only whom the changed rule treats otherwise.
        """
        levels, exercises = _touched(mutant)
        narrowed = [_narrowed(one, mutant.original, levels, exercises) for one in self.holding]
        touched = [one for one in narrowed if one]
        if not touched:
            return None
        with ALONE:
            changed = self._people.under(mutant.rulebook, "mutant ", levels, exercises)
            fails = some([broken(one, changed) for one in touched])
            profile = self._found(changed, self._treated_otherwise(mutant), fails)
        if profile is None:
            return None
        found = assessed(mutant.rulebook, profile)
        return next((one for one in touched if shows_broken(one)(lambda _: found, profile)), None)

    def _treated_otherwise(self, mutant: Mutant) -> Formula:
        before, after = mutant.original, mutant.rule
        if mutant.kind == "effect":
            return self._people.active(before)
        people = self._people
        return some([people.fired(before) != people.fired(after), people.spared(before) != people.spared(after)])

    def _found(self, changed: Assessed, *formulas: Formula) -> Profile | None:
        try:
            model = self._prover.find(*formulas, *changed.definitions)
            return None if model is None else Profile(changed.answers(model), rulebook=self._people.book)
        except (Undecided, ProfileError):
            return None


def _touched(mutant: Mutant) -> tuple[frozenset[Urgency], frozenset[str]]:
    """The levels that somebody may no longer reach, and the exercises whose status or dose may be another."""
    was, now = mutant.original.effect, mutant.rule.effect
    if mutant.kind == "condition":
        return _levels(was), _exercises(was, mutant.base)
    limits = isinstance(was, Limited)
    left = frozenset[str]() if limits else _exercises(now, mutant.base)
    return _levels(was) - _levels(now), _exercises(was, mutant.base) - left


def _levels(effect: Effect) -> frozenset[Urgency]:
    """The levels that a rule reaches."""
    return frozenset(level for level in Urgency if isinstance(effect, Urgent) and level <= effect.level)


def _exercises(effect: Effect, book: RuleBook) -> frozenset[str]:
    """The exercises that a rule decides about."""
    match effect:
        case Urgent(exercise="none"):
            return frozenset(book.exercises)
        case Urgent(exercise="gentle"):
            return frozenset(book.exercises).difference(book.sets.get(CORE, ()))
        case Exclude(exercises=ids) | Offer(exercises=ids):
            return frozenset(ids)
        case Limited(limit=limit):
            return frozenset(limit.exercises)
    return frozenset()


def _narrowed(
    guarantee: Guarantee, rule: AnyRule, levels: frozenset[Urgency], exercises: frozenset[str]
) -> Guarantee | None:
    """What a guarantee promises about some levels and exercises, and what a rule says; all else it promises still
    holds."""
    limit = guarantee.dose_at_most
    capped = tuple(id_ for id_ in limit.exercises if id_ in exercises) if limit else ()
    narrow = attrs.evolve(
        guarantee,
        at_least=guarantee.at_least if guarantee.at_least in levels else None,
        settled_at_least=guarantee.settled_at_least if guarantee.settled_at_least in levels else None,
        refers=guarantee.refers and Urgency.ROUTINE in levels,
        never_allows=tuple(id_ for id_ in guarantee.never_allows if id_ in exercises),
        low_impact_too=guarantee.low_impact_too and bool(exercises),
        dose_at_most=attrs.evolve(limit, exercises=capped) if limit and capped else None,
        sees=guarantee.sees if guarantee.at_least in levels else (),
        locked=guarantee.locked if isinstance(rule.effect, Urgent) and rule.effect.locked else (),
        cautions=tuple(id_ for id_ in guarantee.cautions if id_ == rule.id),
        stops=guarantee.stops if isinstance(rule.effect, Stop) else None,
    )
    return narrow if any(getattr(narrow, key) for key in _PROMISED) else None
