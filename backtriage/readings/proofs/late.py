"""What is absent only by silence or behind a closed gate, and what is absent only because of that.

What a late absence excludes comes after the gates: it closes none of them any more. So the door is told apart from what
is known in the end, for the findings where that matters: those that a gate asks for, and what they imply.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ...findings.conditions import Condition
from ...rulebook.book import RuleBook
from .solving import Formula, both, no, some, z3


class People(Protocol):
    """What has to be known of everybody."""

    book: RuleBook

    def mark(self, finding: str, what: str) -> Formula:
        """Something else that may be true of a finding."""

    def absent(self, finding: str) -> Formula:
        """A yes/no finding is known to be absent."""

    def said(self, finding: str) -> Formula:
        """A finding is present, or answered."""

    def truth(self, condition: Condition, value: bool) -> Formula:
        """The condition is known to have this truth value."""


class Late:
    """The findings of a rulebook that may be absent late, and what is true of them.

    Args:
        people: Every profile.

    Attributes:
        unsaid: For each of them: nobody said that it is absent, and nothing that was said before the gates excludes it.
    """

    def __init__(self, people: People) -> None:
        self._people, self._words = people, people.book.vocabulary
        asked = {atom.finding for gate, _ in self._words.gates for atom in gate.atoms()}
        slow = {id_ for id_, implied in self._words.implied.items() if any(map(self._may_be_silent, implied))}
        about = {id_ for id_ in slow & asked for id_ in (id_, *self._words.implied[id_])}
        findings = self._words.findings
        # What is reported, and what silence about it would answer in a doubt, would need more: then nothing is claimed.
        self._doubtful = {
            id_
            for id_ in about
            if (findings[id_].reported and id_ in slow)
            or any(
                findings[other].reported and findings[other].red_flag and id_ in heard
                for other, heard in self._words.heard_through.items()
            )
        }
        self.unsaid = {id_: people.mark(id_, "unsaid") for id_ in sorted(about)}
        self._slow = [id_ for id_ in sorted(slow & asked) if not findings[id_].reported]

    def claimed(self, gate: Condition) -> bool:
        """Whether something is claimed of what is behind a gate when it is closed."""
        asked = {atom.finding for atom in gate.atoms()}
        near = asked.union(*(self._words.implied.get(id_, ()) for id_ in asked & self.unsaid.keys()))
        return asked.isdisjoint(self.unsaid) or near.isdisjoint(self._doubtful)

    def shut(self, gate: Condition) -> Formula:
        """A gate is closed: by what is known before what is excluded late."""
        formula = self._people.truth(gate, False)
        asked = {atom.finding for atom in gate.atoms()}
        late = [id_ for id_ in self._slow if id_ in asked]
        if not late or not self.claimed(gate):
            return formula
        absent = self._people.absent
        return z3.substitute(formula, *[(absent(id_), both(absent(id_), no(self._is_late(id_)))) for id_ in late])

    def rules(self, finding: str) -> Iterator[Formula]:
        """What is true of a finding that is absent late."""
        if finding not in self.unsaid:
            return
        unsaid, absent = self.unsaid[finding], self._people.absent
        implied = [id_ for id_ in self._words.implied.get(finding, ()) if id_ in self.unsaid]
        yield z3.Implies(unsaid, absent(finding))
        yield z3.Implies(unsaid, some([self._silent(finding), *map(self._silent, implied)]))
        for id_ in implied:
            yield z3.Implies(both(unsaid, absent(id_)), self.unsaid[id_])

    def _may_be_silent(self, finding: str) -> bool:
        return self._words.findings[finding].reported or bool(self._words.gates_of(finding))

    def _is_late(self, finding: str) -> Formula:
        return both(self.unsaid[finding], no(some(map(self.shut, self._words.gates_of(finding)))))

    def _silent(self, finding: str) -> Formula:
        """Nobody said it, and silence or a closed gate answers it."""
        heard = [self._people.said(id_) for id_, others in self._words.heard_through.items() if finding in others]
        closed = some(map(self.shut, self._words.gates_of(finding)))
        silence = no(some(heard)) if self._words.findings[finding].reported else some([])
        return both(self.unsaid[finding], some([silence, closed]))
