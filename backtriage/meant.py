"""What was probably meant by a name that a rulebook does not have: told by its words, and by those people use.

Worked out when the first name is misspelt. A hint needs no more of a phrase than its words, so it needs no extra.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

import attrs

from .errors import RulebookError
from .language.tables import ExerciseTable, FindingTable, LanguageFile, WordsTable
from .likeness import Names, Texts
from .loading.files import Placed, Problems, read_tables
from .rulebook import RuleBook
from .vocabulary import Vocabulary

_TEXT: Final = 0.7
"""How much a word of a text counts, against one of the name itself."""
_HELP: Final = 0.5
_SPOKEN: Final = 0.6
_GROUP: Final = 0.4
"""How much a word counts that stands in a group which a phrase uses."""
_GROUPS: Final = re.compile(r"\{(\w+)\}")


@lru_cache(maxsize=16)
def names_asked(vocabulary: Vocabulary) -> Names:
    """The names of the findings and checklists of a vocabulary."""
    spoken = _spoken(vocabulary.spoken)
    told: dict[str, Texts] = {id_: {} for id_ in vocabulary.checklists}
    for id_, one in vocabulary.findings.items():
        told[id_] = {_TEXT: [one.text], _HELP: [one.help], **spoken.of(id_)}
    return Names(told, spoken.names)


@lru_cache(maxsize=16)
def names_of_exercises(book: RuleBook) -> Names:
    """The names of the exercises of a rulebook."""
    spoken = _spoken(book.vocabulary.spoken)
    also = {id_: (one.name, *spoken.names.get(id_, ())) for id_, one in book.exercises.items()}
    return Names({id_: spoken.of(id_) for id_ in also}, also)


@attrs.frozen(kw_only=True)
class _Spoken:
    """The words that people use, by what they use them for.

    Attributes:
        names: The names that programs use.
        phrases: What is said for it.
        groups: The words of the groups that phrases use.
    """

    names: Mapping[str, tuple[str, ...]]
    phrases: Mapping[str, list[str]]
    groups: Mapping[str, str]

    def of(self, id_: str) -> Texts:
        """The words for one thing, and how much they count."""
        phrases = self.phrases.get(id_, ())
        used = {group for phrase in phrases for group in _GROUPS.findall(phrase)}
        return {
            _SPOKEN: [_GROUPS.sub(" ", phrase) for phrase in phrases],
            _GROUP: [self.groups.get(group, "") for group in used],
        }


@lru_cache(maxsize=16)
def _spoken(folders: tuple[str, ...]) -> _Spoken:
    names: dict[str, tuple[str, ...]] = {}
    phrases: dict[str, list[str]] = {}
    groups: dict[str, str] = {}
    for placed in _tables(folders):
        if placed.kind == "names":
            names |= {id_: (*names.get(id_, ()), *others) for id_, others in placed.table.items()}
        elif isinstance(table := placed.table, WordsTable):
            groups[table.id] = _GROUPS.sub(lambda used: groups.get(used[1], ""), " ".join(table.any))
        elif isinstance(table, FindingTable):
            phrases.setdefault(table.id, []).extend(table.present)
        elif isinstance(table, ExerciseTable):
            for id_ in table.id:
                phrases.setdefault(id_, []).extend(table.names)
    return _Spoken(names=names, phrases=phrases, groups=groups)


def _tables(folders: tuple[str, ...]) -> Iterator[Placed]:
    """The tables of some folders. What is wrong with others is told to who reads messages; a hint goes without them."""
    for folder in folders:
        if Path(folder).is_dir():
            with contextlib.suppress(RulebookError):
                yield from read_tables(Path(folder), Problems(), LanguageFile)
