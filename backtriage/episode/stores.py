"""Where episodes are kept, if somebody wants them kept: files, or one SQLite database. Lines are only ever added.

What has been added is on the disk and whole, or it is not there. Two processes that add to one episode at the same time
cannot both go on from the same line: the second one is told so, reads again, and decides anew.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from ..errors import BacktriageError, ProfileError, shown
from .lines import BEGINNING, EpisodeLine, read_line

try:
    import fcntl
except ImportError:  # Windows: a lock file of one byte would be needed; SQLite has its own
    fcntl = None  # type: ignore[assignment]

_TABLE: Final = """\
CREATE TABLE IF NOT EXISTS lines
(episode TEXT, number INTEGER, line TEXT, PRIMARY KEY (episode, number)) WITHOUT ROWID"""
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")


class StaleEpisode(BacktriageError):  # noqa: N818 - reads as what it says
    """Somebody else has added to the episode since it was read: read it again.

    >>> import tempfile
    >>> import backtriage as bt
    >>> from datetime import UTC, datetime
    >>> store = bt.FileStore(tempfile.mkdtemp())
    >>> episode = bt.Episode.begin().contact({"age": 41}, at=datetime(2026, 12, 1, 9, tzinfo=UTC))
    >>> store.add("p1", episode.lines[0])
    >>> store.add("p1", episode.lines[0])
    Traceback (most recent call last):
    backtriage.episode.stores.StaleEpisode: the episode has gone on since it was read: read it again
    """


class EpisodeStore(Protocol):
    """What keeps episodes. An id is letters, digits, ``_`` and ``-``.

    >>> import tempfile
    >>> import backtriage as bt
    >>> store: bt.EpisodeStore = bt.FileStore(tempfile.mkdtemp())
    >>> store.lines("p1")
    ()
    """

    def lines(self, episode: str, /) -> tuple[str, ...]:
        """The lines of an episode, in order; none if there is no such episode."""

    def add(self, episode: str, line: EpisodeLine, /) -> None:
        """Add a line.

        Raises:
            StaleEpisode: If it does not go on from the last line that is kept.
        """

    def forget(self, episode: str, /) -> None:
        """Leave nothing of an episode."""


class FileStore:
    """A folder with a file for every episode, which only their owner can read.

    >>> import tempfile
    >>> import backtriage as bt
    >>> from datetime import UTC, datetime
    >>> store = FileStore(Path(tempfile.mkdtemp()))
    >>> episode = bt.Episode.begin().contact({"age": 41}, at=datetime(2026, 12, 1, 9, tzinfo=UTC))
    >>> store.add("p1", episode.lines[-1])
    >>> bt.Episode.from_lines(store.lines("p1")) == episode
    True
    """

    def __init__(self, folder: Path | str) -> None:
        self._folder = Path(folder)

    def lines(self, episode: str, /) -> tuple[str, ...]:
        try:
            with self._path(episode).open("rb") as file:
                return _whole(file.read())
        except FileNotFoundError:
            return ()

    def add(self, episode: str, line: EpisodeLine, /) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
        number = os.open(self._path(episode), flags, 0o600)
        with os.fdopen(number, "r+b", buffering=0) as file:
            if fcntl is not None:
                fcntl.flock(file, fcntl.LOCK_EX)
            kept = _read_all(file.fileno())
            whole = _whole(kept)
            _goes_on(whole, line)
            size = sum(len(text.encode()) + 1 for text in whole)
            if size < len(kept):  # the end of a line that somebody was killed in the middle of
                os.truncate(file.fileno(), size)
            data = f"{line.to_json()}\n".encode()
            try:
                _write_all(file.fileno(), data)
            except OSError:
                os.truncate(file.fileno(), size)
                raise

    def forget(self, episode: str, /) -> None:
        path = self._path(episode)
        try:
            size = path.stat().st_size
            with path.open("r+b") as file:  # what a disk may still hold is written over first
                file.write(b"\0" * size)
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        except FileNotFoundError:
            return

    def _path(self, episode: str) -> Path:
        return self._folder / f"{_checked(episode)}.jsonl"


class SQLiteStore:
    """A database file with the lines of all episodes.

    >>> import tempfile
    >>> SQLiteStore(Path(tempfile.mkdtemp()) / "episodes.sqlite").lines("p1")
    ()
    """

    def __init__(self, path: Path | str) -> None:
        self._file = Path(path)
        if not self._file.exists():
            os.close(os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600))
        with self._open() as database:
            database.execute(_TABLE)

    def lines(self, episode: str, /) -> tuple[str, ...]:
        with self._open() as database:
            return _kept(database, _checked(episode))

    def add(self, episode: str, line: EpisodeLine, /) -> None:
        with self._open() as database:
            database.execute("BEGIN IMMEDIATE")
            kept = _kept(database, _checked(episode))
            _goes_on(kept, line)
            database.execute("INSERT INTO lines VALUES (?, ?, ?)", (episode, len(kept), line.to_json()))

    def forget(self, episode: str, /) -> None:
        with self._open() as database:
            database.execute("PRAGMA secure_delete = ON")
            database.execute("DELETE FROM lines WHERE episode = ?", (_checked(episode),))
        with self._open() as database:
            database.isolation_level = None
            database.execute("VACUUM")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        database = sqlite3.connect(self._file, timeout=30)
        try:
            database.execute("PRAGMA synchronous = FULL")
            with database:
                yield database
        finally:
            database.close()


def _kept(database: sqlite3.Connection, episode: str) -> tuple[str, ...]:
    rows = database.execute("SELECT line FROM lines WHERE episode = ? ORDER BY number", (episode,))
    return tuple(text for (text,) in rows)


def _checked(episode: object) -> str:
    if isinstance(episode, str) and _ID.fullmatch(episode):
        return episode
    hint = "letters, digits, _ and -, at most 128, a letter or digit first"
    raise ProfileError.of("episode", f"{shown(episode)} is no id", hint)


def _whole(data: bytes) -> tuple[str, ...]:
    """The lines that are whole: the last one is when it has its end."""
    return tuple(text.decode() for text in data.split(b"\n")[:-1])


def _write_all(file: int, data: bytes) -> None:
    """Write it all, to the disk; a disk that is full takes a part at first, and then nothing."""
    while data:
        data = data[os.write(file, data) :]
    os.fsync(file)


def _read_all(file: int) -> bytes:
    os.lseek(file, 0, os.SEEK_SET)
    parts = []
    while part := os.read(file, 1 << 20):
        parts.append(part)
    return b"".join(parts)


def _goes_on(kept: tuple[str, ...], line: EpisodeLine) -> None:
    last = read_line(kept[-1], f"line {len(kept)}").digest if kept else BEGINNING
    if line.before != last:
        raise StaleEpisode("the episode has gone on since it was read: read it again")
