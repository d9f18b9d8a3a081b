"""Two contacts compared: what got worse, what is new, and what did not get better.

Each comparison adds a finding that the rulebook has; what follows from it is for the rules. The person's own words may
say the same; a comparison that shows it counts even against a "no".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import attrs

from ..findings.conditions import Known
from ..findings.vocabulary import Vocabulary
from ..sessions.pain_course import PAIN_SCORE
from ..sessions.spoken import Spoken

WORSE: Final = "getting_worse"
NOT_BETTER: Final = "not_improving"
DAY: Final = timedelta(days=1)
"""From here on "over days or weeks" is true."""
REVIEW: Final = timedelta(days=14)
"""The two weeks of "not clearly better than 2 weeks ago", and of everything "new": began or got worse within them."""
NEW_SIGNS: Final = {
    "leg_weakness": "leg_weakness_new",
    "arm_weakness": "arm_weakness_new",
    "both_legs_old": "both_legs_new",
    "saddle_bladder_bowel_old": "emergency_nerve_unsaid",
    "cord_signs_neck_steady": "cord_signs_neck_worse",
}
"""A sign that says nothing of when it began, or that it is old and unchanged: the finding that it is when it was absent
within the last two weeks. Which of saddle, bladder and bowel it is has not been said."""

BY_TIME_ALONE: Final = frozenset((NOT_BETTER, "not_back_to_normal", "care_six_weeks_no_help", "first_episode"))
"""Findings that come without anything having changed for the worse."""


@attrs.frozen(kw_only=True)
class Added:
    """A finding that follows from the comparison.

    Attributes:
        finding: Its id; it is present.
        because: What shows it.
    """

    finding: str
    because: str


def compared(
    vocabulary: Vocabulary, before: Known, now: Spoken, elapsed: timedelta, *, session: bool
) -> Iterator[Added]:
    """What the second contact shows beside what was said at it.

    Args:
        vocabulary: The rulebook's findings; one that it does not have is not added.
        before: What was known at the first contact.
        now: What was said at the second.
        elapsed: The time between them.
        session: Whether it was said in an exercise session. Pain that this raised is not pain that gets worse: the
            rules on exercise see to it.
    """
    by_score = () if session else _by_score(before.get(PAIN_SCORE), now.get(PAIN_SCORE), elapsed)
    for one in (*by_score, *_by_sign(vocabulary, before, now, elapsed)):
        if one.finding in vocabulary.findings and now.get(one.finding) is not True:
            yield one


def _by_score(then: object, score: object, elapsed: timedelta) -> Iterator[Added]:
    if type(then) is not int or type(score) is not int:
        return
    course = f"the pain was {then}, and {_days(elapsed)} later it is {score}"
    if score > then and elapsed >= DAY:
        yield Added(finding=WORSE, because=course)
    if score >= then and score > 0 and elapsed >= REVIEW:
        yield Added(finding=NOT_BETTER, because=course)


def _days(elapsed: timedelta) -> str:
    days = elapsed // DAY
    return "less than a day" if not days else "1 day" if days == 1 else f"{days} days"


def _by_sign(vocabulary: Vocabulary, before: Known, now: Spoken, elapsed: timedelta) -> Iterator[Added]:
    if elapsed > REVIEW:
        return
    for sign, new in NEW_SIGNS.items():
        if sign in vocabulary.findings and before.get(sign) is False and now.get(sign) is True:
            words = vocabulary.findings[sign].text
            yield Added(finding=new, because=f"not there {_days(elapsed)} earlier, there now: {words}")


def doubtful(vocabulary: Vocabulary, before: Known, now: Spoken, *, session: bool) -> frozenset[str]:
    """Findings of which an earlier "no" no longer holds, as something speaks for them: asked again if not said.

    What is said to be present opens its gate. ``session`` as in :func:`compared`.
    """
    begun = [id_ for id_, value in now.items() if value is True and before.get(id_) is False]
    risen = type(then := before.get(PAIN_SCORE)) is int and type(score := now.get(PAIN_SCORE)) is int and score > then
    return frozenset(
        {NEW_SIGNS[id_] for id_ in begun if id_ in NEW_SIGNS}
        | {shut for id_ in begun for shut in vocabulary.shut(id_, before)}
        | ({WORSE} if risen and not session else set())
    )


def changed_for_the_worse(vocabulary: Vocabulary, before: Known, now: Spoken) -> bool:
    """Whether a red flag that was absent is present now, and not by the passing of time alone."""
    return any(
        value is True and before.get(id_) is False and vocabulary.findings[id_].red_flag
        for id_, value in now.items()
        if id_ not in BY_TIME_ALONE
    )
