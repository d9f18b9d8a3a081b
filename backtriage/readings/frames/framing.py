"""One frame from its columns to its result: what may be wrong with the rows, then the door and the decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import narwhals as nw

from ...errors import Problem, ProfileError, RulebookError, did_you_mean, label, likely, shown
from ...findings.meant import names_asked
from .column_checks import Asked, Check, checks_of, read
from .column_decision import ColumnDecision, enum_word, plain_word
from .column_doses import figure_names
from .columns import Bit, Stages, column, some
from .known_columns import KEPT, KnownColumns

PROBLEMS: Final = "problems"
_ONCE: Final = "one column a finding"


def assessed(native: Any, asked: Asked) -> Any:
    """The result for a frame that Narwhals can read lazily, of the frame's own kind."""
    try:
        frame = nw.from_native(native)
    except TypeError:
        what = f"{shown(native)} is not a frame that can be read"
        raise ProfileError.of("frame", what, "give one of Polars, DuckDB, PySpark, pandas or PyArrow") from None
    eager = isinstance(frame, nw.DataFrame)
    if eager and not frame.implementation.is_polars():
        what = f"a frame of {frame.implementation.name.lower()} is not read"
        raise ProfileError.of("frame", what, "turn it into a PyArrow table first")
    lazy = frame.lazy()
    names, schema = _names(lazy), dict(lazy.collect_schema())
    if not schema:
        raise ProfileError.of("frame", "no columns", "give one column a finding")
    findings = checked_names(names, asked, lazy)
    checks = checks_of({id_: schema[id_] for id_ in findings}, asked)
    if not asked.as_column:
        _raise_for(lazy, checks)
    result = _decided(lazy, asked, schema, findings, checks)
    return result.to_native().collect(engine="streaming") if eager else result.to_native()


def _names(frame: nw.LazyFrame[Any]) -> list[str]:
    """The names of all columns, those given twice among them as often as they are.

    Raises:
        ProfileError: If Polars finds a column twice in the query.
    """
    if not frame.implementation.is_polars():
        native: Any = frame.to_native()
        return list(native.columns)
    try:
        return list(frame.collect_schema())
    except nw.exceptions.DuplicateError as error:
        raise ProfileError.of("frame", f"a column is given twice: {str(error).splitlines()[0]}", _ONCE) from None


def checked_names(names: Sequence[object], asked: Asked, frame: nw.LazyFrame[Any] | None = None) -> list[str]:
    """The columns that are findings.

    Raises:
        ProfileError: If any is neither a finding nor kept, or what is asked cannot be.
    """
    findings = asked.book.vocabulary.findings
    problems, results = list(asked.problems), _results(asked)
    twice = _twice(names, in_any_letters=frame is not None and not frame.implementation.is_polars())
    problems += [Problem(where=label(name), what="given twice", hint=_ONCE) for name in twice]
    if twice:
        frame = None  # which of the two a name means, the engine decides
    unknown = [name for name in names if name not in findings and name not in asked.keep]
    misread = _misread(frame, [str(name) for name in names if name not in findings]) if frame else set[str]()
    counts = _rows_given(frame, [str(name) for name in unknown if name not in misread]) if frame else {}
    for name in unknown:
        rows = f" in {_rows(counts[name])}" if name in counts else ""
        hints = (
            likely(names_asked(asked.book.vocabulary).meant(name, findings)),
            "keep=[...] carries other columns along",
        )
        problems.append(Problem(where=label(name), what=f"unknown finding{rows}", hint=" ".join(filter(None, hints))))
    for name in asked.keep:
        if name not in names:
            hint = did_you_mean(name, [str(column) for column in names])
            problems.append(Problem(where="keep", what=f"the frame has no column {shown(name)}", hint=hint))
        elif str(name).casefold() in results:
            what = f"{shown(name)} is the name of a column of the result"
            problems.append(Problem(where="keep", what=what, hint="rename it first"))
        elif name in misread:
            what = f"{shown(name)} means something else than a column to this kind of frame"
            problems.append(Problem(where="keep", what=what, hint="rename it first"))
    if problems:
        raise ProfileError(problems)
    return [str(name) for name in names if name in findings]


def _twice(names: Sequence[object], *, in_any_letters: bool) -> list[object]:
    """The names that several columns have, in whatever letters where the engine knows no others."""
    alike = [str(name).lower() if in_any_letters else name for name in names]
    times = Counter(alike)
    return [name for name, one in dict(zip(names, alike, strict=True)).items() if times[one] > 1]


def _misread(frame: nw.LazyFrame[Any], names: Sequence[str]) -> set[str]:
    """The names that the engine reads as something else than a column: as a pattern, or as a path into one."""

    def reads(some: Sequence[str]) -> bool:
        if frame.implementation.is_spark_like() and any("." in name for name in some):
            return False
        try:
            return _names(frame.select(*map(nw.col, some))) == [*some]
        except Exception:  # noqa: BLE001 - every engine has its own
            return False

    return set() if not names or reads(names) else {name for name in names if not reads([name])}


def _rows_given(frame: nw.LazyFrame[Any], names: Sequence[str]) -> dict[object, int]:
    """In how many rows each column says something."""
    counts = _counts(frame, [~nw.col(name).is_null() for name in names]) if names else []
    return dict(zip(names, counts, strict=True))


def _results(asked: Asked) -> set[str]:
    """The columns that a result can have, in small letters: to DuckDB and Spark large ones are the same.

    Raises:
        RulebookError: If a rule that has a column is named as another column.
    """
    exercises = asked.book.exercises
    figures = [name for exercise in exercises.values() for name in figure_names(exercise)]
    others = {
        name.casefold() for name in ("at_least", "could_be", "urgency", "referral", PROBLEMS, *figures, *exercises)
    }
    shown_ = [rule for rule in asked.book.rules if asked.trace or rule.effect.kind == "caution"]
    if clashing := [rule for rule in shown_ if rule.id.casefold() in others]:
        hint = "give the rule an id of its own"
        raise RulebookError(
            [
                Problem(where=rule.where, what=f"rule `{rule.id}` is named as another column of the result", hint=hint)
                for rule in clashing
            ]
        )
    return others | {rule.id.casefold() for rule in asked.book.rules}


# -- what is wrong with the rows ---------------------------------------------------------------------------------------


def _raise_for(frame: nw.LazyFrame[Any], checks: Sequence[Check]) -> None:
    """Count the wrong rows, in one pass over the frame.

    Raises:
        ProfileError: With every problem and its number of rows.
    """
    counts = _counts(frame, [check.test for check in checks]) if checks else []
    problems = [
        Problem(where=check.finding, what=f"{check.what} in {_rows(count)}", hint=check.hint)
        for check, count in zip(checks, counts, strict=True)
        if count
    ]
    if problems:
        raise ProfileError(problems)


def _rows(count: int) -> str:
    return f"{count:,} row{'s' if count != 1 else ''}"


def _counts(frame: nw.LazyFrame[Any], tests: Sequence[nw.Expr]) -> list[int]:
    """In how many rows each test is true."""
    sums = [
        nw.when(test)
        .then(nw.lit(1, dtype=nw.Int64))
        .otherwise(nw.lit(0, dtype=nw.Int64))
        .sum()
        .alias(f"wrong__{number}")
        for number, test in enumerate(tests)
    ]
    native: Any = frame.select(*sums).to_native()
    if frame.implementation.is_polars():
        row = native.collect(engine="streaming").row(0)
    elif frame.implementation.is_duckdb():
        row = native.fetchall()[0]
    elif frame.implementation.is_pyspark():
        row = native.first()
    else:
        row = [column[0].as_py() for column in frame.select(*sums).collect("pyarrow").to_native().columns]
    return [count or 0 for count in row]


# -- the result -------------------------------------------------------------------------------------------------------


def _decided(
    frame: nw.LazyFrame[Any],
    asked: Asked,
    schema: Mapping[str, nw.dtypes.DType],
    findings: Sequence[str],
    checks: Sequence[Check],
) -> nw.LazyFrame[Any]:
    stages = Stages(frame)
    kept = {name: stages.put(f"{KEPT}{number}", nw.col(name)) for number, name in enumerate(asked.keep)}
    for id_ in findings:
        stages.put(id_, nw.col(id_))
    stages.end(keep=lambda _: True)  # other names than ours are gone
    void: Bit = False
    told = nw.lit(None, dtype=nw.String)
    if asked.as_column and checks:
        texts = [nw.when(check.test).then(nw.lit(f"{check.finding}: {check.what}")) for check in checks]
        told = stages.put(f"{KEPT}problems", nw.concat_str(*texts, separator="; ", ignore_nulls=True))
        void = stages.put_bit(f"{KEPT}void", some([check.test.fill_null(value=False) for check in checks]))
        stages.end()
    words = asked.book.vocabulary.findings
    answers = {id_: read(finding, schema[id_], asked) for id_, finding in words.items() if id_ in schema}
    known = KnownColumns(stages, asked.book, answers, asked.denied, void)
    held = plain_word if frame.implementation.is_pyspark() else enum_word
    decision = ColumnDecision(known, stages, asked.book, void, held, trace=asked.trace)
    results = {**kept, **decision.columns(trace=asked.trace, doses=asked.doses)}
    if asked.as_column:
        results[PROBLEMS] = nw.when(column(void)).then(told)
    # As columns first, then by name: a selection of nothing but constants would have one row.
    numbered = {f"result__{number}": result for number, result in enumerate(results.values())}
    named = dict(zip(results, [nw.col(name) for name in numbered], strict=True))
    return stages.frame.with_columns(**numbered).select(**named)
