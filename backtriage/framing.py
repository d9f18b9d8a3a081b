"""One frame from its columns to its result: what may be wrong with the rows, then the door and the decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import attrs
import narwhals as nw

from .column_decision import ColumnDecision, enum_word, plain_word
from .columns import KnownColumns, Stages, Truths, any_of, expression, implied_by
from .door import label
from .errors import Problem, ProfileError, did_you_mean, shown
from .findings import Choice, Finding, Number, YesNo
from .rulebook import RuleBook

PROBLEMS: Final = "problems"


@attrs.frozen
class Asked:
    """What is asked of a frame; see ``assess_frame``.

    Attributes:
        book: The rulebook.
        denied: The checklists that are denied in every row.
        keep: The columns to keep.
        problems: What is already wrong.
        trace: Whether every rule is a column.
        doses: Whether the start figures are.
        as_column: Whether wrong rows are told in a column.
        whole_floats: Whether floats that are whole count as whole numbers: pandas has no others beside a null.
    """

    book: RuleBook
    denied: frozenset[str]
    keep: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    trace: bool = attrs.field(kw_only=True)
    doses: bool = attrs.field(kw_only=True)
    as_column: bool = attrs.field(kw_only=True)
    whole_floats: bool = attrs.field(default=False, kw_only=True)

    def without_keep(self, row: str) -> Asked:
        """The same of the findings of a pandas frame alone, with a column that counts its rows."""
        return attrs.evolve(self, keep=(row,), problems=(), whole_floats=True)


@attrs.frozen
class Check:
    """One thing that can be wrong in a column: where it is, in the rows for which the test is true."""

    finding: str
    what: str
    hint: str
    test: nw.Expr


def assessed(native: Any, asked: Asked) -> Any:
    """The result for a frame that Narwhals can read lazily, of the frame's own kind."""
    try:
        frame = nw.from_native(native)
    except TypeError:
        what = f"{shown(native)} is not a frame that can be read"
        raise ProfileError(
            [Problem(where="frame", what=what, hint="give one of Polars, DuckDB, PySpark, pandas or PyArrow")]
        ) from None
    eager = isinstance(frame, nw.DataFrame)
    if eager and not frame.implementation.is_polars():
        what = f"a frame of {frame.implementation.name.lower()} is not read"
        raise ProfileError([Problem(where="frame", what=what, hint="turn it into a PyArrow table first")])
    lazy = frame.lazy()
    schema = dict(lazy.collect_schema())
    if not schema:
        raise ProfileError([Problem(where="frame", what="no columns", hint="give one column a finding")])
    findings = checked_names(list(schema), asked, lazy)
    vocabulary = asked.book.vocabulary.findings
    checks = [check for id_ in findings for check in _checks(vocabulary[id_], schema[id_], asked)]
    usable = [id_ for id_ in findings if _fits(vocabulary[id_], schema[id_], asked)]
    checks += _contradictions(asked, usable)
    if not asked.as_column:
        _raise_for(lazy, checks)
    result = _decided(lazy, asked, schema, usable, checks)
    return result.to_native().collect() if eager else result.to_native()


def checked_names(names: Sequence[object], asked: Asked, frame: nw.LazyFrame[Any] | None = None) -> list[str]:
    """The columns that are findings.

    Raises:
        ProfileError: If any is neither a finding nor kept, or what is asked cannot be.
    """
    findings = asked.book.vocabulary.findings
    problems = list(asked.problems)
    unknown = [name for name in names if name not in findings and name not in asked.keep]
    counts = _counts(frame, [~nw.col(str(name)).is_null() for name in unknown]) if frame and unknown else []
    for number, name in enumerate(unknown):
        rows = f" in {_rows(counts[number])}" if counts else ""
        hints = (did_you_mean(name, findings), "keep=[...] carries other columns along")
        problems.append(Problem(where=label(name), what=f"unknown finding{rows}", hint=" ".join(filter(None, hints))))
    for name in asked.keep:
        if name not in names:
            hint = did_you_mean(name, [str(column) for column in names])
            problems.append(Problem(where="keep", what=f"the frame has no column {shown(name)}", hint=hint))
        elif name in _results(asked):
            what = f"{shown(name)} is the name of a column of the result"
            problems.append(Problem(where="keep", what=what, hint="rename it first"))
    if problems:
        raise ProfileError(problems)
    return [str(name) for name in names if name in findings]


def _results(asked: Asked) -> set[str]:
    fixed = {"at_least", "could_be", "urgency", "referral", PROBLEMS}
    return fixed | {*asked.book.exercises} | {rule.id for rule in asked.book.rules}


# -- what may be wrong with the rows ----------------------------------------------------------------------------------


def _fits(finding: Finding, dtype: nw.dtypes.DType, asked: Asked) -> bool:
    """Whether a column has the finding's type."""
    if isinstance(finding, YesNo):
        return isinstance(dtype, nw.Boolean)
    if isinstance(finding, Choice):
        return isinstance(dtype, nw.String | nw.Categorical | nw.Enum)
    return dtype.is_integer() or (dtype.is_numeric() and (asked.whole_floats or not finding.integer))


def _checks(finding: Finding, dtype: nw.dtypes.DType, asked: Asked) -> list[Check]:
    """What may be wrong with the answers to one finding; at most one test is true in a row."""
    column = nw.col(finding.id)
    if not _fits(finding, dtype, asked):
        hints = {"yes_no": "give Booleans", "choice": "give text", "number": "give numbers"}
        if isinstance(finding, Number) and finding.integer:
            hints["number"] = "give whole numbers"
        return [Check(finding.id, f"of type {dtype}", hints[finding.kind], ~column.is_null())]
    if isinstance(finding, Choice):
        stranger = ~column.cast(nw.String).is_in(list(finding.options))
        return [Check(finding.id, "no option", f"options: {', '.join(finding.options)}", stranger)]
    return _number_checks(finding, dtype, column) if isinstance(finding, Number) else []


def _number_checks(finding: Number, dtype: nw.dtypes.DType, column: nw.Expr) -> list[Check]:
    wanted = f"give {finding.unit}, {finding.range}"
    outside = (column < finding.minimum) | (column > finding.maximum)
    checks = []
    if dtype.is_float():
        unusable = "leave it out, or give a null, if it is not known"
        checks.append(Check(finding.id, "not a number that can be used", unusable, column.is_nan()))
        outside = ~column.is_nan() & outside
    checks.append(Check(finding.id, "out of range", wanted, outside))
    if finding.step != 1 or not dtype.is_integer():
        inside = (column >= finding.minimum) & (column <= finding.maximum)
        step = "not a whole number" if finding.step == 1 else f"not a multiple of {finding.step:g}"
        checks.append(Check(finding.id, step, wanted, inside & (column % finding.step != 0)))
    return checks


def _contradictions(asked: Asked, usable: Iterable[str]) -> list[Check]:
    findings = asked.book.vocabulary.findings
    usable = set(usable)
    checks = []
    for id_, consequences in implied_by(asked.book).items():
        for implied in consequences if id_ in usable else ():
            checklist = findings[implied].checklist
            denied = checklist in asked.denied and checklist != findings[id_].checklist
            test = nw.col(id_)
            if implied in usable:
                answer = nw.col(implied)
                test &= answer.is_null() | ~answer if denied else ~answer
            elif not denied:
                continue
            what = f"present, but `{implied}`, which it implies, is absent"
            checks.append(Check(id_, what, "change one of them", test))
    return checks


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
    frame: nw.LazyFrame[Any], asked: Asked, schema: dict[str, Any], usable: Sequence[str], checks: Sequence[Check]
) -> nw.LazyFrame[Any]:
    findings = asked.book.vocabulary.findings
    stages = Stages(frame)
    stages.pending = {f"kept__{number}": nw.col(name) for number, name in enumerate(asked.keep)}
    void: Truths = False
    if asked.as_column:
        void = stages.put("void", any_of([check.test.fill_null(value=False) for check in checks]))
        texts = [nw.when(check.test).then(nw.lit(f"{check.finding}: {check.what}")) for check in checks]
        stages.pending["told"] = (
            nw.concat_str(*texts, separator="; ", ignore_nulls=True) if texts else nw.lit(None, dtype=nw.String)
        )
    stages.end()
    given = [id_ for id_ in findings if id_ in usable]
    for id_ in given:
        column = _plain(nw.col(id_), findings[id_], schema[id_])
        stages.pending[id_] = column if void is False else nw.when(~nw.col("void")).then(column)
    stages.end()
    known = KnownColumns(stages, asked.book, given, asked.denied, void)
    words = plain_word if frame.implementation.is_pyspark() else enum_word
    decision = ColumnDecision(known, stages, asked.book, void, words, trace=asked.trace)
    results = {name: nw.col(f"kept__{number}") for number, name in enumerate(asked.keep)}
    results |= decision.columns(trace=asked.trace, doses=asked.doses)
    if asked.as_column:
        results[PROBLEMS] = nw.when(expression(void)).then(nw.col("told"))
    # As columns first, then by name: a selection of nothing but constants would have one row.
    stages.pending = {f"result__{number}": column for number, column in enumerate(results.values())}
    stages.end()
    return stages.frame.select(**{name: nw.col(f"result__{number}") for number, name in enumerate(results)})


def _plain(column: nw.Expr, finding: Finding, dtype: nw.dtypes.DType) -> nw.Expr:
    """A column in a type in which its engine compares it with any constant."""
    if isinstance(finding, Choice) and not isinstance(dtype, nw.String):
        return column.cast(nw.String)
    return column
