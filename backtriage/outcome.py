"""What an assessment is made of: what is allowed and what is not, what to ask, what to do, and whom to see."""

from __future__ import annotations

import attrs

from .doses import Dose
from .ranked import Named
from .rulebook import Exercise
from .rules import AnyRule, Caution, Rule, Urgency, Urgent
from .vocabulary import Question


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
        locked: Messages that must be shown word for word, before all others.
        message: What the person is told, its first sentence first.
        question: The next question, if that is the action.

    >>> import backtriage as bt
    >>> bt.assess().action.kind, bt.assess(sepsis_signs=True).action.level
    (<ActionKind.ASK: 'ask'>, <Urgency.EMERGENCY: 'emergency'>)
    """

    kind: ActionKind
    level: Urgency | None
    locked: tuple[str, ...]
    message: str
    question: OpenQuestion | None


@attrs.frozen(kw_only=True)
class Referral:
    """Whom to see.

    Attributes:
        level: How urgent.
        see: Whom.
        by: By when.
        because: The rules behind it.
        mention: Further rules that fired, to be mentioned there.

    >>> import backtriage as bt
    >>> referral = bt.assess(leg_weakness_new=True).referral
    >>> referral.level, referral.by, referral.because[0].id
    (<Urgency.SAME_DAY: 'same_day'>, 'today', 'leg-weakness-new')
    """

    level: Urgency
    see: str
    by: str
    because: tuple[Rule[Urgent], ...]
    mention: tuple[Rule[Urgent], ...]
