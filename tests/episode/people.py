"""People with pain and nothing serious, whom exercises are allowed: who has a plan."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

import backtriage as bt

BOOK = bt.default_rulebook()
EVERYTHING = tuple(BOOK.vocabulary.checklists)
PLACES = ("lower_back_pain", "neck_pain", "upper_back_pain", "mid_back_pain", "buttock_pain", "leg_pain_above_knee")
SOMETIMES = (
    *BOOK.vocabulary.checklists["fit"].findings,
    *BOOK.vocabulary.checklists["known_back"].findings,
    *("osteoporosis", "getting_worse", "leg_pain_below_knee"),
)
CLEARED = ("cleared_flexion", "cleared_extension_lift")


def answers(rng: random.Random) -> dict[str, Any]:
    """What one of them answers."""
    said: dict[str, Any] = dict.fromkeys(rng.sample(PLACES, rng.choice([1, 1, 1, 2, 3])), True)
    said |= dict.fromkeys((name for name in SOMETIMES if rng.random() < 0.1), True)
    said |= {name: rng.random() < 0.5 for name in CLEARED}
    for choice in ("eases_direction", "provokes_direction", "pain_side"):
        said[choice] = rng.choice(list(BOOK.vocabulary.findings[choice].options))
    days = rng.choice([2, 10, 14, 30, 45, 84, 90, 200, 1000])
    return said | {"age": rng.randint(18, 85), "pain_score": rng.randint(0, 7), "pain_duration_days": days}


def person(seed: int, **changed: Any) -> bt.Assessment:
    """One of them, assessed."""
    return bt.assess(answers(random.Random(seed)) | changed, denies=EVERYTHING, engine="reference")


def people(size: int, seed: int = 0) -> Iterator[bt.Assessment]:
    """So many of them."""
    rng = random.Random(seed)
    for _ in range(size):
        yield bt.assess(answers(rng), denies=EVERYTHING, engine="reference")


LOW_BACK: Mapping[str, Any] = {
    "age": 41,
    "pain_score": 3,
    "pain_duration_days": 20,
    "lower_back_pain": True,
    "eases_direction": "neither",
    "provokes_direction": "neither",
    "pain_side": "middle",
}


def low_back(**changed: Any) -> bt.Assessment:
    """Somebody for whom the five moves of document 003 are the routine."""
    return bt.assess({**LOW_BACK, **changed}, denies=EVERYTHING, engine="reference")
