"""What the tools of the MCP server give back, as JSON Schema."""

from __future__ import annotations

from typing import Any, Final

import backtriage as bt

Schema = dict[str, Any]


def _text(description: str = "") -> Schema:
    return {"type": "string", **({"description": description} if description else {})}


def _one_of(*words: str, description: str = "") -> Schema:
    return {**_text(description), "enum": list(words)}


def _list(items: Schema, description: str = "") -> Schema:
    return {"type": "array", "items": items, **({"description": description} if description else {})}


def _object(properties: dict[str, Schema], *optional: str) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
    }


def _or_null(schema: Schema, description: str) -> Schema:
    return {"anyOf": [schema, {"type": "null"}], "description": description}


_LEVEL: Final = _one_of(*(level.value for level in bt.Urgency))
_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
_NUMBER: Final[Schema] = {"type": "number"}
_WORDS: Final[Schema] = {"type": "object", "additionalProperties": {"type": "string"}}
_COULD_REACH: Final = _or_null(_LEVEL, "The worst urgency its answers could lead to; null: it only frees exercises.")
_QUESTION: Final = _object(
    {
        "id": _text(),
        "kind": _one_of("checklist", "yes_no", "number", "choice"),
        "text": _text("The question."),
        "could_reach": _COULD_REACH,
        "lines": {**_WORDS, "description": "Of a checklist: finding to its words."},
        "options": {**_WORDS, "description": "Of a choice: answer to its words."},
        "unit": _text(),
        "minimum": _NUMBER,
        "maximum": _NUMBER,
    },
    "lines",
    "options",
    "unit",
    "minimum",
    "maximum",
)
_RULEBOOK: Final = _object({"id": _text(), "version": _text(), "digest": _text()})
_SAID: Final = _object({"text": _text(), "word_for_word": {"type": "boolean"}})
_ACTION: Final = _object(
    {
        "kind": _one_of("ask", "result", "not_ruled_out"),
        "level": _or_null(_LEVEL, "The level to act on now."),
    }
)
_SHARED: Final[dict[str, Schema]] = {
    "rulebook": {**_RULEBOOK, "description": "Who decided."},
    "answers": {"type": "object", "description": "What was taken, as arguments of `assess`."},
    "urgency": _or_null(_LEVEL, "The result; null while it is not settled."),
    "could_be": {**_LEVEL, "description": "The worst that is still possible."},
    "settled": {"type": "boolean"},
    "action": _ACTION,
    "say": _list(_SAID, "What to tell the person, in order; what is word_for_word exactly as it is, before all else."),
    "questions_left": _COUNT,
}
_ASSESSMENT: Final[dict[str, Schema]] = {
    **_SHARED,
    "at_least": _or_null(_LEVEL, "What is certain already; it is no result."),
    "ask": _list(_QUESTION, "The next questions."),
    "allowed": _list(
        _object({"id": _text(), "name": _text(), "dose": _text(), "cautions": _list(_text())}),
        "The exercises that may be suggested; no others, and none above its dose.",
    ),
    "be_careful": _list(_text()),
    "excluded": _list(_object({"because": _text(), "exercises": _list(_text())})),
    "withheld": _list(_text(), "Exercises that wait for answers."),
    "valid_hours": _COUNT,
}

ASSESSMENT: Final = _object(_ASSESSMENT)
INTERVIEW: Final = _object(
    {
        **_ASSESSMENT,
        "interview": _object(
            {
                "ended": _one_of(
                    "complete",
                    "cancelled",
                    "too_many_forms",
                    "not_understood",
                    description="Unless it is complete, what is left stands in `ask`.",
                ),
                "forms": _COUNT,
                "problems": _list(_text(), "What came back from a form and was not asked; it has not been taken."),
            }
        ),
    }
)
QUESTIONS: Final = _object(
    {
        "complete": {"type": "boolean", "description": "Whether no answer that is left could change the urgency."},
        "provisional_urgency": {**_LEVEL, "description": "The worst that is still possible: tell nothing calmer."},
        "questions": _list(_QUESTION),
        **{key: _SHARED[key] for key in ("questions_left", "urgency", "action", "say", "answers", "rulebook")},
    }
)
EXPLANATION: Final = _object(
    {
        "id": _text(),
        "kind": _one_of("exercise", "rule"),
        "status": _one_of(
            *("allowed", "withheld", "excluded", "not_offered", "applies", "open", "does_not_apply"),
            description="Of an exercise, or of a rule; open: it waits for answers.",
        ),
        "text": _text(),
        "sources": _list(
            _object(
                {"id": _text(), "title": _text(), "level": {**_LEVEL, "description": "Its own."}, "note": _text()},
                *("title", "level", "note"),
            )
        ),
        **{key: _SHARED[key] for key in ("urgency", "could_be", "settled", "say", "rulebook")},
    }
)
