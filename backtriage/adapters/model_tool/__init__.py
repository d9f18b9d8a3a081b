"""The tool itself: what a model passes goes through the door, and what it gets back is small and plain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from ...assessment import Assessment, assess
from ...errors import Problem, ProfileError
from ...findings.finding import Number
from ...presentation.chat_messages import Part, messages
from ...presentation.selection import reason
from ...rulebook.reading import rulebook_of
from ...rulebook.rules import Urgency
from ...triage.profile import Profile
from .arguments import WHERE, answers_in

if TYPE_CHECKING:
    from ...rulebook.book import RuleBook
    from ...triage.engines.chosen import EngineName
    from ...triage.next_step import OpenQuestion
    from ...triage.outcome import Allowed, Excluded

MAX_PROBLEMS: Final = 20
MAX_QUESTIONS: Final = 3

_SAID: Final = (Part.NOW, Part.WHEN, Part.STOP, Part.WATCH)
"""What `say` holds; what is safe and what to leave out stands in `allowed` and `excluded`."""


def call_tool(
    arguments: Mapping[str, object] | str | bytes,
    *,
    rulebook: RuleBook | None = None,
    region: str | None = "",
    engine: EngineName | None = None,
) -> dict[str, Any]:
    """What a model's call of the tool gives it: an assessment in short, or what is wrong with the arguments.

    It takes the arguments of both dialects of :func:`tool_schema` and checks them itself: no framework does. What is
    wrong comes back as ``{"problems": [...]}`` and nothing else, for the model to mend.

    Args:
        arguments: A mapping, or its JSON text: hand over the text where you have it, for only there a key given twice
            is seen.
        rulebook: As for the schema.
        region: Whose telephone numbers to print, as in :func:`assess`; the host's to say, not the model's.
        engine: As in :func:`assess`.

    Returns:
        Plain data: text, numbers, lists and mappings only. ``answers`` is what was taken, as standard arguments.

    Raises:
        ProfileError: If the region is unknown.
        EngineDisagreement: As :func:`assess`; then there is no result.

    >>> import backtriage as bt
    >>> result = bt.call_tool('{"age": 50, "new_bladder_change": true}', region="GB")
    >>> result["urgency"], result["say"][0]["word_for_word"], result["allowed"]
    ('emergency', True, [])
    >>> bt.call_tool({"age": "fifty"})
    {'problems': [{'where': 'age', 'what': "`'fifty'` is not a number", 'hint': 'give years, 0 to 120'}]}
    """
    book = rulebook_of(rulebook)
    try:
        profile = Profile(answers_in(arguments, book.vocabulary), rulebook=book)
    except ProfileError as error:
        return {"problems": _told(error.problems)}
    return _in_short(assess(profile, region=region, engine=engine))


# -- what goes out -----------------------------------------------------------------------------------------------------


def _in_short(a: Assessment) -> dict[str, Any]:
    """An assessment for a model's context. It holds no lower bound that could be taken for a result."""
    return {
        "rulebook": attrs.asdict(a.rulebook),
        "answers": a.profile.to_dict(),
        "urgency": a.urgency.value if a.urgency else None,
        "at_least": a.at_least.value if a.settled or a.at_least > Urgency.SELF_CARE else None,
        "could_be": a.could_be.value,
        "settled": a.settled,
        "action": {"kind": a.action.kind.value, "level": a.action.level.value if a.action.level else None},
        "say": [
            {"text": message.text, "word_for_word": message.locked}
            for message in messages(a)
            if message.part in _SAID and not message.address.startswith("questions.")
        ],
        "ask": [_asked(entry, a) for entry in a.questions[:MAX_QUESTIONS]],
        "questions_left": len(a.questions),
        "allowed": [_allowed(entry) for entry in a.allowed],
        "be_careful": [entry.text for entry in a.cautions] if a.allowed else [],
        "excluded": _excluded(a.excluded),
        "withheld": [entry.exercise.id for entry in a.withheld],
        "valid_hours": a.valid_hours,
    }


def _asked(entry: OpenQuestion, a: Assessment) -> dict[str, Any]:
    """A question; a list has every line that is not answered yet, for only those that were read can be denied."""
    question, vocabulary = entry.question, a.profile.rulebook.vocabulary
    asked: dict[str, Any] = {
        "id": question.id,
        "kind": question.kind,
        "text": f"{question.text} {question.help}".strip(),
        "could_reach": entry.could_reach.value if entry.could_reach else None,
    }
    if question.kind == "checklist":
        lines = [vocabulary.findings[id_] for id_ in question.findings if id_ not in a.profile.known]
        return asked | {"lines": {line.id: f"{line.text} {line.help}".strip() for line in lines}}
    finding = vocabulary.findings[question.id]
    if isinstance(finding, Number):
        return asked | {"unit": finding.unit, "minimum": finding.minimum, "maximum": finding.maximum}
    return asked | ({"options": dict(options)} if (options := getattr(finding, "options", None)) else {})


def _allowed(entry: Allowed) -> dict[str, Any]:
    exercise = entry.exercise
    return {"id": exercise.id, "name": exercise.name, "dose": str(entry.dose), "cautions": list(entry.cautions)}


def _excluded(entries: Iterable[Excluded]) -> list[dict[str, Any]]:
    """The exercises under the first reason that stops each, the reasons in the order of the catalogue."""
    groups: dict[str, list[str]] = {}
    for entry in entries:
        groups.setdefault(reason(entry.because[0]), []).append(entry.exercise.id)
    return [{"because": because, "exercises": ids} for because, ids in groups.items()]


def _told(problems: tuple[Problem, ...]) -> list[dict[str, str]]:
    more = len(problems) - MAX_PROBLEMS
    rest = [Problem(where=WHERE, what=f"{more} more problems", hint="mend these first")] if more > 0 else []
    return [
        {name: text for name, text in attrs.asdict(problem).items() if text}
        for problem in (*problems[:MAX_PROBLEMS], *rest)
    ]
