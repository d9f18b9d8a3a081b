"""Which rules, disjuncts and thresholds the assessments of a test run exercised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from ..findings.conditions import AllOf, AnyOf, AtLeast, Condition, Known
from ..rulebook.book import RuleBook
from ..rulebook.rules import AnyRule
from ..rulebook.thresholds import thresholds
from .mutated_conditions import written

SHOWN: Final = 20
"""So many of what was not exercised are named, a kind."""


@attrs.frozen
class Tally:
    """How many of a kind there are, and the names of those that were not exercised."""

    kind: str
    total: int
    missing: Sequence[str]

    def __str__(self) -> str:
        return f"{self.total - len(self.missing)} of {self.total} {self.kind}"


@attrs.frozen(eq=False)
class Coverage:
    """What the assessments made with one rulebook exercised.

    A rule is exercised when it has fired for somebody and was spared for somebody (``always`` only fires); a disjunct
    when it alone made its ``or`` true in a rule that fired; a threshold when numbers next to it on both sides were
    seen.

    >>> import backtriage as bt
    >>> coverage = Coverage(bt.default_rulebook())
    >>> for age in (17, 18):
    ...     coverage.record(bt.Profile(age=age).known)
    >>> "age-16-17" in coverage.rules.missing, "age-16-17: age < 18" in coverage.thresholds.missing
    (False, False)
    """

    book: RuleBook
    _seen: set[tuple[str, bool]] = attrs.field(factory=set, init=False)
    _alone: set[tuple[str, int, int]] = attrs.field(factory=set, init=False)
    _values: set[tuple[str, int | float]] = attrs.field(factory=set, init=False)

    def record(self, known: Known) -> None:
        """Notes one assessment."""
        for rule in self.book.rules:
            truth = rule.when.holds(known)
            if truth is not None:
                self._seen.add((rule.id, truth))
            if truth:
                self._alone.update((rule.id, *place) for place in _decisive(rule.when, known))
        for finding in {threshold.finding for threshold in thresholds(self.book)}:
            value = known.get(finding)
            if isinstance(value, int | float):
                self._values.add((finding, value))

    @property
    def rules(self) -> Tally:
        """The rules."""
        missing = [rule.id for rule in self.book.rules if not self._both(rule)]
        return Tally("rules", len(self.book.rules), missing)

    @property
    def disjuncts(self) -> Tally:
        """The terms of every ``or``."""
        every = {
            (rule.id, number, index): f"{rule.id}: {written(term)}"
            for rule in self.book.rules
            for number, joint in enumerate(_joints(rule.when))
            for index, term in enumerate(joint.terms)
        }
        return Tally("disjuncts", len(every), [name for place, name in every.items() if place not in self._alone])

    @property
    def thresholds(self) -> Tally:
        """The comparisons of rules and gates."""
        every = thresholds(self.book)
        missing = [
            str(threshold)
            for threshold in every
            if not all(any((threshold.finding, value) in self._values for value in side) for side in threshold.sides)
        ]
        return Tally("thresholds", len(every), missing)

    def _both(self, rule: AnyRule) -> bool:
        wanted = {(rule.id, True)} if rule.when == AllOf(()) else {(rule.id, True), (rule.id, False)}
        return wanted <= self._seen

    def lines(self) -> Iterator[str]:
        """The report."""
        tallies = (self.rules, self.disjuncts, self.thresholds)
        yield f"{self.book.identity}: {', '.join(map(str, tallies))}"
        for tally in tallies:
            if tally.missing:
                yield f"  {tally.kind} not exercised:"
                yield from (f"    {name}" for name in tally.missing[:SHOWN])
            if len(tally.missing) > SHOWN:
                yield f"    and {len(tally.missing) - SHOWN} more"


def _joints(condition: Condition) -> Iterator[AnyOf]:
    """Every ``or`` in a condition, from the outside in."""
    if isinstance(condition, AnyOf):
        yield condition
    if isinstance(condition, AllOf | AnyOf | AtLeast):
        for term in condition.terms:
            yield from _joints(term)


def _decisive(condition: Condition, known: Known) -> Iterator[tuple[int, int]]:
    """The number of every ``or`` of which one term alone is true, and that term's number."""
    for number, joint in enumerate(_joints(condition)):
        true = [index for index, term in enumerate(joint.terms) if term.holds(known) is True]
        if len(true) == 1:
            yield number, true[0]
