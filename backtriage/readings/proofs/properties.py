"""What is proved of any rulebook, as questions to the solver: about one profile, and about its usefulness."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

import attrs

from ...findings.conditions import Condition
from ...rulebook.book import RuleBook
from ...rulebook.rules import Advise, AnyRule, Caution, Exclude, Limited, Offer, Routine, Rule, Stop, Urgent
from ...triage.outcome import Allowed, Decision, Excluded, Withheld
from ...triage.profile import Profile
from .assessed import Assessed
from .people import cone
from .replay import Assess, Shows
from .solving import TIMEOUT_SECONDS, Formula, Prover, both, no, some


@attrs.frozen(kw_only=True)
class Subject:
    """What something is proved of: a rulebook under a decision procedure.

    Attributes:
        book: The rulebook.
        reading: The decision procedure, as formulas.
        seconds: When the solver gives up on one question.
    """

    book: RuleBook
    reading: type[Assessed] = Assessed
    seconds: float = TIMEOUT_SECONDS

    def people(self, name: str = "") -> Assessed:
        """Everybody, assessed; the same name is the same person."""
        return self.reading(self.book, name)

    def prover(self, *people: Assessed, always: Iterable[Formula] = (), about: Iterable[str] | None = None) -> Prover:
        """Who looks for somebody among them; the arguments are those of :class:`.solving.Prover`."""
        return Prover(*people, always=always, about=about, seconds=self.seconds)


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
    people: tuple[Assessed, ...]
    formulas: tuple[Formula, ...]
    found_is_good: bool = False
    shows: Shows
    says: str = ""


Property: TypeAlias = Callable[[Subject], Iterator[Question]]


def status_of(found: Decision, exercise: str) -> tuple[str, ...]:
    """Every status that an assessment gives an exercise."""
    entries: dict[str, tuple[Allowed | Withheld | Excluded, ...]] = {
        "allowed": found.allowed,
        "withheld": found.withheld,
        "excluded": found.excluded,
    }
    given = [name for name, group in entries.items() if any(entry.exercise.id == exercise for entry in group)]
    return (*given, "not_offered") if exercise in found.not_offered else tuple(given)


def one_status(subject: Subject) -> Iterator[Question]:
    """The four statuses, each by its own meaning: exactly one is true of every exercise."""
    people = subject.people()
    prover = subject.prover(people)
    for id_ in subject.book.exercises:
        given = list(people.statuses(id_).values())
        pairs = [both(one, other) for place, one in enumerate(given) for other in given[:place]]

        def shows(assess: Assess, profile: Profile, id_: str = id_) -> str:
            statuses = status_of(assess(profile), id_)
            return "" if len(statuses) == 1 else f"{id_} is {' and '.join(statuses) or 'nothing'}"

        yield Question(
            about=id_, prover=prover, people=(people,), formulas=(some([no(some(given)), *pairs]),), shows=shows
        )


def every_rule_can_fire(subject: Subject) -> Iterator[Question]:
    people = subject.people()
    for rule in subject.book.rules:

        def shows(assess: Assess, profile: Profile, rule: AnyRule = rule) -> str:
            return f"{rule.id} fires" if rule in assess(profile).because else ""

        yield Question(
            about=rule.id,
            prover=subject.prover(people, about=cone(subject.book, rule.findings)),
            people=(people,),
            formulas=(people.fired(rule),),
            found_is_good=True,
            shows=shows,
            says="it fires for nobody",
        )


def every_gate_opens(subject: Subject) -> Iterator[Question]:
    """What is behind a gate can be said by somebody for whom it is open; and who says nothing else leaves it open."""
    book, people = subject.book, subject.people()
    for id_ in book.vocabulary.findings:
        gates = book.vocabulary.gates_of(id_)

        def shows(_: Assess, profile: Profile, id_: str = id_, gates: tuple[Condition, ...] = gates) -> str:
            alone = Profile({id_: profile.given[id_]}, rulebook=profile.rulebook)
            return "" if any(gate.holds(alone.known) is False for gate in gates) else f"{id_} is heard"

        if gates:
            yield Question(
                about=id_,
                prover=subject.prover(people, about=cone(book, {id_})),
                people=(people,),
                formulas=(people.said(id_), *[people.truth(gate, True) for gate in gates]),
                found_is_good=True,
                shows=shows,
                says="nobody can say it who is asked it",
            )


def _allowing(subject: Subject, *, offered: bool) -> Iterator[Question]:
    people = subject.people()
    prover = subject.prover(people)
    for id_ in [id_ for id_, exercise in subject.book.exercises.items() if (exercise.status == "offered") is offered]:

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


def offered_can_be_allowed(subject: Subject) -> Iterator[Question]:
    return _allowing(subject, offered=True)


def blocked_is_never_allowed(subject: Subject) -> Iterator[Question]:
    return _allowing(subject, offered=False)


def next_step(subject: Subject) -> Iterator[Question]:
    """An urgency rule that could raise the urgency always waits for something that is asked, or was only reported."""
    people = subject.people()
    prover = subject.prover(people)
    words = subject.book.vocabulary
    mute = {id_ for id_, finding in words.findings.items() if id_ not in words.question_of and not finding.reported}
    for rule in people.rules.urgency:
        answered = [people.known(finding) for finding in sorted(rule.findings - mute)]
        yield Question(
            about=rule.id,
            prover=prover,
            people=(people,),
            formulas=(people.open(rule), no(people.at_least(rule.effect.level)), *answered),
            shows=_stuck(rule),
        )


def _stuck(rule: Rule[Urgent]) -> Shows:
    """No action, or none of the questions is for a rule that waits for more than was answered "not sure"."""

    def shows(assess: Assess, profile: Profile) -> str:
        try:
            found = assess(profile)
        except LookupError:
            return "nothing can be asked"
        if not found.action.message:
            return "no message"
        waiting = rule.when.waits_for(profile.known) - profile.not_sure
        asked = {finding for entry in found.questions for finding in entry.question.findings}
        stuck = (
            rule.effect.level > found.at_least and bool(waiting) and asked.isdisjoint(cone(profile.rulebook, waiting))
        )
        return f"nothing is asked that decides {rule.id}" if stuck else ""

    return shows


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


def no_rule_is_shadowed(subject: Subject) -> Iterator[Question]:
    """No rule fires only where another, wider one does as much; unless it says so with ``within``."""
    return _overlaps(subject, same=False)


def no_two_are_the_same(subject: Subject) -> Iterator[Question]:
    """No two rules with the same effect fire for the same people."""
    return _overlaps(subject, same=True)


def _only_adds_words(rule: AnyRule, other: AnyRule, book: RuleBook) -> bool:
    """An overlay's urgency rule says something beside one below, which it may not name in `within`."""
    return isinstance(rule.effect, Urgent) and rule.id in book.added and other.id not in book.added


def _overlaps(subject: Subject, *, same: bool) -> Iterator[Question]:
    people, rules = subject.people(), subject.book.rules
    cones = {rule.id: cone(subject.book, rule.findings) for rule in rules}
    for place, rule in enumerate(rules):
        for number, other in enumerate(rules):
            if rule is other or (same and number < place) or (not same and rule.within is not None):
                continue
            if not does_as_much(rule, other) or (same and not does_as_much(other, rule)):
                continue
            if not same and _only_adds_words(rule, other, subject.book):
                continue
            if other.when.holds({}) is None and cones[rule.id].isdisjoint(cones[other.id]):
                continue  # whatever makes the one fire says nothing about the other, which may then be open

            def shows(assess: Assess, profile: Profile, rule: AnyRule = rule, other: AnyRule = other) -> str:
                fired = assess(profile).because
                return "apart" if (rule in fired) is not (other in fired) else ""

            fires, covers = people.fired(rule), people.fired(other)
            yield Question(
                about=rule.id,
                prover=subject.prover(people, about=cones[rule.id] | cones[other.id]),
                people=(people,),
                formulas=(fires != covers,) if same else (fires, no(covers)),
                found_is_good=True,
                shows=shows,
                says=f"the same as {other.id}" if same else f"wherever it fires, {other.id} does as much; say `within`",
            )
