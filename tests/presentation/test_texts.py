"""What a person reads has parts, each with its address: whatever stands in a text, nobody takes it apart."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import attrs
import backtriage as bt
import pytest
from backtriage.adapters import fhir
from backtriage.adapters.http import screens
from backtriage.presentation import page
from backtriage.rulebook.messages import Messages, Region
from backtriage.rulebook.texts import ListText, Text
from backtriage.testing.strategies import red_flag_profiles
from hypothesis import example, given, settings
from hypothesis import strategies as st

from strategies import BOOK, VOCABULARY, profiles

REGION = Region(name="Odd", emergency="1 (a; b). C", urgent="2: d (e; f). G", crisis="3; h", poison="2: d (e; f). G")
WELL = {"age": 41, "pain_score": 2, "pain_duration_days": 9, "lower_back_pain": True}


def odd(words: str) -> str:
    """The words among whatever else a sentence may hold."""
    return f"First: one; two (three; four). {words} - Then: five (six). Seven; eight (nine)"


def oddly(thing: Any, *keys: str) -> Any:
    return attrs.evolve(thing, **{key: odd(words) for key in keys if (words := getattr(thing, key))})


def odd_messages(said: Messages) -> Messages:
    level = ("say", "first", "ring_only", "advice", "see", "see_note", "ring_only_see", "by")
    level += ("moving", "resting", "gentle", "begin")
    return attrs.evolve(
        oddly(said, "unsettled", "unsettled_walking", "unsettled_mild", "not_ruled_out"),
        levels={one: oddly(texts, *level) for one, texts in said.levels.items()},
        locked={key: odd(words) for key, words in said.locked.items()},
        safety_net={odd(head): tuple(map(odd, signs)) for head, signs in said.safety_net.items()},
        signs={odd(sign): findings for sign, findings in said.signs.items()},
        help={group: oddly(texts, "say", "see") for group, texts in said.help.items()},
    )


def odd_rule(rule: bt.Rule) -> bt.Rule:
    texts = [key for key in ("why", "see", "see_note", "text", "exercise_because") if hasattr(rule.effect, key)]
    return attrs.evolve(oddly(rule, "title", "because"), effect=oddly(rule.effect, *texts))


ODD = attrs.evolve(
    BOOK,
    messages=odd_messages(BOOK.messages),
    rules=tuple(map(odd_rule, BOOK.rules)),
    regions={**BOOK.regions, "ODD": REGION},
)


def written(book: bt.RuleBook) -> dict[str, str]:
    """Address to words, as the rulebook has them."""
    said = book.messages
    found = {f"messages.{key}": getattr(said, key) for key in attrs.fields_dict(Messages)}
    found |= {f"messages.locked.{key}": words for key, words in said.locked.items()}
    found |= {f"messages.safety_net.{heading}": heading for heading in said.safety_net}
    found |= {f"messages.help.{group}.see": texts.see for group, texts in said.help.items()}
    for level, texts in said.levels.items():
        found |= {f"messages.levels.{level.value}.{key}": words for key, words in attrs.asdict(texts).items()}
    for rule in book.rules:
        found |= {f"rules.{rule.id}.{key}": getattr(rule, key) for key in ("title", "because")}
        found |= {f"rules.{rule.id}.{key}": getattr(rule.effect, key, "") for key in ("why", "see")}
        found |= {f"rules.{rule.id}.{key}": getattr(rule.effect, "text", "") for key in ("say", "caution")}
    return found


WRITTEN = written(ODD)


def stands_there(text: Text) -> bool:
    """Whether the rulebook has these words, whole, at their address: but for what is filled in."""
    return bool(re.fullmatch(re.sub(r"\\{\w+\\}", ".+", re.escape(WRITTEN[text.address])), text.words))


def on_one_line(page: str) -> str:
    return " ".join(page.split())


@settings(max_examples=100)
@given(st.one_of(profiles(), red_flag_profiles()))
@example(bt.Profile(WELL, denies=list(VOCABULARY.checklists)))
@example(bt.Profile(WELL, not_sure=list(VOCABULARY.checklists)))
@example(bt.Profile(too_many_painkillers=True, suicidal_thoughts=True, fever_or_shivers=True))
def test_whatever_a_text_holds_it_is_told_whole_and_with_its_address(profile):
    a = bt.assess(profile.to_dict(), rulebook=ODD, region="ODD", engine="reference")
    parts = (*a.action.shown_first, *a.action.parts)
    whom = a.referral.parts if a.referral else ()
    assert [text.address for text in (*parts, *whom, *a.watch_for) if not stands_there(text)] == []
    assert a.action.message == " ".join(map(str, a.action.parts))
    for text in a.watch_for:
        assert set(text.items) <= {REGION.filled(sign) for signs in ODD.messages.safety_net.values() for sign in signs}

    chat = a.messages()
    assert [(one.address, one.lead) for one in chat[: len(parts)]] == [(text.address, text.words) for text in parts]
    assert [one.locked for one in chat[: len(parts)]] == [text.locked for text in parts]
    lists = [one.items for one in chat[: len(parts)] if one.items]
    assert lists == [tuple(map(page.capital, text.items)) for text in parts if isinstance(text, ListText)]
    when = [one.items for one in chat if one.part == "when"]
    assert when in ([], [tuple(page.capital(str(one)) for one in whom)])
    assert all(one.lead and one.lead in one.text and all(item in one.text for item in one.items) for one in chat)
    assert [one["items"] for one in screens.messages(a)] == [list(one.items) for one in chat]

    printed = on_one_line(str(a))
    assert all(on_one_line(str(text)) in printed for text in parts)
    assert str(a).startswith(f"{page.heading(a)}\n===")
    notes = [note["text"] for note in fhir.guidance_response(a)["note"]]
    assert notes[: len(a.action.locked) + 1] == [*a.action.locked, a.action.message]
    assert "{" not in f"{a.action}{chat}{notes}{whom}"


@settings(max_examples=50)
@given(st.lists(st.sampled_from([id_ for id_ in VOCABULARY.yes_no if VOCABULARY.findings[id_].red_flag]), max_size=2))
@example(["exercise_new_weakness"])
@example([])
def test_whatever_a_text_holds_a_session_tells_it_whole(red):
    a = bt.assess(WELL, denies=list(VOCABULARY.checklists), rulebook=ODD, region="ODD", engine="reference")
    told = bt.ExerciseSession(a).report(at=datetime(2026, 11, 21, 9, tzinfo=UTC), **dict.fromkeys(red, True))
    by_book = [text for text in told.parts if text.address in WRITTEN]
    assert [text for text in by_book if not stands_there(text)] == []
    assert told.text == " ".join(map(str, told.parts))
    going_on = {f"messages.levels.{level.value}.{key}" for level in bt.Urgency for key in ("begin", "gentle")}
    assert not told.stops or going_on.isdisjoint(text.address for text in told.parts)
    assert set(told.assessment.action.shown_first) <= set(told.parts)
    if told.kind == "emergency":
        assert set(told.assessment.action.parts) <= set(told.parts)


def test_the_urgent_line_is_named_once_and_a_place_that_stands_for_the_same_words_names_it():
    texts = [Text("a", "Ring {poison}."), Text("b", "Ring {urgent}, {emergency} or {urgent}."), Text("c", "Nothing.")]
    filled = REGION.filled_once(texts, "that line")
    assert [text.words for text in filled] == [
        f"Ring {REGION.poison}.",
        f"Ring that line, {REGION.emergency} or that line.",
        "Nothing.",
    ]


@pytest.mark.parametrize("emergency", ["112", "0112", "112 or 999"])
def test_an_emergency_number_is_told_each_time_whatever_the_urgent_line_is(emergency):
    region = attrs.evolve(REGION, emergency=emergency, urgent="112")
    texts = [Text("a", "Ring {urgent}."), Text("b", "If it gets worse, ring {emergency}.")]
    assert region.filled_once(texts, "the urgent line")[1].words == f"If it gets worse, ring {emergency}."


def test_a_number_in_the_safety_net_is_filled_in_wherever_it_is_told():
    net = {"Now": ("numbness: ring {emergency}",)}
    book = attrs.evolve(BOOK, messages=attrs.evolve(BOOK.messages, safety_net=net, signs={}))
    a = bt.assess(WELL, denies=list(VOCABULARY.checklists), rulebook=book, region="GB")
    assert dict(a.safety_net) == {"Now": "numbness: ring 999 or 112"}
    assert "- Numbness: ring 999 or 112" in str(a)
