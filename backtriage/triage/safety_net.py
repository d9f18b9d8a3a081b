"""The signs to watch for, as they are for one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ..rulebook.rules import Urgency, Urgent
from ..rulebook.texts import ListText

if TYPE_CHECKING:
    from .profile import Profile


def safety_net(profile: Profile) -> tuple[ListText, ...]:
    """Headings with their signs. A sign that a rule would call an emergency in this person stands with the
    emergency's."""
    first, *others = profile.rulebook.messages.watch_for
    worse = [sign for text in others for sign in text.items if _is_emergency(profile, sign)]
    kept = [attrs.evolve(text, items=tuple([sign for sign in text.items if sign not in worse])) for text in others]
    return attrs.evolve(first, items=(*first.items, *worse)), *[text for text in kept if text.items]


def _is_emergency(profile: Profile, sign: str) -> bool:
    """Whether one of the findings that a sign stands for would make an emergency of what is known."""
    book = profile.rulebook
    implied = book.vocabulary.implied
    for finding in book.messages.signs.get(sign, ()):
        present = frozenset({finding, *implied.get(finding, ())})
        known = {**profile.known, **dict.fromkeys(present, True)}
        for rule in book.rules:  # the worst first
            if not isinstance(rule.effect, Urgent) or rule.effect.level is not Urgency.EMERGENCY:
                break
            if not present.isdisjoint(rule.findings) and rule.when.holds(known) is True:
                return True
    return False
