"""The status of every exercise: excluded, not offered, withheld or allowed, decided in this order.

Sets of rules are ``int`` here, one bit a rule: which rules forbid, limit, offer or caution an exercise is known once a
rulebook is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import attrs

from ...rulebook.book import RuleBook
from ...rulebook.doses import Dose, emptied, limited
from ...rulebook.exercises import Exercise
from ...rulebook.rules import AnyRule, Limited, Rule
from ..exercise_statuses import CORE, Statuses, Stopping, stopping
from ..outcome import Allowed, Cautioned, Excluded, Withheld
from ..verdicts import ByEffect

if TYPE_CHECKING:
    from .open_questions import Asking


def statuses(asking: Asking, fired: ByEffect, open_: ByEffect) -> tuple[Statuses, int]:
    """As :func:`backtriage.triage.exercise_statuses.statuses`; the questions that could free an exercise are bits."""
    stopped, doubted = stopping(fired.urgency), stopping(open_.urgency)
    rules = _exercise_rules(asking.book)
    sure, maybe = rules.set_of(fired), rules.set_of(open_)
    possible = sure | maybe
    excluded, not_offered, candidates = rules.sorted(stopped, sure & rules.forbidding, possible & rules.offering)
    allowed, withheld = [], []
    waits_for = 0
    outside, inside = asking.stopping() if candidates and doubted[False] else (0, 0)
    held = (doubted[False], outside, asking.ids(outside)), (doubted[True], inside, asking.ids(inside))
    may_empty = rules.emptying(sure & rules.choosing, maybe & rules.choosing)
    own_doubts: dict[int, tuple[tuple[AnyRule, ...], int, tuple[str, ...]]] = {}
    for row in candidates:
        doubts, questions, ids = held[row.gentle]
        if not doubts:
            own = maybe & row.exclusions | may_empty.get(row, 0) | (0 if sure & row.offers else maybe & row.offers)
            if not own:
                cautions = sure & row.cautions, maybe & row.cautions
                allowed.append(_allowed(row, possible & row.limits, sure & row.offers, *cautions))
                continue
            if own not in own_doubts:
                doubts = rules.among(own)
                questions = asking.of_rules(doubts)
                own_doubts[own] = doubts, questions, asking.ids(questions)
            doubts, questions, ids = own_doubts[own]
        waits_for |= questions
        withheld.append(Withheld(exercise=row.exercise, because=doubts, waits_for=ids))
    found = Statuses(allowed=tuple(allowed), withheld=tuple(withheld), excluded=excluded, not_offered=not_offered)
    return found, waits_for


@attrs.frozen(kw_only=True, eq=False)
class _Row:
    """One exercise, and the rules about it.

    Attributes:
        rules: The rules that the sets are sets of.
        exercise: The exercise.
        gentle: Whether it is in the core set.
        exclusions: The rules that exclude it.
        limits: The rules that limit its dose.
        offers: The rules that offer it.
        cautions: The rules with a caution for it.
    """

    rules: _ExerciseRules
    exercise: Exercise
    gentle: bool
    exclusions: int
    limits: int
    offers: int
    cautions: int

    def dose(self, limits: int) -> Dose:
        """The dose under some limits."""
        assert self.exercise.dose is not None  # noqa: S101 - only an offered exercise is dosed, and it has one
        some = cast("tuple[Rule[Limited], ...]", self.rules.among(limits & self.limits))
        return limited(self.exercise.dose, [rule.effect.limit for rule in some])

    def emptying(self, certain: int, possible: int) -> int:
        """Those of some limits that together leave nothing of a choice: of the possible ones, where there are any."""
        if self.exercise.dose is None:
            return 0
        lost = emptied(self.exercise.dose, self.dose(certain | possible))
        blamed = self.rules.among((possible or certain) & self.limits) if lost else ()
        return self.rules.set(
            rule for rule in cast("tuple[Rule[Limited], ...]", blamed) if not lost.isdisjoint(rule.effect.limit.only)
        )


_Sorted: TypeAlias = tuple[tuple[Excluded, ...], tuple[str, ...], tuple[_Row, ...]]
"""Exercises that are excluded, ids of those that are not offered, and the rest."""


class _ExerciseRules:
    """The rules of a rulebook that are about exercises, as sets of bits.

    Attributes:
        rows: Every exercise with the rules about it, in the rulebook's order.
        choosing: The limits that leave out options of a choice.
        forbidding: The exclusions, and these limits.
        offering: The offers.
        among: The rules of a set, in the order: exclusions, limits, offers, cautions.
        emptying: Exercise to the limits that leave nothing of one of its choices, from those that hold and those that
            may.
        sorted: Every exercise, from the urgency rules that stop it, what forbids it, and the offers that hold or may.
            The next answer of the same person mostly changes none of these: the last results are kept.
    """

    def __init__(self, book: RuleBook) -> None:
        rules = ByEffect.of(book.rules)
        cautions = tuple(rule for rule in rules.caution if rule.effect.exercises)
        about: tuple[AnyRule, ...] = (*rules.exclude, *rules.limit, *rules.offer, *cautions)
        self._bits = {rule: 1 << number for number, rule in enumerate(about)}
        self.among: Callable[[int], tuple[AnyRule, ...]] = lru_cache(maxsize=256)(self._among)
        self.emptying = lru_cache(maxsize=64)(self._emptying)
        self.sorted = lru_cache(maxsize=16)(self._sorted)
        self.choosing = self.set(rule for rule in rules.limit if rule.effect.limit.only)
        self.forbidding = self.set(rules.exclude) | self.choosing
        self.offering = self.set(rules.offer)
        core = book.sets.get(CORE, ())
        self.rows = tuple(
            _Row(
                rules=self,
                exercise=exercise,
                gentle=id_ in core,
                exclusions=self.set(rule for rule in rules.exclude if id_ in rule.effect.exercises),
                limits=self.set(rule for rule in rules.limit if id_ in rule.effect.limit.exercises),
                offers=self.set(rule for rule in rules.offer if id_ in rule.effect.exercises),
                cautions=self.set(rule for rule in cautions if id_ in rule.effect.exercises),
            )
            for id_, exercise in book.exercises.items()
        )
        self._rows = [(row, row.gentle, row.exclusions) for row in self.rows]

    def set(self, rules: Iterable[AnyRule]) -> int:
        """Some rules as a set."""
        bits = self._bits
        return sum([bits[rule] for rule in rules])

    def set_of(self, rules: ByEffect) -> int:
        """Those of some rules that are about exercises, as a set."""
        bits = self._bits
        named = self.set(rules.exclude) | self.set(rules.limit) | self.set(rules.offer)
        return named | sum([bits.get(rule, 0) for rule in rules.caution])

    def _sorted(self, stopped: Stopping, sure: int, possible: int) -> _Sorted:
        excluded, not_offered, candidates = [], [], []
        empties = self.emptying(sure & self.choosing, 0)
        for row, gentle, exclusions in self._rows:
            stops, against = stopped[gentle], sure & exclusions
            if empties:
                against |= empties.get(row, 0)
            if stops:
                because = stops + self.among(against) if against else stops
                excluded.append(Excluded(exercise=row.exercise, because=because))
            elif against:
                excluded.append(_excluded(row, against))
            elif possible & row.offers:
                candidates.append(row)
            else:
                not_offered.append(row.exercise.id)
        return tuple(excluded), tuple(not_offered), tuple(candidates)

    def _among(self, some: int) -> tuple[AnyRule, ...]:
        return tuple([rule for rule, bit in self._bits.items() if some & bit])

    def _emptying(self, certain: int, possible: int) -> dict[_Row, int]:
        emptying = {row: row.emptying(certain, possible) for row in self.rows}
        return {row: some for row, some in emptying.items() if some}


_exercise_rules: Callable[[RuleBook], _ExerciseRules] = lru_cache(maxsize=16)(_ExerciseRules)


@lru_cache(maxsize=192)
def _excluded(row: _Row, because: int) -> Excluded:
    return Excluded(exercise=row.exercise, because=row.rules.among(because))


@lru_cache(maxsize=192)
def _allowed(row: _Row, limits: int, offers: int, certain: int, possible: int) -> Allowed:
    own = [
        Cautioned(rule=cast("Any", rule), certain=sure).text
        for some, sure in ((certain, True), (possible, False))
        for rule in row.rules.among(some)
    ]
    return Allowed(
        exercise=row.exercise,
        dose=row.dose(limits),
        cautions=(*row.exercise.cautions, *own),
        because=row.rules.among(offers),
    )
