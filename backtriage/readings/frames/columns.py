"""Truth values as columns: Kleene's logic in two Boolean columns without nulls, added to a frame in stages.

One column says where something is true, the other where it is not false. Every engine is far quicker at these than at
Booleans with nulls (DuckDB thirty times). What is the same in every row never becomes a column: it is folded away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

import attrs
import narwhals as nw

from ...triage.worth_deciding import Logic

Bit: TypeAlias = nw.Expr | bool
"""Yes or no in every row: a Boolean column without nulls, or what all rows share."""


def column(bit: Bit) -> nw.Expr:
    """A bit as a column."""
    return bit if isinstance(bit, nw.Expr) else nw.lit(bit, dtype=nw.Boolean)


def every(bits: Iterable[Bit]) -> Bit:
    """Whether all of them hold.

    >>> every([True, False]), every([])
    (False, True)
    """
    return _joined(bits, neutral=True)


def some(bits: Iterable[Bit]) -> Bit:
    """Whether any of them holds.

    >>> some([True, False]), some([])
    (True, False)
    """
    return _joined(bits, neutral=False)


def _joined(bits: Iterable[Bit], *, neutral: bool) -> Bit:
    columns: dict[int, nw.Expr] = {}
    for bit in bits:
        if isinstance(bit, nw.Expr):
            columns[id(bit)] = bit
        elif bit is not neutral:
            return bit
    if len(columns) <= 1:
        return next(iter(columns.values()), neutral)
    join = nw.all_horizontal if neutral else nw.any_horizontal
    return join(*columns.values(), ignore_nulls=False)


def inverse(bit: Bit) -> Bit:
    """Whether it does not hold."""
    return ~bit if isinstance(bit, nw.Expr) else not bit


@attrs.frozen(eq=False)
class Truths:
    """A truth value for every row.

    Attributes:
        sure: Whether it is true.
        may: Whether it is true or unknown. The same object as ``sure`` where it is never unknown.
    """

    sure: Bit
    may: Bit

    @property
    def unknown(self) -> Bit:
        """Whether it is unknown."""
        return False if self.may is self.sure else every([self.may, inverse(self.sure)])

    def negated(self) -> Truths:
        """Kleene's ``not``."""
        sure = inverse(self.may)
        return Truths(sure, sure if self.may is self.sure else inverse(self.sure))

    def or_if_unknown(self, other: Truths) -> Truths:
        """Itself where it is known, elsewhere the other."""
        if self.may is self.sure:
            return self
        sure = some([self.sure, every([self.may, other.sure])])
        return Truths(sure, self.may if other.may is True else some([self.sure, every([self.may, other.may])]))

    def told(self) -> nw.Expr:
        """One Boolean column, null where it is unknown."""
        if self.may is self.sure:
            return column(self.sure)
        return chosen([(self.sure, nw.lit(True)), (self.may, nw.lit(None, dtype=nw.Boolean))], nw.lit(False))


YES: Final = Truths(True, True)
NO: Final = Truths(False, False)
UNKNOWN: Final = Truths(False, True)


def all_of(terms: Iterable[Truths]) -> Truths:
    """Kleene's ``and`` of all the terms.

    >>> all_of([YES, UNKNOWN]).unknown, all_of([UNKNOWN, NO]).may, all_of([]).sure
    (True, False, True)
    """
    return _both(every, list(terms))


def any_of(terms: Iterable[Truths]) -> Truths:
    """Kleene's ``or`` of all the terms.

    >>> any_of([NO, UNKNOWN]).unknown, any_of([UNKNOWN, YES]).sure, any_of([]).may
    (True, True, False)
    """
    return _both(some, list(terms))


def at_least(n: int, terms: Iterable[Truths]) -> Truths:
    """Kleene's "at least ``n`` of the terms".

    >>> at_least(2, [YES, UNKNOWN]).unknown, at_least(2, [YES, NO]).may
    (True, False)
    """
    return _both(lambda bits: reached(n, bits), list(terms))


def _both(of: Callable[[list[Bit]], Bit], terms: list[Truths]) -> Truths:
    sure = of([term.sure for term in terms])
    known = all(term.may is term.sure for term in terms)
    return Truths(sure, sure if known else of([term.may for term in terms]))


def counted(bits: Iterable[Bit]) -> nw.Expr | int:
    """How many of them hold."""
    bits = list(bits)
    columns = [bit.cast(nw.Int16) for bit in bits if isinstance(bit, nw.Expr)]
    total: nw.Expr | int = sum(bit is True for bit in bits)
    for one in columns:
        total = total + one if isinstance(total, nw.Expr) or total else one
    return total


def reached(n: int, bits: Iterable[Bit]) -> Bit:
    """Whether at least so many of them hold."""
    return counted(bits) >= n


LOGIC: Final = Logic[Bit](every, some, reached, inverse)


def chosen(cases: Iterable[tuple[Bit, nw.Expr]], otherwise: nw.Expr) -> nw.Expr:
    """The value of the first case that holds."""
    kept: list[tuple[nw.Expr, nw.Expr]] = []
    for bit, value in cases:
        if isinstance(bit, nw.Expr):
            kept.append((bit, value))
        elif bit:
            otherwise = value
            break
    for bit, value in reversed(kept):
        otherwise = nw.when(bit).then(value).otherwise(otherwise)
    return otherwise


def shared(sets: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    """What several sets have in common and is joined once for all of them: what saves most first.

    >>> shared([frozenset({1, 2, 3}), frozenset({1, 2, 4}), frozenset({4})])
    [frozenset({1, 2})]
    """
    left = [set(one) for one in set(sets)]
    parts: list[frozenset[int]] = []
    while True:
        common = {frozenset(one & other) for number, one in enumerate(left) for other in left[:number]}
        gains = {part: (len(part) - 1) * (sum(part <= one for one in left) - 1) for part in common}
        best = max(sorted(gains, key=sorted), key=lambda part: gains[part], default=frozenset[int]())
        if gains.get(best, 0) <= 0:
            return parts
        parts.append(best)
        for one in left:
            if best <= one:
                one.difference_update(best)


class Stages:
    """A frame to which columns are added in stages; those of one stage see the stages before.

    An engine evaluates an expression anew at each of its uses, so what is used often is put in a stage of its own.
    """

    def __init__(self, frame: nw.LazyFrame[Any]) -> None:
        self.frame = frame
        self._pending: dict[str, nw.Expr] = {}
        self._columns: dict[str, nw.Expr] = {}

    def put(self, name: str, expression: nw.Expr) -> nw.Expr:
        """A column under a name, for the stages after this one."""
        if self._columns.get(name) is expression:
            return expression
        self._pending[name] = expression
        self._columns[name] = nw.col(name)
        return self._columns[name]

    def put_bit(self, name: str, bit: Bit) -> Bit:
        """A bit under a name; what all rows share needs none."""
        return self.put(name, bit) if isinstance(bit, nw.Expr) else bit

    def put_truths(self, name: str, truths: Truths) -> Truths:
        """Truth values under a name, in as many columns as they need."""
        sure = self.put_bit(name, truths.sure)
        return Truths(sure, sure if truths.may is truths.sure else self.put_bit(f"{name}__may", truths.may))

    def end(self, *, keep: Callable[[str], bool] | None = None) -> None:
        """The next stage begins; of the older columns only those to keep go on, if there are any."""
        kept = {name: one for name, one in self._columns.items() if keep and (keep(name) or name in self._pending)}
        if kept:
            self._columns = kept
            self.frame = self.frame.select(**{**kept, **self._pending})
        elif self._pending:
            self.frame = self.frame.with_columns(**self._pending)
        self._pending = {}
