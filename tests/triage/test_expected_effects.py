"""Each rule does what its source asks, alone, and nothing of it where it just does not hold."""

from __future__ import annotations

from typing import Any

import attrs
import backtriage as bt
import pytest
from backtriage.rulebook.rules import Urgent
from backtriage.testing.mutated import assessed

from expected_effects import EFFECTS, left_without, undone
from expected_results import BOOK, ROWS, profile_of


def _id(row: dict[str, Any]) -> str:
    return row["id"]


@pytest.mark.parametrize("row", EFFECTS, ids=_id)
def test_a_rule_does_what_its_source_asks_where_it_holds_and_nothing_where_it_just_does_not(row):
    assert undone(row, BOOK) == []


@pytest.mark.parametrize("row", EFFECTS, ids=_id)
def test_a_rule_makes_the_difference_alone_or_it_is_said_what_shadows_it(row):
    assert bool(left_without(row, BOOK)) is ("shadowed" in row)


def test_every_rule_of_the_rulebook_has_its_row():
    assert {row["id"] for row in (*EFFECTS, *ROWS)} == {rule.id for rule in BOOK.rules}


SUMMED_UP = {
    "renal-colic": "urine-trouble",
    "kidney-infection": "urine-trouble",
    "ces-older-unchanged": "old-nerve-signs",
    "fragility-injury": "fragility-minor-injury",
    "fracture-risks-together": "fragility-minor-injury",
    "deformity-or-lump": "spine-changed",
    "effort-symptoms": "effort-trouble",
    "recent-injury-check": "recent-injury",
}
"""Urgency rules that nobody would miss, and the wider rule of the same level that says as much whenever they fire."""


def told(a: bt.Assessment) -> tuple[object, ...]:
    return a.urgency, [entry.exercise.id for entry in a.allowed], a.action.message, a.referral and a.referral.see


@pytest.mark.parametrize(
    "rule", [rule for rule in BOOK.rules if isinstance(rule.effect, Urgent)], ids=lambda rule: rule.id
)
def test_an_urgency_rule_changes_what_somebody_is_told_or_a_wider_one_says_as_much(rule):
    without = attrs.evolve(BOOK, rules=tuple(one for one in BOOK.rules if one is not rule))
    people = [profile_of(row) for row in ROWS if row["id"] == rule.id]
    changes = [told(assessed(BOOK, one)) != told(assessed(without, one)) for one in people]
    assert any(changes) is (rule.id not in SUMMED_UP)
    if wider := SUMMED_UP.get(rule.id):
        assert BOOK.rule(wider).effect.level is rule.effect.level
        for one in people:
            assert wider in {fired.id for fired in assessed(BOOK, one).because}
