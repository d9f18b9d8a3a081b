"""What holds for every possible profile: proved with Z3, or refuted with a witness. Z3 is imported only to prove."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

import attrs

from ...rulebook.book import RuleBook
from ...rulebook.reading import rulebook_of
from ...rulebook.reviews import overdue
from .results import Change, Difference, Direction, Outcome, Proof, Refutation, Verification, Witness

__all__ = [
    "Change",
    "Difference",
    "Direction",
    "Outcome",
    "Proof",
    "Refutation",
    "Verification",
    "Witness",
    "diff",
    "verify",
]


def verify(
    rulebook: RuleBook | None = None,
    *,
    only: Collection[str] | None = None,
    progress: Callable[[str], None] | None = None,
    seconds: float = 20,
    on: date | None = None,
) -> Verification:
    """Prove the guarantees of a rulebook, and what must hold of any rulebook, for every possible profile.

    Args:
        rulebook: The rulebook; the default one if left out.
        only: Ids of guarantees and built-in properties; all of them if left out.
        progress: Called with the title of each proof before it begins.
        seconds: When the solver gives up on one question; what it has not answered is not decided.
        on: The day for which passed review dates become ``warnings``; without it there are none, whatever the clock
            says.

    Raises:
        MissingExtra: If z3-solver is not installed.
        RulebookError: With every problem of the guarantees.
        ValueError: If ``only`` names what there is not, or nothing.

    >>> import backtriage as bt
    >>> result = bt.verify(only=["g-bladder-bowel", "can-be-allowed"])
    >>> result["g-bladder-bowel"].outcome, result.proved
    (<Outcome.PROVED: 'proved'>, True)
    """
    from .proving import prove  # noqa: PLC0415 - an extra

    book = rulebook_of(rulebook)
    warnings = overdue(book, on) if on is not None else ()
    result = prove(book, only, progress or (lambda _: None), seconds)
    return attrs.evolve(result, on=on, warnings=warnings)


def diff(
    old: RuleBook, new: RuleBook, *, progress: Callable[[str], None] | None = None, seconds: float = 20
) -> Difference:
    """Compare two rulebooks for everybody who can come through both doors: urgency, exercises, doses, cautions.

    Args:
        old: The rulebook before.
        new: The rulebook after.
        progress: Called with what is compared next.
        seconds: When the solver gives up on one question; what it has not answered is not decided.

    Raises:
        MissingExtra: If z3-solver is not installed.

    >>> import backtriage as bt
    >>> bt.diff(bt.default_rulebook(), bt.default_rulebook()).changes
    ()
    """
    from .differences import compare  # noqa: PLC0415 - an extra

    return compare(old, new, progress or (lambda _: None), seconds)
