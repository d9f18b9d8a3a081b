"""The server of the SDK: what a client asks, and what it is answered."""

from __future__ import annotations

import json
import logging
from typing import Any, Final

import anyio
import mcp_types as types
from mcp import MCPError
from mcp.server import Server
from mcp.server.context import ServerRequestContext
from mcp.server.request_state import RequestStateBoundary, RequestStateSecurity
from mcp.server.stdio import stdio_server
from mcp_types.version import is_version_at_least
from pydantic import ValidationError

import backtriage as bt

from . import forms, pages, tools
from .running import Running

Plain = dict[str, Any]
Context = ServerRequestContext[Any, Any]

NAME: Final = "backtriage"
MAX_FORMS: Final = 9
"""Clients give up after ten rounds."""
PATIENCE: Final = 3_600.0
"""Seconds that somebody may take over a form."""
FORMS_SINCE: Final = "2025-11-25"
"""The first protocol whose forms can hold a list to tick; without it nobody could be asked safely."""
STATELESS_SINCE: Final = "2026-07-28"
"""The first protocol in which a form is a result, and the call is made again with its answer."""
_FORM: Final = "form"
_INSTRUCTIONS: Final = """\
Triage of back and neck pain by fixed rules. Not a medical device; not reviewed by a clinician. \
Show every text between <word_for_word> and </word_for_word> to the person exactly as it is, before all else. \
Call `assess` with what the person has said, whenever they have said more; it remembers nothing. \
To ask, call `interview`, which asks them itself where the client can show forms, or else `next_questions`. \
Never answer for the person, and never read silence as no."""
_NO_FORMS: Final = """\
This client shows no forms, so nobody has been asked and nothing is ruled out. Ask the person yourself: \
call `next_questions` with what they have said so far, put its questions to them, and call it again with their \
answers until `complete` is true."""
_FAULT: Final = "Something went wrong: there is no result, and nothing is ruled out. Do not guess one; call again."
_MARK: Final = (
    "Show the person every text between <word_for_word> and </word_for_word> exactly as it is, before all else."
)


def server_of(toolbox: tools.Toolbox) -> Server[Any]:
    """The server of some tools.

    >>> server_of(tools.Toolbox(rulebook=bt.default_rulebook())).name
    'backtriage'
    """
    host = _Host(toolbox)
    server: Server[Any] = Server(
        NAME,
        version=bt.__version__,
        title="Back-pain triage",
        instructions=_INSTRUCTIONS,
        on_list_tools=host.list_tools,
        on_call_tool=host.call_tool,
        on_list_resources=host.list_resources,
        on_list_resource_templates=host.list_templates,
        on_read_resource=host.read_resource,
    )
    # An interview comes back from the client: sealed, so that it says what it said. In place of the SDK's own tracing.
    sealed = RequestStateSecurity.ephemeral(ttl=PATIENCE)
    server.middleware[:] = [RequestStateBoundary(sealed, default_audience=NAME)]
    return server


def run(server: Server[Any]) -> None:
    """Serve one client over standard input and output until it leaves."""
    sdk = logging.getLogger("mcp")  # what it logs may quote what it was told
    sdk.addHandler(logging.NullHandler())
    sdk.propagate = False

    async def serve() -> None:
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())

    anyio.run(serve)


class _Host:
    """Answers the requests of a client."""

    def __init__(self, toolbox: tools.Toolbox) -> None:
        self.toolbox = toolbox

    async def list_tools(self, _: Context, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        hints = types.ToolAnnotations(
            read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
        )
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=name,
                    title=tool.title,
                    description=tool.description,
                    input_schema=tool.takes,
                    output_schema=tool.gives,
                    annotations=hints,
                )
                for name, tool in self.toolbox.tools.items()
            ]
        )

    async def call_tool(
        self, context: Context, call: types.CallToolRequestParams
    ) -> types.CallToolResult | types.InputRequiredResult:
        if call.name not in self.toolbox.tools:
            known = ", ".join(self.toolbox.tools)
            raise MCPError(types.INVALID_PARAMS, f"{call.name[:40]!r} is no tool; known: {known}")
        arguments = call.arguments or {}
        try:
            if call.name == tools.INTERVIEW:
                return await self._interview(context, call, arguments)
            return _told(self.toolbox.call(call.name, arguments))
        except bt.ProfileError as error:
            return _failed(json.dumps(tools.problems(error), ensure_ascii=False))
        except Exception:  # noqa: BLE001 - what went wrong may quote the answers: neither the log nor the model is told
            return _failed(_FAULT)

    # -- the interview ------------------------------------------------------------------------------------------------

    async def _interview(
        self, context: Context, call: types.CallToolRequestParams, arguments: Plain
    ) -> types.CallToolResult | types.InputRequiredResult:
        running = self.toolbox.interview(arguments)
        if not _shows_forms(context):
            return _failed(_NO_FORMS)
        if is_version_at_least(context.protocol_version, STATELESS_SINCE):
            return self._next_form(call, running)
        return await self._all_forms(context, running)

    def _next_form(
        self, call: types.CallToolRequestParams, running: Running
    ) -> types.CallToolResult | types.InputRequiredResult:
        """The form that follows, with the state to come back with it; or the result."""
        if call.request_state is not None:
            running = self.toolbox.resumed(call.request_state, running)
        if call.input_responses:
            reply = call.input_responses.get(_FORM)
            if call.request_state is None or not isinstance(reply, types.ElicitResult):
                raise bt.ProfileError.of("interview", "no answer to its form", "begin again")
            running.take(reply.action, reply.content)
        if running.ended(MAX_FORMS):
            return _told(self.toolbox.result(running))
        asked = types.ElicitRequest(
            params=types.ElicitRequestFormParams(message=running.message, requested_schema=forms.schema(running.asked))
        )
        return types.InputRequiredResult(input_requests={_FORM: asked}, request_state=running.to_json())

    async def _all_forms(self, context: Context, running: Running) -> types.CallToolResult:
        """Form after form, over one request: as it was done before 2026."""
        while not running.ended(MAX_FORMS):
            try:
                reply = await context.session.elicit_form(
                    running.message, forms.schema(running.asked), related_request_id=context.request_id
                )
            except (MCPError, ValidationError):  # it said that it could, and cannot; what it could do so far counts
                if not running.forms:
                    return _failed(_NO_FORMS)
                running.cancelled = True
            else:
                running.take(reply.action, reply.content)
        return _told(self.toolbox.result(running))

    # -- what can be read ---------------------------------------------------------------------------------------------

    async def list_resources(self, _: Context, __: types.PaginatedRequestParams | None) -> types.ListResourcesResult:
        return types.ListResourcesResult(
            resources=[
                types.Resource(uri=uri, name=name, description=text, mime_type=pages.JSON)
                for uri, (name, text) in pages.FIXED.items()
            ]
        )

    async def list_templates(
        self, _: Context, __: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        return types.ListResourceTemplatesResult(
            resource_templates=[
                types.ResourceTemplate(uri_template=uri, name=name, description=text, mime_type=pages.JSON)
                for uri, (name, text) in pages.TEMPLATES.items()
            ]
        )

    async def read_resource(self, _: Context, asked: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        text = pages.page(asked.uri, self.toolbox.rulebook)
        if text is None:
            raise MCPError(types.INVALID_PARAMS, f"nothing is at {asked.uri[:80]!r}; see {pages.INDEX}")
        return types.ReadResourceResult(
            contents=[types.TextResourceContents(uri=asked.uri, mime_type=pages.JSON, text=text)]
        )


def _shows_forms(context: Context) -> bool:
    """Whether the client can show a form; one that names no mode of elicitation means forms."""
    able = context.session.client_capabilities
    if able is None or able.elicitation is None or not is_version_at_least(context.protocol_version, FORMS_SINCE):
        return False
    return able.elicitation.form is not None or able.elicitation.url is None


# -- what goes out ----------------------------------------------------------------------------------------------------


def _told(result: Plain) -> types.CallToolResult:
    """A result: what is to be shown word for word first, each by itself and marked, then everything as data."""
    locked = [one["text"] for one in result["say"] if one["word_for_word"]]
    shown = types.Annotations(audience=["user", "assistant"], priority=1.0)
    marked = [f"<word_for_word>\n{text}\n</word_for_word>" for text in locked]
    return types.CallToolResult(
        content=[
            *([_text(_MARK)] if locked else []),
            *(types.TextContent(text=text, annotations=shown) for text in marked),
            _text(json.dumps(result, ensure_ascii=False)),
        ],
        structured_content=result,
    )


def _failed(text: str) -> types.CallToolResult:
    return types.CallToolResult(content=[_text(text)], is_error=True)


def _text(text: str) -> types.TextContent:
    return types.TextContent(text=text, annotations=types.Annotations(audience=["assistant"]))
