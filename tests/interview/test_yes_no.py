"""What somebody types to a question of yes or no: read as people write it, or asked again; never guessed."""

from __future__ import annotations

from itertools import chain

import backtriage as bt
import pytest
from backtriage.interview import yes_no
from hypothesis import given
from hypothesis import strategies as st

YES = [
    *("yes", "Yes.", "YES!!", "yesss", "y", "yeah", "Yep", "yes please", "Yes, I do", "yes i have", "I do", "it is"),
    *("Yes, since Monday", "yeah it's really bad", "sadly yes", "That\u2019s right.", "yes \U0001f622", "ok yes"),
]
NO = [
    "no",
    "No.",
    "nooo",
    "n",
    "nope",
    "no thanks",
    "No, I don't",
    "no i haven\u2019t",
    "not at all",
    "no, no",
    "No, sorry",
]
NOT_SURE = [
    "not sure",
    "Not sure.",
    "I'm not sure",
    "dunno",
    "I don't know",
    "idk",
    "maybe",
    "hmm, not sure",
    "no idea",
]
UNREAD = [
    *(
        "",
        " ",
        "8",
        "?",
        "1 4",
        "yes no",
        "yes and no",
        "no yes",
        "No, I can't pee",
        "no feeling down there",
        "none of these",
    ),
    *(
        "yes but only at night",
        "yes, no, not sure",
        "yes I don't have that",
        "I have a fever",
        "right leg",
        "true story",
    ),
    *("not no", "no not sure", "I do not know what you mean", "eyes", "now", "yesterday", "\u0663", "x" * 10_000),
]


@pytest.mark.parametrize("text", YES)
def test_a_yes_is_read_as_people_write_it(text):
    assert bt.read_yes_no(text) is True


@pytest.mark.parametrize("text", NO)
def test_a_no_is_read_as_people_write_it(text):
    assert bt.read_yes_no(text) is False


@pytest.mark.parametrize("text", NOT_SURE)
def test_not_sure_is_read_as_people_write_it(text):
    assert bt.read_yes_no(text) is None


@pytest.mark.parametrize("text", [*UNREAD, None, 1, True, b"yes"])
def test_what_is_none_of_them_is_never_guessed(text):
    with pytest.raises(bt.TextError, match="no yes, no or not sure; ask again"):
        bt.read_yes_no(text)


PHRASES = {meaning: [one.strip() for one in written.split(",")] for meaning, written in yes_no.WRITTEN.items()}


@given(st.lists(st.sampled_from([*chain(*PHRASES.values()), "pain", "8"]), max_size=6))
def test_what_holds_a_yes_is_never_read_as_a_no(phrases):
    try:
        said = bt.read_yes_no(", ".join(phrases))
    except bt.TextError:
        return
    assert said is not False or set(PHRASES["yes"]).isdisjoint(phrases)
    assert said is not True or set(PHRASES["no"]).isdisjoint(phrases)
