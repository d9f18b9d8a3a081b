"""What can still become of open rules where some findings stay unknown: one source for a person and for the rows of a
table, whose logic differs only in what holds a truth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Generic, TypeAlias, TypeVar

import attrs

from ..findings.conditions import AllOf, AnyOf, AtLeast, Atom, Condition
from ..rulebook.rules import Rule, Urgency, Urgent

Bit = TypeVar("Bit")
"""Whether something holds, of a person or in every row of a table."""


@attrs.frozen
class Logic(Generic[Bit]):
    """How bits are joined.

    Attributes:
        every: Whether all of them hold.
        some: Whether any of them holds.
        reached: Whether at least so many of them hold.
        inverse: Whether one does not hold.
    """

    every: Callable[[Iterable[Bit]], Bit]
    some: Callable[[Iterable[Bit]], Bit]
    reached: Callable[[int, Iterable[Bit]], Bit]
    inverse: Callable[[Bit], Bit]


PLAIN: Final = Logic[bool](all, any, lambda n, bits: sum(bits) >= n, lambda bit: not bit)
"""The logic of one person."""

Leaf: TypeAlias = Callable[[Atom, bool], Bit]
"""Whether what is said of one finding can become true, or false."""


def can_become(condition: Condition, truth: bool, leaf: Leaf[Bit], logic: Logic[Bit]) -> Bit:
    """Whether a condition can become true or false; each term for itself."""
    match condition:
        case AllOf(terms) | AnyOf(terms):
            join = logic.every if isinstance(condition, AllOf) is truth else logic.some
            return join(can_become(term, truth, leaf, logic) for term in terms)
        case AtLeast(n, terms):
            needed = n if truth else len(terms) - n + 1
            return logic.reached(needed, (can_become(term, truth, leaf, logic) for term in terms))
    return leaf(condition, truth)


def left_open(
    rules: Sequence[Rule[Urgent]], stays_open: Callable[[Rule[Urgent]], Bit], logic: Logic[Bit]
) -> dict[Urgency, Bit]:
    """For each level of some urgency rules, whether one of it or worse is open and can never be spared."""
    staying = [(rule.effect.level, stays_open(rule)) for rule in rules]
    levels = {level for level, _ in staying}
    return {level: logic.some([bit for own, bit in staying if own.rank >= level.rank]) for level in levels}


def worth_deciding(rule: Rule[Urgent], can_fire: Bit, left: Mapping[Urgency, Bit], logic: Logic[Bit]) -> Bit:
    """Whether an open urgency rule is worth deciding: it can still fire, or less is possible without it.

    Beside one that stays open for good, none that is as urgent or less is of the second kind.
    """
    return logic.some([can_fire, logic.inverse(left[rule.effect.level])])
