"""The vocabulary of a rulebook: its findings, the order of asking, and what one answer says about other findings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from graphlib import TopologicalSorter

import attrs

from .compiling import refutes
from .conditions import NOT_APPLICABLE, Condition, Known, NotApplicable, Value
from .findings import Checklist, Finding, YesNo
from .frozen import frozen


@attrs.frozen(kw_only=True)
class Question:
    """Something to ask: a checklist, or a finding that stands alone.

    Attributes:
        id: The id of the checklist or finding.
        kind: ``checklist``, ``yes_no``, ``number`` or ``choice``.
        text: The question.
        help: How to understand it; may be empty.
        findings: The findings it answers.
    """

    id: str
    kind: str
    text: str
    help: str
    findings: tuple[str, ...]

    def to_dict(self) -> dict[str, str]:
        """Its words as plain data."""
        return {"id": self.id, "text": self.text, "help": self.help}


@attrs.frozen(kw_only=True)
class Closed:
    """All that some answers say.

    Attributes:
        known: Every finding that is known, the ones that follow from others included.
        contradictions: Pairs (present finding, finding it implies that was answered absent).
    """

    known: Known
    contradictions: tuple[tuple[str, str], ...]


@attrs.frozen(kw_only=True, eq=False)
class Vocabulary:
    """Every finding and checklist of a rulebook, and the order of asking.

    Attributes:
        findings: Finding id to finding.
        checklists: Checklist id to checklist.
        asking_order: Ids of checklists and of findings that stand alone, in the order they are asked.
        spoken: The folders of the words that people use for them, the lowest rulebook's first.
        implied: Finding that implies others to all it implies, directly or through others.
    """

    findings: Mapping[str, Finding] = attrs.field(converter=frozen)
    checklists: Mapping[str, Checklist] = attrs.field(converter=frozen)
    asking_order: tuple[str, ...]
    spoken: tuple[str, ...] = ()
    questions: Mapping[str, Question] = attrs.field(init=False)
    question_of: Mapping[str, str] = attrs.field(init=False)
    yes_no: frozenset[str] = attrs.field(init=False)
    implied: Mapping[str, tuple[str, ...]] = attrs.field(init=False)
    _implying: Mapping[str, tuple[str, ...]] = attrs.field(init=False)
    _reported: tuple[str, ...] = attrs.field(init=False)
    _denials: Mapping[str, Mapping[str, bool]] = attrs.field(init=False)
    gates: tuple[tuple[Condition, Mapping[str, bool | NotApplicable]], ...] = attrs.field(init=False)
    _closing: tuple[tuple[Callable[[Known], bool], Mapping[str, bool | NotApplicable]], ...] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        put = object.__setattr__
        put(self, "questions", frozen({id_: self._question(id_) for id_ in self.asking_order}))
        question_of = {finding: q.id for q in self.questions.values() for finding in q.findings}
        put(self, "question_of", frozen(question_of))
        yes_no = [finding for finding in self.findings.values() if isinstance(finding, YesNo)]
        put(self, "yes_no", frozenset(finding.id for finding in yes_no))
        implied = {finding.id: _implied_by(finding.id, self.findings) for finding in yes_no}
        implying: dict[str, list[str]] = {}
        for finding, consequences in implied.items():
            for consequence in consequences:
                implying.setdefault(consequence, []).append(finding)
        put(self, "implied", frozen({finding: ids for finding, ids in implied.items() if ids}))
        put(self, "_implying", {finding: tuple(ids) for finding, ids in implying.items()})
        put(self, "_reported", tuple(finding.id for finding in yes_no if finding.reported))
        put(self, "_denials", {id_: dict.fromkeys(list_.findings, False) for id_, list_ in self.checklists.items()})
        gates = tuple(self._gates_in_order())
        put(self, "gates", gates)
        put(self, "_closing", tuple((refutes(gate), gated) for gate, gated in gates))

    def close(self, given: Mapping[str, Value], denied: Collection[str] = (), not_sure: Collection[str] = ()) -> Closed:
        """Everything that follows from some answers.

        In this order: the findings of the denied checklists, what present findings imply, the answers themselves, what
        the absence of an implied finding excludes, the reported findings nobody has mentioned, the findings behind
        closed gates.

        Args:
            given: Valid answers.
            denied: Checklists whose unanswered findings are absent.
            not_sure: Findings that a denial must leave unknown.
        """
        present = [finding for finding in self.implied if given.get(finding) is True]
        implied = [(finding, id_) for finding in present for id_ in self.implied[finding]]
        known: dict[str, Value | NotApplicable] = {}
        for checklist in denied:
            known.update(self._denials[checklist])
        for finding in not_sure:
            for doubtful in (finding, *self.implied.get(finding, ())):
                known.pop(doubtful, None)
        known.update([(id_, True) for _, id_ in implied])
        known.update(given)
        self._exclude(known)
        for finding in self._reported:
            if finding not in not_sure:
                known.setdefault(finding, False)
        for closed, gated in self._closing:
            if closed(known):
                for finding, absent in gated.items():
                    known.setdefault(finding, absent)
        self._exclude(known)
        contradictable = implied if denied or False in given.values() else []
        contradictions = tuple([pair for pair in contradictable if self._contradicts(*pair, given, denied)])
        return Closed(known=known, contradictions=contradictions)

    def _exclude(self, known: dict[str, Value | NotApplicable]) -> None:
        """What implies an absent finding is absent."""
        if not known:
            return
        for implied, implying in self._implying.items():
            if known.get(implied) is False:
                for finding in implying:
                    known.setdefault(finding, False)

    def _contradicts(self, finding: str, implied: str, given: Mapping[str, Value], denied: Collection[str]) -> bool:
        """Whether what a present finding implies was answered absent, alone or with a checklist that the finding is not
        in."""
        if implied in given:
            return given[implied] is False
        checklist = self.findings[implied].checklist
        return checklist in denied and checklist != self.findings[finding].checklist

    def _question(self, id_: str) -> Question:
        if checklist := self.checklists.get(id_):
            return Question(
                id=id_, kind="checklist", text=checklist.question, help=checklist.help, findings=checklist.findings
            )
        finding = self.findings[id_]
        return Question(id=id_, kind=finding.kind, text=finding.text, help=finding.help, findings=(id_,))

    def gates_of(self, finding: str) -> tuple[Condition, ...]:
        """The conditions under which a finding is asked: its checklist's and its own."""
        own = self.findings[finding]
        checklist = self.checklists.get(own.checklist or "")
        return tuple(gate for gate in (checklist.asked_if if checklist else None, own.asked_if) if gate is not None)

    def _gates_in_order(self) -> Iterable[tuple[Condition, Mapping[str, bool | NotApplicable]]]:
        """Every gate with the findings behind it and their value when it is closed; a gate after the gates it depends
        on.

        Raises:
            graphlib.CycleError: If a finding is asked only if it is itself known.
        """
        behind: dict[Condition, list[str]] = {}
        for finding in self.findings:
            for gate in self.gates_of(finding):
                behind.setdefault(gate, []).append(finding)
        needs = {
            finding: {atom.finding for gate in self.gates_of(finding) for atom in gate.atoms()}
            for finding in self.findings
        }
        in_order = dict.fromkeys(
            gate for finding in TopologicalSorter(needs).static_order() for gate in self.gates_of(finding)
        )
        for gate in in_order:
            yield gate, {id_: False if self.findings[id_].kind == "yes_no" else NOT_APPLICABLE for id_ in behind[gate]}


def _implied_by(finding: str, findings: Mapping[str, Finding]) -> tuple[str, ...]:
    """What a finding implies, directly or through others."""
    found: dict[str, None] = {}
    todo = [finding]
    while todo:
        current = findings[todo.pop()]
        new = [id_ for id_ in current.implies if id_ not in found]
        found.update(dict.fromkeys(new))
        todo.extend(new)
    return tuple(id_ for id_ in found if id_ != finding)
