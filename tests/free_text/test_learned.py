"""The second reader: what it adds, what it may not do, and that its file is the one that the corpora give."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import backtriage as bt
import framing
import learn_language
import pytest
from backtriage.free_text.learned import FILE, read_learned, written
from backtriage.free_text.lexicon import language
from hypothesis import given, settings
from hypothesis import strategies as st

from strategies import BOOK

SAYINGS = [
    "numb",
    "no",
    "my bum",
    "legs",
    "since tuesday",
    "cant pee",
    "father",
    "chest pain",
    "never",
    "if",
    ".",
    "but",
]


@pytest.fixture(scope="module")
def phrases_only(tmp_path_factory):
    """Reads a message with a rulebook that has no weights."""
    folder = Path(shutil.copytree(BOOK.path, tmp_path_factory.mktemp("phrases") / "rules"))
    (folder / "language" / FILE).unlink()
    book = bt.load_rulebook(folder)
    return lambda text: bt.read_message(text, rulebook=book)


def test_the_weights_are_those_of_the_corpora_and_the_clues():
    learned_from = learn_language.messages()
    learned = read_learned(Path(BOOK.path) / "language")
    assert learned.digest == learn_language.digest(learned_from), "run tests/benchmarks/learn_language.py"


def test_the_file_is_small_enough_to_ship():
    assert (Path(BOOK.path) / "language" / FILE).stat().st_size < 1_200_000


@settings(max_examples=60)
@given(st.lists(st.sampled_from(SAYINGS), max_size=20).map(" ".join))
def test_it_adds_and_overrides_no_denial(phrases_only, text):
    alone, both = phrases_only(text), bt.read_message(text)
    asked = {finding.id for finding in both.ask}
    assert alone.present <= both.present | asked
    assert not (alone.absent | {entry.finding.id for entry in alone.set_aside}) & (both.present - alone.present)
    assert alone.absent == both.absent
    assert not asked & (both.present | both.absent)


def test_a_rulebook_without_weights_keeps_its_phrases(phrases_only):
    reading = phrases_only("I can't feel when I wee")
    assert [(entry.found_by, entry.because) for entry in reading.suggestions] == [("phrases", None)]
    assert reading.ask == ()


def test_what_is_asked_about_is_an_emergency_or_locks_a_message():
    words_of = language(BOOK)
    for message in learn_language.messages()[::25]:
        assert {finding.id for finding in bt.read_message(message["text"]).ask} <= words_of.grave


def test_a_suggestion_says_who_found_it_and_what_it_is_like():
    text = "I can't feel when I wee, since Monday"
    (entry,) = [one for one in bt.read_message(text).suggestions if one.finding.id == "new_bladder_change"]
    assert entry.found_by == "both"
    assert all(text[start:end].strip() for start, end in entry.because.spans)
    like = {message["id"]: message for message in learn_language.messages()}[entry.because.like]
    assert like["text"] == entry.because.like_text
    assert "new_bladder_change" in like["present"]


def test_framing_loses_nothing():
    drawn = random.Random(14).sample(list(framing.framed()), 150)
    assert [(gone, text) for core, text in drawn if (gone := framing.lost(core, text))] == []


def test_a_host_s_reader_only_adds():
    def reader(_: str) -> bt.Heard:
        return bt.Heard(suggest=frozenset({"chest_pain_now", "foot_drop"}), ask=frozenset({"fever_or_shivers"}))

    reading = bt.read_message("no chest pain", reader=reader)
    assert reading.absent == {"chest_pain_now"}
    assert reading.present == {"foot_drop"}
    assert reading.suggestions[0].found_by == "host"
    assert "fever_or_shivers" in {finding.id for finding in reading.ask}


def test_a_host_s_reader_that_names_no_finding_is_refused():
    with pytest.raises(bt.ProfileError, match="reader: unknown `foot_dropp`; did you mean `foot_drop`"):
        bt.read_message("hello", reader=lambda _: bt.Heard(suggest=frozenset({"foot_dropp"})))


def test_a_file_that_is_none_names_itself(tmp_path):
    folder = Path(shutil.copytree(BOOK.path, tmp_path / "rules"))
    for data in (b"", b"weights", written({}, {})):
        (folder / "language" / FILE).write_bytes(data)
        with pytest.raises(bt.RulebookError, match=rf"language/{FILE}: cannot be read"):
            bt.read_message("hello", rulebook=bt.load_rulebook(folder))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I am 41, pain 7/10 for two weeks on the left side", {"age": 41, "pain_score": 7, "pain_duration_days": 14}),
        ("24f, bad back for 3 days", {"age": 24, "pain_duration_days": 3}),
        ("62 years old. It started about a week ago", {"age": 62, "pain_duration_days": 7}),
        ("sore for 20 minutes after my walk", {"exercise_pain_minutes": 20}),
        ("I am 28 weeks pregnant", {}),
        ("I am 300", {}),
        ("it was 3/10 and is 6/10", {}),
    ],
)
def test_numbers_said_in_passing_are_read_where_they_are_clear(text, said):
    found = {one.finding: one.value for one in bt.read_message(text).in_passing}
    assert said.items() <= found.items()
    assert found.keys() - said.keys() <= {"pain_side"}


def test_a_side_said_in_passing_is_read_and_two_sides_are_not():
    def side(text: str) -> list[object]:
        return [said.value for said in bt.read_message(text).in_passing if said.finding == "pain_side"]

    assert side("it hurts on the left") == ["left"]
    assert side("first the left side, now on the right") == []


def test_an_exercise_that_somebody_asks_leave_for_is_named():
    assert "sit_up" in bt.read_message("Can I do sit-ups?").asked_about
    assert bt.read_message("I did sit-ups yesterday.").asked_about == ()
