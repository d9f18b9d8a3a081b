"""Who notices a mistake in the rulebook, the cheapest first; each names the rule that is wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import backtriage as bt
from backtriage.errors import BacktriageError
from backtriage.guarantees import read_guarantees
from backtriage.loading.checking import problems_of
from backtriage.testing.guarding import Guards
from backtriage.testing.mutated import assessed
from expected_effects import EFFECTS, undone
from expected_results import BOOK, NEAR_MISSES, PEOPLE, ROWS, differences, profile_of
from rule_mistakes import Mistake
from test_rule_mutants import cases

Check = Callable[[bt.RuleBook], bool]
"""Whether an expected result fails."""


class Detectors:
    """The rules' own cases, the loader, the expected results that name the rule, guarantees, and all other results."""

    def __init__(self) -> None:
        self._own = defaultdict[str, list[Check]](list)
        for row in ROWS:
            self._own[row["id"]].append(_row(row))
        for row in NEAR_MISSES:
            self._own[row["id"]].append(_near_miss(row))
        for row in EFFECTS:
            self._own[row["id"]].append(_effect(row))
        self._others = [check for checks in self._own.values() for check in checks]
        self._others += [_person(entry) for entry in PEOPLE]
        self._guards: Guards | None = None

    def who(self, mistake: Mistake) -> str:
        """The first who notices; empty if nobody does."""
        return next((name for name, notices in self._in_order() if notices(mistake)), "")

    def _in_order(self) -> Iterator[tuple[str, Callable[[Mistake], bool]]]:
        yield "the rule's own cases", self._own_cases
        yield "a row of the rule", self._own_rows
        yield "the loader", self._loader
        yield "a guarantee", self._guarantee
        yield "another row", self._other_rows

    def _own_cases(self, mistake: Mistake) -> bool:
        mutant = mistake.mutant
        if mutant is None or mutant.kind == "effect" or not mistake.cases_kept:
            return False
        holds = mutant.rule.when.holds
        return any(holds(profile.known) is not truth for profile, truth in cases(mutant.original))

    def _loader(self, mistake: Mistake) -> bool:
        if mistake.mutant and mistake.mutant.kind == "condition":  # its own cases were asked
            return False
        return any(problems_of(mistake.changed()))

    def _own_rows(self, mistake: Mistake) -> bool:
        book = mistake.changed()
        return any(_fails(check, book) for id_ in mistake.rules for check in self._own[id_])

    def _guarantee(self, mistake: Mistake) -> bool:
        if mistake.mutant is None:
            return False
        self._guards = self._guards or Guards(BOOK, read_guarantees(BOOK))
        return self._guards.broken_by(mistake.mutant) is not None

    def _other_rows(self, mistake: Mistake) -> bool:
        book = mistake.changed()
        return any(_fails(check, book) for check in self._others)


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


def _person(entry: dict[str, Any]) -> Check:
    profile = profile_of(entry)
    return lambda book: bool(differences(entry, assessed(book, profile)))
