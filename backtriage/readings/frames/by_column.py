"""pandas and PyArrow: the answers are read into Polars, each column by itself; those to keep never leave the frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from ...errors import Problem, ProfileError
from .column_checks import Asked, hint_for
from .framing import assessed, checked_names

if TYPE_CHECKING:
    from types import ModuleType

_ROW: Final = "row of the frame"


def through_pandas(frame: Any, asked: Asked, polars: ModuleType, pandas: ModuleType, arrow: ModuleType) -> Any:
    """The result for a pandas frame: NaN becomes null, whole floats are whole numbers."""

    def read(finding: str) -> Any:
        return arrow.array(frame[finding], from_pandas=True)

    people = _people(list(frame.columns), len(frame), read, asked, polars)
    result = assessed(people, asked.of_answers(_ROW, whole_floats=True)).drop(_ROW).to_pandas()
    result.index = frame.index
    return pandas.concat([frame[list(asked.keep)], result], axis="columns")


def through_arrow(table: Any, asked: Asked, polars: ModuleType, arrow: ModuleType) -> Any:
    """The result for a PyArrow table."""
    people = _people(table.column_names, table.num_rows, table.column, asked, polars)
    result = assessed(people, asked.of_answers(_ROW, whole_floats=False)).drop(_ROW).to_arrow()
    kept = table.select(list(asked.keep))
    return arrow.Table.from_arrays(
        [*kept.columns, *result.columns], schema=arrow.schema([*kept.schema, *result.schema])
    )


def _people(names: Sequence[object], rows: int, read: Callable[[str], Any], asked: Asked, polars: ModuleType) -> Any:
    """The answers as a Polars frame, with a column that counts its rows.

    Raises:
        ProfileError: If columns cannot be read, as those are that hold several kinds of things.
    """
    columns: dict[str, Any] = {}
    unread: list[Problem] = []
    for finding in checked_names(names, asked):
        try:
            columns[finding] = polars.from_arrow(read(finding))
        except (Exception, polars.exceptions.PanicException) as error:  # noqa: BLE001 - whatever a column may hold
            hint = hint_for(asked.book.vocabulary.findings[finding])
            unread.append(Problem(where=finding, what=f"cannot be read: {_first_line(error)}", hint=hint))
    if unread:
        raise ProfileError(unread)
    return polars.DataFrame({**columns, _ROW: polars.arange(rows, eager=True)})


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)[:120]
