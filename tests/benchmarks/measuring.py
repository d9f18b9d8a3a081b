"""What the benchmark measures with: time in this process and in fresh ones, and memory."""

from __future__ import annotations

import gc
import importlib.util
import math
import os
import re
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice, repeat
from operator import attrgetter
from pathlib import Path
from time import perf_counter, perf_counter_ns
from typing import TypeVar

import backtriage as bt
import synthetic
from people import Person, varied

Run = Callable[[Person], object]
Key = TypeVar("Key")

HAS_DURABLE = importlib.util.find_spec("durable_rules_engine") is not None
ENGINES = ("reference", "durable") if HAS_DURABLE else ("reference",)
MOST_DURABLE_RULES = 1_000
BLOCK = 50
"""People assessed by one way before the next."""

_read = attrgetter("questions", "withheld", "excluded", "allowed", "session", "action", "referral", "because", "open")


# -- what is compared -------------------------------------------------------------------------------------------------


def runners() -> dict[str, Run]:
    """Every way to assess a person that is compared."""
    return {engine: partial(assess, engine=engine) for engine in ENGINES}


def assess(person: Person, *, engine: str, book: bt.RuleBook | None = None) -> bt.Assessment:
    """A whole assessment: through the door, past the engine, decided, and read, so that nothing lazy goes unpaid."""
    a = bt.assess(denies=person.denies, engine=engine, rulebook=book, **person.answers)
    _read(a)
    for entry in (*a.withheld, *a.excluded):
        entry.because  # noqa: B018 - reading is the point
    return a


# -- time -------------------------------------------------------------------------------------------------------------


def in_fresh_processes(probes: dict[str, tuple[str, str]], times: int) -> dict[str, list[float]]:
    """Seconds that statements take in new interpreters, each after another statement; the probes in turn.

    The bytecode is kept in a folder of its own and written by a first round that does not count, as for an installed
    package, whatever this interpreter has been told about bytecode.
    """
    found: dict[str, list[float]] = {name: [] for name in probes}
    with tempfile.TemporaryDirectory() as bytecode:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode, "PYTHONDONTWRITEBYTECODE": ""}
        for name, (before, timed) in list(probes.items()) * (times + 1):
            found[name].append(_in_a_fresh_process(before, timed, environment))
    return {name: seconds[1:] for name, seconds in found.items()}


def _in_a_fresh_process(before: str, timed: str, environment: dict[str, str]) -> float:
    lines = ("from time import perf_counter", before, "start = perf_counter()", timed, "print(perf_counter() - start)")
    command = [sys.executable, "-c", "\n".join(lines)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)  # noqa: S603 - our own text
    return float(done.stdout)


def interleaved(runs: dict[Key, Run], people: Iterable[Person]) -> dict[Key, list[int]]:
    """Nanoseconds of every run on every person, the runs in turn, some people at a time: a program has one engine."""
    times: dict[Key, list[int]] = {name: [] for name in runs}
    left = iter(people)
    while some := list(islice(left, BLOCK)):
        for name, run in runs.items():
            for person in some:
                start = perf_counter_ns()
                run(person)
                times[name].append(perf_counter_ns() - start)
    return times


def percentile(times: Sequence[int], share: int) -> int:
    """The least of the times within which so many of a hundred lie."""
    return sorted(times)[math.ceil(len(times) * share / 100) - 1]


def per_second(runs: dict[str, Run], people: Sequence[Person], rounds: int) -> dict[str, float]:
    """How many people each run gets through, the runs in turn."""
    seconds = dict.fromkeys(runs, 0.0)
    for name, run in list(runs.items()) * rounds:
        start = perf_counter()
        for person in people:
            run(person)
        seconds[name] += perf_counter() - start
    return {name: len(people) * rounds / spent for name, spent in seconds.items()}


# -- memory -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Grown:
    """Memory of one engine, in KiB.

    Attributes:
        resident: The resident set after the warm-up.
        half: How far it has grown at half time.
        whole: How far it has grown at the end.
        traced: How far Python's own memory has grown in a shorter run.
    """

    resident: int
    half: int
    whole: int
    traced: float


def memory_of(engine: str, warm_up: int, assessments: int, traced: int) -> Grown:
    """The memory that assessments of ever new people take; for a process of its own."""
    people = varied(seed=2)

    def after(number: int, reading: Callable[[], float]) -> float:
        _assess_many(islice(people, number), engine)
        return reading()

    resident = after(warm_up, resident_kib)
    half, whole = (after(assessments // 2, resident_kib) - resident for _ in range(2))
    tracemalloc.start()
    # What the caches drop first was not traced; they are filled anew before it counts.
    before, at_last = (after(traced, traced_kib) for _ in range(2))
    return Grown(resident, half, whole, at_last - before)


def _assess_many(people: Iterator[Person], engine: str) -> None:
    for person in people:
        assess(person, engine=engine)
    gc.collect()


def resident_kib() -> int:
    """The resident set; where the system does not tell it, its peak."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.findall(r"VmRSS:\s+(\d+) kB", status.read_text())[0])
    import resource  # noqa: PLC0415 - not on every system

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1_024 if sys.platform == "darwin" else peak


def traced_kib() -> float:
    return tracemalloc.get_traced_memory()[0] / 1_024


# -- size -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Sized:
    """One engine on a synthetic rulebook.

    Attributes:
        rules: How many rules it has.
        engine: The engine.
        fired: How many of the rules fire.
        load: Seconds to load it.
        first: Seconds of the first assessment, which builds the engine.
        p50: Seconds of a later one.
    """

    rules: int
    engine: str
    fired: int
    load: float
    first: float
    p50: float


def of_sizes(sizes: Sequence[int], repeats: int) -> list[Sized]:
    """Each engine on synthetic rulebooks with so many rules; all of them in turn."""
    books = {rules: _synthetic(rules) for rules in sizes}
    runs: dict[tuple[int, str], Run] = {
        (rules, engine): partial(assess, engine=engine, book=book)
        for rules, (book, _) in books.items()
        for engine in ENGINES
        if engine == "reference" or rules <= MOST_DURABLE_RULES
    }
    person = Person(synthetic.ANSWERS, synthetic.CHECKLISTS)
    first = interleaved(runs, [person])
    later = interleaved(runs, repeat(person, repeats))
    return [
        Sized(
            rules=rules,
            engine=engine,
            fired=len(assess(person, engine=engine, book=books[rules][0]).because),
            load=books[rules][1],
            first=first[rules, engine][0] / 1e9,
            p50=percentile(later[rules, engine], 50) / 1e9,
        )
        for rules, engine in runs
    ]


def _synthetic(rules: int) -> tuple[bt.RuleBook, float]:
    """A synthetic rulebook, and the seconds to load it."""
    with tempfile.TemporaryDirectory() as folder:
        synthetic.write_rulebook(Path(folder), rules)
        gc.collect()
        start = perf_counter()
        return bt.load_rulebook(folder), perf_counter() - start
