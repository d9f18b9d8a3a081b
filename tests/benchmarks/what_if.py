"""How long the questions of what_if take, in milliseconds of one processor: ``python tests/benchmarks/what_if.py``."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import backtriage as bt
from backtriage.what_if import what_if, what_would_change

BOOK = bt.default_rulebook()
CHECKLISTS = list(BOOK.vocabulary.checklists)


def person(rng: random.Random) -> bt.Profile:
    """Somebody with low back pain who has up to three checklists left to answer, and perhaps a number."""
    numbers = {
        "age": rng.choice([30, 66]),
        "pain_duration_days": rng.choice([5, 30, 120]),
        "pain_score": rng.choice([2, 5, 8]),
    }
    left = rng.sample(CHECKLISTS, rng.randint(0, 3))
    given = {name: value for name, value in numbers.items() if rng.random() < 0.8}
    where = {} if "where" in left else {"lower_back_pain": True}
    return bt.Profile(given | where, denies=[name for name in CHECKLISTS if name not in left])


def timed(ask: Callable[[], object]) -> float:
    start = time.process_time()
    ask()
    return (time.process_time() - start) * 1000


def main() -> None:
    rng = random.Random(1)
    times: dict[str, list[float]] = {}
    for _ in range(150):
        assessment = bt.assess(person(rng), engine="reference")
        for exercise in rng.sample(sorted(BOOK.exercises), 6):
            status = assessment.status(exercise)
            times.setdefault(f"what_if, {status}", []).append(timed(lambda: what_if(assessment, exercise)))  # noqa: B023
        times.setdefault("what_would_change", []).append(timed(lambda: what_would_change(assessment)))  # noqa: B023
    for name, some in sorted(times.items()):
        some.sort()
        most = f"95 in 100 below {some[len(some) * 95 // 100]:5.1f}, most {some[-1]:5.1f}"
        print(f"{name:22} {len(some):4} times: median {some[len(some) // 2]:6.2f}, {most}")


if __name__ == "__main__":
    main()
