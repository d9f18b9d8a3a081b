"""What is proved of any rulebook, as questions to the solver: about one profile, and about its usefulness."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final, TypeAlias

import attrs

from ..assessment import Allowed, Assessment, Excluded, Withheld
from ..profile import Profile
from ..rulebook import RuleBook
from ..rules import Advise, AnyRule, Caution, Exclude, Limited, Offer, Routine, Stop, Urgent
from .replay import Assess, Shows
from .solving import Formula, Prover, both, no, some
from .symbolic import People


@attrs.frozen(kw_only=True)
class Question:
    """One question to the solver.

    Attributes:
        about: The rule, exercise, finding or level it is about.
        prover: Who is asked.
        people: The profiles the formulas speak of, in the order in which ``shows`` takes them.
        formulas: What is asked for.
        found_is_good: Somebody must be found; otherwise nobody may be.
        shows: What the profiles that are found show, through an engine.
        says: What is wrong, where somebody should be found and nobody is.
    """

    about: str
    prover: Prover
    people: tuple[People, ...]
    formulas: tuple[Formula, ...]
    found_is_good: bool = False
    shows: Shows
    says: str = ""


Property: TypeAlias = Callable[[RuleBook], Iterator[Question]]


def status_of(found: Assessment, exercise: str) -> tuple[str, ...]:
    """Every status that an assessment gives an exercise."""
    entries: dict[str, tuple[Allowed | Withheld | Excluded, ...]] = {
        "allowed": found.allowed,
        "withheld": found.withheld,
        "excluded": found.excluded,
    }
    given = [name for name, group in entries.items() if any(entry.exercise.id == exercise for entry in group)]
    return (*given, "not_offered") if exercise in found.not_offered else tuple(given)


def one_status(book: RuleBook) -> Iterator[Question]:
    """The four statuses, each by its own meaning: exactly one is true of every exercise."""
    people = People(book)
    prover = Prover(people)
    for id_ in book.exercises:
        given = list(people.statuses(id_).values())
        pairs = [both(one, other) for place, one in enumerate(given) for other in given[:place]]

        def shows(assess: Assess, profile: Profile, id_: str = id_) -> str:
            statuses = status_of(assess(profile), id_)
            return "" if len(statuses) == 1 else f"{id_} is {' and '.join(statuses) or 'nothing'}"

        yield Question(
            about=id_, prover=prover, people=(people,), formulas=(some([no(some(given)), *pairs]),), shows=shows
        )


def every_rule_can_fire(book: RuleBook) -> Iterator[Question]:
    people = People(book)
    prover = Prover(people)
    for rule in book.rules:

        def shows(assess: Assess, profile: Profile, rule: AnyRule = rule) -> str:
            return f"{rule.id} fires" if rule in assess(profile).because else ""

        yield Question(
            about=rule.id,
            prover=prover,
            people=(people,),
            formulas=(people.fired(rule),),
            found_is_good=True,
            shows=shows,
            says="it fires for nobody",
        )


def _allowing(book: RuleBook, *, offered: bool) -> Iterator[Question]:
    people = People(book)
    prover = Prover(people)
    for id_ in [id_ for id_, exercise in book.exercises.items() if (exercise.status == "offered") is offered]:

        def shows(assess: Assess, profile: Profile, id_: str = id_) -> str:
            return f"{id_} is allowed" if "allowed" in status_of(assess(profile), id_) else ""

        yield Question(
            about=id_,
            prover=prover,
            people=(people,),
            formulas=(people.allowed(id_),),
            found_is_good=offered,
            shows=shows,
            says="it is allowed to nobody",
        )


def offered_can_be_allowed(book: RuleBook) -> Iterator[Question]:
    return _allowing(book, offered=True)


def blocked_is_never_allowed(book: RuleBook) -> Iterator[Question]:
    return _allowing(book, offered=False)


def next_step(book: RuleBook) -> Iterator[Question]:
    """An urgency rule that is open always leaves something that can be asked."""
    people = People(book)
    prover = Prover(people)
    asked = book.vocabulary.question_of

    def shows(assess: Assess, profile: Profile, rule: AnyRule) -> str:
        never = sorted(rule.when.waits_for(profile.known) - asked.keys())
        if rule in assess(profile).open and never:
            return f"it waits for {', '.join(never)}, and no question asks for that"
        return ""

    for rule in people.rules.urgency:
        answered = [people.known(finding) for finding in sorted(rule.findings & asked.keys())]
        formulas = (people.open(rule), *answered)
        shown = partial(shows, rule=rule)
        yield Question(about=rule.id, prover=prover, people=(people,), formulas=formulas, shows=shown)


# -- rules beside rules -----------------------------------------------------------------------------------------------

_STOPS: Final = {"normal": 0, "gentle": 1, "none": 2}


def does_as_much(rule: AnyRule, other: AnyRule) -> bool:
    """Where both fire, ``other`` leaves nothing for ``rule`` to do."""
    match rule.effect, other.effect:
        case Urgent() as mine, Urgent() as theirs:
            return theirs.level >= mine.level and _STOPS[theirs.exercise] >= _STOPS[mine.exercise]
        case Exclude() as mine, Exclude() as theirs:
            return set(theirs.exercises) >= set(mine.exercises)
        case Offer() as mine, Offer() as theirs:
            return set(theirs.exercises) >= set(mine.exercises)
        case Limited() as mine, Limited() as theirs:
            whole = attrs.evolve(theirs.limit, exercises=mine.limit.exercises)
            return whole == mine.limit and set(theirs.limit.exercises) >= set(mine.limit.exercises)
        case (Caution() | Advise() | Stop() | Routine()) as mine, theirs:
            return mine == theirs
    return False


def cone(book: RuleBook, findings: Iterable[str]) -> frozenset[str]:
    """Some findings, and those that bear on them: what they imply, and what their gates ask for.

    What is left out can be unknown to everybody: a question about a rule is a question about its cone.
    """
    words = book.vocabulary
    found: set[str] = set()
    todo = set(findings)
    while todo:
        finding = todo.pop()
        found.add(finding)
        near = {atom.finding for gate in words.gates_of(finding) for atom in gate.atoms()}
        near.update(getattr(words.findings[finding], "implies", ()))
        todo |= near - found
    return frozenset(found)


def no_rule_is_shadowed(book: RuleBook) -> Iterator[Question]:
    """No rule fires only where another, wider one does as much; unless it says so with ``within``."""
    return _overlaps(book, same=False)


def no_two_are_the_same(book: RuleBook) -> Iterator[Question]:
    """No two rules with the same effect fire for the same people."""
    return _overlaps(book, same=True)


def _overlaps(book: RuleBook, *, same: bool) -> Iterator[Question]:
    people = People(book)
    cones = {rule.id: cone(book, rule.findings) for rule in book.rules}
    for place, rule in enumerate(book.rules):
        for number, other in enumerate(book.rules):
            if rule is other or (same and number < place) or (not same and rule.within is not None):
                continue
            if not does_as_much(rule, other) or (same and not does_as_much(other, rule)):
                continue
            if other.findings and cones[rule.id].isdisjoint(other.findings):
                continue  # whatever makes the one fire says nothing about the other

            def shows(assess: Assess, profile: Profile, rule: AnyRule = rule, other: AnyRule = other) -> str:
                fired = assess(profile).because
                return "apart" if (rule in fired) is not (other in fired) else ""

            fires, covers = people.fired(rule), people.fired(other)
            yield Question(
                about=rule.id,
                prover=Prover(people, about=cones[rule.id] | cones[other.id]),
                people=(people,),
                formulas=(fires != covers,) if same else (fires, no(covers)),
                found_is_good=True,
                shows=shows,
                says=f"the same as {other.id}" if same else f"wherever it fires, {other.id} does as much; say `within`",
            )
