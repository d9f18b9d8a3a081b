"""The application: every path, and what answers there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.routing import Route

import backtriage as bt

from . import cds_hooks
from .assets import TYPES, Asset, read_assets
from .guard import Guard, answer, problems
from .openapi import openapi
from .reading import body_of
from .service import ASSESS, INTERVIEW, SESSION, Service

if TYPE_CHECKING:
    from starlette.requests import Request

Endpoint = Callable[["Request"], Awaitable[Response]]
Plain = dict[str, Any]

PAGE: Final = "index.html"
SMALL: Final = 4_000
"""Up to so many bytes a request takes milliseconds and is answered at once, twice as fast; a worker thread takes
the longer ones, so that they keep nobody waiting."""


def application(service: Service, origins: Collection[str] = ()) -> Starlette:
    """The service as an ASGI application.

    Args:
        service: What answers.
        origins: The web origins that may call it from a browser.
    """
    assets = read_assets()
    book = service.rulebook
    described = openapi(book)
    gets: dict[str, Endpoint] = {
        "/": _file(assets[PAGE]),
        **{f"/{name}": _file(asset) for name, asset in assets.items() if name != PAGE},
        "/cds-services": _fixed(cds_hooks.discovery(book)),
        "/health": _fixed({"status": "ok", "version": bt.__version__, "rulebook": str(book.identity)}),
        "/openapi.json": _described(described),
        "/words": _fixed(service.words()),
    }
    posts: dict[str, Endpoint] = {
        "/assess": _step(service.assess, ASSESS),
        "/interview": _step(service.interview, INTERVIEW),
        "/session": _step(service.session, SESSION),
        f"/cds-services/{cds_hooks.ID}": _step(lambda body: cds_hooks.cards(body, book), cds_hooks.REQUEST),
    }
    layers = [Middleware(Guard, paths=(*gets, *posts))]
    if origins:
        layers.append(
            Middleware(
                CORSMiddleware,
                allow_origins=list(origins),
                allow_methods=["GET", "POST"],
                # A client of CDS Hooks sends a token with each; that this service reads none is no reason to refuse it.
                allow_headers=["authorization", "content-type"],
            )
        )
    app = Starlette(
        routes=[
            *[Route(path, endpoint, methods=["POST"]) for path, endpoint in posts.items()],
            *[Route(path, endpoint, methods=["GET"]) for path, endpoint in gets.items()],
            Route("/figures/{exercise}.svg", _figures(service), methods=["GET"]),
        ],
        middleware=layers,
        exception_handlers={HTTPException: _nothing_here},
    )
    app.router.redirect_slashes = False  # it would redirect, with all answers, to whatever host the client named
    return app


def _step(does: Callable[[Plain], Plain], keys: Collection[str]) -> Endpoint:
    """What takes a JSON object and gives one."""

    async def endpoint(request: Request) -> Response:
        body, size = await body_of(request, keys)
        if size <= SMALL:
            return answer(does(body))
        return await run_in_threadpool(lambda: answer(does(body)))

    return endpoint


def _fixed(data: Plain) -> Endpoint:
    async def endpoint(_: Request) -> Response:
        return answer(data)

    return endpoint


def _described(data: Plain) -> Endpoint:
    """The description, with where the paths begin if another application has this one as a part."""

    async def endpoint(request: Request) -> Response:
        root = request.scope.get("root_path")
        return answer({**data, "servers": [{"url": root}]} if root else data)

    return endpoint


def _file(asset: Asset) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return asset.response(request)

    return endpoint


def _figures(service: Service) -> Endpoint:
    drawings = {id_: Asset.of(one.svg.encode(), TYPES[".svg"]) for id_, one in service.figures.items()}

    async def endpoint(request: Request) -> Response:
        drawing = drawings.get(request.path_params["exercise"])
        if drawing is None:
            raise HTTPException(404)
        return drawing.response(request)

    return endpoint


async def _nothing_here(_: Request, error: Exception) -> Response:
    """The answer to a path or method that is none."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    what, hint = ("no such method here", "") if status == 405 else ("nothing is here", "see /openapi.json")
    response = problems(status, [bt.Problem(where="path", what=what, hint=hint)])
    response.headers.update(getattr(error, "headers", None) or {})
    return response
