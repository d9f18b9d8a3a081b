"""A rulebook with one thing changed, and how it assesses somebody."""

from __future__ import annotations

from typing import Literal

import attrs

from ..assessment import Assessment
from ..rulebook.book import RuleBook
from ..rulebook.rules import AnyRule, worst_first
from ..triage import fast
from ..triage.decision import decide
from ..triage.profile import Profile
from ..triage.verdicts import Verdicts


@attrs.frozen(kw_only=True)
class Mutant:
    """A rulebook in which one rule differs in one thing. As it stands it need not load.

    Attributes:
        original: The rule that was changed.
        rule: The changed rule.
        kind: What was changed: its ``condition`` or its ``effect``.
        change: What was changed, in words.
        base: The rulebook of the original.
    """

    original: AnyRule
    rule: AnyRule
    kind: Literal["condition", "effect"]
    change: str
    base: RuleBook

    @property
    def rulebook(self) -> RuleBook:
        """The mutated rulebook."""
        rules = [self.rule if one is self.original else one for one in self.base.rules]
        return attrs.evolve(self.base, rules=tuple(sorted(rules, key=worst_first)))

    def __str__(self) -> str:
        return f"{self.original.id}: {self.change}"


def assessed(book: RuleBook, profile: Profile) -> Assessment:
    """The assessment by a mutated rulebook, which no engine is built for."""
    known = profile.known
    truths = [(rule, rule.when.holds(known)) for rule in book.rules]
    fired = tuple([rule for rule, truth in truths if truth])
    open_ = tuple([rule for rule, truth in truths if truth is None])
    person = Profile(profile.to_dict(), rulebook=book)
    return decide(person, Verdicts(fired, open_), engine="reference", region="", made=Assessment, by=fast.conclusions)
