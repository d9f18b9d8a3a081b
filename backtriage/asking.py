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
    """

    def __init__(self, profile: Profile) -> None:
        self._known = profile.known
        self._not_sure = profile.not_sure
        self._vocabulary = profile.rulebook.vocabulary
        self._of_finding: dict[str, frozenset[str]] = {}
        self._of_rule: dict[AnyRule, frozenset[str]] = {}
        self._of_groups: dict[int, tuple[tuple[AnyRule, ...], frozenset[str]]] = {}
        self._in_order: dict[frozenset[str], tuple[str, ...]] = {}

    def questions(
        self, at_least: Urgency, open_urgency: Sequence[Rule[Urgent]], withheld: Sequence[Withheld]
    ) -> tuple[OpenQuestion, ...]:
        """The questions whose answers could raise the urgency or free an exercise, the worst first, then in the order of asking."""
        reach: dict[str, Urgency] = {}
        for rule in open_urgency:
            if rule.effect.level > at_least:
                for id_ in self.of_rule(rule):
                    reach.setdefault(id_, rule.effect.level)
        waiting: dict[tuple[str, ...], list[str]] = {}
        for entry in withheld:
            waiting.setdefault(entry.waits_for, []).append(entry.exercise.id)
        decides: dict[str, list[str]] = {}
        for ids, exercises in waiting.items():
            for id_ in ids:
                decides.setdefault(id_, []).extend(exercises)
        asked = [
            OpenQuestion(question=question, could_reach=reach.get(id_), decides=tuple(decides.get(id_, ())))
            for id_, question in self._vocabulary.questions.items()
            if id_ in reach or id_ in decides
        ]
        return tuple(sorted(asked, key=lambda entry: -entry.could_reach.rank if entry.could_reach else 0))

    def of_rules(self, *groups: tuple[AnyRule, ...]) -> tuple[str, ...]:
        """Ids of the questions that could decide some open rules, in the order of asking."""
        found = _NONE.union(*[self._of_group(group) for group in groups])
        if found not in self._in_order:
            self._in_order[found] = tuple([id_ for id_ in self._vocabulary.asking_order if id_ in found])
        return self._in_order[found]

    def _of_group(self, rules: tuple[AnyRule, ...]) -> frozenset[str]:
        """Many exercises share one group of rules, so its questions are kept; the group itself is kept, to keep its ``id``."""
        kept = self._of_groups.get(id(rules))
        if kept is None:
            kept = self._of_groups[id(rules)] = (rules, _NONE.union(*[self.of_rule(rule) for rule in rules]))
        return kept[1]

    def of_rule(self, rule: AnyRule) -> frozenset[str]:
        """Ids of the questions that could decide an open rule."""
        found = self._of_rule.get(rule)
        if found is None:
            untouched = self._known.keys().isdisjoint(rule.findings)
            findings = rule.findings if untouched else rule.when.waits_for(self._known)
            found = self._of_rule[rule] = _NONE.union(*[self._for(finding) for finding in findings])
        return found

    def _for(self, finding: str) -> frozenset[str]:
        """The questions to ask now for an unknown finding: its own, or first those of a gate that is unknown."""
        found = self._of_finding.get(finding)
        if found is None:
            found = self._of_finding[finding] = self._of_gates(finding) or self._own(finding)
        return found

    def _own(self, finding: str) -> frozenset[str]:
        return _NONE if finding in self._not_sure else frozenset((self._vocabulary.question_of[finding],))

    def _of_gates(self, finding: str) -> frozenset[str]:
        for gate in self._vocabulary.gates_of(finding):
            first = _NONE.union(*[self._for(unknown) for unknown in gate.waits_for(self._known)])
            if first:
                return first
        return _NONE


_NONE: frozenset[str] = frozenset()
