"""What would have to be otherwise: for an exercise to be allowed, or taken away; for the action to change.

Nothing here is advice. A supposition says which answers a result turns on. It takes back nothing that was said to be
there, and tells nobody to answer anything but what is so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby

from ..rulebook.rules import AnyRule, Exclude, Limited, Offer, Urgency, Urgent
from ..triage.outcome import Decision, Excluded, Withheld
from .cells import Cell
from .fewest import Fewest, Obstacle, Obstacles
from .results import WhatIf, WhatWouldChange
from .supposing import Outlook, Supposing, Supposition, comes_first

__all__ = ["WhatIf", "WhatWouldChange", "what_if", "what_would_change"]


def what_if(assessment: Decision, exercise: str) -> WhatIf:
    """The fewest answers that would allow an exercise, or the single ones that would take an allowed one away.

    Raises:
        UnknownName: If the rulebook has no such exercise.

    >>> import backtriage as bt
    >>> everything = list(bt.default_rulebook().vocabulary.checklists)
    >>> a = bt.assess(age=41, pain_score=4, pain_duration_days=9, lower_back_pain=True, denies=everything)
    >>> [(one.supposed[0].finding.id, one.supposed[0].answers) for one in what_if(a, "bridge").allowing]
    [('pain_duration_days', (14, 36500))]
    """
    entry = assessment.profile.rulebook.exercise(exercise)
    exercise, status = entry.id, assessment.status(entry.id)
    supposing = Supposing(assessment)
    if status == "allowed":
        taking_away = _single(supposing, lambda then: int(then.status(exercise) != "allowed"))
        return WhatIf(now=assessment, exercise=entry, status=status, taking_away=taking_away, outlook=Outlook.NOTHING)
    offers = _offers(assessment, exercise)
    against: tuple[AnyRule, ...] = next((one.because for one in assessment.excluded if one.exercise is entry), ())
    first = tuple(rule for rule in assessment.because if comes_first(rule) and (rule in against or _pressing(rule)))
    if first:
        return WhatIf(now=assessment, exercise=entry, status=status, outlook=Outlook.SEEN_FIRST, because=first)
    never = tuple(rule for rule in against if not rule.findings)
    if never or not offers:
        return WhatIf(now=assessment, exercise=entry, status=status, outlook=Outlook.NEVER, because=never)
    fewest = Fewest(supposing, _in_the_way_of(exercise, offers))
    return WhatIf(
        now=assessment,
        exercise=entry,
        status=status,
        allowing=fewest.found,
        outlook=_outlook(fewest),
        because=fewest.stuck,
    )


def what_would_change(assessment: Decision) -> WhatWouldChange:
    """The single answers that would make the action more urgent, and the fewest with which it would be less.

    >>> import backtriage as bt
    >>> everything = list(bt.default_rulebook().vocabulary.checklists)
    >>> a = bt.assess(age=41, pain_score=8, pain_duration_days=9, lower_back_pain=True, denies=everything)
    >>> [(str(one.then.urgency), one.supposed[0].answers) for one in what_would_change(a).down]
    [('self_care', (0, 6))]
    """
    supposing, certain = Supposing(assessment), assessment.at_least
    acting = max(certain, assessment.action.level or certain)
    up = _single(supposing, lambda then: then.at_least.rank if then.at_least > acting else 0)
    if assessment.settled and certain is Urgency.SELF_CARE:
        return WhatWouldChange(now=assessment, up=up, outlook=Outlook.NOTHING)
    first = tuple(rule for rule in assessment.because if comes_first(rule) and _level(rule) is certain)
    if assessment.settled and first:
        return WhatWouldChange(now=assessment, up=up, outlook=Outlook.SEEN_FIRST, because=first)
    fewest = Fewest(supposing, _above(Urgency.SELF_CARE if assessment.settled else certain))
    return WhatWouldChange(now=assessment, up=up, down=fewest.found, outlook=_outlook(fewest), because=fewest.stuck)


# -- what stands in the way -------------------------------------------------------------------------------------------


def _in_the_way_of(exercise: str, offers: tuple[AnyRule, ...]) -> Obstacles:
    """What keeps an exercise from being allowed: what the assessment itself says, and what it would say after that."""

    def obstacles(then: Decision) -> list[Obstacle]:
        if then.status(exercise) == "allowed":
            return []
        entries: tuple[Excluded | Withheld, ...] = (*then.excluded, *then.withheld)
        because: tuple[AnyRule, ...] = next((one.because for one in entries if one.exercise.id == exercise), ())
        stopping = [rule for rule in (*then.because, *then.open) if _stops(rule, exercise)]
        alone = dict.fromkeys([*(rule for rule in because if isinstance(rule.effect, Urgent | Exclude)), *stopping])
        limits = tuple(rule for rule in because if isinstance(rule.effect, Limited))
        unoffered = set(offers).isdisjoint(then.because)
        together = [Obstacle(limits)] * bool(limits) + [Obstacle(offers, wanted=True)] * unoffered
        return [*(Obstacle((rule,)) for rule in alone), *together]

    return obstacles


def _stops(rule: AnyRule, exercise: str) -> bool:
    """Whether a rule that fires stops an exercise, whatever else does."""
    effect = rule.effect
    return (isinstance(effect, Exclude) and exercise in effect.exercises) or (
        isinstance(effect, Urgent) and effect.exercise == "none"
    )


def _above(level: Urgency) -> Obstacles:
    """The rules that could still make it worse than a level."""

    def obstacles(then: Decision) -> list[Obstacle]:
        rules = (*then.because, *then.open)
        return [Obstacle((rule,)) for rule in rules if (_level(rule) or level) > level]

    return obstacles


def _pressing(rule: AnyRule) -> bool:
    return (_level(rule) or Urgency.SELF_CARE) > Urgency.ROUTINE


def _level(rule: AnyRule) -> Urgency | None:
    return rule.effect.level if isinstance(rule.effect, Urgent) else None


def _offers(assessment: Decision, exercise: str) -> tuple[AnyRule, ...]:
    rules = assessment.profile.rulebook.rules
    return tuple(rule for rule in rules if isinstance(rule.effect, Offer) and exercise in rule.effect.exercises)


def _outlook(fewest: Fewest) -> Outlook:
    return Outlook.OPEN if fewest.found else Outlook.MANY if fewest.more else Outlook.STANDS


# -- single answers that warn -----------------------------------------------------------------------------------------


def _single(supposing: Supposing, worse: Callable[[Decision], int]) -> tuple[Supposition, ...]:
    """Every single answer that makes something worse; ``worse`` says how much, 0 for not at all."""
    return tuple(one for id_ in supposing.order for one in _of_finding(supposing, id_, worse))


def _of_finding(supposing: Supposing, id_: str, worse: Callable[[Decision], int]) -> Iterator[Supposition]:
    """The answers to one finding, with what it cannot be without; neighbours that do the same stand together."""
    others = supposing.contradicted(id_)

    def chosen(cell: Cell) -> dict[str, Cell]:
        return {id_: cell, **(others if cell == (True,) else {})}

    def does(cell: Cell) -> tuple[object, ...] | None:
        """What an answer leads to; nothing where it makes nothing worse."""
        then = supposing.then(chosen(cell))
        if then is None or worse(then) <= max([worse(one) for one in _each_alone(supposing, others)], default=0):
            return None
        return worse(then), then.at_least, then.could_be, supposing.side(id_, cell)

    for outcome, cells in groupby(supposing.warning(id_), key=does):
        if outcome is not None:
            joined = chosen(supposing.joined(id_, list(cells)))
            if then := supposing.then(joined):
                yield supposing.supposition(joined, then)


def _each_alone(supposing: Supposing, others: dict[str, Cell]) -> Iterator[Decision]:
    """What the others would do by themselves, which is not laid to the finding that they belong to."""
    return (then for id_, cell in others.items() if (then := supposing.then({id_: cell})))
