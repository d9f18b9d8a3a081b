"""The triage as an MCP server: tools that a model calls, and the rules and exercises for it to read.

It keeps nothing between two requests and logs nothing: all that it is told is health data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import backtriage as bt

from ...rulebook.reading import rulebook_of

if TYPE_CHECKING:
    from mcp.server import Server

__all__ = ["create_server", "serve"]


def create_server(*, rulebook: bt.RuleBook | None = None, region: str | None = "") -> Server[Any]:
    """The server, for any transport of the SDK.

    Args:
        rulebook: Who decides; the default rulebook if left out.
        region: Whose telephone numbers to print: the host's to say, not the model's.

    Raises:
        MissingExtra: If the SDK is not installed.
        ProfileError: If the region is unknown.
    """
    try:
        import mcp  # noqa: F401, PLC0415 - an extra
    except ImportError:
        raise bt.MissingExtra("mcp", "mcp") from None
    from .server import server_of  # noqa: PLC0415 - needs the extra
    from .tools import Toolbox  # noqa: PLC0415 - as above

    book = rulebook_of(rulebook)
    bt.assess(region=region, rulebook=book)  # says what is wrong with the region
    return server_of(Toolbox(rulebook=book, region=region))


def serve(*, rulebook: bt.RuleBook | None = None, region: str | None = "") -> None:
    """Serve one client over standard input and output until it leaves.

    Args:
        rulebook: As in :func:`create_server`.
        region: As there.

    Raises:
        MissingExtra: If the SDK is not installed.
        ProfileError: If the region is unknown.
    """
    server = create_server(rulebook=rulebook, region=region)
    from .server import run  # noqa: PLC0415 - needs the extra

    run(server)
