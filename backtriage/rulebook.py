"""What a rulebook is made of: rules and their effects, exercises, sources, texts."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, Literal, TypeAlias, TypeVar

import attrs

from .conditions import Atom, Condition
from .doses import Dose, Limit
from .findings import Vocabulary


class Urgency(enum.Enum):
    """How urgent; the levels compare.

    >>> Urgency.SELF_CARE < Urgency.ROUTINE < Urgency.SOON < Urgency.SAME_DAY < Urgency.EMERGENCY
    True
    """

    SELF_CARE = "self_care"
    ROUTINE = "routine"
    SOON = "soon"
    SAME_DAY = "same_day"
    EMERGENCY = "emergency"

    rank: int

    def __init__(self, _value: str) -> None:
        self.rank = len(type(self).__members__)

    def __str__(self) -> str:
        return str(self.value)

    def __lt__(self, other: Urgency) -> bool:
        return self.rank < other.rank if isinstance(other, Urgency) else NotImplemented

    def __le__(self, other: Urgency) -> bool:
        return self.rank <= other.rank if isinstance(other, Urgency) else NotImplemented

    def __gt__(self, other: Urgency) -> bool:
        return self.rank > other.rank if isinstance(other, Urgency) else NotImplemented

    def __ge__(self, other: Urgency) -> bool:
        return self.rank >= other.rank if isinstance(other, Urgency) else NotImplemented


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
    """

    id: str
    title: str
    second_hand: bool = False


# -- effects
# ------------------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Urgent:
    """A level of urgency, and what it does to exercise.

    Attributes:
        level: The level.
        exercise: ``none``: no exercise; ``gentle``: only the core set; ``normal``: this rule stops nothing.
        exercise_because: The reason, where the effect is not the level's default.
        suspects: What is suspected: a key of the rulebook's suspects.
        see: Whom to see, where it is not whom the level names; may be empty.
        locked: The id of a message that must be shown word for word; may be empty.
        why: The line after the level's message.
    """

    kind: ClassVar[str] = "urgency"
    level: Urgency
    exercise: Literal["none", "gentle", "normal"]
    exercise_because: str = ""
    suspects: str
    see: str = ""
    locked: str = ""
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
    """

    kind: ClassVar[str] = "caution"
    text: str
    exercises: tuple[str, ...] = ()


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
        within: The wider rule it deliberately overlaps, if any.
        fires: Profiles for which it fires, one a disjunct.
        spares: Profiles that it just spares, one a conjunct.
        where: File and line.
        findings: Every finding that its condition mentions.
        flat: Whether its condition is a single finding, or findings under one joint.
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
    within: str | None = None
    fires: tuple[Mapping[str, Any], ...] = ()
    spares: tuple[Mapping[str, Any], ...] = ()
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


# -- exercises
# ----------------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Variant:
    """One form of an exercise."""

    id: str
    name: str
    how: str


@attrs.frozen(kw_only=True, eq=False)
class Exercise:
    """An entry of the catalogue.

    Attributes:
        id: Its name in rules and results.
        name: What a person calls it.
        catalogue: Its number in the documents' catalogue; may be empty.
        status: ``offered``, ``blocked`` (named only to be refused) or ``named_only`` (no dose is known).
        position: The position it is done in.
        tags: Movements, load and manner: what exclusions select by. The position is one of them.
        areas: The areas it is for.
        from_stage: The earliest stage of any offer.
        muscles: What works or stretches.
        needs: Equipment.
        steps: What to do, one action a line, in order.
        feel: What to feel.
        avoid: What not to do.
        variants: Its forms, the mildest first.
        dose: How much; ``None`` unless it is offered.
        progression: How to build up.
        cautions: What to be careful of.
        why: For one that is not offered: why not.
        instead: Ids of the exercises that take its place.
        low_impact: It neither loads nor strains: walking, moving, stretching.
        sources: Who says so.
        evidence: As in :class:`Rule`.
        judgement: The start dose is the rulebook's own.
        settles: As in :class:`Rule`.
        where: File and line.
    """

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
    variants: tuple[Variant, ...] = ()
    dose: Dose | None = None
    progression: str = ""
    cautions: tuple[str, ...] = ()
    why: str = ""
    instead: tuple[str, ...] = ()
    low_impact: bool = False
    sources: tuple[SourceRef, ...] = ()
    evidence: str
    judgement: bool = False
    settles: tuple[str, ...] = ()
    where: str = ""

    def __repr__(self) -> str:
        return f"<Exercise {self.id}>"


# -- the book
# -----------------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Level:
    """What a person is told at a level of urgency.

    Attributes:
        say: What to do now; ``{emergency}`` and ``{urgent}`` stand for the region's numbers.
        see: Whom to see; empty at self-care.
        by: By when; empty at self-care.
        moving: Added where nothing speaks against gentle movement meanwhile.
        resting: Added where the spine may be at risk.
        gentle: Added where the core set may go on.
        begin: Added where exercises are allowed.
        valid_hours: How long the result stands if nothing changes.
    """

    say: str
    see: str = ""
    by: str = ""
    moving: str = ""
    resting: str = ""
    gentle: str = ""
    begin: str = ""
    valid_hours: int


@attrs.frozen(kw_only=True)
class Suspect:
    """Something an urgency rule suspects.

    Attributes:
        say: The line after the level's message.
        urgent: Added at same day and emergency; may be empty.
        rest: Whether to rest in comfort until it is looked into.
    """

    say: str
    urgent: str = ""
    rest: bool = False


@attrs.frozen(kw_only=True)
class Help:
    """What a person in a STarT Back group is told.

    Attributes:
        say: How much help is likely to be needed.
        see: Whom to see; empty for nobody.
    """

    say: str
    see: str = ""


@attrs.frozen(kw_only=True)
class Messages:
    """Everything a person is told that no rule says.

    Attributes:
        levels: Level to its texts.
        suspects: Suspect key to its texts.
        locked: Messages that must be shown word for word, by id.
        unsettled: What is said while something serious cannot be ruled out.
        unsettled_walking: Added where only long-known conditions are unanswered.
        unsettled_mild: What is said while nothing serious is open.
        not_ruled_out: The heading when nothing is left to ask and the result is not settled.
        safety_net: Heading to the signs to watch for.
        history_only: The checklists whose answers are long known to the person.
        help: STarT Back group to its texts.
    """

    levels: Mapping[Urgency, Level]
    suspects: Mapping[str, Suspect]
    locked: Mapping[str, str]
    unsettled: str
    unsettled_walking: str
    unsettled_mild: str
    not_ruled_out: str
    safety_net: Mapping[str, str]
    history_only: tuple[str, ...]
    help: Mapping[str, Help] = attrs.Factory(dict)


@attrs.frozen(kw_only=True)
class Region:
    """Whom to ring.

    Attributes:
        name: The region in words.
        emergency: The emergency number.
        urgent: Urgent advice today.
        crisis: A crisis line.
        poison: A poison line.
        evidence: As in :class:`Rule`.
    """

    name: str
    emergency: str
    urgent: str
    crisis: str
    poison: str
    evidence: str = "unverified"


@attrs.frozen(kw_only=True)
class RulebookId:
    """Which rulebook an assessment was made with.

    Attributes:
        id: Its name.
        version: Its version.
        digest: SHA-256 of its canonical content, hexadecimal.
    """

    id: str
    version: str
    digest: str

    def __str__(self) -> str:
        return f"{self.id} {self.version} ({self.digest[:12]})"


@attrs.frozen(kw_only=True, eq=False)
class RuleBook:
    """A rulebook that has been read and checked: what it says can no longer fail in evaluation.

    Attributes:
        identity: Id, version and digest.
        title: What it is.
        vocabulary: Findings and checklists.
        definitions: Named conditions.
        rules: Every rule, the worst urgency first, then in the order of the files.
        exercises: Exercise id to exercise, in the order of the files.
        sets: Named sets of exercises.
        sources: Source id to source.
        messages: What a person is told.
        regions: Region code to region; ``""`` is the one used where none is given.
        path: The folder it was read from.
    """

    identity: RulebookId
    title: str
    vocabulary: Vocabulary
    definitions: Mapping[str, Condition]
    rules: tuple[AnyRule, ...]
    exercises: Mapping[str, Exercise]
    sets: Mapping[str, tuple[str, ...]]
    sources: Mapping[str, Source]
    messages: Messages
    regions: Mapping[str, Region]
    path: str

    @property
    def id(self) -> str:
        return self.identity.id

    @property
    def version(self) -> str:
        return self.identity.version

    @property
    def digest(self) -> str:
        return self.identity.digest

    def rule(self, id_: str) -> AnyRule:
        """The rule with this id.

        Raises:
            KeyError: If there is none.
        """
        for rule in self.rules:
            if rule.id == id_:
                return rule
        raise KeyError(id_)

    def __repr__(self) -> str:
        return f"<RuleBook {self.identity}: {len(self.rules)} rules, {len(self.exercises)} exercises>"
