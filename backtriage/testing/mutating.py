"""``python -m backtriage mutate``: which small mistakes in the rules nobody would notice."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeVar

from ..errors import Problem, RulebookError
from ..loading import load_rulebook
from .cases import Case, read_cases
from .mutants import Mutant, mutants, surviving

_T = TypeVar("_T")


def mutate(path: str, files: Sequence[str]) -> int:
    """Prints the mutants of a rulebook that survive.

    Args:
        path: The rulebook's folder.
        files: ``*.cases.toml`` files; without any, only the conditions are mutated.

    Returns:
        The exit code: 1 if a mutant survives.

    Raises:
        RulebookError: If the rulebook or a file cannot be used, or a case does not hold before anything is changed.
    """
    book = load_rulebook(path)
    cases = [case for file in files for case in read_cases(file, book)]
    if problems := list(_failing(cases)):
        raise RulebookError(problems)
    kinds: tuple[Literal["condition", "effect"], ...] = ("condition", "effect") if files else ("condition",)
    left: list[Mutant] = []
    for kind in kinds:
        found = [mutant for mutant in mutants(book) if mutant.kind == kind]
        survivors = list(surviving(_with_progress(found, kind), cases))
        print(f"{kind} mutants: {len(found)}, noticed {len(found) - len(survivors)}, survive {len(survivors)}")
        left += survivors
    for mutant in left:
        print(f"  {mutant.original.where}: {mutant}")
    if not files:
        print("effects were not mutated: only expected results notice that; give *.cases.toml files")
    return 1 if left else 0


def _failing(cases: Iterable[Case]) -> Iterator[Problem]:
    for case in cases:
        if differences := case.differences():
            yield Problem(where=f"{case.where}: {case.name}", what="; ".join(differences), hint="mend this first")


def _with_progress(items: Sequence[_T], what: str) -> Iterator[_T]:
    """The items; a person who waits for more than a moment sees how far it is."""
    shown = time.monotonic()
    waiting = sys.stderr.isatty()
    for number, item in enumerate(items):
        if waiting and time.monotonic() - shown > 0.5:
            shown = time.monotonic()
            print(f"\r{what} mutants: {number} of {len(items)}", end="\r", file=sys.stderr, flush=True)
        yield item
