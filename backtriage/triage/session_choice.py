"""What one session holds: a walk, and the moves of the routines that fit, within the limits."""

from __future__ import annotations

from collections.abc import Sequence

from ..rulebook.doses import session_cap
from ..rulebook.rules import Limited, Routine, Rule
from .outcome import Allowed

ENOUGH_MOVES = 3
"""A session of so many set moves is not filled up from further routines."""


def low_impact_first(entry: Allowed) -> tuple[bool, bool]:
    """Low impact before higher, and walking before all."""
    return not entry.exercise.low_impact, "walk" not in entry.exercise.tags


def chosen(
    routines: Sequence[Rule[Routine]], limits: Sequence[Rule[Limited]], allowed: Sequence[Allowed]
) -> tuple[Rule[Routine] | None, tuple[Allowed, ...]]:
    """A walk, and the first fitting routine's moves that are allowed, within the session's limits; low impact first.

    Where they are few, the next fitting routines follow. Moves measured in minutes come on top: the limits are for set
    moves. One that goes on from another counts as one with it.
    """
    entries = {entry.exercise.id: entry for entry in allowed}
    caps = [rule.effect.limit for rule in limits]
    seconds = 60 * session_cap(caps, "session_minutes", otherwise=24 * 60)
    moves = session_cap(caps, "session_moves", otherwise=len(entries))
    chosen = {id_: entry for id_, entry in entries.items() if "walk" in entry.exercise.tags}
    first: Rule[Routine] | None = None
    set_moves = 0
    fitting = [(rule, rule.effect.exercises) for rule in routines]
    for rule, ids in (*fitting, (None, tuple(entries))):  # what no routine names comes last
        if set_moves >= ENOUGH_MOVES:
            break
        for id_ in ids:
            entry = entries.get(id_)
            if entry is None or id_ in chosen:
                continue
            if entry.dose.repetitions is not None:
                counts = entry.exercise.continues not in chosen
                if set_moves + counts > moves or entry.dose.session_seconds > seconds:
                    continue
                set_moves += counts
                seconds -= entry.dose.session_seconds
            chosen[id_] = entry
            first = first or rule
    return first, tuple(sorted(chosen.values(), key=low_impact_first))
