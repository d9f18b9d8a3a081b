"""What is decided about one person, and what that is made of: what is allowed and what is not, what to ask, what to do,
and whom to see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import attrs

from ..findings.frozen import frozen
from ..rulebook.book import RulebookId
from ..rulebook.doses import Dose
from ..rulebook.exercises import Exercise
from ..rulebook.rules import Advise, AnyRule, Caution, Routine, Rule, Stop, Urgency, Urgent
from ..rulebook.texts import ListText
from .next_step import Action, OpenQuestion, Referral
from .profile import Profile
from .safety_net import safety_net


@attrs.frozen(kw_only=True)
class Allowed:
    """An exercise that is allowed.

    Attributes:
        exercise: The catalogue entry.
        dose: How much, under every limit that holds or may hold.
        cautions: What to be careful of in this one.
        because: The offers that name it.

    >>> import backtriage as bt
    >>> everything = list(bt.default_rulebook().vocabulary.checklists)
    >>> a = bt.assess(age=41, pain_score=3, pain_duration_days=9, neck_pain=True, denies=everything)
    >>> print(a.allowed[0].exercise.name, "-", a.allowed[0].dose)
    Walking - 5 minutes, up to 30; 2 sessions a day, up to 3; every day
    """

    exercise: Exercise
    dose: Dose
    cautions: tuple[str, ...]
    because: tuple[AnyRule, ...]


@attrs.frozen(kw_only=True)
class Withheld:
    """An exercise that open questions stand in the way of.

    Attributes:
        exercise: The catalogue entry.
        because: The rules that are open.
        waits_for: Ids of the questions whose answers they wait for, in the order of asking.

    >>> import backtriage as bt
    >>> bt.assess().withheld[0].waits_for[:3]
    ('where', 'emergency_nerves', 'very_ill_now')
    """

    exercise: Exercise
    because: tuple[AnyRule, ...]
    waits_for: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Excluded:
    """An exercise that must not be done.

    Attributes:
        exercise: The catalogue entry.
        because: The rules that stop it, the worst first.

    >>> import backtriage as bt
    >>> a = bt.assess()
    >>> [entry.because for entry in a.excluded if entry.exercise.id == "sit_up"]
    [(<Rule never-sit-up: No sit-ups, full or butterfly>,)]
    """

    exercise: Exercise
    because: tuple[AnyRule, ...]


@attrs.frozen(kw_only=True)
class Cautioned:
    """A caution.

    Attributes:
        rule: The rule.
        certain: Whether it holds, or may hold: then it reads "if …".

    >>> import backtriage as bt
    >>> [(entry.rule.id, entry.certain) for entry in bt.assess(age=70, known_stenosis=True).cautions][:2]
    [('c-stenosis', True), ('c-balance', True)]
    """

    rule: Rule[Caution]
    certain: bool

    @property
    def text(self) -> str:
        """The words; an open one names its condition first."""
        text = self.rule.effect.text
        if self.certain:
            return text
        return f"If this applies to you ({self.rule.title[:1].lower()}{self.rule.title[1:]}): {text}"


@attrs.frozen(kw_only=True, repr=False)
class Decision:
    """What a rulebook says about one person.

    Attributes:
        profile: What was known.
        rulebook: Id, version and digest of the rulebook.
        engine: ``durable`` or ``reference``: which one decided what fires.
        region: The region's or country's code as it was given; empty if none was.
        at_least: The worst level that is certain.
        could_be: The worst level that is possible.
        final: No question is left that could raise the urgency, and it is not settled.
        action: What to do now.
        allowed: Exercises that are allowed, low impact first.
        withheld: Exercises that open questions stand in the way of.
        excluded: Exercises that must not be done.
        not_offered: Ids of the exercises that do not fit.
        routine: The routine that the session follows first, if any.
        session: A selection in order that fits the session's minutes.
        cautions: What to be careful of.
        advice: Advice that may be given.
        help: How much help is likely to be needed, by the STarT Back tool; empty unless its answers leave one group.
        referral: Whom to see by when; ``None`` where there is nobody to see.
        stop_rules: When to stop an exercise session.
        questions: What to ask next, those that could reach the worst urgency first.
        because: The rules that fired, worst first.
        open: The rules that wait for an answer.
        valid_hours: How long this stands if nothing changes, in hours; 0 while only the next question is due.
    """

    profile: Profile
    rulebook: RulebookId
    engine: str
    region: str
    at_least: Urgency
    could_be: Urgency
    final: bool
    action: Action
    allowed: tuple[Allowed, ...]
    withheld: tuple[Withheld, ...]
    excluded: tuple[Excluded, ...]
    not_offered: tuple[str, ...]
    routine: Rule[Routine] | None
    session: tuple[Allowed, ...]
    cautions: tuple[Cautioned, ...]
    advice: tuple[Rule[Advise], ...]
    help: str
    referral: Referral | None
    stop_rules: tuple[Rule[Stop], ...]
    questions: tuple[OpenQuestion, ...]
    because: tuple[AnyRule, ...]
    open: tuple[AnyRule, ...]
    valid_hours: int

    @property
    def settled(self) -> bool:
        """Whether no answer that is still open can change the urgency."""
        return self.at_least is self.could_be

    @property
    def urgency(self) -> Urgency | None:
        """The urgency, or ``None`` while it is not settled."""
        return self.at_least if self.settled else None

    @property
    def notices(self) -> tuple[str, ...]:
        """What the person is told about the telephone numbers, where they are not their own country's.

        >>> import backtriage as bt
        >>> bt.assess(region="EU").notices, len(bt.assess(region="DE").notices)
        ((), 1)
        """
        book = self.profile.rulebook
        return () if self.region in book.regions else (book.region(self.region).notice,)

    @property
    def ring_only(self) -> bool:
        """Whether this is an emergency in which the person rings and waits, and is not told to go anywhere."""
        return any(rule.effect.ring_only for rule in self.because if isinstance(rule.effect, Urgent))

    @property
    def safety_net(self) -> Mapping[str, str]:
        """Heading to the signs to watch for, the emergency's first, as they are for this person.

        >>> import backtriage as bt
        >>> everything = list(bt.default_rulebook().vocabulary.checklists)
        >>> for injects in (False, True):
        ...     net = bt.assess(injects_drugs=injects, denies=everything).safety_net
        ...     print([heading for heading, signs in net.items() if "fever or shivers" in signs])
        ['Same day']
        ['Emergency now, if new or worse']
        """
        return frozen({text.words: "; ".join(text.items) for text in self.watch_for})

    @property
    def watch_for(self) -> tuple[ListText, ...]:
        """The same in parts."""
        fill = self.profile.rulebook.region(self.region).filled
        return tuple([text.filled(fill) for text in safety_net(self.profile)])

    @property
    def not_ruled_out(self) -> tuple[Rule[Urgent], ...]:
        """Where nothing is left to ask and it is not settled: the urgency rules that stay open above what is certain,
        the worst first.

        >>> import backtriage as bt
        >>> everything = list(bt.default_rulebook().vocabulary.questions)
        >>> bt.assess(not_sure=everything).not_ruled_out[0].effect.level
        <Urgency.EMERGENCY: 'emergency'>
        """
        urgent = [cast("Rule[Urgent]", rule) for rule in self.open if isinstance(rule.effect, Urgent)]
        return tuple([rule for rule in urgent if rule.effect.level > self.at_least]) if self.final else ()

    def status(self, exercise: str) -> str:
        """``allowed``, ``withheld``, ``excluded`` or ``not_offered``.

        Raises:
            UnknownName: If the rulebook has no such exercise.
        """
        id_ = self.profile.rulebook.exercise(exercise).id
        for name in ("allowed", "withheld", "excluded"):
            if any(entry.exercise.id == id_ for entry in getattr(self, name)):
                return name
        return "not_offered"

    def __repr__(self) -> str:
        urgency = self.urgency or f"{self.at_least}..{self.could_be}"
        counts = [f"{len(getattr(self, name))} {name}" for name in ("allowed", "withheld", "excluded")]
        return f"<{type(self).__name__} {urgency}: {', '.join(counts)}>"
