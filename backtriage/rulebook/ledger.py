"""The ledger: what the documents say, statement by statement, with where each is encoded, or why not.

Read only when asked for: nothing in an assessment depends on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, TypeAlias

import attrs

from ..errors import RulebookError
from .book import RuleBook
from .exercises import Exercise
from .reading.files import NOT_RULES, Problems, read_tables
from .rules import AnyRule

Reason: TypeAlias = Literal["", "claim", "mechanism", "names_a_source", "lost", "page_matter", "background"]
REASONS: Final[Mapping[Reason, str]] = {
    "claim": "a promise or claim that must not be repeated",
    "mechanism": "an explanation that changes no advice",
    "names_a_source": "names a source or a programme without its content",
    "lost": "too cut or garbled to use, or its subject is lost",
    "page_matter": "about the page itself",
    "background": "a general remark that asks for nothing",
}
"""Why a statement is encoded nowhere."""


@attrs.frozen(kw_only=True)
class Statement:
    """One thing a document says, in our own words.

    Attributes:
        id: ``S001`` to ``S518``.
        kind: What sort of statement: dose, technique, stop_rule, …
        confidence: ``clear``, ``garbled`` or ``ambiguous``.
        says: The statement.
        figures: Its figures.
        same_as: Statements that say the same.
        contradictions: The contradictions it takes part in.
        not_encoded: Why no rule, exercise or advice encodes it; empty for those that are encoded.
    """

    id: str
    kind: str
    confidence: Literal["clear", "garbled", "ambiguous"]
    says: str
    figures: tuple[float, ...] = ()
    same_as: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()
    not_encoded: Reason = ""


@attrs.frozen(kw_only=True)
class Contradiction:
    """Two sides that cannot both be followed, and what the rulebook does.

    Attributes:
        id: ``C01`` to ``C54``.
        topic: What it is about.
        one_side: What one side says.
        other_side: What the other says.
        statements: The statements of both sides.
        settlement: What the rulebook does.
    """

    id: str
    topic: str
    one_side: str
    other_side: str
    statements: tuple[str, ...]
    settlement: str


@attrs.frozen(kw_only=True)
class StatementFile:
    """A file of the ledger: the schema."""

    statement: tuple[Statement, ...] = ()
    contradiction: tuple[Contradiction, ...] = ()


Entry: TypeAlias = AnyRule | Exercise


@attrs.frozen(kw_only=True)
class Ledger:
    """The statements and contradictions of the documents, and the entries of the rulebook that carry them.

    Attributes:
        statements: Statement id to statement.
        contradictions: Contradiction id to contradiction.
        cited: Statement id to the entries that cite it.
        settled: Contradiction id to the entries that settle it.
    """

    statements: Mapping[str, Statement]
    contradictions: Mapping[str, Contradiction]
    cited: Mapping[str, tuple[Entry, ...]]
    settled: Mapping[str, tuple[Entry, ...]]


@lru_cache(maxsize=4)
def read_ledger(book: RuleBook) -> Ledger:
    """The ledger of a rulebook; one without statements has an empty one.

    Raises:
        RulebookError: With every problem of its files.

    >>> import backtriage as bt
    >>> ledger = read_ledger(bt.default_rulebook())
    >>> len(ledger.statements), len(ledger.contradictions)
    (518, 54)
    """
    folder = Path(book.folders[0]) / NOT_RULES
    problems = Problems()
    placed = list(read_tables(folder, problems, StatementFile)) if folder.is_dir() else []
    if problems:
        raise RulebookError(problems)
    cited: dict[str, tuple[Entry, ...]] = {}
    settled: dict[str, tuple[Entry, ...]] = {}
    for entry in entries(book):
        for id_ in dict.fromkeys(ref.id for ref in entry.sources if ref.id not in book.sources):
            cited[id_] = (*cited.get(id_, ()), entry)
        for id_ in entry.settles:
            settled[id_] = (*settled.get(id_, ()), entry)
    return Ledger(
        statements={one.table.id: one.table for one in placed if one.kind == "statement"},
        contradictions={one.table.id: one.table for one in placed if one.kind == "contradiction"},
        cited=cited,
        settled=settled,
    )


def entries(book: RuleBook) -> tuple[Entry, ...]:
    """Everything that can cite a source."""
    return (*book.rules, *book.exercises.values())


def statements(book: RuleBook, only: str = "") -> Iterator[str]:
    """Every statement in a line, or only one, with where it is encoded or why not."""
    ledger = read_ledger(book)
    for id_, statement in ledger.statements.items():
        if only in {"", id_}:
            where = ", ".join(entry.id for entry in ledger.cited.get(id_, ()))
            why = REASONS[statement.not_encoded] if statement.not_encoded else ""
            yield f"{id_} {statement.kind:9} {statement.says} -> {where or f'not encoded: {why}'}"


def contradictions(book: RuleBook, only: str = "") -> Iterator[str]:
    """Every contradiction, or only one, with both sides, the settlement, and the entries that settle it."""
    ledger = read_ledger(book)
    for id_, one in ledger.contradictions.items():
        if only in {"", id_}:
            yield f"{id_} {one.topic}"
            yield f"  one side: {one.one_side}"
            yield f"  other side: {one.other_side}"
            yield f"  settlement: {one.settlement}"
            yield f"  settled by: {', '.join(entry.id for entry in ledger.settled.get(id_, ()))}"
