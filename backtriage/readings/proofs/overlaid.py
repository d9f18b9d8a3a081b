"""What an overlay leaves as cautious as it was, and what not: the reasons why a rulebook is refused after its proof."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

import attrs

from ...errors import Refuted
from ...rulebook.book import RuleBook
from ...rulebook.guarantees import read_guarantees
from ...rulebook.rules import AnyRule, Offer, Urgent
from ...triage.profile import Profile
from .. import proofs
from .results import Change, Direction, Outcome, Verification

SECONDS: Final = 5
"""When the solver gives up on one question, a thousand times what one takes: then the overlay is refused."""


def refused(book: RuleBook, *, everything: bool) -> list[Refuted]:
    """Why a rulebook is refused; nothing if it is not.

    Args:
        book: The rulebook; if it is an overlay, it is compared with the one below.
        everything: Prove all that :func:`backtriage.verify` proves, not only the guarantees.

    Raises:
        MissingExtra: If z3-solver is not installed.
        RulebookError: With every problem of the guarantees.
    """
    guarantees = [one.id for one in read_guarantees(book)]
    compared = _less_cautious(book, book.extends) if book.extends else ()
    below = {one.id for one in read_guarantees(book.extends)} if book.extends else set()
    if everything:
        return [*compared, *_failed(proofs.verify(book), below)]
    return [*compared, *(_failed(proofs.verify(book, only=guarantees, seconds=SECONDS), below) if guarantees else ())]


def _failed(result: Verification, below: Collection[str]) -> Iterator[Refuted]:
    """What is not proved; but an overlay may be so cautious that nothing is left that could break one from below."""
    for proof in result.proofs:
        shown = [one for one in proof.refutations if one.witness]
        if proof.outcome is Outcome.PROVED or (proof.id in below and not shown and not proof.undecided):
            continue
        witnesses = [one.witness.profiles[-1].to_dict() for one in shown if one.witness]
        yield Refuted(
            where=proof.id,
            what=f"{proof.outcome}: {proof.title}",
            hint=str(shown[0]) if shown else proof.reason,
            witness=witnesses[0] if witnesses else None,
        )


def _less_cautious(book: RuleBook, below: RuleBook) -> Iterator[Refuted]:
    """What nobody has said may be less cautious, and what is not although it was said.

    What is said is taken out of the offers first: so a rule that says ``relaxes`` speaks for itself alone.
    """
    for change in _loosened(below, _without_relaxed(book)):
        yield _refuted(change, book, below)
    yield from hiding(book, below)
    if book.relaxes:
        loosened = {change.about for change in _loosened(below, book)}
        for one in book.relaxes:
            if f"exercise {one.exercise}" not in loosened:
                where = f"{book.rule(one.rule).where}: rule `{one.rule}`"
                what = f"relaxes `{one.exercise}`, which is as cautious as before"
                yield Refuted(where=where, what=what, hint="leave it out")


def _loosened(below: RuleBook, book: RuleBook) -> tuple[Change, ...]:
    """What is less cautious for somebody; :func:`backtriage.diff`, without looking for what is more cautious."""
    from .differences import compare  # noqa: PLC0415 - an extra

    one_way = (Direction.LESS_CAUTIOUS,)
    return compare(below, book, lambda _: None, SECONDS, one_way).less_cautious


def _without_relaxed(book: RuleBook) -> RuleBook:
    relaxed = {(one.rule, one.exercise) for one in book.relaxes}

    def kept(rule: AnyRule) -> AnyRule:
        if not isinstance(rule.effect, Offer):
            return rule
        left = tuple(id_ for id_ in rule.effect.exercises if (rule.id, id_) not in relaxed)
        return attrs.evolve(rule, effect=Offer(exercises=left))

    return attrs.evolve(book, rules=tuple(map(kept, book.rules))) if relaxed else book


def _refuted(change: Change, book: RuleBook, below: RuleBook) -> Refuted:
    """A change, at the new offers of the exercise that fire for the witness."""
    kind, _, exercise = change.about.partition(" ")
    person = change.witness.profiles[-1] if change.witness else None
    old = {rule.id for rule in below.rules}
    said = {one.rule for one in book.relaxes if one.exercise == exercise}
    offers = [
        rule
        for rule in book.rules
        if rule.id not in old | said and isinstance(rule.effect, Offer) and exercise in rule.effect.exercises
    ]
    fired = [rule for rule in offers if person and rule.when.holds(person.known) is True]
    at = [f"{rule.where}: rule `{rule.id}`" for rule in fired or offers]
    about = f"{kind} `{exercise}`" if exercise else kind
    return Refuted(
        where="; ".join(at) or book.path,
        what=f"{change.direction} about {about}: {change.says}" + (f", for {person!r}" if person else ""),
        hint="narrow the offer, or say `relaxes` beside it, with a source" if offers else _implied(person, below),
        witness=person.to_dict() if person else None,
    )


def hiding(book: RuleBook, below: RuleBook) -> Iterator[Refuted]:
    """Words that are said below and not with an overlay, at the overlay's rules that are in the way."""
    from .differences import compare  # noqa: PLC0415 - an extra
    from .unsaid import hidden  # noqa: PLC0415 - an extra

    added = [rule for rule in book.rules if rule.id in book.added and isinstance(rule.effect, Urgent)]
    if added:
        for change in compare(below, book, lambda _: None, SECONDS, comparing=hidden).less_cautious:
            yield _unsaid(change, added)


def _unsaid(change: Change, added: Sequence[AnyRule]) -> Refuted:
    person = change.witness.profiles[-1] if change.witness else None
    fired = [rule for rule in added if person and rule.when.holds(person.known) is True]
    return Refuted(
        where="; ".join(f"{rule.where}: rule `{rule.id}`" for rule in fired or added),
        what=f"{change.about}: {change.says}" + (f", for {person!r}" if person else ""),
        hint="an overlay adds words beside those below, it hides none",
        witness=person.to_dict() if person else None,
    )


def _implied(person: Profile | None, below: RuleBook) -> str:
    """What else can allow more: that a new answer implies an old one."""
    findings = person.rulebook.vocabulary.findings if person else {}
    given = [id_ for id_ in (person.given if person else ()) if id_ not in below.vocabulary.findings]
    implying = [f"`{id_}`" for id_ in given if findings[id_].implies]
    return f"see what {' and '.join(implying)} implies" if implying else ""
