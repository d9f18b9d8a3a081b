"""The words that people use for findings and exercises: read when the first name is misspelt. A hint needs no more of a
phrase than its words, so it needs no extra."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from ...errors import RulebookError
from ...errors.likeness import GROUPS, Spoken
from .files import Placed, Problems, read_tables
from .phrase_tables import ExerciseTable, FindingTable, LanguageFile, WordsTable


@lru_cache(maxsize=16)
def spoken_in(folders: tuple[str, ...]) -> Spoken:
    """The words of some folders, the lowest rulebook's first."""
    names: dict[str, tuple[str, ...]] = {}
    phrases: dict[str, list[str]] = {}
    groups: dict[str, str] = {}
    for placed in _tables(folders):
        if placed.kind == "names":
            names |= {id_: (*names.get(id_, ()), *others) for id_, others in placed.table.items()}
        elif isinstance(table := placed.table, WordsTable):
            groups[table.id] = GROUPS.sub(lambda used: groups.get(used[1], ""), " ".join(table.any))
        elif isinstance(table, FindingTable):
            phrases.setdefault(table.id, []).extend(table.present)
        elif isinstance(table, ExerciseTable):
            for id_ in table.id:
                phrases.setdefault(id_, []).extend(table.names)
    return Spoken(names=names, phrases=phrases, groups=groups)


def _tables(folders: tuple[str, ...]) -> Iterator[Placed]:
    """The tables of some folders. What is wrong with others is told to who reads messages; a hint goes without them."""
    for folder in folders:
        if Path(folder).is_dir():
            with contextlib.suppress(RulebookError):
                yield from read_tables(Path(folder), Problems(), LanguageFile)
