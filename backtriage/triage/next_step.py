"""What comes next: what to do now, whom to see, and what to ask."""

from __future__ import annotations

import attrs

from ..findings.ranked import Named
from ..findings.vocabulary import Question
from ..rulebook.rules import Rule, Urgency, Urgent
from ..rulebook.texts import Text, Whom, joined


@attrs.frozen(kw_only=True)
class OpenQuestion:
    """A question whose answer can still change something.

    Attributes:
        question: The question.
        could_reach: The worst urgency that its answers could lead to; ``None`` where they can only free exercises.

    >>> import backtriage as bt
    >>> [(entry.question.id, str(entry.could_reach)) for entry in bt.assess().questions][:2]
    [('where', 'emergency'), ('emergency_nerves', 'emergency')]
    """

    question: Question
    could_reach: Urgency | None


class ActionKind(Named):
    """How to read an action."""

    RESULT = "result"
    NOT_RULED_OUT = "not_ruled_out"
    ASK = "ask"


@attrs.frozen(kw_only=True)
class Action:
    """What to do now.

    Attributes:
        kind: ``result``: the urgency is settled; ``not_ruled_out``: nothing is left to ask, so the worst that could not
            be ruled out decides; ``ask``: the next question.
        level: The level to act on; ``None`` while nothing but the next question is due.
        shown_first: Messages that must be shown word for word, before all others.
        parts: What the person is told, its first sentence first.
        question: The next question, if that is the action.

    >>> import backtriage as bt
    >>> bt.assess().action.kind, bt.assess(sepsis_signs=True).action.level
    (<ActionKind.ASK: 'ask'>, <Urgency.EMERGENCY: 'emergency'>)
    """

    kind: ActionKind
    level: Urgency | None
    shown_first: tuple[Text, ...]
    parts: tuple[Text, ...]
    question: OpenQuestion | None

    @property
    def locked(self) -> tuple[str, ...]:
        """The words of what is shown first."""
        return tuple(map(str, self.shown_first))

    @property
    def message(self) -> str:
        """What the person is told, in one piece."""
        return joined(self.parts)


@attrs.frozen(kw_only=True)
class Referral:
    """Whom to see.

    Attributes:
        level: How urgent.
        parts: Whom, each once.
        by: By when.
        because: The rules behind it.
        mention: Further rules that fired, to be mentioned there.

    >>> import backtriage as bt
    >>> referral = bt.assess(leg_weakness_new=True).referral
    >>> referral.level, referral.by, referral.because[0].id
    (<Urgency.SAME_DAY: 'same_day'>, 'today', 'leg-weakness-new')
    """

    level: Urgency
    parts: tuple[Whom, ...]
    by: str
    because: tuple[Rule[Urgent], ...]
    mention: tuple[Rule[Urgent], ...]

    @property
    def see(self) -> str:
        """Whom, in one piece."""
        return "; ".join(map(str, self.parts))
