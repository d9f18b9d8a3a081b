"""Text as it lies in files, and JSON objects in which no key is given twice."""

from __future__ import annotations

import codecs
import json
from collections import Counter
from collections.abc import Callable

from ..errors import Problem, ProfileError, label, shown


def decoded(data: bytes) -> str:
    r"""A file in UTF-8 as text. A byte order mark is no part of it.

    Raises:
        ValueError: If it is not UTF-8.

    >>> decoded(b"\xef\xbb\xbfage = 41")
    'age = 41'
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ValueError("UTF-16, not UTF-8")
    return data.decode("utf-8-sig")


def read_json(text: str | bytes) -> dict[str, object]:
    """A JSON object in which no key is given twice.

    Raises:
        ProfileError: With every problem found.
    """
    if not isinstance(text, str | bytes | bytearray):
        raise ProfileError.of("profile", f"{shown(text)} is no JSON text", "from_dict() takes a mapping")
    problems: list[Problem] = []
    try:
        text = decoded(text) if isinstance(text, bytes) else text.removeprefix("\ufeff")
        data: object = json.loads(text, object_pairs_hook=given_once(problems))
    except (ValueError, RecursionError) as error:
        raise ProfileError.of("profile", f"not JSON: {str(error)[:120]}") from None
    if not isinstance(data, dict):
        problems.append(Problem(where="profile", what="not a JSON object", hint='as in {"age": 41}'))
    if problems or not isinstance(data, dict):
        raise ProfileError(problems)
    return data


def given_once(problems: list[Problem]) -> Callable[[list[tuple[str, object]]], dict[str, object]]:
    """What makes a mapping of the pairs of a JSON object, and adds every key that is given twice to the problems."""

    def mapping(pairs: list[tuple[str, object]]) -> dict[str, object]:
        data = dict(pairs)
        if len(data) < len(pairs):
            counted = Counter(name for name, _ in pairs)
            twice = [name for name, count in counted.items() if count > 1]
            problems.extend(Problem(where=label(name), what="given twice", hint="give it once") for name in twice)
        return data

    return mapping
