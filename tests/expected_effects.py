"""What each rule does, read from tests/expected/effects.toml, and what of it a rulebook does not do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
import backtriage as bt
from backtriage.testing.mutated import assessed

from expected_results import BOOK, read

Row = Mapping[str, Any]

_READ = read("effects.toml")
EFFECTS: list[dict[str, Any]] = _READ["row"]
PEOPLE: dict[str, dict[str, Any]] = _READ["people"]
RELEASED = {id_: True for id_ in BOOK.vocabulary.findings if id_.startswith("cleared_")}
ALONE = [id_ for id_, finding in BOOK.vocabulary.findings.items() if finding.red_flag and not finding.checklist]
UNTROUBLED = dict.fromkeys(ALONE, False) | RELEASED
EMERGENCY = {"saddle_numbness_new": True}
SEEN_TODAY = {"hot_painful_joint": True}


def undone(row: Row, book: bt.RuleBook) -> list[str]:
    """What of a row a rulebook does not do: where the rule holds, and where it just does not."""
    return [*_where_it_holds(row, book), *_near_misses(row, book)]


def left_without(row: Row, book: bt.RuleBook) -> list[str]:
    """What of a row is left in the first of `fires` once its rule is taken out of a rulebook."""
    without = attrs.evolve(book, rules=tuple(rule for rule in book.rules if rule.id != row["id"]))
    case = _when_it_shows(row, row["fires"][0])
    found = [_assessed(without, person, case) for person in _people(row)]
    before = [_assessed(book, person, case) for person in _people(row)]
    free = {id_ for a in found for id_ in _allowed(a)}
    left = [f"{id_} is not allowed" for id_ in row.get("forbids", ()) if id_ not in free]
    if "leaves" in row and free <= set(row["leaves"]):
        left.append("no more is allowed")
    if "offers" in row and free.issuperset(row["offers"]):
        left.append("all that it offers is allowed")
    if "order" in row and [_order(a) for a in found] == [_order(a) for a in before]:
        left.append("the session is the same")
    for figures in ("doses", "session", "says", "stops"):
        for a in found if figures in row else ():
            left += [f"still so: {what}" for what, so in _SHOWN[figures](row, a) if so]
    return left


def _where_it_holds(row: Row, book: bt.RuleBook) -> Iterator[str]:
    for case in row["fires"]:
        for person in _people(row):
            if row["id"] not in {rule.id for rule in _assessed(book, person, case).because}:
                yield f"{case}: it does not fire"
            found = _assessed(book, person, _when_it_shows(row, case))
            for key in _SHOWN.keys() & row.keys():
                yield from (f"{case}: not so: {what}" for what, so in _SHOWN[key](row, found) if not so)
        if "without_exercise" in row:
            page = _flat(str(_assessed(book, PEOPLE[row["people"][0]], case | SEEN_TODAY)))
            yield from (f"{case}: not said without exercise: {words}" for words in row["says"] if words not in page)
        if "waits" in row:
            said = _said(_assessed(book, PEOPLE[row["people"][0]], case | EMERGENCY))
            if (row["says"][0] not in said) is not row["waits"]:
                yield f"{case}: {'' if row['waits'] else 'not '}said in an emergency"


def _near_misses(row: Row, book: bt.RuleBook) -> Iterator[str]:
    for case in row.get("spares", ()):
        for person in _people(row):
            found = _assessed(book, person, case)
            if row["id"] in {rule.id for rule in found.because}:
                yield f"{case}: it fires"
            if "says" in row and "stops" not in row:
                yield from (f"{case}: {what}" for what, so in _says(row, found) if so)


def _when_it_shows(row: Row, case: Mapping[str, Any]) -> Mapping[str, Any]:
    """A stop rule is told to those who have not exercised yet."""
    return {} if "stops" in row else case


def _people(row: Row) -> list[dict[str, Any]]:
    return [PEOPLE[name] for name in row["people"]]


def _assessed(book: bt.RuleBook, person: Mapping[str, Any], case: Mapping[str, Any]) -> bt.Assessment:
    given = {**UNTROUBLED, **person, **case}
    return assessed(book, bt.Profile(given, denies=list(book.vocabulary.checklists), rulebook=book))


# -- what an assessment shows of a row ---------------------------------------------------------------------------------

Shown = Iterator[tuple[str, bool]]


def _allowed(a: bt.Assessment) -> list[str]:
    return [entry.exercise.id for entry in a.allowed]


def _forbids(row: Row, a: bt.Assessment) -> Shown:
    excluded = {entry.exercise.id: {rule.id for rule in entry.because} for entry in a.excluded}
    for id_ in (*row.get("forbids", ()), *row.get("forbids_too", ())):
        yield f"{id_} is not allowed because of it", row["id"] in excluded.get(id_, ())


def _leaves(row: Row, a: bt.Assessment) -> Shown:
    excluded = {entry.exercise.id: {rule.id for rule in entry.because} for entry in a.excluded}
    for id_, exercise in BOOK.exercises.items():
        if exercise.status == "offered":
            left = row["id"] not in excluded.get(id_, ())
            yield f"{row['leaves']} are left, and {id_} is{' not' * (not left)}", left is (id_ in row["leaves"])


def _offers(row: Row, a: bt.Assessment) -> Shown:
    offered = {entry.exercise.id for entry in a.allowed if row["id"] in {rule.id for rule in entry.because}}
    yield f"it offers {row['offers']}, not {sorted(offered)}", offered == set(row["offers"])


def _order(a: bt.Assessment) -> tuple[str, list[str]]:
    return a.routine.id if a.routine else "", [entry.exercise.id for entry in a.session]


def _orders(row: Row, a: bt.Assessment) -> Shown:
    (order,) = [rule.effect.exercises for rule in a.because if rule.id == row["id"]] or [()]
    yield f"the order is {row['order']}", list(order) == row["order"]


def _doses(row: Row, a: bt.Assessment) -> Shown:
    doses = {entry.exercise.id: entry.dose for entry in a.allowed}
    for id_, figures in row["doses"].items():
        for figure, wanted in figures.items():
            found: Any = getattr(doses.get(id_), figure, None)
            span = [found.start, found.ceiling] if hasattr(found, "start") else list(found or ())
            yield f"{id_}: {figure} {wanted}", span == wanted


def _session(row: Row, a: bt.Assessment) -> Shown:
    yield f"{row['session']['moves']} moves", counted(a.session) == row["session"]["moves"]


def _says(row: Row, a: bt.Assessment) -> Shown:
    said = _said(a)
    yield from ((f"said: {words}", words in said) for words in row["says"])


def _said(a: bt.Assessment) -> str:
    stops = [rule.effect.text for rule in a.stop_rules]
    beside = [text for entry in a.allowed for text in entry.cautions]
    cautions, advice = [one.text for one in a.cautions], [rule.effect.text for rule in a.advice]
    return _flat("\n".join((*stops, *beside, *cautions, *advice)))


def _stops(row: Row, a: bt.Assessment) -> Shown:
    scopes = [rule.effect.scope for rule in a.stop_rules if rule.id == row["id"]]
    yield f"it stops {row['stops']}", scopes == [row["stops"]]


def _flat(text: str) -> str:
    return " ".join(text.split())


_SHOWN = {
    "forbids": _forbids,
    "forbids_too": _forbids,
    "leaves": _leaves,
    "offers": _offers,
    "order": _orders,
    "doses": _doses,
    "session": _session,
    "says": _says,
    "stops": _stops,
}


def counted(entries: Sequence[bt.Allowed]) -> int:
    """How many set moves some exercises are: what is measured in minutes is none, nor the second half of another."""
    ids = [entry.exercise.id for entry in entries]
    return sum(bool(entry.dose.repetitions) and entry.exercise.continues not in ids for entry in entries)
