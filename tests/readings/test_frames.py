"""Frames: every row is what assess() says of that row, for every engine, and a table is written whole or not at all."""

from __future__ import annotations

import importlib.util
import math
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

import attrs
import backtriage as bt
import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from backtriage.adapters.command_line import main
from backtriage.readings.frames import table_files
from backtriage.rulebook.doses import Dose
from hypothesis import given, settings
from hypothesis import strategies as st

from strategies import BOOK, CHECKLISTS, FINDINGS, VOCABULARY, thresholds, valid

EVERY = tuple(VOCABULARY.checklists)


def dtype(name: str) -> type[pl.DataType]:
    finding = VOCABULARY.findings[name]
    if finding.kind == "number":
        return pl.Int64 if finding.integer else pl.Float64
    return pl.Boolean if finding.kind == "yes_no" else pl.String


def frame_of(rows: list[dict[str, object]], columns, *, typed: bool = True) -> pl.DataFrame:
    """Rows as a frame; a finding that a row does not answer is null. A column of nulls need not have a type."""
    schema = {name: dtype(name) for name in columns}
    if not typed:
        schema = {
            name: kind if any(row.get(name) is not None for row in rows) else pl.Null for name, kind in schema.items()
        }
    return pl.DataFrame({name: [row.get(name) for row in rows] for name in columns}, schema=schema)


def expected(row: dict[str, object], denies, *, void: str = "") -> dict[str, object]:
    """Everything that a row of the result carries, as assess() says it."""
    a = bt.assess(engine="reference") if void else bt.assess(row, denies=denies, engine="reference")
    return {
        "at_least": a.at_least.value,
        "could_be": a.could_be.value,
        "urgency": a.urgency and a.urgency.value,
        "referral": a.referral and a.referral.level.value,
        **{id_: a.status(id_) for id_ in BOOK.exercises},
        **doses(a),
        **verdicts(a),
    }


def verdicts(a: bt.Assessment) -> dict[str, bool | None]:
    """Whether each rule fires, cautions among them; null where it is open."""
    truth = dict.fromkeys([rule.id for rule in a.because], True) | dict.fromkeys([rule.id for rule in a.open])
    return {rule.id: truth.get(rule.id, False) for rule in BOOK.rules}


def doses(a: bt.Assessment) -> dict[str, object]:
    """Every figure of every exercise that is allowed, and what is left of each choice there is to make."""
    allowed = {entry.exercise.id: entry.dose for entry in a.allowed}
    found: dict[str, object] = {}
    for id_, exercise in BOOK.exercises.items():
        full, dose = exercise.dose, allowed.get(id_)
        if full is None:
            continue
        for figure in Dose.FIGURES:
            if getattr(full, figure) is not None:
                span = dose and getattr(dose, figure)
                found |= {f"{id_}_{figure}": span and span.start, f"{id_}_{figure}_ceiling": span and span.ceiling}
        found[f"{id_}_rest_seconds"] = dose and dose.rest_seconds
        for choice in Dose.CHOICES:
            options = getattr(full, choice)
            for option in options if len(options) > 1 else ():
                found[f"{id_}_{choice}_{option}"] = dose and option in getattr(dose, choice)
    return found


def problem_of(row: dict[str, object], denies) -> str:
    try:
        bt.Profile(row, denies=denies)
    except bt.ProfileError as error:
        return str(error)
    return ""


def differences(found: dict[str, object], wanted: dict[str, object]) -> dict[str, object]:
    assert found.keys() == wanted.keys()
    return {name: (found[name], value) for name, value in wanted.items() if found[name] != value}


@st.composite
def frames(draw):
    """A few rows over a few to all columns, with nulls, thresholds and contradictions; and what is denied."""
    columns = draw(
        st.one_of(st.lists(FINDINGS, unique=True, min_size=1, max_size=30), st.just(list(VOCABULARY.findings)))
    )
    rows = []
    for _ in range(draw(st.integers(1, 4))):
        answered = draw(st.lists(st.sampled_from(columns), unique=True, max_size=20))
        row = dict.fromkeys(columns, draw(st.sampled_from([None, False])))
        row = {name: None if VOCABULARY.findings[name].kind != "yes_no" else value for name, value in row.items()}
        rows.append(row | {name: draw(valid(VOCABULARY.findings[name])) for name in answered})
    return frame_of(rows, columns, typed=draw(st.booleans())), rows, draw(st.one_of(st.just(sorted(EVERY)), CHECKLISTS))


@settings(max_examples=60)
@given(frames())
def test_every_row_is_what_assess_says_of_that_row(drawn):
    people, rows, denies = drawn
    found = bt.assess_frame(people, denies=denies, trace=True, doses=True, errors="column")
    assert found.height == len(rows)
    for row, result in zip(rows, found.to_dicts(), strict=True):
        problem = problem_of(row, denies)
        assert bool(result.pop("problems")) == bool(problem), problem
        assert differences(result, expected(row, denies, void=problem)) == {}


def test_a_column_of_nulls_without_a_type_is_not_sure_even_where_its_list_is_denied():
    row = {"cancer_in_bone": True, "cancer_ever": None}
    assert problem_of(row, ["health_a"]) == ""
    for typed in (True, False):
        people = frame_of([row], list(row), typed=typed)
        found = bt.assess_frame(people, denies=["health_a"], trace=True, doses=True, errors="column").to_dicts()[0]
        assert not found.pop("problems")
        assert differences(found, expected(row, ["health_a"])) == {}


def doubtful_rows(rng: random.Random, columns, denies) -> list[dict[str, object]]:
    """People of whom much is not sure, some of it behind gates, and of whom little is present."""
    rows = []
    for _ in range(40):
        silent, share = rng.choice([0.2, 0.5, 0.9]), rng.choice([0, 0.02, 0.1, 0.3])
        row: dict[str, object] = dict.fromkeys(columns)
        for id_ in columns:
            finding = VOCABULARY.findings[id_]
            if rng.random() < silent:
                continue
            if finding.kind == "yes_no":
                row[id_] = rng.random() < share
            elif finding.kind == "choice":
                row[id_] = rng.choice(list(finding.options))
            else:
                row[id_] = rng.choice(thresholds().get(id_) or [finding.minimum, finding.maximum])
        if not problem_of(row, denies):
            rows.append(row)
    return rows


@pytest.mark.parametrize("seed", range(12))
def test_every_column_is_what_assess_says_where_nulls_are_many_and_something_can_still_be_asked(seed):
    rng = random.Random(seed)
    urgent = rng.sample([rule for rule in BOOK.rules if rule.effect.kind == "urgency"], rng.choice([1, 2, 4]))
    asked = {id_ for rule in urgent for id_ in rule.findings}
    columns = sorted(asked.union(rng.sample(list(VOCABULARY.findings), rng.choice([0, 2, 8]))))
    denies = sorted({*EVERY} - {*rng.sample(EVERY, rng.choice([0, 1, 2]))})
    rows = doubtful_rows(rng, columns, denies)
    found = bt.assess_frame(frame_of(rows, columns), denies=denies, trace=True, doses=True)
    for row, result in zip(rows, found.to_dicts(), strict=True):
        assert differences(result, expected(row, denies)) == {}, row


def test_a_row_is_not_calmer_than_assess_where_all_that_is_left_to_ask_decides_nothing():
    row = {"cancer_ever": None, "age": None, "pain_score": 3, "pain_duration_days": 13}
    (referral,) = bt.assess_frame(frame_of([row], row), denies=EVERY)["referral"]
    assert referral == bt.assess(row, denies=EVERY).referral.level == "same_day"


# -- every engine -----------------------------------------------------------------------------------------------------


def boundary_rows(size: int, seed: int) -> list[dict[str, object]]:
    """People whose numbers lie at the thresholds, with many findings, few or none, none of them contradictory."""
    rng = random.Random(seed)
    rows: list[dict[str, object]] = []
    while len(rows) < size:
        share, unknown = rng.choice([0.01, 0.05, 0.3]), rng.choice([0, 0.02, 0.5, 1])
        row: dict[str, object] = {}
        for id_, finding in VOCABULARY.findings.items():
            if finding.kind == "yes_no":
                row[id_] = True if rng.random() < share else None if rng.random() < unknown else False
            elif rng.random() < 0.2:
                row[id_] = None
            elif finding.kind == "choice":
                row[id_] = rng.choice(list(finding.options))
            else:
                row[id_] = rng.choice(thresholds().get(id_) or [finding.minimum, finding.maximum])
        for id_, finding in VOCABULARY.findings.items():
            if row[id_] is True:
                row |= dict.fromkeys(finding.implies, True)
        if not problem_of(row, ()):
            rows.append(row)
    return rows


def test_two_thousand_boundary_rows_are_what_assess_says_of_each(people, assessed):
    for row, result in zip(people.to_dicts(), assessed.to_dicts(), strict=True):
        assert differences(result, expected(row, ())) == {}


def test_whom_the_startback_tool_sends_to_a_professional_is_referred_as_assess_says():
    rng = random.Random(4)
    well = {finding: False for checklist in VOCABULARY.checklists.values() for finding in checklist.findings}
    well |= {"age": 41, "pain_score": 3, "pain_duration_days": 9, "lower_back_pain": True}
    rows = []
    for _ in range(300):
        agrees, silent = rng.choice([0.2, 0.5, 0.9]), rng.choice([0, 0, 0.1, 0.5])
        items = {f"startback_{number}": rng.random() < agrees for number in range(1, 9)}
        items["startback_9"] = rng.choice(list(VOCABULARY.findings["startback_9"].options))
        row = {**well, "age": rng.choice([17, None, 41, 41, 41]), **items}
        rows.append(row | {item: None for item in items if rng.random() < silent})
    found = bt.assess_frame(frame_of(rows, rows[0]))
    wanted = [expected(row, ())["referral"] for row in rows]
    assert found["referral"].to_list() == wanted
    assert {None, "self_care"} <= set(wanted)


@pytest.fixture(scope="module")
def people() -> pl.DataFrame:
    return frame_of(boundary_rows(2_000, seed=1), VOCABULARY.findings)


@pytest.fixture(scope="module")
def assessed(people) -> pl.DataFrame:
    return bt.assess_frame(people, trace=True, doses=True)


def test_a_duckdb_relation_gives_a_relation_with_the_same_rows(people, assessed):
    numbered = people.with_row_index("number")  # noqa: F841 - DuckDB finds it by its name
    result = bt.assess_frame(duckdb.sql("from numbered"), keep=["number"], trace=True, doses=True)
    assert isinstance(result, duckdb.DuckDBPyRelation)
    found = result.order("number").pl().drop("number")
    assert found.to_dicts() == assessed.to_dicts()


def test_a_pandas_frame_gives_a_pandas_frame_with_the_same_rows_index_and_kept_columns(people, assessed):
    frame = people.to_pandas()
    frame.index = [f"p{number}" for number in range(len(frame))]
    frame["anything"] = [{"any": "object"}] * len(frame)
    assert frame["age"].dtype == "float64"  # with a NaN for each null
    result = bt.assess_frame(frame, keep=["anything"], trace=True, doses=True)
    assert isinstance(result, pd.DataFrame)
    assert list(result.index) == list(frame.index)
    assert result.pop("anything").tolist() == frame["anything"].tolist()
    assert pl.from_pandas(result).cast(assessed.schema).to_dicts() == assessed.to_dicts()


def test_an_arrow_table_gives_an_arrow_table_with_the_same_rows(people, assessed):
    result = bt.assess_frame(people.to_arrow(), trace=True, doses=True)
    assert isinstance(result, pa.Table)
    assert pl.from_arrow(result).to_dicts() == assessed.to_dicts()


SPARK = importlib.util.find_spec("pyspark") is not None and shutil.which("java") is not None


@pytest.fixture(scope="module")
def spark():
    if not SPARK:
        pytest.skip("needs PySpark and Java")
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

    options = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2", "spark.driver.host": "127.0.0.1"}
    session = SparkSession.builder.master("local[2]").config(map=options).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.mark.filterwarnings("ignore")
def test_a_spark_frame_gives_a_spark_frame_with_the_same_rows_and_no_python_in_its_plan(
    spark, people, assessed, tmp_path
):
    people.with_row_index("number").write_parquet(tmp_path / "people.parquet")
    result = bt.assess_frame(spark.read.parquet(str(tmp_path)), keep=["number"], trace=True, doses=True)
    assert "Python" not in result._jdf.queryExecution().executedPlan().toString()  # noqa: SLF001
    found = [row.asDict() for row in result.orderBy("number").drop("number").collect()]
    assert found == assessed.to_dicts()


class Engine(NamedTuple):
    """How a Polars frame becomes a frame of an engine, and its result one again."""

    frame: Callable[[pl.DataFrame], Any]
    back: Callable[[Any], pl.DataFrame]


ENGINES = {
    "lazy": Engine(pl.DataFrame.lazy, pl.LazyFrame.collect),
    "duckdb": Engine(lambda people: duckdb.from_arrow(people.to_arrow()), lambda result: result.pl()),
    "pandas": Engine(pl.DataFrame.to_pandas, pl.from_pandas),
    "arrow": Engine(pl.DataFrame.to_arrow, pl.from_arrow),
}


@pytest.fixture(params=[*ENGINES, "spark"])
def engine(request) -> Engine:
    if request.param != "spark":
        return ENGINES[request.param]
    session = request.getfixturevalue("spark")
    return Engine(
        lambda people: session.createDataFrame(people.rows(), _spark_types(people)),
        lambda result: pl.DataFrame([row.asDict() for row in result.collect()]),
    )


def _spark_types(people: pl.DataFrame) -> str:
    names = {pl.Int64: "bigint", pl.Float64: "double", pl.Boolean: "boolean", pl.String: "string"}
    return ", ".join(f"`{name.replace('`', '``')}` {names[type(kind)]}" for name, kind in people.schema.items())


@pytest.mark.filterwarnings("ignore")
def test_every_engine_tells_of_the_same_wrong_rows_and_the_same_of_the_others(engine):
    people = pl.DataFrame(
        {
            "number": [1, 2, 3, 4],
            "age": [200, -1, 41, None],
            "exercise_pain_minutes": [0.5, 0.7, 3000.0, None],
            "pain_side": ["left", "up", None, "both"],
            "foot_drop": [True, None, None, True],
            "leg_weakness": [False, False, None, True],
            "new_bladder_change": ["yes", None, None, None],
        }
    )
    options = {"keep": ["number"], "denies": ["emergency_nerves"]}
    assert refused(engine.frame(people), **options) == [
        "age: out of range in 2 rows; give years, 0 to 120",
        "exercise_pain_minutes: out of range in 1 row; give minutes, 0 to 1440",
        "exercise_pain_minutes: not a multiple of 0.5 in 1 row; give minutes, 0 to 1440",
        "pain_side: no option in 1 row; options: left, right, both, middle",
        "new_bladder_change: of type String in 1 row; give Booleans",
        "foot_drop: present, but `leg_weakness`, which it implies, is absent in 1 row; change one of them",
    ]
    options |= {"errors": "column", "trace": True, "doses": True}
    found = engine.back(bt.assess_frame(engine.frame(people), **options)).sort("number")
    wanted = bt.assess_frame(people, **options)
    assert found.columns == wanted.columns
    assert found.cast(wanted.schema).to_dicts() == wanted.to_dicts()
    assert [bool(problem) for problem in wanted["problems"]] == [True, True, True, False]


@pytest.mark.filterwarnings("ignore")
def test_nan_is_null_from_pandas_and_an_error_elsewhere(engine):
    people = pl.DataFrame({"exercise_pain_minutes": [math.nan, 3.0]})
    if engine is ENGINES["pandas"]:
        assert engine.back(bt.assess_frame(engine.frame(people)))["could_be"].to_list() == ["emergency"] * 2
        return
    assert refused(engine.frame(people)) == [f"exercise_pain_minutes: {UNUSABLE}"]
    told = engine.back(bt.assess_frame(engine.frame(people), errors="column"))["problems"].to_list()
    assert told == ["exercise_pain_minutes: not a number that can be used", None]


def test_a_float_of_pandas_that_is_whole_is_a_whole_number():
    assert bt.assess_frame(pd.DataFrame({"age": [math.nan, 41.0]}))["could_be"].tolist() == ["emergency"] * 2
    assert refused(pd.DataFrame({"age": [41.5]})) == ["age: not a whole number in 1 row; give years, 0 to 120"]


# -- nulls, kept columns, laziness ------------------------------------------------------------------------------------


def test_a_null_is_unknown_even_in_a_denied_checklist_and_a_missing_column_is_denied():
    people = pl.DataFrame({"new_bladder_change": [None, False]}, schema={"new_bladder_change": pl.Boolean})
    trace = bt.assess_frame(people, denies=["emergency_nerves"], trace=True)
    assert trace["ces-bladder"].to_list() == [None, False]
    assert trace["ces-bowel"].to_list() == [False, False]


def test_a_column_of_nulls_is_asked_and_unknown_whatever_its_type():
    asked = pl.DataFrame({"new_bladder_change": [None]})
    for people in (asked, asked.cast(pl.Boolean), asked.cast(pl.String), asked.to_arrow(), asked.to_pandas()):
        result = bt.assess_frame(people, denies=["emergency_nerves"], trace=True)
        assert pl.DataFrame(result)["ces-bladder"].to_list() == [None]
    people = pl.DataFrame({"age": [None], "new_bladder_change": [None], "pain_side": [None]})
    assert bt.assess_frame(people).equals(bt.assess_frame(people.cast(pl.String)))
    assert bt.assess_frame(people).row(0, named=True)["urgency"] is None


def test_kept_columns_come_first_and_unchanged_be_they_findings_or_not():
    people = pl.DataFrame({"patient_id": ["x", "y"], "age": [30, 70], "note": [[1], [2]]})
    result = bt.assess_frame(people, keep=["note", "patient_id", "age"])
    assert result.columns[:4] == ["note", "patient_id", "age", "at_least"]
    assert result.select(people.columns).equals(people)


def test_what_is_the_same_for_all_rows_is_said_in_every_row():
    assert bt.assess_frame(pl.DataFrame({"pain_side": ["left"] * 3})).height == 3
    assert bt.assess_frame(pl.DataFrame({"age": []}, schema={"age": pl.Int64})).height == 0


def test_a_lazy_frame_stays_lazy():
    broken = pl.LazyFrame({"sepsis_signs": [True]}).select(
        pl.col("sepsis_signs").map_batches(lambda _: 1 / 0, return_dtype=pl.Boolean)
    )
    result = bt.assess_frame(broken, errors="column")
    assert isinstance(result, pl.LazyFrame)
    with pytest.raises(ZeroDivisionError):
        result.collect()
    lazy = bt.assess_frame(pl.LazyFrame({"sepsis_signs": [True], "age": [50]}))
    assert isinstance(lazy, pl.LazyFrame)
    assert lazy.collect()["urgency"].to_list() == ["emergency"]


def test_a_kept_column_never_takes_the_place_of_a_result_in_whatever_letters():
    people = pl.DataFrame({"age": [41], "Urgency": ["self_care"], "walking_minutes": [60]})
    assert refused(people, keep=["Urgency", "walking_minutes"], doses=True) == [
        "keep: `'Urgency'` is the name of a column of the result; rename it first",
        "keep: `'walking_minutes'` is the name of a column of the result; rename it first",
    ]


def test_levels_are_ordered_as_urgency_is():
    result = bt.assess_frame(pl.DataFrame({"sepsis_signs": [True, None]}))
    assert result.filter(pl.col("at_least") >= "same_day").height == 1


# -- errors -----------------------------------------------------------------------------------------------------------


UNUSABLE = "not a number that can be used in 1 row; leave it out, or give a null, if it is not known"


def refused(frame, **options: object) -> list[str]:
    with pytest.raises(bt.ProfileError) as error:
        bt.assess_frame(frame, **options)
    return str(error.value).splitlines()


def test_wrong_rows_are_one_error_that_names_every_column_and_counts_its_rows():
    people = pl.DataFrame(
        {
            "age": [200, -1, 41, None],
            "exercise_pain_minutes": [0.5, 0.7, math.nan, math.inf],
            "pain_side": ["left", "up", None, "both"],
            "foot_drop": [True, None, None, True],
            "leg_weakness": [False, False, None, True],
            "new_bladder_change": ["yes", None, "no", "no"],
        }
    )
    assert refused(people) == [
        "age: out of range in 2 rows; give years, 0 to 120",
        f"exercise_pain_minutes: {UNUSABLE}",
        "exercise_pain_minutes: out of range in 1 row; give minutes, 0 to 1440",
        "exercise_pain_minutes: not a multiple of 0.5 in 1 row; give minutes, 0 to 1440",
        "pain_side: no option in 1 row; options: left, right, both, middle",
        "new_bladder_change: of type String in 3 rows; give Booleans",
        "foot_drop: present, but `leg_weakness`, which it implies, is absent in 1 row; change one of them",
    ]
    contradiction = "foot_drop: present, but `leg_weakness`, which it implies, is absent"
    result = bt.assess_frame(people, errors="column", keep=["age"])
    assert result["problems"].to_list() == [
        f"age: out of range; new_bladder_change: of type String; {contradiction}",
        "age: out of range; exercise_pain_minutes: not a multiple of 0.5; pain_side: no option",
        "exercise_pain_minutes: not a number that can be used; new_bladder_change: of type String",
        "exercise_pain_minutes: out of range; new_bladder_change: of type String",
    ]
    assert result["could_be"].to_list() == ["emergency"] * 4
    assert result["urgency"].to_list() == [None] * 4


@pytest.mark.parametrize("name", ["walking", "Urgency", "at_least", "problems"])
def test_a_rule_that_would_take_the_place_of_another_column_is_refused(name):
    caution = next(rule for rule in BOOK.rules if rule.effect.kind == "caution")
    rules = [attrs.evolve(rule, id=name) if rule is caution else rule for rule in BOOK.rules]
    with pytest.raises(bt.RulebookError, match=f"rule `{name}` is named as another column"):
        bt.assess_frame(pl.DataFrame({"age": [41]}), rulebook=attrs.evolve(BOOK, rules=rules))


JOINED = "select 1 as patient, false as new_bladder_change, true as new_bladder_change"
TWICE = {
    "lazy": lambda: pl.LazyFrame({"a": [False], "b": [True]}).select(pl.col("a", "b").alias("new_bladder_change")),
    "duckdb": lambda: duckdb.sql(JOINED),
    "duckdb_in_other_letters": lambda: duckdb.sql(JOINED.replace("true as new", "true as NEW")),
    "narwhals": lambda: nw.from_native(duckdb.sql(JOINED)),
    "pandas": lambda: pd.DataFrame([[1, False, True]], columns=["patient", *["new_bladder_change"] * 2]),
    "arrow": lambda: pa.table([[1], [False], [True]], names=["patient", *["new_bladder_change"] * 2]),
}


@pytest.mark.parametrize("errors", ["raise", "column"])
@pytest.mark.parametrize("keep", [["patient"], ["patient", "new_bladder_change"]])
@pytest.mark.parametrize("kind", TWICE)
def test_a_column_given_twice_is_refused_whatever_the_engine(kind, keep, errors):
    with pytest.raises(bt.ProfileError, match="given twice"):
        bt.assess_frame(TWICE[kind](), keep=keep, denies=EVERY, errors=errors)


@pytest.mark.filterwarnings("ignore")
def test_a_column_given_twice_by_a_join_in_spark_is_refused(spark):
    left = spark.createDataFrame([(1, False)], "patient int, new_bladder_change boolean")
    right = spark.createDataFrame([(1, True)], "patient int, new_bladder_change boolean")
    assert refused(left.join(right, "patient"), keep=["patient"]) == [
        "new_bladder_change: given twice; one column a finding"
    ]


def test_a_column_to_keep_given_twice_is_refused_too():
    for frame in (duckdb.sql("select 41 age, 1 x, 2 x"), pa.table([[41], [1], [2]], names=["age", "x", "x"])):
        assert refused(frame, keep=["x"]) == ["x: given twice; one column a finding"]


def test_a_name_that_is_none_is_a_problem():
    with pytest.raises(bt.ProfileError, match=r"keep: .* is not a list of names"):
        bt.assess_frame(pl.DataFrame({"age": [41]}), keep=[["patient"]])


ODD = ["*", "^a.*$", "a.b", "a b", '"', "`", "a\nb", "KEPT__0", "kept__2", "KEPT__VOID", "known__age", "RESULT__0"]
PATTERNS = {"lazy": ["*", "^a.*$"], "duckdb": ["*"], "spark": ["*", "^a.*$", "a.b", "`"]}


@pytest.mark.filterwarnings("ignore")
def test_a_column_is_kept_under_any_name_that_the_engine_reads_as_a_name_and_refused_under_another(engine, request):
    patterns = PATTERNS.get(request.node.callspec.params["engine"], [])
    numbers = {name: [number] for number, name in enumerate(ODD)}
    if patterns:
        frame = engine.frame(pl.DataFrame({"age": [41], **numbers}))
        told = [problem.partition(" means")[0] for problem in refused(frame, keep=ODD)]
        assert told == [f"keep: `{name!r}`" for name in patterns]
        assert len(refused(frame)) == len(ODD)
    kept = {name: number for name, number in numbers.items() if name not in patterns}
    for errors in ("raise", "column"):
        frame = engine.frame(pl.DataFrame({"age": [41], **kept}))
        found = engine.back(bt.assess_frame(frame, keep=[*kept], errors=errors))
        assert found.columns[: len(kept) + 1] == [*kept, "at_least"]
        assert found.row(0)[: len(kept)] == tuple(number for (number,) in kept.values())


@pytest.mark.filterwarnings("ignore")
def test_a_field_of_a_struct_in_spark_is_never_kept_for_a_column_of_its_name(spark):
    frame = spark.sql("select 41 as age, named_struct('b', 7) as a, 9 as `a.b`")
    assert refused(frame, keep=["a", "a.b"])[0].startswith("keep: `'a.b'` means something else than a column")


BIG = pa.array([Decimal("1e50")], pa.decimal256(60, 0))
RUNS = pa.RunEndEncodedArray.from_arrays(pa.array([1], pa.int32()), pa.array([True]))
UNREADABLE = {
    "integers beyond 64 bits": lambda: pd.DataFrame({"age": pd.Series([10**30, 50], dtype=object)}),
    "decimals of 256 bits": lambda: pd.DataFrame({"age": pd.Series([Decimal("1e50")], dtype=object)}),
    "several kinds of things": lambda: pd.DataFrame({"age": pd.Series([50, "x"], dtype=object)}),
    "complex numbers": lambda: pd.DataFrame({"age": [1j]}),
    "Arrow's decimals": lambda: pa.table({"age": BIG}),
    "run ends": lambda: pa.table({"age": RUNS}),
    "a union": lambda: pa.table(
        {"age": pa.UnionArray.from_dense(pa.array([0], pa.int8()), pa.array([0], pa.int32()), [RUNS])}
    ),
}


@pytest.mark.parametrize("errors", ["raise", "column"])
@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_column_that_cannot_be_read_is_a_problem_with_its_name(kind, errors):
    (told,) = refused(UNREADABLE[kind](), errors=errors)
    assert told.startswith("age: cannot be read: ")
    assert told.endswith("; give whole numbers")


def test_a_column_of_any_arrow_type_is_kept_as_it_is():
    table = pa.table({"big": BIG, "age": pa.array([41], pa.int8()), "runs": RUNS})
    result = bt.assess_frame(table, keep=["runs", "big", "age"])
    assert result.select(["runs", "big", "age"]).equals(table.select(["runs", "big", "age"]))


def test_a_number_of_any_width_is_compared_as_it_is():
    for frame in (
        pl.DataFrame({"age": [10**30, 41]}),
        duckdb.sql("select * from (values (10::hugeint ** 30), (41)) as t(age)").project("cast(age as hugeint) as age"),
        pa.table({"age": pa.array([2**64 - 1, 41], pa.uint64())}),
    ):
        assert refused(frame) == ["age: out of range in 1 row; give years, 0 to 120"]


def test_json_is_no_option_of_a_choice():
    frame = duckdb.sql("""select '"left"'::json as pain_side""")
    assert refused(frame) == ["pain_side: no option in 1 row; options: left, right, both, middle"]


def test_whole_numbers_in_another_type_are_told_how_to_become_integers(tmp_path):
    pd.DataFrame({"age": [41, None]}).to_parquet(tmp_path / "people.parquet")
    for frame in (
        pl.scan_parquet(tmp_path / "people.parquet"),
        duckdb.from_parquet(str(tmp_path / "people.parquet")),
        pa.table({"age": [41.0, None]}),
    ):
        (told,) = refused(frame)
        assert told.startswith("age: of type Float64 in 1 row; give whole numbers; pandas makes floats of those with")
        assert 'astype("Int64")' in told
    pd.DataFrame({"age": [41, None]}).astype("Int64").to_parquet(tmp_path / "people.parquet")
    assert bt.assess_frame(pl.scan_parquet(tmp_path / "people.parquet")).collect().height == 2
    assert refused(duckdb.sql("select 41::decimal(3, 0) as age")) == [
        "age: of type Decimal(precision=3, scale=0) in 1 row; give whole numbers: cast it to integers"
    ]


def test_a_finding_in_other_letters_is_told_its_name():
    for frame in (pl.DataFrame({"Age": [41]}), pd.DataFrame({"AGE": [41]}), duckdb.sql('select 41 as "Age"')):
        assert "unknown finding" in refused(frame)[0]
        assert "did you mean `age`?" in refused(frame)[0]


def test_a_narwhals_frame_gives_a_narwhals_frame_of_the_same_kind(people, assessed):
    for frame in (people, people.lazy(), people.to_arrow(), people.to_pandas(), duckdb.from_arrow(people.to_arrow())):
        wrapped = nw.from_native(frame)
        result = bt.assess_frame(wrapped)
        assert type(result) is type(wrapped)
        assert type(result.to_native()) is type(frame)
    assert bt.assess_frame(nw.from_native(people)).to_native().equals(assessed.select(bt.assess_frame(people).columns))


@pytest.mark.parametrize("column", ["raise", "column"])
def test_a_column_that_is_no_finding_and_a_name_that_is_none_are_refused(column):
    people = pl.DataFrame({"ages": [1, None], "patient_id": ["a", "b"], "urgency": [1, 2]})
    assert refused(people, keep=["patient", "urgency"], denies=["general_sings"], errors=column) == [
        "denies: unknown checklist `'general_sings'`; did you mean `general_signs`?",
        "ages: unknown finding in 1 row; did you mean `age`? keep=[...] carries other columns along",
        "patient_id: unknown finding in 2 rows; did you mean `pain_side`? keep=[...] carries other columns along",
        "keep: the frame has no column `'patient'`; did you mean `patient_id`?",
        "keep: `'urgency'` is the name of a column of the result; rename it first",
    ]


def test_what_is_no_frame_is_refused():
    assert refused({"age": [1]})[0].startswith("frame: `{'age': [1]}` is not a frame that can be read; give")
    assert refused(pd.Series([41]))[0].startswith("frame: ")
    assert refused(pl.DataFrame()) == ["frame: no columns; give one column a finding"]
    assert refused(pl.DataFrame({"age": [1]}), keep="age")[0].startswith("keep: `'age'` is not a list of names")
    with pytest.raises(ValueError, match="neither `raise` nor `column`"):
        bt.assess_frame(pl.DataFrame({"age": [1]}), errors="ignore")


def test_a_missing_extra_names_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(bt.MissingExtra, match=r"pip install -e '\.\[frames\]'"):
        bt.assess_frame(pl.DataFrame({"age": [1]}))
    with pytest.raises(bt.MissingExtra, match=r"pip install -e '\.\[pandas\]'"):
        bt.assess_frame(pd.DataFrame({"age": [1]}))


def test_importing_the_library_imports_no_frame_library():
    text = (
        "import sys, backtriage.adapters.command_line; "
        "print(sorted({'narwhals', 'polars', 'pandas'} & sys.modules.keys()))"
    )
    assert subprocess.check_output([sys.executable, "-c", text], text=True) == "[]\n"  # noqa: S603 - our own text


# -- tables in files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["people.parquet", "people.csv"])
@pytest.mark.parametrize("target", ["result.parquet", "result.csv"])
def test_a_table_is_assessed_from_file_to_file(source, target, people, assessed, tmp_path, capsys):
    getattr(people, "write_parquet" if source.endswith("parquet") else "write_csv")(tmp_path / source)
    assert main(["assess-table", str(tmp_path / source), str(tmp_path / target), "--keep", "age"]) == 0
    assert "2,000 rows in" in capsys.readouterr().err
    if target.endswith("csv"):
        found = pl.read_csv(tmp_path / target, infer_schema=False).cast({"c-stenosis": pl.String})
    else:
        found = pl.read_parquet(tmp_path / target)
    names = ["at_least", "could_be", "urgency", "referral", *BOOK.exercises]
    assert found["age"].cast(pl.Int64).equals(people["age"])
    assert found.select(names).cast(pl.String).equals(assessed.select(names).cast(pl.String))
    assert {path.name for path in tmp_path.iterdir()} == {source, target}


def test_a_table_that_cannot_be_used_leaves_the_old_output_and_exits_with_2(tmp_path, capsys):
    old = tmp_path / "out.parquet"
    old.write_text("old")
    for name, text in (("a.csv", "age\n200"), ("b.csv", "age\nx"), ("c.parquet", "no table"), ("d.txt", "")):
        (tmp_path / name).write_text(text)
        assert main(["assess-table", str(tmp_path / name), str(old)]) == 2
        assert capsys.readouterr().err.strip()
    assert main(["assess-table", str(tmp_path / "missing.parquet"), str(old)]) == 2
    assert old.read_text() == "old"
    assert not list(tmp_path.glob(".*"))


CSV = """patient,age,new_bladder_change,exercise_pain_minutes,pain_side
a,41,true,1.5,left
b,forty,no,NaN,up
c,200,FALSE,0.7,
d,,,,
e,41.5,True,1e1,left
f,00000000000000000000000000041,1,,left
"""


def test_what_is_wrong_in_a_csv_file_names_the_column_and_counts_the_rows(tmp_path, capsys):
    (tmp_path / "in.csv").write_text(CSV)
    assert main(["assess-table", str(tmp_path / "in.csv"), str(tmp_path / "out.csv"), "--keep", "patient"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "age: no whole number in 2 rows; give years, 0 to 120",
        "age: out of range in 1 row; give years, 0 to 120",
        "new_bladder_change: no yes or no in 2 rows; give true or false",
        "exercise_pain_minutes: no number in 1 row; give minutes, 0 to 1440",
        "exercise_pain_minutes: not a multiple of 0.5 in 1 row; give minutes, 0 to 1440",
        "pain_side: no option in 1 row; options: left, right, both, middle",
    ]
    assert not (tmp_path / "out.csv").exists()


def test_a_csv_file_with_wrong_rows_is_assessed_and_every_problem_told(tmp_path):
    (tmp_path / "in.csv").write_text(CSV)
    options = ["--keep", "patient", "--errors", "column"]
    assert main(["assess-table", str(tmp_path / "in.csv"), str(tmp_path / "out.parquet"), *options]) == 0
    found = pl.read_parquet(tmp_path / "out.parquet")
    of_b = ["age: no whole number", "new_bladder_change: no yes or no", "exercise_pain_minutes: no number"]
    of_b.append("pain_side: no option")
    assert found.select("patient", "urgency", "problems").rows() == [
        ("a", "emergency", None),
        ("b", None, "; ".join(of_b)),
        ("c", None, "age: out of range; exercise_pain_minutes: not a multiple of 0.5"),
        ("d", None, None),
        ("e", None, "age: no whole number"),
        ("f", None, "new_bladder_change: no yes or no"),
    ]


def _in_a_process(folder, before: str = "") -> subprocess.Popen[str]:
    command = "sys.exit(main(['assess-table', 'in.parquet', 'out.parquet']))"
    text = f"import sys; from backtriage.adapters.command_line import main; {before}\n{command}"
    return subprocess.Popen([sys.executable, "-c", text], cwd=folder, stderr=subprocess.PIPE, text=True)  # noqa: S603


def test_a_full_disk_leaves_the_old_output(people, tmp_path):
    people.write_parquet(tmp_path / "in.parquet")
    (tmp_path / "out.parquet").write_text("old")
    process = _in_a_process(tmp_path, "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2, err
    assert err == f"[Errno 27] File too large: '{tmp_path / 'out.parquet'}'\n"
    assert (tmp_path / "out.parquet").read_text() == "old"
    assert not list(tmp_path.glob(".*"))


def test_a_killed_process_leaves_the_old_output(people, tmp_path):
    pl.concat([people.lazy()] * 200).sink_parquet(tmp_path / "in.parquet")
    (tmp_path / "out.parquet").write_text("old")
    process = _in_a_process(tmp_path)
    while process.poll() is None and not list(tmp_path.glob(".*")):
        time.sleep(0.01)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert (tmp_path / "out.parquet").read_text() == "old"
    people.write_parquet(tmp_path / "in.parquet")
    assert main(["assess-table", str(tmp_path / "in.parquet"), str(tmp_path / "out.parquet")]) == 0
    assert pl.read_parquet(tmp_path / "out.parquet").height == people.height
    assert {path.name for path in tmp_path.iterdir()} == {"in.parquet", "out.parquet"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows itself keeps an open file from being renamed")
def test_two_runs_never_write_one_table(people, tmp_path, capsys):
    people.write_parquet(tmp_path / "in.parquet")
    with table_files._partial(tmp_path / "out.parquet") as partial:  # noqa: SLF001 - another run, held up
        assert main(["assess-table", str(tmp_path / "in.parquet"), str(tmp_path / "out.parquet")]) == 2
        assert "another run is writing it" in capsys.readouterr().err
        partial.write(b"whole")
    assert (tmp_path / "out.parquet").read_text() == "whole"


def test_a_table_may_take_its_own_place_behind_a_link(people, assessed, tmp_path):
    people.write_parquet(tmp_path / "people.parquet")
    (tmp_path / "link.parquet").symlink_to(tmp_path / "people.parquet")
    assert (
        table_files.assess_table(tmp_path / "link.parquet", tmp_path / "link.parquet", trace=True, doses=True) == 2_000
    )
    assert (tmp_path / "link.parquet").is_symlink()
    assert pl.read_parquet(tmp_path / "people.parquet").to_dicts() == assessed.to_dicts()
