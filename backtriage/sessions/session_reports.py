"""The reports of an exercise session, and what they say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final

import attrs

from ..rulebook.book import RuleBook
from ..triage.profile import Profile
from .pain_course import FIGURES, PAIN_SCORE
from .spoken import spoken

GATE: Final = "exercised_since_onset"
SHOWN_BY: Final = {
    "exercise_new_weakness": ("leg_weakness", "arm_weakness"),
    "exercise_spread": (
        "leg_numb_tingling",
        "arm_numb_tingling",
        "leg_pain_above_knee",
        "leg_pain_below_knee",
        "arm_pain",
    ),
    "exercise_new_leg_pain": ("leg_pain_above_knee", "leg_pain_below_knee"),
}
"""What exercise did, and the signs that show it when they were not there before the session."""


@attrs.frozen(kw_only=True)
class Report:
    """What was said at one time in a session.

    Attributes:
        at: When, in UTC.
        move: The id of the exercise that was being done; empty while none was.
        said: What was said, and nothing else.
        answers: The yes/no findings it speaks of; ``None`` for not sure.
        written: The same as text, to compare and order reports by.
    """

    at: datetime
    move: str
    said: Profile = attrs.field(eq=False)
    answers: Mapping[str, bool | None] = attrs.field(init=False, eq=False, repr=False)
    written: str = attrs.field(init=False, repr=False)

    @property
    def pain(self) -> int | None:
        """The pain at that time, 0 to 10, if it was said."""
        value = self.said.given.get(PAIN_SCORE)
        return value if type(value) is int else None

    @property
    def figures(self) -> Mapping[str, float]:
        """The figures about exercise that the person gave."""
        given = self.said.given
        return {id_: value for id_ in FIGURES if isinstance(value := given.get(id_), int | float)}

    @answers.default
    def _answers(self) -> Mapping[str, bool | None]:
        yes_no = self.said.rulebook.vocabulary.yes_no
        return {id_: value for id_, value in spoken(self.said).items() if id_ in yes_no}

    @written.default
    def _written(self) -> str:
        return json.dumps(self.said.to_dict())


def shown(report: Report, before: Profile) -> Mapping[str, bool | None]:
    """What a report says, and what the signs in it show that were not there before the session: a doubt, a doubt."""
    said = dict(report.answers)
    for id_, signs in SHOWN_BY.items():
        new = [said.get(sign, False) for sign in signs if before.known.get(sign) is not True]
        if id_ in before.rulebook.vocabulary.findings and said.get(id_) is not True:
            if True in new:
                said[id_] = True
            elif None in new:
                said[id_] = None
    return said


@lru_cache(maxsize=16)
def behind_exercise(book: RuleBook) -> tuple[str, ...]:
    """The findings that are asked only of those who have exercised."""
    gates_of = book.vocabulary.gates_of
    return tuple(
        id_
        for id_ in book.vocabulary.findings
        if any(atom.finding == GATE for gate in gates_of(id_) for atom in gate.atoms())
    )


@lru_cache(maxsize=16)
def about_exercise(book: RuleBook) -> tuple[str, ...]:
    """What a session can settle: the figures, and whatever exercise may have done."""
    yes_no = book.vocabulary.yes_no
    return tuple(id_ for id_ in behind_exercise(book) if id_ in FIGURES or (id_ in yes_no and not is_calm(book, id_)))


def is_reported(book: RuleBook, id_: str) -> bool:
    """Whether a session takes it: the pain now, a figure about exercise, or a yes/no finding."""
    return id_ == PAIN_SCORE or id_ in FIGURES or id_ in book.vocabulary.yes_no


def is_calm(book: RuleBook, id_: str) -> bool:
    """The answer to a yes/no finding that does not worry: a clearance is there, all else is not."""
    return book.vocabulary.findings[id_].clearance


def in_order(reports: Iterable[Report]) -> tuple[Report, ...]:
    """The reports by time; at one time in an order that does not depend on who came first."""
    return tuple(sorted(reports, key=lambda report: (report.at, report.move, report.written)))
