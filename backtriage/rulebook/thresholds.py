"""Every condition of a rulebook, and where numbers turn: every value that one of them compares a number with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import attrs

from ..findings.conditions import Compare, Condition
from ..findings.finding import Number
from .book import RuleBook


@attrs.frozen
class Threshold:
    """A comparison in a rulebook.

    Attributes:
        owner: The id of the rule, or of the finding whose gate it stands in.
        finding: The number's id.
        op: The operator.
        bound: The constant.
        step: The number's step.

    >>> print(Threshold("age-16-17", "age", "<", 18, 1))
    age-16-17: age < 18
    >>> Threshold("age-16-17", "age", "<", 18, 1).sides
    ((17,), (18,))
    """

    owner: str
    finding: str
    op: str
    bound: int | float
    step: int | float

    @property
    def near(self) -> tuple[int | float, ...]:
        """The bound, and one step to each side."""
        return self.bound - self.step, self.bound, self.bound + self.step

    @property
    def sides(self) -> tuple[tuple[int | float, ...], tuple[int | float, ...]]:
        """The last values for which it is true, and the first for which it is false."""
        below, at, above = self.near
        match self.op:
            case "<":
                return (below,), (at,)
            case "<=":
                return (at,), (above,)
            case ">":
                return (above,), (at,)
            case ">=":
                return (at,), (below,)
        return (at,), (below, above)

    def __str__(self) -> str:
        return f"{self.owner}: {self.finding} {self.op} {self.bound:g}"


@lru_cache(maxsize=16)
def conditions(book: RuleBook) -> tuple[Condition, ...]:
    """The conditions of every rule and every gate."""
    return tuple(dict.fromkeys((*(rule.when for rule in book.rules), *(gate for gate, _ in book.vocabulary.gates))))


@lru_cache(maxsize=16)
def thresholds(book: RuleBook) -> tuple[Threshold, ...]:
    """Every threshold of the rules, then of the gates."""
    return tuple(dict.fromkeys(_found(book)))


def _found(book: RuleBook) -> Iterator[Threshold]:
    vocabulary = book.vocabulary
    owners: Iterable[tuple[str, Condition]] = (
        *((rule.id, rule.when) for rule in book.rules),
        *((id_, gate) for id_ in vocabulary.findings for gate in vocabulary.gates_of(id_)),
    )
    for owner, condition in owners:
        for atom in condition.atoms():
            finding = vocabulary.findings[atom.finding]
            if isinstance(atom, Compare) and isinstance(finding, Number):
                yield Threshold(owner, atom.finding, atom.op, atom.bound, finding.step)


@lru_cache(maxsize=16)
def turning_values(book: RuleBook) -> dict[str, tuple[int | float, ...]]:
    """For every number that is compared, the valid values at its thresholds and one step to each side."""
    values: dict[str, set[int | float]] = {}
    for threshold in thresholds(book):
        finding = book.vocabulary.findings[threshold.finding]
        valid = (value for value in threshold.near if finding.problem_with(value) is None)
        values.setdefault(threshold.finding, set()).update(valid)
    return {finding: tuple(sorted(found)) for finding, found in values.items()}
