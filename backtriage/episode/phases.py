"""What time alone changes: until which day the rules allow what, and on which days somebody should be asked again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final

import attrs

from ..errors import ProfileError
from ..findings.conditions import NotApplicable
from ..rulebook.doses import Dose
from ..rulebook.plan_rules import PlanRules
from ..rulebook.thresholds import thresholds
from ..triage.deciding import decided
from ..triage.outcome import Decision
from .ladder import ladder, lesser

TOGETHER: Final = 7
"""Two days on which to ask again that are so near are one."""


@attrs.frozen(kw_only=True)
class CheckIn:
    """A day on which the plan waits for new answers.

    Attributes:
        day: The day.
        rules_change: The rules turn on how long it has lasted by then; otherwise it is the time for it.

    >>> from datetime import date
    >>> import backtriage as bt
    >>> everything = list(bt.default_rulebook().vocabulary.checklists)
    >>> a = bt.assess(age=41, pain_score=3, pain_duration_days=9, neck_pain=True, denies=everything)
    >>> made = bt.plan(a, start=date(2026, 12, 1), today=date(2026, 12, 1))
    >>> [(one.day.day, one.rules_change) for one in made.check_ins][:2]
    [(6, True), (15, False)]
    """

    day: date
    rules_change: bool


@attrs.frozen(kw_only=True)
class Phase:
    """What is allowed from a day on if nothing but time passes.

    Attributes:
        day: The first day.
        doses: Exercise id to what the assessment and the rules of that day both allow.
        ladders: Exercise id to how it is built up, within that.
    """

    day: date
    doses: Mapping[str, Dose]
    ladders: Mapping[str, tuple[Dose, ...]]


Phases = tuple[tuple[Phase, ...], tuple[CheckIn, ...]]


def phases(decision: Decision, start: date, end: date, made_by: PlanRules) -> Phases:
    """The phases of a plan from its start to its end, and the days on which to ask again."""
    found = [_phase(start, {entry.exercise.id: entry.dose for entry in decision.allowed}, made_by)]
    told = {_told(decision)}
    changes: list[date] = []
    for after, later in _later(decision, (end - start).days, made_by):
        day = start + timedelta(days=after)
        allowed = {entry.exercise.id: entry.dose for entry in later.allowed}
        both = {id_: lesser(dose, allowed[id_]) for id_, dose in found[-1].doses.items() if id_ in allowed}
        doses = {id_: dose for id_, dose in both.items() if dose is not None}
        if doses != found[-1].doses:
            found.append(_phase(day, doses, made_by))
        if _told(later) not in told:
            told.add(_told(later))
            changes.append(day)
    return tuple(found), tuple(_check_ins(start, end, changes, made_by))


def _phase(day: date, doses: Mapping[str, Dose], made_by: PlanRules) -> Phase:
    ladders = {id_: ladder(dose, made_by.table.steps) for id_, dose in doses.items()}
    return Phase(day=day, doses=doses, ladders=ladders)


def _later(decision: Decision, days: int, made_by: PlanRules) -> Iterator[tuple[int, Decision]]:
    """The decision about the same person on every day on which the rules turn on how long it has lasted."""
    profile = decision.profile
    name = made_by.table.duration
    now = profile.known.get(name)
    if now is None or isinstance(now, (NotApplicable, str)):
        return
    turns = {
        threshold.sides[0][0] if threshold.op in {">", ">="} else threshold.sides[1][0]
        for threshold in thresholds(profile.rulebook)
        if threshold.finding == name
    }
    for value in sorted(value for value in turns if now < value < now + days):
        try:
            later = profile.with_({name: value})
        except ProfileError:  # nobody can have had it for so long
            return
        yield int(value - now), decided(later, engine="reference", region=decision.region, made=Decision)


def _told(decision: Decision) -> tuple[object, ...]:
    """What of a decision a plan depends on."""
    allowed = tuple((entry.exercise.id, entry.dose) for entry in decision.allowed)
    return decision.at_least, decision.could_be, allowed


def _check_ins(start: date, end: date, changes: list[date], made_by: PlanRules) -> Iterator[CheckIn]:
    """The days on which the rules change, of those that are near each other the last one; between them those that are
    due by time alone; and the last day of all."""
    due = [start + timedelta(days=days) for days in made_by.table.check_in_days]
    kept: list[date] = []
    for days in (sorted(changes, reverse=True), [end], due):
        for day in days:
            if start < day <= end and not any(abs((day - other).days) <= TOGETHER for other in kept):
                kept.append(day)
    for day in sorted(kept):
        yield CheckIn(day=day, rules_change=day in changes)
