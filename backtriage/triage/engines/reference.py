"""The reference engine: Kleene evaluation in pure Python. It is the specification."""

from __future__ import annotations

from collections.abc import Sequence

from ...findings.compiling import compiled
from ...findings.conditions import Known
from ...rulebook.book import RuleBook
from ..verdicts import Runs, Verdicts


class ReferenceEngine:
    """Evaluates every rule of a rulebook. Holds no state between calls: any number of threads may share it."""

    name = "reference"

    def __init__(self, book: RuleBook) -> None:
        self._rules = book.rules
        self._runs = Runs(book.rules)
        self._evaluate = compiled([rule.when for rule in book.rules])

    def evaluate(self, known: Known) -> Verdicts:
        """The rules that fire, and those that are open, in the rulebook's order."""
        return self.verdicts(*self.numbers(known))

    def numbers(self, known: Known) -> tuple[list[int], list[int]]:
        """The numbers of the rules that fire, and of those that are open, in the rulebook's order."""
        return self._evaluate(known)

    def verdicts(self, true: Sequence[int], unknown: Sequence[int]) -> Verdicts:
        """The rules of some numbers: those that fire, and those that are open."""
        rules, by_effect = self._rules, self._runs.by_effect
        fired, open_ = tuple([rules[i] for i in true]), tuple([rules[i] for i in unknown])
        return Verdicts(fired, open_, (by_effect(true, fired), by_effect(unknown, open_)))
