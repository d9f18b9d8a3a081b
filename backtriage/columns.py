"""Conditions and the door as columns: what one profile is there is a row here, and a null is what is unknown.

Kleene's logic is what the engines do with nulls, so a condition becomes an expression term by term. What is the same in
every row (a finding without a column, mostly) never becomes an expression: it is a truth value, and folded away.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, TypeAlias

import narwhals as nw

from .conditions import Absent, AllOf, AnyOf, AtLeast, Compare, Condition, OneOf, Present
from .findings import YesNo
from .rulebook import RuleBook

Truths: TypeAlias = nw.Expr | bool | None
"""A truth value for every row: a Boolean column with nulls, or one that all rows share."""
_COMPARE: Final = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq}


def expression(truths: Truths) -> nw.Expr:
    """The truth values as a column."""
    return truths if isinstance(truths, nw.Expr) else nw.lit(truths, dtype=nw.Boolean)


def all_of(terms: Iterable[Truths]) -> Truths:
    """Kleene's ``and`` of all the terms.

    >>> all_of([True, None]), all_of([None, False]), all_of([])
    (None, False, True)
    """
    return _joined(terms, neutral=True)


def any_of(terms: Iterable[Truths]) -> Truths:
    """Kleene's ``or`` of all the terms.

    >>> any_of([False, None]), any_of([None, True]), any_of([])
    (None, True, False)
    """
    return _joined(terms, neutral=False)


def _joined(terms: Iterable[Truths], *, neutral: bool) -> Truths:
    columns: list[nw.Expr] = []
    unknown = False
    for term in terms:
        if isinstance(term, nw.Expr):
            columns.append(term)
        elif term is None:
            unknown = True
        elif term is not neutral:
            return term
    if not columns:
        return None if unknown else neutral
    if unknown:
        columns.append(expression(None))
    join = nw.all_horizontal if neutral else nw.any_horizontal
    return columns[0] if len(columns) == 1 else join(*columns, ignore_nulls=False)


def negated(truths: Truths) -> Truths:
    """Kleene's ``not``."""
    return ~truths if isinstance(truths, nw.Expr) else None if truths is None else not truths


def certain(truths: Truths) -> Truths:
    """Whether it is true, not unknown; never unknown itself."""
    return truths.fill_null(value=False) if isinstance(truths, nw.Expr) else truths is True


def possible(truths: Truths) -> Truths:
    """Whether it is true or unknown; never unknown itself."""
    return truths.fill_null(value=True) if isinstance(truths, nw.Expr) else truths is not False


def unknown(truths: Truths) -> Truths:
    """Whether it is unknown; never unknown itself."""
    return truths.is_null() if isinstance(truths, nw.Expr) else truths is None


def first_known(truths: Truths, otherwise: Truths) -> Truths:
    """The first of two that is known."""
    if not isinstance(truths, nw.Expr):
        return otherwise if truths is None else truths
    return truths if otherwise is None else nw.coalesce(truths, expression(otherwise))


def chosen(cases: Iterable[tuple[Truths, nw.Expr]], otherwise: nw.Expr) -> nw.Expr:
    """The value of the first case that is true."""
    kept: list[tuple[nw.Expr, nw.Expr]] = []
    for truths, value in cases:
        if isinstance(truths, nw.Expr):
            kept.append((truths, value))
        elif truths is True:
            otherwise = value
            break
    for truths, value in reversed(kept):
        otherwise = nw.when(truths).then(value).otherwise(otherwise)
    return otherwise


class Stages:
    """A frame to which columns are added in stages; those of one stage see the stages before."""

    def __init__(self, frame: nw.LazyFrame[Any]) -> None:
        self.frame = frame
        self.pending: dict[str, nw.Expr] = {}

    def put(self, name: str, truths: Truths) -> Truths:
        """The truth values under a name, for the stages after this one; what all rows share needs none."""
        if not isinstance(truths, nw.Expr):
            self.pending.pop(name, None)
            return truths
        self.pending[name] = truths
        return nw.col(name)

    def end(self) -> None:
        if self.pending:
            self.frame = self.frame.with_columns(**self.pending)
            self.pending = {}


class KnownColumns:
    """Everything that follows from the answers of each row, as ``Vocabulary.close`` says it for one profile.

    Args:
        stages: The frame; its finding columns hold valid answers and nulls.
        book: The rulebook.
        given: The findings that have a column. A null there is the answer ``None``.
        denied: The checklists that are denied in every row.
        void: The rows whose answers do not count, nor the denials.
    """

    def __init__(
        self, stages: Stages, book: RuleBook, given: Collection[str], denied: Collection[str], void: Truths
    ) -> None:
        self.given = frozenset(given)
        self._stages = stages
        self._void = void
        self._findings = book.vocabulary.findings
        self._gates = book.vocabulary.gates
        self._implied = implied_by(book)
        self._truths: dict[str, Truths] = {}
        self._inapplicable: dict[str, Truths] = {}
        self._answer(frozenset(denied))
        self._exclude()
        self._mention()
        self._close_gates()
        self._exclude()

    # -- the door -----------------------------------------------------------------------------------------------------

    def _answer(self, denied: frozenset[str]) -> None:
        """The answers, what present findings imply, and under them the denials, unless "not sure" lifts them."""
        implying: dict[str, list[str]] = {}
        for source, consequences in self._implied.items():
            for consequence in consequences if source in self.given else ():
                implying.setdefault(consequence, []).append(source)
        for id_, finding in self._findings.items():
            if not isinstance(finding, YesNo):
                continue
            above = [nw.col(other) for other in implying.get(id_, ())]
            doubts = any_of([self._void, *[unknown(other) for other in above]])
            denial = all_of([doubts, None]) if finding.checklist in denied and id_ not in self.given else None
            follows = any_of([*[certain(other) for other in above], denial])
            self._put(id_, first_known(nw.col(id_) if id_ in self.given else None, follows))
        self._stages.end()

    def _exclude(self) -> None:
        """What implies an absent finding is absent."""
        for finding, consequences in self._implied.items():
            absent = all_of([*[self._truths[id_] for id_ in consequences], None])
            self._put(finding, first_known(self._truths[finding], absent))
        self._stages.end()

    def _mention(self) -> None:
        """What is reported of itself is absent where nobody has mentioned it; a null is a "not sure"."""
        for id_, finding in self._findings.items():
            if isinstance(finding, YesNo) and finding.reported:
                silent = all_of([negated(self._void), None]) if id_ in self.given else False
                self._put(id_, first_known(self._truths[id_], silent))
        self._stages.end()

    def _close_gates(self) -> None:
        """What lies behind a closed gate is absent; a number or a choice does not apply."""
        for gate, gated in self._gates:
            if not self._stages.pending.keys().isdisjoint({*gated, *(atom.finding for atom in gate.atoms())}):
                self._stages.end()
            truths = self.truths(gate)
            for id_ in gated:
                if id_ in self._truths:
                    self._put(id_, first_known(self._truths[id_], all_of([truths, None])))
                else:
                    empty = nw.col(id_).is_null() if id_ in self.given else True
                    shut = all_of([negated(possible(truths)), empty])
                    self._inapplicable[id_] = any_of([self._inapplicable.get(id_, False), shut])
        for id_, truths in self._inapplicable.items():
            self._inapplicable[id_] = self._stages.put(f"inapplicable__{id_}", truths)
        self._stages.end()

    def _put(self, finding: str, truths: Truths) -> None:
        same = truths is self._truths.get(finding)
        self._truths[finding] = truths if same else self._stages.put(f"known__{finding}", truths)

    # -- conditions ---------------------------------------------------------------------------------------------------

    def truths(self, condition: Condition) -> Truths:
        """Whether a condition is true, false or unknown, row by row."""
        match condition:
            case AllOf(terms):
                return all_of([self.truths(term) for term in terms])
            case AnyOf(terms):
                return any_of([self.truths(term) for term in terms])
            case AtLeast(n, terms):
                return _at_least(n, [self.truths(term) for term in terms])
            case Present(finding):
                return self._truths[finding]
            case Absent(finding):
                return negated(self._truths[finding])
        finding = condition.finding
        test: Truths = None
        if finding in self.given:
            column = nw.col(finding)
            if isinstance(condition, Compare):
                test = _COMPARE[condition.op](column, condition.bound)
            elif isinstance(condition, OneOf):
                test = any_of([column == option for option in condition.options])
        return all_of([negated(self._inapplicable.get(finding, False)), test])

    def askable(self, condition: Condition) -> Truths:
        """Whether it is open, and a question that has not been answered "not sure" could decide it."""
        if isinstance(condition, AllOf | AnyOf | AtLeast):
            terms = any_of([self.askable(term) for term in condition.terms])
            return False if terms is False else all_of([unknown(self.truths(condition)), terms])
        return self._askable(condition.finding)

    @functools.cached_property
    def _gates_of(self) -> Mapping[str, list[Condition]]:
        gates: dict[str, list[Condition]] = {}
        for gate, gated in self._gates:
            for finding in gated:
                gates.setdefault(finding, []).append(gate)
        return gates

    def _askable(self, finding: str) -> Truths:
        if finding in self.given:
            way = any_of([self.askable(gate) for gate in self._gates_of.get(finding, ())])
            if way is False:
                return False
        else:
            way = True
        if finding in self._truths:
            return all_of([unknown(self._truths[finding]), way])
        empty = nw.col(finding).is_null() if finding in self.given else True
        return all_of([empty, negated(self._inapplicable.get(finding, False)), way])


def _at_least(n: int, terms: list[Truths]) -> Truths:
    columns = [term for term in terms if isinstance(term, nw.Expr)]
    n -= sum(term is True for term in terms)
    spare = sum(term is None for term in terms)
    if not columns:
        return True if n <= 0 else None if spare >= n else False
    sure = sum((term.fill_null(value=False).cast(nw.Int16) for term in columns[1:]), _counted(columns[0], value=False))
    most = sum((term.fill_null(value=True).cast(nw.Int16) for term in columns[1:]), _counted(columns[0], value=True))
    return any_of([sure >= n, all_of([most >= n - spare, None])])


def _counted(column: nw.Expr, *, value: bool) -> nw.Expr:
    return column.fill_null(value=value).cast(nw.Int16)


def implied_by(book: RuleBook) -> dict[str, tuple[str, ...]]:
    """Every finding that implies others, with all it implies, directly or through others."""
    findings = book.vocabulary.findings
    found: dict[str, tuple[str, ...]] = {}
    for id_, finding in findings.items():
        todo = list(finding.implies) if isinstance(finding, YesNo) else []
        consequences: dict[str, None] = {}
        while todo:
            consequence = todo.pop()
            if consequence not in consequences:
                consequences[consequence] = None
                todo.extend(getattr(findings[consequence], "implies", ()))
        if consequences:
            found[id_] = tuple(consequences)
    return found
