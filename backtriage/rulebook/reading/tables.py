"""The tables of rule files: which keys each has, and of which type. This is the schema; nothing else may stand in a
file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import attrs

from ..exercises import Variant
from ..messages import Help, Level, Region, Suspect
from ..rules import Source, SourceRef, Urgency

Evidence = Literal["sourced", "second_hand", "unverified"]
Case = Mapping[str, Any]


@attrs.frozen(kw_only=True)
class HeadTable:
    id: str
    version: str
    title: str
    asking_order: tuple[str, ...]
    positions: tuple[str, ...]
    tags: tuple[str, ...]
    areas: tuple[str, ...]
    stages: tuple[str, ...]
    higher_impact: tuple[str, ...]


@attrs.frozen(kw_only=True)
class DefinitionTable:
    id: str
    when: str


@attrs.frozen(kw_only=True)
class SetTable:
    id: str
    exercises: tuple[str, ...]


@attrs.frozen(kw_only=True)
class ListedTable:
    id: str
    text: str
    help: str = ""
    implies: tuple[str, ...] = ()
    asked_if: str | None = None


@attrs.frozen(kw_only=True)
class ChecklistTable:
    id: str
    question: str
    help: str = ""
    red_flag: bool = False
    asked_if: str | None = None
    one_by_one: bool = False
    finding: tuple[ListedTable, ...]


@attrs.frozen(kw_only=True)
class YesNoTable:
    id: str
    text: str
    help: str = ""
    red_flag: bool = False
    asked_if: str | None = None
    implies: tuple[str, ...] = ()
    reported: bool = False
    clearance: bool = False


@attrs.frozen(kw_only=True)
class NumberTable:
    id: str
    text: str
    help: str = ""
    asked_if: str | None = None
    unit: str
    minimum: float
    maximum: float
    step: float = 1
    at_most: str = ""


@attrs.frozen(kw_only=True)
class ChoiceTable:
    id: str
    text: str
    help: str = ""
    asked_if: str | None = None
    options: Mapping[str, str]


@attrs.frozen(kw_only=True)
class LimitTable:
    select: tuple[str, ...] = ()
    at_most: Mapping[str, int] = attrs.Factory(dict)
    start_at_most: Mapping[str, int] = attrs.Factory(dict)
    halve: tuple[str, ...] = ()
    rest_at_least: int = 0
    only: Mapping[str, tuple[str, ...]] = attrs.Factory(dict)
    session_minutes: int | None = None
    session_moves: int | None = None


@attrs.frozen(kw_only=True)
class RuleTable:
    """One effect each: ``urgency``, ``offer``, ``exclude``, ``limit``, ``caution``, ``advise``, ``stop`` or
    ``routine``."""

    id: str
    title: str
    when: str
    because: str = ""
    sources: tuple[SourceRef, ...] = ()
    evidence: Evidence
    judgement: bool = False
    settles: tuple[str, ...] = ()
    review_by: date | None = None
    within: str | None = None
    given: Case = attrs.Factory(dict)
    fires: tuple[Case, ...] = ()
    spares: tuple[Case, ...] = ()

    urgency: Urgency | None = None
    exercise: Literal["none", "gentle", "normal"] | None = None
    exercise_because: str = ""
    suspects: str = ""
    see: str = ""
    see_note: str = ""
    locked: str = ""
    ring_only: bool = False

    offer: tuple[str, ...] | None = None
    exclude: tuple[str, ...] | None = None
    limit: LimitTable | None = None
    caution: str | None = None
    select: tuple[str, ...] = ()
    names_urgency: bool = False
    advise: str | None = None
    asks_to_do: bool = False
    stop: Literal["move", "session", "everything"] | None = None
    say: str = ""
    routine: tuple[str, ...] | None = None


EFFECT_KEYS: Mapping[str, tuple[str, ...]] = {
    "urgency": ("exercise", "exercise_because", "suspects", "see", "see_note", "locked", "ring_only"),
    "offer": (),
    "exclude": (),
    "limit": (),
    "caution": ("select", "names_urgency"),
    "advise": ("asks_to_do",),
    "stop": ("say",),
    "routine": (),
}
"""Each effect's key, and the keys that may stand beside it."""


@attrs.frozen(kw_only=True)
class DoseTable:
    """A figure is ``[start, ceiling]``."""

    hold_seconds: tuple[int, ...] | None = None
    repetitions: tuple[int, ...] | None = None
    sets: tuple[int, ...] | None = None
    sessions_per_day: tuple[int, ...] | None = None
    days_per_week: tuple[int, ...] | None = None
    minutes: tuple[int, ...] | None = None
    rest_seconds: int = 0
    sides: bool = False


@attrs.frozen(kw_only=True)
class ExerciseTable:
    id: str
    name: str
    catalogue: str = ""
    status: Literal["offered", "blocked", "named_only"]
    position: str = ""
    tags: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    from_stage: str = ""
    muscles: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    feel: str = ""
    avoid: tuple[str, ...] = ()
    variant: tuple[Variant, ...] = ()
    dose: DoseTable | None = None
    progression: str = ""
    cautions: tuple[str, ...] = ()
    why: str = ""
    instead: tuple[str, ...] = ()
    continues: str = ""
    sources: tuple[SourceRef, ...] = ()
    evidence: Evidence
    judgement: bool = False
    settles: tuple[str, ...] = ()
    review_by: date | None = None


@attrs.frozen(kw_only=True)
class MessagesTable:
    levels: Mapping[Urgency, Level]
    suspects: Mapping[str, Suspect]
    locked: Mapping[str, str]
    unsettled: str
    unsettled_walking: str
    unsettled_mild: str
    not_ruled_out: str
    safety_net: Mapping[str, tuple[str, ...]]
    history_only: tuple[str, ...]
    help: Mapping[str, Help] = attrs.Factory(dict)
    in_emergency: Mapping[str, str] = attrs.Factory(dict)
    signs: Mapping[str, tuple[str, ...]] = attrs.Factory(dict)
    again: str = "the urgent line"


@attrs.frozen(kw_only=True)
class SharedTable:
    """What a rulebook and an overlay are both made of."""

    region: Mapping[str, Region] = attrs.Factory(dict)
    definition: tuple[DefinitionTable, ...] = ()
    set: tuple[SetTable, ...] = ()
    source: tuple[Source, ...] = ()
    checklist: tuple[ChecklistTable, ...] = ()
    yes_no: tuple[YesNoTable, ...] = ()
    number: tuple[NumberTable, ...] = ()
    choice: tuple[ChoiceTable, ...] = ()
    exercise: tuple[ExerciseTable, ...] = ()


@attrs.frozen(kw_only=True)
class FileTable(SharedTable):
    """A rule file: any of these, in any file."""

    rulebook: HeadTable | None = None
    messages: MessagesTable | None = None
    rule: tuple[RuleTable, ...] = ()
