"""Profiles that the command line reads, and the exit code that their assessment has."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Final

from ...assessment import Assessment
from ...errors import ProfileError, streams
from ...findings.strict_json import decoded, read_json
from ...rulebook.reading.files import too_long
from ...rulebook.rules import Urgency

MAX_PROFILE_BYTES: Final = 1_000_000
EXIT_NOT_SETTLED: Final = 50
EXIT_CODES: Final = {
    Urgency.SELF_CARE: 0,
    Urgency.ROUTINE: 10,
    Urgency.SOON: 20,
    Urgency.SAME_DAY: 30,
    Urgency.EMERGENCY: 40,
}


def exit_code(assessment: Assessment) -> int:
    """The exit code for an assessment: 0 only where self-care is settled."""
    return EXIT_CODES[assessment.urgency] if assessment.urgency else EXIT_NOT_SETTLED


def read_profile(path: str) -> dict[str, object]:
    """The answers in a TOML or JSON file, or on standard input for ``-``.

    Raises:
        ProfileError: If it is neither, too large, puts answers into a table, or gives a key twice.
        OSError: If it cannot be read.
    """
    if path == "-":
        data = streams.source().buffer.read(MAX_PROFILE_BYTES + 1)
    else:
        with Path(path).open("rb") as file:
            data = file.read(MAX_PROFILE_BYTES + 1)
    if len(data) > MAX_PROFILE_BYTES:
        raise ProfileError.of(path, "too large for a profile", f"at most {MAX_PROFILE_BYTES} bytes")
    answers = _answers(path, data)
    for name, value in answers.items():
        if isinstance(value, dict) or (isinstance(value, list) and dict in map(type, value)):
            raise ProfileError.of(name, "a table of answers", "a profile has none: give each answer by itself")
    return answers


def _answers(path: str, data: bytes) -> dict[str, object]:
    what = "a key or number that is far too long"
    try:
        text = decoded(data)
        first = text.lstrip()[:1]
        if first == "{" or (first == "[" and _is_json(text)):
            return read_json(text)
        if not too_long(text):
            return tomllib.loads(text)
    except ProfileError:
        raise
    except (ValueError, RecursionError) as error:
        what = f"neither JSON nor TOML: {str(error)[:120]}"
    raise ProfileError.of(path, what)


def _is_json(text: str) -> bool:
    """Whether what begins with a bracket is a list of JSON, not the first table of a TOML file."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
