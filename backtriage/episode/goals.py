"""Goals with due dates, one for each muscle group that a plan trains: document 004 asks for them, written down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import attrs

from ..rulebook.doses import Dose
from ..rulebook.plan_rules import PlanRules
from ..rulebook.plan_tables import MuscleGroup
from .ladder import no_more
from .scheduling import Day, Move


@attrs.frozen(kw_only=True)
class Goal:
    """What somebody works towards for a muscle group.

    Attributes:
        group: The muscles.
        target: The exercise that is done most for them, at what it is to be at.
        due: The day on which the plan is there, its last one for what does not rise, or the person's own date.
        days: On how many days the plan trains the group until then.
        reached: The first day on which the target was done, at least; ``None`` before.
        sources: Ids of who says that there is to be a goal, and of the exercise's own.

    >>> from datetime import date
    >>> import backtriage as bt
    >>> everything = list(bt.default_rulebook().vocabulary.checklists)
    >>> a = bt.assess(age=41, pain_score=3, pain_duration_days=9, neck_pain=True, denies=everything)
    >>> made = bt.plan(a, start=date(2026, 12, 1), today=date(2026, 12, 1))
    >>> print(made.goals[-1].group.name, made.goals[-1].target.dose.amount, made.goals[-1].due)
    Stamina 14 minutes; 2 sessions a day 2026-12-22
    """

    group: MuscleGroup
    target: Move
    due: date
    days: int
    reached: date | None
    sources: tuple[str, ...]


Doses = Mapping[str, Sequence[tuple[date, Dose]]]
_OnDay = tuple[date, Move]


def goals_of(days: Sequence[Day], made_by: PlanRules, due: Mapping[str, date], done: Doses) -> tuple[Goal, ...]:
    """The goals of some planned days, in the order of the groups.

    Args:
        days: The days, in order.
        made_by: How plans are made.
        due: Muscle group to the person's own date.
        done: Exercise id to what it was done at so far.
    """
    done_on = defaultdict[str, list[_OnDay]](list)
    for day in days:
        for move in (*day.moves, *day.apart):
            done_on[move.exercise.id].append((day.day, move))
    goals = (_goal(group, done_on.values(), made_by, due.get(id_), done) for id_, group in made_by.groups.items())
    return tuple(goal for goal in goals if goal)


def _goal(
    group: MuscleGroup, planned: Iterable[Sequence[_OnDay]], made_by: PlanRules, due: date | None, done: Doses
) -> Goal | None:
    """The goal of a group. What is first of all for it, and part of a session, leads before what is done most."""
    muscles = frozenset(group.muscles)
    training = [
        in_time
        for one in planned
        if not muscles.isdisjoint(one[0][1].exercise.muscles)
        and (in_time := [(day, move) for day, move in one if due is None or day <= due])
    ]
    if not training:
        return None

    def leads(some: Sequence[_OnDay]) -> tuple[bool, bool, int]:
        exercise = some[0][1].exercise
        return exercise.muscles[0] in muscles, exercise.id not in made_by.apart, len(some)

    own = max(training, key=leads)
    target = own[-1][1]
    enough = (day for day, dose in done.get(target.exercise.id, ()) if no_more(target.dose, dose))
    return Goal(
        group=group,
        target=target,
        due=due or (own[-1][0] if own[0][1] == target else next(day for day, move in own if move == target)),
        days=len({day for some in training for day, _ in some}),
        reached=next(enough, None),
        sources=tuple(dict.fromkeys(ref.id for ref in (*made_by.table.goal_sources, *target.exercise.sources))),
    )
