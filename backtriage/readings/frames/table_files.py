"""Tables too large for memory: read, assessed and written as a stream, and written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import threading
import time
from collections.abc import Iterator
from io import RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

import attrs

from ...errors import MissingExtra, ProfileError
from ...errors.streams import tell
from . import Options, asked_for
from .table_sources import CSV, kind_of, scanned

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from typing import Self, Unpack

    import polars as pl

_NO_ROOM: Final = frozenset((errno.ENOSPC, errno.EFBIG, errno.EDQUOT))
_A_LITTLE: Final = 2**16
_NO_DETOUR: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_SYSTEM_ERROR: Final = re.compile(r"os error (\d+)")
"""How Polars names the system's error, whatever it wraps it in."""


def assess_table(
    source: Path | str, target: Path | str, *, progress: TextIO | None = None, **options: Unpack[Options]
) -> int:
    """Assess everybody in a Parquet or CSV file into another one.

    The result is written beside the target and renamed when it is whole: until then an older one stays as it is. A run
    that was killed leaves what it has written, hidden, under a name of the target's, which the next run takes over.

    Args:
        source: The table to read. In a CSV file an empty field is a null, and yes or no is ``true`` or ``false``.
        target: The table to write; it may be the same.
        progress: Where to tell how far it is; nowhere if left out.
        **options: As in :func:`assess_frame`. Columns kept from a CSV file are the text they are there.

    Returns:
        The number of rows.

    Raises:
        ProfileError: If the table cannot be used.
        OSError: If it cannot be read or written, or another run is writing the target.
        MissingExtra: If Polars or Narwhals is not installed.
    """
    try:
        import polars as pl  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingExtra("polars", "frames") from None
    asked = asked_for("frames", **options)
    from .framing import assessed  # noqa: PLC0415 - an extra

    source, target = Path(source), Path(target).resolve()
    text, written = kind_of(source) == CSV, kind_of(target)
    with _told_of(pl, source, target), scanned(source, target.parent) as table:
        rows = table.select(pl.len()).collect(engine="streaming").item()
        people = assessed(table, attrs.evolve(asked, from_text=text))
        schema = people.collect_schema()
        with _partial(target) as partial, _Telling(progress, rows) as telling:
            counted = people.map_batches(telling.count, streamable=True, schema=schema)
            if written == CSV:
                counted.sink_csv(partial, engine="streaming")
            else:
                counted.sink_parquet(partial, engine="streaming")
    return telling.total


@contextlib.contextmanager
def _told_of(pl: Any, source: Path, target: Path) -> Iterator[None]:
    """What Polars finds wrong with a table, as a problem of ours; a disk that is full, as that of the target.

    Raises:
        ProfileError: If the table cannot be read.
        OSError: If there is no room for the other one.
    """
    try:
        yield
    except (pl.exceptions.PolarsError, OSError) as error:
        found = _SYSTEM_ERROR.search(str(error))
        code = int(found.group(1)) if found else 0
        if code in _NO_ROOM:
            raise OSError(code, os.strerror(code), str(target)) from None
        if isinstance(error, OSError):
            raise
        lines = str(error).strip().splitlines() or ["cannot be read"]
        raise ProfileError.of(str(source), lines[0][:200]) from None


@contextlib.contextmanager
def _partial(target: Path) -> Iterator[RawIOBase]:
    """A file beside the target that takes its place when everything has gone well, and is removed otherwise.

    Raises:
        OSError: If another run is writing it, or something else has its name.
    """
    partial = target.with_name(f".{target.name}.partial")
    with open(partial, "ab", buffering=0, opener=_ours) as file:
        _lock(file, partial)
        try:
            file.truncate(0)
            yield file
            os.fsync(file.fileno())
            if fcntl is None:  # Windows renames no file that is open; elsewhere the lock is held until it is done
                file.close()
            partial.replace(target)
        except BaseException:
            no_room = None if file.closed else _no_room(file, target)
            partial.unlink(missing_ok=True)
            if no_room:
                raise no_room from None
            raise


def _ours(path: str, flags: int) -> int:
    """Open the file that a run writes, be it a new one or what a killed run has left.

    Raises:
        FileExistsError: If its name is that of a link or a pipe, which lead to what is not ours.
    """
    if not Path(path).is_symlink():
        file = os.open(path, flags | _NO_DETOUR, 0o666)
        status = os.fstat(file)
        if stat.S_ISREG(status.st_mode) and status.st_nlink <= 1:
            return file
        os.close(file)
    raise FileExistsError(errno.EEXIST, "a link or pipe has the name of the unfinished table; remove it", path)


def _no_room(file: RawIOBase, target: Path) -> OSError | None:
    """What the system says to a little more, where Polars does not say why it could not write."""
    try:
        file.write(bytes(_A_LITTLE))
    except OSError as error:
        if error.errno in _NO_ROOM:
            return OSError(error.errno, os.strerror(error.errno), str(target))
    return None


def _lock(file: RawIOBase, partial: Path) -> None:
    """Keep other runs from a file for as long as it is open; the lock of a killed process is gone with it."""
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        mine = partial.exists() and os.path.samestat(os.fstat(file.fileno()), partial.lstat())
    except BlockingIOError:
        mine = False
    if not mine:
        raise BlockingIOError(errno.EAGAIN, "another run is writing it", str(partial))


class _Telling:
    """Tells how many rows are done, twice a second on a terminal and every ten seconds elsewhere."""

    def __init__(self, out: TextIO | None, total: int) -> None:
        self.total = total
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
                tell(f"\r{self.total:,} rows in {seconds:.1f} seconds", self._out)
            elif self._out.isatty():
                tell("", self._out)

    def _tell(self) -> None:
        end, pause = ("", 0.5) if self._out and self._out.isatty() else ("\n", 10)
        while not self._ended.wait(pause):
            share = f" ({self._done / self.total:.0%})" if self.total else ""
            if self._out:
                tell(f"\r{self._done:,} of {self.total:,} rows{share}", self._out, end=end)
