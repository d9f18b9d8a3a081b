"""The STarT Back tool: ids and arithmetic only, exact with items missing.

The wording of the nine items is Keele University's, under its licence; a host that has one supplies it. The result
changes words and whom to see, never urgency or exercise.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from ..findings.conditions import Known

if TYPE_CHECKING:
    from .profile import Profile

ITEMS: Final = tuple(f"startback_{number}" for number in range(1, 10))
"""Items 1 to 8 are yes (agree) or no; item 9, how bothersome, is a choice."""
PSYCHOSOCIAL: Final = ITEMS[4:]
BOTHERSOME: Final = frozenset(("very_much", "extremely"))
ASKED: Final = "startback_asked"
"""The rulebook's definition of those who are asked."""
GROUPS: Final = ("low", "medium", "high")


def groups(known: Known) -> tuple[str, ...]:
    """The risk groups that the answers leave possible, the lowest first; empty if no item is answered.

    Args:
        known: The answers given one by one: what follows from a closed gate is no answer to the tool.

    >>> groups({"startback_1": True})
    ('low', 'medium', 'high')
    >>> groups({**dict.fromkeys(ITEMS[:8], False), "startback_9": "extremely"})
    ('low',)
    """
    if not any(item in known for item in ITEMS):
        return ()
    physical = _range(known, ITEMS[:4])
    psychosocial = _range(known, PSYCHOSOCIAL)
    possible = {group(p + q, q) for p in physical for q in psychosocial}
    return tuple(name for name in GROUPS if name in possible)


def told_group(profile: Profile) -> str:
    """The one risk group that the answers leave of a person who is asked them; empty where there is none."""
    found, asked = groups(profile.given), profile.rulebook.definitions.get(ASKED)
    return found[0] if len(found) == 1 and asked is not None and asked.holds(profile.known) is True else ""


def group(total: int, psychosocial: int) -> str:
    """The risk group for a total of positive items (0 to 9), ``psychosocial`` of them among items 5 to 9."""
    if psychosocial >= 4:
        return "high"
    return "low" if total <= 3 else "medium"


def _range(known: Known, items: Iterable[str]) -> range:
    """How many of some items can be positive."""
    answers = [known.get(item) for item in items]
    positive = sum(answer is True or answer in BOTHERSOME for answer in answers)
    return range(positive, positive + answers.count(None) + 1)
