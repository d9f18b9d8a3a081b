"""Which questions still matter: what each could decide, and how urgent its answer could make things."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from .assessment import OpenQuestion, Withheld
from .rules import AnyRule, Rule, Urgency, Urgent

if TYPE_CHECKING:
    from .profile import Profile


class Asking:
    """The open questions of one profile.

    A question behind a gate that is itself unknown waits for the gate's question, unless that one was answered "not
    sure"; a finding that was answered "not sure" is not asked again.

    A set of questions is an ``int`` here, one bit a question, in the order of asking.
    """

    def __init__(self, profile: Profile) -> None:
        self.book = profile.rulebook
        self._known = profile.known
        self._vocabulary = profile.rulebook.vocabulary
        self._of_group: dict[tuple[AnyRule, ...], tuple[str, ...]] = {}
        self._of_finding = dict(self._vocabulary.question_bits)
        self._of_finding.update(dict.fromkeys(self._known, 0))
        self._of_finding.update(dict.fromkeys(profile.not_sure, 0))
        known = self._known.keys()
        for gate, gated in self._vocabulary.gates:
            if not gated.keys() <= known and (first := self._bits(gate.waits_for(self._known))):
                self._of_finding.update(dict.fromkeys(gated.keys() - known, first))

    def questions(
        self, at_least: Urgency, open_urgency: Sequence[Rule[Urgent]], withheld: Sequence[Withheld]
    ) -> tuple[OpenQuestion, ...]:
        """The questions that could raise the urgency or free an exercise, the worst first, then in the order of
        asking."""
        asked: list[OpenQuestion] = []
        seen = 0
        for level, rules in itertools.groupby(open_urgency, key=_level):  # worst first, as the rules are
            if level.rank > at_least.rank:
                questions = self._of_many(tuple(rules))
                asked += self._entries(questions & ~seen, level)
                seen |= questions
        freeing = {id_ for waits_for in {entry.waits_for for entry in withheld} for id_ in waits_for}
        return (*asked, *self._entries(self._vocabulary.bits(freeing) & ~seen, None))

    def _entries(self, questions: int, level: Urgency | None) -> list[OpenQuestion]:
        every = self._vocabulary.questions
        return [OpenQuestion(question=every[id_], could_reach=level) for id_ in self._vocabulary.asked(questions)]

    def of_rules(self, rules: tuple[AnyRule, ...]) -> tuple[str, ...]:
        """Ids of the questions that could decide some open rules, in the order of asking."""
        ids = self._of_group.get(rules)
        if ids is None:
            ids = self._of_group[rules] = self._vocabulary.asked(self._of_many(rules))
        return ids

    def _of_many(self, rules: tuple[AnyRule, ...]) -> int:
        return self._bits(_NONE.union(*[self._waits_for(rule) for rule in rules]))

    def _waits_for(self, rule: AnyRule) -> frozenset[str]:
        """The findings that can decide an open rule, and perhaps some that are known, which have no question.

        Every unknown finding of a flat condition can still decide it; a nested one is asked.
        """
        untouched = rule.flat or self._known.keys().isdisjoint(rule.findings)
        return rule.findings if untouched else rule.when.waits_for(self._known)

    def _bits(self, findings: frozenset[str]) -> int:
        questions = 0
        for finding in findings:
            questions |= self._of_finding[finding]
        return questions


def _level(rule: Rule[Urgent]) -> Urgency:
    return rule.effect.level


_NONE: Final[frozenset[str]] = frozenset()
