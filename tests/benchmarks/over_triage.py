"""What the rules cost the well: ``python tests/benchmarks/over_triage.py [--people N] [--rules FOLDER]``.

Invented benign adults, drawn from the assumed rates of ``benign.toml``, are triaged by a rulebook. It prints the share
of each level beside its budget, the rules that cause it, and ordinary people by name. It asserts nothing: a star marks
what is over its budget. The shares are about the table, which is no data; they compare rulebooks.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import perf_counter

import attrs
import backtriage as bt
import polars as pl
from assess import print_table
from backtriage.rulebook.rules import Urgent
from benign import ORDINARY, Table, people, read_table

LEVELS = tuple(sorted(bt.Urgency, reverse=True))
COSTLY = tuple(level for level in LEVELS if level > bt.Urgency.ROUTINE)


@attrs.frozen
class Cost:
    """What one rule does at the level that decides.

    Attributes:
        rule: Its id.
        level: Its level.
        fires: The share of people whose level it is, and for whom it fires.
        alone: The share of people whose level it is, and for whom nothing else of that level fires.
    """

    rule: str
    level: bt.Urgency
    fires: float
    alone: float


@attrs.frozen
class Triaged:
    """What a rulebook makes of the people.

    Attributes:
        shares: Level to the share of people.
        costs: What each rule does that fires for somebody at the level that decides, the worst and commonest first.
    """

    shares: Mapping[bt.Urgency, float]
    costs: tuple[Cost, ...]


def triaged(book: bt.RuleBook, table: Table, size: int) -> Triaged:
    """Everybody's level, and why.

    Raises:
        ValueError: If somebody's urgency is not settled: the table leaves out a number or choice.
    """
    lists = list(book.vocabulary.checklists)
    frame = pl.DataFrame(list(people(table, size)), infer_schema_length=None)
    found = bt.assess_frame(frame, denies=lists, trace=True, rulebook=book)
    if unsettled := found["urgency"].null_count():
        raise ValueError(f"benign.toml: {unsettled} of {size} people are not settled; give it what {book} asks for")
    levels = Counter(found["urgency"].to_list())
    return Triaged(
        shares={level: levels[level.value] / size for level in LEVELS},
        costs=tuple(sorted(_costs(book, found), key=lambda cost: (-cost.level.rank, -cost.fires, cost.rule))),
    )


def _costs(book: bt.RuleBook, found: pl.DataFrame) -> Iterator[Cost]:
    for level in COSTLY:
        ids = [rule.id for rule in book.rules if isinstance(rule.effect, Urgent) and rule.effect.level is level]
        deciding = found.filter(pl.col("urgency") == level.value).select(ids)
        how_many = deciding.sum_horizontal()
        for id_ in ids:
            fires, alone = deciding[id_].sum(), (deciding[id_] & (how_many == 1)).sum()
            if fires:
                yield Cost(id_, level, fires / len(found), alone / len(found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, help="how many; as many as the table says if left out")
    parser.add_argument("--rules", type=Path, help="the folder of another rulebook")
    given = parser.parse_args()
    book = bt.load_rulebook(given.rules) if given.rules else bt.default_rulebook()
    start = perf_counter()
    table = read_table(book)
    size = given.people or table.size
    result = triaged(book, table, size)
    print(f"{book.identity}: {size:,} invented benign adults, seed {table.seed}. Assumed rates, no data.")
    print_levels(result, table)
    print_costs(result)
    print_ordinary(book)
    print(f"\nno rate given, so the default: {', '.join(table.without_rate) or 'none'}")
    print(f"a rate given, but no urgency turns on it here: {', '.join(table.not_asked) or 'none'}")
    print(f"took {perf_counter() - start:.0f} s", file=sys.stderr)


def print_levels(result: Triaged, table: Table) -> None:
    rows = []
    for level in LEVELS:
        limit, share = table.budget.get(level.value), result.shares[level]
        star = "*" if limit is not None and share > limit else " "
        rows.append((level.value, f"{share:.2%}{star}", "" if limit is None else f"<= {limit:.0%}"))
    print_table("1. Level; a star marks one over its budget", ("", "share ", "budget"), rows)


def print_costs(result: Triaged) -> None:
    rows = [(cost.rule, cost.level.value, f"{cost.fires:.2%}", f"{cost.alone:.2%}") for cost in result.costs]
    title = "2. Rules that fire at the level that decides; alone: nothing else of that level does"
    print_table(title, ("rule", "level", "fires", "alone"), rows)


def print_ordinary(book: bt.RuleBook) -> None:
    rows = []
    for name, answers in ORDINARY.items():
        a = bt.assess(answers, denies=list(book.vocabulary.checklists), rulebook=book)
        level = a.could_be.value if a.urgency is None else a.urgency.value
        rows.append((name, level + ("*" if a.could_be > bt.Urgency.ROUTINE else " ")))
    print_table("3. Ordinary people; a star marks one above routine", ("", "level "), rows)


if __name__ == "__main__":
    main()
