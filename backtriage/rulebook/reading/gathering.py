"""The tables of a rulebook, and of the overlays upon it, gathered by kind and id before anything is built of them."""

from __future__ import annotations

import hashlib
import json
import keyword
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs

from ...errors import Problem, RulebookError, shown
from ...findings.conditions import Condition
from ...findings.parsing import ConditionError, Meaning, parse
from ..messages import Region
from . import checking, overlays
from .files import Placed, Problems, label_of, read_tables

_KINDS: Final = ("checklist", "yes_no", "number", "choice", "definition", "exercise", "set", "rule", "source")
"""The tables that have an id."""
_WORDS: Final = frozenset({"checklist", "finding", "yes_no", "number", "choice", "definition"})
"""What stands in conditions and profiles by its id: these share one name space."""
_TAKEN: Final = frozenset(
    {"always", "count", "denies", "not_sure", "region", "engine", "rulebook", "id", "sid", *keyword.kwlist}
)
"""Ids that would be read as something else in a condition, in a profile, or by an engine."""


class Gathered:
    """Every table of a rulebook and of the overlays upon it, each id once, and what is wrong so far.

    Args:
        folder: The rulebook's.

    Raises:
        RulebookError: With every problem of its files.

    Attributes:
        problems: What is wrong.
        head: The ``[rulebook]`` table; under overlays what all of them come to.
        messages: The ``[messages]`` table, likewise.
        regions: Region code to region.
        folders: The rulebook's, then those of the overlays.
    """

    def __init__(self, folder: Path) -> None:
        self.problems = Problems()
        self.folders = [folder]
        self.regions: dict[str, Region] = {}
        self._raw: dict[str, list[Mapping[str, Any]]] = {}
        self._tables: dict[str, dict[str, Placed]] = {kind: {} for kind in _KINDS}
        self._used: dict[str, dict[str, str]] = {}
        self._below: dict[str, dict[str, str]] = {}
        placed = self._take(read_tables(folder, self.problems))
        self.head = self._one("rulebook", placed, folder)
        self.messages = self._one("messages", placed, folder)
        self.stop_on_problems()
        self._register(placed)

    def lay(self, folder: Path) -> None:
        """Gather an overlay upon them.

        Raises:
            RulebookError: With every problem of its files.
        """
        from .overlay_tables import OverlayTable  # noqa: PLC0415 - most rulebooks have no overlay

        self.folders.append(folder)
        placed = self._take(read_tables(folder, self.problems, OverlayTable, label_of(folder)))
        head = self._one("overlay", placed, folder)
        said = [self._one("messages", placed, folder)] if "messages" in placed else []
        self.stop_on_problems()
        self._below = {kind: {overlays.skeleton(id_): id_ for id_ in ids} for kind, ids in self._used.items()}
        both, wrong = overlays.laid_on(self.head.table, head.table)
        self.head = attrs.evolve(self.head, table=both, where=head.where)
        self._complain(head.where, wrong)
        for one in said:
            texts, wrong = overlays.said_on(self.messages.table, one.table)
            self.messages = attrs.evolve(self.messages, table=texts, where=one.where)
            self._complain(one.where, wrong)
        self._register(placed)

    def by_id(self, kind: str) -> Mapping[str, Placed]:
        """The tables of a kind by id, those of the lowest rulebook first."""
        return self._tables[kind]

    def place_of(self, word: str) -> str:
        """Where a finding, checklist or definition stands."""
        return self._used["word"][word]

    def condition(self, text: str, names: Mapping[str, Meaning], placed: Placed, key: str) -> Condition:
        """A condition of a table; one that cannot be read is a problem."""
        try:
            return parse(text, names)
        except ConditionError as error:
            where = f"{placed.where}: {placed.kind} `{placed.table.id}`.{key}, column {error.column}"
            self.problem(where, error.what, error.hint)
            return checking.UNREAD

    def digest(self) -> str:
        """SHA-256 over the content as read: comments, white space and the names of the files do not count."""
        content = dict(sorted(self._raw.items()))
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()

    def problem(self, where: str, what: str, hint: str = "") -> None:
        self.problems.append(Problem(where=where, what=what, hint=hint))

    def stop_on_problems(self) -> None:
        if self.problems:
            raise RulebookError(self.problems)

    # -- help ---------------------------------------------------------------------------------------------------------

    def _take(self, tables: Iterable[Placed]) -> dict[str, list[Placed]]:
        placed: dict[str, list[Placed]] = {}
        for one in tables:
            placed.setdefault(one.kind, []).append(one)
        if not placed:
            self.stop_on_problems()
        for kind, found in placed.items():
            self._raw.setdefault(kind, []).extend(one.raw for one in found)
        return placed

    def _one(self, kind: str, placed: Mapping[str, Sequence[Placed]], folder: Path) -> Placed:
        found = placed.get(kind, ())
        if len(found) == 1:
            return found[0]
        if not found and not self.problems:  # otherwise it may be there, among what could not be read
            self.problem(str(folder), f"no [{kind}] table", f"one file holds it, as {kind}.toml does")
        for one in found[1:]:
            self.problem(one.where, f"a second [{kind}] table", f"first given at {found[0].where}")
        return Placed(kind, None, {}, "")

    def _register(self, placed: Mapping[str, Sequence[Placed]]) -> None:
        """Keep each table under its id; an unusable id, or one that is used, is a problem, and the first one stays."""
        for one in (one for kind in _KINDS for one in placed.get(kind, ())):
            if not self._is_free(one.kind, one.table.id, one.where):
                continue
            self._tables[one.kind][one.table.id] = one
            for listed in one.table.finding if one.kind == "checklist" else ():
                self._is_free("finding", listed.id, one.where)
        for one in placed.get("region", ()):
            for code, region in one.table.items():
                if self._is_new_region(code, one.where):
                    self._complain(one.where, checking.countries(code, region, self.regions))
                    self.regions[code] = region

    def _is_free(self, kind: str, id_: str, where: str) -> bool:
        """Whether an id can be used and is not used yet; from now on it is."""
        space = "word" if kind in _WORDS else kind
        used = self._used.setdefault(space, {})
        below = self._below.get(space, {}).get(overlays.skeleton(id_))
        if not overlays.is_id(id_):
            self.problem(where, f"{kind} id {shown(id_)}", "ids are a-z, 0-9, _ and -, a letter first")
        elif kind in _WORDS and (id_ in _TAKEN or "-" in id_):
            self.problem(where, f"{kind} id `{id_}`", "it would be read as something else in a condition or profile")
        elif id_ in used:
            never = f"; {overlays.NEVER_REPLACES}" if below == id_ else ""
            self.problem(where, f"duplicate {kind} id `{id_}`", f"first used at {used[id_]}{never}")
        elif below:
            self.problem(where, f"{kind} id `{id_}` looks like `{below}`, at {used[below]}", "give it its own")
        else:
            used[id_] = where
            return True
        return False

    def _is_new_region(self, code: str, where: str) -> bool:
        used = self._used.setdefault("region", {})
        below = self._below.get("region", {}).get(overlays.skeleton(code))
        if code in used:
            hint = "give it once" if below is None else overlays.NEVER_REPLACES
            self.problem(where, f"a second [region.{code}] table", hint)
        elif self._below and (below or not overlays.is_id(code.lower())):
            like = f" looks like `{below}`" if below else ""
            self.problem(where, f"region {shown(code)}{like}", "give it a code of its own: letters, digits, _ and -")
        else:
            used[code] = where
            return True
        return False

    def _complain(self, where: str, wrong: Iterable[tuple[str, str]]) -> None:
        for what, hint in wrong:
            self.problem(where, what, hint)
