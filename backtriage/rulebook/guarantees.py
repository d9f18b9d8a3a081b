"""Guarantees: what must hold for every possible profile, declared beside the rules. Read only when asked for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import attrs

from ..errors import Problem, RulebookError, did_you_mean
from ..findings.conditions import Condition
from ..findings.parsing import ConditionError, parse
from .book import RuleBook
from .doses import Limit
from .reading.checking import unsourced
from .reading.exercises import build_effect, select
from .reading.files import GUARANTEES, Placed, Problems, label_of, read_file
from .reading.tables import Evidence, LimitTable, RuleTable
from .rules import Caution, Limited, SourceRef, Urgency, Urgent

OUTCOMES: Final = (
    "at_least",
    "settled_at_least",
    "allows_none",
    "never_allows",
    "low_impact_too",
    "dose_at_most",
    "refers",
    "sees",
    "locked",
    "cautions",
    "stops",
)
"""What a guarantee can promise. There is nothing else."""
_CAPS: Final = ("select", "at_most", "start_at_most", "rest_at_least", "only")


@attrs.frozen(kw_only=True)
class GuaranteeTable:
    """A guarantee as it is written: a condition, and at least one outcome."""

    id: str
    title: str
    when: str | None = None
    until_ruled_out: str | None = None
    at_least: Urgency | None = None
    settled_at_least: Urgency | None = None
    allows_none: bool = False
    never_allows: tuple[str, ...] = ()
    low_impact_too: bool = False
    dose_at_most: LimitTable | None = None
    refers: bool = False
    sees: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    stops: Literal["move", "session", "everything"] | None = None
    sources: tuple[SourceRef, ...] = ()
    evidence: Evidence


@attrs.frozen(kw_only=True)
class GuaranteeFile:
    """The file of the guarantees: the schema."""

    guarantee: tuple[GuaranteeTable, ...] = ()


@attrs.frozen(kw_only=True)
class Guarantee:
    """A statement about every possible profile.

    Attributes:
        id: Its name.
        title: What it says, in a sentence.
        text: The condition as written.
        when: The condition.
        until_ruled_out: It speaks of everybody for whom the condition is not known to be false; otherwise of those
            for whom it is known to hold.
        at_least: The urgency is certainly not below this.
        settled_at_least: No urgency below this is settled.
        never_allows: Ids of the exercises that are not allowed.
        selectors: What they are selected by.
        low_impact_too: An exercise of higher impact is allowed only beside one of low impact.
        dose_at_most: Caps that no dose of the exercises it names exceeds, and options beside which no other is left.
        refers: The person is referred to somebody.
        sees: The referral names one of these.
        locked: One of these messages is shown word for word.
        cautions: Ids of the rules of which each gives its caution.
        stops: A stop rule fires that stops at least so much.
        sources: Who says so.
        evidence: As in :class:`backtriage.Rule`.
        where: File and line.

    >>> import backtriage as bt
    >>> first = read_guarantees(bt.default_rulebook())[0]
    >>> first.id, first.text, str(first.at_least)
    ('g-bladder-bowel', 'new_bladder_change or new_bowel_change', 'emergency')
    """

    id: str
    title: str
    text: str
    when: Condition
    until_ruled_out: bool
    at_least: Urgency | None
    settled_at_least: Urgency | None
    never_allows: tuple[str, ...]
    selectors: tuple[str, ...]
    low_impact_too: bool
    dose_at_most: Limit | None
    refers: bool
    sees: tuple[str, ...]
    locked: tuple[str, ...]
    cautions: tuple[str, ...]
    stops: str | None
    sources: tuple[SourceRef, ...]
    evidence: str
    where: str


@lru_cache(maxsize=4)
def read_guarantees(book: RuleBook) -> tuple[Guarantee, ...]:
    """The guarantees of a rulebook, in their order, then those of its overlays; one without the file has none.

    Raises:
        RulebookError: With every problem of the file.
    """
    lowest, *overlays = map(Path, book.folders)
    files = [(lowest, GUARANTEES), *((folder, label_of(folder) + GUARANTEES) for folder in overlays)]
    problems = Problems()
    placed = [
        one
        for folder, name in files
        if (folder / GUARANTEES).is_file()
        for one in read_file(folder / GUARANTEES, name, problems, GuaranteeFile)
    ]
    guarantees: dict[str, Guarantee] = {}
    for one in placed:
        if one.table.id in guarantees:
            problems.append(_problem(one, "a second one with this id", f"first at {guarantees[one.table.id].where}"))
        elif found := _built(one, book, problems):
            guarantees[found.id] = found
    if problems:
        raise RulebookError(problems)
    return tuple(guarantees.values())


def _built(placed: Placed, book: RuleBook, problems: Problems) -> Guarantee | None:
    table: GuaranteeTable = placed.table
    before = len(problems)
    for what, hint in (*_outcomes(table), *_words(table, book), *unsourced(table, book)):
        problems.append(_problem(placed, what, hint))
    selectors = ("all",) if table.allows_none else table.never_allows
    chosen, wrong = select(selectors, book.exercises, book.sets)
    limit, more = _limit(table, book)
    for what, hint in (*wrong, *more):
        problems.append(_problem(placed, what, hint))
    text = table.when if table.when is not None else table.until_ruled_out or ""
    try:
        when = parse(text, book.names)
    except ConditionError as error:
        problems.append(_problem(placed, f"column {error.column}: {error.what}", error.hint))
        return None
    if len(problems) > before:
        return None
    return Guarantee(
        id=table.id,
        title=table.title,
        text=text,
        when=when,
        until_ruled_out=table.when is None,
        at_least=table.at_least,
        settled_at_least=table.settled_at_least,
        never_allows=chosen,
        selectors=selectors,
        low_impact_too=table.low_impact_too,
        dose_at_most=limit,
        refers=table.refers,
        sees=table.sees,
        locked=table.locked,
        cautions=table.cautions,
        stops=table.stops,
        sources=table.sources,
        evidence=table.evidence,
        where=placed.where,
    )


def _outcomes(table: GuaranteeTable) -> Iterator[tuple[str, str]]:
    if (table.when is None) is (table.until_ruled_out is None):
        yield "`when` and `until_ruled_out`", "give one of them"
    promised = [value for key in OUTCOMES if (value := getattr(table, key)) and value is not Urgency.SELF_CARE]
    if not promised:
        yield "it promises nothing", f"give one of {', '.join(OUTCOMES)}"


def _words(table: GuaranteeTable, book: RuleBook) -> Iterator[tuple[str, str]]:
    """What is promised to be said must be there to be said."""
    if table.sees and (table.at_least or Urgency.SELF_CARE) < Urgency.ROUTINE:
        yield "`sees` without `at_least`", "nobody is referred at self-care: say at_least, routine or worse"
    whom = [text for level in book.messages.levels.values() for text in (level.see, level.ring_only_see)]
    whom += [rule.effect.see for rule in book.rules if isinstance(rule.effect, Urgent)]
    for text in table.sees:
        if not text.strip():
            yield f"sees `{text}`", "name whom to see in words"
        elif not any(text in see for see in whom):
            yield f"sees `{text}`, to whom nobody is sent", did_you_mean(text, filter(None, whom))
    for key in table.locked:
        if key not in book.messages.locked:
            yield f"unknown locked message `{key}`", did_you_mean(key, book.messages.locked)
    general = {rule.id for rule in book.rules if isinstance(rule.effect, Caution) and not rule.effect.exercises}
    for id_ in table.cautions:
        if id_ not in general:
            yield f"`{id_}` is no caution that is given by itself", did_you_mean(id_, general)


def _limit(table: GuaranteeTable, book: RuleBook) -> tuple[Limit | None, list[tuple[str, str]]]:
    """The caps, read as a limit is; those that no single dose can exceed are refused."""
    if table.dose_at_most is None:
        return None, []
    given = attrs.asdict(table.dose_at_most, recurse=False)
    wrong = [(f"dose_at_most.{key}", f"use {', '.join(_CAPS)}") for key in given if given[key] and key not in _CAPS]
    rule = RuleTable(id=table.id, title="", when="", evidence="unverified", limit=table.dose_at_most)
    effect, more = build_effect("limit", rule, book.exercises, book.sets, book.messages.suspects)
    return (effect.limit if isinstance(effect, Limited) else None), wrong + more


def _problem(placed: Placed, what: str, hint: str) -> Problem:
    return Problem(where=f"{placed.where}: guarantee `{placed.table.id}`", what=what, hint=hint)
