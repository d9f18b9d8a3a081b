"""A table in a file, as a stream: what a path names and nothing else, and in it everybody once."""

from __future__ import annotations

import codecs
import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from ...errors import ProfileError

if TYPE_CHECKING:
    import polars as pl

PARQUET: Final = ".parquet"
CSV: Final = ".csv"
_GZIP: Final = b"\x1f\x8b"
"""How a packed file begins. Polars unpacks it, whatever its name is; what looks like blank lines in it are none."""
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def kind_of(path: Path) -> str:
    """How a table is written, by the end of its file's name in any letters.

    Raises:
        ProfileError: If it is neither Parquet nor CSV.

    >>> kind_of(Path("PEOPLE.CSV"))
    '.csv'
    """
    kind = path.suffix.lower()
    if kind not in (PARQUET, CSV):
        raise ProfileError.of(str(path), "neither Parquet nor CSV", "as in people.parquet")
    return kind


@contextlib.contextmanager
def scanned(source: Path, beside: Path) -> Iterator[pl.LazyFrame]:
    """A table to be read while it is open; that of a CSV file is text, an empty field a null.

    Args:
        source: The file. Brackets and asterisks in its name are letters.
        beside: The folder where a copy may be kept, without a name.

    Raises:
        ProfileError: If it is not written in UTF-8.
    """
    import polars as pl  # noqa: PLC0415 - an extra

    source = source.absolute()  # a first ~ is a letter, too
    if kind_of(source) == PARQUET:
        yield pl.scan_parquet(source, glob=False)
        return
    with contextlib.ExitStack() as opened:
        text = opened.enter_context(source.open("rb"))
        begins = text.read(2)
        if begins in _UTF_16:
            raise ProfileError.of(str(source), "UTF-16, not UTF-8", "save it as UTF-8")
        alone = len(_csv(source).collect_schema()) == 1  # an empty line is the empty field of somebody
        if alone or begins == _GZIP or not _has_blank_lines(text):
            yield _csv(source)
            return
        copy = opened.enter_context(tempfile.TemporaryFile(dir=beside))
        _copy(text, copy)
        yield _csv(copy)


def _csv(source: Path | IO[bytes]) -> pl.LazyFrame:
    import polars as pl  # noqa: PLC0415 - an extra

    return pl.scan_csv(source, infer_schema=False, glob=False, null_values="")


def _has_blank_lines(text: IO[bytes]) -> bool:
    text.seek(0)
    return any(map(bytes.isspace, text))


def _copy(text: IO[bytes], copy: IO[bytes]) -> None:
    """Copy a CSV file without its blank lines, which Polars reads as rows of nulls; those within quotes stay."""
    text.seek(0)
    quoted = False
    for line in text:
        if quoted or not line.isspace():
            copy.write(line)
        quoted ^= line.count(b'"') % 2 == 1
    copy.seek(0)
