"""How a plan of days is made: its steps, its rules and the muscle groups of its goals. Read only when asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from string import Formatter

import attrs

from ..errors import Problem, ProfileError, RulebookError, did_you_mean
from ..findings.conditions import Condition, Known
from ..findings.finding import Number
from ..findings.frozen import frozen
from ..findings.parsing import ConditionError, parse
from .book import RuleBook
from .doses import Dose
from .plan_tables import SAYS, THENS, MuscleGroup, PlanFile, PlanRuleTable, PlanTable, Then
from .reading.checking import closed, unsourced
from .reading.exercises import select
from .reading.files import PLANS, Placed, Problems, read_file
from .rules import SourceRef


@attrs.frozen(kw_only=True)
class PlanRule:
    """What a plan does after a session, or while something is so.

    Attributes:
        id: Its id.
        title: What it is about, in a few words.
        text: The condition as written.
        when: The condition.
        unless: Where this is known to hold, it does not; ``None`` where nothing keeps it from holding.
        then: ``end``: no more days before somebody has been asked; ``lower``: one step back; ``hold``: nothing rises.
        because: What the person is told.
        sources: Who says so.
        evidence: As in :class:`backtriage.Rule`.
        judgement: The step or the cut-off is the rulebook's own.
        where: File and line.
    """

    id: str
    title: str
    text: str
    when: Condition
    unless: Condition | None
    then: Then
    because: str
    sources: tuple[SourceRef, ...]
    evidence: str
    judgement: bool
    where: str

    def holds(self, known: Known) -> bool:
        """Whether it holds for what is known."""
        kept = self.unless is not None and self.unless.holds(known) is True
        return self.when.holds(known) is True and not kept


@attrs.frozen(kw_only=True)
class PlanRules:
    """How plans are made.

    Attributes:
        table: The figures, as they are written.
        apart: Ids of the exercises that no session holds.
        spaced: Ids of the exercises that are never done on neighbouring days.
        rules: The rules, the most cautious first.
        groups: Muscle group id to muscle group.

    >>> import backtriage as bt
    >>> made_by = read_plan_rules(bt.default_rulebook())
    >>> [rule.id for rule in made_by.rules if rule.then == "end"], sorted(made_by.apart)
    (['p-end-15'], ['cardio_unspecified', 'cycling', 'swimming', 'walking'])
    """

    table: PlanTable
    apart: frozenset[str]
    spaced: frozenset[str]
    rules: tuple[PlanRule, ...]
    groups: Mapping[str, MuscleGroup] = attrs.field(converter=frozen)

    def say(self, key: str, **filled: object) -> str:
        """What a person is told."""
        text = self.table.says[key]
        for name in SAYS[key]:
            text = text.replace(f"{{{name}}}", str(filled[name]))
        return text

    def long(self, day: date) -> str:
        """A date as a person reads it.

        >>> import backtriage as bt
        >>> read_plan_rules(bt.default_rulebook()).long(date(2026, 12, 1))
        'Tue 1 Dec 2026'
        """
        return f"{self.table.weekdays[day.weekday()]} {self.short(day)} {day.year}"

    def week_from(self, day: date) -> list[str]:
        """What the days of a week that begins on a day are called.

        >>> import backtriage as bt
        >>> read_plan_rules(bt.default_rulebook()).week_from(date(2026, 12, 1))
        ['Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun', 'Mon']
        """
        first = day.weekday()
        return [*self.table.weekdays[first:], *self.table.weekdays[:first]]

    def short(self, day: date) -> str:
        """A date within the plan."""
        return f"{day.day} {self.table.months[day.month - 1]}"


@lru_cache(maxsize=4)
def read_plan_rules(book: RuleBook) -> PlanRules:
    """How a rulebook makes plans; overlays add nothing to it.

    Raises:
        RulebookError: If the rulebook has no such file, or with every problem of it.
    """
    file = Path(book.folders[0]) / PLANS
    if not file.is_file():
        raise RulebookError.of(PLANS, "this rulebook makes no plans", f"they need a {PLANS} beside the rules")
    problems = Problems()
    placed: dict[str, list[Placed]] = {}
    for one in read_file(file, PLANS, problems, PlanFile):
        placed.setdefault(one.kind, []).append(one)
    tables = placed.get("plan", [])
    if len(tables) != 1 and not problems:
        problems.append(Problem(where=PLANS, what=f"{len(tables)} [plan] tables", hint="give one"))
    for kind in ("plan_rule", "muscle_group"):
        problems += _duplicates(placed.get(kind, ()))
    groups = {one.table.id: one.table for one in placed.get("muscle_group", ())}
    rules = [rule for one in placed.get("plan_rule", ()) if (rule := _rule(one, book, problems))]
    for what, hint in (*_wrong(tables[0].table, book), *_ungrouped(groups, book)) if len(tables) == 1 else ():
        problems.append(Problem(where=tables[0].where, what=what, hint=hint))
    if problems:
        raise RulebookError(problems)
    table: PlanTable = tables[0].table
    return PlanRules(
        table=table,
        apart=frozenset(select(table.apart, book.exercises, book.sets)[0]),
        spaced=frozenset(select(table.spaced, book.exercises, book.sets)[0]),
        rules=tuple(sorted(rules, key=lambda rule: THENS.index(rule.then))),
        groups=groups,
    )


def _duplicates(placed: Iterable[Placed]) -> Iterator[Problem]:
    used: dict[str, Placed] = {}
    for one in placed:
        if (first := used.setdefault(one.table.id, one)) is not one:
            what = f"duplicate {one.kind} id `{one.table.id}`"
            yield Problem(where=one.where, what=what, hint=f"first used at {first.where}")


def _wrong(table: PlanTable, book: RuleBook) -> Iterator[tuple[str, str]]:
    findings = book.vocabulary.findings
    if not isinstance(findings.get(table.duration), Number):
        yield f"duration: `{table.duration}` is no number", did_you_mean(table.duration, findings)
    for key in ("apart", "spaced"):
        for what, hint in select(getattr(table, key), book.exercises, book.sets)[1]:
            yield f"{key}: {what}", hint
    for key in ("warm_up_minutes", "cool_down_minutes", "hold_days", "apart_minutes", "seen_days"):
        if getattr(table, key) < 0:
            yield f"{key} is {getattr(table, key)}", "at least 0"
    for step in table.steps:
        if step.figure not in Dose.FIGURES or step.by < 1:
            yield f"a step of {step.by} for `{step.figure}`", f"1 or more, for one of {', '.join(Dose.FIGURES)}"
    for key, length in (("weekdays", 7), ("months", 12)):
        if len(getattr(table, key)) != length:
            yield f"{len(getattr(table, key))} {key}", f"give {length}"
    yield from _unsaid(table.says)
    if min(table.check_in_days, default=1) < 1:
        yield f"check_in_days are {list(table.check_in_days)}", "days after the start"
    yield from unsourced(table, book)


def _unsaid(says: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Everything that a plan says has words, and each place in them is one that is filled in."""
    for key in says.keys() - SAYS.keys():
        yield f"says.{key}", did_you_mean(key, SAYS) or "no plan says it"
    for key, places in SAYS.items():
        if key not in says:
            yield f"says.{key} is missing", "give the words"
        elif wrong := {name for _, name, _, _ in Formatter().parse(says[key]) if name is not None} ^ set(places):
            yield f"says.{key}: {', '.join(sorted(wrong))}", f"it fills in {', '.join(places) or 'nothing'}"


def _ungrouped(groups: Mapping[str, MuscleGroup], book: RuleBook) -> Iterator[tuple[str, str]]:
    grouped = [muscle for group in groups.values() for muscle in group.muscles]
    muscles = dict.fromkeys(muscle for one in book.exercises.values() if one.dose for muscle in one.muscles)
    for muscle in muscles:
        if grouped.count(muscle) != 1:
            yield f"the muscle `{muscle}` stands in {grouped.count(muscle)} groups", "each stands in one"
    for muscle in grouped:
        if muscle not in muscles:
            yield f"no exercise trains `{muscle}`", did_you_mean(muscle, muscles)


def _rule(placed: Placed, book: RuleBook, problems: Problems) -> PlanRule | None:
    """A rule as it is written, once its condition can be read; its cases have to do what they say."""
    table: PlanRuleTable = placed.table

    def wrong(what: str, hint: str = "") -> None:
        problems.append(Problem(where=f"{placed.where}: plan rule `{table.id}`", what=what, hint=hint))

    try:
        when = parse(table.when, book.names)
        unless = parse(table.unless, book.names) if table.unless else None
    except ConditionError as error:
        wrong(f"column {error.column}: {error.what}", error.hint)
        return None
    for what, hint in unsourced(table, book):
        wrong(what, hint)
    rule = PlanRule(
        id=table.id,
        title=table.title,
        text=table.when,
        when=when,
        unless=unless,
        then=table.then,
        because=table.because,
        sources=table.sources,
        evidence=table.evidence,
        judgement=table.judgement,
        where=placed.where,
    )
    for wanted, name, cases in ((True, "fires", table.fires), (False, "spares", table.spares)):
        for number, case in enumerate(cases, 1):
            try:
                holds = rule.holds(closed(case, book))
            except ProfileError as error:
                wrong(f"case {number} of {name}: {error}")
                continue
            if holds is not wanted:
                wrong(f"case {number} of {name} {'fires' if holds else 'does not fire'}")
    return rule
