"""assess() for many people at once: one row a person, one column a finding, in the frame's own engine."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, TypedDict, TypeVar

from ...errors import MissingExtra, Problem, shown
from ...findings.door import Door, listed
from ...rulebook.reading import rulebook_of

if TYPE_CHECKING:
    from types import ModuleType
    from typing import Unpack

    from ...rulebook.book import RuleBook
    from .column_checks import Asked

FrameT = TypeVar("FrameT")


class Options(TypedDict, total=False):
    """What may be asked of a frame; see :func:`assess_frame`."""

    denies: Iterable[str]
    keep: Iterable[str]
    trace: bool
    doses: bool
    errors: Literal["raise", "column"]
    rulebook: RuleBook | None


def assess_frame(
    frame: FrameT,
    *,
    denies: Iterable[str] = (),
    keep: Iterable[str] = (),
    trace: bool = False,
    doses: bool = False,
    errors: Literal["raise", "column"] = "raise",
    rulebook: RuleBook | None = None,
) -> FrameT:
    """What the rules say about everybody in a frame. Every row equals ``assess()`` of that row, a null being ``None``.

    Args:
        frame: A Polars DataFrame or LazyFrame, DuckDB relation, PySpark DataFrame, pandas DataFrame or PyArrow table,
            or one of them in Narwhals: one row a person, one column a finding.
        denies: Checklists of which everything that has no column is absent, in every row.
        keep: Columns to keep as they are, first in the result; they need not be findings.
        trace: Add a nullable Boolean column for every rule, under its id.
        doses: Add every dose, null where the exercise is not allowed: ``<exercise>_<figure>`` to start with,
            ``<exercise>_<figure>_ceiling``, and ``<exercise>_<choice>_<option>``, whether that option is left.
        errors: ``raise``, or ``column``: a text column ``problems``, and nothing is known of a person who has any.
        rulebook: The rulebook; the default one if left out.

    Returns:
        A frame of the same kind, a lazy one still lazy: ``at_least``, ``could_be``, ``urgency`` (null until settled),
        ``referral`` (the level at which to see somebody; null where there is nobody to see), a status for each
        exercise, and for each caution whether it holds, null where it may.

    Raises:
        ProfileError: With every problem of the columns; ``raise`` counts the rows, in one pass over the frame.
        MissingExtra: If Narwhals, or what the frame needs beside it, is not installed.

    >>> import backtriage as bt, polars as pl
    >>> people = pl.DataFrame({"patient": ["a", "b"], "age": [50, 41], "new_bladder_change": [True, None]})
    >>> bt.assess_frame(people, keep=["patient"]).select("patient", "urgency", "could_be", "bridge").rows()
    [('a', 'emergency', 'emergency', 'excluded'), ('b', None, 'emergency', 'withheld')]
    """
    kind = type(frame).__module__.partition(".")[0]
    asked = asked_for(
        {"pyspark": "spark", "pandas": "pandas"}.get(kind, "frames"),
        denies=denies,
        keep=keep,
        trace=trace,
        doses=doses,
        errors=errors,
        rulebook=rulebook,
    )
    import narwhals  # noqa: PLC0415 - an extra

    native = narwhals.to_native(frame, pass_through=True)
    result = _assessed(native, asked)
    if native is frame:
        return result  # type: ignore[no-any-return]  # a frame of its own kind
    wrapped: FrameT = getattr(sys.modules[type(frame).__module__], "from_native", narwhals.from_native)(result)
    return wrapped


def _assessed(native: Any, asked: Asked) -> Any:
    from narwhals import dependencies  # noqa: PLC0415 - an extra

    from .framing import assessed  # noqa: PLC0415 - as above

    if dependencies.is_pandas_dataframe(native):
        polars, pandas, arrow = (_needed(package, "pandas") for package in ("polars", "pandas", "pyarrow"))
        from .by_column import through_pandas  # noqa: PLC0415 - as above

        return through_pandas(native, asked, polars, pandas, arrow)
    if dependencies.is_pyarrow_table(native):
        polars, arrow = _needed("polars", "frames"), _needed("pyarrow", "frames")
        from .by_column import through_arrow  # noqa: PLC0415 - as above

        return through_arrow(native, asked, polars, arrow)
    return assessed(native, asked)


def asked_for(extra: str, **options: Unpack[Options]) -> Asked:
    """What some options ask.

    Raises:
        ValueError: If ``errors`` is neither ``raise`` nor ``column``.
        MissingExtra: If Narwhals, which the extra brings, is not installed.
    """
    errors = options.get("errors", "raise")
    if errors not in ("raise", "column"):
        raise ValueError(f"errors: {shown(errors)} is neither `raise` nor `column`")
    book = rulebook_of(options.get("rulebook"))
    denied, problems = _denied(book, options.get("denies", ()))
    kept, wrong = _names(options.get("keep", ()))
    _needed("narwhals", extra)
    from .column_checks import Asked  # noqa: PLC0415 - an extra

    return Asked(
        book=book,
        denied=denied,
        keep=kept,
        problems=(*problems, *wrong),
        trace=options.get("trace", False),
        doses=options.get("doses", False),
        as_column=errors == "column",
    )


def _needed(package: str, extra: str) -> ModuleType:
    if importlib.util.find_spec(package) is None:
        raise MissingExtra(package, extra)
    return importlib.import_module(package)


def _denied(book: RuleBook, denies: Iterable[str]) -> tuple[frozenset[str], list[Problem]]:
    door = Door(book.vocabulary)
    door.deny(denies)
    return frozenset(door.denied), door.problems


def _names(keep: Iterable[str]) -> tuple[tuple[str, ...], list[Problem]]:
    names = listed(keep)
    if names is None or not all(isinstance(name, str) for name in names):
        what = f"{shown(keep)} is not a list of names"
        return (), [Problem(where="keep", what=what, hint='as in keep=["patient_id"]')]
    return tuple(dict.fromkeys(map(str, names))), []
