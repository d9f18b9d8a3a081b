"""Expected results as data: who somebody is, and what an assessment must say."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from ..assessment import Assessment
from ..errors import Problem, ProfileError, RulebookError, did_you_mean
from ..files import Problems, read_file
from ..loading import default_rulebook, load_rulebook
from ..profile import Profile
from ..rulebook import RuleBook
from ..rules import Urgency
from ..triage import assess

UNSETTLED = "unsettled"


@attrs.frozen(kw_only=True)
class CaseTable:
    """A ``[[case]]`` as it stands in a file."""

    name: str = ""
    given: Mapping[str, Any] = attrs.Factory(dict)
    denies: tuple[str, ...] = ()
    not_sure: tuple[str, ...] = ()
    level: str = ""
    allowed: tuple[str, ...] = ()
    not_allowed: tuple[str, ...] = ()
    says: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class CasesFile:
    """A file of cases."""

    rulebook: str = ""
    case: tuple[CaseTable, ...] = ()


@attrs.frozen(kw_only=True)
class Case:
    """Somebody, and what an assessment must say about them.

    Attributes:
        name: Who it is.
        profile: What is known of them.
        level: The settled urgency, ``unsettled``, or empty where it does not matter.
        allowed: Exercises that must be allowed.
        not_allowed: Exercises that must not be; ``all``: none may be.
        says: Word sequences of the printed page.
        where: File and line.

    >>> import backtriage as bt
    >>> case = Case(name="Ann", profile=bt.Profile(sepsis_signs=True), level="soon", not_allowed=("all",))
    >>> case.differences()
    ['urgency: emergency, not soon']
    """

    name: str
    profile: Profile
    level: str = ""
    allowed: tuple[str, ...] = ()
    not_allowed: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    where: str = ""

    def differences(self, assessment: Assessment | None = None) -> list[str]:
        """What an assessment shows otherwise; by default that of the profile. Empty where the case holds."""
        return list(self._differences(assessment or assess(self.profile)))

    def _differences(self, assessment: Assessment) -> Iterator[str]:
        level = str(assessment.urgency or UNSETTLED)
        if self.level not in ("", level):
            between = "" if assessment.urgency else f" ({assessment.at_least} to {assessment.could_be})"
            yield f"urgency: {level}{between}, not {self.level}"
        allowed = [entry.exercise.id for entry in assessment.allowed]
        for id_ in self.allowed:
            if id_ not in allowed:
                yield f"{id_}: {assessment.status(id_)}, not allowed"
        for id_ in allowed:
            if id_ in self.not_allowed or "all" in self.not_allowed:
                yield f"{id_}: allowed"
        page = " ".join(str(assessment).split()) if self.says else ""
        for words in self.says:
            if " ".join(words.split()) not in page:
                yield f"the page does not say {words!r}{_nearest(words, str(assessment))}"


def _nearest(words: str, page: str) -> str:
    close = difflib.get_close_matches(words, [line.strip() for line in page.splitlines()], n=1, cutoff=0.4)
    return f"; it says {close[0]!r}" if close else ""


def read_cases(path: str | os.PathLike[str], rulebook: RuleBook | None = None) -> tuple[Case, ...]:
    """The cases of a ``*.cases.toml`` file.

    Args:
        path: The file.
        rulebook: Whose rules they are about; by default the file's own ``rulebook`` (a folder, seen from the file), or
            the default rulebook where it names none.

    Raises:
        RulebookError: With every problem of the file, each with file and line; or of the rulebook it names.
    """
    file = Path(path)
    problems = Problems()
    placed = list(read_file(file, file.name, problems, CasesFile))
    folder = next((one.table for one in placed if one.kind == "rulebook"), "")
    if problems:
        raise RulebookError(problems)
    book = rulebook or (load_rulebook(file.parent / folder) if folder else default_rulebook())
    cases = []
    for number, one in enumerate([one for one in placed if one.kind == "case"], 1):
        table: CaseTable = one.table
        for what, hint in _complaints(table, book):
            problems.append(Problem(where=f"{one.where}: case", what=what, hint=hint))
        try:
            profile = Profile(table.given, denies=table.denies, not_sure=table.not_sure, rulebook=book)
        except ProfileError as error:
            for problem in error.problems:
                problems.append(attrs.evolve(problem, where=f"{one.where}: case.{problem.where}"))
            continue
        cases.append(
            Case(
                name=table.name or f"case {number}",
                profile=profile,
                level=table.level,
                allowed=table.allowed,
                not_allowed=table.not_allowed,
                says=table.says,
                where=one.where,
            )
        )
    if not cases and not problems:
        problems.append(Problem(where=file.name, what="no [[case]]", hint="a file of cases holds at least one"))
    if problems:
        raise RulebookError(problems)
    return tuple(cases)


def _complaints(table: CaseTable, book: RuleBook) -> Iterator[tuple[str, str]]:
    levels = [*map(str, Urgency), UNSETTLED]
    if table.level and table.level not in levels:
        yield f"unknown level `{table.level}`", did_you_mean(table.level, levels) or f"one of {', '.join(levels)}"
    for id_ in (*table.allowed, *(id_ for id_ in table.not_allowed if id_ != "all")):
        if id_ not in book.exercises:
            yield f"unknown exercise `{id_}`", did_you_mean(id_, book.exercises)
    if not (table.level or table.allowed or table.not_allowed or table.says):
        yield "it expects nothing", "give level, allowed, not_allowed or says"
