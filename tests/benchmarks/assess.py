"""What an assessment costs: ``python tests/benchmarks/assess.py [--quick]``.

Start, latency, throughput, memory, and growth with the number of rules. It asserts
nothing: every figure stands beside its target, and a star marks one over it. Whatever is compared is measured in turn,
in one loop of one run, with the garbage collector on.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import statistics
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from time import perf_counter

import backtriage as bt
from measuring import (
    ENGINES,
    Sized,
    in_fresh_processes,
    interleaved,
    memory_of,
    of_sizes,
    per_second,
    percentile,
    runners,
)
from people import ALL_TRUE, EMPTY, TYPICAL, Person, population
from synthetic import FINDINGS


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How much is measured: people, processes, repeats of one person, rounds of the population, assessments, rules."""

    people: int
    starts: int
    repeats: int
    rounds: int
    warm_up: int
    assessments: int
    traced: int
    rules: tuple[int, ...]
    rule_repeats: int


FULL = Effort(
    people=1_000,
    starts=7,
    repeats=2_000,
    rounds=3,
    warm_up=5_000,
    assessments=50_000,
    traced=2_000,
    rules=(10, 100, 1_000, 10_000),
    rule_repeats=300,
)
QUICK = Effort(
    people=300,
    starts=3,
    repeats=200,
    rounds=1,
    warm_up=500,
    assessments=2_000,
    traced=200,
    rules=(10, 100, 1_000),
    rule_repeats=100,
)

# Targets.
IMPORT_MS = 150
FIRST_MS = 400
P50_US = {"reference": 150, "durable": 400}
GROWTH_KIB = 1_024


def main() -> None:
    parser = argparse.ArgumentParser(description="What an assessment costs. Asserts nothing.")
    parser.add_argument("--quick", action="store_true", help="measure less, in less than 30 seconds")
    effort = QUICK if parser.parse_args().quick else FULL
    start = perf_counter()
    people = population(effort.people, seed=1)
    print_setting()
    print_starts(effort)
    print_latencies(effort, people)
    print_throughput(effort, people)
    print_memory(effort)
    print_sizes(effort)
    print(f"\nThe whole run took {perf_counter() - start:.0f} s.")


def print_setting() -> None:
    book = bt.default_rulebook()
    urgency = sum(rule.effect.kind == "urgency" for rule in book.rules)
    print(
        f"backtriage {bt.__version__}, rulebook {book.identity}: {len(book.rules)} rules, {urgency} of them of urgency."
    )
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"Python {platform.python_version()} on {platform.machine()}, {os.cpu_count()} CPUs{load}.")
    print("A star marks a figure over its target.")


def print_starts(effort: Effort) -> None:
    arguments = f"denies={TYPICAL.denies!r}, **{TYPICAL.answers!r}"
    imported = "import backtriage"
    probes = {
        "import attrs, cattrs alone": ("", "import attrs, cattrs"),
        "import backtriage": ("", imported),
        "default rulebook, after import": (imported, "backtriage.default_rulebook()"),
    }
    limits = {"import backtriage": IMPORT_MS}
    for engine in ENGINES:
        name = f"first assessment, {engine}, after import"
        probes[name] = (imported, f"backtriage.assess(engine={engine!r}, {arguments})")
        limits[name] = FIRST_MS
    found = in_fresh_processes(probes, effort.starts)
    print_table(
        f"1. Start, in {effort.starts} fresh processes each; a first assessment loads the rulebook too",
        ("", "median, ms", "least, ms", "target, ms"),
        [
            (
                name,
                figure(1e3 * statistics.median(seconds), limits.get(name)),
                figure(1e3 * min(seconds)),
                target(limits.get(name)),
            )
            for name, seconds in found.items()
        ],
    )


def print_latencies(effort: Effort, people: Sequence[Person]) -> None:
    runs = runners()
    groups = {
        "typical": [TYPICAL] * effort.repeats,
        "empty": [EMPTY] * effort.repeats,
        "all true": [ALL_TRUE] * effort.repeats,
        f"varied, {len(people):,} people": [*people] * effort.rounds,
    }
    interleaved(runs, people[:100])  # a warm-up
    rows = [("target of p50", *[cell for run in runs for cell in (target(P50_US.get(run)), "")])]
    for name, group in groups.items():
        times = interleaved(runs, group)
        rows.append((name, *[cell for run in runs for cell in _p50_and_p99(times[run], P50_US.get(run))]))
    heads = ("us", *[f"{run} {share}" for run in runs for share in ("p50", "p99")])
    print_table("2. Latency of a whole assess()", heads, rows)


def _p50_and_p99(times: Sequence[int], limit: float | None) -> tuple[str, str]:
    return figure(percentile(times, 50) / 1_000, limit), figure(percentile(times, 99) / 1_000)


def print_throughput(effort: Effort, people: Sequence[Person]) -> None:
    found = per_second(runners(), people, effort.rounds)
    row = (f"varied, {len(people):,} people", *[f"{number:,.0f}" for number in found.values()])
    print_table("3. Throughput, one thread", ("assessments per second", *found), [row])


def print_memory(effort: Effort) -> None:
    """Each engine in a process of its own, both at once: nothing is timed."""
    sizes = (effort.warm_up, effort.assessments, effort.traced)
    with ProcessPoolExecutor(len(ENGINES), mp_context=multiprocessing.get_context("spawn")) as pool:
        grown = list(pool.map(memory_of, ENGINES, *map(repeat, sizes)))
    heads = (
        *("KiB", "resident"),
        *(f"growth over {number:,}" for number in (effort.assessments // 2, effort.assessments)),
        *("target", f"tracemalloc, over {effort.traced:,}"),
    )
    print_table(
        f"4. Memory after a warm-up of {effort.warm_up:,}; no person is assessed twice",
        heads,
        [
            (
                engine,
                figure(found.resident, digits=0),
                figure(found.half, GROWTH_KIB, digits=0),
                figure(found.whole, GROWTH_KIB, digits=0),
                target(GROWTH_KIB),
                figure(found.traced),
            )
            for engine, found in zip(ENGINES, grown, strict=True)
        ],
    )


def print_sizes(effort: Effort) -> None:
    found = of_sizes(effort.rules, effort.rule_repeats)
    print_table(
        f"5. Synthetic urgency rules over {len(FINDINGS)} yes/no findings, all answered",
        ("rules", "engine", "fired", "load, ms", "load, us a rule", "first, ms", "p50, us", "p50, us a rule"),
        [
            (
                f"{sized.rules:,}",
                sized.engine,
                f"{sized.fired:,}",
                figure(1e3 * sized.load),
                figure(1e6 * sized.load / sized.rules),
                figure(1e3 * sized.first),
                figure(1e6 * sized.p50),
                figure(1e6 * sized.p50 / sized.rules, digits=3),
            )
            for sized in found
        ],
    )
    for engine in ENGINES:
        *_, small, large = [sized for sized in found if sized.engine == engine]
        print(f"{engine}, {large.rules:,} rules against {small.rules:,}: {_compared(small, large)}")


def _compared(small: Sized, large: Sized) -> str:
    load = (large.load / large.rules) / (small.load / small.rules)
    p50 = (large.p50 / large.rules) / (small.p50 / small.rules)
    added = 1e9 * (large.p50 - small.p50) / (large.rules - small.rules)
    return f"load a rule x {load:.2f}, p50 a rule x {p50:.2f} (target: x 1 or less); a rule more costs {added:,.0f} ns"


# -- print ------------------------------------------------------------------------------------------------------------


def figure(value: float, limit: float | None = None, *, digits: int = 1) -> str:
    return f"{value:,.{digits}f}" + ("*" if limit is not None and value > limit else " ")


def target(limit: float | None) -> str:
    return "" if limit is None else f"<= {limit:,} "


def print_table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as they need to be: the first one to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    print(f"\n{title}\n")
    for row in (heads, *rows):
        others = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        print("  ".join((row[0].ljust(widths[0]), *others)).rstrip(), flush=True)


if __name__ == "__main__":
    main()
