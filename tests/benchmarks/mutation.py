"""Who would notice a small mistake: ``python tests/benchmarks/mutation.py [rules] [code] [--of MODULE] [--every N]``.

It makes mistakes in the rules and in the code that decides, one at a time, and prints for each kind how many were tried
and who noticed, then those that nobody noticed, with the reason where there is one. A mistake in a rule counts as
noticed if something does that names the rule; one in the code, if a test of it fails.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Final, TypeVar

import attrs
from assess import print_table
from code_noticing import ALL_MEMORY, PACKAGE, TESTED_BY, TOO_LONG, noticed

BY: Final = ("its own cases", "a row of its own", "the loader", "a guarantee", "another rule's row")
SAME: Final = "same for everybody"
NOBODY: Final = "nobody"
WITHOUT_DIFFERENCE: Final[Mapping[str, str]] = {
    "overdose-serious: without the message overdose": "painkiller-excess fires too and says the same in an emergency",
    "l-session: session minutes 16": "the 5 longest moves take 375 seconds at their start, so 5 moves end it first",
    "a-check-first: drop leg_weakness": "a weak leg stops exercise, and then this advice waits",
    "a-check-first: drop arm_weakness": "a weak arm stops exercise, and then this advice waits",
}
"""What no proof covers, because it is words or a session, and why nobody can tell the difference."""
_SHORT_WAY = "the short way only saves time: what a condition waits for is asked of the condition itself"
_FAST: Final = "triage/fast/open_questions"
EQUIVALENT: Final[Mapping[str, str]] = {
    f"{_FAST}: self._open_urgency and self._open_urgency[0].effect.level > at_least: without "
    "self._open_urgency[0].effect.level > at_least": "it only saves time: no open rule is of a level that is looked at",
    **{
        f"{_FAST}: {flat} or own == own & unknown{change}": _SHORT_WAY
        for flat in ("flat", "rule.flat")
        for change in (
            f" -> {flat} and own == own & unknown",
            f": without {flat}",
            ": without own == own & unknown",
        )
    },
    **{
        f"{_FAST}: own if {flat} or own == own & unknown else self._nested(rule): always the second": _SHORT_WAY
        for flat in ("flat", "rule.flat")
    },
    f"{_FAST}: gate.findings & self._unknown -> gate.findings | self._unknown": _SHORT_WAY,
    "episode/never_less: not kept or worst_of(known, second) <= second.at_least: without not kept": (
        "it only saves time: with nothing kept all is as it was"
    ),
    "triage/session_choice: 24 -> 25": "all exercises together take less than a day",
    "triage/fast/exercise_statuses: candidates and doubted[False] -> candidates or doubted[False]": (
        "what is worked out in vain is not looked at"
    ),
}
"""Mistakes in the code that change nothing that anybody sees, and why."""
T = TypeVar("T")


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


def in_rules(every: int) -> Iterator[Tried]:
    """The mistakes in the rulebook."""
    from noticing import Detectors, Solver  # noqa: PLC0415 - pytest looks at what it imports when it is imported
    from rule_mistakes import mistakes  # noqa: PLC0415

    from expected_results import BOOK  # noqa: PLC0415

    detectors = Detectors()
    solver: Solver | None = None
    for mistake in with_progress(list(mistakes(BOOK))[::every]):
        by, because = detectors.who(mistake), ""
        if by in ("", BY[-1]):
            solver = solver or Solver()
            because = WITHOUT_DIFFERENCE.get(mistake.what) or solver.same(mistake)
            by = by or (SAME if because else NOBODY)
        yield Tried(kind=mistake.kind, what=mistake.what, by=by, because=because)


def in_code(modules: Sequence[str], every: int, jobs: int) -> Iterator[Tried]:
    """The mistakes in the code that decides."""
    for mistake, test in noticed(modules, every=every, jobs=jobs):
        module = mistake.module.relative_to(PACKAGE).with_suffix("").as_posix()
        by = test if test in ("", TOO_LONG, ALL_MEMORY) else "a test"
        because = EQUIVALENT.get(f"{module}: {mistake.what}", "")
        yield Tried(kind=module, what=str(mistake), by=by or (SAME if because else NOBODY), because=because)


def with_progress(items: Iterable[T]) -> Iterator[T]:
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
        if one.by in (SAME, NOBODY, BY[-1]):
            left.append(one)
    columns = (*ways, SAME, NOBODY)
    total = sum(by_kind.values(), Counter[str]())
    rows = [[kind, *_cells(counts, columns)] for kind, counts in (*by_kind.items(), ("all", total))]
    print_table(title, ["mistake", "tried", *columns, "noticed"], rows)
    print(f"\n{perf_counter() - began:.0f} s")
    for by in (NOBODY, BY[-1], SAME):
        for because, what in _together(one for one in left if one.by == by):
            print(f"\n{by}{f': {because}' if because else ''}")
            print(*(f"  {line}" for line in what), sep="\n")


def _cells(counts: Counter[str], columns: Iterable[str]) -> list[str]:
    tried = counts.total()
    can_be = tried - counts[SAME]
    noticed = can_be - counts[NOBODY] - counts[BY[-1]]
    share = f"{noticed / can_be:.1%}" if can_be else "-"
    return [str(tried), *(str(counts[column] or "") for column in columns), share]


def _together(left: Iterable[Tried]) -> Iterator[tuple[str, list[str]]]:
    reasons = defaultdict[str, list[str]](list)
    for one in left:
        reasons[one.because].append(f"{one.what} ({one.kind})")
    return iter(reasons.items())


def main() -> None:
    """The tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("where", nargs="*", choices=["rules", "code"], default=["rules", "code"])
    parser.add_argument("--every", type=int, default=1, help="try every so many mistakes only")
    parser.add_argument("--jobs", type=int, default=1, help="how many mistakes in the code are tried at a time")
    parser.add_argument("--of", nargs="*", choices=TESTED_BY, default=list(TESTED_BY), help="these modules only")
    options = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).parent.parent))
    if "code" in options.where:  # first: pytest wants to see its plugins imported
        ways = ("a test", TOO_LONG, ALL_MEMORY)
        report("Mistakes in the code", in_code(options.of, options.every, options.jobs), ways)
    if "rules" in options.where:
        report("Mistakes in the rulebook", in_rules(options.every), BY)


if __name__ == "__main__":
    main()
