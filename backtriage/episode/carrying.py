"""Which answers of an earlier contact still hold at a later one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from ..assessment import Assessment
from ..findings.conditions import Value
from ..findings.finding import Number
from ..rulebook.book import RuleBook
from ..sessions.pain_course import FIGURES, PAIN_SCORE, RISE
from ..sessions.session_reports import behind_exercise
from ..sessions.spoken import Spoken, spoken
from .comparing import DAY, doubtful

DURATION: Final = "pain_duration_days"


def carried(first: Assessment, said: Spoken, elapsed: timedelta, *, session: bool, worse: bool) -> dict[str, Any]:
    """The earlier answers that still hold where nothing else is said.

    A red flag that was present does, always. That one was absent does while the first assessment stands and nothing got
    worse; a clearance, until something does. How long it has been counts from the last change for the worse.

    Args:
        first: The first contact.
        said: What was said at the second one.
        elapsed: The time between them.
        session: Whether it was said in an exercise session.
        worse: Whether something has changed for the worse.
    """
    book, known = first.profile.rulebook, first.profile.known
    findings = book.vocabulary.findings
    level = book.messages.levels[first.could_be]
    stands = elapsed <= timedelta(hours=first.valid_hours or level.valid_hours) and not worse
    ended = {id_ for id_, finding in findings.items() if worse and finding.clearance}
    ended |= doubtful(book.vocabulary, known, said, session=session)
    if session:
        ended |= _of_the_exercise_before(book, said)
    if any(_number(said.get(id_)) > _number(known.get(id_)) for id_ in FIGURES):
        ended |= {id_ for id_ in behind_exercise(book) if findings[id_].clearance}
    ended -= {id_ for id_ in ended if known.get(id_) is True and findings[id_].red_flag}
    still = {id_: value for id_, value in spoken(first.profile).items() if id_ not in ended}
    if not stands:
        still = {id_: value for id_, value in still.items() if not _passes(book, id_, value)}
    if type(days := still.pop(DURATION, None)) is int and not worse:
        duration = findings[DURATION]
        assert isinstance(duration, Number)  # noqa: S101 - it was answered with one
        still[DURATION] = min(days + elapsed // DAY, int(duration.maximum))
        for pair in book.vocabulary.impossible(still):  # age as it was given does not grow with it
            still[pair.finding] = int(pair.limit(still[pair.of]))
    return still


def _of_the_exercise_before(book: RuleBook, said: Spoken) -> set[str]:
    """What was said of earlier exercise says nothing of this session; being in contact does, if no pain rose in it."""
    calm = said.get(RISE) == 0
    return {id_ for id_ in behind_exercise(book) if not (calm and book.vocabulary.findings[id_].clearance)}


def _passes(book: RuleBook, id_: str, value: Value | None) -> bool:
    """Whether an answer is about a time that is over. A doubt is, but where silence would be read as "no"."""
    finding = book.vocabulary.findings[id_]
    if value is None:
        return not finding.reported and id_ not in book.vocabulary.heard_through
    return id_ == PAIN_SCORE or (finding.red_flag and value is False)


def _number(value: object) -> float:
    return value if isinstance(value, int | float) else 0
