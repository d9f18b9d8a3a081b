"""How soon a person is to be seen, and by which rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from ..rulebook.messages import Region
from ..rulebook.rules import Rule, Urgency, Urgent
from ..rulebook.texts import Text

if TYPE_CHECKING:
    from .profile import Profile


@attrs.frozen
class Disposition:
    """How soon a person is to be seen, and by which rules.

    Attributes:
        profile: What is known.
        region: Whom to ring.
        at_least: The worst level that is certain.
        could_be: The worst level that is possible.
        final: Nothing is left to ask, and the urgency is not settled.
        fired: The urgency rules that fired, worst first.
        open: The urgency rules that are open, worst first.
        level: The level to act on: what is certain, or, when nothing is left to ask, the worst that could not be ruled
            out; an emergency that nobody can confirm becomes contact with a professional the same day.
        because: The rules that fired at the level to act on; one that lies within another speaks for it.
        own: Those of them that are the rulebook's own.
        added: Those that are an overlay's: they hide none of the rulebook's words.
    """

    profile: Profile
    region: Region
    at_least: Urgency
    could_be: Urgency
    final: bool
    fired: Sequence[Rule[Urgent]]
    open: Sequence[Rule[Urgent]]
    level: Urgency = attrs.field(init=False)
    because: tuple[Rule[Urgent], ...] = attrs.field(init=False)
    own: tuple[Rule[Urgent], ...] = attrs.field(init=False)
    added: tuple[Rule[Urgent], ...] = attrs.field(init=False)

    @level.default
    def _level(self) -> Urgency:
        return max(self.at_least, min(self.could_be, Urgency.SAME_DAY)) if self.final else self.at_least

    @because.default
    def _because(self) -> tuple[Rule[Urgent], ...]:
        level = self.level
        rules = [rule for rule in self.fired if rule.effect.level is level]
        wider = {rule.within for rule in rules}
        return tuple([rule for rule in rules if rule.id not in wider])

    @own.default
    def _own(self) -> tuple[Rule[Urgent], ...]:
        added = self.profile.rulebook.added
        return tuple([rule for rule in self.because if rule.id not in added]) if added else self.because

    @added.default
    def _added(self) -> tuple[Rule[Urgent], ...]:
        added = self.profile.rulebook.added
        return tuple([rule for rule in self.because if rule.id in added]) if added else ()

    @property
    def settled(self) -> bool:
        """Whether no answer that is still open can change the urgency."""
        return self.at_least is self.could_be

    @property
    def acts_now(self) -> bool:
        """Whether what is certain comes before the next question: from the same day on it does."""
        return self.level >= Urgency.SAME_DAY

    @property
    def ring_only(self) -> bool:
        """Whether to ring and wait: one rule that says so is enough."""
        return any(rule.effect.ring_only for rule in self.fired)

    @property
    def valid_hours(self) -> int:
        """How long this stands: not at all while nothing but the next question is due."""
        certain = self.settled or self.final or self.acts_now
        return self.profile.rulebook.messages.levels[self.level].valid_hours if certain else 0

    @property
    def texts(self) -> Mapping[str, Text]:
        """The texts of the level to act on."""
        return self.profile.rulebook.messages.of_level[self.level]
