"""What a chatbot says: in order, locked where it must be, from the rulebook, and in words that most people can read."""

from __future__ import annotations

import re

import backtriage as bt
import pytest
import textstat
from backtriage.presentation.chat_messages import ChatMessage, Part, messages
from hypothesis import example, given, settings

from strategies import BOOK, VOCABULARY, profiles

EVERYTHING = list(VOCABULARY.checklists)
NO_PLAINER_WORD = {
    **dict.fromkeys(("physiotherapist", "physiotherapists", "rheumatologist", "professional"), "doctor"),
    **dict.fromkeys(("emergency", "department", "maternity"), "doctor"),  # the names on the door
    **dict.fromkeys(("appointment", "operation", "operations", "surgery"), "visit"),
    **dict.fromkeys(("exercise", "exercises", "exercised"), "moving"),  # the subject itself
    **dict.fromkeys(("inflammatory", "inflammation", "osteoporosis", "pregnancy"), "illness"),  # what doctors say
    "medicine": "tablet",
}
"""Words for which there is no plainer one that means the same: each counts as the word of two syllables beside it."""


def grade(text: str) -> float:
    """The US school grade by Flesch and Kincaid; an item of a list is a sentence."""
    plain = re.sub(r"[A-Za-z]+", lambda word: NO_PLAINER_WORD.get(word[0].lower(), word[0]), text)
    return textstat.flesch_kincaid_grade(re.sub(r"[:.]?\n(- )?", ". ", plain))


def told(**answers: object) -> tuple[ChatMessage, ...]:
    denies = answers.pop("denies", ())
    return messages(bt.assess(answers, denies=denies))


def ordinary(**answers: object) -> bt.Assessment:
    person = {"age": 41, "pain_score": 3, "pain_duration_days": 9, "lower_back_pain": True, **answers}
    return bt.assess(person, denies=EVERYTHING)


@settings(max_examples=100)
@given(profiles())
def test_messages_read_at_grade_seven_or_below(profile):
    assert grade("\n".join(message.text for message in messages(bt.assess(profile)))) <= 7


@settings(max_examples=50)
@given(profiles())
@example(bt.Profile(exercise_new_weakness=True, denies=EVERYTHING, not_sure=["chest_pain_now"]))
def test_what_must_be_shown_word_for_word_reads_at_grade_seven_or_below(profile):
    for message in messages(bt.assess(profile, region="GB")):
        items = message.text.replace(";", ".")  # a list of whom to see is read one by one
        assert not message.locked or message.part is Part.WHEN or grade(items) <= 7, message.text


@settings(max_examples=50)
@given(profiles())
@example(bt.Profile(age=None, denies=list(bt.default_rulebook().vocabulary.checklists), chest_pain_now=None))
def test_nothing_of_what_to_do_now_is_left_out(profile):
    assessment = bt.assess(profile)
    now = [message for message in messages(assessment) if message.part is Part.NOW]
    own = ("messages.locked", "questions")  # a crisis, and what is open, are messages of their own
    said = [one.text for one in now if not one.address.startswith(own) and one.address != "rules"]
    net = {f"{head}:": f"{head}: {signs}." for head, signs in assessment.safety_net.items()}  # a list of its own here
    assert " ".join(net.get(text.partition("\n")[0], text) for text in said) == assessment.action.message


@settings(max_examples=50)
@given(profiles())
def test_messages_come_in_order_and_a_crisis_first(profile):
    assessment = bt.assess(profile)
    found = messages(assessment)
    parts = [list(Part).index(message.part) for message in found]
    assert parts == sorted(parts)
    assert tuple(message.text for message in found[: len(assessment.action.locked)]) == assessment.action.locked


@settings(max_examples=50)
@given(profiles())
def test_the_first_message_is_locked(profile):
    assert messages(bt.assess(profile))[0].locked


@settings(max_examples=50)
@given(profiles())
def test_every_rule_and_source_that_a_message_names_exists(profile):
    for message in messages(bt.assess(profile)):
        for id_ in message.rules:
            assert BOOK.rule(id_)
        assert set(message.sources) <= {ref.id for id_ in message.rules for ref in BOOK.rule(id_).sources}


@settings(max_examples=50)
@given(profiles())
def test_only_allowed_exercises_are_called_safe(profile):
    assessment = bt.assess(profile)
    allowed = {f"exercises.{entry.exercise.id}.name" for entry in assessment.allowed}
    assert {message.address for message in messages(assessment) if message.part is Part.SAFE} <= allowed


def test_where_exercises_are_allowed_the_stop_rules_are_locked():
    stop = [message for message in messages(ordinary()) if message.part is Part.STOP]
    assert [message.rules[0] for message in stop] == [rule.id for rule in ordinary().stop_rules]
    assert all(message.locked for message in stop)


def test_an_emergency_says_so_and_nothing_of_exercises():
    found = told(new_bladder_change=True)
    assert found[0].locked
    assert found[0].text.startswith("This needs a hospital now.")
    assert {message.part for message in found} == {Part.NOW}


def test_whom_to_see_and_by_when_is_locked():
    when = [message for message in told(fever_or_shivers=True, denies=EVERYTHING) if message.part is Part.WHEN]
    assert [(message.locked, "today" in message.text) for message in when] == [(True, True)]


@pytest.mark.parametrize(
    ("finding", "locked"),
    [
        ("suicidal_thoughts", "suicide"),
        ("too_many_painkillers", "painkillers"),
        ("overdose_unwell_or_meant", "overdose"),
    ],
)
def test_a_crisis_has_its_own_message_word_for_word(finding, locked):
    first = told(**{finding: True})[0]
    assert (first.locked, first.address) == (True, f"messages.locked.{locked}")


def test_the_numbers_are_the_regions():
    assert "ring 999 or 112" in " ".join(m.text for m in messages(bt.assess(fever_or_shivers=True, region="GB")))
    assert not any("{" in message.text for message in messages(bt.assess(suicidal_thoughts=True, region="US")))


def test_what_to_watch_for_is_told_to_everybody_but_an_emergency():
    assert [message.address for message in messages(ordinary()) if message.part is Part.WATCH] == [
        f"messages.safety_net.{heading}" for heading in BOOK.messages.safety_net
    ]


def test_an_assessment_gives_its_messages_itself():
    assert ordinary().messages() == messages(ordinary())
