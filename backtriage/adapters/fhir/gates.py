"""When a question is shown: the gates of a rulebook as far as ``enableWhen`` can say them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...findings.conditions import Absent, AllOf, AnyOf, AtLeast, Atom, Compare, Condition, OneOf, Present
from ...findings.finding import Choice, Finding, Number
from .codes import NO, NONE, NOT_SURE, UNSURE, YES, Resource, option


def enabled(item: Resource, gate: Condition | None, findings: Mapping[str, Finding]) -> Resource:
    """The item, shown only where its gate is open or was answered "not sure".

    R4 joins the lines of one ``enableWhen`` all by "and" or all by "or": what has to hold besides is put on a group
    around the item, ``<linkId>.if1``.
    """
    clauses = _clauses(gate) if gate is not None else []
    for number, clause in enumerate(reversed(clauses)):
        if number:
            item = {"linkId": f"{item['linkId'].partition('.if')[0]}.if{number}", "type": "group", "item": [item]}
        item |= {"enableWhen": [line for atom in clause for line in _lines(atom, findings)], "enableBehavior": "any"}
    return item


def _clauses(condition: Condition) -> list[list[Atom]]:
    """Alternatives, of each of which one has to hold.

    It never says more than the condition: where the two differ it holds for more people.
    """
    match condition:
        case AllOf(terms):
            return [clause for term in terms for clause in _clauses(term)]
        case AnyOf(terms) | AtLeast(_, terms):
            firsts = [next(iter(_clauses(term)), None) for term in terms]
            if None in firsts:
                return []
            return [[atom for clause in firsts if clause for atom in clause]]
        case _:
            return [[condition]]


def _lines(atom: Atom, findings: Mapping[str, Finding]) -> Iterator[Resource]:
    finding = findings[atom.finding]
    coded: list[Resource] = [NOT_SURE]
    match atom:
        case Present():
            coded = [YES, NOT_SURE]
        case Absent():
            coded = [NO, NOT_SURE]
            if finding.checklist:
                yield {"question": finding.checklist + NONE, "operator": "=", "answerBoolean": True}
        case OneOf(_, options) if isinstance(finding, Choice):
            coded = [*(option(finding.id, id_, finding.options[id_]) for id_ in options), NOT_SURE]
        case Compare(_, op, bound):
            answer = "answerInteger" if isinstance(finding, Number) and finding.integer else "answerDecimal"
            yield {"question": finding.id, "operator": "=" if op == "==" else op, answer: bound}
            yield {"question": finding.id + UNSURE, "operator": "=", "answerBoolean": True}
            return
    yield from ({"question": finding.id, "operator": "=", "answerCoding": coding} for coding in coded)
