"""Every statement of the documents is encoded with its figures or refused by name; every contradiction is settled."""

from __future__ import annotations

import re

import pytest
from backtriage.findings.conditions import Compare
from backtriage.rulebook.doses import Dose
from backtriage.rulebook.exercises import Exercise
from backtriage.rulebook.ledger import Entry, entries, read_ledger
from backtriage.rulebook.rules import Limited

from strategies import BOOK

LEDGER = read_ledger(BOOK)
MUST_BE_ENCODED = {"dose", "technique", "stop_rule", "avoid", "red_flag", "referral"}
LOST = {"S307": "3 to 5 sets of a list of five exercises, and the list itself is lost (C25)"}
"""Clear statements that cannot be encoded because what they speak of is lost."""

WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "eight": 8,
    "ten": 10,
    "twelve": 12,
    "half": 0.5,
}


def figures_of(entry: Entry) -> set[float]:
    """Every figure an entry carries: in its words, its dose, its limits and its condition."""
    found: set[float] = set()
    if isinstance(entry, Exercise):
        texts = [entry.name, *entry.steps, *entry.avoid, *entry.cautions, entry.feel, entry.progression, entry.why]
        texts += [variant.how for variant in entry.variants]
        if entry.dose:
            spans = [getattr(entry.dose, figure) for figure in Dose.FIGURES]
            for span in filter(None, spans):
                found.update(range(span.start, span.ceiling + 1))  # a range holds every figure inside it
            found.add(entry.dose.rest_seconds)
    else:
        texts = [
            entry.title,
            entry.because,
            *(getattr(entry.effect, name, "") for name in ("text", "exercise_because")),
        ]
        found.update(atom.bound for atom in entry.when.atoms() if isinstance(atom, Compare))
        if isinstance(entry.effect, Limited):
            limit = entry.effect.limit
            found.update([*limit.at_most.values(), *limit.start_at_most.values(), limit.session_minutes or 0])
    for text in texts:
        found.update(float(number) for number in re.findall(r"\d+(?:\.\d+)?", text))
        found.update(WORDS[word] for word in re.findall(r"[a-z]+", text.lower()) if word in WORDS)
    return found


def note_of(entry: Entry, statement: str) -> str:
    return next(ref.note for ref in entry.sources if ref.id == statement)


def test_the_ledger_holds_every_statement_and_every_contradiction_once():
    assert list(LEDGER.statements) == [f"S{number:03}" for number in range(1, 519)]
    assert list(LEDGER.contradictions) == [f"C{number:02}" for number in range(1, 55)]


def test_every_cited_statement_and_settled_contradiction_exists():
    assert set(LEDGER.cited) <= set(LEDGER.statements)
    assert set(LEDGER.settled) <= set(LEDGER.contradictions)


@pytest.mark.parametrize("id_", LEDGER.statements)
def test_a_statement_is_encoded_or_refused_by_name_never_both(id_):
    statement = LEDGER.statements[id_]
    assert bool(LEDGER.cited.get(id_)) is not bool(statement.not_encoded)
    if statement.kind in MUST_BE_ENCODED and statement.confidence == "clear" and id_ not in LOST:
        assert LEDGER.cited.get(id_), (
            "a clear dose, technique, stop rule, avoidance, red flag or referral must be encoded"
        )


@pytest.mark.parametrize("id_", [id_ for id_ in LEDGER.cited if LEDGER.statements[id_].figures])
def test_what_cites_a_statement_carries_its_figures(id_):
    """A reference that follows a statement only in part, or not at all, says so in its note."""
    for entry in LEDGER.cited[id_]:
        if not note_of(entry, id_):
            missing = set(LEDGER.statements[id_].figures) - figures_of(entry)
            assert not missing, f"{entry.id} cites {id_} ({LEDGER.statements[id_].says}) without {missing}"


@pytest.mark.parametrize("id_", LEDGER.contradictions)
def test_every_contradiction_is_settled_by_an_entry(id_):
    assert LEDGER.settled.get(id_)
    assert set(LEDGER.contradictions[id_].statements) <= set(LEDGER.statements)


def test_claims_that_must_not_be_repeated_are_repeated_nowhere():
    promises = (
        r"cure[sd]?|(instant|immediate) relief|best stretch|opens? the nerve|get rid of|guarantee[sd]?|essential oil"
    )
    forbidden = re.compile(rf"\b({promises})\b", re.IGNORECASE)
    texts = [text for level in BOOK.messages.levels.values() for text in (level.say, level.moving, level.begin)]
    for entry in entries(BOOK):
        texts += (
            [entry.why, *entry.steps, *entry.cautions, entry.progression]
            if isinstance(entry, Exercise)
            else [entry.because, getattr(entry.effect, "text", "")]
        )
    assert [text for text in texts if forbidden.search(text)] == []
