"""The status of every exercise: excluded, not offered, withheld or allowed, decided in this order.

This is the specification: ``fast/exercise_statuses.py`` is what is used, and says the same of everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias, cast

import attrs

from ..rulebook.doses import Dose, emptied, limited
from ..rulebook.exercises import Exercise
from ..rulebook.rules import AnyRule, Caution, Exclude, Limited, Offer, Rule, Urgent
from .open_questions import NONE, Ids, OpenQuestions
from .outcome import Allowed, Cautioned, Excluded, Withheld
from .verdicts import ByEffect

CORE: Final = "core"
"""The set of exercises that an urgency rule with the exercise effect ``gentle`` leaves."""
Stopping: TypeAlias = tuple[tuple[AnyRule, ...], tuple[AnyRule, ...]]


@attrs.frozen(kw_only=True)
class Statuses:
    """Every exercise, by its status.

    Attributes:
        allowed: Those that are allowed, in the rulebook's order, as are all.
        withheld: Those that open questions stand in the way of.
        excluded: Those that must not be done.
        not_offered: Ids of those that do not fit.
    """

    allowed: tuple[Allowed, ...]
    withheld: tuple[Withheld, ...]
    excluded: tuple[Excluded, ...]
    not_offered: tuple[str, ...]


def stopping(urgency: Sequence[Rule[Urgent]]) -> Stopping:
    """The urgency rules that stop an exercise outside the core set, and those that stop one inside it."""
    outside = tuple(rule for rule in urgency if rule.effect.exercise != "normal")
    return outside, tuple(rule for rule in outside if rule.effect.exercise == "none")


def statuses(asking: OpenQuestions, fired: ByEffect, open_: ByEffect) -> tuple[Statuses, Ids]:
    """The status of every exercise, and the questions that could free a withheld one.

    A withheld one names the open urgency rules first: while there are any, nothing more is asked for it.
    """
    stopped, doubted, waiting = stopping(fired.urgency), stopping(open_.urgency), asking.stopping()
    excluded: list[Excluded] = []
    not_offered: list[str] = []
    allowed: list[Allowed] = []
    withheld: list[Withheld] = []
    freeing = NONE
    for exercise in asking.book.exercises.values():
        gentle = exercise.id in asking.book.sets.get(CORE, ())
        sure, maybe = _about(exercise, fired), _about(exercise, open_)
        if because := (*stopped[gentle], *sure.exclude, *_emptying(exercise, sure.limit)):
            excluded.append(Excluded(exercise=exercise, because=because))
        elif not sure.offer and not maybe.offer:
            not_offered.append(exercise.id)
        elif doubts := doubted[gentle] or _doubts(exercise, sure, maybe):
            questions = waiting[gentle] if doubted[gentle] else asking.of_rules(doubts)
            freeing |= questions
            withheld.append(Withheld(exercise=exercise, because=doubts, waits_for=asking.ids(questions)))
        else:
            allowed.append(_allowed(exercise, sure, maybe))
    found = Statuses(
        allowed=tuple(allowed), withheld=tuple(withheld), excluded=tuple(excluded), not_offered=tuple(not_offered)
    )
    return found, freeing


@attrs.frozen
class _About:
    """Those of some rules that speak of one exercise."""

    exclude: tuple[Rule[Exclude], ...]
    limit: tuple[Rule[Limited], ...]
    offer: tuple[Rule[Offer], ...]
    caution: tuple[Rule[Caution], ...]


def _about(exercise: Exercise, rules: ByEffect) -> _About:
    return _About(
        exclude=tuple(rule for rule in rules.exclude if exercise.id in rule.effect.exercises),
        limit=tuple(rule for rule in rules.limit if exercise.id in rule.effect.limit.exercises),
        offer=tuple(rule for rule in rules.offer if exercise.id in rule.effect.exercises),
        caution=tuple(rule for rule in rules.caution if exercise.id in rule.effect.exercises),
    )


def _doubts(exercise: Exercise, sure: _About, maybe: _About) -> tuple[AnyRule, ...]:
    """The open rules in its way: exclusions, limits that may leave nothing, and offers if none is certain."""
    return (*maybe.exclude, *_emptying(exercise, sure.limit, maybe.limit), *(() if sure.offer else maybe.offer))


_Limits: TypeAlias = tuple[Rule[Limited], ...]


def _emptying(exercise: Exercise, sure: _Limits, maybe: _Limits = ()) -> tuple[AnyRule, ...]:
    """The limits that together leave nothing of one of its choices: of the possible ones, where there are any."""
    if exercise.dose is None:
        return ()
    lost = emptied(exercise.dose, _dose(exercise, (*sure, *maybe)))
    return tuple(rule for rule in maybe or sure if not lost.isdisjoint(rule.effect.limit.only))


def _dose(exercise: Exercise, limits: Iterable[Rule[Limited]]) -> Dose:
    return limited(cast("Dose", exercise.dose), [rule.effect.limit for rule in limits])


def _allowed(exercise: Exercise, sure: _About, maybe: _About) -> Allowed:
    own = [Cautioned(rule=rule, certain=True).text for rule in sure.caution]
    own += [Cautioned(rule=rule, certain=False).text for rule in maybe.caution]
    dose = _dose(exercise, (*sure.limit, *maybe.limit))
    return Allowed(exercise=exercise, dose=dose, cautions=(*exercise.cautions, *own), because=sure.offer)
