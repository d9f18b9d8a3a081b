"""The exercises of a catalogue."""

from __future__ import annotations

from datetime import date
from typing import Literal

import attrs

from .doses import Dose
from .rules import SourceRef


@attrs.frozen(kw_only=True)
class Variant:
    """One form of an exercise."""

    id: str
    name: str
    how: str


@attrs.frozen(kw_only=True, eq=False)
class Exercise:
    """An entry of the catalogue.

    Attributes:
        id: Its name in rules and results.
        name: What a person calls it.
        catalogue: Its number in the documents' catalogue; may be empty.
        status: ``offered``, ``blocked`` (named only to be refused) or ``named_only`` (no dose is known).
        position: The position it is done in.
        tags: Movements, load and manner: what exclusions select by. The position is one of them.
        areas: The areas it is for.
        from_stage: The earliest stage of any offer.
        muscles: What works or stretches.
        needs: Equipment.
        steps: What to do, one action a line, in order.
        feel: What to feel.
        avoid: What not to do.
        variants: Its forms, the mildest first.
        dose: How much; ``None`` unless it is offered.
        progression: How to build up.
        cautions: What to be careful of.
        why: For one that is not offered: why not.
        instead: Ids of the exercises that take its place.
        continues: Id of the exercise whose second half it is: where both are done they count as one move. May be empty.
        low_impact: It neither loads nor strains: walking, moving, stretching.
        sources: Who says so.
        evidence: As in :class:`Rule`.
        judgement: The start dose is the rulebook's own.
        settles: As in :class:`Rule`.
        review_by: As in :class:`backtriage.rulebook.rules.Source`.
        where: File and line.
    """

    id: str
    name: str
    catalogue: str = ""
    status: Literal["offered", "blocked", "named_only"]
    position: str = ""
    tags: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    from_stage: str = ""
    muscles: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    feel: str = ""
    avoid: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    dose: Dose | None = None
    progression: str = ""
    cautions: tuple[str, ...] = ()
    why: str = ""
    instead: tuple[str, ...] = ()
    continues: str = ""
    low_impact: bool = False
    sources: tuple[SourceRef, ...] = ()
    evidence: str
    judgement: bool = False
    settles: tuple[str, ...] = ()
    review_by: date | None = None
    where: str = ""

    def __repr__(self) -> str:
        return f"<Exercise {self.id}>"
