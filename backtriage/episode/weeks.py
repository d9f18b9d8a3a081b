"""Weeks of exercise, as they are planned: what there is to print, draw or put into a calendar."""

from __future__ import annotations

from datetime import date

import attrs

from ..rulebook.plan_rules import PlanRule, PlanRules, read_plan_rules
from ..rulebook.rules import Urgency
from ..triage.outcome import Decision
from .goals import Goal
from .phases import CheckIn
from .scheduling import Day


@attrs.frozen(kw_only=True)
class Weeks:
    """Weeks of exercise for one person: nothing that the assessment does not allow, and no figure above its dose.

    Attributes:
        decision: The assessment it was made from.
        start: The first day.
        end: The last day: of its last week, or the one until which it can stand as it is.
        weeks: How many weeks it was asked for.
        minutes: How long a session may take; walking, water and cycling come on top.
        days: The days with something to do, in order.
        goals: One for each muscle group that the plan trains.
        check_ins: The days on which the plan waits for new answers: what comes after is for who has given them.
        rules: The rules that hold now or after the last day that was done: they lower or hold figures, or end the plan.
    """

    decision: Decision
    start: date
    end: date
    weeks: int
    minutes: int
    days: tuple[Day, ...]
    goals: tuple[Goal, ...]
    check_ins: tuple[CheckIn, ...]
    rules: tuple[PlanRule, ...]

    @property
    def made_by(self) -> PlanRules:
        """How its rulebook makes plans."""
        return read_plan_rules(self.decision.profile.rulebook)

    @property
    def seen_first(self) -> bool:
        """Whether somebody is to be seen soon: then the plan lasts until that day at the latest."""
        return self.decision.at_least >= Urgency.SOON

    def on(self, day: date, *, checked_in: date | None = None) -> Day | None:
        """What may be done on a day: after a check-in that was missed, what was done last before it.

        Args:
            day: The day.
            checked_in: The last day on which new answers were given; ``None`` if never.
        """
        missed = [one.day for one in self.check_ins if one.day < day and (checked_in is None or checked_in < one.day)]
        if not missed:
            return next((one for one in self.days if one.day == day), None)
        before = [one for one in self.days if one.day <= missed[0]]
        return attrs.evolve(before[-1], day=day) if before and any(one.day == day for one in self.days) else None
