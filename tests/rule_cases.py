"""Who is meant by each rule, and who leaves it open."""

from __future__ import annotations

from typing import Any

import backtriage as bt

LEFT_OPEN = {
    "sudden-severe-upper": {"sudden_no_trigger": True, "upper_back_pain": True},
    "sudden-severe-by-itself": {"sudden_no_trigger": True},
    "bleeding-by-itself": {"sudden_no_trigger": True, "blood_thinner": True},
    "downs-neck": {"downs_syndrome": True},
    "neck-instability": {"neck_instability_condition": True, "leg_weakness": True},
    "x-neck-instability": {"neck_instability_condition": True, "cleared_exercise": False},
    "spa-4-of-9": {
        "age_at_onset": 34,
        "wakes_second_half_night": True,
        "better_with_movement": True,
        "nsaid_helps_48h": True,
    },
    "spa-3-of-9": {"age_at_onset": 34, "wakes_second_half_night": True, "better_with_movement": True},
    "spa-suspicion": {"age_at_onset": 34, "psoriasis_ever": True},
}
"""What a rulebook has no case for: who said what stands behind a gate, and not what opens it, leaves the rule open."""


def cases(rule: bt.Rule) -> list[tuple[bt.Profile, bool | None]]:
    """Who is meant and whether the rule must hold for them; ``None`` is neither."""
    said = [(case, True) for case in rule.fires] + [(case, False) for case in rule.spares]
    return [(bt.Profile(case), holds) for case, holds in said + [(case, None) for case in _left_open(rule)]]


def _left_open(rule: bt.Rule) -> list[dict[str, Any]]:
    return [LEFT_OPEN[rule.id]] if rule.id in LEFT_OPEN else []
