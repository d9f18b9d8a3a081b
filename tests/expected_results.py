"""The expected results, read from tests/expected: written from the content specification, not from the rules."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import backtriage as bt

FOLDER = Path(__file__).parent / "expected"
BOOK = bt.default_rulebook()


def read(name: str) -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads((FOLDER / name).read_text())


_URGENCY = read("urgency.toml")
ROWS = _URGENCY["row"]
NEAR_MISSES = _URGENCY["near_miss"]
PEOPLE = read("people.toml")["person"]


def name_of(entry: dict[str, Any]) -> str:
    if "n" in entry:
        return f"{entry['n']}: {entry['person']}"
    return " / ".join(filter(None, (entry["id"], entry.get("case", ""))))


def profile_of(entry: dict[str, Any]) -> bt.Profile:
    """Every yes/no finding not named is absent; numbers, choices and clearances not named are unknown."""
    if entry.get("unknown"):
        return bt.Profile(entry["given"])
    alone = [id_ for id_, finding in BOOK.vocabulary.findings.items() if finding.red_flag and not finding.checklist]
    return bt.Profile({**dict.fromkeys(alone, False), **entry["given"]}, denies=list(BOOK.vocabulary.checklists))


def differences(entry: dict[str, Any], assessment: bt.Assessment) -> list[str]:
    """What of an expected result an assessment does not show."""
    level = assessment.urgency.value if assessment.urgency else "unsettled"
    found = [] if level == entry["level"] else [f"level {level}, not {entry['level']}"]
    if (at_least := entry.get("at_least", assessment.at_least.value)) != assessment.at_least.value:
        found.append(f"at least {assessment.at_least.value}, not {at_least}")
    allowed = {one.exercise.id for one in assessment.allowed}
    found += [
        f"{id_} is not allowed" for key in ("allows", "allowed") for id_ in entry.get(key, ()) if id_ not in allowed
    ]
    found += [f"{id_} is allowed" for key in ("forbids", "not_allowed") for id_ in entry.get(key, ()) if id_ in allowed]
    if (entry.get("exercise") == "none" or entry.get("nothing_allowed")) and allowed:
        found.append(f"allowed: {sorted(allowed)}")
    if "exercise" in entry and level == "emergency" and assessment.ring_only is not entry.get("ring_only", False):
        found.append(f"ring and wait: {assessment.ring_only}")
    see = assessment.referral.see if assessment.referral else ""
    if entry.get("see", "") not in see:
        found.append(f"to see: {see}")
    elif level != "emergency" and "locked" not in entry and entry.get("see", "") not in assessment.action.message:
        found.append("whom to see first is not said in the message")
    found += ["the message is another one"] if entry.get("locked", "") not in " ".join(assessment.action.locked) else []
    page = " ".join(str(assessment).split())
    return found + [f"does not say {text!r}" for text in entry.get("says", ()) if text not in page]
