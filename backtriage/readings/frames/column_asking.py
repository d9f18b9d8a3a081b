"""Whether a question is left that matters, as columns, row by row.

It is what :class:`backtriage.triage.open_questions.Asking` says of one profile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from ...findings.conditions import AllOf, AnyOf, AtLeast, Atom, Condition
from ...findings.vocabulary import Vocabulary
from ...rulebook.rules import Rule, Urgency, Urgent
from ...triage.worth_deciding import can_become, left_open, worth_deciding
from .columns import LOGIC, Bit, Stages, every, inverse, some
from .known_columns import KnownColumns

Stuck: TypeAlias = Callable[[str], Bit]
"""Whether a finding stays unknown, once it is."""


class ColumnAsking:
    """What can still be asked in each row: a finding that has a column and is unknown was answered "not sure".

    Args:
        known: What is known in each row.
        stages: The frame.
        words: The findings.
        rules: The urgency rules.
    """

    def __init__(self, known: KnownColumns, stages: Stages, words: Vocabulary, rules: Sequence[Rule[Urgent]]) -> None:
        self._known = known
        self._words = words
        self._askable = {rule: bit for rule in rules if (bit := self._can_decide(rule.when)) is not False}
        self._stuck: dict[str, Bit] = {}
        self._left: dict[Urgency, Bit] = {}
        if self._askable:
            findings = dict.fromkeys(id_ for rule in rules for id_ in sorted(rule.findings) if id_ in known.given)
            stuck = {id_: inverse(self._can_close_a_gate(id_)) for id_ in findings}
            self._stuck = {id_: stages.put_bit(f"stuck__{id_}", bit) for id_, bit in stuck.items()}
            stages.end()
            left = left_open(rules, self._stays_open, LOGIC)
            self._left = {level: stages.put_bit(f"left__{level}", bit) for level, bit in left.items()}
            stages.end()

    def asks(self, rules: Iterable[Rule[Urgent]]) -> Bit:
        """Whether a question is left that could decide one of some urgency rules that is worth deciding."""
        return some([every([self._askable[rule], self._worth(rule)]) for rule in rules if rule in self._askable])

    def _worth(self, rule: Rule[Urgent]) -> Bit:
        return worth_deciding(rule, self._can_become(rule.when, True, self._stays), self._left, LOGIC)

    def _stays_open(self, rule: Rule[Urgent]) -> Bit:
        can_be_spared = self._can_become(rule.when, False, self._stays)
        return every([inverse(self._known.truths(rule.when).sure), inverse(can_be_spared)])

    def _stays(self, finding: str) -> Bit:
        return self._stuck.get(finding, False)

    def _can_decide(self, condition: Condition) -> Bit:
        """Whether it is open, and a question that has not been answered "not sure" could decide it."""
        if isinstance(condition, AllOf | AnyOf | AtLeast):
            terms = some([self._can_decide(term) for term in condition.terms])
            return False if terms is False else every([self._known.truths(condition).unknown, terms])
        return self._can_be_asked(condition.finding)

    def _can_be_asked(self, finding: str) -> Bit:
        """Whether a finding is unknown, and it can be asked, or what could close a gate before it."""
        way = self._can_close_a_gate(finding) if finding in self._known.given else True
        return False if way is False else every([self._known.unknown(finding), way])

    def _can_close_a_gate(self, finding: str) -> Bit:
        gates = self._words.gates_of(finding)
        return some([every([self._can_decide(gate), self._can_become(gate, False, self._unsure)]) for gate in gates])

    def _unsure(self, finding: str) -> Bit:
        return finding in self._known.given

    def _can_become(self, condition: Condition, truth: bool, stuck: Stuck) -> Bit:
        def leaf(atom: Atom, truth: bool) -> Bit:
            truths, stays = self._known.truths(atom), stuck(atom.finding)
            if truth:
                return truths.may if stays is False else some([truths.sure, every([truths.may, inverse(stays)])])
            return inverse(every([truths.may, some([truths.sure, stays])]))

        return can_become(condition, truth, leaf, LOGIC)
