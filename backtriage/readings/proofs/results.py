"""What a proof or a comparison comes to: proved, refuted with a witness, or not decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import attrs

from ...errors import UnknownName, did_you_mean, label
from ...findings.ranked import Named
from ...rulebook.book import RulebookId
from ...rulebook.reviews import Overdue
from ...triage.profile import Profile

SHOWN: Final = 5
"""So many refutations of one property are printed; all of them are in the data."""


class _InWords(Named):
    def __str__(self) -> str:
        return str(self.value).replace("_", " ")


class Outcome(_InWords):
    """How a proof ends.

    >>> Outcome("not_decided")
    <Outcome.NOT_DECIDED: 'not_decided'>
    """

    PROVED = "proved"
    REFUTED = "refuted"
    NOT_DECIDED = "not_decided"


@attrs.frozen(kw_only=True)
class Witness:
    """A small profile, or one before and one after, that shows something; it went through the engines.

    Attributes:
        profiles: The profile, or the one before and the one after.
        shows: What the engines say of it.
        engines: The engines that say so.
    """

    profiles: tuple[Profile, ...]
    shows: str
    engines: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "profiles": [profile.to_dict() for profile in self.profiles],
            "shows": self.shows,
            "engines": list(self.engines),
        }

    def __str__(self) -> str:
        return f"{self.shows}: {' -> '.join(map(repr, self.profiles))}"


@attrs.frozen(kw_only=True)
class Refutation:
    """Something that does not hold.

    Attributes:
        about: The rule, exercise, finding or level it is about; empty for a guarantee.
        says: What is wrong.
        witness: Who shows it; ``None`` where nobody does because it is proved that there is nobody.
    """

    about: str
    says: str
    witness: Witness | None

    def __str__(self) -> str:
        return f"{self.about}: {self.witness or self.says}" if self.about else str(self.witness or self.says)


@attrs.frozen(kw_only=True)
class Proof:
    """One guarantee or built-in property, and how its proof ended.

    Attributes:
        id: The guarantee's id, or the property's name.
        title: What it says.
        built_in: It holds of any rulebook, and is not one of the rulebook's guarantees.
        questions: How many questions the solver was asked.
        refutations: What does not hold.
        undecided: What the solver gave up on, or what the engines did not confirm.
    """

    id: str
    title: str
    built_in: bool
    questions: int
    refutations: tuple[Refutation, ...] = ()
    undecided: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """Refuted if anything is; proved only if every question was answered."""
        if self.refutations:
            return Outcome.REFUTED
        return Outcome.NOT_DECIDED if self.undecided else Outcome.PROVED

    @property
    def reason(self) -> str:
        """The first thing that does not hold, or was not decided; empty if it was proved."""
        return next((str(one) for one in (*self.refutations, *self.undecided)), "")

    def lines(self) -> Iterator[str]:
        """Its lines of the table."""
        yield f"{self.outcome!s:12} {self.id:32} {self.title}"
        yield from (f"{'':12} {refutation}" for refutation in self.refutations[:SHOWN])
        if len(self.refutations) > SHOWN:
            yield f"{'':12} and {len(self.refutations) - SHOWN} more"
        yield from (f"{'':12} not decided: {about}" for about in self.undecided[:SHOWN])


@attrs.frozen(kw_only=True)
class Verification:
    """What was proved of a rulebook.

    Attributes:
        rulebook: Which rulebook.
        proofs: The guarantees in their order, then the built-in properties.
        on: The day for which reviews were looked at; ``None`` if none was given.
        warnings: What should have been reviewed before that day. It refutes nothing.
    """

    rulebook: RulebookId
    proofs: tuple[Proof, ...]
    on: date | None = None
    warnings: tuple[Overdue, ...] = ()

    @property
    def proved(self) -> bool:
        """Everything was proved."""
        return all(proof.outcome is Outcome.PROVED for proof in self.proofs)

    @property
    def refuted(self) -> tuple[Proof, ...]:
        """What does not hold."""
        return tuple(proof for proof in self.proofs if proof.outcome is Outcome.REFUTED)

    @property
    def not_decided(self) -> tuple[Proof, ...]:
        """What is neither proved nor refuted."""
        return tuple(proof for proof in self.proofs if proof.outcome is Outcome.NOT_DECIDED)

    def __getitem__(self, id_: str) -> Proof:
        """One proof.

        Raises:
            UnknownName: If nothing with this id was to be proved.
        """
        for proof in self.proofs:
            if proof.id == id_:
                return proof
        raise UnknownName.of(
            label(id_), "nothing that was to be proved", did_you_mean(id_, [one.id for one in self.proofs])
        )

    def __str__(self) -> str:
        count = len(self.proofs) - len(self.refuted) - len(self.not_decided)
        lines = [line for proof in self.proofs for line in proof.lines()]
        lines += [f"{'warning':12} {warning}" for warning in self.warnings]
        total = f"{count} proved, {len(self.refuted)} refuted, {len(self.not_decided)} not decided"
        reviews = f"; {len(self.warnings)} overdue for review on {self.on}" if self.on else ""
        return "\n".join((str(self.rulebook), "", *lines, "", total + reviews))

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "rulebook": attrs.asdict(self.rulebook),
            "proved": self.proved,
            "on": self.on and self.on.isoformat(),
            "warnings": [
                {"kind": one.kind, "id": one.id, "review_by": one.review_by.isoformat()} for one in self.warnings
            ],
            "proofs": [
                {
                    "id": proof.id,
                    "title": proof.title,
                    "built_in": proof.built_in,
                    "outcome": proof.outcome.value,
                    "questions": proof.questions,
                    "refutations": [
                        {"about": one.about, "says": one.says, "witness": one.witness and one.witness.to_dict()}
                        for one in proof.refutations
                    ],
                    "undecided": list(proof.undecided),
                }
                for proof in self.proofs
            ],
        }


class Direction(_InWords):
    """Which way a change goes for the person who shows it.

    >>> Direction("less_cautious")
    <Direction.LESS_CAUTIOUS: 'less_cautious'>
    """

    LESS_CAUTIOUS = "less_cautious"
    MORE_CAUTIOUS = "more_cautious"
    NEITHER = "neither"
    NOT_DECIDED = "not_decided"


@attrs.frozen(kw_only=True)
class Change:
    """Something that is not the same in both rulebooks.

    Attributes:
        about: ``at_least``, ``could_be``, ``exercise ID``, ``dose ID``, ``session minutes``, ``session moves`` or
            ``caution ID``.
        direction: Which way.
        says: What the witness gets before and after, or why there is none.
        witness: The same person, in the old rulebook and in the new one.
    """

    about: str
    direction: Direction
    says: str
    witness: Witness | None

    def __str__(self) -> str:
        person = f"\n{'':15}{self.witness.profiles[0]!r}" if self.witness else ""
        return f"{self.direction!s:14} {self.about}: {self.says}{person}"

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "about": self.about,
            "direction": self.direction.value,
            "says": self.says,
            "witness": self.witness and self.witness.to_dict(),
        }


@attrs.frozen(kw_only=True)
class Difference:
    """What changes from one rulebook to another.

    Attributes:
        old: The rulebook before.
        new: The rulebook after.
        same: What was proved to be the same for everybody.
        changes: What was not.
    """

    old: RulebookId
    new: RulebookId
    same: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def less_cautious(self) -> tuple[Change, ...]:
        """The changes that make something less cautious for somebody, and those that could not be decided."""
        suspect = (Direction.LESS_CAUTIOUS, Direction.NOT_DECIDED)
        return tuple(change for change in self.changes if change.direction in suspect)

    def __str__(self) -> str:
        lines = [f"{self.old} -> {self.new}", "", *map(str, self.changes)]
        return "\n".join(
            [*lines, *([""] if self.changes else []), f"{len(self.same)} the same, {len(self.changes)} changed"]
        )

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "old": attrs.asdict(self.old),
            "new": attrs.asdict(self.new),
            "same": list(self.same),
            "changes": [change.to_dict() for change in self.changes],
        }
