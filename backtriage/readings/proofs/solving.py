"""Z3: how formulas are joined, and how somebody is found of whom they are true. It is imported here and nowhere
else."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol, TypeAlias

from ...errors import MissingExtra

try:
    import z3
except ImportError:
    raise MissingExtra("z3-solver", "verify") from None

__all__ = ["ALONE", "TIMEOUT_SECONDS", "Defining", "Formula", "Prover", "Undecided", "both", "no", "some", "z3"]

Formula: TypeAlias = Any
"""A Z3 expression: the package has no types."""
TIMEOUT_SECONDS: Final = 20.0
ALONE: Final = threading.RLock()
"""Held by whoever makes formulas: all of them live in one context, which threads must not share."""


def both(*formulas: Formula) -> Formula:
    """All of them; true when there is none."""
    return z3.And(*formulas) if formulas else z3.BoolVal(True)


def some(formulas: Iterable[Formula]) -> Formula:
    """At least one of them; false when there is none."""
    formulas = list(formulas)
    return z3.Or(*formulas) if formulas else z3.BoolVal(False)


def no(formula: Formula) -> Formula:
    """The opposite."""
    return z3.Not(formula)


class Undecided(Exception):  # noqa: N818 - the solver's third answer, not an error
    """The solver gave up."""


class Defining(Protocol):
    """What a prover has to know of the people it looks for."""

    door: Mapping[str, tuple[Formula, ...]]
    definitions: list[Formula]


class Prover:
    """Looks for people of whom something is true.

    Args:
        people: The profiles that the formulas speak of.
        always: What is true of them beside what the door sees to.
        about: The findings that the formulas speak of, with all that bear on them; every finding if left out.
        seconds: When it gives up on one question; with 0, on whatever takes any work, however fast the machine is.
    """

    def __init__(
        self,
        *people: Defining,
        always: Iterable[Formula] = (),
        about: Iterable[str] | None = None,
        seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._solver = z3.Solver()
        self._solver.set(**{"timeout": max(1, round(seconds * 1000))} if seconds else {"rlimit": 1})
        self._solver.set("random_seed", 1)
        self._people = people
        self._read = [0 for _ in people]
        for one in people:
            for finding in one.door if about is None else sorted(about):
                self._solver.add(*one.door[finding])
        self._solver.add(*always)

    def find(self, *formulas: Formula) -> Any | None:
        """A model in which all of the formulas are true, or ``None`` if there is none.

        Raises:
            Undecided: If the solver gives up.
        """
        for place, one in enumerate(self._people):
            self._solver.add(*one.definitions[self._read[place] :])
            self._read[place] = len(one.definitions)
        self._solver.push()
        try:
            self._solver.add(*formulas)
            answer = self._solver.check()
            if answer == z3.unsat:
                return None
            if answer == z3.sat:
                return self._solver.model()
            raise Undecided(self._solver.reason_unknown())
        finally:
            self._solver.pop()
