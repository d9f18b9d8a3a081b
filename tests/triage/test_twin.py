"""The heart is plain, and its twin is fast: what assess() uses says the same as the specification, to the byte."""

from __future__ import annotations

import backtriage as bt
import pytest
from backtriage.testing.rulebooks import rulebooks
from backtriage.testing.strategies import profiles as profiles_of
from backtriage.triage.decision import decide
from backtriage.triage.engines.reference import ReferenceEngine
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.triage.test_questions import NEARLY_DONE

from strategies import VOCABULARY, profiles


def plainly(profile):
    """What the plain heart says."""
    verdicts = ReferenceEngine(profile.rulebook).evaluate(profile.known)
    return decide(profile, verdicts, engine="reference", region="", made=bt.Assessment)


def same(profile):
    used, plain = bt.assess(profile, engine="reference"), plainly(profile)
    return plain == used and plain.to_json() == used.to_json()


@pytest.mark.parametrize("number", range(0, len(NEARLY_DONE), 20))
def test_they_say_the_same_of_the_nearly_done(number):
    assert all(map(same, NEARLY_DONE[number : number + 20]))


@given(profiles())
@settings(max_examples=300)
def test_what_is_used_says_what_the_plain_heart_says(profile):
    assert same(profile)


@given(profiles(), st.sets(st.sampled_from(sorted(VOCABULARY.findings)), max_size=8))
def test_doubts_are_the_same_too(profile, unsure):
    assert same(profile.with_(dict.fromkeys(unsure - profile.given.keys())))


@given(st.data())
@settings(max_examples=100)
def test_it_does_so_for_every_rulebook(data):
    book = data.draw(rulebooks())
    assert same(data.draw(profiles_of(book)))
