"""The condition language: a safe subset of Python expressions, read with three truth values.

A condition is parsed with :mod:`ast`, never run as Python, and becomes a tree of the seven forms below. Its value is
``True``, ``False`` or ``None``: unknown, after Kleene. Nothing in it can ask whether something is known, so that an
answer can only turn ``None`` into ``True`` or ``False``, never one of these into anything else.

``not`` reaches down to the yes/no findings while parsing; a comparison cannot be negated (write the opposite
comparison).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal, TypeAlias

import attrs

Value: TypeAlias = bool | int | float | str
"""What a finding can be known to be."""


class NotApplicable:
    """The value of a number or choice whose gate is closed: every comparison with it is false."""

    def _never(self, _other: object) -> bool:
        return False

    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = _never
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return "not applicable"


NOT_APPLICABLE: Final = NotApplicable()
Known: TypeAlias = Mapping[str, Value | NotApplicable]
"""What is known of a person: finding to value. A finding that is not in it is unknown."""

Truth: TypeAlias = bool | None
Operator: TypeAlias = Literal["<", "<=", ">", ">=", "=="]
_COMPARE: Final[dict[Operator, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}


class _Leaf:
    """What the forms about one finding share."""

    __slots__ = ()
    finding: str

    def _of(self, value: Value | NotApplicable) -> bool:
        raise NotImplementedError

    def holds(self, known: Known) -> Truth:
        """Whether it is true, false or, with what is known, unknown."""
        value = known.get(self.finding)
        return None if value is None else self._of(value)

    def waits_for(self, known: Known) -> frozenset[str]:
        """The unknown findings that can still decide it; empty exactly when it is decided."""
        return _NOTHING if self.finding in known else frozenset((self.finding,))

    def atoms(self) -> Iterator[Atom]:
        """Itself."""
        yield self  # type: ignore[misc]  # every subclass is one of the union


@attrs.frozen
class Present(_Leaf):
    """A yes/no finding is present."""

    finding: str

    def holds(self, known: Known) -> Truth:
        """Whether it is true, false or, with what is known, unknown: the answer itself."""
        return known.get(self.finding)  # type: ignore[return-value]  # a yes/no finding is True or False


@attrs.frozen
class Absent(_Leaf):
    """A yes/no finding is absent."""

    finding: str

    def _of(self, value: Value | NotApplicable) -> bool:
        return value is False


@attrs.frozen
class Compare(_Leaf):
    """A number compared with a constant."""

    finding: str
    op: Operator
    bound: int | float

    def _of(self, value: Value | NotApplicable) -> bool:
        return _COMPARE[self.op](value, self.bound)


@attrs.frozen
class OneOf(_Leaf):
    """A choice is one of some options."""

    finding: str
    options: tuple[str, ...]

    def _of(self, value: Value | NotApplicable) -> bool:
        return value in self.options


class _Joint:
    """What the forms with terms share."""

    __slots__ = ()
    terms: tuple[Condition, ...]

    def holds(self, known: Known) -> Truth:
        """Whether it is true, false or, with what is known, unknown (Kleene's strong logic)."""
        raise NotImplementedError

    def waits_for(self, known: Known) -> frozenset[str]:
        """The unknown findings that can still decide it; empty exactly when it is decided."""
        if self.holds(known) is not None:
            return _NOTHING
        return _NOTHING.union(*[term.waits_for(known) for term in self.terms])

    def atoms(self) -> Iterator[Atom]:
        """The leaves, from left to right."""
        for term in self.terms:
            yield from term.atoms()


@attrs.frozen
class AllOf(_Joint):
    """Every term holds; true when there is none.

    >>> AllOf((Present("a"), Present("b"))).holds({"a": False})
    False
    """

    terms: tuple[Condition, ...]

    def holds(self, known: Known) -> Truth:
        truth: Truth = True
        for term in self.terms:
            value = term.holds(known)
            if value is False:
                return False
            if value is None:
                truth = None
        return truth


@attrs.frozen
class AnyOf(_Joint):
    """At least one term holds.

    >>> pale_or_old = AnyOf((Present("pale"), Compare("age", ">=", 65)))
    >>> [pale_or_old.holds(known) for known in ({"pale": False}, {"age": 70}, {"pale": False, "age": 64})]
    [None, True, False]
    """

    terms: tuple[Condition, ...]

    def holds(self, known: Known) -> Truth:
        truth: Truth = False
        for term in self.terms:
            value = term.holds(known)
            if value is True:
                return True
            if value is None:
                truth = None
        return truth


@attrs.frozen
class AtLeast(_Joint):
    """At least ``n`` of the terms hold.

    >>> AtLeast(2, (Present("a"), Present("b"), Present("c"))).waits_for({"a": True}) == {"b", "c"}
    True
    """

    n: int
    terms: tuple[Condition, ...]

    def holds(self, known: Known) -> Truth:
        values = [term.holds(known) for term in self.terms]
        if values.count(True) >= self.n:
            return True
        return None if len(values) - values.count(False) >= self.n else False


Atom: TypeAlias = Present | Absent | Compare | OneOf
Condition: TypeAlias = Atom | AllOf | AnyOf | AtLeast
ALWAYS: Final = AllOf(())
_NOTHING: Final[frozenset[str]] = frozenset()
