"""What people are told, written down: ``python tests/benchmarks/unchanged.py OUT``.

A line a person and engine (plain data, printed page, messages) and a line an interview (every screen, its end):
digests, or with ``--whole`` the words. Run it before and after a change that must change nobody's answer, and compare
the two files.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import backtriage as bt
from measuring import ENGINES
from people import ALL_TRUE, EMPTY, VOCABULARY, Person, cases, population

from interview import reply, whole


def main() -> None:
    parser = argparse.ArgumentParser(description="What people are told, written down.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--people", type=int, default=3_000)
    parser.add_argument("--interviews", type=int, default=300)
    parser.add_argument("--whole", action="store_true", help="the words, not their digests")
    chosen = parser.parse_args()
    with chosen.out.open("w", encoding="utf-8") as out:
        for found in chain(told_to_people(chosen.people), told_in_interviews(chosen.interviews)):
            line = json.dumps(found, ensure_ascii=False)
            out.write((line if chosen.whole else hashlib.sha256(line.encode()).hexdigest()) + "\n")


def told_to_people(size: int) -> Iterator[dict[str, Any]]:
    """Half of them varied people, the rest the rules' own cases and people who leave questions out or in doubt."""
    dice = random.Random(1)
    sure = [EMPTY, ALL_TRUE, *cases(), *population(size // 2, seed=1)]
    for person in sure[: size - size // 4]:
        yield from told(person, ())
    for person in population(size // 4, seed=2):
        kept = {name: value for name, value in person.answers.items() if dice.random() < 0.8}
        doubted = [name for name in dice.sample(sorted(VOCABULARY.findings), 3) if name not in person.answers]
        yield from told(Person(kept, tuple(dice.sample(person.denies, len(person.denies) // 2))), doubted)


def told(person: Person, doubted: list[str] | tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for engine in ENGINES:
        try:
            one = bt.assess(person.answers, denies=person.denies, not_sure=doubted, region="GB", engine=engine)
        except bt.ProfileError as error:
            yield {"refused": str(error)}
            continue
        yield {
            "engine": engine,
            "plain": one.to_dict(),
            "page": str(one),
            "messages": [repr(message) for message in one.messages()],
            "explained": [one.explain(id_) for id_ in one.profile.rulebook.exercises],
        }


def told_in_interviews(size: int) -> Iterator[dict[str, Any]]:
    """Interviews of varied people, every tenth question skipped."""
    for person in population(size, seed=3):
        answers, interview, screens = whole(person), bt.Interview(engine="reference"), []
        while (question := interview.question) is not None:
            screens.append(repr(question))
            interview.answer(reply(question, answers) if question.kind == "offer" or len(screens) % 10 else None)
        yield {"screens": screens, "end": interview.to_dict(), "plain": interview.assessment.to_dict()}


if __name__ == "__main__":
    main()
