"""Reading messages and checking replies: what was complained about elsewhere, and what an attacker tries."""

from __future__ import annotations

import importlib
import re
import shutil
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import backtriage as bt
import pytest
from backtriage.free_text import phrases
from backtriage.free_text.lexicon import language
from backtriage.free_text.phrases import Places, Sentence, indexed
from backtriage.free_text.words import plain
from backtriage.rulebook.rules import Urgent
from hypothesis import given, settings
from hypothesis import strategies as st

from strategies import BOOK, VOCABULARY

CORPUS = Path(__file__).parents[1] / "benchmarks" / "corpora"
EVERYTHING = list(VOCABULARY.checklists)
ORDINARY = bt.assess(age=41, pain_score=3, pain_duration_days=9, lower_back_pain=True, denies=EVERYTHING)
EMERGENCY = bt.assess(new_bladder_change=True)


def present(text: str) -> set[str]:
    return set(bt.read_message(text).present)


def absent(text: str) -> set[str]:
    return set(bt.read_message(text).absent)


def aside(text: str) -> dict[str, str]:
    return {entry.finding.id: entry.why.value for entry in bt.read_message(text).set_aside}


def problems(text: str, assessment: bt.Assessment = ORDINARY) -> list[tuple[str, ...]]:
    found = bt.check_reply(text, assessment).problems
    return [(problem.kind.value, *sorted(problem.about)) for problem in found if problem.span]


def locked(assessment: bt.Assessment) -> str:
    return "\n".join(message.text for message in assessment.messages() if message.locked)


# -- messages ---------------------------------------------------------------------------------------------------------


MESSAGES = [
    message
    for file in sorted(CORPUS.glob("messages_dev*.toml"))
    for message in tomllib.loads(file.read_text())["message"]
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message["id"])
def test_no_emergency_of_the_development_corpus_is_missed(message):
    urgent = {id_ for id_ in message.get("present", ()) if language(BOOK).urgency[id_] == bt.Urgency.EMERGENCY.rank}
    assert urgent <= present(message["text"])


def test_a_denied_symptom_is_not_passed_on_as_present():
    assert present("I have no chest pain") == set()
    assert absent("I have no chest pain") == {"chest_pain_now"}


def test_noise_is_nothing_and_not_an_unconscious_person():
    for text in ("asdf qwer zxcv", "", "???", "hello", "\u200b\u200b", "1234 5678"):
        reading = bt.read_message(text)
        assert not reading.recognised
        assert reading.suggestions == reading.set_aside == reading.locked == ()


def test_numbness_belongs_to_its_place():
    assert "saddle_numbness_new" not in present("my arm is numb")
    assert "arm_numb_tingling" in present("my arm is numb")
    assert "saddle_numbness_new" in present("there is no feeling between my legs")
    assert absent("no numbness") == set()


@pytest.mark.parametrize(
    "text", ["can't go for a wee", "it feels different when I wipe", "I wet myself", "I can't feel my bum"]
)
def test_plain_words_for_the_worst_are_read(text):
    assert present(text) & {"new_bladder_change", "saddle_numbness_new"}


@pytest.mark.parametrize("text", ["numbnes betwen my legs", "cant controll my baldder", "INCONTINANCE", "numb bummm"])
def test_slips_of_the_keyboard_do_not_hide_the_worst(text):
    assert present(text) & {"new_bladder_change", "saddle_numbness_new"}


def test_what_is_not_the_persons_own_and_present_is_set_aside():
    assert aside("my father has cancer") == {"cancer_ever": "other_person"}
    assert aside("what if I lose control of my bladder?") == {"new_bladder_change": "imagined"}
    assert aside("I had chest pain last year") == {"chest_pain_now": "past"}
    assert present("my father has cancer. what if I lose control of my bladder? I had chest pain last year") == set()


def test_a_worry_about_what_is_there_is_there():
    assert "new_bladder_change" in present("I'm worried because I can't feel myself wee")


def test_what_is_said_to_be_there_is_never_denied_by_the_same_message():
    reading = bt.read_message("No numbness between my legs yesterday, but today I am numb between my legs")
    assert "saddle_numbness_new" in reading.present
    assert not reading.present & reading.absent


def test_what_has_been_there_for_long_is_the_old_finding():
    assert "saddle_bladder_bowel_old" in present("numb between my legs for 3 months")
    assert "saddle_numbness_new" not in present("numb between my legs for 3 months")


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("I don't want to be here anymore", "Thank you for saying so."),
        ("everyone would be better off without me", "Thank you for saying so."),
        ("I took the whole packet of paracetamol", "Ring "),
    ],
)
def test_a_crisis_gets_its_locked_message(text, start):
    assert bt.read_message(text, region="GB").locked[0].startswith(start)


@pytest.mark.parametrize(
    "text", ["what if I killed myself", "I'm scared that I might kill myself", "should I end my life?"]
)
def test_thoughts_of_ending_ones_life_count_as_a_worry_too(text):
    assert bt.read_message(text).locked


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("this noise will not stop and I wake up at five", "suicidal_thoughts"),
        ("the rash won't settle and I wake up hungry", "suicidal_thoughts"),
        ("my left knee hurts and now my left elbow too", "both_legs_new"),
        ("numb toe since May, I left it too late", "both_legs_new"),
        ("my right calf aches and my right heel is numb", "both_legs_new"),
        ("both hands tingle", "both_legs_new"),
    ],
)
def test_no_phrase_puts_words_of_two_clauses_together(text, finding):
    by_phrases = [one for one in bt.read_message(text).suggestions if one.found_by != "learned"]
    assert finding not in {one.finding.id for one in by_phrases}


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("if I drive far both calves go numb", "both_legs_new"),
        ("lost a stone with no change in what I eat", "weight_loss_unexplained"),
        ("Not sure if it matters: I took 20 paracetamol", "too_many_painkillers"),
        ("My wife says it's nothing, but both legs are numb", "both_legs_new"),
    ],
)
def test_a_habit_an_aside_and_somebody_elses_opinion_hide_nothing(text, finding):
    assert finding in present(text)


def test_no_crisis_no_locked_message():
    assert bt.read_message("I'm not suicidal, my back is killing me").locked == ()


def test_the_most_urgent_suggestion_comes_first():
    reading = bt.read_message("sore neck, and I can't feel when I wee")
    assert reading.suggestions[0].finding.id == "new_bladder_change"


@settings(max_examples=60)
@given(st.text(max_size=300))
def test_any_text_is_read_and_every_span_lies_in_it(text):
    reading = bt.read_message(text)
    for entry in (*reading.suggestions, *reading.set_aside):
        for start, end in entry.spans:
            assert 0 <= start < end <= len(text)
            assert text[start:end].strip()


WORDS = [
    "no",
    "not",
    "numb",
    "between",
    "my",
    "legs",
    "bum",
    "pee",
    "cant",
    "father",
    "cancer",
    ",",
    ".",
    "but",
    "if",
    "since",
    "feel",
    "chest",
    "pain",
]


@settings(max_examples=50)
@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join))
def test_reading_never_contradicts_itself(text):
    reading = bt.read_message(text)
    assert not reading.present & reading.absent
    assert not reading.present & {entry.finding.id for entry in reading.set_aside}


@settings(max_examples=60)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=15).map(" ".join))
def test_case_and_invisible_characters_change_nothing(text):
    hidden = "\u200b".join(text.upper())
    assert bt.read_message(hidden).present == bt.read_message(text).present


def test_letters_that_only_look_alike_are_read():
    assert "saddle_numbness_new" in present("n\u0443mb bum".replace("\u0443", "u")) & present(
        "num\u0412 bum".replace("\u0412", "b")
    )
    assert "saddle_numbness_new" in present("nu\u043cb b\u03c5m")
    assert "saddle_numbness_new" in present("\uff4e\uff55\uff4d\uff42 \uff42\uff55\uff4d")


def test_a_span_points_into_the_text_as_written():
    text = "H\u00e9llo \u200b\u2014 I can\u2019t feel my b\u200bum!"
    ((start, end),) = bt.read_message(text).suggestions[0].spans
    assert text[start:end] == "can\u2019t feel my b\u200bum"


READERS = [(bt.read_message, 10_000), (lambda text: bt.check_reply(text, EMERGENCY), 20_000)]


@pytest.mark.parametrize("text", ["x" * 100_000, "numb bum " * 12_000])
@pytest.mark.parametrize(("read", "most"), READERS, ids=["message", "reply"])
def test_a_text_that_is_too_long_is_refused_and_never_cut(read, most, text):
    with pytest.raises(bt.TextError, match=f"at most {most}"):
        read(text)
    read("x" * most)


@pytest.mark.parametrize("value", [None, 7, b"numb", ["numb"]])
def test_what_is_no_text_is_refused(value):
    with pytest.raises(bt.TextError, match="is not text"):
        bt.read_message(value)


def work(call: Callable[[], object]) -> int:
    """How many functions are called, those written in C counted too: work, and no time."""
    calls = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        call()
    finally:
        sys.setprofile(before)
    return calls


HOSTILE = [
    *("no ", "numb ", "a", "legs numb and ", "- ", "cant feel ", "\n", "!?", "\u0301", "''"),
    *(
        "a. ",
        "no bum numb ",
        "no, numb or bum, ",
        "sit-ups, avoid ",
        "cured ",
        "\U0001f6ab sit-up\n",
        "Avoid:\n- sit-up\n",
        "walk 5 minutes ",
        "do 50. ",
        "ibuprofen 400 mg ",
        "no need to wait until tomorrow ",
    ),
]


@pytest.mark.parametrize("check", [False, True], ids=["message", "reply"])
@pytest.mark.parametrize("unit", HOSTILE)
def test_four_times_the_text_is_about_four_times_the_work(unit, check):
    def asked(size: int) -> int:
        text = unit * (size // len(unit))
        return work(lambda: bt.check_reply(text, ORDINARY) if check else bt.read_message(text))

    asked(100)  # what is read once, is read
    assert asked(4_000) <= 5 * asked(1_000) + 1_000


@pytest.mark.parametrize("unit", HOSTILE)
def test_no_character_costs_a_look_at_every_phrase(unit):
    text = unit * (2_000 // len(unit))
    bt.read_message(text)
    every = sum(len(looked.yes) for looked in language(BOOK).findings)
    assert work(lambda: bt.read_message(text)) < every / 20 * len(text)


def test_a_word_said_again_and_again_is_not_tried_with_every_phrase_each_time():
    known = indexed(phrase for other in range(200) for phrase in phrases.read(f"leg ~ w{other}"))
    words = [*(f"w{other}" for other in range(200)), *["leg"] * 1_000, "w7"]
    sentence = Sentence(words, {}, frozenset(), {})
    assert len(list(sentence.find(known))) == 4
    assert work(lambda: list(sentence.find(known))) < 10 * 200 + 1_000


@given(st.lists(st.sampled_from("abc"), max_size=12), st.sampled_from(["a", "a b", "a ~ b", "a ~~ b|c c", "b ~ a ~ b"]))
def test_a_phrase_stands_where_a_plain_search_finds_it(words, text):
    (phrase,) = phrases.read(text)

    def ends(at: int, elements: tuple[tuple[int, frozenset[str]], ...]) -> set[int]:
        if not elements:
            return {at}
        (gap, keys), *others = elements
        near = range(at, min(at + gap + 1, len(words)))
        return {end for place in near if words[place] in keys for end in ends(place + 1, tuple(others))}

    found = [(at, min(ends(at, phrase.elements))) for at in range(len(words)) if ends(at, phrase.elements)]
    assert list(Sentence(words, {}, frozenset(), {}).find(indexed([phrase]))) == found


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 5))), st.integers(0, 20), st.integers(0, 5))
def test_places_touch_what_one_of_them_touches(drawn, start, length):
    places = [(at, at + size) for at, size in drawn]
    end = start + length
    assert Places(places).touch((start, end)) is any(one < end and start < other for one, other in places)


@pytest.mark.parametrize("sign", ["\u33c2", "\ufdfa"])
@pytest.mark.parametrize(("read", "most"), READERS, ids=["message", "reply"])
def test_a_text_that_is_too_long_once_its_signs_are_written_out_is_refused(read, most, sign):
    with pytest.raises(bt.TextError, match=f"with its signs written out; at most {most}"):
        read(sign * (most // 2))
    assert not bt.read_message(sign * 500).recognised


@pytest.mark.parametrize("text", ["my back hurts", "I want to kill myself", ""])
@pytest.mark.parametrize("region", ["ZZ", "gb", ["GB"]])
def test_a_region_that_is_none_is_refused_whatever_the_message_says(text, region):
    with pytest.raises(bt.ProfileError, match="region: unknown region"):
        bt.read_message(text, region=region)


def test_plain_text_has_a_place_for_every_letter():
    small, places = plain("\ufb01ne \u200bCAF\u00c9")
    assert (small, len(places)) == ("fine cafe", 9)


# -- the words of the rule files --------------------------------------------------------------------------------------


def test_every_finding_that_words_are_given_for_is_the_rulebooks():
    assert {looked.table.id for looked in language(BOOK).findings} <= set(VOCABULARY.findings)


def test_every_finding_that_is_an_emergency_by_itself_has_words():
    told = {looked.table.id for looked in language(BOOK).findings if looked.yes}
    after_exercise = set(VOCABULARY.checklists["after_exercise"].findings)  # asked when a session is reported
    alone = {
        id_
        for id_, finding in VOCABULARY.findings.items()
        if finding.kind == "yes_no" and bt.assess({id_: True}).at_least is bt.Urgency.EMERGENCY
    }
    assert alone - after_exercise <= told


def has_words() -> set[str]:
    return {looked.table.id for looked in language(BOOK).findings if looked.yes}


@pytest.mark.parametrize(
    "rule",
    [rule for rule in BOOK.rules if isinstance(rule.effect, Urgent) and rule.effect.level is bt.Urgency.EMERGENCY],
    ids=lambda rule: rule.id,
)
def test_every_emergency_can_be_reached_by_what_somebody_writes(rule):
    told = has_words()
    said = [{id_ for id_, answer in case.items() if answer is True} for case in rule.fires]
    assert any(case <= told for case in said), said


def test_what_a_parent_says_of_a_child_counts_and_of_a_grown_up_it_is_set_aside():
    assert "child_wont_walk" in present("My daughter is 6, her back hurts and she won't walk")
    assert aside("My daughter is 6, she has a fever")["fever_or_shivers"] == "other_person"
    assert "child_wont_walk" not in present("My husband is limping")
    assert "child_wont_walk" not in present("I limp a bit because of my sciatica")


@pytest.mark.parametrize(
    "text",
    [
        "It came out of the blue.",
        "Suddenly it was there, out of the blue.",
        "The worst pain, out of the blue.",
        "Suddenly the worst pain, when I lifted a box.",
    ],
)
def test_pain_by_itself_is_sudden_and_severe_as_well(text):
    assert "sudden_no_trigger" not in present(text)
    assert "sudden_no_trigger" in present("Suddenly, out of nowhere, the worst pain.")


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("no sweating", "sweating_or_sick"),
        ("I never smoked", "vascular_risk"),
        ("no Marfan or Ehlers-Danlos", "artery_trouble"),
        ("no new headache", "new_headache_50"),
        ("my eyesight is fine", "sight_change_50"),
        ("no stiffness in my shoulders or hips", "shoulders_hips_stiff"),
        ("my son isn't limping", "child_wont_walk"),
        ("no sickle cell", "sickle_cell"),
        ("I don't have Down's syndrome", "downs_syndrome"),
        ("no trouble swallowing, my throat is fine", "throat_trouble"),
    ],
)
def test_a_sign_that_is_denied_is_absent(text, finding):
    assert finding in absent(text)


HARMLESS = tomllib.loads((CORPUS / "harmless.toml").read_text())["sentence"]


@pytest.mark.parametrize("sentence", HARMLESS, ids=lambda sentence: sentence["text"])
def test_a_harmless_sentence_suggests_no_emergency(sentence):
    found = present(sentence["text"])
    assert found <= set(sentence.get("may", ()))
    assert bt.assess(dict.fromkeys(found, True), denies=EVERYTHING).at_least < bt.Urgency.EMERGENCY


def test_every_blocked_exercise_has_a_name():
    named = {id_ for looked in language(BOOK).exercises for id_ in looked.table.id}
    assert {exercise.id for exercise in BOOK.exercises.values() if exercise.status == "blocked"} <= named
    assert {exercise.id for exercise in BOOK.exercises.values() if exercise.status == "offered"} <= named


def test_a_rulebook_without_words_of_its_own_uses_the_librarys(tmp_path):
    folder = Path(shutil.copytree(BOOK.path, tmp_path / "rules"))
    shutil.rmtree(folder / "language")
    reading = bt.read_message("I can't feel when I wee", rulebook=bt.load_rulebook(folder))
    assert "new_bladder_change" in reading.present


def test_a_phrase_that_cannot_be_read_names_its_file(tmp_path):
    folder = Path(shutil.copytree(BOOK.path, tmp_path / "rules"))
    words = (
        '[[finding]]\nid = "feverr"\npresent = ["hot"]\n[[finding]]\nid = "fever_or_shivers"\npresent = ["{nobody}"]\n'
    )
    (folder / "language" / "cues.toml").write_text(words)
    with pytest.raises(bt.RulebookError) as caught:
        bt.read_message("hello", rulebook=bt.load_rulebook(folder))
    said = str(caught.value)
    assert "language/cues.toml:1" in said
    assert "unknown finding `feverr`" in said
    assert "unknown group `nobody`" in said


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (
            '[[finding]]\nid = "age"\npresent = ["old"]\n',
            "language/own.toml:1: finding `age` is not answered with yes or no",
        ),
        ('[[finding]]\nid = ""\npresent = ["old"]\n', "language/own.toml:1: unknown finding ``"),
        ('[[exercise]]\nid = []\nnames = ["hop"]\n', "language/own.toml:1: unknown exercise ``"),
        (
            '[[words]]\nid = "person"\nany = ["x"]\n',
            "language/own.toml:1: a second [[words]] `person`; the first: language/",
        ),
        ('\n[[cue]]\nid = "past"\nreach = 1\ncommas = "end"\n', "language/own.toml:2: a second [[cue]] `past`"),
    ],
)
def test_words_that_could_not_be_used_are_reported_when_they_are_read(words, problem, tmp_path):
    folder = Path(shutil.copytree(BOOK.path, tmp_path / "rules"))
    (folder / "language" / "own.toml").write_text(words)
    with pytest.raises(bt.RulebookError, match=re.escape(problem)) as caught:
        bt.read_message("hello", rulebook=bt.load_rulebook(folder))
    assert len(caught.value.problems) == 1


def test_every_cue_that_is_missing_is_reported_when_the_words_are_read(tmp_path):
    folder = Path(shutil.copytree(BOOK.path, tmp_path / "rules"))
    shutil.rmtree(folder / "language")
    (folder / "language").mkdir()
    (folder / "language" / "own.toml").write_text('[[finding]]\nid = "fever_or_shivers"\npresent = ["hot"]\n')
    with pytest.raises(bt.RulebookError, match="language: no cue `forbidden`") as caught:
        bt.read_message("I am hot", rulebook=bt.load_rulebook(folder))
    assert {problem.what for problem in caught.value.problems} == {f"no cue `{id_}`" for id_ in language(BOOK).cues}


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "rapidfuzz", None)
    words = importlib.import_module("backtriage.free_text.words")
    words._dictionary.cache_clear()  # noqa: SLF001 - as in a process without the extra
    with pytest.raises(bt.MissingExtra, match=r"\.\[language\]"):
        words.Speller(["bladder"]).right("baldder")


# -- replies ----------------------------------------------------------------------------------------------------------


def test_a_locked_message_may_not_be_missing_or_put_in_other_words():
    assert str(bt.check_reply("Please go to hospital.", EMERGENCY)) == "problems found"
    assert str(bt.check_reply(locked(EMERGENCY), EMERGENCY)) == "none found"
    shouted = "**" + locked(EMERGENCY).upper().replace(" ", "\n") + "**"
    assert str(bt.check_reply(shouted, EMERGENCY)) == "none found"


def test_every_word_of_a_locked_message_counts():
    shortened = locked(EMERGENCY).replace("do not drive", "don't drive")
    assert [problem.kind.value for problem in bt.check_reply(shortened, EMERGENCY).problems] == ["omission"]
    without_not = locked(EMERGENCY).replace("do not drive", "do drive")
    assert [problem.kind.value for problem in bt.check_reply(without_not, EMERGENCY).problems] == ["omission"]


@pytest.mark.parametrize(
    ("text", "exercise"),
    [
        ("Touch your toes every morning.", "standing_toe_touch"),
        ("Try some crunches.", "partial_crunch"),
        ("Do ten sit-ups.", "sit_up"),
        ("Do ten situps.", "sit_up"),
        ("Roll your head in full circles.", "full_neck_circles"),
    ],
)
def test_an_exercise_that_is_not_allowed_is_seen_under_other_names(text, exercise):
    assert any(exercise in about for kind, *about in problems(text) if kind == "exercise")


@pytest.mark.parametrize(
    "text",
    [
        "Do not do sit-ups.",
        "Don't touch your toes.",
        "Avoid crunches, sit-ups and toe touches.",
        "Sit-ups are not for you.",
        "Leave out the plank for now.",
        "Go for a short walk.",
    ],
)
def test_what_is_forbidden_or_allowed_is_no_problem(text):
    assert problems(text) == []


def test_nothing_is_allowed_in_an_emergency():
    assert problems("A short walk may help.", EMERGENCY) == [("exercise", "walking")]


@pytest.mark.parametrize(
    ("text", "promise"),
    [
        ("This will cure you.", "cure"),
        ("It gives instant relief.", "relief"),
        ("You are fine.", "fine"),
        ("There is nothing to worry about.", "fine"),
    ],
)
def test_promises_are_seen(text, promise):
    assert problems(text) == [("promise", promise)]


@pytest.mark.parametrize(
    "text", ["I cannot promise a cure.", "No stretch gives instant relief.", "I can't say that you are fine."]
)
def test_a_promise_that_is_refused_is_none(text):
    assert problems(text) == []


def test_the_librarys_own_words_pass():
    for assessment in (ORDINARY, EMERGENCY, bt.assess(), bt.assess(suicidal_thoughts=True)):
        text = "\n".join(message.text for message in assessment.messages() if message.locked)
        assert bt.check_reply(text, assessment).problems == ()


def test_a_result_is_never_called_safe():
    assert {str(bt.check_reply(text, EMERGENCY)) for text in ("", locked(EMERGENCY))} == {
        "problems found",
        "none found",
    }


@settings(max_examples=60)
@given(st.text(max_size=300))
def test_any_reply_is_checked_and_every_span_lies_in_it(text):
    for problem in bt.check_reply(text, EMERGENCY).problems:
        if problem.span is not None:
            assert 0 <= problem.span[0] < problem.span[1] <= len(text)


def test_what_belongs_together_is_read_across_sentences():
    assert "neck_injury_tingling" in present("I was in a crash on Friday. My neck is sore. Now my fingers tingle.")
    assert "pregnancy_severe_signs" in present("I am 30 weeks pregnant. Since today there is heavy bleeding.")
    assert "pregnancy_severe_signs" not in present("My back is sore. There is heavy bleeding.")


def test_the_words_of_a_finding_stand_in_any_order():
    for text in ("numb round my privates", "my privates have gone numb", "in my privates, since Monday, I am numb"):
        assert "saddle_numbness_new" in present(text)


@pytest.mark.parametrize(
    "text",
    [
        "this pain is killing me",
        "I'd kill for a coffee",
        "my boss will kill me",
        "dying of laughter",
        "I'm dead tired",
    ],
)
def test_an_idiom_is_no_crisis(text):
    assert bt.read_message(text).locked == ()


@pytest.mark.parametrize(
    "text",
    [
        "Leave these out for now:\n\n- sit-ups\n- the plank",
        "**Do**\n- walk\n\n**Don't**\n- do crunches",
        "### Not for you\n\nSit-ups and the plank.",
        "| Yes | Not now |\n|---|---|\n| Walking | Sit-ups |",
        "🚫 Sit-ups",
        "Do you do sit-ups at the gym?",
    ],
)
def test_a_layout_or_a_question_that_forbids_is_no_recommendation(text):
    assert problems(text) == []


def test_a_heading_that_only_reassures_forbids_nothing():
    assert ("exercise", "sit_up") in problems("Don't worry, do this:\n- ten sit-ups")


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "Stop the pain with:",
            "Never mind:",
            "No excuses:",
            "Later today:",
            "## Stop hurting",
            "No equipment needed:",
        ),
        *("Avoid pain with these:", "Exercises to stop it:", "Don't give up:", "Not sure where to begin? Try:"),
        *("Avoid bending until Monday, then start:", "Do these without rest:", "Never skip these:", "Not only safe:"),
    ],
)
@pytest.mark.parametrize("below", ["- ten sit-ups a day", "Do ten sit-ups a day."])
def test_a_heading_that_only_contains_a_no_hides_nothing_below_it(heading, below):
    assert ("exercise", "sit_up") in problems(f"{heading}\n{below}")


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "Avoid:",
            "**Avoid these**",
            "Do not do:",
            "Leave out for now:",
            "Not for you:",
            "### Not yet",
            "Off limits:",
        ),
        *("Things to avoid:", "What I'd leave alone:", "You should not do these:", "What not to do:", "Later:"),
        *(
            "Because your pain is new, please avoid:",
            "Avoid these until you are cleared:",
            "Not recommended (first 6 weeks):",
        ),
    ],
)
def test_a_heading_that_is_a_no_forbids_what_stands_below_it(heading):
    assert problems(f"{heading}\n- sit-ups\n- the plank") == []
