"""Which engine answers: durable-rules where it is installed, else the reference."""

from __future__ import annotations

import importlib.util
from typing import Final, Literal
from weakref import WeakKeyDictionary

from ...errors import MissingExtra, UnknownName, shown
from ...rulebook.book import RuleBook
from . import Engine
from .reference import ReferenceEngine

EngineName = Literal["durable", "reference"]

_ENGINES: Final[dict[str, WeakKeyDictionary[RuleBook, Engine]]] = {
    "durable": WeakKeyDictionary(),
    "reference": WeakKeyDictionary(),
}
_HAS_DURABLE: Final = importlib.util.find_spec("durable_rules_engine") is not None


def engine_of(name: str | None, book: RuleBook) -> Engine:
    """The engine of a name, or the usual one, for a rulebook.

    Raises:
        UnknownName: If there is no such engine.
        MissingExtra: If durable-rules is asked for and not installed.
    """
    if name is None:
        name = "durable" if _HAS_DURABLE else "reference"
    if not isinstance(name, str) or name not in _ENGINES:
        raise UnknownName.of("engine", f"{shown(name)} is no engine", f"known: {', '.join(_ENGINES)}")
    engines = _ENGINES[name]
    # No lock, which a fork could leave locked: two threads at the start may both build, and one engine stays.
    return engines.get(book) or engines.setdefault(book, _build(name, book))


def _build(name: str, book: RuleBook) -> Engine:
    if name == "reference":
        return ReferenceEngine(book)
    if not _HAS_DURABLE:
        raise MissingExtra("durable-rules", "durable")
    from .durable import DurableEngine  # noqa: PLC0415 - an extra

    return DurableEngine(book)
