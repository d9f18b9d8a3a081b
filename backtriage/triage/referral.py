"""Whom to see, by when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..rulebook.rules import Rule, Urgency, Urgent
from ..rulebook.texts import Whom, listed
from .disposition import Disposition
from .next_step import Referral


def referral(to: Disposition, group: str) -> Referral | None:
    """Whom to see, by when: as the level says, or the rules that speak for it. Self-care refers to nobody but those
    whose STarT Back group is to see somebody.

    Args:
        to: How soon, and by which rules.
        group: The person's STarT Back group; empty for none.
    """
    messages, level = to.profile.rulebook.messages, to.level
    by_level = messages.whom(level, ring_only=to.ring_only)
    by_rules = (by_level,) if to.ring_only else tuple(_by_rules(to, by_level))
    by_group = messages.whom_of_group(group) if level <= Urgency.ROUTINE else ()
    sees = (*by_rules, *by_group)
    if level is Urgency.SELF_CARE and not sees:
        return None
    return Referral(
        level=level,
        parts=listed(whom.filled(to.region.filled) for whom in sees or (by_level,)),
        by=messages.levels[max(level, Urgency.ROUTINE)].by,
        because=to.because,
        mention=tuple([rule for rule in to.fired if rule.effect.level.rank < level.rank]),
    )


def _by_rules(to: Disposition, by_level: Whom) -> Iterator[Whom]:
    """Whom some rules say to see, beside or in place of whom the level names; in a crisis, for that first. What an
    overlay says comes after all of it."""
    crisis_first = sorted(to.own, key=lambda rule: not rule.effect.locked)
    sees = tuple(whom_of(crisis_first))
    yield from sees
    named = any(see.words == by_level.words for see in sees)
    if (len(sees) < len(to.own) and not named) or (to.added and not to.own):
        yield by_level
    yield from whom_of(to.added)


def whom_of(rules: Iterable[Rule[Urgent]]) -> Iterator[Whom]:
    """Whom the rules that name somebody say to see."""
    for rule in rules:
        if rule.effect.see:
            notes = (rule.effect.see_note,) if rule.effect.see_note else ()
            yield Whom(f"rules.{rule.id}.see", rule.effect.see, notes=notes)
