"""What is used: the statuses and the open questions with sets of bits, equal to the plain ones beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .exercise_statuses import statuses
from .open_questions import Asking

if TYPE_CHECKING:
    from ...rulebook.rules import Urgency
    from ..exercise_statuses import Statuses
    from ..next_step import OpenQuestion
    from ..profile import Profile
    from ..verdicts import ByEffect


def conclusions(
    profile: Profile, fired: ByEffect, open_: ByEffect, at_least: Urgency
) -> tuple[Statuses, tuple[OpenQuestion, ...]]:
    """As :func:`backtriage.triage.decision.conclusions`."""
    asking = Asking(profile, open_.urgency)
    found, freeing = statuses(asking, fired, open_)
    return found, asking.questions(at_least, freeing)
