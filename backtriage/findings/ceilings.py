"""Numbers that cannot exceed each other: nobody's pain began at 60 who is 20."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Final, TypeGuard

import attrs

from .finding import Number

_MINUTES: Final = {"minutes": 1, "hours": 60, "days": 1440, "weeks": 10080, "months": 31 * 1440, "years": 366 * 1440}
"""The longest that each unit of time can be, in minutes."""


@attrs.frozen(kw_only=True)
class Ceiling:
    """That one number is at most another.

    Attributes:
        finding: The number that has a ceiling.
        of: The number that is the ceiling.
        factor: How many units of the first there are at most in one of the other.
        begun: What may be added to the other, in its own unit: who is 5 years old is not yet 6.

    >>> Ceiling(finding="days", of="years", factor=366, begun=1).exceeded({"days": 2196, "years": 5})
    False
    """

    finding: str
    of: str
    factor: int = 1
    begun: float = 0

    def limit(self, other: float) -> float:
        """The most that the number can be beside a value of the other."""
        return (other + self.begun) * self.factor

    def exceeded(self, values: Mapping[str, object]) -> bool:
        """Whether both are there and cannot both be true."""
        value, other = values.get(self.finding), values.get(self.of)
        return _is_figure(value) and _is_figure(other) and value > self.limit(other)


def ceiling(number: Number, of: Number) -> Ceiling | None:
    """The ceiling that one number is to another; nothing where their units say nothing of each other."""
    if number.unit == of.unit:
        return Ceiling(finding=number.id, of=of.id)
    mine, others = _MINUTES.get(number.unit, 0), _MINUTES.get(of.unit, 0)
    if not 0 < mine < others:
        return None
    return Ceiling(finding=number.id, of=of.id, factor=math.ceil(Fraction(others, mine)), begun=of.step)


def _is_figure(value: object) -> TypeGuard[int | float]:
    return type(value) is int or type(value) is float
