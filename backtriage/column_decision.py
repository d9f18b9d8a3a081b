"""The decision procedure as columns: from the truth values of the rules to what an assessment says, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

import narwhals as nw

from .columns import (
    KnownColumns,
    Stages,
    Truths,
    all_of,
    any_of,
    certain,
    chosen,
    expression,
    negated,
    possible,
    unknown,
)
from .doses import Dose, Span
from .rulebook import Exercise, RuleBook
from .rules import AnyRule, ByEffect, Urgency, Urgent
from .statuses import CORE

LEVELS: Final = tuple(level.value for level in Urgency)
STATUSES: Final = ("allowed", "withheld", "excluded", "not_offered")
Words: TypeAlias = Callable[[str | None, tuple[str, ...]], nw.Expr]
"""One word of a closed list, as the engine holds such words best."""


def plain_word(word: str | None, _words: tuple[str, ...]) -> nw.Expr:
    """A word as text."""
    return nw.lit(word, dtype=nw.String)


def enum_word(word: str | None, words: tuple[str, ...]) -> nw.Expr:
    """A word as one of an ordered list."""
    return nw.lit(word, dtype=nw.String).cast(nw.Enum(words))


class ColumnDecision:
    """What an assessment says, one expression a column.

    Args:
        known: What is known in each row.
        stages: The frame.
        book: The rulebook.
        void: The rows whose answers do not count.
        words: How the engine holds words.
        trace: Whether every rule is a column, or only what is needed.
    """

    def __init__(
        self, known: KnownColumns, stages: Stages, book: RuleBook, void: Truths, words: Words, *, trace: bool
    ) -> None:
        self._known = known
        self._stages = stages
        self._book = book
        self._void = void
        self._words = words
        self._rules = ByEffect.of(book.rules)
        needed = ("urgency", "exclude", "offer", "limit", "caution")
        self._verdicts = {
            rule: stages.put(f"rule__{number}", known.truths(rule.when))
            for number, rule in enumerate(book.rules)
            if trace or rule.effect.kind in needed
        }
        stages.end()

    def columns(self, *, trace: bool, doses: bool) -> dict[str, nw.Expr]:
        """Every column of the result."""
        columns = {**self._urgency(), **self._statuses(doses=doses)}
        shown = self._book.rules if trace else self._rules.caution
        return {**columns, **{rule.id: expression(self._verdicts[rule]) for rule in shown}}

    def _any(self, rules: Iterable[AnyRule]) -> Truths:
        return any_of([self._verdicts[rule] for rule in rules])

    # -- urgency ------------------------------------------------------------------------------------------------------

    def _urgency(self) -> dict[str, nw.Expr]:
        stages, words = self._stages, {level: self._words(level.value, LEVELS) for level in Urgency}
        worse = [level for level in reversed(Urgency) if level is not Urgency.SELF_CARE]
        at, asking = {}, {}
        for level in worse:
            rules = [rule for rule in self._rules.urgency if rule.effect.level is level]
            at[level] = stages.put(f"at__{level}", self._any(rules))
            asking[level] = stages.put(f"asking__{level}", any_of([self._known.askable(rule.when) for rule in rules]))
        stages.end()
        fired = {level: certain(at[level]) for level in worse}
        up_to = {level: worse[: number + 1] for number, level in enumerate(worse)}
        at_least = chosen([(fired[level], words[level]) for level in worse], words[Urgency.SELF_CARE])
        could_be = chosen([(possible(at[level]), words[level]) for level in worse], words[Urgency.SELF_CARE])
        stages.pending |= {"at_least": at_least, "could_be": could_be}
        asked = any_of(
            [
                self._void,
                *[all_of([asking[level], *[negated(fired[above]) for above in up_to[level]]]) for level in worse],
            ]
        )
        asked = stages.put("asked", asked)
        stages.end()
        at_least, could_be, nothing = nw.col("at_least"), nw.col("could_be"), self._words(None, LEVELS)
        settled = at_least == could_be
        fired_some = any_of(fired.values())
        acting = chosen(
            [
                (settled, at_least),
                (any_of([fired[level] for level in up_to[Urgency.SAME_DAY]]), at_least),
                (all_of([asked, fired_some]), at_least),
                (asked, nothing),
                (any_of([possible(at[level]) for level in up_to[Urgency.SAME_DAY]]), words[Urgency.SAME_DAY]),
            ],
            could_be,
        )
        return {
            "at_least": at_least,
            "could_be": could_be,
            "urgency": chosen([(settled, at_least)], nothing),
            "referral": acting,
        }

    # -- exercises ----------------------------------------------------------------------------------------------------

    def _statuses(self, *, doses: bool) -> dict[str, nw.Expr]:
        stages = self._stages
        stopping = self._stopping()
        everywhere = [rule for rule in self._rules.exclude if len(rule.effect.exercises) == len(self._book.exercises)]
        stops = {}
        for gentle, rules in enumerate(stopping):
            stops[bool(gentle)] = stages.put(f"stops__{gentle}", self._any([*rules, *everywhere]))
        stages.end()
        core = self._book.sets.get(CORE, ())
        words = {status: self._words(status, STATUSES) for status in STATUSES}
        alike: dict[tuple[object, ...], tuple[Truths, Truths]] = {}
        columns: dict[str, nw.Expr] = {}
        for id_, exercise in self._book.exercises.items():
            own = tuple(rule for rule in self._rules.exclude if id_ in rule.effect.exercises and rule not in everywhere)
            offers = tuple(rule for rule in self._rules.offer if id_ in rule.effect.exercises)
            emptied = self._emptied(exercise)
            key = (id_ in core, own, offers, id_ if isinstance(emptied, nw.Expr) else emptied)
            if key not in alike:
                against = any_of([stops[id_ in core], self._any(own), emptied])
                alike[key] = (
                    stages.put(f"against__{id_}", against),
                    stages.put(f"allowed__{id_}", all_of([negated(against), self._any(offers)])),
                )
            against, allowed = alike[key]
            columns[id_] = chosen(
                [
                    (allowed, words["allowed"]),
                    (unknown(allowed), words["withheld"]),
                    (against, words["excluded"]),
                ],
                words["not_offered"],
            )
            if doses and exercise.dose:
                columns |= self._starts(exercise, exercise.dose, allowed)
        stages.end()
        return columns

    def _stopping(self) -> tuple[list[AnyRule], list[AnyRule]]:
        """The urgency rules that stop an exercise outside the core set, and those that stop one inside it."""
        effects: Mapping[AnyRule, Urgent] = {rule: rule.effect for rule in self._rules.urgency}
        outside = [rule for rule, effect in effects.items() if effect.exercise != "normal"]
        return outside, [rule for rule in outside if effects[rule].exercise == "none"]

    def _emptied(self, exercise: Exercise) -> Truths:
        """Whether limits leave nothing of one of its choices."""
        if exercise.dose is None:
            return False
        choices = {choice: options for choice in Dose.CHOICES if (options := getattr(exercise.dose, choice))}
        return any_of(
            [
                all_of([self._any(self._forbidding(exercise.id, choice, option)) for option in options])
                for choice, options in choices.items()
            ]
        )

    def _forbidding(self, exercise: str, choice: str, option: str) -> list[AnyRule]:
        limits = {rule: rule.effect.limit for rule in self._rules.limit}
        return [
            rule
            for rule, limit in limits.items()
            if exercise in limit.exercises and choice in limit.only and option not in limit.only[choice]
        ]

    def _starts(self, exercise: Exercise, dose: Dose, allowed: Truths) -> dict[str, nw.Expr]:
        """The figures to start with, under every limit that holds or may hold; null unless it is allowed."""
        columns = {}
        for figure in Dose.FIGURES:
            span: Span | None = getattr(dose, figure)
            if span is not None:
                start = self._start(exercise.id, figure, span)
                columns[f"{exercise.id}_{figure}"] = chosen([(allowed, start)], _figure(None))
        rests = {
            rule: rule.effect.limit.rest_at_least
            for rule in self._rules.limit
            if exercise.id in rule.effect.limit.exercises and rule.effect.limit.rest_at_least > dose.rest_seconds
        }
        longest_first = sorted(rests, key=lambda rule: -rests[rule])
        rest = chosen(
            [(possible(self._verdicts[rule]), _figure(rests[rule])) for rule in longest_first],
            _figure(dose.rest_seconds),
        )
        return {**columns, f"{exercise.id}_rest_seconds": chosen([(allowed, rest)], _figure(None))}

    def _start(self, exercise: str, figure: str, span: Span) -> nw.Expr:
        """The start of one figure: the least cap, then halved once."""
        caps: dict[int, list[AnyRule]] = {}
        halving: list[AnyRule] = []
        for rule in self._rules.limit:
            limit = rule.effect.limit
            if exercise in limit.exercises:
                for cap in (limit.at_most.get(figure), limit.start_at_most.get(figure)):
                    if cap is not None and cap < span.start:
                        caps.setdefault(cap, []).append(rule)
                if figure in limit.halve:
                    halving.append(rule)
        halved = possible(self._any(halving))
        cases: list[tuple[Truths, nw.Expr]] = []
        for cap in sorted(caps):
            capped = possible(self._any(caps[cap]))
            cases.append((all_of([capped, halved]), _figure(Span(cap, cap).halved().start)))
            cases.append((capped, _figure(cap)))
        cases.append((halved, _figure(span.halved().start)))
        return chosen(cases, _figure(span.start))


def _figure(figure: int | None) -> nw.Expr:
    return nw.lit(figure, dtype=nw.Int32)
