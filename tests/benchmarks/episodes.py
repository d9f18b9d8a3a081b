"""Episodes: lines replayed in a minute, the time of a plan, and 10,000 courses told daily or each fortnight.

``python tests/benchmarks/episodes.py``
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter

import backtriage as bt
from assess import print_table
from backtriage.rulebook.doses import Dose

sys.path.insert(0, str(Path(__file__).parent.parent))

from episode.people import people
from episode.test_episode import BEGIN, FIRST, same_daily_and_fortnightly

WEEKS = 12


def typical() -> bt.Episode:
    """Twelve weeks of somebody who does a plan on three days a week and answers again when it asks."""
    episode = bt.Episode.begin().contact(FIRST, at=BEGIN)
    plan = episode.plan(start=BEGIN.date(), days=3, today=BEGIN.date())
    asked = {one.day for one in plan.check_ins}
    for day in (BEGIN.date() + timedelta(days=number) for number in range(WEEKS * 7)):
        at = datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
        if day in asked:
            episode = episode.contact({"pain_score": 2}, at=at)
        if (planned := plan.on(day, checked_in=day)) is not None:
            episode = episode.did(day, bt.Did.of(planned).moves, at=at)
    return episode


def main() -> None:
    """The tables; an argument tries fewer courses than 10,000, and fewer days of plans."""
    courses = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    lines = typical().to_lines().splitlines()
    daily = bt.Episode.begin().contact(FIRST, at=BEGIN)
    for day in range(1, 85):
        daily = daily.contact({"pain_score": 3}, at=BEGIN + timedelta(days=day))
    rows = []
    for name, some in (("12 weeks, a plan", lines), ("84 contacts, daily", daily.to_lines().splitlines())):
        began = perf_counter()
        rounds = 10
        problems = [one for _ in range(rounds) for one in bt.Episode.replay(some, rulebooks=[bt.default_rulebook()])]
        took = perf_counter() - began
        rows.append([name, str(len(some)), f"{60 * rounds * len(some) / took:,.0f}", str(len(problems))])
    print_table("Replayed", ["episode", "lines", "lines a minute", "problems"], rows)

    everybody = list(people(200))
    times = []
    for a in everybody:
        began = perf_counter()
        bt.plan(a, start=date(2026, 12, 1), today=date(2026, 12, 1))
        times.append(1000 * (perf_counter() - began))
    times.sort()
    print_table("Plans of 12 weeks, daily, ms", ["p50", "p95"], [[f"{times[100]:.1f}", f"{times[190]:.1f}"]])

    days, strangers = 0, 0
    for a in people(courses * 102 // (WEEKS * 7), seed=1):  # few have no day to exercise on
        allowed = {entry.exercise.id: entry.dose for entry in a.allowed}
        for day in bt.plan(a, start=date(2026, 12, 1), today=date(2026, 12, 1)).days:
            days += 1
            strangers += sum(not fits(move, allowed) for move in (*day.moves, *day.apart))
    print_table("Days of plans", ["days", "moves that are not allowed so"], [[f"{days:,}", str(strangers)]])

    wrong = [seed for seed in range(courses) if not same_daily_and_fortnightly(seed)]
    print_table("Daily or fortnightly", ["courses", "not the same"], [[f"{courses:,}", str(len(wrong))]])


def fits(move: bt.Move, allowed: Mapping[str, Dose]) -> bool:
    """Whether a move is allowed, and at such a dose."""
    dose = allowed.get(move.exercise.id)
    return dose is not None and all(number <= getattr(dose, name).ceiling for name, number in move.dose.starts.items())


if __name__ == "__main__":
    main()
