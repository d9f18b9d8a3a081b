"""OpenAPI 3.1: what the service takes and gives, made from the words of the rulebook."""

from __future__ import annotations

from typing import Any, Final

import backtriage as bt

from . import cds_hooks
from .service import DOES

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string"}
_TEXTS: Final[Schema] = {"type": "array", "items": _TEXT}
_URGENCY: Final[Schema] = {"enum": [level.value for level in bt.Urgency]}
_REFUSALS: Final = {
    400: "Not JSON.",
    408: "The body did not arrive in time.",
    413: "The body is too large.",
    415: "The body is not `application/json`.",
    422: "Answers that cannot be used, with every problem: unknown names, wrong types, contradictions, forged data.",
    503: "There is no result. Do not wait for it: send the person to a professional.",
}
_ANSWERS: Final = "Leave out what has not been said. Null, or its name in `not_sure`: they were asked and do not know."
_INTRODUCTION: Final = (
    "Back-pain triage from declarative, sourced rules. Stateless: what is to be kept goes to the client and comes "
    "back. No answer is logged. Not a medical device; not reviewed by a clinician. Show `messages` that are `locked` "
    "word for word. Only `urgency` is a result; while it is null, nothing has been ruled out."
)


def openapi(book: bt.RuleBook) -> Schema:
    """The description of the service under a rulebook.

    >>> import backtriage as bt
    >>> openapi(bt.default_rulebook())["components"]["schemas"]["Answers"]["properties"]["age"]["maximum"]
    120
    """
    codes = [*book.regions, *(code for region in book.regions.values() for code in region.countries)]
    regions: Schema = {"enum": [*codes, None], "description": "Whose telephone numbers to print."}
    return {
        "openapi": "3.1.0",
        "info": {"title": "backtriage", "version": bt.__version__, "description": _INTRODUCTION},
        "paths": {
            "/assess": _post("assess", "What the rules say about one person.", "Assess", "Assessment"),
            "/interview": _interview(),
            "/session": _post("session", "One report of a running exercise session.", "SessionStep", "Session"),
            "/health": _get(
                "health", "Whether it serves.", _closed({"status": {"const": "ok"}}, ["status"], more=True)
            ),
            "/cds-services": _get(
                "cds_discovery", "CDS Hooks 2.0: the services.", _closed({"services": {"type": "array"}})
            ),
            f"/cds-services/{cds_hooks.ID}": _post(
                "cds_service", "CDS Hooks 2.0: the cards.", "CdsRequest", "CdsCards"
            ),
        },
        "components": {
            "schemas": {
                "Answers": _answers(book),
                "Problems": _closed(
                    {"problems": {"type": "array", "items": _PROBLEM, "minItems": 1}, "current": {"type": "object"}},
                    ["problems"],
                ),
                "Assess": _closed({"profile": _ref("Answers"), "region": regions}, ["profile"]),
                "Assessment": _ASSESSMENT,
                "InterviewStep": _interview_step(regions),
                "Screen": _SCREEN,
                "SessionStep": _session_step(regions),
                "Session": _SESSION,
                "CdsRequest": _CDS_REQUEST,
                "CdsCards": _CDS_CARDS,
            }
        },
    }


# -- paths ------------------------------------------------------------------------------------------------------------


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _get(id_: str, summary: str, schema: Schema) -> Schema:
    return {
        "get": {
            "operationId": id_,
            "summary": summary,
            "responses": {"200": {"description": "It.", "content": _json(schema)}},
        }
    }


def _post(id_: str, summary: str, takes: str, gives: str) -> Schema:
    responses = {
        str(status): {"description": why, "content": _json(_ref("Problems"))} for status, why in _REFUSALS.items()
    }
    responses["200"] = {"description": "The answer.", "content": _json(_ref(gives))}
    body = {"required": True, "content": _json(_ref(takes))}
    return {"post": {"operationId": id_, "summary": summary, "requestBody": body, "responses": responses}}


def _interview() -> Schema:
    path = _post("interview", "One step of an interview, and the screen that follows.", "InterviewStep", "Screen")
    stale = "The turn is over: another window has answered. `current` is the screen to show."
    path["post"]["responses"]["409"] = {"description": stale, "content": _json(_ref("Problems"))}
    return path


# -- schemas ----------------------------------------------------------------------------------------------------------


def _closed(properties: Schema, required: list[str] | None = None, *, more: bool = False) -> Schema:
    schema: Schema = {"type": "object", "properties": properties, "required": required or list(properties)}
    return schema if more else {**schema, "additionalProperties": False}


def _interview_step(regions: Schema) -> Schema:
    properties: Schema = {
        "interview": {"type": ["object", "null"], "description": "As it came with the last screen; null to begin."},
        "region": regions,
        "turn": {"type": "integer", "description": "The turn that came with the question; needed with every step."},
        "do": {"enum": list(DOES), "description": "The step; `answer` if left out."},
        "answer": {"description": "The answer to the question, as its kind wants it; null is not sure."},
        "not_sure": {**_TEXTS, "description": "Lines and parts that the person is not sure of."},
        "say": {"type": "object", "description": "Answers to anything else, by finding."},
    }
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _answers(book: bt.RuleBook) -> Schema:
    """The answers of the tool for language models, and null: here it is an answer."""
    schema: Schema = bt.tool_schema(rulebook=book)["parameters"]
    properties = {
        name: {**one, "type": [one["type"], "null"], **({"enum": [*one["enum"], None]} if "enum" in one else {})}
        if name in book.vocabulary.findings
        else one
        for name, one in schema["properties"].items()
    }
    return {**schema, "description": _ANSWERS, "properties": properties}


def _session_step(regions: Schema) -> Schema:
    at: Schema = {"type": "string", "format": "date-time", "description": "With a time zone."}
    answers: Schema = {"type": "object", "description": "Answers by finding; `pain_score` is the pain now."}
    report = _closed({"at": at, "move": _TEXT, "answers": answers}, ["at"])
    finish = _closed({"at": at, "answers": answers}, ["at"])
    properties: Schema = {
        "profile": {**_ref("Answers"), "description": "To begin: what is known about the person."},
        "region": regions,
        "session": {"type": "object", "description": "To go on: as it came with the last answer."},
        "report": report,
        "finish": finish,
    }
    return {"type": "object", "properties": properties, "additionalProperties": False}


_PROBLEM: Final = _closed({"where": _TEXT, "what": _TEXT, "hint": _TEXT})
_MESSAGE: Final = _closed(
    {
        "part": {"enum": ["now", "when", "safe", "avoid", "stop", "watch"]},
        "text": {**_TEXT, "description": "All of it, an item of the list a line."},
        "lead": {**_TEXT, "description": "The words, or the heading of the list."},
        "items": {**_TEXTS, "description": "The list, if there is one."},
        "after": {**_TEXT, "description": "What stands after the list."},
        "locked": {"type": "boolean", "description": "Show it word for word."},
        "address": _TEXT,
        "rules": _TEXTS,
        "sources": _TEXTS,
    }
)
_RESULT: Final[Schema] = {
    "urgency": {"anyOf": [_URGENCY, {"type": "null"}], "description": "The result; null while it is not settled."},
    "at_least": {**_URGENCY, "description": "What is certain. Never show it as a result."},
    "could_be": {**_URGENCY, "description": "The worst that is possible."},
    "final": {"type": "boolean"},
    "messages": {"type": "array", "items": _MESSAGE, "minItems": 1},
}
_ASSESSMENT: Final = _closed(_RESULT, more=True)
_SCREEN: Final = _closed(
    {
        **_RESULT,
        "interview": {"type": "object", "description": "Keep it, and send it with the answer."},
        "turn": {"type": "integer"},
        "done": {"type": "boolean"},
        "question": {"type": ["object", "null"], "description": "What to ask now."},
        "plan": {"type": ["object", "null"], "description": "Exercises, where any is allowed."},
    },
    more=True,
)
_SESSION: Final = _closed(
    {
        "session": {"type": "object", "description": "Keep it, and send it with the next report."},
        "instruction": {"type": ["object", "null"], "description": "What to do now."},
        "record": {"type": ["object", "null"], "description": "What the session showed, once it is finished."},
    }
)
_CDS_REQUEST: Final = _closed(
    {
        "hook": {"const": cds_hooks.HOOK},
        "hookInstance": {"type": "string", "format": "uuid"},
        "context": {"type": "object"},
        "prefetch": {"type": ["object", "null"], "description": "`answers`: a FHIR R4 QuestionnaireResponse."},
        "fhirServer": _TEXT,
        "fhirAuthorization": {"type": "object"},
        "extension": {"type": "object"},
    },
    ["hook", "hookInstance", "context"],
)
_CDS_CARDS: Final = _closed(
    {
        "cards": {
            "type": "array",
            "items": _closed(
                {
                    "uuid": {"type": "string", "format": "uuid"},
                    "summary": {"type": "string", "maxLength": cds_hooks.MAX_SUMMARY},
                    "indicator": {"enum": ["info", "warning", "critical"]},
                    "detail": _TEXT,
                    "source": _closed({"label": _TEXT}),
                }
            ),
        }
    }
)
