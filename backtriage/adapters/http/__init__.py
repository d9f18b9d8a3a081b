"""Over HTTP: assessments, interviews, exercise sessions and CDS Hooks cards, and the page that a person uses.

Nothing is kept between two requests, and no answer is ever logged.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

import backtriage as bt

from ...errors import shown
from ...findings.door import listed
from ...rulebook.reading import rulebook_of

if TYPE_CHECKING:
    from starlette.applications import Starlette

__all__ = ["create_app", "serve"]


def create_app(*, rulebook: bt.RuleBook | None = None, origins: Iterable[str] = ()) -> Starlette:
    """The service as an ASGI application, for any ASGI server.

    Args:
        rulebook: Who decides; the default rulebook if left out.
        origins: The web origins that may call it from a browser; none are allowed if left out.

    Raises:
        MissingExtra: If Starlette is not installed.
        RulebookError: If the rulebook is none.
        ValueError: If the origins are no list.

    >>> [route.path for route in create_app().routes][:2]
    ['/assess', '/interview']
    """
    try:
        import starlette  # noqa: F401, PLC0415 - an extra
    except ImportError:
        raise bt.MissingExtra("starlette", "http") from None
    from .app import application  # noqa: PLC0415 - needs the extra
    from .service import Service  # noqa: PLC0415 - as above

    names = listed(origins)
    if names is None or not all(isinstance(name, str) for name in names):
        raise ValueError(f"origins: {shown(origins)} is not a list of origins; as in ['https://example.org']")
    return application(Service(rulebook=rulebook_of(rulebook)), tuple(map(str, names)))


def serve(*, host: str = "127.0.0.1", port: int = 8765, rulebook: bt.RuleBook | None = None) -> None:
    """Serve on one address until interrupted.

    Args:
        host: The address to listen on; ``0.0.0.0`` for every one of this machine.
        port: The port to listen on.
        rulebook: As in :func:`create_app`.

    Raises:
        MissingExtra: If Uvicorn or Starlette is not installed.
    """
    try:
        import uvicorn  # noqa: PLC0415 - an extra
    except ImportError:
        raise bt.MissingExtra("uvicorn", "http") from None
    from .limits import UVICORN  # noqa: PLC0415 - needs the extra

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    uvicorn.run(create_app(rulebook=rulebook), host=host, port=port, **UVICORN)
