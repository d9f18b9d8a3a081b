"""A rulebook with one small thing changed: would anybody notice?

Mutants of a condition are noticed by the rule's own cases. Mutants of an effect are not: they need expected results, or
a guarantee that they break.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

import attrs

from ..findings.conditions import Known
from ..rulebook.book import RuleBook
from ..rulebook.rules import AnyRule
from ..triage.profile import Profile
from .cases import Case
from .mutated import Mutant, assessed
from .mutated_conditions import condition_mutants, written
from .mutated_effects import effect_mutants

if TYPE_CHECKING:
    from ..rulebook.guarantees import Guarantee
    from .guarding import Guards

__all__ = ["Mutant", "Noticing", "condition_mutants", "effect_mutants", "mutants", "surviving", "written"]


def mutants(rulebook: RuleBook) -> Iterator[Mutant]:
    """Every mutant of a rulebook, rule by rule.

    >>> import backtriage as bt
    >>> found = [mutant for mutant in mutants(bt.default_rulebook()) if mutant.rule.id == "age-16-17"]
    >>> print(*found, sep=chr(10))
    age-16-17: age < 18: 17
    age-16-17: age < 18: 19
    age-16-17: age < 18: <=
    age-16-17: routine -> self_care
    age-16-17: exercise none -> gentle
    """
    for rule in rulebook.rules:
        for change, condition in condition_mutants(rule.when, rulebook.vocabulary):
            mutant = attrs.evolve(rule, when=condition, text=written(condition))
            yield Mutant(original=rule, rule=mutant, kind="condition", change=change, base=rulebook)
        for change, mutant in effect_mutants(rule, rulebook):
            yield Mutant(original=rule, rule=mutant, kind="effect", change=change, base=rulebook)


def surviving(
    found: Iterable[Mutant], cases: Iterable[Case] = (), guarantees: Iterable[Guarantee] = ()
) -> Iterator[Mutant]:
    """The mutants that nothing notices: neither the rule's own cases nor expected results nor guarantees.

    Args:
        found: Mutants of one rulebook.
        cases: Expected results. Those that do not hold before any change are passed over.
        guarantees: As :func:`backtriage.rulebook.guarantees.read_guarantees` reads them. Those that are not proved
            before any change are passed over.

    Raises:
        MissingExtra: If guarantees are given and z3-solver is not installed.

    >>> import backtriage as bt
    >>> weaker = [m for m in mutants(bt.default_rulebook()) if str(m) == "sepsis-signs: emergency -> same_day"]
    >>> expected = Case(name="Ann", profile=bt.Profile(sepsis_signs=True), level="emergency")
    >>> len(list(surviving(weaker))), len(list(surviving(weaker, [expected])))
    (1, 0)
    """
    noticing = Noticing(cases, guarantees)
    return (mutant for mutant in found if not noticing.who(mutant))


class Noticing:
    """Who would notice a mutant of one rulebook.

    Args:
        cases: As for :func:`surviving`.
        guarantees: As for :func:`surviving`.
    """

    def __init__(self, cases: Iterable[Case] = (), guarantees: Iterable[Guarantee] = ()) -> None:
        self._cases = [case for case in cases if not case.differences()]
        self._guarantees = tuple(guarantees)
        self._guards: Guards | None = None

    def who(self, mutant: Mutant) -> str:
        """The first who does: ``its own cases``, a case, or a guarantee; empty if nobody does."""
        if mutant.kind == "condition" and _fails_its_own_cases(mutant):
            return "its own cases"
        cases = [case for case in self._cases if _matters_to(mutant, case)]
        book = mutant.rulebook if cases else mutant.base
        for case in cases:
            if case.differences(assessed(book, case.profile)):
                return f"case `{case.name}`"
        broken = self._guarding(mutant.base).broken_by(mutant) if self._guarantees else None
        return f"guarantee `{broken.id}`" if broken else ""

    def _guarding(self, book: RuleBook) -> Guards:
        if self._guards is None:
            from .guarding import Guards  # noqa: PLC0415 - an extra

            self._guards = Guards(book, self._guarantees)
        return self._guards


def _fails_its_own_cases(mutant: Mutant) -> bool:
    holds = mutant.rule.when.holds
    return any(holds(known) is not truth for known, truth in _own_cases(mutant.original, mutant.base))


@lru_cache(maxsize=1_024)
def _own_cases(rule: AnyRule, book: RuleBook) -> tuple[tuple[Known, bool], ...]:
    """What is known in each case of a rule, and whether the rule must fire there."""
    cases = (*((case, True) for case in rule.fires), *((case, False) for case in rule.spares))
    return tuple((Profile(case, rulebook=book).known, truth) for case, truth in cases)


def _matters_to(mutant: Mutant, case: Case) -> bool:
    """Whether the changed rule speaks of the person, and not as it did."""
    if mutant.rule.effect.kind == "stop":  # these are listed whatever is known
        return True
    known = case.profile.known
    before, after = mutant.original.when.holds(known), mutant.rule.when.holds(known)
    return before is not after if mutant.kind == "condition" else before is not False
