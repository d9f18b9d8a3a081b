"""The expected results as checks of a rulebook: whether one of them fails."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import backtriage as bt
from backtriage.errors import BacktriageError
from backtriage.testing.mutated import assessed

from expected_effects import EFFECTS, undone
from expected_results import NEAR_MISSES, PEOPLE, ROWS, differences, profile_of
from rule_cases import LEFT_OPEN

Check = Callable[[bt.RuleBook], bool]
"""Whether an expected result fails."""


def own_checks() -> dict[str, list[Check]]:
    """Rule to the expected results that name it."""
    own = defaultdict[str, list[Check]](list)
    for row in ROWS:
        own[row["id"]].append(_row(row))
    for row in NEAR_MISSES:
        own[row["id"]].append(_near_miss(row))
    for row in EFFECTS:
        own[row["id"]].append(_effect(row))
    for id_, given in LEFT_OPEN.items():
        own[id_].append(_left_open(id_, given))
    return own


def people_checks() -> list[Check]:
    """The expected results of people, which name no rule."""
    return [_person(entry) for entry in PEOPLE]


def fails(check: Check, book: bt.RuleBook) -> bool:
    """Whether an expected result fails, or cannot even be tried."""
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
