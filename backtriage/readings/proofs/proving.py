"""What holds for every possible profile: proved, or refuted with a witness. Nothing is proved by sampling."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final, TypeAlias

from ...errors import Problem, ProfileError, RulebookError, UnknownName, did_you_mean, shown
from ...findings.conditions import ALWAYS
from ...findings.door import listed
from ...rulebook.book import RuleBook
from ...rulebook.guarantees import Guarantee, read_guarantees
from ...triage.profile import Profile
from . import changes, matter, properties
from .assessed import Assessed
from .promises import broken, promises, shows_broken, speaks_of, spoken_of
from .properties import Property, Question, Subject
from .replay import ENGINES, Assess, Engines, Shows, replayed, smallest
from .results import Outcome, Proof, Refutation, Verification
from .solving import ALONE, Formula, Prover, Undecided

Progress: TypeAlias = Callable[[str], None]

PROPERTIES: Final[dict[str, tuple[str, Property]]] = {
    "one-status": ("Every exercise has exactly one status", properties.one_status),
    "never-retracts": ("An answer never retracts advice", changes.an_answer_never_retracts),
    "red-flag": ("A red flag turned on never lowers the urgency or allows more", changes.a_red_flag_never_calms),
    "gate-opens": ("Every gate opens to what is said behind it", properties.every_gate_opens),
    "nothing-said-calms": ("Nothing that is said behind a gate calms", changes.nothing_said_calms),
    "can-fire": ("Every rule can fire", properties.every_rule_can_fire),
    "not-shadowed": ("No rule is shadowed by a wider one without `within`", properties.no_rule_is_shadowed),
    "not-the-same": ("No two rules are the same", properties.no_two_are_the_same),
    "can-be-allowed": ("Every offered exercise can be allowed to somebody", properties.offered_can_be_allowed),
    "blocked": ("No other exercise is allowed to anybody", properties.blocked_is_never_allowed),
    "matters": ("Every checklist item and every threshold can matter", matter.items_and_thresholds_matter),
    "next-step": ("Every profile gets a next step", properties.next_step),
}
"""What is proved of any rulebook."""


def prove(book: RuleBook, only: Collection[str] | None, tell: Progress, seconds: float) -> Verification:
    """As :func:`backtriage.verify`."""
    guarantees = {one.id: one for one in read_guarantees(book)}
    if taken := [one for id_, one in guarantees.items() if id_ in PROPERTIES]:
        what = "is the name of a built-in property"
        raise RulebookError(Problem(where=f"{one.where}: guarantee `{one.id}`", what=what) for one in taken)
    known = (*guarantees, *PROPERTIES)
    wanted = known if only is None else listed(only)
    if not wanted:
        raise ValueError(f"only: {shown(only)} names no proof; give a list of ids")
    for id_ in wanted:
        if not isinstance(id_, str) or id_ not in known:
            raise UnknownName.of("only", f"unknown proof {shown(id_)}", did_you_mean(id_, known))
    proofs = []
    breakable: set[str] = set()
    subject = Subject(book=book, seconds=seconds)
    with ALONE:
        people = subject.people()
        prover = subject.prover(people)
        for id_ in known:
            if id_ not in wanted:
                continue
            if one := guarantees.get(id_):
                tell(one.title)
                proofs.append(prove_guarantee(one, people, prover, breakable))
            else:
                title, questions = PROPERTIES[id_]
                tell(title)
                proofs.append(proof(id_, title, questions(subject), built_in=True))
    return Verification(rulebook=book.identity, proofs=tuple(proofs))


def prove_guarantee(guarantee: Guarantee, people: Assessed, prover: Prover, breakable: set[str] | None = None) -> Proof:
    """One guarantee, for everybody the prover knows of: it speaks of somebody, it holds, and its condition matters.

    Args:
        guarantee: The guarantee.
        people: Everybody.
        prover: Who looks for somebody among them.
        breakable: Promises that do not hold for everybody; those of a guarantee that is proved are added.
    """
    breakable = set() if breakable is None else breakable
    made = promises(guarantee, people.book) if guarantee.when != ALWAYS else {}

    def speaks(_: Assess, profile: Profile) -> str:
        return "it speaks of somebody" if speaks_of(guarantee, profile) else ""

    def question(formula: Formula, shows: Shows, says: str = "") -> Question:
        return Question(
            about="",
            prover=prover,
            people=(people,),
            formulas=(formula,),
            found_is_good=bool(says),
            shows=shows,
            says=says,
        )

    questions = [
        question(spoken_of(guarantee, people), speaks, "it speaks of nobody"),
        question(broken(guarantee, people), shows_broken(guarantee)),
    ]
    for promise, alone in made.items():
        if _key(promise, alone) not in breakable:
            says = f"`{promise}` holds for everybody, whatever its condition says; nothing could break it"
            questions.append(question(broken(alone, people), shows_broken(alone), says))
    result = proof(guarantee.id, guarantee.title, questions, built_in=False)
    if result.outcome is Outcome.PROVED:
        breakable.update(_key(*one) for one in made.items())
    return result


def _key(promise: str, alone: Guarantee) -> str:
    """What tells promises apart: those of doses speak of some exercises."""
    return f"{promise} {alone.dose_at_most.exercises if alone.dose_at_most else ''}"


def proof(id_: str, title: str, questions: Iterable[Question], *, built_in: bool, engines: Engines = ENGINES) -> Proof:
    """What the answers to some questions come to; one that is not answered proves nothing."""
    refutations: list[Refutation] = []
    undecided: list[str] = []
    asked = 0
    for question in questions:
        asked += 1
        try:
            refutations += answer(question, engines)
        except Undecided as reason:
            undecided.append(f"{question.about or id_}: {reason}")
    return Proof(
        id=id_,
        title=title,
        built_in=built_in,
        questions=asked,
        refutations=tuple(refutations),
        undecided=tuple(undecided),
    )


def answer(question: Question, engines: Engines = ENGINES) -> Iterator[Refutation]:
    """What refutes; nothing where the proof succeeds.

    Raises:
        Undecided: If the solver gives up, or the engines do not confirm what it finds.
    """
    model = question.prover.find(*question.formulas)
    if model is None:
        if question.found_is_good:
            yield Refutation(about=question.about, says=question.says, witness=None)
        return
    book = question.people[0].book
    try:
        found = tuple(Profile(people.answers(model), rulebook=book) for people in question.people)
    except ProfileError as error:
        raise Undecided(f"the solver found what is no profile: {error}") from None
    if not question.found_is_good:
        found = smallest(question.shows, *found, engines=engines)
    witness = replayed(question.shows, *found, engines=engines)
    if witness is None:
        raise Undecided("the engines do not confirm what the solver found")
    if not question.found_is_good:
        yield Refutation(about=question.about, says=witness.shows, witness=witness)
