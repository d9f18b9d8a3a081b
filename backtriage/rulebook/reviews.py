"""What should have been read again by a given day: rules, exercises, sources and telephone numbers grow old."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

import attrs

from ..errors import shown
from .book import RuleBook


@attrs.frozen(kw_only=True)
class Overdue:
    """Something whose review date has passed.

    Attributes:
        kind: What it is.
        id: Its id; a region's code, ``none`` for the one where none is given.
        review_by: The last day before which it should have been read again.

    >>> print(Overdue(kind="source", id="nice-ng59", review_by=date(2026, 5, 1)))
    source nice-ng59: to be reviewed by 2026-05-01
    """

    kind: Literal["rule", "exercise", "source", "region"]
    id: str
    review_by: date

    def __str__(self) -> str:
        return f"{self.kind} {self.id}: to be reviewed by {self.review_by}"


def overdue(book: RuleBook, on: date) -> tuple[Overdue, ...]:
    """What should have been reviewed before a day, the longest overdue first; on its own date nothing is overdue yet.

    Raises:
        TypeError: If it is no date, or has a time of day.

    >>> import backtriage as bt
    >>> overdue(bt.default_rulebook(), date(2026, 11, 21))
    ()
    """
    if type(on) is not date:
        raise TypeError(f"on: {shown(on)} is not a date")
    return tuple(sorted((one for one in _dated(book) if one.review_by < on), key=lambda one: one.review_by))


def _dated(book: RuleBook) -> Iterator[Overdue]:
    for rule in book.rules:
        if rule.review_by:
            yield Overdue(kind="rule", id=rule.id, review_by=rule.review_by)
    for exercise in book.exercises.values():
        if exercise.review_by:
            yield Overdue(kind="exercise", id=exercise.id, review_by=exercise.review_by)
    for source in book.sources.values():
        if source.review_by:
            yield Overdue(kind="source", id=source.id, review_by=source.review_by)
    for code, region in book.regions.items():
        if region.review_by:
            yield Overdue(kind="region", id=code or "none", review_by=region.review_by)
