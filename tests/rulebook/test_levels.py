"""Levels and answers go by their names, and a slip in a name is never just a difference."""

from __future__ import annotations

import copy
import json
import operator
import pickle

import backtriage as bt
import numpy as np
import pandas as pd
import polars as pl
import pytest
from backtriage.findings.ranked import Named, Ranked

COMPARE = (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge)
EMERGENCY, SELF_CARE = bt.Urgency.EMERGENCY, bt.Urgency.SELF_CARE
NUMB = bt.assess(saddle_numbness_new=True, engine="reference")


class Size(Ranked):
    SMALL = "small"
    SOON = "soon"


@pytest.mark.parametrize("level", bt.Urgency)
def test_a_level_equals_its_name_and_no_other_levels(level):
    for other in bt.Urgency:
        assert (level == other.value) is (other.value == level) is (level is other)
        assert (level != other.value) is (other.value != level) is (level is not other)


def test_a_level_matches_its_name():
    match NUMB.urgency:
        case "self_care" | "routine" | "soon" | "same_day":
            pytest.fail("an emergency matched a calmer name")
        case "emergency":
            pass
        case _:
            pytest.fail("an emergency matched nothing")


@pytest.mark.parametrize("level", bt.Urgency)
def test_levels_order_against_names_from_either_side(level):
    for other in bt.Urgency:
        assert (level < other.value) is (other.value > level) is (level < other)
        assert (level <= other.value) is (other.value >= level) is (level <= other)
        assert (level > other.value) is (other.value < level) is (level > other)
        assert (level >= other.value) is (other.value <= level) is (level >= other)


def test_levels_are_found_in_containers_of_names_and_names_in_containers_of_levels():
    assert NUMB.urgency in ("same_day", "emergency")
    assert NUMB.urgency not in ("self_care", "routine")
    assert NUMB.urgency in {"emergency", "same_day"}
    assert "emergency" in {NUMB.urgency: 1}
    assert {"emergency": "ring"}[NUMB.urgency] == "ring"
    assert len({NUMB.urgency, "emergency"}) == 1
    assert None not in {NUMB.urgency, SELF_CARE}


@pytest.mark.parametrize("compare", COMPARE)
def test_a_name_that_is_no_level_raises_with_the_one_that_was_meant(compare):
    for sides in ((EMERGENCY, "emergancy"), ("emergancy", EMERGENCY)):
        with pytest.raises(bt.UnknownName) as raised:
            compare(*sides)
        assert str(raised.value) == "Urgency: unknown name `'emergancy'`; did you mean `emergency`?"
        assert isinstance(raised.value, bt.BacktriageError)


def test_a_name_that_is_no_level_raises_in_a_list_and_as_a_level():
    with pytest.raises(bt.UnknownName):
        assert NUMB.urgency in ("self_care", "emergancy")
    with pytest.raises(bt.UnknownName):
        bt.Urgency("emergancy")


def test_a_name_like_no_level_is_told_all_of_them():
    with pytest.raises(bt.UnknownName, match="known: self_care, routine, soon, same_day, emergency"):
        assert EMERGENCY == "Ring!"


def test_what_is_no_text_is_different_and_has_no_order():
    assert EMERGENCY != 4
    assert EMERGENCY != None  # noqa: E711 - this is what it is about
    assert bt.Urgency.SOON != Size.SOON
    with pytest.raises(TypeError):
        assert EMERGENCY > 3
    with pytest.raises(TypeError):
        assert bt.Urgency.SOON < Size.SOON


def test_levels_keep_their_order_in_arrays_and_frames():
    levels = [bt.Urgency.SOON, EMERGENCY, bt.Urgency.ROUTINE]
    assert max(levels) is np.array(levels).max() is pd.Series(levels).max() is EMERGENCY
    assert sorted(levels) == ["routine", "soon", "emergency"]
    assert list(pd.Series(levels) == "emergency") == [False, True, False]


def test_levels_are_plain_texts_in_data_and_refuse_to_be_written_as_anything_else():
    written = json.loads(NUMB.to_json())
    assert written["urgency"] == "emergency" == NUMB.urgency
    assert pl.Series([written["urgency"]]).to_list() == [NUMB.urgency]
    with pytest.raises(TypeError):
        json.dumps(NUMB.urgency)
    assert json.dumps(NUMB.urgency, default=str) == '"emergency"'


def test_levels_and_answers_come_back_from_copies_as_themselves():
    for member in (*bt.Urgency, *bt.Answer, *bt.ActionKind):
        assert pickle.loads(pickle.dumps(member)) is copy.deepcopy(member) is member  # noqa: S301 - our own


def _subclasses(kind):
    return {kind, *(below for one in kind.__subclasses__() for below in _subclasses(one))}


def test_every_set_of_names_in_results_compares_with_them():
    kinds = {one for one in _subclasses(Named) if one.__module__.startswith("backtriage") and len(one)}
    kinds |= {bt.Answer, bt.ActionKind, bt.Phase, type(bt.assess().what_if("bridge").outlook)}
    for member in (member for kind in kinds for member in kind):
        assert member == member.value
        with pytest.raises(bt.UnknownName):
            assert member == f"{member.value} "


@pytest.mark.parametrize("value", [True, False, np.True_, np.False_])
@pytest.mark.parametrize("answer", bt.Answer)
def test_an_answer_refuses_to_be_compared_with_two_values(answer, value):
    for compare in (operator.eq, operator.ne):
        for sides in ((answer, value), (value, answer)):
            with pytest.raises(TypeError, match="compare it with `is`"):
                compare(*sides)


def test_an_answer_equals_its_name():
    profile = bt.Profile(fever_or_shivers=True)
    assert profile["fever_or_shivers"] == "present"
    assert profile["diabetes"] == "unknown" != bt.Answer.ABSENT
    with pytest.raises(bt.UnknownName, match="did you mean `present`"):
        assert profile["fever_or_shivers"] == "presnt"
