"""What can be wrong with a reply, as data."""

from __future__ import annotations

import attrs

from ..findings.ranked import Named
from .words import Span


class ReplyProblemKind(Named):
    """What is wrong.

    Attributes:
        OMISSION: A locked message is missing.
        EXERCISE: One that is not allowed is recommended, or named.
        DOSE: More of an allowed exercise than its ceiling.
        PROMISE: Of a cure, of relief, or that nothing is wrong.
        MEDICINE: A medicine, or a dose of one, that no message names.
        THROUGH_PAIN: To go on although it hurts.
        DISSUASION: That nobody need be seen.
        DELAY: Care later than the level allows.
    """

    OMISSION = "omission"
    EXERCISE = "exercise"
    DOSE = "dose"
    PROMISE = "promise"
    MEDICINE = "medicine"
    THROUGH_PAIN = "through_pain"
    DISSUASION = "dissuasion"
    DELAY = "delay"


class Stance(Named):
    """What a reply says of an exercise that it names."""

    RECOMMENDED = "recommended"
    UNCLEAR = "unclear"
    FORBIDDEN = "forbidden"


@attrs.frozen(kw_only=True)
class ReplyProblem:
    """One thing that is wrong with a reply.

    Attributes:
        kind: What is wrong.
        about: The message's address; the ids of the exercises that the name can mean; ``cure``, ``relief`` or ``fine``;
            the id of the medicine, or ``dose``; for the other kinds their own name.
        span: Where the reply says so; ``None`` for what it does not say.
        hint: What to do about it.
        stance: Of an exercise that is not allowed: whether the reply recommends it, for sure or perhaps. ``None`` for
            every other kind. A reply that is unclear may be drafted again, with the hint.
    """

    kind: ReplyProblemKind
    about: frozenset[str]
    span: Span | None
    hint: str
    stance: Stance | None = None


@attrs.frozen(kw_only=True)
class ReplyCheck:
    """What a check found. That nothing was found does not make a reply safe: it has only not been caught.

    Attributes:
        text: The reply.
        problems: What is wrong, in the order of the reply, omissions first.

    >>> import backtriage as bt
    >>> str(bt.check_reply("You should rest.", bt.assess(new_bladder_change=True)))
    'problems found'
    """

    text: str
    problems: tuple[ReplyProblem, ...]

    def __str__(self) -> str:
        return "problems found" if self.problems else "none found"
