"""Reading a request: its body within limits of size and time, as strict JSON, every key known."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Final, NoReturn

import attrs
from starlette.requests import ClientDisconnect

import backtriage as bt

from ...findings.strict_json import given_once

if TYPE_CHECKING:
    from starlette.requests import Request

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 20
MAX_WAIT: Final = 10.0
"""How long the whole body may take to arrive, in seconds."""
BODY: Final = "body"


class Refused(Exception):  # noqa: N818 - it is an answer, not a fault
    """A request that gets an error status, with the problems that say why.

    Attributes:
        status: The HTTP status, 400 to 599.
        problems: What is wrong.
        also: More to say in the same answer.
    """

    def __init__(self, status: int, problems: Collection[bt.Problem], **also: Any) -> None:
        self.status, self.problems, self.also = status, tuple(problems), also
        super().__init__(status)


def refuse(status: int, where: str, what: str, hint: str = "") -> NoReturn:
    """Refuse a request for one reason.

    Raises:
        Refused: Always.
    """
    raise Refused(status, [bt.Problem(where=where, what=what, hint=hint)])


async def body_of(request: Request, allowed: Collection[str]) -> tuple[dict[str, Any], int]:
    """The JSON object in the body of a request, and how many bytes it took.

    Args:
        request: The request.
        allowed: The keys it may have.

    Raises:
        Refused: If it is not JSON (400, 415), too slow (408), too large (413) or has other keys (422).
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        refuse(415, "content-type", "not application/json", "send a JSON object")
    try:
        async with asyncio.timeout(MAX_WAIT):
            content = await _bytes(request)
    except ClientDisconnect:
        refuse(400, BODY, "the client hung up before it was complete")  # nobody is told; it is no fault of ours
    except TimeoutError:
        refuse(408, BODY, f"not complete after {MAX_WAIT:g} seconds", "send it again")
    data = parsed(content)
    if not isinstance(data, dict):
        refuse(422, BODY, "not a JSON object", "as in {}")
    checked_keys(data, BODY, allowed)
    return data, len(content)


async def _bytes(request: Request) -> bytes:
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced[:20]) > MAX_BYTES:
        _too_large()
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > MAX_BYTES:
            _too_large()
    return bytes(parts)


def _too_large() -> NoReturn:
    refuse(413, BODY, "too large", f"at most {MAX_BYTES} bytes")


def parsed(text: bytes) -> object:
    """JSON in which no key is given twice, every number is one, and nothing lies deeper than any answer can.

    Raises:
        Refused: With every key that is given twice (422), or if it is not such JSON (400).

    >>> parsed(b'{"age": 41}')
    {'age': 41}
    """
    twice: list[bt.Problem] = []
    try:
        data: object = json.loads(text.decode(), object_pairs_hook=given_once(twice), parse_constant=_no_number)
    except RecursionError:
        refuse(400, BODY, "nested too deeply", f"at most {MAX_DEPTH} levels")
    except ValueError as error:
        refuse(400, BODY, "not JSON in UTF-8", "" if isinstance(error, UnicodeError) else str(error)[:120])
    if not _shallow(data):
        refuse(400, BODY, "nested too deeply", f"at most {MAX_DEPTH} levels")
    if twice:
        raise Refused(422, twice)
    return data


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _shallow(data: object) -> bool:
    level: list[object] = [data]
    for _ in range(MAX_DEPTH + 1):
        inner: list[object] = []
        for one in level:
            if isinstance(one, dict):
                inner += one.values()
            elif isinstance(one, list):
                inner += one
        if not inner:
            return True
        level = inner
    return False


def checked_keys(
    data: Mapping[str, object], where: str, allowed: Collection[str], needed: Collection[str] = ()
) -> None:
    """Nothing, where a mapping has the keys it needs and no unknown one.

    Raises:
        Refused: With every key that is unknown or missing (422).
    """
    known = ", ".join(allowed) or "none"
    unknown = [name for name in data if name not in allowed]
    problems = [bt.Problem(where=where, what=f"unknown key `{name[:40]}`", hint=f"known: {known}") for name in unknown]
    problems += [bt.Problem(where=where, what=f"`{name}` is missing") for name in needed if name not in data]
    if problems:
        raise Refused(422, problems)


def mapping(data: Mapping[str, Any], key: str, *, nullable: bool = False) -> dict[str, Any] | None:
    """The object under a key; ``None`` where it is left out, or null and that is allowed.

    Raises:
        Refused: If it is something else (422).
    """
    value = data.get(key)
    if isinstance(value, dict):
        return value
    if value is None and (nullable or key not in data):
        return None
    refuse(422, key, "not an object", "give a JSON object")


def text(data: Mapping[str, Any], key: str, *, nullable: bool = False) -> str:
    """The text under a key; empty where it is left out, or null where that may be.

    Raises:
        Refused: If it is something else (422).
    """
    value = data.get(key, "")
    if nullable and value is None:
        return ""
    if not isinstance(value, str):
        refuse(422, key, "not a text", 'give a text, as in "GB"')
    return value


def told(problems: Collection[bt.Problem], most: int = 100) -> list[dict[str, str]]:
    """Problems as plain data, the first hundred where there are more."""
    shown = [attrs.asdict(one, filter=lambda field, _: field.name in ("where", "what", "hint")) for one in problems]
    more = len(shown) - most
    if more <= 0:
        return shown
    return [*shown[:most], {"where": BODY, "what": f"{more} more problems", "hint": "mend these first"}]
