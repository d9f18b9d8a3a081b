"""The people the benchmark assesses: a typical one, the extremes, and a varied population."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import backtriage as bt

VOCABULARY = bt.default_rulebook().vocabulary
YES_NO = tuple(id_ for id_, finding in VOCABULARY.findings.items() if finding.kind == "yes_no")
PLACES = VOCABULARY.checklists["where"].findings
SIGNS = tuple(id_ for id_ in YES_NO if id_ not in PLACES)
EVERY_CHECKLIST = tuple(VOCABULARY.checklists)


@dataclass(frozen=True)
class Person:
    """What one person answers, and the checklists they deny."""

    answers: dict[str, Any]
    denies: tuple[str, ...] = ()


TYPICAL = Person(
    {"age": 41, "pain_score": 4, "pain_duration_days": 9, "lower_back_pain": True},
    (
        *("where", "emergency_nerves", "very_ill_now", "injury", "health_a", "health_b"),
        *("general_signs", "other_body_signs", "pattern"),
    ),
)
EMPTY = Person({})
ALL_TRUE = Person(dict.fromkeys(YES_NO, True))


def varied(seed: int) -> Iterator[Person]:
    """People without end: random numbers and places, a few signs, each checklist denied four times out of five."""
    rng = random.Random(seed)
    while True:
        present = [*rng.sample(PLACES, rng.randint(1, 3)), *rng.sample(SIGNS, rng.randint(0, 3))]
        denies = tuple(id_ for id_ in EVERY_CHECKLIST if rng.random() < 0.8)
        yield Person({**_numbers(rng), **_with_implied(dict.fromkeys(present, True))}, denies)


def population(size: int, seed: int) -> list[Person]:
    """The first so many different ones of the varied people."""
    people: dict[str, Person] = {}
    for person in varied(seed):
        people[repr(person)] = person
        if len(people) == size:
            break
    return list(people.values())


def cases() -> Iterator[Person]:
    """The cases of every urgency rule, for each a person who denies everything else."""
    for rule in bt.default_rulebook().rules:
        if rule.effect.kind == "urgency":
            for case in (*rule.fires, *rule.spares):
                answers = {**TYPICAL.answers, **case}
                oldest = max(answers["age"] or 0, answers.get("age_at_onset") or 0)  # nobody was older than they are
                yield denying_all(Person(answers if "age" in case else {**answers, "age": oldest}))


def denying_all(person: Person) -> Person:
    """The same person, after every checklist has been answered."""
    return Person(_with_implied(person.answers), EVERY_CHECKLIST)


def _numbers(rng: random.Random) -> dict[str, Any]:
    age = rng.randint(12, 95)
    # Most spells are short, some last for years: every order of magnitude is as likely as the next.
    days = int(10 ** rng.uniform(0, 3.5))
    numbers = {"age": age, "pain_score": rng.randint(0, 10), "pain_duration_days": days}
    return {**numbers, "age_at_onset": rng.randint(10, age)} if rng.random() < 0.5 else numbers


def _with_implied(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers, and as present what the present findings imply; the door refuses to hear it denied."""
    implied = [id_ for name, value in answers.items() if value is True for id_ in VOCABULARY.implied.get(name, ())]
    return {**dict.fromkeys(implied, True), **answers}
