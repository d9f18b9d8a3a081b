"""The same person before two doors: what they answer is one, what follows from it may not be.

Where both doors draw the same conclusions about the findings they share, what is known there is one as well. Where an
implication, a gate or the range of an answer differs, what is said and what each door makes of it are told apart:
whatever is known was said, or follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ...findings.finding import Number
from .assessed import Assessed
from .people import People
from .solving import Formula, both, no, some, z3

if TYPE_CHECKING:
    from ...findings.vocabulary import Vocabulary
    from ...rulebook.book import RuleBook


class Pair:
    """One person, as two rulebooks assess them.

    Args:
        old: The rulebook before.
        new: The rulebook after.

    Attributes:
        before: The person in the old rulebook.
        after: The person in the new one.
        always: What makes them one person.
    """

    def __init__(self, old: RuleBook, new: RuleBook) -> None:
        self._one_door = _concludes(old.vocabulary, new.vocabulary) == _concludes(new.vocabulary, old.vocabulary)
        self._said = People(old, "said ")
        self._shared = old.vocabulary.findings.keys() & new.vocabulary.findings.keys()
        self.before = Assessed(old, reading="old ")
        self.after = Assessed(new, "" if self._one_door else "new ", reading="new ")
        self.always = () if self._one_door else tuple(self._one_person())

    def answers(self, model: Any) -> tuple[dict[str, object], ...]:
        """The answers that a model gives, before each door."""
        return tuple(self._heard(people, model) for people in (self.before, self.after))

    def _heard(self, people: Assessed, model: Any) -> dict[str, object]:
        own = people.answers(model)
        if self._one_door:
            return own
        said = self._said.answers(model)
        unsure = {id_ for id_ in self._shared if z3.is_true(model[_not_sure(id_)])}
        unsure.update(id_ for id_ in own.pop("not_sure", ()) if id_ not in self._shared)  # type: ignore[attr-defined]
        apart = {id_: value for id_, value in own.items() if id_ not in self._shared}
        shared = {id_: value for id_, value in said.items() if id_ in self._shared}
        return {**apart, **shared, "not_sure": sorted(unsure)}

    def _one_person(self) -> Iterator[Formula]:
        for id_ in sorted(self._shared):
            yield no(z3.And(_not_sure(id_), some(self._said.answered(id_).values())))
            for people in (self.before, self.after):
                yield from self._said_or_follows(id_, people)

    def _said_or_follows(self, finding: str, people: Assessed) -> Iterator[Formula]:
        """What one door makes of the answer to a finding."""
        said, known = self._said.answered(finding), people.answered(finding)
        flag = people.book.vocabulary.findings[finding].red_flag
        aside = some([]) if flag else people.closed(finding)  # what does not count behind a closed gate
        yield from (no(said[what]) for what in said.keys() - known.keys())  # that door would not let it in
        says = people.book.vocabulary.says.get(finding, ())
        yield from (z3.Implies(self._said.said(finding), people.present(other)) for other in says)
        for what, is_known in known.items():
            is_said = said.get(what, some([]))
            yield z3.Implies(is_said, some([is_known, aside]))
            yield z3.Implies(is_known, some([is_said, *_follows(finding, what, people)]))
        if finding in people.late.unsaid:
            yield no(z3.And(people.late.unsaid[finding], said.get("absent", some([]))))
        if _silent(people, finding):
            yield z3.Or(_not_sure(finding), people.known(finding))
        mine, theirs = self._said.book.vocabulary.findings[finding], people.book.vocabulary.findings[finding]
        if isinstance(mine, Number) and isinstance(theirs, Number):
            step, other = Fraction(mine.step), Fraction(theirs.step)
            factor, by = step * other.denominator * step.denominator, other * other.denominator * step.denominator
            equal = self._said.steps(finding) * int(factor) == people.steps(finding) * int(by)
            yield z3.Implies(said["known"], equal)


def _not_sure(finding: str) -> Formula:
    return z3.Bool(f"said {finding}:not sure")


def _silent(people: Assessed, finding: str) -> bool:
    """Whether silence about a finding is an answer."""
    return people.book.vocabulary.findings[finding].reported


def _follows(finding: str, what: str, people: Assessed) -> Iterator[Formula]:
    """From what a door concludes that a finding is present or absent."""
    words = people.book.vocabulary
    if what == "present":
        yield from (people.said(id_) for id_ in words.findings if finding in words.says.get(id_, ()))
    elif what == "absent" and finding in (unsaid := people.late.unsaid):
        yield unsaid[finding]
        implied = words.implied.get(finding, ())
        yield from (both(people.absent(id_), no(unsaid[id_])) for id_ in implied if id_ in unsaid)
    elif what == "absent":
        yield from (people.absent(id_) for id_ in words.implied.get(finding, ()))
        yield people.closed(finding)
        if _silent(people, finding):
            yield no(_not_sure(finding))


def _concludes(words: Vocabulary, other: Vocabulary) -> Mapping[str, object]:
    """All that decides which answers a door lets in to the findings it shares with another, and what follows."""
    shared = words.findings.keys() & other.findings.keys()
    found: dict[str, object] = {}
    for id_, finding in words.findings.items():
        implied = frozenset(words.says.get(id_, ()))
        if id_ in shared:
            names = ("minimum", "maximum", "step", "at_most", "options", "reported")
            domain = [getattr(finding, name, None) for name in names]
            found[id_] = finding.kind, implied, words.gates_of(id_), domain
        elif implied & shared:
            found[id_] = implied
    return found
