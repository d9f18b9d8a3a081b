"""The files of the page: read once, sent as they are or compressed."""

from __future__ import annotations

import gzip
import hashlib
from importlib import resources
from typing import TYPE_CHECKING, Final

import attrs
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.requests import Request

TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@attrs.frozen(kw_only=True)
class Asset:
    """One file of the page.

    Attributes:
        content: Its bytes.
        packed: The same, compressed with gzip.
        kind: Its media type.
        tag: Its entity tag: a browser that has this one need not be sent it again.
    """

    content: bytes
    packed: bytes
    kind: str
    tag: str

    @classmethod
    def of(cls, content: bytes, kind: str) -> Asset:
        """A file with its compressed form and its tag."""
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        return cls(content=content, packed=gzip.compress(content, mtime=0), kind=kind, tag=tag)

    def response(self, request: Request) -> Response:
        """The file, or that the browser has it already."""
        headers = {"etag": self.tag, "cache-control": "no-cache", "vary": "accept-encoding"}
        if request.headers.get("if-none-match") == self.tag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(self.packed, media_type=self.kind, headers={**headers, "content-encoding": "gzip"})
        return Response(self.content, media_type=self.kind, headers=headers)


def read_assets() -> dict[str, Asset]:
    """Every file of the page by its name."""
    found = resources.files(__package__).joinpath("static").iterdir()
    kinds = {one: TYPES.get(f".{one.name.rpartition('.')[2]}") for one in found}
    return {one.name: Asset.of(one.read_bytes(), kind) for one, kind in kinds.items() if kind}
