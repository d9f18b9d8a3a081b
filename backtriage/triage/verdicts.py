"""What an engine finds: the rules that fired and the rules that are open, by what they do."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any, Final

import attrs

from ..rulebook.rules import Advise, AnyRule, Caution, Exclude, Limited, Offer, Routine, Rule, Stop, Urgent


@attrs.frozen
class ByEffect:
    """Some rules, by what they do; the worst urgency first, otherwise in the rulebook's order."""

    urgency: tuple[Rule[Urgent], ...] = ()
    exclude: tuple[Rule[Exclude], ...] = ()
    offer: tuple[Rule[Offer], ...] = ()
    limit: tuple[Rule[Limited], ...] = ()
    caution: tuple[Rule[Caution], ...] = ()
    advise: tuple[Rule[Advise], ...] = ()
    stop: tuple[Rule[Stop], ...] = ()
    routine: tuple[Rule[Routine], ...] = ()

    @classmethod
    def of(cls, rules: Iterable[AnyRule]) -> ByEffect:
        """Some rules, in the rulebook's order, by what they do."""
        kinds: dict[str, list[Any]] = {kind: [] for kind in _KINDS}
        for rule in rules:
            kinds[rule.effect.kind].append(rule)
        return cls(*map(tuple, kinds.values()))


class Runs:
    """The rules of a rulebook by what they do, quickly: neighbours mostly do the same kind of thing."""

    def __init__(self, rules: Sequence[AnyRule]) -> None:
        kinds = [rule.effect.kind for rule in rules]
        self._runs = [(n, kind) for n, kind in enumerate(kinds) if n == 0 or kind != kinds[n - 1]]

    def by_effect(self, numbers: Sequence[int], rules: tuple[AnyRule, ...]) -> ByEffect:
        """Some of the rules, given with their numbers in the rulebook's order, by what they do."""
        kinds: dict[str, Any] = dict.fromkeys(_KINDS, ())
        end = len(numbers)
        for first, kind in reversed(self._runs):
            begin = bisect_left(numbers, first, hi=end)
            if begin < end:
                kinds[kind] = rules[begin:end] + kinds[kind]
                end = begin
        return ByEffect(*kinds.values())


_KINDS: Final = tuple(field.name for field in attrs.fields(ByEffect))


@attrs.frozen
class Verdicts:
    """What an engine finds.

    Attributes:
        fired: The rules whose condition is true, in the rulebook's order.
        open: The rules whose condition is unknown, in the rulebook's order.
        by_effect: Both, by what they do.
    """

    fired: tuple[AnyRule, ...]
    open: tuple[AnyRule, ...]
    by_effect: tuple[ByEffect, ByEffect] = attrs.field(eq=False, repr=False)

    @by_effect.default
    def _by_effect(self) -> tuple[ByEffect, ByEffect]:
        return ByEffect.of(self.fired), ByEffect.of(self.open)
