"""One thing that happened in an episode, and how strong the pain was over several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import attrs

from ..assessment import Assessment
from ..sessions.pain_course import PAIN_SCORE
from ..sessions.session_record import SessionRecord
from .done import Did
from .later_contact import Reassessment
from .lines import EpisodeLine


@attrs.frozen(kw_only=True)
class Happened:
    """What a line stands for, worked out by the rulebook of now.

    Attributes:
        line: The line.
        assessment: What was said at a contact, after a session, or of what a day did; ``None`` where it did nothing.
        compared: How it compares with the contacts before it; ``None`` for the first, and where nothing is said.
        counted: What was said is said from then on. Of a day it is only where it forbids something; all of it counts at
            the next contact.
        record: The record of a session.
        did: What was done on a day.
    """

    line: EpisodeLine
    assessment: Assessment | None = None
    compared: Reassessment | None = None
    counted: bool = True
    record: SessionRecord | None = None
    did: Did | None = None


def last_said(happened: Sequence[Happened]) -> Happened | None:
    """The last contact, session or day of which what was said is said from then on."""
    return next((one for one in reversed(happened) if one.assessment and one.counted), None)


def scores(happened: Iterable[Happened]) -> Iterator[tuple[date, int]]:
    """How strong the pain was, with the day, at every contact and session at which that was known."""
    for one in happened:
        score = one.assessment.profile.known.get(PAIN_SCORE) if one.assessment else None
        if isinstance(score, int):
            yield one.did.day if one.did else one.line.at.date(), score
