"""What is proved of any rulebook about two people who differ in one answer: that it can make a difference."""

from __future__ import annotations

from collections.abc import Iterator

from ...rulebook.book import RuleBook
from ...rulebook.thresholds import thresholds
from ...triage.profile import Profile
from .assessed import Assessed
from .people import cone
from .properties import Question, Subject
from .replay import Assess, Shows
from .solving import Formula, both, some


def items_and_thresholds_matter(subject: Subject) -> Iterator[Question]:
    """For every item of a checklist, and every number a condition compares with, there are two people who differ in
    it alone, and in what a rule says of them."""
    book = subject.book
    one, other = subject.people(), subject.people("other ")

    def question(about: str, finding: str, differ: Formula, shows: Shows) -> Question:
        behind = _behind(book, finding)
        rules = [rule for rule in book.rules if not rule.findings.isdisjoint({finding, *behind})]
        near = cone(book, {finding, *behind}.union(*(rule.findings for rule in rules)))
        verdicts = [some([one.fired(r) != other.fired(r), one.spared(r) != other.spared(r)]) for r in rules]
        same = [
            one.same(id_, other) if id_ not in behind else some([one.same(id_, other), _gate_moved(one, other, id_)])
            for id_ in sorted(near - {finding})
        ]
        return Question(
            about=about,
            prover=subject.prover(one, other, about=near),
            people=(one, other),
            formulas=(differ, *same, some(verdicts)),
            found_is_good=True,
            shows=shows,
            says="no rule ever depends on it",
        )

    def shows(assess: Assess, first: Profile, second: Profile) -> str:
        left, right = assess(first), assess(second)
        return "" if (left.because, left.open) == (right.because, right.open) else "another verdict"

    for checklist in book.vocabulary.checklists.values():
        for id_ in checklist.findings:
            yield question(id_, id_, both(one.absent(id_), other.present(id_)), shows)
    for finding, low, high in sorted(set(_neighbours(book))):
        differ = both(one.is_exactly(finding, low), other.is_exactly(finding, high))
        yield question(f"{finding} {low:g}/{high:g}", finding, differ, shows)


def _behind(book: RuleBook, finding: str) -> set[str]:
    """The findings that are asked only depending on this one, directly or through others."""
    found: set[str] = set()
    while True:
        new = {
            id_
            for id_ in book.vocabulary.findings.keys() - found
            for gate in book.vocabulary.gates_of(id_)
            if any(atom.finding == finding or atom.finding in found for atom in gate.atoms())
        }
        if not new:
            return found
        found |= new


def _gate_moved(one: Assessed, other: Assessed, finding: str) -> Formula:
    gates = one.book.vocabulary.gates_of(finding)
    return some(one.truth(gate, False) != other.truth(gate, False) for gate in gates)


def _neighbours(book: RuleBook) -> Iterator[tuple[str, float, float]]:
    """The two neighbouring values between which each comparison turns; "equal" turns on both of its sides."""
    for threshold in thresholds(book):
        valid = book.vocabulary.findings[threshold.finding].problem_with
        for true in threshold.sides[0]:
            for false in threshold.sides[1]:
                if valid(true) is None and valid(false) is None:
                    yield threshold.finding, min(true, false), max(true, false)
