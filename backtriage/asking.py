"""Which questions still matter: what each could decide, and how urgent its answer could make things."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .assessment import OpenQuestion, Withheld
from .rulebook import AnyRule, Rule, Urgency, Urgent

if TYPE_CHECKING:
    from .profile import Profile


class Asking:
    """The open questions of one profile.

    A question behind a gate that is itself unknown waits for the gate's question, unless that one was answered "not sure"; a
    finding that was answered "not sure" is not asked again.

    A set of questions is an ``int`` here, one bit a question, in the order of asking.
    """

    def __init__(self, profile: Profile) -> None:
        self._known = profile.known
        self._vocabulary = profile.rulebook.vocabulary
        self._of_group: dict[int, tuple[tuple[AnyRule, ...], int]] = {}
        self._of_rule: dict[AnyRule, int] = {}
        self._of_finding = dict(self._vocabulary.question_bits)
        self._of_finding.update(dict.fromkeys(self._known, 0))
        self._of_finding.update(dict.fromkeys(profile.not_sure, 0))
        known = self._known.keys()
        for gate, gated in self._vocabulary.gates:
            if (unknown := gated.keys() - known) and (first := self._bits(gate.waits_for(self._known))):
                self._of_finding.update(dict.fromkeys(unknown, first))

    def questions(
        self, at_least: Urgency, open_urgency: Sequence[Rule[Urgent]], withheld: Sequence[Withheld]
    ) -> tuple[OpenQuestion, ...]:
        """The questions that could raise the urgency or free an exercise, the worst first, then in the order of asking."""
        reach: dict[int, int] = {}
        levels: dict[int, Urgency] = {}
        for rule in open_urgency:
            level = rule.effect.level
            if level.rank > at_least.rank:
                levels[level.rank] = level
                reach[level.rank] = reach.get(level.rank, 0) | self._of_rules((rule,))
        asked: list[OpenQuestion] = []
        seen = 0
        for rank, questions in reach.items():  # worst first, as the rules are
            asked += self._entries(questions & ~seen, levels[rank])
            seen |= questions
        freeing = {id_ for waits_for in {entry.waits_for for entry in withheld} for id_ in waits_for}
        return (*asked, *self._entries(self._vocabulary.bits(freeing) & ~seen, None))

    def _entries(self, questions: int, level: Urgency | None) -> list[OpenQuestion]:
        every = self._vocabulary.questions
        return [OpenQuestion(question=every[id_], could_reach=level) for id_ in self._vocabulary.asked(questions)]

    def of_rules(self, rules: tuple[AnyRule, ...], *, shared: tuple[AnyRule, ...] = ()) -> tuple[str, ...]:
        """Ids of the questions that could decide some open rules, in the order of asking.

        Args:
            rules: Open rules.
            shared: More open rules, of a group that many calls share: its questions are kept.
        """
        kept = self._of_group.get(id(shared))
        if kept is None:
            kept = self._of_group[id(shared)] = (shared, self._of_rules(shared))  # the group too, to keep its id
        return self._vocabulary.asked(self._of_rules(rules) | kept[1])

    def _of_rules(self, rules: tuple[AnyRule, ...]) -> int:
        questions = 0
        for rule in rules:
            bits = self._of_rule.get(rule)
            if bits is None:  # every unknown finding of a flat condition can still decide it; a nested one is asked
                untouched = rule.flat or self._known.keys().isdisjoint(rule.findings)
                findings = rule.findings if untouched else rule.when.waits_for(self._known)
                bits = self._of_rule[rule] = self._bits(findings)
            questions |= bits
        return questions

    def _bits(self, findings: frozenset[str]) -> int:
        questions = 0
        for finding in findings:
            questions |= self._of_finding[finding]
        return questions
