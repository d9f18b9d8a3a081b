"""A rulebook's questions as a Questionnaire."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import backtriage as bt

from ...findings.finding import Checklist, Choice, Finding, Number
from ...rulebook.reading import rulebook_of
from ...triage.startback import ITEMS as STARTBACK
from .codes import FINDING, NO, NONE, NOT_SURE, UNSURE, YES, Resource, address, option
from .gates import enabled

_UCUM: Final = {"years": "a", "days": "d", "hours": "h", "minutes": "min"}
_HL7: Final = "http://hl7.org/fhir/StructureDefinition"
_DESCRIPTION: Final = (
    "What backtriage asks. Leave out what was not asked: it stays unknown, never absent. "
    "Not a medical device; not reviewed by a clinician."
)


def questionnaire(rulebook: bt.RuleBook | None = None, *, startback: Mapping[str, str] | None = None) -> Resource:
    """The Questionnaire: every question of a rulebook in the order of asking, a checklist as a group.

    A gate becomes ``enableWhen``; where R4 cannot say all of it, the question is shown to more people, never to fewer.
    What is never asked for, only taken when it is said (thoughts of suicide), is hidden.

    Args:
        rulebook: Whose questions; the default rulebook's if left out.
        startback: The host's wording of the nine STarT Back items, as in :class:`backtriage.Interview`; without it they
            are left out.

    Raises:
        ProfileError: If the wording cannot be used.

    >>> form = questionnaire()
    >>> [(item["linkId"], item["type"]) for item in form["item"]][1:6]  # doctest: +NORMALIZE_WHITESPACE
    [('where', 'group'), ('emergency_nerves', 'group'), ('very_ill_now', 'group'),
     ('age', 'integer'), ('age.not_sure', 'boolean')]
    """
    book = rulebook_of(rulebook)
    wording = dict(startback or {})
    if startback is not None:
        bt.Interview(rulebook=book, startback=startback)  # refuses what is not the nine items
    url, version = address("questionnaire", book)
    return {
        "resourceType": "Questionnaire",
        "url": url,
        "version": version,
        "title": book.title,
        "status": "draft",
        "experimental": True,
        "subjectType": ["Patient"],
        "description": _DESCRIPTION,
        "item": list(_items(book, {id_: wording.get(id_, "") for id_ in STARTBACK})),
    }


def items(book: bt.RuleBook) -> list[Resource]:
    """Every item that a response may answer, the STarT Back items included."""
    return list(_items(book, {}))


def _items(book: bt.RuleBook, wording: Mapping[str, str]) -> Iterator[Resource]:
    vocabulary = book.vocabulary
    for id_ in vocabulary.questions:
        if checklist := vocabulary.checklists.get(id_):
            yield enabled(_group(checklist, vocabulary.findings), checklist.asked_if, vocabulary.findings)
        elif text := wording.get(id_, vocabulary.findings[id_].text):
            yield from _alone(vocabulary.findings[id_], text, vocabulary.findings)


def _group(checklist: Checklist, findings: Mapping[str, Finding]) -> Resource:
    """A checklist: its lines, "none of the others above", then the lines that hang on another line of it.

    INVARIANT: "none of the others" never stands below a line that appears only when another line is ticked: it would
    seem to deny what nobody had seen.
    """
    lines = [findings[id_] for id_ in checklist.findings]
    above = [line for line in lines if not hangs_on_its_list(line, checklist)]
    below = [enabled(_yes_no(line), line.asked_if, findings) for line in lines if line not in above]
    none = {"linkId": checklist.id + NONE, "type": "boolean", "text": "None of the others above"}
    return {
        "linkId": checklist.id,
        "type": "group",
        "text": _words(checklist.question, checklist.help),
        "item": [
            *(enabled(_yes_no(line), line.asked_if, findings) for line in above),
            none,
            *({**item, "required": True} for item in below),
        ],
    }


def hangs_on_its_list(line: Finding, checklist: Checklist) -> bool:
    """Whether a line is asked only if another line of its own checklist is present."""
    return line.asked_if is not None and any(atom.finding in checklist.findings for atom in line.asked_if.atoms())


def _alone(finding: Finding, text: str, findings: Mapping[str, Finding]) -> Iterator[Resource]:
    item = {**_question(finding), "text": _words(text, finding.help)}
    yield enabled(item, finding.asked_if, findings)
    if isinstance(finding, Number):
        unsure = {"linkId": finding.id + UNSURE, "type": "boolean", "text": f"Not sure: {text}"}
        yield enabled(unsure, finding.asked_if, findings)


def _question(finding: Finding) -> Resource:
    if isinstance(finding, Number):
        return _number(finding)
    if isinstance(finding, Choice):
        options = [option(finding.id, id_, words) for id_, words in finding.options.items()]
        return _choice(finding, [*options, NOT_SURE])
    return _yes_no(finding)


def _yes_no(finding: Finding) -> Resource:
    item = {**_choice(finding, [YES, NO, NOT_SURE]), "text": _words(finding.text, finding.help)}
    if finding.reported:
        item["extension"] = [{"url": f"{_HL7}/questionnaire-hidden", "valueBoolean": True}]
    return item


def _choice(finding: Finding, options: list[Resource]) -> Resource:
    return {**_of(finding), "type": "choice", "answerOption": [{"valueCoding": coding} for coding in options]}


def _number(finding: Number) -> Resource:
    type_, value = ("integer", "valueInteger") if finding.integer else ("decimal", "valueDecimal")
    unit = {"system": "http://unitsofmeasure.org", "code": _UCUM.get(finding.unit, f"{{{finding.unit}}}")}
    extensions: list[Resource] = [
        {"url": f"{_HL7}/minValue", value: finding.minimum},
        {"url": f"{_HL7}/maxValue", value: finding.maximum},
        {"url": f"{_HL7}/questionnaire-unit", "valueCoding": {**unit, "display": finding.unit}},
    ]
    if not finding.integer:
        places = len(f"{finding.step:f}".rstrip("0").partition(".")[2])
        extensions.append({"url": f"{_HL7}/maxDecimalPlaces", "valueInteger": places})
    return {**_of(finding), "type": type_, "extension": extensions}


def _of(finding: Finding) -> Resource:
    return {"linkId": finding.id, "code": [{"system": FINDING, "code": finding.id}]}


def _words(text: str, help_: str) -> str:
    return f"{text} {help_}".strip()
