"""The standard streams of a command, whatever they are: closed, full, broken, or of a code page that lacks a letter.

No answer and no exit code is lost to them.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import json
import os
import sys
from typing import Final, TextIO

from . import ProfileError

EXIT_FAILED: Final = 3
_LEGIBLE: Final = "backtriage.legible"
"""The name of what stands for a letter that a code page lacks."""


def prepare() -> None:
    r"""Make the standard streams fit for any answer.

    A letter that the code page of an output lacks is written as JSON writes it, as in ``h\u00f4pital``: a person can
    still read the text, JSON says the same as before, and whatever reads the output gets the code page it expects.
    """
    codecs.register_error(_LEGIBLE, _legible)
    if sys.stdin is None:  # the next file that is opened would get its number
        os.open(os.devnull, os.O_RDONLY)
    sys.stdout = _fit(sys.stdout)
    sys.stderr = _fit(sys.stderr)


def source() -> TextIO:
    """Standard input.

    Raises:
        ProfileError: If it is closed.
    """
    if sys.stdin is None:
        raise ProfileError.of("standard input", "closed", "the answers are read from it")
    return sys.stdin


def answered(text: str, code: int) -> int:
    """Print the answer that an exit code stands for.

    Returns:
        The code. It is the same for whoever reads no further, and never 0 where nothing can be written.
    """
    try:
        print(text, flush=True)
    except BrokenPipeError:
        silence(sys.stdout)
    except OSError as error:
        silence(sys.stdout)
        tell(f"standard output: {error.strerror}", sys.stderr)
        return code or EXIT_FAILED
    return code


def tell(text: object, out: TextIO, end: str = "\n") -> None:
    """Print what nothing depends on, as far as anybody can be told."""
    try:
        print(text, end=end, file=out, flush=True)
    except OSError:
        silence(out)


def silence(out: TextIO) -> None:
    """Let everything that is still to be written vanish: what cannot be would be tried again at the end."""
    with contextlib.suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, out.fileno())
        os.close(nowhere)


def _fit(stream: TextIO | None) -> TextIO:
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - it stays open
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors=_LEGIBLE)
    return stream


def _legible(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end
