"""The reference engine: Kleene evaluation in pure Python. It is the specification."""

from __future__ import annotations

from ..compiling import compiled
from ..conditions import Known
from ..decision import Verdicts
from ..rulebook import RuleBook


class ReferenceEngine:
    """Evaluates every rule of a rulebook. Holds no state between calls: any number of threads may share it."""

    name = "reference"

    def __init__(self, book: RuleBook) -> None:
        self._rules = book.rules
        self._evaluate = compiled([rule.when for rule in book.rules])

    def evaluate(self, known: Known) -> Verdicts:
        """The rules that fire, and those that are open, in the rulebook's order."""
        fired, open_ = self._evaluate(known)
        rules = self._rules
        return Verdicts(tuple([rules[i] for i in fired]), tuple([rules[i] for i in open_]))
