"""What a model may pass to the tool: JSON Schema made from the words of a rulebook, in two dialects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from ...errors import shown
from ...findings.conditions import Present
from ...findings.finding import Checklist, Choice, Finding, Number, YesNo
from ...rulebook.reading import rulebook_of
from ...triage import startback

if TYPE_CHECKING:
    from ...findings.vocabulary import Vocabulary
    from ...rulebook.book import RuleBook

Dialect: TypeAlias = Literal["standard", "strict"]
Schema: TypeAlias = dict[str, Any]

NAME: Final = "assess_back_pain"
LISTS: Final = ("present", "absent", "not_sure", "not_sure_questions")
"""What strict arguments hold beside numbers and choices."""
NOT_SAID: Final = "not_said"
"""What stands for a choice in strict arguments until one is made: null would be a union."""

_DESCRIPTION: Final = """\
Triage of back and neck pain by fixed rules: how urgent, what to do, what to ask, which exercises are allowed. \
It remembers nothing: pass all that the person has said about themselves so far, and only that; never guess. {unsaid}\
In its result: show every text marked word_for_word exactly as it is, before all else. \
Only `urgency` is a result; while it is null nothing has been ruled out: ask what stands in `ask`. \
After "none of these" to a whole list {none}. \
Suggest no exercise outside `allowed`, none above its dose. \
A result of `problems` has assessed nothing: mend the arguments and call again. \
Not a medical device; not reviewed by a clinician."""
_NONE: Final = {"standard": "give its id in `denies`", "strict": "give each of its lines in `absent`"}
_DENIES: Final = (
    "Checklists the person has answered whole, every line of it: what is not answered otherwise is absent. "
    "Never for a list that was not put to them. Their questions, which every line marked with one belongs under:"
)
_PRESENT: Final = "What the person says they have. The words of each, under the question they are asked with:"
_ABSENT: Final = "What the person has been asked and says they do not have, each by itself; never what was not asked."
_NOT_SURE: Final = "What the person was asked and does not know; nothing else says so."
_NOT_SURE_QUESTIONS: Final = "The same for numbers, choices and whole lists."
_LEAVE_OUT: Final = "Leave out what has not been said; name in `not_sure` what they were asked and do not know. "
"""It stands in the description of the tool, for many a framework drops that of the parameters."""
_CLEARANCE: Final = "Only if the person says a professional gave it."
_REPORTED: Final = "Not to be asked for; give it when it is said."
_ASKED_IF: Final = "Asked if `{finding}`."
_STARTBACK: Final = "Only if the host has put the item to them in its licensed words."


def tool_schema(dialect: Dialect = "standard", *, rulebook: RuleBook | None = None) -> Schema:
    """The tool as a function-calling model is told of it: name, description, parameters and whether they are strict.

    Every finding of the rulebook is in it, with its words, range and options; :func:`call_tool` takes what fits it.

    Args:
        dialect: ``standard``: a property a finding, all optional, and ``denies`` for whole checklists. ``strict``: the
            subset of JSON Schema that OpenAI and Anthropic enforce; every property is required, what is present and
            what is absent is named in lists, and there is no ``denies``.
        rulebook: The rulebook; the default one if left out.

    Raises:
        ValueError: If there is no such dialect, or the rulebook has a word that strict arguments need.

    >>> import backtriage as bt
    >>> tool = bt.tool_schema()
    >>> sorted(tool), tool["parameters"]["properties"]["age"]["maximum"]
    (['description', 'name', 'parameters', 'strict'], 120)
    >>> bt.tool_schema("strict")["parameters"]["required"][:5]
    ['present', 'absent', 'not_sure', 'not_sure_questions', 'age']
    """
    vocabulary = rulebook_of(rulebook).vocabulary
    if dialect not in _NONE:
        raise ValueError(f"dialect: {shown(dialect)} is no dialect; known: {', '.join(_NONE)}")
    if dialect == "strict" and not has_strict(vocabulary):
        words = ", ".join((*LISTS, NOT_SAID))
        raise ValueError(f"dialect: the rulebook has a word of the strict dialect ({words}); use the standard dialect")
    return {
        "name": NAME,
        "description": _DESCRIPTION.format(none=_NONE[dialect], unsaid=_LEAVE_OUT if dialect == "standard" else ""),
        "parameters": _standard(vocabulary) if dialect == "standard" else _strict(vocabulary),
        "strict": dialect == "strict",
    }


def has_strict(vocabulary: Vocabulary) -> bool:
    """Whether the words of the strict dialect can be told from the rulebook's."""
    options = [NOT_SAID in finding.options for finding in vocabulary.findings.values() if isinstance(finding, Choice)]
    return vocabulary.findings.keys().isdisjoint(LISTS) and not any(options)


def on_their_own(vocabulary: Vocabulary) -> list[Number | Choice]:
    """The findings that are a property in both dialects: numbers and choices, in the order of asking."""
    return [finding for finding in _in_order(vocabulary) if not isinstance(finding, YesNo)]


# -- the two dialects --------------------------------------------------------------------------------------------------


def _standard(vocabulary: Vocabulary) -> Schema:
    properties: dict[str, Schema] = {}
    for finding in _in_order(vocabulary):
        under = f"[{finding.checklist}] " if finding.checklist else ""
        properties[finding.id] = {**_bounded(finding), "description": f"{under}{_words(finding)}"}
    checklists, findings = list(vocabulary.checklists), list(properties)
    if checklists:
        asked = "\n".join((_DENIES, *(_heading(question) for question in vocabulary.checklists.values())))
        properties["denies"] = {"type": "array", "items": _one_of(checklists), "description": asked}
    either = _one_of([*findings, *checklists])
    properties["not_sure"] = {"type": "array", "items": either, "description": _NOT_SURE}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _strict(vocabulary: Vocabulary) -> Schema:
    """Lists, and not a property a finding: each would be a union with null, and what a union costs Anthropic is
    exponential: it takes 16. So only numbers are one."""
    own = on_their_own(vocabulary)
    yes_no: Schema = {"type": "array", "items": {"$ref": "#/$defs/yes_no"}}
    questions = [*(finding.id for finding in own), *vocabulary.checklists]
    properties: dict[str, Schema] = {
        "present": {**yes_no, "description": "\n".join((_PRESENT, *_glossary(vocabulary)))},
        "absent": {**yes_no, "description": _ABSENT},
        "not_sure": {**yes_no, "description": _NOT_SURE},
        "not_sure_questions": {"type": "array", "items": _one_of(questions), "description": _NOT_SURE_QUESTIONS},
    }
    for finding in own:
        if isinstance(finding, Choice):
            properties[finding.id] = {**_one_of([*finding.options, NOT_SAID]), "description": _words(finding)}
        else:  # by anyOf: a list of types is more than Anthropic's own client reads
            number: Schema = {"anyOf": [{"type": _kind(finding)}, {"type": "null"}]}
            properties[finding.id] = {**number, "description": f"null until said. {_words(finding)}"}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        "$defs": {"yes_no": _one_of([one.id for one in _in_order(vocabulary) if isinstance(one, YesNo)])},
    }


def _glossary(vocabulary: Vocabulary) -> Iterator[str]:
    """The words of every yes or no, a checklist's under its question."""
    for question in vocabulary.questions.values():
        lines = [finding for id_ in question.findings if isinstance(finding := vocabulary.findings[id_], YesNo)]
        if question.kind == "checklist":
            yield _heading(vocabulary.checklists[question.id])
        yield from (f"{finding.id}: {_words(finding)}" for finding in lines)


def _heading(checklist: Checklist) -> str:
    return f"[{checklist.id}] {_sentences(checklist.question, checklist.help)}"


# -- one finding -------------------------------------------------------------------------------------------------------


def _bounded(finding: Finding) -> Schema:
    """The answers that the door lets in, without null: a client of Gemini refuses it in an enum, and reads one type."""
    if isinstance(finding, Choice):
        return _one_of(finding.options)
    if isinstance(finding, YesNo):
        return {"type": "boolean"}
    bounds = {"minimum": finding.minimum, "maximum": finding.maximum}
    steps = {"multipleOf": finding.step} if finding.step != 1 else {}
    return {"type": _kind(finding), **bounds, **steps}


def _kind(number: Number) -> str:
    return "integer" if number.integer else "number"


def _words(finding: Finding) -> str:
    """What a finding is, and what to heed in giving it."""
    parts = [finding.text, finding.help]
    if isinstance(finding, Number):
        step = f" in steps of {finding.step:g}" if finding.step != 1 else ""
        parts.append(f"In {finding.unit}, {finding.range}{step}.")
        parts.append(f"Never more than `{finding.at_most}`." if finding.at_most else "")
    elif isinstance(finding, Choice):
        parts.append("; ".join(f"{id_}: {words}" for id_, words in finding.options.items()))
    elif finding.clearance:
        parts.append(_CLEARANCE)
    elif finding.reported:
        parts.append(_REPORTED)
    if finding.id in startback.ITEMS:
        parts.append(_STARTBACK)
    if isinstance(finding.asked_if, Present):
        parts.append(_ASKED_IF.format(finding=finding.asked_if.finding))
    return _sentences(*parts)


def _sentences(*parts: str) -> str:
    return " ".join(part if part[-1] in ".?!:" else f"{part}." for part in parts if part)


def _in_order(vocabulary: Vocabulary) -> list[Finding]:
    return [vocabulary.findings[id_] for question in vocabulary.questions.values() for id_ in question.findings]


def _one_of(ids: Iterable[str]) -> Schema:
    return {"type": "string", "enum": list(ids)}
