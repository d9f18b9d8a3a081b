"""Numbers that cannot both be true: an error that names both, at every door, as the rulebook says which they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import backtriage as bt
import polars as pl
import pytest
from backtriage.adapters.command_line import main
from backtriage.readings.proofs.people import People
from backtriage.readings.proofs.solving import Prover, both
from backtriage.testing.strategies import boundary_profiles, profiles
from hypothesis import find, given, settings

from small import small
from strategies import BOOK, VOCABULARY

EVERYTHING = list(VOCABULARY.checklists)
AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
PAIRS = [
    # what cannot be above what; a pair that is possible, and one that is not
    ("age_at_onset", "age", (20, 20), (21, 20)),
    ("age_at_onset", "age", (0, 0), (60, 20)),
    ("exercise_pain_rise", "exercise_pain_peak", (2, 2), (3, 2)),
    ("exercise_pain_rise", "exercise_pain_peak", (10, 10), (10, 0)),
    ("pain_duration_days", "age", (2196, 5), (2197, 5)),  # who is 5 has lived for less than 6 years
    ("pain_duration_days", "age", (366, 0), (36500, 5)),
]
EACH = pytest.mark.parametrize(("lower", "upper", "possible", "impossible"), PAIRS)


@EACH
def test_an_impossible_pair_is_an_error_that_names_both(lower, upper, possible, impossible):
    fitting, wrong = (
        dict(zip((lower, upper), possible, strict=True)),
        dict(zip((lower, upper), impossible, strict=True)),
    )
    assert bt.Profile(fitting).given == fitting
    for give in (
        lambda: bt.Profile(wrong),
        lambda: bt.Profile({lower: wrong[lower]}).with_({upper: wrong[upper]}),
        lambda: bt.Profile({upper: wrong[upper]}) | {lower: wrong[lower]},
        lambda: bt.assess(wrong, denies=EVERYTHING),
        lambda: bt.Interview().answer(**wrong),
    ):
        with pytest.raises(bt.ProfileError) as caught:
            give()
        [problem] = caught.value.problems
        assert problem.where == lower
        assert f"`{impossible[0]}` " in problem.what
        assert f"but `{upper}` is `{impossible[1]}` " in problem.what


def test_every_pair_is_data_of_the_rulebook():
    found = {(pair.finding, pair.of) for pair in VOCABULARY.ceilings}
    assert found == {(lower, upper) for lower, upper, _, _ in PAIRS}


def test_what_is_said_later_counts_more_and_the_other_is_asked_again():
    later = bt.Profile(age=20, pain_duration_days=9).after({"age_at_onset": 60})
    assert (later["age"], later.given["age_at_onset"], later.given["pain_duration_days"]) == (None, 60, 9)


@EACH
def test_an_interview_asks_again_and_says_which_earlier_answer_it_means(lower, upper, possible, impossible):
    for first, second in ((lower, upper), (upper, lower)):
        iv = bt.Interview()
        values = dict(zip((lower, upper), impossible, strict=True))
        iv.answer(**{first: values[first]})
        before = iv.to_dict()
        with pytest.raises(bt.ProfileError) as caught:
            iv.answer(**{second: values[second]})
        [problem] = caught.value.problems
        assert problem.where == second
        assert VOCABULARY.findings[first].text in problem.what
        assert f"`{values[first]}`" in problem.what
        assert iv.to_dict() == before
        iv.answer(**dict(zip((lower, upper), possible, strict=True)))  # both at once: whichever was wrong
        assert iv.profile.given[lower] == possible[0]


def test_an_interview_of_an_older_rulebook_sets_aside_what_is_impossible_now():
    iv = bt.Interview()
    iv.answer(age=70)
    iv.answer(age_at_onset=60)
    kept = iv.to_dict()
    kept["rulebook"]["digest"] = "0" * 64
    kept["steps"][0]["answers"]["age"] = 20
    again = bt.Interview.from_dict(kept)
    assert [(one.finding, one.answer) for one in again.set_aside] == [("age_at_onset", 60)]
    assert again.profile.given == {"age": 20}


# -- every other reading -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [pl.Int64, pl.Int16, pl.UInt16, pl.Float64])
def test_a_frame_tells_the_rows_and_knows_nothing_of_them(kind):
    rows = [dict(zip((lower, upper), pair, strict=True)) for lower, upper, *pairs in PAIRS for pair in pairs]
    schema = {"age": pl.UInt8, "pain_duration_days": pl.Int64} | dict.fromkeys(
        ("age_at_onset", "exercise_pain_rise", "exercise_pain_peak"), pl.Int64 if kind == pl.Float64 else kind
    )
    people = pl.DataFrame({name: [row.get(name) for row in rows] for name in schema}, schema=schema)
    found = bt.assess_frame(people, errors="column")
    assert [bool(problem) for problem in found["problems"]] == [False, True] * len(PAIRS)
    assert found["problems"][1] == "age_at_onset: more than `age` allows"
    assert found.filter(pl.col("problems") != "")["at_least"].unique().to_list() == ["self_care"]
    with pytest.raises(bt.ProfileError, match="pain_duration_days: more than `age` allows in 2 rows"):
        bt.assess_frame(people)


def test_a_table_of_people_tells_them_too(tmp_path, capsys):
    table = tmp_path / "people.csv"
    table.write_text("age,age_at_onset\n20,60\n60,20\n,60\n")
    assert main(["assess-table", str(table), str(tmp_path / "out.csv")]) == 2
    assert "age_at_onset: more than `age` allows in 1 row" in capsys.readouterr().err


def test_nobody_is_proved_anything_about_who_cannot_be():
    people = People(BOOK)
    prover = Prover(people)
    for lower, upper, possible, impossible in PAIRS:
        there, never = (
            both(people.is_exactly(lower, values[0]), people.is_exactly(upper, values[1]))
            for values in (possible, impossible)
        )
        assert prover.find(there) is not None
        assert prover.find(never) is None


@settings(max_examples=200)
@given(profiles())
def test_nobody_is_drawn_who_cannot_be(profile):
    assert not VOCABULARY.impossible(profile.given)


@pytest.mark.parametrize("onset", [44, 45])
def test_thresholds_are_drawn_beside_what_can_be(onset):
    found = find(boundary_profiles(), lambda profile: profile.given.get("age_at_onset") == onset)
    assert not VOCABULARY.impossible(found.given)


def test_a_model_is_told_and_its_call_comes_back():
    for dialect in ("standard", "strict"):
        words = bt.tool_schema(dialect)["parameters"]["properties"]
        assert "Never more than `age`." in words["age_at_onset"]["description"]
        assert "Never more than" not in words["age"]["description"]
    [problem] = bt.call_tool({"age": 20, "age_at_onset": 60})["problems"]
    assert problem["where"] == "age_at_onset"


# -- over time ---------------------------------------------------------------------------------------------------------


def test_the_worst_figures_of_different_exercise_go_together():
    before = bt.assess(
        age=41,
        pain_score=2,
        pain_duration_days=9,
        lower_back_pain=True,
        exercised_since_onset=True,
        exercise_pain_rise=3,
        exercise_pain_minutes=5,
        exercise_sore_hours=1,
        denies=EVERYTHING,
    )
    assert before.profile["exercise_pain_peak"] is None
    if not before.allowed:
        pytest.fail("the session cannot begin")
    running = bt.ExerciseSession(before)
    running.report(at=AT, pain_score=1)
    told = running.report(at=AT + timedelta(minutes=2), move=before.allowed[0].exercise.id, pain_score=2)
    assert told.assessment.profile["exercise_pain_peak"] >= told.assessment.profile["exercise_pain_rise"] == 3


def test_age_does_not_stand_in_the_way_of_a_later_contact():
    first = bt.assess(age=0, pain_duration_days=360)
    result = bt.reassess(first, {}, previous_at=AT, at=AT + timedelta(days=90))
    assert result.assessment.profile["pain_duration_days"] == 366


# -- other rulebooks ---------------------------------------------------------------------------------------------------

NUMBERS = 'asked_if = "pain >= 1"\n'


def test_any_rulebook_says_it_of_its_own_numbers(tmp_path):
    weeks = '\n[[number]]\nid = "weeks"\ntext = "Weeks?"\nunit = "weeks"\nminimum = 0\nmaximum = 60\nstep = 0.5\n'
    book = small(
        tmp_path,
        (NUMBERS, f'{NUMBERS}at_most = "weeks"\n{weeks}'),
        ('"days",', '"days", "weeks",'),
    )
    assert bt.Profile(pain=1, days=10, weeks=1, rulebook=book)["days"] == 10  # less than one and a half weeks
    with pytest.raises(bt.ProfileError, match=r"days: `11` days, but `weeks` is `1\.0` weeks"):
        bt.Profile(pain=1, days=11, weeks=1, rulebook=book)
    people = People(book)
    exactly = people.is_exactly
    assert Prover(people).find(both(exactly("days", 10), exactly("weeks", 1))) is not None
    assert Prover(people).find(both(exactly("days", 11), exactly("weeks", 1))) is None
    rows = pl.DataFrame({"pain": [1, 1], "days": [10, 11], "weeks": [1.0, 1.0]})
    told = bt.assess_frame(rows, rulebook=book, errors="column")["problems"]
    assert [bool(problem) for problem in told] == [False, True]


@pytest.mark.parametrize(
    ("at_most", "what"),
    [
        ("dayss", "`days` is at most `dayss`, which is no other number; did you mean `days`?"),
        ("days", "`days` is at most `days`, which is no other number"),
        ("stiff", "`days` is at most `stiff`, which is no other number"),
        ("pain", "`days`, in days, is at most `pain`, in points; the same unit, or a longer unit of time"),
    ],
)
def test_a_ceiling_that_says_nothing_does_not_load(tmp_path, at_most, what):
    with pytest.raises(bt.RulebookError) as caught:
        small(tmp_path, (NUMBERS, f'{NUMBERS}at_most = "{at_most}"\n'))
    assert what in str(caught.value)
