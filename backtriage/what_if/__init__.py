"""What would have to be otherwise: for an exercise to be allowed, or taken away; for the action to change.

Nothing here is advice. A supposition says which answers a result turns on. It takes back nothing that was said to be
there, and tells nobody to answer anything but what is so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

import attrs

from ..assessment import Assessment
from ..findings import Number
from ..outcome import Excluded, Withheld
from ..rulebook import Exercise
from ..rules import AnyRule, Exclude, Limited, Offer, Urgency, Urgent
from . import page as what_if_page
from .cells import Cell
from .fewest import Fewest, Obstacle, Obstacles
from .supposing import Outlook, Supposed, Supposing, Supposition, comes_first


@attrs.frozen(kw_only=True)
class WhatIf:
    """What the status of an exercise turns on.

    Attributes:
        now: The assessment as it is.
        exercise: The catalogue entry.
        status: ``allowed``, ``withheld``, ``excluded`` or ``not_offered``, as it is.
        allowing: For one that is not allowed: every smallest set of answers with which it would be.
        taking_away: For one that is allowed: every single answer with which it would not be.
        outlook: What can be supposed to allow it; ``nothing`` for one that is allowed.
        because: The rules that no supposition gets past, where there is none.

    >>> import backtriage as bt
    >>> result = what_if(bt.assess(new_bladder_change=True), "bridge")
    >>> result.outlook, result.because
    (<Outlook.SEEN_FIRST: 'seen_first'>, (<Rule ces-bladder: New trouble with the bladder>,))
    """

    now: Assessment = attrs.field(eq=False, repr=False)
    exercise: Exercise
    status: str
    allowing: tuple[Supposition, ...] = ()
    taking_away: tuple[Supposition, ...] = ()
    outlook: Outlook
    because: tuple[AnyRule, ...] = ()

    def __str__(self) -> str:
        return "\n".join(what_if_page.of_exercise(self))

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data: text, numbers, lists and mappings only."""
        return {
            "exercise": self.exercise.id,
            "status": self.status,
            "outlook": self.outlook.value,
            "because": [rule.id for rule in self.because],
            "allowing": [_plain(one, self.exercise) for one in self.allowing],
            "taking_away": [_plain(one, self.exercise) for one in self.taking_away],
        }


@attrs.frozen(kw_only=True)
class WhatWouldChange:
    """What the action turns on.

    Attributes:
        now: The assessment as it is.
        up: Every single answer that would make it certainly more urgent than what to do now.
        down: Every smallest set of answers with which nothing worse than what is certain could be left; where the
            urgency is settled, with which it would be less.
        outlook: What can be supposed for the better.
        because: The rules that no supposition gets past, where there is none.

    >>> import backtriage as bt
    >>> result = what_would_change(bt.assess())
    >>> result.outlook, [str(one.then.urgency) for one in result.up if one.answers == {"new_bladder_change": True}]
    (<Outlook.MANY: 'many'>, ['emergency'])
    """

    now: Assessment = attrs.field(eq=False, repr=False)
    up: tuple[Supposition, ...]
    down: tuple[Supposition, ...] = ()
    outlook: Outlook
    because: tuple[AnyRule, ...] = ()

    def __str__(self) -> str:
        return "\n".join(what_if_page.of_action(self))

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data: text, numbers, lists and mappings only."""
        return {
            "outlook": self.outlook.value,
            "because": [rule.id for rule in self.because],
            "up": [_plain(one) for one in self.up],
            "down": [_plain(one) for one in self.down],
        }


def what_if(assessment: Assessment, exercise: str) -> WhatIf:
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


def what_would_change(assessment: Assessment) -> WhatWouldChange:
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

    def obstacles(then: Assessment) -> list[Obstacle]:
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

    def obstacles(then: Assessment) -> list[Obstacle]:
        rules = (*then.because, *then.open)
        return [Obstacle((rule,)) for rule in rules if (_level(rule) or level) > level]

    return obstacles


def _pressing(rule: AnyRule) -> bool:
    return (_level(rule) or Urgency.SELF_CARE) > Urgency.ROUTINE


def _level(rule: AnyRule) -> Urgency | None:
    return rule.effect.level if isinstance(rule.effect, Urgent) else None


def _offers(assessment: Assessment, exercise: str) -> tuple[AnyRule, ...]:
    rules = assessment.profile.rulebook.rules
    return tuple(rule for rule in rules if isinstance(rule.effect, Offer) and exercise in rule.effect.exercises)


def _outlook(fewest: Fewest) -> Outlook:
    return Outlook.OPEN if fewest.found else Outlook.MANY if fewest.more else Outlook.STANDS


# -- single answers that warn -----------------------------------------------------------------------------------------


def _single(supposing: Supposing, worse: Callable[[Assessment], int]) -> tuple[Supposition, ...]:
    """Every single answer that makes something worse; ``worse`` says how much, 0 for not at all."""
    return tuple(one for id_ in supposing.order for one in _of_finding(supposing, id_, worse))


def _of_finding(supposing: Supposing, id_: str, worse: Callable[[Assessment], int]) -> Iterator[Supposition]:
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


def _each_alone(supposing: Supposing, others: dict[str, Cell]) -> Iterator[Assessment]:
    """What the others would do by themselves, which is not laid to the finding that they belong to."""
    return (then for id_, cell in others.items() if (then := supposing.then({id_: cell})))


def _plain(one: Supposition, exercise: Exercise | None = None) -> dict[str, Any]:
    return {
        "supposed": [_answer(supposed) for supposed in one.supposed],
        "at_least": one.then.at_least.value,
        "could_be": one.then.could_be.value,
        **({"status": one.then.status(exercise.id)} if exercise else {}),
    }


def _answer(one: Supposed) -> dict[str, Any]:
    answers = {"least": one.answers[0], "greatest": one.answers[-1]} if isinstance(one.finding, Number) else one.answers
    return {
        "finding": one.finding.id,
        "kind": one.kind.value,
        "was": one.was,
        "answers": answers if isinstance(answers, dict) else list(answers),
    }
