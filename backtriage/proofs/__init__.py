"""What holds for every possible profile: proved with Z3, or refuted with a witness. Z3 is imported only to prove."""

from __future__ import annotations

from collections.abc import Callable, Collection

from ..loading import default_rulebook
from ..rulebook import RuleBook
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
) -> Verification:
    """Prove the guarantees of a rulebook, and what must hold of any rulebook, for every possible profile.

    Args:
        rulebook: The rulebook; the default one if left out.
        only: Ids of guarantees and built-in properties; all of them if left out.
        progress: Called with the title of each proof before it begins.

    Raises:
        MissingExtra: If z3-solver is not installed.
        RulebookError: With every problem of the guarantees.
        ValueError: If ``only`` names what there is not.

    >>> import backtriage as bt
    >>> result = bt.verify(only=["g-bladder-bowel", "can-be-allowed"])
    >>> result["g-bladder-bowel"].outcome, result.proved
    (<Outcome.PROVED: 'proved'>, True)
    """
    from .proving import prove  # noqa: PLC0415 - an extra

    book = rulebook if rulebook is not None else default_rulebook()
    return prove(book, only, progress or (lambda _: None))


def diff(old: RuleBook, new: RuleBook) -> Difference:
    """Compare two rulebooks for everybody who can come through both doors: urgency, exercises, doses, cautions.

    Args:
        old: The rulebook before.
        new: The rulebook after.

    Raises:
        MissingExtra: If z3-solver is not installed.

    >>> import backtriage as bt
    >>> bt.diff(bt.default_rulebook(), bt.default_rulebook()).changes
    ()
    """
    from .differences import compare  # noqa: PLC0415 - an extra

    return compare(old, new)
