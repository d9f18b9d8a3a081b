"""Who notices a mistake in the rulebook, the cheapest first; and what nobody can notice, proved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

import backtriage as bt
from backtriage.errors import BacktriageError
from backtriage.guarantees import read_guarantees
from backtriage.loading.checking import problems_of
from backtriage.proofs.assessed import Assessed
from backtriage.proofs.solving import ALONE, Prover, Undecided, some
from backtriage.testing.guarding import Guards
from backtriage.testing.mutants import Mutant
from backtriage.testing.mutated import assessed
from expected_effects import EFFECTS, undone
from expected_results import BOOK, NEAR_MISSES, PEOPLE, ROWS, differences, profile_of
from rule_mistakes import Mistake
from test_rule_mutants import LEFT_OPEN, cases

Check = Callable[[bt.RuleBook], bool]
"""Whether an expected result fails."""
SOMEBODY_ELSE: Final = "another rule's row"
"""Who notices, and does not name the rule that is wrong."""
DECIDES: Final = ("urgency", "exclude", "offer", "limit")
"""Effects of which a comparison of two rulebooks tells all; words and orders it does not read."""
SECONDS: Final = 20.0


class Detectors:
    """The rule's own cases, the rows that name it, the loader, guarantees, and all other rows."""

    def __init__(self) -> None:
        own = defaultdict[str, list[Check]](list)
        for row in ROWS:
            own[row["id"]].append(_row(row))
        for row in NEAR_MISSES:
            own[row["id"]].append(_near_miss(row))
        for row in EFFECTS:
            own[row["id"]].append(_effect(row))
        for id_, given in LEFT_OPEN.items():
            own[id_].append(_left_open(id_, given))
        self._own = own
        self._others = [check for checks in own.values() for check in checks] + [_person(entry) for entry in PEOPLE]
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
        return any(_fails(check, book) for id_ in mistake.rules for check in self._own[id_])

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
        return any(_fails(check, book) for check in self._others)


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


# -- rows as checks ----------------------------------------------------------------------------------------------------


def _fails(check: Check, book: bt.RuleBook) -> bool:
    try:
        return check(book)
    except BacktriageError:
        return True


def _row(row: dict[str, Any]) -> Check:
    profile = profile_of(row)

    def fails(book: bt.RuleBook) -> bool:
        rule = next((one for one in book.rules if one.id == row["id"]), None)
        if rule is None or (rule.effect.level.value, rule.effect.exercise) != (row["level"], row["exercise"]):
            return True
        assessment = assessed(book, profile)
        return rule.id not in {one.id for one in assessment.because} or bool(differences(row, assessment))

    return fails


def _near_miss(row: dict[str, Any]) -> Check:
    profile = profile_of(row)

    def fails(book: bt.RuleBook) -> bool:
        assessment = assessed(book, profile)
        return row["id"] in {rule.id for rule in assessment.because} or bool(differences(row, assessment))

    return fails


def _effect(row: dict[str, Any]) -> Check:
    return lambda book: bool(undone(row, book))


def _left_open(id_: str, given: dict[str, Any]) -> Check:
    profile = bt.Profile(given)
    return lambda book: book.rule(id_).when.holds(profile.known) is not None


def _person(entry: dict[str, Any]) -> Check:
    profile = profile_of(entry)
    return lambda book: bool(differences(entry, assessed(book, profile)))
