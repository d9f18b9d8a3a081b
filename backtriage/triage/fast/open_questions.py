"""Which questions still matter: what each could decide, and how urgent its answer could make things.

Sets of findings and of questions are ``int`` here, one bit each, the questions in the order of asking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import attrs

from ...findings.conditions import Condition
from ...rulebook.rules import EXERCISE_EFFECTS, AnyRule, Rule, Urgency, Urgent
from ..next_step import OpenQuestion
from ..open_questions import can_be, leaf
from ..verdicts import ByEffect
from ..worth_deciding import PLAIN, Leaf, can_become, left_open, worth_deciding

if TYPE_CHECKING:
    from ...findings.vocabulary import Vocabulary
    from ...rulebook.book import RuleBook
    from ..profile import Profile


T = TypeVar("T")


class _once(Generic[T]):  # noqa: N801 - a decorator
    """A property that is worked out once; :func:`functools.cached_property` takes a lock for it up to Python 3.11."""

    def __init__(self, work_out: Callable[[Any], T]) -> None:
        self._work_out = work_out

    def __get__(self, instance: Any, _owner: type) -> T:
        found = self._work_out(instance)
        instance.__dict__[self._work_out.__name__] = found  # which is found first from now on
        return found


class Asking:
    """The open questions of one profile.

    A question behind a gate that is itself unknown waits for the gate's question, unless that one was answered "not
    sure"; a finding that was answered "not sure" is not asked again, and neither is what matters no more without it.

    Args:
        profile: What is known.
        open_urgency: The open urgency rules, worst first.

    Attributes:
        book: The rulebook.
    """

    def __init__(self, profile: Profile, open_urgency: Sequence[Rule[Urgent]]) -> None:
        self.book = profile.rulebook
        self._profile = profile
        self._open_urgency = open_urgency
        self._sets = _sets(profile.rulebook)
        self._opening: dict[_Gate, int] = {}
        self._of_nested: dict[AnyRule, int] = {}

    def questions(self, at_least: Urgency, freeing: int) -> tuple[OpenQuestion, ...]:
        """The questions that could raise the urgency or free an exercise, the worst first, then in the order of asking.

        Args:
            at_least: The worst level that is certain.
            freeing: The questions that could free an exercise.
        """
        asked: list[OpenQuestion] = []
        seen = 0
        if self._open_urgency and self._open_urgency[0].effect.level > at_least:
            for level in _WORST_FIRST[: len(Urgency) - 1 - at_least.rank]:
                none, gentle, normal = self._findings[level.rank]
                questions = self._questions(none | gentle | normal)
                asked += self._entries(questions & ~seen, level)
                seen |= questions
        return (*asked, *self._entries(freeing & ~seen, None))

    def stopping(self) -> tuple[int, int]:
        """The questions that could decide the open urgency rules that would stop an exercise outside the core set, and
        those that would stop one inside it."""
        outside = inside = 0
        for none, gentle, _ in self._findings:
            inside |= none
            outside |= none | gentle
        if self._stuck:
            for_good = {rule.effect.exercise for rule in self._open_urgency if not self._can_be(rule, spared=True)}
            outside = 0 if for_good - {"normal"} else outside
            inside = 0 if "none" in for_good else inside
        return self._questions(outside), self._questions(inside)

    def of_rules(self, rules: Iterable[AnyRule]) -> int:
        """The questions that could free an exercise of some open rules: of all that forbid it, or for lack of one that
        offers it."""
        if self._stuck and not self._can_free(rules):
            return 0
        findings, of_rule, unknown = 0, self._sets.of_rule, self._unknown
        for rule in rules:
            own = of_rule[rule]
            findings |= own if rule.flat or own == own & unknown else self._nested(rule)
        return self._questions(findings)

    def ids(self, questions: int) -> tuple[str, ...]:
        """Ids of some questions, in the order of asking."""
        return self._sets.ids(questions)

    def _entries(self, questions: int, level: Urgency | None) -> list[OpenQuestion]:
        return [_open_question(self.book.vocabulary, id_, level) for id_ in self.ids(questions)]

    @_once
    def _findings(self) -> list[list[int]]:
        """The findings that could decide the open urgency rules: one set a level, by its rank, and exercise effect."""
        effects, cells, unknown = len(EXERCISE_EFFECTS), self._sets.cells, self._unknown
        of_cell = [0] * (effects * len(Urgency))
        for rule in self._worth_deciding() if self._stuck else self._open_urgency:
            cell, own, flat = cells[rule]
            of_cell[cell] |= own if flat or own == own & unknown else self._nested(rule)
        return [of_cell[first : first + effects] for first in range(0, len(of_cell), effects)]

    def _worth_deciding(self) -> list[Rule[Urgent]]:
        """The open urgency rules that can still fire, and those without which less would be possible."""
        rules = self._open_urgency
        left = left_open(rules, lambda rule: not self._can_be(rule, spared=True), PLAIN)
        return [rule for rule in rules if worth_deciding(rule, self._can_be(rule, spared=False), left, PLAIN)]

    def _can_free(self, rules: Iterable[AnyRule]) -> bool:
        offers = [rule for rule in rules if rule.effect.kind == "offer"]
        others = [rule for rule in rules if rule.effect.kind != "offer"]
        offered = not offers or any(self._can_be(rule, spared=False) for rule in offers)
        return offered and all(self._can_be(rule, spared=True) for rule in others)

    def _can_be(self, rule: AnyRule, *, spared: bool) -> bool:
        """Whether answers to what can be asked could spare an open rule, or make it fire."""
        return can_become(rule.when, not spared, self._leaf, PLAIN)

    @_once
    def _leaf(self) -> Leaf[bool]:
        return leaf(self._profile.known, self._stuck)

    @_once
    def _stuck(self) -> frozenset[str]:
        """The findings that stay unknown: answered "not sure", and no gate is left that could close before them."""
        sets = self._sets
        unknown = self._profile.not_sure - self._profile.known.keys()
        return frozenset(finding for finding in unknown if not self._questions(sets.of((finding,))))

    def _nested(self, rule: AnyRule) -> int:
        """The findings that can decide an open rule whose condition is not flat and of which something is known.

        Every unknown finding of a flat condition can still decide it, and so can every one of which nothing is known.
        """
        if rule not in self._of_nested:
            self._of_nested[rule] = self._sets.of(rule.when.waits_for(self._profile.known))
        return self._of_nested[rule]

    @_once
    def _unknown(self) -> int:
        return ~self._sets.of(self._profile.known)

    @_once
    def _not_sure(self) -> int:
        return self._sets.of(self._profile.not_sure)

    def _questions(self, findings: int) -> int:
        """What to ask first to know those of some findings that are unknown: what could open the last gate before one,
        or the finding itself."""
        findings &= self._unknown
        questions = 0
        for gate, gated in self._sets.gates if findings & self._sets.gated else ():
            if behind := findings & gated:
                first = self._opening.get(gate)
                if first is None:
                    first = self._opening[gate] = self._to_open(gate)
                if first:
                    questions |= first
                    findings &= ~behind
        return questions | self._sets.questions(findings & ~self._not_sure)

    def _to_open(self, gate: _Gate) -> int:
        """The questions that could open a gate; none if somebody is not sure of what keeps it from closing."""
        unsure = self._profile.not_sure
        if unsure and not can_be(gate.condition, False, self._profile.known, unsure):
            return 0
        untouched = gate.findings == gate.findings & self._unknown
        known = self._profile.known
        return self._questions(gate.findings if untouched else self._sets.of(gate.condition.waits_for(known)))


@attrs.frozen(kw_only=True, eq=False)
class _Gate:
    """A gate.

    Attributes:
        condition: When it is open.
        findings: The findings that its condition mentions.
    """

    condition: Condition
    findings: int


class _Sets:
    """A rulebook's findings and questions, one bit each.

    Attributes:
        of_rule: Rule to the findings of its condition.
        cells: Urgency rule to a number for its level and exercise effect, the findings of its condition, and whether
            that is flat.
        gates: Every gate with the findings behind it; a gate before the gates it depends on.
        gated: The findings that are behind a gate.
        questions: The questions of some findings.
        ids: Ids of some questions, in the order of asking.
    """

    def __init__(self, book: RuleBook) -> None:
        words = book.vocabulary
        self._bits = {finding: 1 << number for number, finding in enumerate(words.findings)}
        self._asked = [
            (id_, 1 << number, self.of(words.questions[id_].findings)) for number, id_ in enumerate(words.asking_order)
        ]
        self.of_rule = {rule: self.of(rule.findings) for rule in book.rules}
        self.cells = {
            rule: (_cell(rule.effect), self.of_rule[rule], rule.flat) for rule in ByEffect.of(book.rules).urgency
        }
        self.gates = tuple(
            (_Gate(condition=gate, findings=self.of({atom.finding for atom in gate.atoms()})), self.of(gated))
            for gate, gated in reversed(words.gates)
        )
        self.gated = self.of({finding for _, gated in words.gates for finding in gated})
        self.questions = lru_cache(maxsize=256)(self._questions)
        self.ids = lru_cache(maxsize=256)(self._ids)

    def of(self, findings: Iterable[str]) -> int:
        """Some findings as a set."""
        bits = self._bits
        return sum([bits[finding] for finding in findings])

    def _questions(self, findings: int) -> int:
        return sum([bit for _, bit, answered in self._asked if findings & answered])

    def _ids(self, questions: int) -> tuple[str, ...]:
        return tuple([id_ for id_, bit, _ in self._asked if questions & bit])


def _cell(effect: Urgent) -> int:
    return effect.level.rank * len(EXERCISE_EFFECTS) + EXERCISE_EFFECTS.index(effect.exercise)


_sets = lru_cache(maxsize=16)(_Sets)


@lru_cache(maxsize=512)
def _open_question(vocabulary: Vocabulary, id_: str, level: Urgency | None) -> OpenQuestion:
    return OpenQuestion(question=vocabulary.questions[id_], could_reach=level)


_WORST_FIRST: Final = tuple(sorted(Urgency, reverse=True))
