"""Expected results as data: who somebody is, and what an assessment must say; and which mutants mean the same."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from ..assessment import assess
from ..errors import Problem, ProfileError, RulebookError, did_you_mean
from ..loading import load_rulebook
from ..rulebook.book import RuleBook
from ..rulebook.reading import default_rulebook
from ..rulebook.reading.files import Placed, Problems, read_file
from ..rulebook.rules import Urgency
from ..triage.outcome import Decision
from ..triage.profile import Profile

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
class EquivalentTable:
    """An ``[[equivalent]]`` as it stands in a file."""

    mutant: str
    because: str


@attrs.frozen(kw_only=True)
class CasesFile:
    """A file of cases."""

    rulebook: str = ""
    case: tuple[CaseTable, ...] = ()
    equivalent: tuple[EquivalentTable, ...] = ()


@attrs.frozen(kw_only=True)
class Equivalent:
    """A mutant that somebody has found to mean the same as the original.

    Attributes:
        mutant: The mutant, as it is printed: ``rule: change``.
        because: Why nobody can tell the two apart.
        where: File and line.
    """

    mutant: str
    because: str
    where: str


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

    def differences(self, assessment: Decision | None = None) -> list[str]:
        """What an assessment shows otherwise; by default that of the profile. Empty where the case holds."""
        return list(self._differences(assessment or assess(self.profile)))

    def _differences(self, assessment: Decision) -> Iterator[str]:
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
    return read_expected(path, rulebook)[0]


def read_expected(
    path: str | os.PathLike[str], rulebook: RuleBook | None = None
) -> tuple[tuple[Case, ...], tuple[Equivalent, ...]]:
    """The cases of a ``*.cases.toml`` file, and its equivalent mutants; the arguments are those of :func:`read_cases`.

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
    cases: dict[str, Case] = {}
    for number, one in enumerate([one for one in placed if one.kind == "case"], 1):
        name = one.table.name or f"case {number}"
        if name in cases:
            what, hint = f"a second one named `{name}`", f"the first is at {cases[name].where}"
            problems.append(Problem(where=f"{one.where}: case", what=what, hint=hint))
        elif case := _case(one, name, book, problems):
            cases[name] = case
    equivalent = [_equivalent(one, book, problems) for one in placed if one.kind == "equivalent"]
    if not cases and not equivalent and not problems:
        problems.append(Problem(where=file.name, what="no [[case]]", hint="a file of cases holds at least one"))
    if problems:
        raise RulebookError(problems)
    return tuple(cases.values()), tuple(equivalent)


def _case(placed: Placed, name: str, book: RuleBook, problems: Problems) -> Case | None:
    table: CaseTable = placed.table
    for what, hint in _complaints(table, book):
        problems.append(Problem(where=f"{placed.where}: case", what=what, hint=hint))
    try:
        profile = Profile(table.given, denies=table.denies, not_sure=table.not_sure, rulebook=book)
    except ProfileError as error:
        for problem in error.problems:
            problems.append(attrs.evolve(problem, where=f"{placed.where}: case.{problem.where}"))
        return None
    return Case(
        name=name,
        profile=profile,
        level=table.level,
        allowed=table.allowed,
        not_allowed=table.not_allowed,
        says=table.says,
        where=placed.where,
    )


def _equivalent(placed: Placed, book: RuleBook, problems: Problems) -> Equivalent:
    table: EquivalentTable = placed.table
    where = f"{placed.where}: equivalent"
    rule, ids = table.mutant.partition(": ")[0], [rule.id for rule in book.rules]
    if rule not in ids:
        hint = did_you_mean(rule, ids) or "as mutate prints it: RULE: CHANGE"
        problems.append(Problem(where=where, what=f"unknown rule `{rule}`", hint=hint))
    if not table.because.strip():
        problems.append(Problem(where=where, what="`because` is blank", hint="say why nobody can tell the two apart"))
    return Equivalent(mutant=table.mutant, because=table.because, where=where)


def _complaints(table: CaseTable, book: RuleBook) -> Iterator[tuple[str, str]]:
    levels = [*map(str, Urgency), UNSETTLED]
    if table.level and table.level not in levels:
        yield f"unknown level `{table.level}`", did_you_mean(table.level, levels) or f"one of {', '.join(levels)}"
    for id_ in (*table.allowed, *(id_ for id_ in table.not_allowed if id_ != "all")):
        if id_ not in book.exercises:
            yield f"unknown exercise `{id_}`", did_you_mean(id_, book.exercises)
    if not all(words.strip() for words in table.says):
        yield "`says` with nothing to say", "every page would do"
    if not (table.level or table.allowed or table.not_allowed or table.says):
        yield "it expects nothing", "give level, allowed, not_allowed or says"
