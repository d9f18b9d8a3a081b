"""Each rule does what its source asks, alone, and nothing of it where it just does not hold."""

from __future__ import annotations

from typing import Any

import pytest

from expected_effects import EFFECTS, left_without, undone
from expected_results import BOOK, ROWS


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
