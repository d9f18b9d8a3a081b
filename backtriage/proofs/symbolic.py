"""Every possible profile at once, as formulas for Z3: the door, the rules and the decision procedure, once more.

A yes/no finding is two Booleans: known present, known absent. A number is an integer (of steps) that may be known, a
choice one Boolean an option. What can never come through the door is excluded by constraints, so that what the solver
finds is a profile; it is replayed through the engines all the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..conditions import Absent, AllOf, AnyOf, AtLeast, Compare, Condition, OneOf, Present
from ..doses import Dose, Limit
from ..findings import Choice, Number, YesNo
from ..rules import AnyRule, ByEffect, Limited, Rule, Urgency, Urgent
from ..statuses import CORE
from .solving import Formula, both, no, some, z3

if TYPE_CHECKING:
    from ..rulebook import Exercise, RuleBook


class People:
    """Every profile that can come through the door of a rulebook, and what its rules say about it.

    Args:
        book: The rulebook.
        name: Tells the profiles of one formula apart; the same name is the same person, whatever the rulebook.
        reading: Tells the rulebooks that speak of the same person apart.

    Attributes:
        door: For each finding, what is true of all that is known of one person, once the door has closed it.
        definitions: Names for formulas that many questions share, so that the solver reads them once.
    """

    def __init__(self, book: RuleBook, name: str = "", reading: str = "") -> None:
        self.book = book
        self.rules = ByEffect.of(book.rules)
        self._name = name
        self._reading = reading
        self._truths: dict[tuple[Condition, bool], Formula] = {}
        self._defined: dict[str, Formula] = {}
        self.definitions: list[Formula] = []
        self.door = self._door()

    # -- findings -----------------------------------------------------------------------------------------------------

    def _bool(self, finding: str, what: str) -> Formula:
        return z3.Bool(f"{self._name}{finding}:{what}")

    def present(self, finding: str) -> Formula:
        return self._bool(finding, "present")

    def absent(self, finding: str) -> Formula:
        return self._bool(finding, "absent")

    def _steps(self, finding: str) -> Formula:
        number = self.book.vocabulary.findings[finding]
        assert isinstance(number, Number)  # noqa: S101 - nothing else is counted
        return z3.Int(f"{self._name}{finding}:steps of {number.step}")

    def not_applicable(self, finding: str) -> Formula:
        return self._bool(finding, "n/a")

    def states(self, finding: str) -> tuple[Formula, ...]:
        """What can be known of a finding, as Booleans of which at most one is true."""
        match self.book.vocabulary.findings[finding]:
            case YesNo():
                return self.present(finding), self.absent(finding)
            case Number():
                return self._bool(finding, "known"), self.not_applicable(finding)
            case Choice(options=options):
                return *[self._bool(finding, f"={option}") for option in options], self.not_applicable(finding)

    def known(self, finding: str) -> Formula:
        return some(self.states(finding))

    def same(self, finding: str, other: People) -> Formula:
        """The same is known of a finding here and there."""
        equal = [mine == theirs for mine, theirs in zip(self.states(finding), other.states(finding), strict=True)]
        if isinstance(self.book.vocabulary.findings[finding], Number):
            equal.append(z3.Implies(self._bool(finding, "known"), self._steps(finding) == other._steps(finding)))
        return both(*equal)

    def is_exactly(self, finding: str, value: float) -> Formula:
        """A number is known to be this."""
        return both(self._bool(finding, "known"), self._compare(Compare(finding, "==", value)))

    def _door(self) -> Mapping[str, tuple[Formula, ...]]:
        words = self.book.vocabulary
        rules: dict[str, list[Formula]] = {id_: [z3.AtMost(*self.states(id_), 1)] for id_ in words.findings}
        for id_, finding in words.findings.items():
            match finding:
                case YesNo(implies=implies):
                    for implied in implies:
                        rules[id_].append(z3.Implies(self.present(id_), self.present(implied)))
                        rules[id_].append(z3.Implies(self.absent(implied), self.absent(id_)))
                case Number(minimum=low, maximum=high, step=step):
                    rules[id_].append(self._steps(id_) >= math.ceil(Fraction(low) / Fraction(step)))
                    rules[id_].append(self._steps(id_) <= math.floor(Fraction(high) / Fraction(step)))
            if finding.kind != "yes_no":
                closed = some(self.truth(gate, False) for gate in words.gates_of(id_))
                rules[id_].append(z3.Implies(self.not_applicable(id_), closed))
        implying = {id_ for id_, one in words.findings.items() if isinstance(one, YesNo) and one.implies}
        for gate, gated in words.gates:
            # What is excluded last of all can no longer close a gate: then nothing is claimed of what is behind it.
            if implying.isdisjoint(atom.finding for atom in gate.atoms()):
                for id_ in gated:
                    rules[id_].append(z3.Implies(self.truth(gate, False), self.known(id_)))
        return {id_: tuple(formulas) for id_, formulas in rules.items()}

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
                chosen = {f"={option}" for option in options}
                choice = self.book.vocabulary.findings[finding]
                assert isinstance(choice, Choice)  # noqa: S101 - the parser has let no other pass
                fitting = [self._bool(finding, f"={one}") for one in choice.options if (f"={one}" in chosen) is value]
                return some(fitting if value else [*fitting, self.not_applicable(finding)])
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
        steps, bound = self._steps(atom.finding), Fraction(atom.bound) / Fraction(finding.step)
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

    # -- the decision procedure ---------------------------------------------------------------------------------------

    def fired(self, rule: AnyRule) -> Formula:
        return self.truth(rule.when, True)

    def spared(self, rule: AnyRule) -> Formula:
        return self.truth(rule.when, False)

    def active(self, rule: AnyRule) -> Formula:
        """It fired or is open."""
        return no(self.spared(rule))

    def open(self, rule: AnyRule) -> Formula:
        return both(no(self.fired(rule)), no(self.spared(rule)))

    def at_least(self, level: Urgency) -> Formula:
        """The urgency is certainly not below a level."""
        if level is Urgency.SELF_CARE:
            return both()
        return some(self.fired(rule) for rule in self.rules.urgency if rule.effect.level >= level)

    def could_be(self, level: Urgency) -> Formula:
        """The urgency is, or could be, a level or worse."""
        if level is Urgency.SELF_CARE:
            return both()
        return some(self.active(rule) for rule in self.rules.urgency if rule.effect.level >= level)

    def stopping(self, exercise: str) -> tuple[Rule[Urgent], ...]:
        """The urgency rules that stop an exercise."""
        core = exercise in self.book.sets.get(CORE, ())
        stops = ("none",) if core else ("none", "gentle")
        return tuple(rule for rule in self.rules.urgency if rule.effect.exercise in stops)

    def forbidding(self, exercise: str) -> tuple[AnyRule, ...]:
        """The urgency rules and the exclusions that forbid an exercise."""
        return *self.stopping(exercise), *(one for one in self.rules.exclude if exercise in one.effect.exercises)

    def offering(self, exercise: str) -> tuple[AnyRule, ...]:
        return tuple(rule for rule in self.rules.offer if exercise in rule.effect.exercises)

    def limiting(self, exercise: str) -> tuple[Rule[Limited], ...]:
        return tuple(rule for rule in self.rules.limit if exercise in rule.effect.limit.exercises)

    def excluded(self, exercise: str) -> Formula:
        forbidding = [self.fired(rule) for rule in self.forbidding(exercise)]
        return some(
            [*forbidding, self._emptied(exercise, {one.id: self.fired(one) for one in self.limiting(exercise)})]
        )

    def in_doubt(self, exercise: str) -> Formula:
        """It is excluded, or something that is open could exclude it."""
        doubts = [self.active(rule) for rule in self.forbidding(exercise)]
        return some([*doubts, self._emptied(exercise, {one.id: self.active(one) for one in self.limiting(exercise)})])

    def allowed(self, exercise: str) -> Formula:
        if exercise not in self._defined:
            offered = some(self.fired(rule) for rule in self.offering(exercise))
            name = self._defined[exercise] = z3.Bool(f"{self._reading}{self._name}allowed:{exercise}")
            self.definitions.append(name == both(offered, no(self.in_doubt(exercise))))
        return self._defined[exercise]

    def statuses(self, exercise: str) -> Mapping[str, Formula]:
        """Each status by what it means alone, not by the order of deciding."""
        excluded, doubt = self.excluded(exercise), self.in_doubt(exercise)
        offers = self.offering(exercise)
        offered, may = some(self.fired(one) for one in offers), some(self.active(one) for one in offers)
        return {
            "excluded": excluded,
            "not_offered": both(no(excluded), no(may)),
            "withheld": both(no(excluded), may, z3.Or(doubt, no(offered))),
            "allowed": both(offered, no(doubt)),
        }

    def _emptied(self, exercise: str, on: Mapping[str, Formula]) -> Formula:
        """The limits that are on leave no option of one of the exercise's choices."""
        dose = self.book.exercises[exercise].dose
        choices = [(choice, getattr(dose, choice)) for choice in Dose.CHOICES] if dose else []
        return some(
            both(*[no(self._left(exercise, choice, one, on)) for one in options])
            for choice, options in choices
            if options
        )

    def _left(self, exercise: str, choice: str, option: str, on: Mapping[str, Formula]) -> Formula:
        omitting = [
            on[rule.id]
            for rule in self.limiting(exercise)
            if choice in rule.effect.limit.only and option not in rule.effect.limit.only[choice]
        ]
        return no(some(omitting))

    def options(self, exercise: Exercise, choice: str) -> Mapping[str, Formula]:
        """For each option of a choice: it is left by the limits that fired or are open."""
        on = {rule.id: self.active(rule) for rule in self.limiting(exercise.id)}
        return {option: self._left(exercise.id, choice, option, on) for option in getattr(exercise.dose, choice)}

    def figure(self, exercise: Exercise, figure: str) -> tuple[Formula, Formula] | None:
        """The start and the ceiling of a figure of the dose, under the limits that fired or are open."""
        span = getattr(exercise.dose, figure)
        if span is None:
            return None
        start, ceiling = z3.IntVal(span.start), z3.IntVal(span.ceiling)
        limits = [(self.active(rule), rule.effect.limit) for rule in self.limiting(exercise.id)]
        for on, limit in limits:
            if (cap := limit.at_most.get(figure)) is not None:
                start, ceiling = _capped(on, start, cap), _capped(on, ceiling, cap)
        for on, limit in limits:
            if (cap := limit.start_at_most.get(figure)) is not None:
                start = _capped(on, start, cap)
        halving = some(on for on, limit in limits if figure in limit.halve)
        return _halved(halving, start), _halved(halving, ceiling)

    def rest(self, exercise: Exercise) -> Formula:
        """The rest between repetitions, in seconds, under the limits that fired or are open."""
        rest = z3.IntVal(exercise.dose.rest_seconds if exercise.dose else 0)
        for rule in self.limiting(exercise.id):
            limit: Limit = rule.effect.limit
            rest = z3.If(both(self.active(rule), rest < limit.rest_at_least), limit.rest_at_least, rest)
        return rest

    # -- back to a profile --------------------------------------------------------------------------------------------

    def answers(self, model: Any) -> dict[str, object]:
        """The answers that a model gives; a reported finding that it leaves unknown is said to be not sure."""

        given = {declared.name(): model[declared] for declared in model.decls()}

        def true(finding: str, what: str) -> bool:
            return bool(z3.is_true(given.get(f"{self._name}{finding}:{what}")))

        found: dict[str, object] = {}
        not_sure = []
        for id_, finding in self.book.vocabulary.findings.items():
            match finding:
                case YesNo(reported=reported):
                    if true(id_, "present") or true(id_, "absent"):
                        found[id_] = true(id_, "present")
                    elif reported:
                        not_sure.append(id_)
                case Number(step=step):
                    if true(id_, "known"):
                        value = model.eval(self._steps(id_), model_completion=True).as_long() * step
                        found[id_] = int(value) if finding.integer else float(value)
                case Choice(options=options):
                    found.update((id_, option) for option in options if true(id_, f"={option}"))
        return {**found, "not_sure": not_sure} if not_sure else found


def _capped(on: Formula, figure: Formula, cap: int) -> Formula:
    return z3.If(both(on, figure > cap), z3.IntVal(cap), figure)


def _halved(on: Formula, figure: Formula) -> Formula:
    return z3.If(both(on, figure > 1), figure / 2, figure)
