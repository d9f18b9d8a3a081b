"""What a million people cost: ``python tests/benchmarks/frames.py [--rows 10_000_000] [--spark]``.

People per second for every engine, with all columns but the doses; it asserts nothing: each figure stands beside its
target, where there is one.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import backtriage as bt
import duckdb
import polars as pl
from people import Person, denying_all, varied

DISTINCT = 20_000
SPARK_ROWS = 1_000_000
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


def seconds(run: Callable[[], object], times: int = 3) -> float:
    """The least time of a few runs."""
    found = []
    for _ in range(times):
        start = perf_counter()
        run()
        found.append(perf_counter() - start)
    return min(found)


def line(what: str, rows: int, spent: float, target: float | None = None) -> None:
    beside = f"   target {target:.1f}" if target else ""
    print(f"{what:34} {rows:>12,} rows {spent:8.2f} s {rows / spent / 1e6:8.3f} million/s{beside}", flush=True)


def from_file_to_file(table: Path, rows: int) -> None:
    """The command line in a process of its own, and the most memory it took."""
    command = [sys.executable, "-m", "backtriage", "assess-table", str(table), str(table.with_name("out.parquet"))]
    start = perf_counter()
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)  # noqa: S603 - our own command
    line("Parquet to Parquet", rows, perf_counter() - start, 0.7)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    print(f"{'  most memory':34} {most:.2f} GiB   target 3")


def spark(table: Path, rows: int) -> None:
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

    options = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.driver.memory": "4g"}
    start = perf_counter()
    session = SparkSession.builder.master("local[2]").config(map=options).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    print(f"{'Spark starts':34} {perf_counter() - start:26.2f} s")

    def run() -> None:
        bt.assess_frame(session.read.parquet(str(table))).write.format("noop").mode("overwrite").save()

    line("Spark, first", rows, seconds(run, times=1))
    line("Spark, again", rows, seconds(run, times=1))
    session.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="people in the largest frame")
    parser.add_argument("--spark", action="store_true", help="Spark too; needs PySpark and Java")
    options = parser.parse_args()
    versions = f"Python {platform.python_version()}, Polars {pl.__version__}, DuckDB {duckdb.__version__}"
    print(f"{versions}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n{bt.default_rulebook()}")
    rows = some_people(DISTINCT)
    loop = seconds(lambda: [bt.assess(row, engine="reference") for row in rows[:2_000]], times=1)
    line("a loop over assess()", 2_000, loop)
    line("building a lazy result", 1, seconds(lambda: bt.assess_frame(frame(rows, 1).lazy(), errors="column")))
    size, spent = 10_000, 0.0
    while size <= options.rows:
        people = frame(rows, size)
        spent = seconds(lambda people=people: bt.assess_frame(people), times=3)
        line("Polars, in memory", size, spent, 4.0)
        size *= 10
    people = frame(rows, options.rows)
    print(f"{'  ratio to the loop':34} {options.rows / spent / (2_000 / loop):,.0f} times")
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "people.parquet"
        people.write_parquet(table)
        del people
        from_file_to_file(table, options.rows)
        fewer = min(options.rows, SPARK_ROWS)
        pl.scan_parquet(table).head(fewer).sink_parquet(Path(folder) / "fewer.parquet")
        stored = duckdb.from_parquet(str(Path(folder) / "fewer.parquet"))
        result = bt.assess_frame(stored)
        written = Path(folder) / "duckdb.parquet"
        line("DuckDB, Parquet to Arrow", fewer, seconds(result.to_arrow_table, times=1), 0.4)
        line("DuckDB, Parquet to Parquet", fewer, seconds(lambda: result.write_parquet(str(written)), times=1), 0.4)
        if options.spark:
            spark(Path(folder) / "fewer.parquet", fewer)


if __name__ == "__main__":
    main()
