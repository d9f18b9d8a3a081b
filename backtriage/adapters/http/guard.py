"""Around every request: headers that keep a browser safe, a log without answers, and no fault without words."""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Collection
from http import HTTPMethod
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response

import backtriage as bt

from .reading import Refused, told

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

ACCESS: Final = logging.getLogger("backtriage.access")
FAULTS: Final = logging.getLogger("backtriage.faults")

SECURITY: Final = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
NO_RESULT: Final = "there is no result: something in this service failed"
WITHOUT: Final = "do not wait for it: ask a doctor, and in an emergency ring your local emergency number"


def answer(data: object, status: int = 200) -> Response:
    """Plain data as an answer. It is ASCII, so that no text can fail on its way out."""
    return Response(
        json.dumps(data, separators=(",", ":")),
        status,
        media_type="application/json",
        headers={"cache-control": "no-store"},
    )


def problems(status: int, found: Collection[bt.Problem], **also: Any) -> Response:
    """The answer to a request that was refused."""
    return answer({"problems": told(found), **also}, status)


class Guard:
    """The outermost layer.

    Args:
        app: What it stands around.
        paths: The paths that the log may name; all others are logged as ``-``, as are methods that are none.
    """

    def __init__(self, app: ASGIApp, paths: Collection[str]) -> None:
        self.app, self.paths = app, frozenset(paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 0

        async def guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [(name.encode(), value.encode()) for name, value in SECURITY.items()]
                message = {**message, "headers": [*message["headers"], *headers]}
            await send(message)

        try:
            await self.app(scope, receive, guarded)
        except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for an answer
            response = refusal(error)
            if not status:  # nothing has been said yet
                await response(scope, receive, guarded)
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        path = path if path in self.paths else "-"
        method = scope["method"] if scope["method"] in HTTPMethod.__members__ else "-"
        ACCESS.info("%s %s %s %.1f ms", method, path, status, (time.perf_counter() - begun) * 1000)


def refusal(error: Exception) -> Response:
    """The answer to an exception: what is wrong with the request, or that there is no result."""
    if isinstance(error, Refused):
        return problems(error.status, error.problems, **error.also)
    if isinstance(error, bt.ProfileError):
        return problems(422, error.problems)
    # Neither the words of an exception nor the values of its frames: answers may stand in them.
    frames = traceback.extract_tb(error.__traceback__)
    FAULTS.error("%s at %s", type(error).__name__, " < ".join(f"{one.filename}:{one.lineno}" for one in frames[::-1]))
    return problems(503, [bt.Problem(where="service", what=NO_RESULT, hint=WITHOUT)])
