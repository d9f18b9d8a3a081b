"""What is proved of any rulebook about two profiles: one before an answer, and one after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..assessment import Assessment
from ..conditions import Compare, Condition, Known
from ..doses import Dose
from ..findings import Number, YesNo
from ..profile import Profile
from ..rulebook import Exercise, RuleBook
from ..rules import Urgency
from .properties import Question, cone
from .replay import Assess, Shows
from .solving import Formula, Prover, both, no, some
from .symbolic import People


def an_answer_never_retracts(book: RuleBook) -> Iterator[Question]:
    """One person before and after any number of open questions are answered."""
    before, after = People(book), People(book, "after ")
    kept: list[Formula] = []
    for id_, finding in book.vocabulary.findings.items():
        pairs = zip(before.states(id_), after.states(id_), strict=True)
        kept += [no(both(was, no(is_now))) for was, is_now in pairs]
        if isinstance(finding, Number):
            kept.append(some([no(before.states(id_)[0]), before.same(id_, after)]))
    prover = Prover(before, after, always=kept)

    def shows(assess: Assess, first: Profile, second: Profile) -> str:
        answered = all(_still(second.known, name, value) for name, value in first.known.items())
        return _retracted(assess(first), assess(second)) if answered else ""

    def question(about: str, formula: Formula, word: str = "becomes") -> Question:
        shown = _naming(word, shows)
        return Question(about=about, prover=prover, people=(before, after), formulas=(formula,), shows=shown)

    for level in Urgency:
        yield question(f"at least {level}", both(before.at_least(level), no(after.at_least(level))))
        yield question(f"could be {level}", both(after.could_be(level), no(before.could_be(level))))
    for id_, exercise in book.exercises.items():
        yield question(id_, both(before.allowed(id_), no(after.allowed(id_))), id_)
        if exercise.dose:
            yield question(f"{id_}: dose", some(_wider(exercise, before, after)), id_)
    for rule in before.rules.advise:
        if rule.effect.asks_to_do:
            freed = [both(people.fired(rule), no(_held(people))) for people in (before, after)]
            yield question(rule.id, both(freed[0], no(freed[1])), rule.id)


def a_red_flag_never_calms(book: RuleBook) -> Iterator[Question]:
    """One person, and the same with red flags turned on: from absent to unknown or present, or unknown to present."""
    before, after = People(book), People(book, "after ")
    turned: list[Formula] = []
    for id_, finding in book.vocabulary.findings.items():
        if isinstance(finding, YesNo) and finding.red_flag:
            turned.append(no(both(before.present(id_), no(after.present(id_)))))
            turned.append(no(both(after.absent(id_), no(before.absent(id_)))))
        else:
            turned.append(before.same(id_, after))
    prover = Prover(before, after, always=turned)

    def shows(assess: Assess, first: Profile, second: Profile) -> str:
        return _calmed(assess(first), assess(second)) if _turned_on(book, first.known, second.known) else ""

    def question(about: str, formula: Formula, word: str = "becomes") -> Question:
        shown = _naming(word, shows)
        return Question(about=about, prover=prover, people=(before, after), formulas=(formula,), shows=shown)

    for level in Urgency:
        yield question(f"at least {level}", both(before.at_least(level), no(after.at_least(level))))
        yield question(f"could be {level}", both(before.could_be(level), no(after.could_be(level))))
    for id_, exercise in book.exercises.items():
        yield question(id_, both(after.allowed(id_), no(before.allowed(id_))), id_)
        if exercise.dose:
            allowed = both(before.allowed(id_), after.allowed(id_))
            yield question(f"{id_}: dose", both(allowed, some(_wider(exercise, after, before))), id_)


def _naming(word: str, shows: Shows) -> Shows:
    """What two profiles show, where it names what the question is about."""

    def shown(assess: Assess, *profiles: Profile) -> str:
        said = shows(assess, *profiles)
        return said if word in said else ""

    return shown


def _held(people: People) -> Formula:
    """Advice that asks the person to do something is held back."""
    stops = [rule for rule in people.rules.urgency if rule.effect.exercise == "none"]
    orders = [rule for rule in people.rules.exclude if "all" in rule.effect.selectors]
    return some([*map(people.active, stops), *map(people.active, orders)])


def _wider(exercise: Exercise, before: People, after: People) -> Iterator[Formula]:
    return wider_dose(exercise, before, exercise, after)


def wider_dose(one: Exercise, here: People, other: Exercise, there: People) -> Iterator[Formula]:
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


def _turned_on(book: RuleBook, before: Known, after: Known) -> bool:
    for id_, finding in book.vocabulary.findings.items():
        was, now = before.get(id_), after.get(id_)
        if finding.red_flag:
            if (was is True and now is not True) or (now is False and was is not False):
                return False
        elif (was is None) is not (now is None) or (was is not None and not _still(after, id_, was)):
            return False
    return True


def _retracted(before: Assessment, after: Assessment) -> str:
    lost = {one.exercise.id for one in before.allowed} - {one.exercise.id for one in after.allowed}
    unsaid = {rule.id for rule in before.advice} - {rule.id for rule in after.advice}
    wrong = [f"{id_} is taken back" for id_ in sorted(lost | unsaid)]
    if after.at_least < before.at_least:
        wrong.append(f"at least {before.at_least} becomes {after.at_least}")
    if after.could_be > before.could_be:
        wrong.append(f"at most {before.could_be} becomes {after.could_be}")
    return "; ".join([*wrong, *_widened(after, before)])


def _calmed(before: Assessment, after: Assessment) -> str:
    new = {one.exercise.id for one in after.allowed} - {one.exercise.id for one in before.allowed}
    wrong = [f"{id_} becomes allowed" for id_ in sorted(new)]
    if after.at_least < before.at_least:
        wrong.append(f"at least {before.at_least} becomes {after.at_least}")
    if after.could_be < before.could_be:
        wrong.append(f"at most {before.could_be} becomes {after.could_be}")
    return "; ".join([*wrong, *_widened(before, after)])


def _widened(narrow: Assessment, wide: Assessment) -> list[str]:
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


# -- everything can matter --------------------------------------------------------------------------------------------


def items_and_thresholds_matter(book: RuleBook) -> Iterator[Question]:
    """For every item of a checklist, and every number a condition compares with, there are two people who differ in
    it alone, and in what a rule says of them."""
    one, other = People(book), People(book, "other ")

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
            prover=Prover(one, other, about=near),
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
    for finding, low, high in sorted(set(_thresholds(book))):
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


def _gate_moved(one: People, other: People, finding: str) -> Formula:
    gates = one.book.vocabulary.gates_of(finding)
    return some(one.truth(gate, False) != other.truth(gate, False) for gate in gates)


def _thresholds(book: RuleBook) -> Iterator[tuple[str, float, float]]:
    """Every threshold as the two neighbouring values between which a comparison turns."""
    gates: Iterable[Condition] = (gate for gate, _ in book.vocabulary.gates)
    for condition in (*gates, *(rule.when for rule in book.rules)):
        for atom in condition.atoms():
            if isinstance(atom, Compare):
                finding = book.vocabulary.findings[atom.finding]
                assert isinstance(finding, Number)  # noqa: S101 - the parser has let no other pass
                if atom.op in (">=", "<"):
                    yield atom.finding, atom.bound - finding.step, atom.bound
                else:
                    yield atom.finding, atom.bound, atom.bound + finding.step
