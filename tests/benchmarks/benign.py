"""Invented people with harmless back or neck pain, drawn from the assumed rates of ``benign.toml``."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import attrs
import backtriage as bt
from backtriage.findings.conditions import ALWAYS, Condition
from backtriage.findings.finding import Choice, YesNo
from backtriage.findings.parsing import Meaning, parse
from backtriage.findings.vocabulary import is_said
from backtriage.rulebook.rules import Urgent

Drawn = TypeVar("Drawn")
Rates: TypeAlias = tuple[tuple[Condition, float], ...]
"""Conditions, each with the share of those for whom it is the first to hold."""
Person: TypeAlias = dict[str, Any]
"""What somebody answers; ``None`` is a finding that they are never asked for, as its gate is closed."""

PATH = Path(__file__).with_suffix(".toml")
ORDINARY: dict[str, Person] = {table["name"]: table["answers"] for table in tomllib.loads(PATH.read_text())["person"]}
"""Ordinary people by name; all else is denied."""


@attrs.frozen(kw_only=True)
class Figure:
    """How a number or choice is drawn, a number evenly within a band.

    Attributes:
        when: For whom; the first of a finding that holds is taken.
        shares: Options, or the least and greatest value of a band, each with the share of people.
    """

    when: Condition
    shares: tuple[tuple[str | tuple[int, int], float], ...]


@attrs.frozen(kw_only=True)
class Table:
    """The rates, as far as the urgency of a rulebook turns on what they are of.

    Attributes:
        vocabulary: Whose gates are respected.
        seed: Where the random numbers begin.
        size: How many people the table is made for.
        budget: Level to the most people, as a share, that it may take.
        figures: Number or choice to how it is drawn; one that the rulebook does not ask for is drawn and not said.
        places: Where it hurts, with the share of people.
        rates: Yes/no finding to its rates.
        gates: Finding to the conditions under which it is drawn, each after all that it turns on.
        without_rate: The findings that nobody has set a rate for; they get the default.
        not_asked: The findings with a rate that decide no urgency here.
    """

    vocabulary: Any
    seed: int
    size: int
    budget: Mapping[str, float]
    figures: Mapping[str, tuple[Figure, ...]]
    places: tuple[tuple[tuple[str, ...], float], ...]
    rates: Mapping[str, Rates]
    gates: Mapping[str, tuple[Condition, ...]]
    without_rate: tuple[str, ...]
    not_asked: tuple[str, ...]


# -- reading ----------------------------------------------------------------------------------------------------------


def read_table(book: bt.RuleBook, path: Path = PATH) -> Table:
    """The table, read for a rulebook; what it rates and the rulebook does not know is left out."""
    read = tomllib.loads(path.read_text())
    rated = {id_: rates for group in read["group"] for id_, rates in group["rates"].items()}
    names = _names(book, read["choice"], rated)
    places = tuple((tuple(ids), share) for share, *ids in read["place"]["shares"])
    asked = [id_ for id_ in _decisive(book) if not any(id_ in ids for ids, _ in places)]
    default = read["default"]
    findings = book.vocabulary.findings
    written = {id_: rated.get(id_, default["red_flag" if findings[id_].red_flag else "other"]) for id_ in asked}
    rates = {id_: _rates(rows, names) for id_, rows in written.items()}
    figures = _figures([*read["choice"], *read["number"]], names)
    return Table(
        vocabulary=book.vocabulary,
        seed=read["seed"],
        size=read["people"],
        budget=read["budget"],
        figures=figures,
        places=places,
        rates=rates,
        gates=_gates(figures, rates, book),
        without_rate=tuple(id_ for id_ in asked if id_ not in rated),
        not_asked=tuple(id_ for id_ in rated if id_ not in asked),
    )


def _names(book: bt.RuleBook, choices: list[dict[str, Any]], rated: Iterable[str]) -> dict[str, Meaning]:
    """What each name in a condition of the table stands for, what the rulebook does not ask for included."""
    unknown: dict[str, Meaning] = {id_: YesNo(id=id_, text="") for id_ in rated}
    for table in choices:
        unknown[table["id"]] = Choice(id=table["id"], text="", options=dict.fromkeys(table["options"], ""))
    return {**unknown, **book.vocabulary.findings, **book.definitions}


def _decisive(book: bt.RuleBook) -> list[str]:
    """The yes/no findings that urgency turns on, directly or through a gate, and that are asked for or follow from one
    that is."""
    findings = book.vocabulary.findings
    todo = [id_ for rule in book.rules if isinstance(rule.effect, Urgent) for id_ in rule.findings]
    found: set[str] = set()
    while todo:
        id_ = todo.pop()
        if id_ not in found:
            found.add(id_)
            todo += [*_named(book.vocabulary.gates_of(id_)), *book.vocabulary.implied.get(id_, ())]
    asked = {
        id_
        for id_ in found
        if isinstance(finding := findings[id_], YesNo) and not (finding.reported or finding.clearance)
    }
    asked.update(*(book.vocabulary.implied.get(id_, ()) for id_ in asked))
    return [id_ for id_ in findings if id_ in asked]


def _rates(written: Any, names: Mapping[str, Meaning]) -> Rates:
    rows = written if isinstance(written, list) else [written]
    return tuple((parse(row[0], names), row[1]) if isinstance(row, list) else (ALWAYS, row) for row in rows)


def _figures(tables: list[dict[str, Any]], names: Mapping[str, Meaning]) -> dict[str, tuple[Figure, ...]]:
    found: dict[str, tuple[Figure, ...]] = {}
    for table in tables:
        bands = tuple(((low, high), share) for low, high, share in table.get("bands", ()))
        figure = Figure(
            when=parse(table.get("when", "always"), names),
            shares=bands or tuple(table["options"].items()),
        )
        found[table["id"]] = (*found.get(table["id"], ()), figure)
    return found


def _gates(figures: Mapping[str, tuple[Figure, ...]], rates: Mapping[str, Rates], book: bt.RuleBook) -> dict[str, Any]:
    """What each is drawn under, in an order of drawing.

    A line that sums up others is asked first and opens them; they imply it. Their rates are of everybody, so they are
    drawn first and it follows, unless their rates speak of it.
    """
    vocabulary = book.vocabulary
    turns_on = {
        id_: {pair.of for pair in book.vocabulary.ceilings if pair.finding == id_}
        | _named(figure.when for figure in of)
        for id_, of in figures.items()
    }
    turns_on |= {id_: _named(when for when, _ in rows) for id_, rows in rates.items()}

    def drawn_under(id_: str) -> tuple[Condition, ...]:
        found: list[Condition] = []
        for gate in vocabulary.gates_of(id_) if id_ in vocabulary.findings else ():
            sums_up = _named([gate]) & set(vocabulary.implied.get(id_, ())) - turns_on.get(id_, set())
            found += [wider for above in sums_up for wider in drawn_under(above)] if sums_up else [gate]
        return tuple(found)

    gates = {id_: drawn_under(id_) for id_ in turns_on}
    needs = {id_: turns_on[id_] | _named(gates[id_]) for id_ in turns_on}
    for id_, implied in vocabulary.implied.items():
        for follows in implied:
            if id_ in needs and follows in needs and follows not in needs[id_]:
                needs[follows].add(id_)
    return {id_: gates[id_] for id_ in TopologicalSorter(needs).static_order() if id_ in gates}


def _named(conditions: Iterable[Condition]) -> set[str]:
    return {atom.finding for condition in conditions for atom in condition.atoms()}


# -- drawing ----------------------------------------------------------------------------------------------------------


def people(table: Table, size: int) -> Iterator[Person]:
    """So many people, the same ones each time.

    Everything drawn has random numbers of its own, one for each person whether asked or not: two rulebooks meet the
    same people.
    """
    drawn = (*table.figures, "place", *table.rates)
    streams = {id_: random.Random(f"{table.seed} {id_}") for id_ in drawn}
    for _ in range(size):
        chances = {id_: stream.random() for id_, stream in streams.items()}
        yield _asked(table, _known(table, chances))


def _known(table: Table, chances: Mapping[str, float]) -> Person:
    where, _ = _pick(table.places, chances["place"])
    known: Person = {id_: id_ in where for ids, _ in table.places for id_ in ids}
    implied: set[str] = set()
    for id_, gates in table.gates.items():
        if id_ in implied:
            known[id_] = True
        elif not all(gate.holds(known) for gate in gates):
            known[id_] = None
        elif figures := table.figures.get(id_):
            limits = [pair.limit(known[pair.of]) for pair in table.vocabulary.ceilings if pair.finding == id_]
            known[id_] = _value(figures, chances[id_], known, limits)
        else:
            known[id_] = chances[id_] < next((rate for when, rate in table.rates[id_] if when.holds(known)), 0.0)
        if known[id_] is True:
            implied.update(table.vocabulary.implied.get(id_, ()))
    return known | dict.fromkeys(implied, True)


def _asked(table: Table, known: Person) -> Person:
    """What of it somebody answers: a line that was ticked, and every line and number whose gates are open."""
    words = table.vocabulary
    answers = {
        id_: value if value is True or all(gate.holds(known) for gate in words.gates_of(id_)) else None
        for id_, value in known.items()
        if id_ in words.findings
    }
    silent = {id_ for others in words.heard_through.values() for id_ in others} - answers.keys()
    heard = {one for id_, value in answers.items() if is_said(value) for one in words.heard_through.get(id_, ())}
    return answers | {id_: None if id_ in heard else False for id_ in silent}


def _value(figures: tuple[Figure, ...], chance: float, known: Person, limits: Iterable[float]) -> int | str:
    figure = next(figure for figure in figures if figure.when.holds(known))
    picked, within = _pick(figure.shares, chance)
    if isinstance(picked, str):
        return picked
    low, high = picked
    return int(min([low + int(within * (high - low + 1)), *limits]))


def _pick(shares: Iterable[tuple[Drawn, float]], chance: float) -> tuple[Drawn, float]:
    """What a chance falls upon, and how far into its share."""
    for thing, share in (listed := tuple(shares)):
        if chance < share:
            return thing, chance / share
        chance -= share
    return listed[-1][0], 0.0
