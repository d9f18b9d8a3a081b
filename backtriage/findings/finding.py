"""What can be known about a person: findings, the checklists they are asked in, and what one answer says about
others."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar, Final, TypeAlias

import attrs

from ..errors import shown
from .conditions import Condition, Value
from .frozen import frozen
from .ranked import Named

_TWO: Final = "an answer is present, absent or unknown: compare it with `is`"


class Answer(Named):
    """The answer to a yes/no finding. It has three values, so it refuses to be read as two, or compared with one.

    >>> import backtriage as bt
    >>> bt.Profile(fever_or_shivers=False)["fever_or_shivers"]
    <Answer.ABSENT: 'absent'>
    >>> bool(bt.Answer.UNKNOWN)
    Traceback (most recent call last):
    TypeError: an answer is present, absent or unknown: compare it with `is`
    >>> bt.Answer.PRESENT == "present"
    True
    """

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        raise TypeError(_TWO)

    def __eq__(self, other: object) -> bool:
        if type(other).__name__ in ("bool", "bool_"):  # NumPy's, of either version, too
            raise TypeError(_TWO)
        return super().__eq__(other)

    __hash__ = Named.__hash__


@attrs.frozen(kw_only=True)
class _Finding:
    """What every finding has.

    Attributes:
        id: Its name in profiles and conditions.
        text: The question, or the line of its checklist.
        help: How to understand the question; may be empty.
        red_flag: Its presence must never calm anybody.
        checklist: The id of the checklist it is asked in, if any.
        asked_if: The gate: asked only if this holds.
    """

    id: str
    text: str
    help: str = ""
    red_flag: bool = False
    checklist: str | None = None
    asked_if: Condition | None = None

    def kept(self, value: Value) -> Value:
        """A valid answer in the one form in which it is kept."""
        return value


@attrs.frozen(kw_only=True)
class YesNo(_Finding):
    """A finding that is present or absent.

    Attributes:
        implies: Findings that are present whenever this one is.
        reported: Never asked for safety: not said is absent; said, or "not sure", counts as it is said.
        clearance: Something a professional has said or done; never denied as part of a list.
    """

    kind: ClassVar[str] = "yes_no"
    implies: tuple[str, ...] = ()
    reported: bool = False
    clearance: bool = False

    def problem_with(self, value: object) -> tuple[str, str] | None:
        """What is wrong with an answer and what to do about it, or nothing."""
        if type(value) is bool:
            return None
        return f"{shown(value)} is not a yes or no", "give True, False or None" + _numpy_hint(value)


def _without_fraction(number: float) -> float:
    """A whole number as the ``int`` it is, as people and JSON Schema write it."""
    return int(number) if float(number).is_integer() else number


@attrs.frozen(kw_only=True)
class Number(_Finding):
    """A finding that is a number.

    Attributes:
        unit: What it counts.
        minimum: The least value that makes sense.
        maximum: The greatest.
        step: Answers are multiples of this; a step of whole numbers asks for an ``int``.
        at_most: The id of a number that this one cannot exceed; empty for none. In another unit of time, one that is
            longer, it counts as begun: at 5 somebody has lived for less than 6 years.
    """

    kind: ClassVar[str] = "number"
    implies: ClassVar[tuple[str, ...]] = ()
    reported: ClassVar[bool] = False
    clearance: ClassVar[bool] = False
    unit: str
    minimum: float = attrs.field(converter=_without_fraction)
    maximum: float = attrs.field(converter=_without_fraction)
    step: float = attrs.field(default=1, converter=_without_fraction)
    at_most: str = ""

    @property
    def integer(self) -> bool:
        return float(self.step).is_integer()

    def kept(self, value: Value) -> Value:
        """A valid answer in the one form in which it is kept: 12 and 12.0 are the same, and so are 0.0 and -0.0."""
        return value if self.integer else float(value) + 0.0

    @property
    def range(self) -> str:
        return f"{self.minimum:g} to {self.maximum:g}"

    def problem_with(self, value: object) -> tuple[str, str] | None:
        """What is wrong with an answer and what to do about it, or nothing."""
        wanted = f"give {self.unit}, {self.range}"
        if type(value) is float and not math.isfinite(value):
            return f"{shown(value)} is not a number that can be used", "leave it out, or give None, if it is not known"
        if type(value) is not int and type(value) is not float:
            return f"{shown(value)} is not a number", wanted + _numpy_hint(value)
        if self.integer and type(value) is float:
            return f"{shown(value)} is not a whole number", wanted
        if not self.minimum <= value <= self.maximum:
            return f"{shown(value)} is out of range", wanted
        if value % self.step:
            return f"{shown(value)} is not a multiple of {self.step:g}", wanted
        return None


@attrs.frozen(kw_only=True)
class Choice(_Finding):
    """A finding that is one of some options.

    Attributes:
        options: Option id to the words a person sees.
    """

    kind: ClassVar[str] = "choice"
    implies: ClassVar[tuple[str, ...]] = ()
    reported: ClassVar[bool] = False
    clearance: ClassVar[bool] = False
    options: Mapping[str, str] = attrs.field(converter=frozen)

    def problem_with(self, value: object) -> tuple[str, str] | None:
        """What is wrong with an answer and what to do about it, or nothing."""
        if type(value) is str and value in self.options:
            return None
        return f"{shown(value)} is no option", f"options: {', '.join(self.options)}" + _numpy_hint(value)


Finding: TypeAlias = YesNo | Number | Choice


def _numpy_hint(value: object) -> str:
    """The hint for a NumPy scalar, told by where its class comes from: NumPy itself is never imported."""
    return " (a NumPy scalar: call .item() on it)" if type(value).__module__ == "numpy" else ""


@attrs.frozen(kw_only=True)
class Checklist:
    """At most nine yes/no findings asked as one question: which of these? none? not sure?

    Attributes:
        id: Its name, as given to ``denies``.
        question: What is asked.
        help: How to understand it; may be empty.
        findings: The ids of its findings, in order.
        asked_if: The gate of all of them.
        one_by_one: Who is not sure of it as a whole is asked its findings one at a time.
    """

    id: str
    question: str
    help: str = ""
    findings: tuple[str, ...]
    asked_if: Condition | None = None
    one_by_one: bool = False
