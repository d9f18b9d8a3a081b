"""Who notices a mistake in the rulebook, the cheapest first; and what nobody can notice, proved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import backtriage as bt
from backtriage.readings.proofs.assessed import Assessed
from backtriage.readings.proofs.solving import ALONE, Prover, Undecided, some
from backtriage.rulebook.guarantees import read_guarantees
from backtriage.rulebook.reading.checking import problems_of
from backtriage.testing.guarding import Guards
from backtriage.testing.mutants import Mutant
from row_checks import fails, own_checks, people_checks
from rule_mistakes import Mistake

from expected_results import BOOK
from rule_cases import cases

SOMEBODY_ELSE: Final = "another rule's row"
"""Who notices, and does not name the rule that is wrong."""
DECIDES: Final = ("urgency", "exclude", "offer", "limit")
"""Effects of which a comparison of two rulebooks tells all; words and orders it does not read."""
SECONDS: Final = 20.0


class Detectors:
    """The rule's own cases, the rows that name it, the loader, guarantees, and all other rows."""

    def __init__(self) -> None:
        self._own = own_checks()
        self._others = [check for checks in self._own.values() for check in checks] + people_checks()
        self._guards: Guards | None = None
        self._in_order: tuple[tuple[str, Callable[[Mistake], bool]], ...] = (
            ("its own cases", self._own_cases),
            ("a row of its own", self._own_rows),
            ("the loader", self._loader),
            ("a guarantee", self._guarantee),
            (SOMEBODY_ELSE, self._other_rows),
        )

    def who(self, mistake: Mistake) -> str:
        """The first who notices; empty if nobody does."""
        return next((name for name, notices in self._in_order if notices(mistake)), "")

    def _own_cases(self, mistake: Mistake) -> bool:
        mutant = mistake.mutant
        if mutant is None or mutant.kind == "effect" or not mistake.cases_kept:
            return False
        holds = mutant.rule.when.holds
        return any(holds(profile.known) is not truth for profile, truth in cases(mutant.original))

    def _own_rows(self, mistake: Mistake) -> bool:
        book = mistake.changed()
        return any(fails(check, book) for id_ in mistake.rules for check in self._own.get(id_, ()))

    def _loader(self, mistake: Mistake) -> bool:
        """What it says of a condition are the rule's own cases."""
        return _condition(mistake) is None and any(problems_of(mistake.changed()))

    def _guarantee(self, mistake: Mistake) -> bool:
        if mistake.mutant is None:
            return False
        self._guards = self._guards or Guards(BOOK, read_guarantees(BOOK))
        return self._guards.broken_by(mistake.mutant) is not None

    def _other_rows(self, mistake: Mistake) -> bool:
        book = mistake.changed()
        return any(fails(check, book) for check in self._others)


def _condition(mistake: Mistake) -> Mutant | None:
    return mistake.mutant if mistake.mutant and mistake.mutant.kind == "condition" else None


# -- what nobody can notice --------------------------------------------------------------------------------------------


class Solver:
    """Proves that a mistake makes no difference to anybody who can come through the door."""

    def __init__(self) -> None:
        with ALONE:
            self._people = Assessed(BOOK)
            self._prover = Prover(self._people, seconds=SECONDS)

    def same(self, mistake: Mistake) -> str:
        """What is proved; empty if nothing is."""
        if mutant := _condition(mistake):
            return "it fires for the same people" if self._fires_alike(mutant) else ""
        kinds = {BOOK.rule(id_).effect.kind for id_ in mistake.rules}
        if kinds <= set(DECIDES) and not bt.diff(BOOK, mistake.changed(), seconds=SECONDS).changes:
            return "everybody is told and allowed the same"
        return ""

    def _fires_alike(self, mutant: Mutant) -> bool:
        people, before, after = self._people, mutant.original, mutant.rule
        try:
            with ALONE:
                differ = [people.fired(before) != people.fired(after), people.spared(before) != people.spared(after)]
                return self._prover.find(some(differ)) is None
        except Undecided:
            return False
