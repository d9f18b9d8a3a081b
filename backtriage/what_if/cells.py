"""Cells: answers that no rule tells apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, TypeAlias

from ..findings.conditions import Compare, Condition
from ..findings.finding import Choice, Number
from ..rulebook.book import RuleBook
from ..rulebook.thresholds import conditions

Cell: TypeAlias = tuple[Any, ...]
"""The least and the greatest of some numbers, or a single other answer."""


@lru_cache(maxsize=1024)
def every_cell(book: RuleBook, id_: str) -> tuple[Cell, ...]:
    """The cells of a number or choice under every condition of a rulebook.

    >>> import backtriage as bt
    >>> every_cell(bt.default_rulebook(), "pain_score")
    ((0, 0), (1, 3), (4, 4), (5, 6), (7, 10))
    """
    return cells(book.vocabulary.findings[id_], conditions(book))  # type: ignore[arg-type]  # no yes or no


def cells(finding: Number | Choice, under: Iterable[Condition]) -> tuple[Cell, ...]:
    """The cells of a number or choice under some conditions; those of a number go up.

    >>> import backtriage as bt
    >>> cells(bt.default_rulebook().vocabulary.findings["age"], [Compare("age", "<", 18), Compare("age", ">", 60)])
    ((0, 17), (18, 60), (61, 120))
    """
    if isinstance(finding, Choice):
        return tuple((option,) for option in finding.options)
    whole = int if finding.integer else float
    step, least, greatest = whole(finding.step), whole(finding.minimum), whole(finding.maximum)
    starts = sorted({least, *(start for start in _starts(finding.id, step, under) if least < start <= greatest)})
    return tuple(zip(starts, [*(start - step for start in starts[1:]), greatest], strict=True))


def _starts(id_: str, step: float, under: Iterable[Condition]) -> Iterator[float]:
    """The first numbers for which some comparison is another one than for the number before."""
    for condition in under:
        for atom in condition.atoms():
            if isinstance(atom, Compare) and atom.finding == id_:
                if atom.op in ("<", ">=", "=="):
                    yield atom.bound
                if atom.op in ("<=", ">", "=="):
                    yield atom.bound + step
