"""Two contacts compared: what got worse, what is new, and what did not get better.

Each comparison adds a finding that the rulebook has; what follows from it is for the rules. The person's own words may
say the same; a comparison that shows it counts even against a "no".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

import attrs

from ..findings.conditions import Known, Value
from ..findings.vocabulary import Vocabulary
from ..triage.later_answers import contradicted
from ..triage.profile import Profile
from .pain_course import PAIN_SCORE

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

Spoken = Mapping[str, Value | None]


@attrs.frozen(kw_only=True)
class Added:
    """A finding that follows from the comparison.

    Attributes:
        finding: Its id; it is present.
        because: What shows it.
    """

    finding: str
    because: str


def spoken(profile: Profile) -> dict[str, Any]:
    """Everything that a profile's answers say themselves; ``None`` for not sure.

    What only follows from a gate, or from silence about a reported finding, is not in it.

    >>> import backtriage as bt
    >>> spoken(bt.Profile(age=41, foot_drop=True, not_sure=["fever_or_shivers"]))
    {'fever_or_shivers': None, 'age': 41, 'foot_drop': True, 'leg_weakness': True}
    """
    vocabulary = profile.rulebook.vocabulary
    denied = [id_ for list_ in profile.denies for id_ in vocabulary.checklists[list_].findings]
    said: dict[str, Any] = {id_: False for id_ in denied if profile.known.get(id_) is False}
    said |= dict.fromkeys(sorted(profile.not_sure))
    said |= profile.given
    said |= {id_: True for id_ in vocabulary.findings if profile.known.get(id_) is True}
    implying = [finding for finding in vocabulary.findings.values() if finding.implies]
    for _ in implying:  # as long as a chain of implications can be
        excluded = [one.id for one in implying if any(said.get(id_) is False for id_ in one.implies)]
        said |= dict.fromkeys((id_ for id_ in excluded if said.get(id_) is not False), False)
    return said


def said_since(earlier: Profile, now: Profile) -> dict[str, Any]:
    """What is said at a later contact; a doubt about a red flag that was present takes nothing back."""
    findings, known = now.rulebook.vocabulary.findings, earlier.known
    return {
        id_: value
        for id_, value in spoken(now).items()
        if not (value is None and known.get(id_) is True and findings[id_].red_flag)
    }


def softened(earlier: Profile, answers: Spoken) -> Spoken:
    """The answers of a later contact; a "no" that contradicts what is said there or was said before it is not sure."""
    said = {name: value for name, value in {**earlier.given, **answers}.items() if value is not None}
    doubtful = contradicted(earlier.rulebook.vocabulary, said)
    return {id_: None if value is False and id_ in doubtful else value for id_, value in answers.items()}


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
