"""Everybody, assessed: what the rules and the decision procedure say of every possible profile, as formulas for Z3.

The decision procedure is written here a second time, and tested against the first.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ...rulebook.doses import Dose
from ...rulebook.rules import Advise, AnyRule, Limited, Rule, Urgency, Urgent
from ...triage.exercise_statuses import CORE
from ...triage.verdicts import ByEffect
from .people import People
from .solving import Formula, both, no, some, z3

if TYPE_CHECKING:
    from typing import Self

    from ...rulebook.book import RuleBook
    from ...rulebook.exercises import Exercise

_OF_LIMITS: Final = ("figure", "rest", "options")
_T = TypeVar("_T")


class Assessed(People):
    """Every profile that can come through the door of a rulebook, and what its rules say about it.

    Args:
        book: The rulebook.
        name: As in :class:`.people.People`.
        reading: Tells the rulebooks that speak of the same person apart.
    """

    def __init__(self, book: RuleBook, name: str = "", reading: str = "") -> None:
        super().__init__(book, name)
        self._reading = reading
        self._made: dict[tuple[str, ...], Any] = {}

    def under(self, book: RuleBook, reading: str, levels: Collection[Urgency], exercises: Collection[str]) -> Self:
        """The same people, under rules of which one is another; what it cannot touch is not written again.

        Args:
            book: A rulebook that differs from this one in rules about the same findings and exercises.
            reading: As for the class.
            levels: The levels that may no longer be reached by the same people.
            exercises: The exercises that may no longer be allowed to the same people, or in the same dose.
        """
        other = copy.copy(self)
        other.__dict__.pop("rules", None)
        other.book, other._reading, other.definitions = book, reading, []  # noqa: SLF001 - its own
        touched = {*map(str, levels), *exercises}
        limits = other.rules.limit == self.rules.limit
        other._made = {  # noqa: SLF001 - its own
            key: made for key, made in self._made.items() if key[1] not in touched or (limits and key[0] in _OF_LIMITS)
        }
        if other.rules.urgency != self.rules.urgency:
            other.__dict__.pop("_stops", None)
        return other

    def once(self, make: Callable[[], _T], *key: str) -> _T:
        """A formula that many ask for, written once.

        Args:
            make: Writes it.
            key: What it is, then the level or the exercise it is about, then what else tells it apart.
        """
        if key not in self._made:
            self._made[key] = make()
        made: _T = self._made[key]
        return made

    @cached_property
    def rules(self) -> ByEffect:
        """The rules, by what they do."""
        return ByEffect.of(self.book.rules)

    # -- rules and urgency --------------------------------------------------------------------------------------------

    def fired(self, rule: AnyRule) -> Formula:
        """Its condition is known to hold."""
        return self.truth(rule.when, True)

    def spared(self, rule: AnyRule) -> Formula:
        """Its condition is known not to hold."""
        return self.truth(rule.when, False)

    def active(self, rule: AnyRule) -> Formula:
        """It fired or is open."""
        return no(self.spared(rule))

    def open(self, rule: AnyRule) -> Formula:
        """It waits for an answer."""
        return both(no(self.fired(rule)), no(self.spared(rule)))

    def at_least(self, level: Urgency) -> Formula:
        """The urgency is certainly not below a level."""
        return self.once(lambda: self._reaching(level, self.fired), "at_least", str(level))

    def could_be(self, level: Urgency) -> Formula:
        """The urgency is, or could be, a level or worse."""
        return self.once(lambda: self._reaching(level, self.active), "could_be", str(level))

    def _reaching(self, level: Urgency, holds: Callable[[AnyRule], Formula]) -> Formula:
        if level is Urgency.SELF_CARE:
            return both()
        return some(holds(rule) for rule in self.rules.urgency if rule.effect.level >= level)

    # -- exercises ----------------------------------------------------------------------------------------------------

    @cached_property
    def _stops(self) -> Mapping[bool, tuple[Formula, Formula]]:
        """For the core set and the rest: an urgency rule that stops it fired; or it did, or is open."""
        stopping = {core: self._stopping(core=core) for core in (True, False)}
        return {core: (some(map(self.fired, rules)), some(map(self.active, rules))) for core, rules in stopping.items()}

    def _stopping(self, *, core: bool) -> tuple[Rule[Urgent], ...]:
        stops = ("none",) if core else ("none", "gentle")
        return tuple(rule for rule in self.rules.urgency if rule.effect.exercise in stops)

    def _stops_of(self, exercise: str) -> tuple[Formula, Formula]:
        return self._stops[exercise in self.book.sets.get(CORE, ())]

    def _excluding(self, exercise: str) -> tuple[AnyRule, ...]:
        return tuple(rule for rule in self.rules.exclude if exercise in rule.effect.exercises)

    def _offering(self, exercise: str) -> tuple[AnyRule, ...]:
        return tuple(rule for rule in self.rules.offer if exercise in rule.effect.exercises)

    def _limiting(self, exercise: str) -> tuple[Rule[Limited], ...]:
        return tuple(rule for rule in self.rules.limit if exercise in rule.effect.limit.exercises)

    def excluded(self, exercise: str) -> Formula:
        """A rule that stops or excludes it fired, or limits that fired leave nothing of a choice."""
        emptied = self._emptied(exercise, {rule.id: self.fired(rule) for rule in self._limiting(exercise)})
        return some([self._stops_of(exercise)[0], *map(self.fired, self._excluding(exercise)), emptied])

    def in_doubt(self, exercise: str) -> Formula:
        """It is excluded, or something that is open could exclude it."""
        emptied = self._emptied(exercise, {rule.id: self.active(rule) for rule in self._limiting(exercise)})
        return some([self._stops_of(exercise)[1], *map(self.active, self._excluding(exercise)), emptied])

    def offered(self, exercise: str) -> Formula:
        """An offer of it fired."""
        return some(map(self.fired, self._offering(exercise)))

    def allowed(self, exercise: str) -> Formula:
        """It is offered, and nothing speaks against it or could."""
        return self.once(lambda: self._defined(exercise), "allowed", exercise)

    def _defined(self, exercise: str) -> Formula:
        name = z3.Bool(f"{self._reading}{self._name}allowed:{exercise}")
        self.definitions.append(name == self._allowed(exercise))
        return name

    def _allowed(self, exercise: str) -> Formula:
        return both(self.offered(exercise), no(self.in_doubt(exercise)))

    def statuses(self, exercise: str) -> Mapping[str, Formula]:
        """Each status by what it means alone, not by the order of deciding."""
        excluded, doubt, offered = self.excluded(exercise), self.in_doubt(exercise), self.offered(exercise)
        may_be_offered = some(map(self.active, self._offering(exercise)))
        return {
            "excluded": excluded,
            "not_offered": both(no(excluded), no(may_be_offered)),
            "withheld": both(no(excluded), may_be_offered, z3.Or(doubt, no(offered))),
            "allowed": self._allowed(exercise),
        }

    def released(self, advice: Rule[Advise]) -> Formula:
        """Advice is given: what asks the person to do something is held back as a gentle exercise is."""
        fired = self.fired(advice)
        if not advice.effect.asks_to_do:
            return fired
        orders = [rule for rule in self.rules.exclude if "all" in rule.effect.selectors]
        return both(fired, no(some([self._stops[True][1], *map(self.active, orders)])))

    # -- doses --------------------------------------------------------------------------------------------------------

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
            for rule in self._limiting(exercise)
            if choice in rule.effect.limit.only and option not in rule.effect.limit.only[choice]
        ]
        return no(some(omitting))

    def options(self, exercise: Exercise, choice: str) -> Mapping[str, Formula]:
        """For each option of a choice: it is left by the limits that fired or are open."""
        return self.once(lambda: self._options(exercise, choice), "options", exercise.id, choice)

    def _options(self, exercise: Exercise, choice: str) -> Mapping[str, Formula]:
        on = {rule.id: self.active(rule) for rule in self._limiting(exercise.id)}
        return {option: self._left(exercise.id, choice, option, on) for option in getattr(exercise.dose, choice)}

    def figure(self, exercise: Exercise, figure: str) -> tuple[Formula, Formula] | None:
        """The start and the ceiling of a figure of the dose, under the limits that fired or are open."""
        return self.once(lambda: self._figure(exercise, figure), "figure", exercise.id, figure)

    def _figure(self, exercise: Exercise, figure: str) -> tuple[Formula, Formula] | None:
        span = getattr(exercise.dose, figure)
        if span is None:
            return None
        start, ceiling = z3.IntVal(span.start), z3.IntVal(span.ceiling)
        limits = [(self.active(rule), rule.effect.limit) for rule in self._limiting(exercise.id)]
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
        return self.once(lambda: self._rest(exercise), "rest", exercise.id)

    def _rest(self, exercise: Exercise) -> Formula:
        rest = z3.IntVal(exercise.dose.rest_seconds if exercise.dose else 0)
        for rule in self._limiting(exercise.id):
            floor = rule.effect.limit.rest_at_least
            rest = z3.If(both(self.active(rule), rest < floor), z3.IntVal(floor), rest)
        return rest


def _capped(on: Formula, figure: Formula, cap: int) -> Formula:
    return z3.If(both(on, figure > cap), z3.IntVal(cap), figure)


def _halved(on: Formula, figure: Formula) -> Formula:
    return z3.If(both(on, figure > 1), figure / 2, figure)
