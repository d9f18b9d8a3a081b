"""The tables of ``plans.toml``: the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import attrs

from ..findings.frozen import frozen
from .reading.tables import Evidence
from .rules import SourceRef

Then = Literal["end", "lower", "hold"]
THENS: Final[tuple[Then, ...]] = ("end", "lower", "hold")
"""What a plan's rule does, the most cautious first; where none fires, figures rise."""


SAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("start", "end"),
    "do_now": (),
    "nothing": (),
    "end": ("because",),
    "lower": ("because",),
    "hold": ("because",),
    "until_seen": ("end",),
    "pace": (),
    "warm_up": ("minutes",),
    "cool_down": ("minutes",),
    "calendar": (),
    "calendar_help": (),
    "week": ("number",),
    "moves": (),
    "step": ("amount", "day"),
    "session": ("minutes",),
    "minutes": ("minutes",),
    "goals": (),
    "goal": ("muscles", "exercise", "amount", "day"),
    "reached": ("muscles", "exercise", "amount", "day"),
    "goal_help": (),
    "check_ins": (),
    "check_in": ("day",),
    "check_in_rules": ("day",),
    "waits": (),
    "stop": (),
    "watch": (),
    "careful": (),
}
"""What a plan says, and what it fills in."""


@attrs.frozen(kw_only=True)
class Step:
    """How much a figure of a dose rises at once."""

    figure: str
    by: int


@attrs.frozen(kw_only=True)
class MuscleGroup:
    """Muscles that a goal is set for together.

    Attributes:
        id: Its id.
        name: What a person calls it.
        muscles: The muscles, as exercises name them.
    """

    id: str
    name: str
    muscles: tuple[str, ...]


@attrs.frozen(kw_only=True)
class PlanTable:
    """The ``[plan]`` of a rulebook, as it is written.

    Attributes:
        duration: The number, in days, that grows by itself.
        check_in_days: After how many days the plan asks for a contact, whatever the rules say.
        apart: Selectors of the exercises that no session holds: walking, water, cycling.
        spaced: Selectors of the exercises that are never done on neighbouring days.
        warm_up_minutes: Light movement before the moves of a session.
        cool_down_minutes: Easing off after them.
        hold_days: For how long nothing is raised once a stop rule has ended a session.
        apart_minutes: What is done apart is raised until it takes so many minutes a day.
        seen_days: For how many days there is a plan where somebody is to be seen soon, or sooner.
        steps: What is raised, in this order.
        weekdays: What the days of the week are called, Monday first.
        months: What the months are called, January first.
        says: Key to what a person is told, where no rule says it; ``{...}`` stands for what the plan fills in.
        sources: Who says so.
        goal_sources: Who says that there are to be goals.
    """

    duration: str
    check_in_days: tuple[int, ...]
    apart: tuple[str, ...] = ()
    spaced: tuple[str, ...] = ()
    warm_up_minutes: int
    cool_down_minutes: int
    hold_days: int
    apart_minutes: int
    seen_days: int
    steps: tuple[Step, ...]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    says: Mapping[str, str] = attrs.field(converter=frozen)
    sources: tuple[SourceRef, ...] = ()
    goal_sources: tuple[SourceRef, ...] = ()
    evidence: Evidence
    judgement: bool = False


@attrs.frozen(kw_only=True)
class PlanRuleTable:
    """A ``[[plan_rule]]`` as it is written."""

    id: str
    title: str
    when: str
    unless: str | None = None
    then: Then
    because: str
    sources: tuple[SourceRef, ...] = ()
    evidence: Evidence
    judgement: bool = False
    fires: tuple[Mapping[str, Any], ...]
    spares: tuple[Mapping[str, Any], ...]


@attrs.frozen(kw_only=True)
class PlanFile:
    """The file of the plans: the schema."""

    plan: PlanTable | None = None
    plan_rule: tuple[PlanRuleTable, ...] = ()
    muscle_group: tuple[MuscleGroup, ...] = ()
