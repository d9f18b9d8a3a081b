"""What is asked of a frame, and what may be wrong with its rows: each column is read as its finding, never coerced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import attrs
import narwhals as nw

from ...errors import Problem
from ...findings.door import NOT_ASKED
from ...findings.finding import Choice, Finding, Number, YesNo
from ...rulebook.book import RuleBook

_WHOLE: Final = r"^-?[0-9]+$"
_FROM_PANDAS: Final = '; pandas makes floats of those with nulls: there, .astype("Int64") first'
_NUMBER: Final = r"^-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"


@attrs.frozen
class Asked:
    """What is asked of a frame; see ``assess_frame``.

    Attributes:
        book: The rulebook.
        denied: The checklists that are denied in every row.
        keep: The columns to keep.
        problems: What is already wrong.
        trace: Whether every rule is a column.
        doses: Whether every dose is.
        as_column: Whether wrong rows are told in a column.
        from_text: Whether every column is text to be read, as in a CSV file.
        whole_floats: Whether floats that are whole count as whole numbers: pandas has no others beside a null.
    """

    book: RuleBook
    denied: frozenset[str]
    keep: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    trace: bool = attrs.field(kw_only=True)
    doses: bool = attrs.field(kw_only=True)
    as_column: bool = attrs.field(kw_only=True)
    from_text: bool = attrs.field(default=False, kw_only=True)
    whole_floats: bool = attrs.field(default=False, kw_only=True)

    def of_answers(self, row: str, *, whole_floats: bool) -> Asked:
        """The same of a frame that holds the answers alone, with a column that counts its rows."""
        return attrs.evolve(self, keep=(row,), problems=(), whole_floats=whole_floats)


@attrs.frozen
class Check:
    """One thing that can be wrong in a column: where it is, in the rows for which the test is true."""

    finding: str
    what: str
    hint: str
    test: nw.Expr


def read(finding: Finding, dtype: nw.dtypes.DType, asked: Asked) -> nw.Expr | None:
    """The answers to a finding, in a type in which any engine compares them with constants; nothing if the column has
    another type. Text that is no answer is null."""
    column = nw.col(finding.id)
    text = isinstance(dtype, nw.String)
    if isinstance(finding, Choice):
        return column.cast(nw.String) if text or isinstance(dtype, nw.Categorical | nw.Enum) else None
    if text and asked.from_text:
        answer = nw.when(_legible(finding, column)).then(column)
        return answer.str.to_lowercase() == "true" if isinstance(finding, YesNo) else answer.cast(nw.Float64)
    if isinstance(finding, YesNo):
        return column if isinstance(dtype, nw.Boolean) else None
    floats = dtype.is_numeric() and (asked.whole_floats or not finding.integer)
    return column if dtype.is_integer() or floats else None


def _legible(finding: YesNo | Number, text: nw.Expr) -> nw.Expr:
    """Whether text is an answer."""
    if isinstance(finding, YesNo):
        return text.str.to_lowercase().is_in(["true", "false"])
    return text.str.contains(_WHOLE if finding.integer else _NUMBER)


def checks_of(schema: Mapping[str, nw.dtypes.DType], asked: Asked) -> list[Check]:
    """Everything that may be wrong with the answers in some columns."""
    findings = asked.book.vocabulary.findings
    answers = {id_: read(findings[id_], dtype, asked) for id_, dtype in schema.items()}
    checks = [check for id_, dtype in schema.items() for check in _checks(findings[id_], dtype, answers[id_], asked)]
    return [*checks, *_contradictions(answers, asked), *_impossible(answers, asked)]


def _checks(finding: Finding, dtype: nw.dtypes.DType, answers: nw.Expr | None, asked: Asked) -> list[Check]:
    """What may be wrong with the answers to one finding; at most one test is true in a row."""
    column = nw.col(finding.id)
    if answers is None:
        return [Check(finding.id, f"of type {dtype}", hint_for(finding, dtype), ~column.is_null())]
    if isinstance(finding, Choice):
        stranger = ~answers.is_in(list(finding.options))
        return [Check(finding.id, "no option", f"options: {', '.join(finding.options)}", stranger)]
    checks = []
    if asked.from_text and isinstance(dtype, nw.String):
        what = "no yes or no" if isinstance(finding, YesNo) else "no whole number" if finding.integer else "no number"
        hint = "give true or false" if isinstance(finding, YesNo) else _wanted(finding)
        checks.append(Check(finding.id, what, hint, ~_legible(finding, column)))
        dtype = nw.Float64()
    return checks + (_number_checks(finding, dtype, answers) if isinstance(finding, Number) else [])


def hint_for(finding: Finding, dtype: nw.dtypes.DType | None = None) -> str:
    """What a column has to hold, and how one of another type comes to it."""
    if not isinstance(finding, Number):
        return "give Booleans" if isinstance(finding, YesNo) else "give text"
    if not finding.integer:
        return "give numbers"
    if isinstance(dtype, nw.Decimal):
        return "give whole numbers: cast it to integers"
    from_pandas = dtype is not None and dtype.is_float()
    return "give whole numbers" + (_FROM_PANDAS if from_pandas else "")


def _wanted(finding: Number) -> str:
    return f"give {finding.unit}, {finding.range}"


def _number_checks(finding: Number, dtype: nw.dtypes.DType, column: nw.Expr) -> list[Check]:
    outside = (column < finding.minimum) | (column > finding.maximum)
    checks = []
    if dtype.is_float():
        unusable = "leave it out, or give a null, if it is not known"
        checks.append(Check(finding.id, "not a number that can be used", unusable, column.is_nan()))
        outside = ~column.is_nan() & outside
    checks.append(Check(finding.id, "out of range", _wanted(finding), outside))
    if finding.step != 1 or not dtype.is_integer():
        inside = (column >= finding.minimum) & (column <= finding.maximum)
        step = "not a whole number" if finding.step == 1 else f"not a multiple of {finding.step:g}"
        checks.append(Check(finding.id, step, _wanted(finding), inside & (column % finding.step != 0)))
    return checks


def _contradictions(answers: Mapping[str, nw.Expr | None], asked: Asked) -> list[Check]:
    """What an answer says is present and was answered absent, as ``Vocabulary.close`` finds it."""
    words = asked.book.vocabulary
    checks = []
    for id_, consequences in words.says.items():
        if (answer := answers.get(id_)) is None:
            continue
        yes_no = id_ in words.yes_no
        said = answer if yes_no else ~answer.is_null()
        for other in consequences:
            absent = _absent(other, id_, answers, asked)
            why = "which it implies" if other in words.implied.get(id_, ()) else NOT_ASKED
            what = f"{'present' if yes_no else 'answered'}, but `{other}`, {why}, is absent"
            if absent is not False:
                checks.append(Check(id_, what, "change one of them", said if absent is True else said & absent))
    return checks


def _impossible(answers: Mapping[str, nw.Expr | None], asked: Asked) -> Iterator[Check]:
    """Numbers that exceed others more than they can, each by itself being an answer."""
    findings = asked.book.vocabulary.findings
    for pair in asked.book.vocabulary.ceilings:
        value, other = answers.get(pair.finding), answers.get(pair.of)
        number, above = findings[pair.finding], findings[pair.of]
        if value is None or other is None or not (isinstance(number, Number) and isinstance(above, Number)):
            continue
        value, other = value.cast(nw.Float64), other.cast(nw.Float64)  # whole numbers of few bits do not hold the limit
        answered = (value <= number.maximum) & (other >= above.minimum)
        what = f"more than `{pair.of}` allows"
        yield Check(pair.finding, what, "change one of them", answered & (value > (other + pair.begun) * pair.factor))


def _absent(finding: str, beside: str, answers: Mapping[str, nw.Expr | None], asked: Asked) -> nw.Expr | bool:
    """Whether a finding is answered absent, alone or with a checklist that another is not in."""
    findings = asked.book.vocabulary.findings
    checklist = findings[finding].checklist
    denied = checklist in asked.denied and checklist != findings[beside].checklist
    if finding not in answers:
        return denied
    answer = answers[finding]
    return False if answer is None else ~answer  # null in every row: not sure, as it is in one
