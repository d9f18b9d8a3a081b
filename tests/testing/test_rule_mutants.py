"""Every small mistake in a rule's condition is noticed by that rule's own cases."""

from __future__ import annotations

import backtriage as bt
import pytest
from backtriage.findings.conditions import Condition
from backtriage.testing.mutants import condition_mutants
from hypothesis import assume, given
from hypothesis import strategies as st

from rule_cases import cases
from strategies import BOOK, CHECKLISTS, VOCABULARY, valid

EQUIVALENT = {
    # (rule, mutant): why no profile can tell the two apart
    ("cancer-worrying-pain", "drop constant_pain_worsening"): "it implies `getting_worse`, which stands beside it",
    **{
        (rule, f"pain_duration_days > 90: {mutant}"): "`age_at_onset`, beside it, is asked after 90 days only"
        for rule in ("spa-4-of-9", "spa-3-of-9", "spa-suspicion")
        for mutant in ("89", ">=")
    },
}


def survivors(rule: bt.Rule) -> list[str]:
    """The mutants that do in every case what the rule does."""
    wanted = [(profile.known, holds) for profile, holds in cases(rule)]
    return [
        name
        for name, mutant in condition_mutants(rule.when, VOCABULARY)
        if all(mutant.holds(known) is holds for known, holds in wanted)
    ]


def mutant_of(rule: str, name: str) -> Condition:
    [mutant] = [mutant for found, mutant in condition_mutants(BOOK.rule(rule).when, VOCABULARY) if found == name]
    return mutant


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_a_mutated_condition_is_told_apart_by_the_rules_own_cases(rule):
    assert survivors(rule) == [name for id_, name in EQUIVALENT if id_ == rule.id]


@pytest.mark.parametrize(("rule", "name"), EQUIVALENT)
@given(st.data())
def test_a_mutant_said_to_be_equivalent_decides_like_the_rule_for_everybody(rule, name, data):
    condition, mutant = BOOK.rule(rule).when, mutant_of(rule, name)
    asked = {atom.finding: valid(VOCABULARY.findings[atom.finding]) for atom in condition.atoms()}
    answers = data.draw(st.fixed_dictionaries({}, optional=asked))
    try:
        known = bt.Profile(answers, denies=data.draw(CHECKLISTS)).known
    except bt.ProfileError:
        assume(False)  # they contradict each other
    assert mutant.holds(known) is condition.holds(known)


def test_there_are_mutants_of_every_kind_and_hundreds_of_them():
    names = [name for rule in BOOK.rules for name, _ in condition_mutants(rule.when, VOCABULARY)]
    assert len(names) > 1_000
    for kind in ("drop ", ": or", ": and", ": not", ": no not", ": <=", ": <", ": >=", ": >", "count >= "):
        assert any(kind in name for name in names)
