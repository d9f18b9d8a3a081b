"""The words of a rulebook: read from ``language/*.toml`` and checked."""

from __future__ import annotations

import typing
import weakref
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ..errors import Problem, RulebookError, did_you_mean
from ..findings.finding import YesNo
from ..rulebook.book import RuleBook
from ..rulebook.reading import default_rules
from ..rulebook.reading.files import LANGUAGE, Placed, Problems, label_of, read_tables
from ..rulebook.reading.overlays import NEVER_REPLACES
from ..rulebook.reading.phrase_tables import (
    AmountTable,
    CueKind,
    CueTable,
    ExerciseTable,
    FindingTable,
    LanguageFile,
    MedicineTable,
    UnsafeTable,
)
from ..rulebook.rules import Urgency
from .context import Cue
from .grave import alone, locking_of
from .known_words import ASKING, ENDING, OWN, TELLING, Language, Looked
from .learned import FILE, STANCES, Learned, read_learned
from .phrases import Index, Phrase, Phrases, indexed, read
from .words import Speller

REFUSED: Final = "refused"
"""The cue that only replies are read for."""
FILLERS: Final = "fillers"
"""The group of words that are skipped."""
_SAYS: Final = {
    "finding": "present",
    "exercise": "names",
    "promise": "says",
    "unsafe": "says",
    "medicine": "names",
    "amount": "says",
}
"""What is looked for, and under which key of its table stands what says it."""
_ALWAYS: Final = frozenset({",", "#", OWN, ASKING, TELLING, ENDING})


_read: weakref.WeakKeyDictionary[RuleBook, Language] = weakref.WeakKeyDictionary()


def language(book: RuleBook) -> Language:
    """The words of a rulebook's folder, read once.

    Raises:
        RulebookError: With every problem of its files.
    """
    if book not in _read:
        _read[book] = _Reader(book).read()
    return _read[book]


class _Reader:
    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self.problems = Problems()
        self.groups: dict[str, Phrases] = {}
        self.fillers: frozenset[str] = frozenset()
        self.used: set[str] = set()
        self.used_in_replies: set[str] = set()
        self.reply_groups: set[str] = set()
        self._below = book.extends.vocabulary.findings if book.extends else {}

    def read(self) -> Language:
        lowest, *overlays = map(Path, self.book.folders)
        own = lowest / LANGUAGE
        borrowed = not own.is_dir()  # a rulebook without words of its own uses those of the library, as far as they fit
        placed = list(self._files(default_rules() / LANGUAGE if borrowed else own))
        foreign = {one.where for one in placed} if borrowed else set()
        added = [one for up in overlays if (up / LANGUAGE).is_dir() for one in self._files(up / LANGUAGE, label_of(up))]
        self._stop()
        tables: dict[str, list[tuple[Any, str]]] = {}
        for one in (*placed, *added):
            tables.setdefault(one.kind, []).append((one.table, one.where))
        self._check_added(added)
        for table, where in tables.get("words", []):
            if table.id == FILLERS:
                self.fillers = frozenset(table.any)
            else:
                self.groups[table.id] = self._phrases(table.any, where, reply=table.of_replies)
                self.reply_groups |= {table.id} if table.of_replies else set()
        self._check_own_ids(tables)
        yes_no = [id_ for id_, finding in self.book.vocabulary.findings.items() if isinstance(finding, YesNo)]
        for kind, ids in (("finding", yes_no), ("exercise", list(self.book.exercises))):
            known = [(table, where) for table, where in tables.get(kind, []) if set(_ids(table)) <= set(ids)]
            for table, where in [one for one in tables.get(kind, []) if one[1] not in foreign]:
                for id_ in sorted(set(_ids(table)) - set(ids)):
                    self._problem(where, *self._unfit(kind, id_, ids))
            tables[kind] = known
        named = {*self.book.vocabulary.findings, *self.book.vocabulary.checklists, *self.book.exercises}
        for table, where in [one for one in tables.get("names", []) if one[1] not in foreign]:
            for id_ in table.keys() - named:
                self._problem(where, f"names: unknown `{id_}`", did_you_mean(id_, named))
        cues = {table.id: self._cue(table, where) for table, where in tables.get("cue", [])}
        looked = {
            kind: _by_beginning(self._looked(table, where, says) for table, where in tables.get(kind, []))
            for kind, says in _SAYS.items()
        }
        weights = default_rules() / LANGUAGE if borrowed else own
        learned, stances = self._learned(weights, FILE), self._learned(weights, STANCES)
        self._stop()
        contractions = {short: long for table, _ in tables.get("contractions", []) for short, long in table.items()}
        urgency, locking = alone(self.book), locking_of(self.book)
        every = self.used | self.used_in_replies
        stems = frozenset(key[:-1] for key in every if key.endswith("*"))
        speller, reply_speller = (
            Speller({key for key in used if key.isalpha()} | set(contractions) | self.fillers, stems)
            for used in (self.used, every)
        )
        return Language(
            groups={id_: phrases for id_, phrases in self.groups.items() if id_ not in self.reply_groups},
            reply_groups=self.groups,
            cues=cues,
            findings=looked["finding"],
            exercises=looked["exercise"],
            promises=looked["promise"],
            unsafe=looked["unsafe"],
            medicines=looked["medicine"],
            amounts=looked["amount"],
            numbers={word: number for table, _ in tables.get("numbers", []) for word, number in table.items()},
            contractions=contractions,
            fillers=self.fillers,
            stems=stems,
            urgency=urgency,
            locking=locking,
            grave=locking | {id_ for id_, rank in urgency.items() if rank == Urgency.EMERGENCY.rank},
            learned=learned,
            stances=stances,
            speller=speller,
            reply_speller=reply_speller,
        )

    def _learned(self, folder: Path, file: str) -> Learned | None:
        try:
            return read_learned(folder, file)
        except ValueError as error:
            self._problem(
                f"{LANGUAGE}/{file}", f"cannot be read: {error}", "take the file of the library, or leave it out"
            )
            return None

    def _files(self, folder: Path, overlay: str = "") -> Iterator[Placed]:
        return read_tables(folder, self.problems, LanguageFile, f"{overlay}{LANGUAGE}/")

    def _check_added(self, added: Iterable[Placed]) -> None:
        """What an overlay adds changes nothing about how what lies below is read."""
        for one in added:
            if one.kind in ("contractions", "numbers", "cue") or (one.kind == "words" and one.table.id == FILLERS):
                self._problem(one.where, f"[{one.kind}] of an overlay", f"it is read in every text; {NEVER_REPLACES}")
            elif one.kind == "finding" and one.table.absent and one.table.id in self._below:
                self._problem(one.where, f"absent: `{one.table.id}` lies below", NEVER_REPLACES)

    def _check_own_ids(self, tables: Mapping[str, list[tuple[Any, str]]]) -> None:
        """Every cue is there, and nothing of one id twice."""
        for kind in ("words", "cue"):
            first: dict[str, str] = {}
            for table, where in tables.get(kind, []):
                if table.id in first:
                    self._problem(where, f"a second [[{kind}]] `{table.id}`", f"the first: {first[table.id]}")
                first.setdefault(table.id, where)
        given = {table.id for table, _ in tables.get("cue", [])}
        for id_ in typing.get_args(CueKind):
            if id_ not in given:
                hint = "give it a [[cue]] table; one without phrases says nothing"
                self.problems.append(Problem(where=LANGUAGE, what=f"no cue `{id_}`", hint=hint))

    def _unfit(self, kind: str, id_: str, ids: Iterable[str]) -> tuple[str, str]:
        """What is wrong with an id that a table names, and what to do about it."""
        if kind == "finding" and id_ in self.book.vocabulary.findings:
            return f"finding `{id_}` is not answered with yes or no", "what a message suggests is there, or it is not"
        return f"unknown {kind} `{id_}`", did_you_mean(id_, ids)

    def _looked(self, table: Any, where: str, says: str) -> Looked:
        for topic in set(getattr(table, "topics", ())) - self.groups.keys():
            self._problem(where, f"unknown group `{topic}`", did_you_mean(topic, self.groups))
        reply = isinstance(table, UnsafeTable | MedicineTable | AmountTable)
        return Looked(
            table=table,
            yes=self._phrases(getattr(table, says), where, reply=reply),
            no=self._phrases(getattr(table, "absent", ()), where),
            apart=self._phrases(table.unless, where, reply=reply),
        )

    def _cue(self, table: CueTable, where: str) -> Cue:
        keys, reply = ("before", "after", "unless", "ends"), table.id == REFUSED
        phrases = {key: self._phrases(getattr(table, key), where, reply=reply) for key in keys}
        return Cue(id=table.id, reach=table.reach, commas=table.commas, overlaps=table.overlaps, **phrases)

    def _phrases(self, texts: Iterable[str], where: str, *, reply: bool = False) -> Phrases:
        found: list[Phrase] = []
        for text in texts:
            try:
                found += read(text, self.fillers)
            except ValueError as error:
                self._problem(where, str(error), "words, {groups}, and gaps between them")
        for key in (key for phrase in found for key in phrase.keys):
            group = key[1:-1]
            if key.startswith("{") and group not in self.groups:
                self._problem(where, f"unknown group `{group}`", did_you_mean(group, self.groups))
            elif not key.startswith("{") and key not in _ALWAYS and not key.rstrip("*").replace(".", "").isalnum():
                self._problem(where, f"`{key}` is no word", "small letters, without apostrophes")
            (self.used_in_replies if reply else self.used).add(key)
        return indexed(found)

    def _problem(self, where: str, what: str, hint: str) -> None:
        self.problems.append(Problem(where=where, what=what, hint=hint))

    def _stop(self) -> None:
        if self.problems:
            raise RulebookError(self.problems)


def _by_beginning(looked: Iterable[Looked]) -> Index[Looked]:
    """What is looked for, each under the keys that it is said or denied with."""
    return Index((one, one.yes.keys | one.no.keys) for one in looked)


def _ids(table: FindingTable | ExerciseTable) -> tuple[str, ...]:
    """The ids of the rulebook that a table names."""
    if isinstance(table, ExerciseTable):
        return table.id or ("",)
    return (table.id, table.old) if table.old else (table.id,)
