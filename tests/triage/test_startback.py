"""STarT Back: the arithmetic, exact with items missing, and nothing but words and whom to see."""

from __future__ import annotations

import itertools

import attrs
import backtriage as bt
import pytest
from backtriage.triage.startback import GROUPS, ITEMS, group, groups, told_group
from hypothesis import given
from hypothesis import strategies as st

from strategies import profiles

CHOICES = ("not_at_all", "slightly", "moderately", "very_much", "extremely")


def answered(positive: tuple[bool | None, ...]) -> dict[str, object]:
    values = {item: value for item, value in zip(ITEMS, positive, strict=True) if value is not None}
    if (last := values.pop(ITEMS[8], None)) is not None:
        values[ITEMS[8]] = "extremely" if last else "moderately"
    return values


def test_full_answers_give_the_published_groups():
    for positive in itertools.product((True, False), repeat=9):
        total, psychosocial = sum(positive), sum(positive[4:])
        expected = "high" if psychosocial >= 4 else "low" if total <= 3 else "medium"
        assert groups(answered(positive)) == (expected,)


def test_with_items_missing_every_group_that_some_answers_would_give_is_named_and_no_other():
    full = {
        positive: group(sum(positive), sum(positive[4:])) for positive in itertools.product((True, False), repeat=9)
    }
    for pattern in itertools.product((True, False, None), repeat=9):
        completions = itertools.product(*[(True, False) if value is None else (value,) for value in pattern])
        possible = {full[completion] for completion in completions}
        expected = () if set(pattern) == {None} else tuple(name for name in GROUPS if name in possible)
        assert groups(answered(pattern)) == expected


@pytest.mark.parametrize("choice", CHOICES)
def test_item_9_is_positive_from_very_much_on(choice):
    four_others = dict.fromkeys(ITEMS[4:7], True) | dict.fromkeys((*ITEMS[:4], ITEMS[7]), False)
    assert groups({**four_others, "startback_9": choice}) == (("high",) if choice in CHOICES[3:] else ("low",))


@given(profiles(), st.dictionaries(st.sampled_from(ITEMS[:8]), st.booleans(), min_size=1))
def test_its_answers_never_change_urgency_or_exercise(profile, answers):
    before = bt.assess(profile, engine="reference").to_dict()
    after = bt.assess(profile.with_({**dict.fromkeys(ITEMS, None), **answers}), engine="reference").to_dict()
    for name in (
        "urgency",
        "at_least",
        "could_be",
        "final",
        "allowed",
        "withheld",
        "excluded",
        "not_offered",
        "session",
        "questions",
    ):
        assert after[name] == before[name]


ORDINARY = bt.Profile(
    age=41,
    pain_score=4,
    pain_duration_days=9,
    lower_back_pain=True,
    denies=list(bt.default_rulebook().vocabulary.checklists),
)


@pytest.mark.parametrize(
    ("positive", "see"),
    [
        ((True,) * 3 + (False,) * 6, None),
        ((True,) * 4 + (False,) * 5, "a physiotherapist"),
        ((False,) * 5 + (True,) * 4, "a physiotherapist with psychological skills, or your doctor"),
    ],
    ids=GROUPS,
)
def test_a_group_changes_words_and_whom_to_see(positive, see):
    assessment = bt.assess(ORDINARY, **answered(positive))
    assert assessment.urgency is bt.Urgency.SELF_CARE
    assert assessment.help in " ".join(str(assessment).split())
    assert "not a diagnosis" in assessment.help
    assert (assessment.referral.see if assessment.referral else None) == see


def test_nothing_is_said_while_something_serious_is_open_or_more_than_one_group_is_possible():
    high = answered((False,) * 5 + (True,) * 4)
    assert bt.assess(high, lower_back_pain=True).help == ""
    assert bt.assess(ORDINARY, startback_1=True).help == ""


@pytest.mark.parametrize(("sign", "told"), [("night_sweats", True), ("shoulders_hips_stiff", False)])
def test_how_much_help_is_needed_is_told_up_to_an_ordinary_appointment_alone(sign, told):
    a = bt.assess(ORDINARY.with_({**answered((True,) * 9), sign: True}), engine="reference")
    assert a.could_be is (bt.Urgency.ROUTINE if told else bt.Urgency.SOON)
    assert bool(a.help) is told


def test_a_rulebook_that_does_not_say_who_is_asked_tells_no_group():
    book = attrs.evolve(bt.default_rulebook(), definitions={})
    assert told_group(bt.Profile(ORDINARY.to_dict() | answered((True,) * 9), rulebook=book)) == ""
