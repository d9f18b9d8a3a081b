"""Which questions still matter: what each could decide, and how urgent its answer could make things.

This is the specification: ``fast/open_questions.py`` is what is used, and says the same of everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from ..findings.conditions import Atom, Condition, Known
from ..rulebook.rules import AnyRule, Rule, Urgency, Urgent
from .next_step import OpenQuestion
from .worth_deciding import PLAIN, Leaf, can_become, left_open, worth_deciding

if TYPE_CHECKING:
    from .profile import Profile

Ids = frozenset[str]
NONE: Final[Ids] = frozenset()


class OpenQuestions:
    """The open questions of one profile; sets of findings and of questions are sets of their ids.

    A question behind a gate that is itself unknown waits for the gate's question, unless that one was answered "not
    sure"; a finding that was answered "not sure" is not asked again, and neither is what matters no more without it.

    Args:
        profile: What is known.
        urgency: The open urgency rules, worst first.
    """

    def __init__(self, profile: Profile, urgency: Sequence[Rule[Urgent]]) -> None:
        self.book = profile.rulebook
        self._known, self._not_sure = profile.known, profile.not_sure
        unsure = [finding for finding in profile.not_sure if finding not in profile.known]
        self._stuck = frozenset(finding for finding in unsure if not self._to_know({finding}))
        self._all = urgency
        left = left_open(urgency, lambda rule: not self._can_be(rule, spared=True), PLAIN)
        self._urgency = [
            rule for rule in urgency if worth_deciding(rule, self._can_be(rule, spared=False), left, PLAIN)
        ]

    def questions(self, at_least: Urgency, freeing: Ids) -> tuple[OpenQuestion, ...]:
        """The questions that could raise the urgency or free an exercise, the worst first, then in the order of asking.

        Args:
            at_least: The worst level that is certain.
            freeing: The questions that could free an exercise.
        """
        asked: list[tuple[str, Urgency | None]] = []
        seen = NONE
        for level in sorted(Urgency, reverse=True):
            if level > at_least:
                found = self._deciding(rule for rule in self._urgency if rule.effect.level is level)
                asked += [(id_, level) for id_ in self.ids(found - seen)]
                seen |= found
        asked += [(id_, None) for id_ in self.ids(freeing - seen)]
        questions = self.book.vocabulary.questions
        return tuple(OpenQuestion(question=questions[id_], could_reach=level) for id_, level in asked)

    def stopping(self) -> tuple[Ids, Ids]:
        """The questions that could decide the open urgency rules that would stop an exercise outside the core set, and
        those that would stop one inside it; none for what stays open for good."""
        for_good = {rule.effect.exercise for rule in self._all if not self._can_be(rule, spared=True)}
        outside = [rule for rule in self._urgency if rule.effect.exercise != "normal"]
        inside = [rule for rule in outside if rule.effect.exercise == "none"]
        return (
            NONE if for_good - {"normal"} else self._deciding(outside),
            NONE if "none" in for_good else self._deciding(inside),
        )

    def of_rules(self, rules: Iterable[AnyRule]) -> Ids:
        """The questions that could free an exercise of some open rules: of all that forbid it, or for lack of one that
        offers it."""
        rules = tuple(rules)
        offers = [rule for rule in rules if rule.effect.kind == "offer"]
        offered = not offers or any(self._can_be(rule, spared=False) for rule in offers)
        free = all(self._can_be(rule, spared=True) for rule in rules if rule.effect.kind != "offer")
        return self._deciding(rules) if offered and free else NONE

    def ids(self, questions: Ids) -> tuple[str, ...]:
        """Some questions in the order of asking."""
        return tuple(id_ for id_ in self.book.vocabulary.asking_order if id_ in questions)

    def _deciding(self, rules: Iterable[AnyRule]) -> Ids:
        return self._to_know({finding for rule in rules for finding in rule.when.waits_for(self._known)})

    def _can_be(self, rule: AnyRule, *, spared: bool) -> bool:
        """Whether answers to what can be asked could spare an open rule, or make it fire."""
        return can_be(rule.when, not spared, self._known, self._stuck)

    def _to_know(self, findings: set[str]) -> Ids:
        """What to ask first to know those of some findings that are unknown: what could open the last gate before one,
        or the finding itself."""
        vocabulary = self.book.vocabulary
        unknown = findings - self._known.keys()
        questions: set[str] = set()
        for gate, gated in reversed(vocabulary.gates):
            behind = unknown & gated.keys()
            if behind and (first := self._to_open(gate)):
                questions |= first
                unknown -= behind
        asked = vocabulary.question_of
        return frozenset(questions | {asked[id_] for id_ in unknown - self._not_sure if id_ in asked})

    def _to_open(self, gate: Condition) -> Ids:
        """The questions that could open a gate; none if somebody is not sure of what keeps it from closing."""
        if not can_be(gate, False, self._known, self._not_sure):
            return NONE
        return self._to_know(set(gate.waits_for(self._known)))


def can_be(condition: Condition, truth: bool, known: Known, stuck: Ids) -> bool:
    """Whether a condition can become true or false while some findings stay unknown; each term for itself."""
    return can_become(condition, truth, leaf(known, stuck), PLAIN)


def leaf(known: Known, stuck: Ids) -> Leaf[bool]:
    """Whether what is said of one finding can become true, or false."""

    def can_become_so(atom: Atom, truth: bool) -> bool:
        holds = atom.holds(known)
        return atom.finding not in stuck if holds is None else holds is truth

    return can_become_so
