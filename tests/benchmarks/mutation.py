"""Who would notice a small mistake, in the rules and in the code that decides: ``python tests/benchmarks/mutation.py``.

It prints, for each kind of mistake, how many were tried and who noticed, then those that nobody noticed with the reason
where there is one. A mistake counts as noticed if something does that names the rule, or the test of the code.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from time import perf_counter
from typing import Final

import attrs
from assess import print_table
from expected_results import BOOK
from noticing import SOMEBODY_ELSE, Detectors, Solver
from rule_mistakes import mistakes

BY: Final = ("its own cases", "a row of its own", "the loader", "a guarantee", SOMEBODY_ELSE)
SAME: Final = "same for everybody"
NOBODY: Final = "nobody"
WITHOUT_DIFFERENCE: Final[Mapping[str, str]] = {
    "overdose-serious: without the message overdose": "painkiller-excess fires with it and says the same in an emergency",
    "l-session: session minutes 16": "the 5 longest moves take 375 seconds at their start, so 5 moves end it first",
    "a-check-first: drop leg_weakness": "a weak leg stops exercise, and then this advice waits",
    "a-check-first: drop arm_weakness": "a weak arm stops exercise, and then this advice waits",
}
"""What no proof covers, because it is words or a session, and why nobody can tell the difference."""


@attrs.frozen(kw_only=True)
class Tried:
    """One mistake.

    Attributes:
        kind: What sort of mistake.
        what: The mistake.
        by: Who noticed; ``SAME`` if nobody can; ``NOBODY``.
        because: Why nobody can.
    """

    kind: str
    what: str
    by: str
    because: str = ""


def in_rules() -> Iterator[Tried]:
    """Every mistake in the rulebook."""
    detectors = Detectors()
    solver: Solver | None = None
    for mistake in with_progress(mistakes(BOOK)):
        by, because = detectors.who(mistake), ""
        if by in ("", SOMEBODY_ELSE):
            solver = solver or Solver()
            because = WITHOUT_DIFFERENCE.get(mistake.what) or solver.same(mistake)
            by = by or (SAME if because else NOBODY)
        yield Tried(kind=mistake.kind, what=mistake.what, by=by, because=because)


def with_progress(items: Iterable[object]) -> Iterator[object]:
    """The items; somebody who waits sees how far it is."""
    for number, item in enumerate(items):
        if sys.stderr.isatty() and number % 50 == 0:
            print(f"\r{number} mistakes", end="\r", file=sys.stderr, flush=True)
        yield item


def report(title: str, tried: Iterable[Tried], ways: Iterable[str]) -> None:
    """The table of kinds, and what nobody noticed."""
    began = perf_counter()
    by_kind = defaultdict[str, Counter[str]](Counter)
    left = []
    for one in tried:
        by_kind[one.kind][one.by] += 1
        if one.by in (SAME, NOBODY, SOMEBODY_ELSE):
            left.append(one)
    columns = (*ways, SAME, NOBODY)
    total = sum(by_kind.values(), Counter[str]())
    rows = [[kind, *_cells(counts, columns)] for kind, counts in (*by_kind.items(), ("all", total))]
    print_table(title, ["mistake", "tried", *columns, "noticed"], rows)
    print(f"\n{perf_counter() - began:.0f} s")
    for by in (NOBODY, SOMEBODY_ELSE, SAME):
        for because, what in _together(one for one in left if one.by == by):
            print(f"\n{by}{f': {because}' if because else ''}")
            print(*(f"  {line}" for line in what), sep="\n")


def _cells(counts: Counter[str], columns: Iterable[str]) -> list[str]:
    tried = counts.total()
    can_be = tried - counts[SAME]
    noticed = can_be - counts[NOBODY] - counts[SOMEBODY_ELSE]
    share = f"{noticed / can_be:.1%}" if can_be else "-"
    return [str(tried), *(str(counts[column] or "") for column in columns), share]


def _together(left: Iterable[Tried]) -> Iterator[tuple[str, list[str]]]:
    reasons = defaultdict[str, list[str]](list)
    for one in left:
        reasons[one.because].append(f"{one.what} ({one.kind})")
    return iter(reasons.items())


def main() -> None:
    """The tables."""
    report("Mistakes in the rulebook", in_rules(), BY)


if __name__ == "__main__":
    main()
