"""What can be known about a person: findings, the checklists they are asked in, and what one answer says about
others."""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from graphlib import TopologicalSorter
from typing import ClassVar, TypeAlias

import attrs

from .conditions import NOT_APPLICABLE, Condition, Known, NotApplicable, Value
from .errors import shown


class Answer(enum.Enum):
    """The answer to a yes/no finding. It has three values, so it refuses to be read as two.

    >>> import backtriage as bt
    >>> bt.Profile(fever_or_shivers=False)["fever_or_shivers"]
    <Answer.ABSENT: 'absent'>
    >>> bool(bt.Answer.UNKNOWN)
    Traceback (most recent call last):
    TypeError: an answer is present, absent or unknown: compare it with `is`
    """

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        raise TypeError("an answer is present, absent or unknown: compare it with `is`")


@attrs.frozen(kw_only=True)
class _Finding:
    """What every finding has.

    Attributes:
        id: Its name in profiles and conditions.
        text: The question, or the line of its checklist.
        help: How to understand the question; may be empty.
        red_flag: Its presence must never calm anybody.
        checklist: The id of the checklist it is asked in, if any.
        asked_if: The gate: asked only if this holds.
    """

    id: str
    text: str
    help: str = ""
    red_flag: bool = False
    checklist: str | None = None
    asked_if: Condition | None = None


@attrs.frozen(kw_only=True)
class YesNo(_Finding):
    """A finding that is present or absent.

    Attributes:
        implies: Findings that are present whenever this one is.
        reported: Never asked for safety: not said is absent; said, or "not sure", counts as it is said.
        clearance: Something a professional has said or done; never denied as part of a list.
    """

    kind: ClassVar[str] = "yes_no"
    implies: tuple[str, ...] = ()
    reported: bool = False
    clearance: bool = False

    def problem_with(self, value: object) -> tuple[str, str] | None:
        """What is wrong with an answer and what to do about it, or nothing."""
        if type(value) is bool:
            return None
        return f"{shown(value)} is not a yes or no", "give True, False or None" + _numpy_hint(value)


@attrs.frozen(kw_only=True)
class Number(_Finding):
    """A finding that is a number.

    Attributes:
        unit: What it counts.
        minimum: The least value that makes sense.
        maximum: The greatest.
        step: Answers are multiples of this; a step of whole numbers asks for an ``int``.
    """

    kind: ClassVar[str] = "number"
    unit: str
    minimum: float
    maximum: float
    step: float = 1

    @property
    def integer(self) -> bool:
        return float(self.step).is_integer()

    @property
    def range(self) -> str:
        return f"{self.minimum:g} to {self.maximum:g}"

    def problem_with(self, value: object) -> tuple[str, str] | None:
        """What is wrong with an answer and what to do about it, or nothing."""
        wanted = f"give {self.unit}, {self.range}"
        if type(value) is float and not math.isfinite(value):
            return f"{shown(value)} is not a number that can be used", "leave it out, or give None, if it is not known"
        if type(value) is not int and type(value) is not float:
            return f"{shown(value)} is not a number", wanted + _numpy_hint(value)
        if self.integer and type(value) is float:
            return f"{shown(value)} is not a whole number", wanted
        if not self.minimum <= value <= self.maximum:
            return f"{shown(value)} is out of range", wanted
        if value % self.step:
            return f"{shown(value)} is not a multiple of {self.step:g}", wanted
        return None


@attrs.frozen(kw_only=True)
class Choice(_Finding):
    """A finding that is one of some options.

    Attributes:
        options: Option id to the words a person sees.
    """

    kind: ClassVar[str] = "choice"
    options: Mapping[str, str]

    def problem_with(self, value: object) -> tuple[str, str] | None:
        """What is wrong with an answer and what to do about it, or nothing."""
        if type(value) is str and value in self.options:
            return None
        return f"{shown(value)} is no option", f"options: {', '.join(self.options)}" + _numpy_hint(value)


Finding: TypeAlias = YesNo | Number | Choice


def _numpy_hint(value: object) -> str:
    """The hint for a NumPy scalar, told by where its class comes from: NumPy itself is never imported."""
    return " (a NumPy scalar: call .item() on it)" if type(value).__module__ == "numpy" else ""


@attrs.frozen(kw_only=True)
class Checklist:
    """At most nine yes/no findings asked as one question: which of these? none? not sure?

    Attributes:
        id: Its name, as given to ``denies``.
        question: What is asked.
        help: How to understand it; may be empty.
        findings: The ids of its findings, in order.
        asked_if: The gate of all of them.
    """

    id: str
    question: str
    help: str = ""
    findings: tuple[str, ...]
    asked_if: Condition | None = None


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
    """

    findings: Mapping[str, Finding]
    checklists: Mapping[str, Checklist]
    asking_order: tuple[str, ...]
    questions: Mapping[str, Question] = attrs.field(init=False)
    question_of: Mapping[str, str] = attrs.field(init=False)
    _implied: Mapping[str, tuple[str, ...]] = attrs.field(init=False)
    _implying: Mapping[str, tuple[str, ...]] = attrs.field(init=False)
    _reported: tuple[str, ...] = attrs.field(init=False)
    _denials: Mapping[str, Mapping[str, bool]] = attrs.field(init=False)
    question_bits: Mapping[str, int] = attrs.field(init=False)
    asked: Callable[[int], tuple[str, ...]] = attrs.field(init=False)
    _bits: Mapping[str, int] = attrs.field(init=False)
    gates: tuple[tuple[Condition, Mapping[str, bool | NotApplicable]], ...] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        put = object.__setattr__
        put(self, "questions", {id_: self._question(id_) for id_ in self.asking_order})
        bits = {id_: 1 << number for number, id_ in enumerate(self.asking_order)}
        put(self, "_bits", bits)
        put(self, "asked", lru_cache(maxsize=512)(self._asked))
        put(self, "question_bits", {finding: bits[q.id] for q in self.questions.values() for finding in q.findings})
        put(self, "question_of", {finding: q.id for q in self.questions.values() for finding in q.findings})
        yes_no = [finding for finding in self.findings.values() if isinstance(finding, YesNo)]
        implied = {finding.id: _implied_by(finding.id, self.findings) for finding in yes_no}
        implying: dict[str, list[str]] = {}
        for finding, consequences in implied.items():
            for consequence in consequences:
                implying.setdefault(consequence, []).append(finding)
        put(self, "_implied", {finding: ids for finding, ids in implied.items() if ids})
        put(self, "_implying", {finding: tuple(ids) for finding, ids in implying.items()})
        put(self, "_reported", tuple(finding.id for finding in yes_no if finding.reported))
        put(self, "_denials", {id_: dict.fromkeys(list_.findings, False) for id_, list_ in self.checklists.items()})
        put(self, "gates", tuple(self._gates_in_order()))

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
        implied = {
            id_: finding for finding, value in given.items() if value is True for id_ in self._implied.get(finding, ())
        }
        known: dict[str, Value | NotApplicable] = {}
        for checklist in denied:
            known.update(self._denials[checklist])
        for finding in not_sure:
            for doubtful in (finding, *self._implied.get(finding, ())):
                known.pop(doubtful, None)
        known.update(dict.fromkeys(implied, True))
        known.update(given)
        self._exclude(known)
        for finding in self._reported:
            if finding not in not_sure:
                known.setdefault(finding, False)
        for gate, gated in self.gates:
            if gate.holds(known) is False:
                for finding, closed in gated.items():
                    known.setdefault(finding, closed)
        self._exclude(known)
        contradictions = tuple(
            (finding, id_) for id_, finding in implied.items() if self._contradicts(finding, id_, given, denied)
        )
        return Closed(known=known, contradictions=contradictions)

    def _exclude(self, known: dict[str, Value | NotApplicable]) -> None:
        """What implies an absent finding is absent."""
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

    def bits(self, questions: Iterable[str]) -> int:
        """A set of questions as an ``int``: one bit each, in the order of asking. ``asked`` is the way back."""
        return sum([self._bits[id_] for id_ in set(questions)])

    def _asked(self, bits: int) -> tuple[str, ...]:
        return tuple([id_ for id_, bit in self._bits.items() if bits & bit])

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
        new = [id_ for id_ in (current.implies if isinstance(current, YesNo) else ()) if id_ not in found]
        found.update(dict.fromkeys(new))
        todo.extend(new)
    return tuple(found)
