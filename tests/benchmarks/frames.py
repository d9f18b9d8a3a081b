"""What a million people cost: ``python tests/benchmarks/frames.py [--rows 10_000_000] [--spark]``; on Linux.

People per second for every engine, with all columns but the doses, the checks of every row included; it asserts
nothing: each figure stands beside its target, where there is one. The time on the clock is what was measured; on a
machine that others use, the processor time says more.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

import backtriage as bt
import duckdb
import polars as pl
from people import Person, denying_all, varied

DISTINCT = 20_000
SMALLER = 1_000_000
FINDINGS = bt.default_rulebook().vocabulary.findings
CHECKLISTS = bt.default_rulebook().vocabulary.checklists


def answers(person: Person) -> dict[str, object]:
    """Every answer of a person, those of the denied checklists one by one."""
    denied = {finding: False for id_ in person.denies for finding in CHECKLISTS[id_].findings}
    return {**dict.fromkeys(FINDINGS), **denied, **person.answers}


def some_people(size: int) -> list[dict[str, object]]:
    """Different people, every second one of whom has answered every checklist."""
    people = varied(seed=3)
    found: list[dict[str, object]] = []
    while len(found) < size:
        person = next(people)
        row = answers(denying_all(person) if len(found) % 2 else person)
        try:
            bt.Profile(row)
        except bt.ProfileError:
            continue
        found.append(row)
    return found


def frame(rows: list[dict[str, object]], size: int) -> pl.DataFrame:
    """So many people, drawn from some."""
    kinds = {"yes_no": pl.Boolean, "choice": pl.String, "number": pl.Int32}
    schema = {id_: kinds[finding.kind] for id_, finding in FINDINGS.items()} | {"exercise_pain_minutes": pl.Float64}
    return pl.DataFrame(rows, schema=schema).sample(size, with_replacement=True, seed=1)


@dataclass(frozen=True)
class Spent:
    """What a run took: seconds on the clock, and of all processors together."""

    wall: float
    cpu: float


def spent(run: Callable[[], object], times: int = 1) -> Spent:
    """The least of a few runs in this process, threads of the engines included."""
    found = []
    for _ in range(times):
        wall, cpu = perf_counter(), process_time()
        run()
        found.append(Spent(perf_counter() - wall, process_time() - cpu))
    return Spent(min(one.wall for one in found), min(one.cpu for one in found))


def line(what: str, rows: int, took: Spent, target: float | None = None, *, cores: int = 2) -> None:
    """The measured rate, and what cores that do nothing else would reach: an estimate, from the processor time."""
    beside = f"   target {target:.1f}" if target else ""
    rates = f"{rows / took.wall / 1e6:7.3f} million/s, estimate {cores * rows / took.cpu / 1e6:7.3f}{beside}"
    print(f"{what:28} {rows:>11,} rows {took.wall:7.2f} s wall {took.cpu:7.2f} s CPU {rates}", flush=True)


COMMAND = """
import sys
from backtriage.adapters.command_line import main
code = main(["assess-table", *sys.argv[1:]])
most = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(most.split()[1]) / 2**20)
sys.exit(code)
"""


def from_file_to_file(table: Path, rows: int) -> None:
    """The command line in a process of its own, and the most memory it took, start included."""
    before, start = os.times(), perf_counter()
    command = [sys.executable, "-c", COMMAND, str(table), str(table.with_name("out.parquet"))]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)  # noqa: S603
    wall, after = perf_counter() - start, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    line("Parquet to Parquet", rows, Spent(wall, cpu), 0.7)
    print(f"{'  most memory':28} {float(done.stdout):.2f} GiB resident   target 3")


def from_duckdb(table: Path, rows: int) -> None:
    stored = duckdb.from_parquet(str(table))
    line("DuckDB builds the query", 1, spent(lambda: bt.assess_frame(stored, errors="column"), times=2))
    line("DuckDB to Arrow", rows, spent(lambda: bt.assess_frame(stored).to_arrow_table()), 0.4)
    written = str(table.with_name("duckdb.parquet"))
    line("DuckDB, Parquet to Parquet", rows, spent(lambda: bt.assess_frame(stored).write_parquet(written)), 0.4)


def from_spark(table: Path, rows: int) -> None:
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

    options = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "4g",
        "spark.sql.debug.maxToStringFields": "10",
    }
    start = perf_counter()
    session = SparkSession.builder.master("local[2]").config(map=options).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    print(f"{'Spark starts':28} {perf_counter() - start:24.2f} s wall", flush=True)
    machine = Path(f"/proc/{session.sparkContext._gateway.proc.pid}/stat")  # noqa: SLF001 - Java, which we started

    def java_seconds() -> float:
        ticks = machine.read_text().rpartition(")")[2].split()[11:13]
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

    def run() -> None:
        bt.assess_frame(session.read.parquet(str(table))).write.format("noop").mode("overwrite").save()

    for what in ("Spark, first", "Spark, again"):
        before = java_seconds()
        took = spent(run)
        line(what, rows, Spent(took.wall, took.cpu + java_seconds() - before))
    session.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000, help="people in the largest frame")
    parser.add_argument("--spark", action="store_true", help="Spark too; needs PySpark and Java")
    options = parser.parse_args()
    versions = f"Python {platform.python_version()}, Polars {pl.__version__}, DuckDB {duckdb.__version__}"
    print(f"{versions}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n{bt.default_rulebook()}")
    rows = some_people(DISTINCT)
    loop = spent(lambda: [bt.assess(row, engine="reference") for row in rows[:2_000]])
    line("a loop over assess()", 2_000, loop, cores=1)
    line("Polars builds the query", 1, spent(lambda: bt.assess_frame(frame(rows, 1).lazy(), errors="column"), times=3))
    sizes = [10**power for power in range(4, 10) if 10**power <= options.rows]
    took = loop
    for size in sizes:
        people = frame(rows, size)
        took = spent(lambda people=people: bt.assess_frame(people), times=2)
        line("Polars, in memory", size, took, 4.0)
    print(f"{'  to the loop':28} {sizes[-1] / took.wall / (2_000 / loop.wall):,.0f} times as fast, ", end="")
    print(f"{sizes[-1] / took.cpu / (2_000 / loop.cpu):,.0f} times by processor time", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "people.parquet"
        people.write_parquet(table)
        del people
        from_file_to_file(table, sizes[-1])
        for size in sorted({min(SMALLER, sizes[-1]), sizes[-1]}):
            fewer = Path(folder) / f"{size}.parquet"
            pl.scan_parquet(table).head(size).sink_parquet(fewer)
            from_duckdb(fewer, size)
        if options.spark:
            from_spark(Path(folder) / f"{min(SMALLER, sizes[-1])}.parquet", min(SMALLER, sizes[-1]))
    print(f"load at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
