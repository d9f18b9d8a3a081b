"""``python -m backtriage mutate``: which small mistakes in the rules nobody would notice."""

from __future__ import annotations

import importlib.util
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

from ..errors import MissingExtra, Problem, RulebookError, did_you_mean, streams
from ..loading import load_rulebook
from ..rulebook.book import RuleBook
from ..rulebook.guarantees import Guarantee, read_guarantees
from .cases import Case, Equivalent, read_expected
from .mutants import Mutant, Noticing, mutants

_T = TypeVar("_T")
_WAYS: Final = {"its own cases": "the rules' own cases", "case": "cases", "guarantee": "guarantees"}
"""Who notices, and who they are together."""


def mutate(path: str, files: Sequence[str]) -> int:
    """Prints the mutants of a rulebook that survive its cases, its guarantees and the expected results.

    Args:
        path: The rulebook's folder.
        files: ``*.cases.toml`` files.

    Returns:
        The exit code: 1 if a mutant survives that is not declared to be equivalent.

    Raises:
        RulebookError: If the rulebook or a file cannot be used, a case does not hold before anything is changed, or a
            mutant that is declared to be equivalent is none or is noticed.
    """
    book = load_rulebook(path)
    expected = [read_expected(file, book) for file in files]
    cases = [case for found, _ in expected for case in found]
    equivalent = [one for _, found in expected for one in found]
    if problems := list(_failing(cases)):
        raise RulebookError(problems)
    guarantees, why_not = _guarantees(book)
    noticing = Noticing(cases, guarantees)
    kinds = ("condition", "effect") if files or guarantees else ("condition",)
    found = [mutant for mutant in mutants(book) if mutant.kind in kinds]
    noticed = [(mutant, noticing.who(mutant)) for mutant in _with_progress(found)]
    if problems := list(_stale(equivalent, noticed)):
        raise RulebookError(problems)
    same = {one.mutant for one in equivalent}
    left = [mutant for mutant, by in noticed if not by and str(mutant) not in same]
    lines = [_counted(kind, [(mutant, by) for mutant, by in noticed if mutant.kind == kind], left) for kind in kinds]
    lines += [f"  {mutant.original.where}: {mutant}" for mutant in left]
    if why_not:
        lines.append(f"guarantees were not tried: {why_not}")
    if "effect" not in kinds:
        lines.append("effects were not mutated: expected results or guarantees notice that; give *.cases.toml files")
    return streams.answered("\n".join(lines), 1 if left else 0)


def _guarantees(book: RuleBook) -> tuple[tuple[Guarantee, ...], str]:
    """The guarantees of a rulebook, or why they cannot be tried."""
    guarantees = read_guarantees(book)
    if not guarantees:
        return (), "the rulebook declares none"
    if importlib.util.find_spec("z3") is None:
        return (), str(MissingExtra("z3-solver", "verify"))
    return guarantees, ""


def _counted(kind: str, noticed: Sequence[tuple[Mutant, str]], left: Sequence[Mutant]) -> str:
    by = Counter(who.partition(" `")[0] for _, who in noticed if who)
    survive = sum(mutant.kind == kind for mutant in left)
    ways = ", ".join(f"{by[way]} by {words}" for way, words in _WAYS.items() if by[way])
    same = len(noticed) - by.total() - survive
    parts = [f"{by.total()} noticed" + (f" ({ways})" if ways else ""), *([f"{same} equivalent"] if same else [])]
    return f"{kind} mutants: {len(noticed)}: {', '.join(parts)}, {survive} survive"


def _stale(equivalent: Iterable[Equivalent], noticed: Iterable[tuple[Mutant, str]]) -> Iterator[Problem]:
    """What was declared to be equivalent and is no mutant, is noticed, or stands there twice."""
    by: dict[str, list[str]] = {}
    for mutant, who in noticed:
        by.setdefault(str(mutant), []).append(who)
    seen: dict[str, str] = {}
    for one in equivalent:
        if one.mutant in seen:
            yield Problem(where=one.where, what=f"`{one.mutant}` again", hint=f"the first is at {seen[one.mutant]}")
        seen[one.mutant] = one.where
        if one.mutant not in by:
            yield Problem(where=one.where, what=f"no mutant `{one.mutant}`", hint=did_you_mean(one.mutant, by))
        elif all(by[one.mutant]):
            what = f"`{one.mutant}` is noticed by {by[one.mutant][0]}"
            yield Problem(where=one.where, what=what, hint="leave it out")


def _failing(cases: Iterable[Case]) -> Iterator[Problem]:
    for case in cases:
        if differences := case.differences():
            yield Problem(where=f"{case.where}: {case.name}", what="; ".join(differences), hint="mend this first")


def _with_progress(items: Sequence[_T]) -> Iterator[_T]:
    """The items; a person who waits for more than a moment sees how far it is."""
    shown = time.monotonic()
    waiting = sys.stderr.isatty()
    for number, item in enumerate(items):
        if waiting and time.monotonic() - shown > 0.5:
            shown = time.monotonic()
            streams.tell(f"\rmutants: {number} of {len(items)}", sys.stderr, end="\r")
        yield item
