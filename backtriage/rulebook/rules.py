"""Rules: a condition, one effect, the sources behind it, and the cases that show what it does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar, Final, Generic, Literal, TypeAlias, TypeVar

import attrs

from ..findings.conditions import Atom, Condition
from ..findings.frozen import frozen
from ..findings.ranked import Ranked
from .doses import Limit


class Urgency(Ranked):
    """How urgent; the levels compare, with each other and with their names.

    >>> Urgency.SELF_CARE < Urgency.ROUTINE < Urgency.SOON < Urgency.SAME_DAY < Urgency.EMERGENCY
    True
    >>> Urgency.EMERGENCY == "emergency", Urgency.EMERGENCY >= "same_day"
    (True, True)
    """

    SELF_CARE = "self_care"
    ROUTINE = "routine"
    SOON = "soon"
    SAME_DAY = "same_day"
    EMERGENCY = "emergency"


@attrs.frozen(kw_only=True)
class SourceRef:
    """Where something comes from.

    Attributes:
        id: A source of the rulebook, or a statement of the documents (``S001`` …).
        level: The urgency that this source itself gives, where it gives one.
        note: What it says that matters here; may be empty.
    """

    id: str
    level: Urgency | None = None
    note: str = ""


@attrs.frozen(kw_only=True)
class Source:
    """A published source.

    Attributes:
        id: The id that rules cite.
        title: What it is and where it is found.
        second_hand: The page carries another body's wording; the original has not been opened.
        review_by: The last day before which it should have been read again; ``None`` where nobody has set one.
    """

    id: str
    title: str
    second_hand: bool = False
    review_by: date | None = None


# -- effects ----------------------------------------------------------------------------------------------------------


EXERCISE_EFFECTS: Final = ("none", "gentle", "normal")
"""What an urgency rule can do to exercise, the most cautious first."""


@attrs.frozen(kw_only=True)
class Urgent:
    """A level of urgency, and what it does to exercise.

    Attributes:
        level: The level.
        exercise: ``none``: no exercise; ``gentle``: only the core set; ``normal``: this rule stops nothing.
        exercise_because: The reason, where the effect is not the level's default.
        suspects: What is suspected: a key of the rulebook's suspects.
        see: Whom to see, where it is not whom the level names; may be empty.
        see_note: What is to be known or asked there; may be empty.
        locked: The id of a message that must be shown word for word; may be empty.
        ring_only: An emergency in which the person rings and waits: nothing says to go anywhere.
        why: The line after the level's message.
    """

    kind: ClassVar[str] = "urgency"
    level: Urgency
    exercise: Literal["none", "gentle", "normal"]
    exercise_because: str = ""
    suspects: str
    see: str = ""
    see_note: str = ""
    locked: str = ""
    ring_only: bool = False
    why: str = ""


@attrs.frozen(kw_only=True)
class Offer:
    """Exercises that fit this person."""

    kind: ClassVar[str] = "offer"
    exercises: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Exclude:
    """Exercises that must not be done.

    Attributes:
        selectors: As written: ``all``, ``id:…``, ``tag:…`` or ``outside:SET``.
        exercises: The ids they select.
    """

    kind: ClassVar[str] = "exclude"
    selectors: tuple[str, ...]
    exercises: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Limited:
    """A limit on doses."""

    kind: ClassVar[str] = "limit"
    limit: Limit


@attrs.frozen(kw_only=True)
class Caution:
    """Something to be careful of.

    Attributes:
        text: What the person is told.
        exercises: The exercises it belongs to; all of them if empty.
        names_urgency: It says how soon to be seen, and of what: so it is said where no exercise is allowed too.
    """

    kind: ClassVar[str] = "caution"
    text: str
    exercises: tuple[str, ...] = ()
    names_urgency: bool = False


@attrs.frozen(kw_only=True)
class Advise:
    """Advice.

    Attributes:
        text: What the person is told.
        asks_to_do: It asks the person to do something, so it is released as a gentle exercise is.
    """

    kind: ClassVar[str] = "advise"
    text: str
    asks_to_do: bool = False


@attrs.frozen(kw_only=True)
class Stop:
    """When to stop in a running exercise session.

    Attributes:
        scope: ``move``: this exercise; ``session``: exercise for today; ``everything``: until seen.
        text: What the person is told.
    """

    kind: ClassVar[str] = "stop"
    scope: Literal["move", "session", "everything"]
    text: str


@attrs.frozen(kw_only=True)
class Routine:
    """A named order of exercises, for the session."""

    kind: ClassVar[str] = "routine"
    exercises: tuple[str, ...]


Effect: TypeAlias = Urgent | Offer | Exclude | Limited | Caution | Advise | Stop | Routine
E_co = TypeVar("E_co", bound=Effect, covariant=True)


def _cases(cases: Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    return tuple(frozen(case) for case in cases)


@attrs.frozen(kw_only=True, eq=False)
class Rule(Generic[E_co]):
    """One rule: a condition and its effect, with its sources and the cases that show what it does.

    Attributes:
        id: Its name, its heading and its address; never used again for another rule.
        title: What it is about, in a few words a person can read.
        text: The condition as written.
        when: The condition.
        effect: What it does when it fires.
        because: Why, in our own words; may be empty.
        sources: Who says so.
        evidence: ``sourced``, ``second_hand`` (read through another page) or ``unverified``.
        judgement: The level or cut-off is the rulebook's own.
        settles: Ids of the contradictions between the documents that this rule settles.
        review_by: As in :class:`Source`.
        within: The wider rule it deliberately overlaps, if any.
        fires: Profiles for which it fires, one a disjunct.
        spares: Profiles that it just spares, one a conjunct.
        where: File and line.
        findings: Every finding that its condition mentions.
        flat: Whether its condition is a single finding, or findings under one joint.

    >>> import backtriage as bt
    >>> rule = bt.default_rulebook().rule("ces-bladder")
    >>> rule.text, str(rule.effect.level), [ref.id for ref in rule.sources][:2]
    ('new_bladder_change', 'emergency', ['S051', 'red-flag-symptoms'])
    """

    id: str
    title: str
    text: str
    when: Condition
    effect: E_co
    because: str = ""
    sources: tuple[SourceRef, ...] = ()
    evidence: str
    judgement: bool = False
    settles: tuple[str, ...] = ()
    review_by: date | None = None
    within: str | None = None
    fires: tuple[Mapping[str, Any], ...] = attrs.field(default=(), converter=_cases)
    spares: tuple[Mapping[str, Any], ...] = attrs.field(default=(), converter=_cases)
    where: str = ""
    findings: frozenset[str] = attrs.field(init=False)
    flat: bool = attrs.field(init=False)

    @findings.default
    def _findings(self) -> frozenset[str]:
        return frozenset(atom.finding for atom in self.when.atoms())

    @flat.default
    def _flat(self) -> bool:
        return all(isinstance(term, Atom) for term in getattr(self.when, "terms", ()))

    def __repr__(self) -> str:
        return f"<Rule {self.id}: {self.title}>"


AnyRule: TypeAlias = Rule[Effect]


def worst_first(rule: AnyRule) -> int:
    """What the rules of a rulebook are sorted by: urgency comes first, the worst before all."""
    return -rule.effect.level.rank if isinstance(rule.effect, Urgent) else 1
