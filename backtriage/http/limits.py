"""What a stranger on the network may use up, and what Uvicorn does about it."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

MAX_HEADERS: Final = 16_384
"""The most bytes of a request's head."""
MAX_IDLE: Final = 10
"""How long a connection may say nothing that makes up a request, in seconds."""
MAX_AT_ONCE: Final = 512
"""The most connections; further ones are told to come back later."""


class Impatient(H11Protocol):
    """HTTP/1.1 that hangs up on a client whose request does not arrive, be it the first or a later one.

    Uvicorn counts the time that a connection is silent between two requests, and neither the time before the first nor
    the time that a trickle takes.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.access_log = False  # whoever else may have given that logger a handler: it prints queries
        self._waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as Uvicorn has it
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._arrived()
        elif self._waiting is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._arrived()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(MAX_IDLE, self.transport.close)

    def _arrived(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


UVICORN: Final[dict[str, Any]] = {
    "http": Impatient,
    "ws": "none",
    "lifespan": "off",
    "access_log": False,  # ours has no path that a person typed
    "log_level": "info",
    "server_header": False,
    "h11_max_incomplete_event_size": MAX_HEADERS,
    "limit_concurrency": MAX_AT_ONCE,
    "timeout_keep_alive": MAX_IDLE,
    "timeout_graceful_shutdown": 5,
}
