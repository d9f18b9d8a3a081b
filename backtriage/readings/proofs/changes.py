"""What is proved of any rulebook about two profiles: one before an answer, and one after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from ...findings.conditions import Known
from ...findings.finding import Number
from ...findings.vocabulary import is_said
from ...rulebook.book import RuleBook
from ...rulebook.doses import Dose
from ...rulebook.exercises import Exercise
from ...rulebook.rules import Urgency
from ...triage.outcome import Decision
from ...triage.profile import Profile
from .assessed import Assessed
from .properties import Question, Subject
from .replay import Assess, Shows
from .solving import Formula, Prover, both, no, some


def an_answer_never_retracts(subject: Subject) -> Iterator[Question]:
    """One person before and after any number of open questions are answered."""
    before, after = subject.people(), subject.people("after ")
    kept: list[Formula] = []
    for id_, finding in subject.book.vocabulary.findings.items():
        pairs = zip(before.states(id_), after.states(id_), strict=True)
        kept += [no(both(was, no(is_now))) for was, is_now in pairs]
        if isinstance(finding, Number):
            kept.append(some([no(before.states(id_)[0]), before.same(id_, after)]))
    prover = subject.prover(before, after, always=kept)

    def shows(assess: Assess, first: Profile, second: Profile) -> str:
        answered = all(_still(second.known, name, value) for name, value in first.known.items())
        return _retracted(assess(first), assess(second)) if answered else ""

    question = _asking(prover, before, after, shows)
    for level in Urgency:
        yield question(f"at least {level}", both(before.at_least(level), no(after.at_least(level))), _CERTAIN)
        yield question(f"could be {level}", both(after.could_be(level), no(before.could_be(level))), _POSSIBLE)
    for id_, exercise in subject.book.exercises.items():
        yield question(id_, both(before.allowed(id_), no(after.allowed(id_))), _lost(id_))
        if exercise.dose:
            allowed = both(before.allowed(id_), after.allowed(id_))
            yield question(f"{id_}: dose", both(allowed, some(_wider(exercise, before, after))), f"{id_}: ")
    for rule in before.rules.advise:
        yield question(rule.id, both(before.released(rule), no(after.released(rule))), _lost(rule.id))


def a_red_flag_never_calms(subject: Subject) -> Iterator[Question]:
    """One person, and the same with red flags turned on: from absent to unknown or present, or unknown to present.

    What follows from that turns with them: what a flag implies becomes present, and what was answered by a gate that
    is no longer closed becomes unknown. All else is the same.
    """
    return _never_calms(subject, _turned, _may_turn)


def nothing_said_calms(subject: Subject) -> Iterator[Question]:
    """One person, and the same with answers behind gates that were closed: each counts, or it changes nothing.

    What an answer says of others becomes present, and what a gate answered that is no longer closed becomes unknown.
    """
    return _never_calms(subject, _added, _may_add)


def _never_calms(
    subject: Subject,
    changed: Callable[[Assessed, Assessed, str], Formula],
    may_change: Callable[[RuleBook, str, Known, Known], bool],
) -> Iterator[Question]:
    """One person before and after a change of some findings, by formulas and by what is known."""
    before, after = subject.people(), subject.people("after ")
    book = subject.book
    always = [changed(before, after, finding) for finding in book.vocabulary.findings]
    prover = subject.prover(before, after, always=always)

    def shows(assess: Assess, first: Profile, second: Profile) -> str:
        fits = all(may_change(book, finding, first.known, second.known) for finding in book.vocabulary.findings)
        return _calmed(assess(first), assess(second)) if fits else ""

    question = _asking(prover, before, after, shows)
    for level in Urgency:
        yield question(f"at least {level}", both(before.at_least(level), no(after.at_least(level))), _CERTAIN)
        yield question(f"could be {level}", both(before.could_be(level), no(after.could_be(level))), _POSSIBLE)
    for id_, exercise in book.exercises.items():
        yield question(id_, both(after.allowed(id_), no(before.allowed(id_))), _new(id_))
        if exercise.dose:
            allowed = both(before.allowed(id_), after.allowed(id_))
            yield question(f"{id_}: dose", both(allowed, some(_wider(exercise, after, before))), f"{id_}: ")


_CERTAIN: Final = "at least "
_POSSIBLE: Final = "at most "


def _lost(id_: str) -> str:
    return f"{id_} is taken back"


def _new(id_: str) -> str:
    return f"{id_} becomes allowed"


def _asking(prover: Prover, before: Assessed, after: Assessed, shows: Shows) -> Callable[[str, Formula, str], Question]:
    """What makes a question about one person before and after, from what it is about, a formula and a word that what
    the witness shows must hold."""

    def question(about: str, formula: Formula, word: str) -> Question:
        shown = _naming(word, shows)
        return Question(about=about, prover=prover, people=(before, after), formulas=(formula,), shows=shown)

    return question


def _naming(words: str, shows: Shows) -> Shows:
    """What two profiles show, where it says what the question is about."""

    def shown(assess: Assess, *profiles: Profile) -> str:
        said = shows(assess, *profiles)
        return said if words in said else ""

    return shown


def _implying(book: RuleBook, finding: str) -> tuple[str, ...]:
    """The red flags that imply a finding."""
    words = book.vocabulary
    return tuple(id_ for id_, implied in words.implied.items() if words.findings[id_].red_flag and finding in implied)


def _turned(before: Assessed, after: Assessed, finding: str) -> Formula:
    """What a finding may be after red flags were turned on."""
    if before.book.vocabulary.findings[finding].red_flag:
        calmed = both(before.present(finding), no(after.present(finding)))
        return both(no(calmed), some([no(after.absent(finding)), before.absent(finding)]))
    flags = _implying(before.book, finding)
    followed = [both(after.present(flag), after.present(finding)) for flag in flags]
    return some([before.same(finding, after), _reopened(before, after, finding), *followed])


def _added(before: Assessed, after: Assessed, finding: str) -> Formula:
    """What a finding may be after something behind a closed gate was said."""
    saying = [after.said(id_) for id_, others in before.book.vocabulary.says.items() if finding in others]
    followed = both(after.present(finding), some(saying)) if saying else some([])
    answered = both(before.closed(finding), no(before.said(finding)), after.said(finding))
    return some([before.same(finding, after), _reopened(before, after, finding), answered, followed])


def _reopened(before: Assessed, after: Assessed, finding: str) -> Formula:
    """The gate of a finding nobody spoke of was closed and no longer is, so that it is unknown."""
    unsaid = both(before.closed(finding), no(before.said(finding)))
    return both(unsaid, no(after.closed(finding)), no(after.known(finding)))


def _wider(exercise: Exercise, before: Assessed, after: Assessed) -> Iterator[Formula]:
    return wider_dose(exercise, before, exercise, after)


def wider_dose(one: Exercise, here: Assessed, other: Exercise, there: Assessed) -> Iterator[Formula]:
    """Here a figure is greater, a rest shorter, or an option left that is not left there."""
    for figure in Dose.FIGURES:
        mine, theirs = here.figure(one, figure), there.figure(other, figure)
        if mine and theirs:
            yield from (high > low for high, low in zip(mine, theirs, strict=True))
    yield here.rest(one) < there.rest(other)
    for choice in Dose.CHOICES:
        left, left_there = here.options(one, choice), there.options(other, choice)
        yield from (both(left[option], no(left_there.get(option, some([])))) for option in left)


# -- the same, of two assessments -------------------------------------------------------------------------------------


def _still(known: Known, name: str, value: object) -> bool:
    """Something is known as it was; what is not applicable equals nothing, so it is compared by identity."""
    return name in known and (known[name] is value or known[name] == value)


def _may_turn(book: RuleBook, finding: str, before: Known, after: Known) -> bool:
    was, now = before.get(finding), after.get(finding)
    if book.vocabulary.findings[finding].red_flag:
        return (was is not True or now is True) and (now is not False or was is False)
    followed = now is True and any(after.get(flag) is True for flag in _implying(book, finding))
    return _is_same(was, now) or followed or (now is None and _is_reopened(book, finding, before, after))


def _may_add(book: RuleBook, finding: str, before: Known, after: Known) -> bool:
    was, now = before.get(finding), after.get(finding)
    closed, _ = _closed(book, finding, before, after)
    answered = closed and not is_said(was) and is_said(now)
    saying = [id_ for id_, others in book.vocabulary.says.items() if finding in others]
    followed = now is True and any(is_said(after.get(id_)) for id_ in saying)
    reopened = now is None and _is_reopened(book, finding, before, after)
    return _is_same(was, now) or answered or followed or reopened


def _is_same(was: object, now: object) -> bool:
    return was is now or (was is not None and now is not None and was == now)


def _is_reopened(book: RuleBook, finding: str, before: Known, after: Known) -> bool:
    return not is_said(before.get(finding)) and _closed(book, finding, before, after) == [True, False]


def _closed(book: RuleBook, finding: str, *known: Known) -> list[bool]:
    """Whether a gate of a finding is closed."""
    gates = book.vocabulary.gates_of(finding)
    return [any(gate.holds(one) is False for gate in gates) for one in known]


def _retracted(before: Decision, after: Decision) -> str:
    lost = {one.exercise.id for one in before.allowed} - {one.exercise.id for one in after.allowed}
    unsaid = {rule.id for rule in before.advice} - {rule.id for rule in after.advice}
    wrong = [f"{id_} is taken back" for id_ in sorted(lost | unsaid)]
    if after.at_least < before.at_least:
        wrong.append(f"at least {before.at_least} becomes {after.at_least}")
    if after.could_be > before.could_be:
        wrong.append(f"at most {before.could_be} becomes {after.could_be}")
    return "; ".join([*wrong, *_widened(after, before)])


def _calmed(before: Decision, after: Decision) -> str:
    new = {one.exercise.id for one in after.allowed} - {one.exercise.id for one in before.allowed}
    wrong = [f"{id_} becomes allowed" for id_ in sorted(new)]
    if after.at_least < before.at_least:
        wrong.append(f"at least {before.at_least} becomes {after.at_least}")
    if after.could_be < before.could_be:
        wrong.append(f"at most {before.could_be} becomes {after.could_be}")
    return "; ".join([*wrong, *_widened(before, after)])


def _widened(narrow: Decision, wide: Decision) -> list[str]:
    """The exercises of which a dose is wider there than here."""
    doses = {one.exercise.id: one.dose for one in narrow.allowed}
    pairs = [(one.exercise.id, doses[one.exercise.id], one.dose) for one in wide.allowed if one.exercise.id in doses]
    return [f"{id_}: {less} and {more}" for id_, less, more in pairs if not within(more, less)]


def within(dose: Dose, other: Dose) -> bool:
    """No figure of a dose is above the other's, no rest shorter, no option more."""
    spans = [(getattr(dose, figure), getattr(other, figure)) for figure in Dose.FIGURES]
    lower = all(one.start <= two.start and one.ceiling <= two.ceiling for one, two in spans if one and two)
    fewer = all(set(getattr(dose, choice)) <= set(getattr(other, choice)) for choice in Dose.CHOICES)
    return lower and fewer and dose.rest_seconds >= other.rest_seconds
