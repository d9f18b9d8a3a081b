"""An interview as forms: a few questions at a time, in the flat fields that a chat program can show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import attrs

import backtriage as bt

MAX_FIELDS: Final = 8
"""Fields on a form: its questions, and the way out."""
FORM: Final = "form"
NONE: Final = "none_of_these"
NOT_SURE: Final = "not_sure"
STOP: Final = "stop_here"
_NONE_TEXT: Final = "None of these"
_NOT_SURE_TEXT: Final = "Not sure"
_STOP_TEXT: Final = "Stop here and be told what to do?"
_YES_NO: Final = {"yes": "Yes", "no": "No"}
_BLANK: Final = "What you leave blank counts as not known, never as no."


def fields(interview: bt.Interview) -> tuple[bt.InterviewQuestion, ...]:
    """The questions of the next form, the next question first: those that are open whatever the others are answered.

    The same interview gives the same form.

    >>> import backtriage as bt
    >>> [question.id for question in fields(bt.Interview())][:5]
    ['where', 'emergency_nerves', 'very_ill_now', 'age', 'pain_duration_days']
    """
    first = interview.question
    if first is None or first.kind == "offer":
        return () if first is None else (first,)
    book = interview.profile.rulebook
    open_now = {id_ for entry in interview.assessment.questions for id_ in entry.question.findings}
    never_asked = [id_ for id_, finding in book.vocabulary.findings.items() if finding.reported]
    open_now.update(first.findings, never_asked)  # unless what somebody wrote speaks of it
    ahead = bt.Interview.from_dict(interview.to_dict(), rulebook=book)
    found: dict[str, bt.InterviewQuestion] = {}
    passed: set[str] = set()
    while (question := ahead.question) and question.phase is first.phase and question.kind != "offer":
        for part in question.parts or (question,):
            kept = _ungated(part, passed, book)
            if kept is not None and open_now.issuperset(kept.findings) and len(found) < MAX_FIELDS - 1:
                found.setdefault(kept.id, kept)
        if len(found) == MAX_FIELDS - 1:
            break
        passed.update(question.findings)
        ahead.skip()
    return tuple(found.values())


def _ungated(question: bt.InterviewQuestion, passed: Collection[str], book: bt.RuleBook) -> bt.InterviewQuestion | None:
    """The question without what hangs on an answer that the same form asks for; nothing if nothing is left."""

    def waits(id_: str) -> bool:
        gate = book.vocabulary.findings[id_].asked_if
        return gate is not None and any(atom.finding in passed for atom in gate.atoms())

    if question.kind != "checklist":
        return None if waits(question.id) else question
    items = {id_: text for id_, text in question.items.items() if not waits(id_)}
    return attrs.evolve(question, items=items) if items else None


def message(interview: bt.Interview, problems: Iterable[bt.Problem] = ()) -> str:
    """What stands above a form: what was wrong with the last one, what must be done at once, and why it is asked."""
    assessment, question = interview.assessment, interview.question
    action = assessment.action
    parts = [f"Please look at this again: {one.where} {one.what}; {one.hint}." for one in problems]
    if action.locked or (action.level is not None and action.level >= bt.Urgency.SAME_DAY):
        parts += [one.text for one in assessment.messages() if one.locked and one.part.value in ("now", "when")]
    return "\n\n".join([*parts, *([question.why] if question else []), _BLANK])


def schema(asked: Iterable[bt.InterviewQuestion]) -> dict[str, Any]:
    """The form as the flat JSON Schema of elicitation. Nothing is required and nothing is filled in beforehand.

    Its last field is the way out: to be told what to do without answering more.
    """
    fields = {question.id: _field(question) for question in asked}
    out = {"type": "string", "title": _STOP_TEXT, "oneOf": _titled({**_YES_NO, NOT_SURE: _NOT_SURE_TEXT})}
    return {"type": "object", "properties": {**fields, STOP: out}}


def _field(question: bt.InterviewQuestion) -> dict[str, Any]:
    unit = f"In {question.unit}." if question.unit else ""
    description = " ".join(filter(None, (question.help, unit)))
    words = {"title": question.text, **({"description": description} if description else {})}
    if question.kind == "number":
        bounds = {"minimum": question.minimum, "maximum": question.maximum}
        return {"type": "integer" if _whole(question) else "number", **words, **bounds}
    if question.kind == "checklist":
        helps = question.item_help
        items = {id_: f"{text} ({helps[id_]})" if id_ in helps else text for id_, text in question.items.items()}
        options = {**items, NONE: _NONE_TEXT, NOT_SURE: _NOT_SURE_TEXT}
        return {"type": "array", **words, "items": {"anyOf": _titled(options)}}
    options = {**(question.options or _YES_NO), NOT_SURE: _NOT_SURE_TEXT}
    return {"type": "string", **words, "oneOf": _titled(options)}


def _titled(options: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"const": id_, "title": text} for id_, text in options.items()]


def _whole(question: bt.InterviewQuestion) -> bool:
    return float(question.step or 1).is_integer()


# -- what comes back --------------------------------------------------------------------------------------------------


@attrs.define
class _Reply:
    """A form filled in.

    Attributes:
        present: What is there.
        absent: What is not.
        unknown: What was left blank, or is not known.
        values: Numbers and choices, not checked yet.
        problems: What could not be read.
    """

    present: dict[str, Any] = attrs.Factory(dict)
    absent: dict[str, Any] = attrs.Factory(dict)
    unknown: dict[str, Any] = attrs.Factory(dict)
    values: dict[str, Any] = attrs.Factory(dict)
    problems: list[bt.Problem] = attrs.Factory(list)

    def read(self, question: bt.InterviewQuestion, value: object) -> None:
        if question.kind == "checklist":
            self._read_checklist(question, value)
        elif value is None or (value == NOT_SURE and NOT_SURE not in question.options):
            self.unknown[question.id] = None
        elif question.kind != "yes_no":
            whole = type(value) is float and value.is_integer() and _whole(question)
            self.values[question.id] = int(value) if whole else value  # type: ignore[call-overload]  # it is a float
        elif value in ("yes", "no"):
            (self.present if value == "yes" else self.absent)[question.id] = value == "yes"
        else:
            self._wrong(question, "no yes or no")

    def _read_checklist(self, question: bt.InterviewQuestion, value: object) -> None:
        """What is ticked is there, whatever else is wrong. Only a list without a doubt denies the rest."""
        named = value if isinstance(value, list) else []
        ticked = dict.fromkeys([id_ for id_ in named if isinstance(id_, str) and id_ in question.items], True)
        others = [id_ for id_ in named if not isinstance(id_, str) or id_ not in ticked]
        rest = [id_ for id_ in question.items if id_ not in ticked]
        self.present |= ticked
        if not isinstance(value, list | None) or any(id_ not in (NONE, NOT_SURE) for id_ in others):
            self._wrong(question, "something else than what stands there")
        elif (ticked and not others) or (not ticked and others and NOT_SURE not in others):
            self.absent |= dict.fromkeys(rest, False)
        else:
            self.unknown |= dict.fromkeys(rest)

    def _wrong(self, question: bt.InterviewQuestion, what: str) -> None:
        self.problems.append(bt.Problem(where=question.text, what=what, hint="choose from the form"))


def answer(
    interview: bt.Interview, asked: tuple[bt.InterviewQuestion, ...], content: Mapping[str, object]
) -> list[bt.Problem]:
    """Take a form that was filled in; what was left blank stays unknown, and is not asked again.

    Returns:
        What could not be used; all else has been taken. Its place is the question, which is asked again, or ``form``,
        for an answer to what was not asked.

    >>> import backtriage as bt
    >>> iv = bt.Interview()
    >>> answer(iv, fields(iv), {"age": 41, "emergency_nerves": ["new_bladder_change"]})
    []
    >>> iv.done, str(iv.assessment.urgency), iv.profile["saddle_numbness_new"]
    (True, 'emergency', <Answer.ABSENT: 'absent'>)
    """
    odd = [str(id_)[:40] for id_ in content if id_ not in {STOP, *(question.id for question in asked)}]
    reply = _Reply(problems=[bt.Problem(where=FORM, what=f"`{id_}` was not asked") for id_ in odd[:MAX_FIELDS]])
    stops = content.get(STOP) == "yes"
    if asked[0].kind == "offer":
        interview.answer(content.get(asked[0].id) == "yes" and not stops)
        return reply.problems
    for question in asked:
        reply.read(question, content.get(question.id))
    # What is there is said last: it outweighs a "no", or a "not sure", to what it implies.
    for part in (reply.absent, reply.unknown, reply.present):
        if part:
            interview.answer(**part)
    for question in asked:
        if question.id in reply.values:
            reply.problems += _taken(interview, question, reply.values[question.id])
    if stops and not interview.done:
        interview.stop()
    return reply.problems


def _taken(interview: bt.Interview, question: bt.InterviewQuestion, value: Any) -> tuple[bt.Problem, ...]:
    try:
        interview.answer(**{question.id: value})
    except bt.ProfileError as error:
        return tuple(attrs.evolve(problem, where=question.text) for problem in error.problems)
    return ()
