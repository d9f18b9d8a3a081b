"""Whatever holds the names of a group is read as what it holds, or refused: an unknown is never read as "no"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import backtriage as bt
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from backtriage.findings.door import MAX_NAMES, listed

from strategies import VOCABULARY

EVERYTHING = list(VOCABULARY.checklists)
WELL = {"age": 41, "pain_score": 3, "pain_duration_days": 20, "lower_back_pain": True}
AT = datetime(2026, 11, 21, 9, tzinfo=UTC)


class OldArray:
    """An array as NumPy compared it before 2.2: with an empty tuple, item by item, which leaves no item at all."""

    ndim = 1

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __eq__(self, other: object) -> object:
        return OldArray([])

    __ne__ = __eq__
    __hash__ = None

    def __bool__(self) -> bool:
        return len(self.names) == 1 and bool(self.names[0])


READ = {
    "list": list,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "iterator": iter,
    "generator": lambda names: (name for name in names),
    "keys": lambda names: dict.fromkeys(names).keys(),
    "values": lambda names: dict(enumerate(names)).values(),
    "array": np.array,
    "array of objects": lambda names: np.array(names, dtype=object),
    "old array": OldArray,
    "pandas series": pd.Series,
    "pandas index": pd.Index,
    "pandas categorical": pd.Categorical,
    "pandas array": lambda names: pd.array(names, dtype="string"),
    "polars series": pl.Series,
}
READERS = pytest.mark.parametrize("read", READ.values(), ids=READ)


def broken(names: list[str]):
    yield from names
    raise RuntimeError("the source of the names has gone")


REFUSED = {
    "text": lambda names: names[0],
    "bytes": lambda names: names[0].encode(),
    "numpy text": lambda names: np.str_(names[0]),
    "mapping": dict.fromkeys,
    "array without dimension": lambda names: np.array(names[0]),
    "array of two dimensions": lambda names: np.array([names]),
    "data frame": lambda names: pd.DataFrame({name: [True] for name in names}),
    "polars frame": lambda names: pl.DataFrame({name: [True] for name in names}),
    "arrow array": pa.array,
    "arrow table": lambda names: pa.table({name: [True] for name in names}),
    "missing": lambda _: pd.NA,
    "null": lambda _: None,
    "series with a missing name": lambda names: pd.Series([*names, None]),
    "series of numbers": lambda _: pd.Series([1, 2]),
    "number": lambda _: np.int64(1),
    "yes": lambda _: np.bool_(True),
    "broken generator": broken,
    "without an end": lambda names: iter(lambda: names[0], None),
}
REFUSERS = pytest.mark.parametrize("read", REFUSED.values(), ids=REFUSED)
NO_LISTS = {name: read for name, read in REFUSED.items() if name != "null"}
"""Where ``None`` says something of its own: not sure, or everything."""


@READERS
@pytest.mark.parametrize("names", [[], ["fever_or_shivers"], ["fever_or_shivers", "age"], ["leg_signs"]], ids=len)
def test_a_doubt_counts_whatever_holds_its_name(read, names):
    wanted = bt.assess(pain_score=3, not_sure=list(names), denies=EVERYTHING).to_json()
    assert bt.assess(pain_score=3, not_sure=read(names), denies=EVERYTHING).to_json() == wanted
    assert bt.assess({"pain_score": 3}, not_sure=read(names), denies=EVERYTHING).to_json() == wanted
    assert bt.assess(bt.Profile(pain_score=3), not_sure=read(names), denies=EVERYTHING).to_json() == wanted
    assert bt.assess({"pain_score": 3, "not_sure": read(names), "denies": EVERYTHING}).to_json() == wanted
    assert bt.assess(bt.Profile(pain_score=3, denies=EVERYTHING).with_(not_sure=read(names))).to_json() == wanted


@READERS
@pytest.mark.parametrize("names", [[], ["health_a"], ["health_a", "leg_signs"]], ids=len)
def test_a_denial_counts_whatever_holds_its_name(read, names):
    wanted = bt.Profile(age=41, denies=list(names))
    assert bt.Profile(age=41, denies=read(names)) == wanted
    assert bt.Profile({"age": 41, "denies": read(names)}) == wanted
    assert bt.Profile(age=41).with_(denies=read(names)) == wanted
    assert bt.Profile(age=41).after({"denies": read(names)}) == wanted
    assert repr(bt.Profile(age=41, denies=read(names))) == repr(wanted)  # plain names, whatever held them


def test_what_nobody_is_sure_of_is_not_settled_by_the_shape_of_its_list():
    unsure = bt.assess(WELL, denies=EVERYTHING, not_sure=np.array(["fever_or_shivers"]))
    assert not unsure.settled
    assert unsure.profile["fever_or_shivers"] is bt.Answer.UNKNOWN
    assert bt.assess(WELL, denies=EVERYTHING).settled


@REFUSERS
@pytest.mark.parametrize("group", ["denies", "not_sure"])
@pytest.mark.parametrize(
    "give",
    [
        lambda named: bt.Profile(age=41, **named),
        lambda named: bt.Profile({"age": 41, **named}),
        lambda named: bt.Profile(age=41).with_(**named),
        lambda named: bt.Profile(age=41) | named,
        lambda named: bt.Profile(age=41).after(named),
        lambda named: bt.assess(age=41, **named),
        lambda named: bt.assess({"age": 41}, **named),
        lambda named: bt.assess(bt.Profile(age=41), **named),
        lambda named: bt.Interview().answer(age=41, **named),
        lambda named: bt.Interview().answer(**named),
        lambda named: bt.ExerciseSession(bt.assess(WELL, denies=EVERYTHING)).report(at=AT, **named),
        lambda named: bt.ExerciseSession(bt.assess(WELL, denies=EVERYTHING)).finish(at=AT, **named),
    ],
    ids=range(12),
)
def test_what_is_no_list_of_names_is_refused_at_every_door(give, group, read):
    with pytest.raises(bt.ProfileError, match=group):
        give({group: read(["emergency_nerves"])})


@READERS
def test_an_interview_reads_what_is_ticked_whatever_holds_it(read):
    plain, other = bt.Interview(), bt.Interview()
    plain.answer(["lower_back_pain"], not_sure=["neck_pain"])
    other.answer(read(["lower_back_pain"]), not_sure=read(["neck_pain"]))
    assert other.to_dict() == plain.to_dict()
    with pytest.raises(bt.ProfileError, match="nothing is ticked"):
        bt.Interview().answer(read([]))


@pytest.mark.parametrize("read", NO_LISTS.values(), ids=NO_LISTS)
def test_what_is_no_list_of_lines_is_refused_and_nothing_is_ticked(read):
    iv = bt.Interview()
    with pytest.raises(bt.ProfileError):
        iv.answer(read(["lower_back_pain"]))
    assert iv.turn == 0


@READERS
def test_a_session_reads_groups_whatever_holds_them(read):
    plain, other = (bt.ExerciseSession(bt.assess(WELL, denies=EVERYTHING)) for _ in range(2))
    wanted = plain.report(at=AT, pain_score=2, denies=["leg_signs"], not_sure=["fever_or_shivers"])
    assert other.report(at=AT, pain_score=2, denies=read(["leg_signs"]), not_sure=read(["fever_or_shivers"])) == wanted
    assert other.finish(at=AT, denies=read(["after_exercise"])) == plain.finish(at=AT, denies=["after_exercise"])


@READERS
def test_a_frame_reads_denials_and_columns_to_keep_whatever_holds_them(read):
    people = pl.DataFrame({"patient": ["a"], "age": [50]})
    wanted = bt.assess_frame(people, denies=EVERYTHING, keep=["patient"])
    assert bt.assess_frame(people, denies=read(EVERYTHING), keep=read(["patient"])).equals(wanted)


@REFUSERS
@pytest.mark.parametrize("group", ["denies", "keep"])
def test_a_frame_refuses_what_is_no_list(group, read):
    with pytest.raises(bt.ProfileError, match=group):
        bt.assess_frame(pl.DataFrame({"age": [50]}), **{group: read(["emergency_nerves"])})


@READERS
def test_what_is_to_be_proved_is_proved_whatever_holds_its_name(read):
    assert [proof.id for proof in bt.verify(only=read(["can-be-allowed"])).proofs] == ["can-be-allowed"]


@pytest.mark.parametrize("read", NO_LISTS.values(), ids=NO_LISTS)
def test_nothing_counts_as_proved_that_was_not_named(read):
    with pytest.raises((ValueError, bt.UnknownName), match="only"):
        bt.verify(only=read(["can-be-allowed"]))


@pytest.mark.parametrize("origins", ["https://a.example", np.array("https://a.example"), [1], None], ids=repr)
def test_origins_are_a_list(origins):
    from backtriage.adapters.http import create_app  # noqa: PLC0415 - an extra

    with pytest.raises(ValueError, match="origins"):
        create_app(origins=origins)


@pytest.mark.parametrize("value", [np.bool_(True), np.int64(1), np.float64(1), pd.NA, pd.NaT, np.array(True)], ids=repr)
@pytest.mark.parametrize("finding", ["fever_or_shivers", "age", "eases_direction", "exercise_pain_minutes"])
def test_a_scalar_of_another_library_is_no_answer_and_is_refused(finding, value):
    for give in (
        lambda: bt.Profile({finding: value}),
        lambda: bt.Profile(age=3).with_({finding: value}),
        lambda: bt.Profile(age=3).after({finding: value}),
        lambda: bt.Interview().answer(**{finding: value}),
    ):
        with pytest.raises(bt.ProfileError, match=finding):
            give()


@pytest.mark.parametrize("value", [np.bool_(True), np.array([]), np.array(1), pd.NA, pd.Series(["x", "y"])], ids=repr)
def test_no_option_is_asked_whether_it_is_true(value):
    for give in (
        lambda: bt.assess(engine=value),
        lambda: bt.assess(region=value),
        lambda: bt.Interview(region=value),
        lambda: bt.Interview().answer(value),
        lambda: bt.Interview().answer(age=1, turn=value),
        lambda: bt.assess(value),
        lambda: bt.reassess(value, {}, previous_at=AT, at=AT),
        lambda: bt.reassess({}, value, previous_at=AT, at=AT),
        lambda: bt.ExerciseSession(value),
        lambda: bt.ExerciseSession(bt.assess(WELL, denies=EVERYTHING)).report(at=AT, move=value),
        lambda: bt.call_tool({}, region=value),
        lambda: bt.load_rulebook(value),
        lambda: bt.Profile(rulebook=value),
        lambda: bt.verify(value),
    ):
        with pytest.raises(bt.BacktriageError):
            give()


def test_a_list_without_an_end_is_refused_and_a_long_one_is_not():
    assert listed(["x"] * MAX_NAMES) == ("x",) * MAX_NAMES
    assert listed(["x"] * (MAX_NAMES + 1)) is None
