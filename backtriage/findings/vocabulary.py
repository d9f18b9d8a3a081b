"""The vocabulary of a rulebook: its findings, the order of asking, and what one answer says about other findings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from graphlib import TopologicalSorter

import attrs

from ..errors.likeness import Spoken
from .ceilings import Ceiling, ceiling
from .compiling import refutes
from .conditions import NOT_APPLICABLE, Condition, Known, NotApplicable, Present, Value
from .finding import Checklist, Finding, Number, YesNo
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
        set_aside: The answers that do not count, behind a gate that is closed: finding to what closes it.
        contradictions: Pairs of an answered finding and one that it says is present and that was answered absent.
    """

    known: Known
    set_aside: Mapping[str, tuple[str, ...]]
    contradictions: tuple[tuple[str, str], ...]


@attrs.frozen(kw_only=True, eq=False)
class Vocabulary:
    """Every finding and checklist of a rulebook, and the order of asking.

    Attributes:
        findings: Finding id to finding.
        checklists: Checklist id to checklist.
        asking_order: Ids of checklists and of findings that stand alone, in the order they are asked.
        spoken: Reads the words that people use for them.
        implied: Finding that implies others to all it implies, directly or through others.
        says: Finding to all that is present where it is: what it implies, the reported finding that its gate asks
            for, if it is one, and so on. A number or a choice says it with any answer.
        ceilings: The pairs of numbers of which one cannot exceed the other.
    """

    findings: Mapping[str, Finding] = attrs.field(converter=frozen)
    checklists: Mapping[str, Checklist] = attrs.field(converter=frozen)
    asking_order: tuple[str, ...]
    spoken: Callable[[], Spoken] = Spoken
    questions: Mapping[str, Question] = attrs.field(init=False)
    question_of: Mapping[str, str] = attrs.field(init=False)
    yes_no: frozenset[str] = attrs.field(init=False)
    implied: Mapping[str, tuple[str, ...]] = attrs.field(init=False)
    says: Mapping[str, tuple[str, ...]] = attrs.field(init=False)
    _implying: Mapping[str, tuple[str, ...]] = attrs.field(init=False)
    _reported: tuple[str, ...] = attrs.field(init=False)
    ceilings: tuple[Ceiling, ...] = attrs.field(init=False)
    heard_through: Mapping[str, frozenset[str]] = attrs.field(init=False)
    _denials: Mapping[str, Mapping[str, bool]] = attrs.field(init=False)
    gates: tuple[tuple[Condition, Mapping[str, bool | NotApplicable]], ...] = attrs.field(init=False)
    _closing: tuple[tuple[Condition, Callable[[Known], bool], Mapping[str, bool | NotApplicable]], ...] = attrs.field(
        init=False
    )

    def __attrs_post_init__(self) -> None:
        put = object.__setattr__
        put(self, "questions", frozen({id_: self._question(id_) for id_ in self.asking_order}))
        question_of = {finding: q.id for q in self.questions.values() for finding in q.findings}
        put(self, "question_of", frozen(question_of))
        yes_no = [finding for finding in self.findings.values() if isinstance(finding, YesNo)]
        put(self, "yes_no", frozenset(finding.id for finding in yes_no))
        implied = {finding.id: _reached(finding.id, self._implied) for finding in yes_no}
        says = {id_: _reached(id_, self._said_with) for id_ in self.findings}
        implying: dict[str, list[str]] = {}
        for finding, consequences in implied.items():
            for consequence in consequences:
                implying.setdefault(consequence, []).append(finding)
        put(self, "ceilings", tuple(self._ceilings()))
        put(self, "implied", frozen({finding: ids for finding, ids in implied.items() if ids}))
        put(self, "says", frozen({finding: ids for finding, ids in says.items() if ids}))
        put(self, "_implying", {finding: tuple(ids) for finding, ids in implying.items()})
        put(self, "_reported", tuple(finding.id for finding in yes_no if finding.reported))
        reported = frozenset(self._reported)
        heard = {id_: reported.intersection(_reached(id_, self._before)) for id_ in self.findings}
        put(self, "heard_through", {id_: others for id_, others in heard.items() if others})
        put(self, "_denials", {id_: dict.fromkeys(list_.findings, False) for id_, list_ in self.checklists.items()})
        gates = tuple(self._gates_in_order())
        put(self, "gates", gates)
        put(self, "_closing", tuple((gate, refutes(gate), gated) for gate, gated in gates))

    def close(self, given: Mapping[str, Value], denied: Collection[str] = (), not_sure: Collection[str] = ()) -> Closed:
        """Everything that follows from some answers.

        In this order: the findings of the denied checklists, what the answers say of other findings, the answers
        themselves, what the absence of an implied finding excludes, the reported findings nobody has mentioned, the
        findings behind closed gates.

        Args:
            given: Valid answers.
            denied: Checklists whose unanswered findings are absent.
            not_sure: Findings that a denial must leave unknown.
        """
        said = [finding for finding in given if given[finding] is not False]
        known: dict[str, Value | NotApplicable] = {}
        for checklist in denied:
            known.update(self._denials[checklist])
        for finding in not_sure:
            for doubtful in (finding, *self.implied.get(finding, ())):
                known.pop(doubtful, None)
        for finding in said:
            if finding in self.says:
                known.update(dict.fromkeys(self.says[finding], True))
        known.update(given)
        self._exclude(known)
        contradictable = said if denied or len(said) < len(given) else ()
        contradicted = [pair for id_ in contradictable for pair in self._contradicts(id_, given, denied)]
        contradictions = tuple([(id_, other) for id_, other in contradicted if other not in not_sure])
        unheard = self._unheard(known, not_sure)
        for finding in self._reported:
            if finding not in unheard:
                known.setdefault(finding, False)
        set_aside = self._close_gates(known, given)
        self._exclude(known)
        return Closed(known=known, set_aside=set_aside, contradictions=contradictions)

    def _close_gates(
        self, known: dict[str, Value | NotApplicable], given: Mapping[str, Value]
    ) -> dict[str, tuple[str, ...]]:
        """What is behind a closed gate is absent or does not apply; of the answers there a red flag counts all the
        same, and the others are set aside."""
        calm = [finding for finding in given if not self.findings[finding].red_flag]
        set_aside: dict[str, tuple[str, ...]] = {}
        for gate, closed, gated in self._closing:
            if closed(known):
                for finding, absent in gated.items():
                    known.setdefault(finding, absent)
                for finding in calm:
                    if finding in gated and known[finding] is not gated[finding]:
                        known[finding] = gated[finding]
                        set_aside[finding] = tuple(dict.fromkeys(atom.finding for atom in gate.atoms()))
        return set_aside

    def _exclude(self, known: dict[str, Value | NotApplicable]) -> None:
        """What implies an absent finding is absent."""
        if not known:
            return
        for implied, implying in self._implying.items():
            if known.get(implied) is False:
                for finding in implying:
                    known.setdefault(finding, False)

    def _unheard(self, known: Known, not_sure: Collection[str]) -> set[str]:
        """The reported findings that are not absent by silence: in doubt, or without which something that was said
        could not be; or a red flag in doubt, if silence would answer it."""
        found = set(not_sure)
        for finding, reported in self.heard_through.items():
            if finding in not_sure and self.findings[finding].red_flag:
                silent = dict.fromkeys(reported, False) | known  # type: ignore[operator]  # known is a dict
                gates = self.silenced(finding, reported)
                if not gates or any(gate.holds(silent) is False for gate in gates):
                    found |= reported
            elif known.get(finding, False) is not False:
                found |= reported
        return found

    def silenced(self, finding: str, reported: Collection[str]) -> tuple[Condition, ...]:
        """The gates before a finding that silence about some reported findings may close; none if it answers otherwise,
        by what the finding implies or through another gate."""
        gates = [gate for gate in self.gates_of(finding) if any(atom.finding in reported for atom in gate.atoms())]
        return () if not set(reported).isdisjoint(self.implied.get(finding, ())) else tuple(gates)

    def _contradicts(
        self, finding: str, given: Mapping[str, Value], denied: Collection[str]
    ) -> Iterable[tuple[str, str]]:
        """What an answered finding says is present and was answered absent, alone or with a checklist that the finding
        is not in."""
        own = self.findings[finding].checklist
        for other in self.says.get(finding, ()):
            checklist = self.findings[other].checklist
            if given.get(other, not (checklist in denied and checklist != own)) is False:
                yield finding, other

    def shut(self, finding: str, known: Known) -> tuple[str, ...]:
        """The absent findings that, whatever the numbers are, shut a gate before a finding, or one before that."""
        found: list[str] = []
        for gate in self.gates_of(finding):
            asked = {atom.finding: known[atom.finding] for atom in gate.atoms() if atom.finding in known}
            told = {id_: value for id_, value in asked.items() if self.findings[id_].kind != "number"}
            if gate.holds(told) is False:
                found += [id_ for id_, value in told.items() if value is False]
                found += [id_ for one in told for id_ in self.shut(one, known)]
        return tuple(found)

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

    def impossible(self, values: Mapping[str, object]) -> list[Ceiling]:
        """The pairs of numbers that cannot both be true."""
        return [pair for pair in self.ceilings if pair.exceeded(values)]

    def _ceilings(self) -> Iterable[Ceiling]:
        for finding in self.findings.values():
            other = self.findings.get(finding.at_most) if isinstance(finding, Number) else None
            if isinstance(finding, Number) and isinstance(other, Number) and (pair := ceiling(finding, other)):
                yield pair

    def _implied(self, finding: str) -> tuple[str, ...]:
        return self.findings[finding].implies

    def _said_with(self, finding: str) -> tuple[str, ...]:
        said = list(self.findings[finding].implies)
        for gate in self.gates_of(finding):
            present = {atom.finding for atom in gate.atoms() if isinstance(atom, Present)}
            reported = [id_ for id_ in present if self.findings[id_].reported]
            said += reported if len(reported) == 1 else []
        return tuple(said)

    def _before(self, finding: str) -> tuple[str, ...]:
        gates = [atom.finding for gate in self.gates_of(finding) for atom in gate.atoms()]
        return (*self.findings[finding].implies, *gates)

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


def is_said(value: object) -> bool:
    """Whether an answer says something of other findings: present, or any number or choice."""
    return value is not None and value is not False and value is not NOT_APPLICABLE


def _reached(finding: str, near: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    """What is near a finding, directly or through others, itself left out."""
    found: dict[str, None] = {}
    todo = [finding]
    while todo:
        new = [id_ for id_ in near(todo.pop()) if id_ not in found]
        found.update(dict.fromkeys(new))
        todo.extend(new)
    return tuple(id_ for id_ in found if id_ != finding)
