"""Every possible profile at once, as formulas for Z3: what can be known of a person, and what a condition says of it.

A yes/no finding is two Booleans: known present, known absent. A number is an integer (of steps) that may be known, a
choice one Boolean an option. What can never come through the door is excluded by constraints, so that what the solver
finds is a profile; it is replayed through the engines all the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ...findings.ceilings import Ceiling
from ...findings.conditions import Absent, AllOf, AnyOf, AtLeast, Compare, Condition, OneOf, Present
from ...findings.finding import Choice, Number, YesNo
from .late import Late
from .solving import Formula, both, no, some, z3

if TYPE_CHECKING:
    from ...rulebook.book import RuleBook


class People:
    """Every profile that can come through the door of a rulebook.

    Args:
        book: The rulebook.
        name: Tells the profiles of one formula apart; the same name is the same person, whatever the rulebook.

    Attributes:
        door: For each finding, what is true of all that is known of one person, once the door has closed it.
        definitions: Names for formulas that many questions share, so that the solver reads them once.
    """

    def __init__(self, book: RuleBook, name: str = "") -> None:
        self.book = book
        self.definitions: list[Formula] = []
        self._name = name
        self._bools: dict[str, Formula] = {}
        self._truths: dict[tuple[Condition, bool], Formula] = {}
        self.late = Late(self)
        self.door = self._door()

    # -- findings -----------------------------------------------------------------------------------------------------

    def _bool(self, finding: str, what: str) -> Formula:
        name = f"{self._name}{finding}:{what}"
        if name not in self._bools:
            self._bools[name] = z3.Bool(name)
        return self._bools[name]

    def mark(self, finding: str, what: str) -> Formula:
        """Something else that may be true of a finding."""
        return self._bool(finding, what)

    def present(self, finding: str) -> Formula:
        """A yes/no finding is known to be present."""
        return self._bool(finding, "present")

    def absent(self, finding: str) -> Formula:
        """A yes/no finding is known to be absent."""
        return self._bool(finding, "absent")

    def not_applicable(self, finding: str) -> Formula:
        """A number or choice is behind a closed gate."""
        return self._bool(finding, "n/a")

    def steps(self, finding: str) -> Formula:
        """A number, in its steps; it means nothing unless the number is known."""
        number = self.book.vocabulary.findings[finding]
        assert isinstance(number, Number)  # noqa: S101 - nothing else is counted
        return z3.Int(f"{self._name}{finding}:steps of {number.step}")

    def answered(self, finding: str) -> Mapping[str, Formula]:
        """What an answer can say of a finding: what to what is then known. At most one is true."""
        return {what: self._bool(finding, what) for what in self._answers_to(finding)}

    def _answers_to(self, finding: str) -> tuple[str, ...]:
        match self.book.vocabulary.findings[finding]:
            case YesNo():
                return "present", "absent"
            case Number():
                return ("known",)
            case Choice(options=options):
                return tuple(f"={option}" for option in options)

    def states(self, finding: str) -> tuple[Formula, ...]:
        """What can be known of a finding, as Booleans of which at most one is true."""
        given = tuple(self.answered(finding).values())
        yes_no = self.book.vocabulary.findings[finding].kind == "yes_no"
        return given if yes_no else (*given, self.not_applicable(finding))

    def known(self, finding: str) -> Formula:
        """Something is known of a finding."""
        return some(self.states(finding))

    def same(self, finding: str, other: People) -> Formula:
        """The same is known of a finding here and there."""
        equal = [mine == theirs for mine, theirs in zip(self.states(finding), other.states(finding), strict=True)]
        if isinstance(self.book.vocabulary.findings[finding], Number):
            equal.append(z3.Implies(self._bool(finding, "known"), self.steps(finding) == other.steps(finding)))
        return both(*equal)

    def is_exactly(self, finding: str, value: float) -> Formula:
        """A number is known to be this."""
        return both(self._bool(finding, "known"), self._compare(Compare(finding, "==", value)))

    def said(self, finding: str) -> Formula:
        """A yes/no finding is present, or a number or a choice is answered."""
        yes_no = self.book.vocabulary.findings[finding].kind == "yes_no"
        return self.present(finding) if yes_no else some(self.answered(finding).values())

    def closed(self, finding: str) -> Formula:
        """A gate before a finding is closed."""
        return some(self.late.shut(gate) for gate in self.book.vocabulary.gates_of(finding))

    def _door(self) -> Mapping[str, tuple[Formula, ...]]:
        words = self.book.vocabulary
        rules: dict[str, list[Formula]] = {id_: [z3.AtMost(*self.states(id_), 1)] for id_ in words.findings}
        for id_, finding in words.findings.items():
            rules[id_] += [z3.Implies(self.said(id_), self.present(other)) for other in words.says.get(id_, ())]
            match finding:
                case YesNo(implies=implies):
                    rules[id_] += [z3.Implies(self.absent(implied), self.absent(id_)) for implied in implies]
                case Number(minimum=low, maximum=high, step=step):
                    rules[id_].append(self.steps(id_) >= math.ceil(Fraction(low) / Fraction(step)))
                    rules[id_].append(self.steps(id_) <= math.floor(Fraction(high) / Fraction(step)))
            if finding.kind != "yes_no":
                rules[id_].append(z3.Implies(self.not_applicable(id_), self.closed(id_)))
            rules[id_] += self.late.rules(id_)
        for pair in words.ceilings:
            rules[pair.finding].append(self._possible(pair))
        for gate, gated in words.gates:
            for id_ in gated if self.late.claimed(gate) else ():
                counts = self.known(id_) if words.findings[id_].red_flag else no(self.said(id_))
                rules[id_].append(z3.Implies(self.late.shut(gate), both(self.known(id_), counts)))
        return {id_: tuple(formulas) for id_, formulas in rules.items()}

    def _possible(self, pair: Ceiling) -> Formula:
        """Not both of two numbers are known of which one exceeds the other more than it can."""
        number, other = self.book.vocabulary.findings[pair.finding], self.book.vocabulary.findings[pair.of]
        assert isinstance(number, Number)  # noqa: S101 - nothing else has a ceiling
        assert isinstance(other, Number)  # noqa: S101 - nothing else is one
        parts = [Fraction(number.step), Fraction(other.step) * pair.factor, Fraction(pair.limit(0))]
        whole = math.lcm(*(part.denominator for part in parts))
        mine, theirs, begun = (int(part * whole) for part in parts)
        known = both(*(self._bool(id_, "known") for id_ in (number.id, other.id)))
        return z3.Implies(known, self.steps(number.id) * mine <= self.steps(other.id) * theirs + begun)

    # -- conditions ---------------------------------------------------------------------------------------------------

    def truth(self, condition: Condition, value: bool) -> Formula:
        """The condition is known to have this truth value."""
        key = condition, value
        if key not in self._truths:
            self._truths[key] = self._truth(condition, value)
        return self._truths[key]

    def _truth(self, condition: Condition, value: bool) -> Formula:
        match condition:
            case Present(finding):
                return self.present(finding) if value else self.absent(finding)
            case Absent(finding):
                return self.absent(finding) if value else self.present(finding)
            case Compare(finding=finding):
                holds = self._compare(condition)
                known, closed = self.states(finding)
                return both(known, holds) if value else z3.Or(both(known, no(holds)), closed)
            case OneOf(finding, options):
                fitting = {f"={option}" for option in options}
                found = [one for what, one in self.answered(finding).items() if (what in fitting) is value]
                return some(found if value else [*found, self.not_applicable(finding)])
            case AllOf(terms):
                truths = [self.truth(term, value) for term in terms]
                return both(*truths) if value else some(truths)
            case AnyOf(terms):
                truths = [self.truth(term, value) for term in terms]
                return some(truths) if value else both(*truths)
            case AtLeast(n, terms):
                needed = n if value else len(terms) - n + 1
                if needed > len(terms):
                    return z3.BoolVal(False)
                return z3.AtLeast(*[self.truth(term, value) for term in terms], needed) if needed > 0 else both()

    def _compare(self, atom: Compare) -> Formula:
        finding = self.book.vocabulary.findings[atom.finding]
        assert isinstance(finding, Number)  # noqa: S101 - the parser has let no other pass
        steps, bound = self.steps(atom.finding), Fraction(atom.bound) / Fraction(finding.step)
        match atom.op:
            case "<":
                return steps < math.ceil(bound)
            case "<=":
                return steps <= math.floor(bound)
            case ">":
                return steps > math.floor(bound)
            case ">=":
                return steps >= math.ceil(bound)
            case "==":
                return steps == int(bound) if bound.denominator == 1 else z3.BoolVal(False)

    # -- back to a profile --------------------------------------------------------------------------------------------

    def answers(self, model: Any) -> dict[str, object]:
        """The answers that a model gives; a reported finding that it leaves unknown is said to be not sure, and what is
        absent late is not said."""
        found: dict[str, object] = {}
        heard = self._said(model)
        for id_, said in heard.items():
            finding = self.book.vocabulary.findings[id_]
            if finding.kind == "yes_no":
                found[id_] = said == "present"
            elif isinstance(finding, Number):
                value = model.eval(self.steps(id_), model_completion=True).as_long() * finding.step
                found[id_] = int(value) if finding.integer else float(value)
            else:
                found[id_] = said.removeprefix("=")
        reported = [id_ for id_, one in self.book.vocabulary.findings.items() if one.reported]
        unsure = [id_ for id_ in reported if id_ not in heard and not z3.is_true(model[self.mark(id_, "unsaid")])]
        return {**found, "not_sure": unsure} if unsure else found

    def _said(self, model: Any) -> dict[str, str]:
        """For every finding that a model answers, what it says."""
        true = {declared.name() for declared in model.decls() if z3.is_true(model[declared])}
        said = {
            id_: what
            for id_ in self.book.vocabulary.findings
            for what in self._answers_to(id_)
            if f"{self._name}{id_}:{what}" in true
        }
        return {id_: what for id_, what in said.items() if f"{self._name}{id_}:unsaid" not in true}


def cone(book: RuleBook, findings: Iterable[str]) -> frozenset[str]:
    """Some findings, and those that bear on them: what they imply, what they cannot exceed, what their gates ask for.

    What is left out can be unknown to everybody: a question about a rule is a question about its cone.
    """
    words = book.vocabulary

    def near(id_: str) -> Iterable[str]:
        gates = {atom.finding for gate in words.gates_of(id_) for atom in gate.atoms()}
        return gates.union(words.findings[id_].implies, (pair.of for pair in words.ceilings if pair.finding == id_))

    return frozenset().union(*(_reached(id_, near) for id_ in findings))


def _reached(start: str, near: Callable[[str], Iterable[str]]) -> frozenset[str]:
    """A finding, and all that is near it, directly or through others."""
    found: set[str] = set()
    todo = {start}
    while todo:
        found |= todo
        todo = {other for id_ in todo for other in near(id_)} - found
    return frozenset(found)
