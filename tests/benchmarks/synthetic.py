"""Rulebooks of any size: urgency rules over 200 yes/no findings, to see what one rule more costs."""

from __future__ import annotations

import random
from pathlib import Path

RULES_A_FILE = 500
LEVELS = ("emergency", "same_day", "soon", "routine")
CHECKLISTS = tuple(f"list_{number}" for number in range(25))
FINDINGS = tuple(f"finding_{number}" for number in range(200))
ANSWERS = dict.fromkeys(FINDINGS[::40], True)
"""Five findings are present; all others are denied with their checklists."""


def write_rulebook(folder: Path, rules: int) -> None:
    """Write a rulebook with so many urgency rules into a folder that exists."""
    (folder / "rulebook.toml").write_text(_head() + _messages() + _checklists())
    rng = random.Random(rules)
    for first in range(0, rules, RULES_A_FILE):
        numbers = range(first, min(first + RULES_A_FILE, rules))
        (folder / f"rules_{first}.toml").write_text("".join(_rule(number, rng) for number in numbers))


def _head() -> str:
    return f"""
[rulebook]
id = "synthetic"
version = "1"
title = "Synthetic"
asking_order = {_array(CHECKLISTS)}
positions = []
tags = []
areas = []
stages = []
higher_impact = []

[region.none]
name = "None"
emergency = "1"
urgent = "2"
crisis = "3"
poison = "4"
"""


def _messages() -> str:
    levels = "".join(
        f'[messages.levels.{level}]\nsay = "Told."\nsee = "Somebody"\nby = "then"\nvalid_hours = 24\n'
        for level in (*LEVELS, "self_care")
    )
    return f"""
[messages]
unsettled = "Open."
unsettled_walking = "Walk."
unsettled_mild = "Mild."
not_ruled_out = "Not ruled out."
history_only = []
locked = {{}}
safety_net = {{ "Now" = ["something worse"] }}

[messages.suspects.something]
say = "Something."

{levels}"""


def _checklists() -> str:
    return "".join(
        f'\n[[checklist]]\nid = "{id_}"\nquestion = "Which of these?"\nred_flag = true\n'
        + "".join(
            f'[[checklist.finding]]\nid = "{finding}"\ntext = "This"\n'
            for finding in FINDINGS[number :: len(CHECKLISTS)]
        )
        for number, id_ in enumerate(CHECKLISTS)
    )


def _rule(number: int, rng: random.Random) -> str:
    one, other, third = rng.sample(FINDINGS, 3)
    return f"""
[[rule]]
id = "rule-{number}"
title = "Rule {number}"
when = "{one} and ({other} or {third})"
urgency = "{LEVELS[number % len(LEVELS)]}"
suspects = "something"
evidence = "unverified"
fires = [{{ {one} = true, {other} = true }}, {{ {one} = true, {third} = true }}]
spares = [{{ {one} = false, {other} = true }}, {{ {one} = true, {other} = false, {third} = false }}]
"""


def _array(names: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"
