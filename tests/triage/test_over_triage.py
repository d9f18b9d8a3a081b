"""What the rules cost the well: ordinary people stay calm, and invented benign adults keep within the budget."""

from __future__ import annotations

from math import sqrt

import backtriage as bt
import pytest
from benign import ORDINARY, people, read_table
from over_triage import COSTLY, triaged

from strategies import BOOK, VOCABULARY

TABLE = read_table(BOOK)
SIZE = 2_000


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_person_is_told_no_more_than_routine(name):
    assessment = bt.assess(ORDINARY[name], denies=list(VOCABULARY.checklists))
    assert assessment.urgency is not None
    assert assessment.urgency <= bt.Urgency.ROUTINE, [rule.id for rule in assessment.because]


@pytest.fixture(scope="module")
def result():
    return triaged(BOOK, TABLE, SIZE)


@pytest.mark.parametrize("level", COSTLY)
def test_no_more_of_the_well_than_the_budget_are_told_to_act(result, level):
    budget = TABLE.budget[level.value]
    by_chance = 2 * sqrt(budget * (1 - budget) / SIZE)  # two standard errors of a share among so few
    assert result.shares[level] <= budget + by_chance


def test_what_a_rule_decides_alone_is_part_of_what_it_decides(result):
    for level in COSTLY:
        costs = [cost for cost in result.costs if cost.level is level]
        assert all(0 <= cost.alone <= cost.fires <= result.shares[level] for cost in costs)
        assert sum(cost.alone for cost in costs) <= result.shares[level] + 1e-9
        assert sum(cost.fires for cost in costs) >= result.shares[level] - 1e-9


def test_the_same_people_are_drawn_each_time():
    assert list(people(TABLE, 50)) == list(people(TABLE, 60))[:50]


def test_nobody_answers_what_they_are_not_asked():
    for person in people(TABLE, 300):
        profile = bt.Profile({id_: value for id_, value in person.items() if value is not None})
        for id_, value in person.items():
            closed = any(gate.holds(profile.known) is False for gate in VOCABULARY.gates_of(id_))
            assert not closed or value is None


def test_every_finding_that_decides_has_a_rate_or_is_listed():
    assert not set(TABLE.without_rate) & set(TABLE.not_asked)
    assert set(TABLE.without_rate) <= set(TABLE.rates)
