"""Doses as columns: every figure of an exercise under the limits that hold or may hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

import attrs
import narwhals as nw

from ...rulebook.doses import Dose, Span
from ...rulebook.exercises import Exercise
from ...rulebook.rules import AnyRule, Limited, Rule
from .columns import Bit, Truths, chosen, column, every, inverse

Limits: TypeAlias = Sequence[Rule[Limited]]


def figure_names(exercise: Exercise) -> list[str]:
    """The columns of an exercise's dose.

    >>> import backtriage as bt
    >>> figure_names(bt.default_rulebook().exercises["walking"])[:3]
    ['walking_hold_seconds', 'walking_hold_seconds_ceiling', 'walking_sets']
    """
    dose = exercise.dose
    if dose is None:
        return []
    return [
        *[f"{exercise.id}_{figure}{end}" for figure in dose.spans for end in ("", "_ceiling")],
        f"{exercise.id}_rest_seconds",
        *[f"{exercise.id}_{choice}_{option}" for choice in Dose.CHOICES for option in _options(dose, choice)],
    ]


def _options(dose: Dose, choice: str) -> tuple[str, ...]:
    """The options of a choice, where there is one to make."""
    options: tuple[str, ...] = getattr(dose, choice)
    return options if len(options) > 1 else ()


def emptied_by(exercise: Exercise, limits: Limits) -> tuple[tuple[tuple[AnyRule, ...], ...], ...]:
    """For each choice that limits can empty, the rules that forbid each of its options."""
    if exercise.dose is None:
        return ()
    choices = [
        tuple(_forbidding(exercise, limits, choice, option) for option in getattr(exercise.dose, choice))
        for choice in Dose.CHOICES
    ]
    return tuple(options for options in choices if options and all(options))


def _forbidding(exercise: Exercise, limits: Limits, choice: str, option: str) -> tuple[Rule[Limited], ...]:
    return tuple(
        rule
        for rule in limits
        if exercise.id in rule.effect.limit.exercises and option not in rule.effect.limit.only.get(choice, (option,))
    )


@attrs.frozen(eq=False)
class ColumnDoses:
    """The dose of one exercise.

    Attributes:
        exercise: The exercise.
        dose: Its dose before any limit.
        limits: Every limit of the rulebook.
        truths: Whether any of some rules fires.
    """

    exercise: Exercise
    dose: Dose
    limits: Limits
    truths: Callable[[Iterable[AnyRule]], Truths]

    def columns(self, allowed: Bit) -> dict[str, nw.Expr]:
        """Every figure and every option that is left; null unless the exercise is allowed."""
        values: list[nw.Expr] = []
        for figure in Dose.FIGURES:
            span: Span | None = getattr(self.dose, figure)
            if span is not None:
                values += [
                    self._figure(figure, span.start, start=True),
                    self._figure(figure, span.ceiling, start=False),
                ]
        values.append(self._rest())
        figures = len(values)
        for choice in Dose.CHOICES:
            for option in _options(self.dose, choice):
                forbidding = _forbidding(self.exercise, self.limits, choice, option)
                values.append(column(inverse(self.truths(forbidding).may)))
        nothing = [_figure(None)] * figures + [nw.lit(None, dtype=nw.Boolean)] * (len(values) - figures)
        names = figure_names(self.exercise)
        return {
            name: chosen([(allowed, value)], none) for name, value, none in zip(names, values, nothing, strict=True)
        }

    def _own(self) -> Limits:
        return [rule for rule in self.limits if self.exercise.id in rule.effect.limit.exercises]

    def _figure(self, figure: str, value: int, *, start: bool) -> nw.Expr:
        """A figure under the least cap, then halved once."""
        caps: dict[int, list[AnyRule]] = {}
        halving: list[AnyRule] = []
        for rule in self._own():
            limit = rule.effect.limit
            for cap in (limit.at_most.get(figure), limit.start_at_most.get(figure) if start else None):
                if cap is not None and cap < value:
                    caps.setdefault(cap, []).append(rule)
            if figure in limit.halve:
                halving.append(rule)
        halved = self.truths(halving).may
        cases: list[tuple[Bit, nw.Expr]] = []
        for cap in sorted(caps):
            capped = self.truths(caps[cap]).may
            cases += [(every([capped, halved]), _figure(_half(cap))), (capped, _figure(cap))]
        return chosen([*cases, (halved, _figure(_half(value)))], _figure(value))

    def _rest(self) -> nw.Expr:
        """The rest, under every floor."""
        floors = {rule: rule.effect.limit.rest_at_least for rule in self._own()}
        longer = sorted(
            (rule for rule in floors if floors[rule] > self.dose.rest_seconds), key=lambda rule: -floors[rule]
        )
        cases = [(self.truths([rule]).may, _figure(floors[rule])) for rule in longer]
        return chosen(cases, _figure(self.dose.rest_seconds))


def _half(figure: int) -> int:
    return Span(figure, figure).halved().start


def _figure(figure: int | None) -> nw.Expr:
    return nw.lit(figure, dtype=nw.Int32)
