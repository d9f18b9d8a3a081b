"""The signs to watch for, as they are for one person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..findings.frozen import frozen
from ..rulebook.messages import SIGNS
from ..rulebook.rules import Urgency, Urgent

if TYPE_CHECKING:
    from .profile import Profile


def safety_net(profile: Profile) -> Mapping[str, str]:
    """Heading to signs. A sign that a rule would call an emergency in this person stands with the emergency's."""
    groups = {heading: text.split(SIGNS) for heading, text in profile.rulebook.messages.safety_net.items()}
    first, *others = groups
    for heading in others:
        worse = [sign for sign in groups[heading] if _is_emergency(profile, sign)]
        groups[first] += worse
        groups[heading] = [sign for sign in groups[heading] if sign not in worse]
    return frozen({heading: SIGNS.join(signs) for heading, signs in groups.items() if signs})


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
