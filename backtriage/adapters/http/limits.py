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
MAX_UNREAD: Final = 30
"""How long an answer may lie here because its client does not read it, in seconds."""
MAX_AT_ONCE: Final = 512
"""The most connections; further ones are told to come back later."""
FOR_NEW: Final = 8
"""One place in so many is kept for new ones: whoever has let us wait longest gives up theirs."""


class Impatient(H11Protocol):
    """HTTP/1.1 that hangs up on a client whose request does not arrive, be it the first or a later one, and on one that
    does not read its answer.

    Uvicorn counts the time that a connection is silent between two requests, and neither the time before the first nor
    the time that a trickle takes; and what it closes stays open until all has been read.
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
        self._unread: asyncio.TimerHandle | None = None
        self.since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as Uvicorn has it
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=0)  # what is not read is noticed at once
        self.since = self.loop.time()
        self._make_room()
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._arrived()
        elif self._waiting is None:
            self._wait()

    def on_response_complete(self) -> None:
        self.since = self.loop.time()
        super().on_response_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self.loop.call_later(MAX_UNREAD, self.transport.abort)

    def resume_writing(self) -> None:
        self._read()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._arrived()
        self._read()
        super().connection_lost(exc)

    @property
    def waits(self) -> bool:
        """Whether it is the client's turn: to ask, to go on, or to read."""
        cycle = self.cycle
        return cycle is None or cycle.response_complete or cycle.more_body or self.flow.write_paused

    def _make_room(self) -> None:
        """Let go of the connection that has waited longest for its client, where only the places for new ones are left.

        It is not closed, for that would wait until all has been read.
        """
        places = self.limit_concurrency or MAX_AT_ONCE
        others = [one for one in self.connections if isinstance(one, Impatient) and one is not self]
        waiting = [one for one in others if one.waits]
        if waiting and len(self.connections) > places - places // FOR_NEW:
            longest = min(waiting, key=lambda one: one.since)
            self.connections.discard(longest)
            longest.transport.abort()

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(MAX_IDLE, self.transport.abort)

    def _read(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

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
