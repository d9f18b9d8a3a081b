"""What comes out: one frozen record of everything that was decided, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import attrs

from . import explaining, page, plain
from .outcome import Action, Allowed, Cautioned, Excluded, OpenQuestion, Referral, Withheld
from .profile import Profile
from .rulebook import RulebookId
from .rules import Advise, AnyRule, Routine, Rule, Stop, Urgency, Urgent
from .watching import safety_net

if TYPE_CHECKING:
    from .conversation.chat_messages import ChatMessage
    from .what_if import WhatIf, WhatWouldChange


@attrs.frozen(kw_only=True, repr=False)
class Assessment:
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
        return safety_net(self.profile)

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

    def messages(self) -> tuple[ChatMessage, ...]:
        """What a chatbot says, in order; the locked ones word for word: see
        :func:`backtriage.conversation.chat_messages.messages`.

        >>> import backtriage as bt
        >>> bt.assess(new_bladder_change=True).messages()[0].locked
        True
        """
        from .conversation import chat_messages  # noqa: PLC0415 - it is written about assessments

        return chat_messages.messages(self)

    def explain(self, exercise: str) -> str:
        """Why an exercise is allowed or not, with whose guidance. It goes by its id or its name.

        Raises:
            UnknownName: If the rulebook has no such exercise.

        >>> import backtriage as bt
        >>> print(bt.assess(age=41).explain("sit_up").splitlines()[0])
        Full sit-up: excluded.
        """
        return explaining.explain(self, exercise)

    def what_if(self, exercise: str) -> WhatIf:
        """The fewest answers that would allow an exercise, or the single ones that would take it away.

        Raises:
            UnknownName: If the rulebook has no such exercise.

        >>> import backtriage as bt
        >>> bt.assess(new_bladder_change=True).what_if("bridge").outlook
        <Outlook.SEEN_FIRST: 'seen_first'>
        """
        from .what_if import what_if  # noqa: PLC0415 - it is written about assessments

        return what_if(self, exercise)

    def what_would_change(self) -> WhatWouldChange:
        """The single answers that would make the action more urgent, and the fewest with which it would be less.

        >>> import backtriage as bt
        >>> len(bt.assess(new_bladder_change=True).what_would_change().up)
        0
        """
        from .what_if import what_would_change  # noqa: PLC0415 - as above

        return what_would_change(self)

    def __str__(self) -> str:
        return page.printed(self)

    def __repr__(self) -> str:
        urgency = self.urgency or f"{self.at_least}..{self.could_be}"
        counts = [f"{len(getattr(self, name))} {name}" for name in ("allowed", "withheld", "excluded")]
        return f"<Assessment {urgency}: {', '.join(counts)}>"

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data: text, numbers, lists and mappings only."""
        return plain.plain(self)

    def to_json(self, *, indent: int | None = None) -> str:
        """:meth:`to_dict` as JSON. The same profile and rulebook give the same text but for the engine's name."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)
