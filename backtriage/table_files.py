"""Tables too large for memory: read, assessed and written as a stream, and written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TextIO

from .errors import MissingExtra, Problem, ProfileError
from .frames import assess_frame
from .loading import default_rulebook

if TYPE_CHECKING:
    from typing import Self

    import polars as pl

    from .rulebook import RuleBook

KINDS: Final = (".parquet", ".csv")


def assess_table(
    source: Path | str,
    target: Path | str,
    *,
    denies: Iterable[str] = (),
    keep: Iterable[str] = (),
    trace: bool = False,
    doses: bool = False,
    errors: Literal["raise", "column"] = "raise",
    rulebook: RuleBook | None = None,
    progress: TextIO | None = None,
) -> int:
    """Assess everybody in a Parquet or CSV file into another one; see :func:`assess_frame` for the columns.

    The result is written beside the target and renamed when it is whole: until then an older one stays as it is.

    Args:
        source: The table to read.
        target: The table to write; it may be the same.
        denies: As in ``assess_frame``, and so are the next ones.
        keep: Columns to keep.
        trace: Add a column for every rule.
        doses: Add the start figures.
        errors: ``raise`` or ``column``.
        rulebook: The rulebook; the default one if left out.
        progress: Where to tell how far it is; nowhere if left out.

    Returns:
        The number of rows.

    Raises:
        ProfileError: If the table cannot be used.
        OSError: If it cannot be read or written.
        MissingExtra: If Polars or Narwhals is not installed.
    """
    try:
        import polars as pl  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingExtra("polars", "frames") from None
    source, target = Path(source), Path(target)
    for path in (source, target):
        if path.suffix not in KINDS:
            raise ProfileError([Problem(where=str(path), what="neither Parquet nor CSV", hint="as in people.parquet")])
    book = rulebook or default_rulebook()
    with _readable(pl, source), _partial(target) as partial, _Telling(progress) as telling:
        table = _scanned(pl, source, book)
        telling.total = table.select(pl.len()).collect(engine="streaming").item()
        people = assess_frame(table, denies=denies, keep=keep, trace=trace, doses=doses, errors=errors, rulebook=book)
        counted = people.map_batches(telling.count, streamable=True, schema=people.collect_schema())
        if target.suffix == ".csv":
            counted.sink_csv(partial, engine="streaming")
        else:
            counted.sink_parquet(partial, engine="streaming")
    return telling.total


def _scanned(pl: Any, source: Path, book: RuleBook) -> pl.LazyFrame:
    """The table, unread; the columns of a CSV file have the types of their findings."""
    if source.suffix == ".parquet":
        return pl.scan_parquet(source)  # type: ignore[no-any-return]  # Polars as a module
    findings = book.vocabulary.findings
    types = {}
    for name in pl.scan_csv(source, infer_schema=False).collect_schema():
        finding = findings.get(name)
        kind = finding.kind if finding else "text"
        number = pl.Int64 if getattr(finding, "integer", False) else pl.Float64
        types[name] = {"yes_no": pl.Boolean, "number": number}.get(kind, pl.String)
    return pl.scan_csv(source, schema=types)  # type: ignore[no-any-return]


@contextlib.contextmanager
def _readable(pl: Any, source: Path) -> Iterator[None]:
    """What Polars finds wrong with a table, as a problem of ours."""
    try:
        yield
    except pl.exceptions.PolarsError as error:
        lines = str(error).strip().splitlines() or ["cannot be read"]
        raise ProfileError([Problem(where=str(source), what=lines[0][:200])]) from None


@contextlib.contextmanager
def _partial(target: Path) -> Iterator[Path]:
    """A file beside the target that takes its place when everything has gone well, and is removed otherwise."""
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        yield partial
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


class _Telling:
    """Tells how many rows are done, twice a second on a terminal and every ten seconds elsewhere."""

    def __init__(self, out: TextIO | None) -> None:
        self.total = 0
        self._out = out
        self._done = 0
        self._start = time.monotonic()
        self._ended = threading.Event()
        self._teller = threading.Thread(target=self._tell, daemon=True)

    def count(self, batch: pl.DataFrame) -> pl.DataFrame:
        """Count a batch that passes by."""
        self._done += batch.height
        return batch

    def __enter__(self) -> Self:
        if self._out:
            self._teller.start()
        return self

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        self._ended.set()
        if self._out:
            self._teller.join()
            seconds = time.monotonic() - self._start
            if not failed:
                print(f"\r{self.total:,} rows in {seconds:.1f} seconds", file=self._out)
            elif self._out.isatty():
                print(file=self._out)

    def _tell(self) -> None:
        end, pause = ("", 0.5) if self._out and self._out.isatty() else ("\n", 10)
        while not self._ended.wait(pause):
            share = f" ({self._done / self.total:.0%})" if self.total else ""
            print(f"\r{self._done:,} of {self.total:,} rows{share}", end=end, file=self._out, flush=True)
