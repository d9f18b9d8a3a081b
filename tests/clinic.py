"""A clinic's overlay upon the tiny rulebook, table by table."""

from __future__ import annotations

import pickle
from pathlib import Path

import backtriage as bt
import pytest
from backtriage.errors import Problem

from tiny import TINY

RIVERSIDE = Path(__file__).parent.parent / "examples" / "overlays" / "riverside"
BASE = TINY.replace('"worn or not rash"', '"worn and not rash"').replace(
    "fires = [{ worn = true }, { rash = false }]\nspares = [{ worn = false, rash = true }]",
    "given = { worn = true, rash = false }\nfires = [{}]\nspares = [{ worn = false }, { rash = true }]",
)
"""The tiny rulebook, offering to the worn alone."""
HEAD = """\
[overlay]
id = "clinic"
version = "7"
title = "a clinic"
asking_order = ["signs", "shown", "told", "minutes"]

[[source]]
id = "protocol"
title = "The clinic's own protocol"

[[yes_no]]
id = "shown"
text = "Shown how?"

[[checklist]]
id = "told"
question = "Told any of these?"
red_flag = true

[[checklist.finding]]
id = "told_to_ring"
text = "Ring us"

[[number]]
id = "minutes"
text = "How many?"
unit = "minutes"
minimum = 0
maximum = 60
"""
RING = """\
[[rule]]
id = "ring"
title = "Ring"
when = "told_to_ring"
urgency = "soon"
suspects = "infection"
evidence = "unverified"
fires = [{ told_to_ring = true }]
spares = [{ told_to_ring = false }]
"""
OFFER = """\
[[rule]]
id = "shown-to-bend"
title = "Bending for those who were shown how"
when = "shown"
offer = ["bend"]
evidence = "unverified"
given = { worn = true }
fires = [{ shown = true }]
spares = [{ shown = false }]
"""
NARROW = OFFER.replace('"shown"\noffer', '"shown and worn"\noffer')
"""To those alone who may bend anyway."""
PERMISSION = 'relaxes = [{ id = "bend", source = "protocol", note = "page 3" }]\n'
STRETCH = """\
[[exercise]]
id = "stretch"
name = "Stretching"
status = "offered"
position = "supine"
tags = ["hold"]
areas = ["low_back"]
from_stage = "acute"
muscles = ["back"]
steps = ["Stretch."]
progression = "Add one."
evidence = "unverified"
dose = { repetitions = [5, 10] }

[[rule]]
id = "shown-to-stretch"
title = "Stretching for those who were shown how"
when = "shown"
offer = ["stretch"]
evidence = "unverified"
fires = [{ shown = true }]
spares = [{ shown = false }]
"""
GUARANTEES = """\
[[guarantee]]
id = "g-hot"
title = "Nothing in a fever"
when = "fever"
allows_none = true
evidence = "unverified"

[[guarantee]]
id = "g-sides"
title = "The left is spared"
when = 'side == "left"'
never_allows = ["outside:core"]
evidence = "unverified"
"""


def below(folder: Path, rules: str = BASE) -> bt.RuleBook:
    """The rulebook that the overlays lie upon."""
    (folder / "rules.toml").write_text(rules)
    (folder / "guarantees.toml").write_text(GUARANTEES)
    return bt.load_rulebook(folder)


def overlay(folder: Path, *tables: str, head: str = HEAD, name: str = "clinic") -> Path:
    (folder / name).mkdir()
    (folder / name / "overlay.toml").write_text("\n".join((head, *tables)))
    return folder / name


def refused(folder: Path, below: bt.RuleBook, *, verified: bool = False) -> tuple[Problem, ...]:
    """Why an overlay does not load."""
    with pytest.raises(bt.RulebookError) as caught:
        bt.load_rulebook(folder, extends=below, verified=verified)
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems  # noqa: S301 - our own
    return caught.value.problems


def place_of(rule: str, *tables: str) -> str:
    """Where a rule of the clinic's overlay stands."""
    number = "\n".join((HEAD, *tables)).splitlines().index(f'id = "{rule}"')
    return f"clinic/overlay.toml:{number}: rule `{rule}`"
