"""The guard of drafted replies: what it says of a mention, doses, medicines, pain, and care refused or put off."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import backtriage as bt
import learn_stances
import pytest
from backtriage.free_text.learned import STANCES, read_learned
from backtriage.free_text.lexicon import language
from backtriage.rulebook.doses import Dose
from hypothesis import given, settings
from hypothesis import strategies as st
from language import CORPORA, expected_problem, replies_of
from own_texts import joined
from people import population

from strategies import BOOK, VOCABULARY, profiles

EVERYTHING = list(VOCABULARY.checklists)
ORDINARY = bt.assess(age=41, pain_score=3, pain_duration_days=9, lower_back_pain=True, denies=EVERYTHING)
LATE = bt.assess(age=47, pain_score=3, pain_duration_days=60, lower_back_pain=True, denies=EVERYTHING)
SAME_DAY = bt.assess(
    age=40, pain_score=5, pain_duration_days=4, lower_back_pain=True, fever_or_shivers=True, denies=EVERYTHING
)
EMERGENCY = bt.assess(new_bladder_change=True)
REPLIES = [
    (reply["id"], reply, assessment, text)
    for file in ("replies_dev", "replies_dev_2", "replies_dev_3")
    for reply, assessment, text in replies_of(tomllib.loads((CORPORA / f"{file}.toml").read_text())["reply"])
]
NOT_SEEN = {"om-suicdanger-locked1", "bad-2", "bad-5"}
"""A part of the locked messages that holds the other; a ban that is taken back with "but" or in the next sentence."""


def problems(text: str, assessment: bt.Assessment = ORDINARY, **options: object) -> list[tuple[str, ...]]:
    found = bt.check_reply(text, assessment, **options).problems
    return [(problem.kind.value, *sorted(problem.about)) for problem in found if problem.span]


def stances(text: str, assessment: bt.Assessment = ORDINARY, **options: object) -> list[str]:
    return [problem.stance.value for problem in bt.check_reply(text, assessment, **options).problems if problem.stance]


@pytest.mark.parametrize(
    ("reply", "assessment", "text"),
    [row[1:] for row in REPLIES if row[0] not in NOT_SEEN],
    ids=[row[0] for row in REPLIES if row[0] not in NOT_SEEN],
)
def test_no_problem_of_the_development_corpus_is_missed(reply, assessment, text):
    found = [(problem.kind.value, problem.about) for problem in bt.check_reply(text, assessment).problems]
    found += [("promise", {"fine"}) for kind, _ in found if kind in ("dissuasion", "delay")]  # as older files call it
    for kind, names in map(expected_problem, reply["problems"]):
        assert any(kind == other and (not names or names & about) for other, about in found), (kind, names)


@pytest.mark.parametrize(
    ("assessment", "text"),
    [row[2:] for row in REPLIES if not row[1]["problems"] and row[0] != "ok-chronic-nocure"],
    ids=[row[0] for row in REPLIES if not row[1]["problems"] and row[0] != "ok-chronic-nocure"],
)
def test_no_harmless_reply_of_the_development_corpus_is_flagged(assessment, text):
    assert bt.check_reply(text, assessment).problems == ()


# -- stances ----------------------------------------------------------------------------------------------------------


def test_a_mention_that_is_recommended_says_so_and_one_that_is_forbidden_is_no_problem():
    assert stances("Do ten sit-ups every morning.") == ["recommended"]
    assert stances("About sit-ups: that one has to wait until you have been seen.") == []


def test_where_no_name_is_allowed_what_forbids_is_a_problem_too():
    text = "Please leave out sit-ups. Walking is fine."
    assert problems(text) == []
    assert problems(text, mentions="none") == [("exercise", "sit_up")]
    assert stances(text, mentions="none") == ["forbidden"]


@given(profiles())
@settings(max_examples=30)
def test_where_no_name_is_allowed_at_least_as_much_is_found(profile):
    a = bt.assess(profile, engine="reference")
    text = "Try sit-ups. Crunches? Not now. Avoid:\n- the plank\n- running"
    usual, strict = problems(text, a), problems(text, a, mentions="none")
    assert set(usual) <= set(strict)


@pytest.mark.parametrize(
    "text",
    [
        "Do ten sit-ups. Don't hold your breath.",
        "Sit-ups are great. Don't do them too fast.",
        "Try the plank. Stop if it hurts.",
        "**Crunches**\nLie on your back. Do not pull on your neck.",
        "Add a plank. It should not be painful.",
        "Go for a jog! Wait at least an hour after eating.",
        "Do deadlifts with a light bar. Never round your back.",
        "Do sit-ups. Don't do toe touches.",
        "Don't do toe touches, but do ten sit-ups.",
        "Do ten sit-ups a day, but leave the plank.",
    ],
)
def test_how_it_is_not_to_be_done_and_what_else_is_not_forbid_nothing(text):
    assert len(stances(text)) == 1


@pytest.mark.parametrize("name", ["sit-ups", "crunches", "Russian twists", "double leg lifts", "toe touches"])
def test_the_name_itself_says_nothing(name):
    def said(text: str) -> list[str]:
        return stances(text.format(name), mentions="none")

    assert said("Start with {} today.") == ["recommended"]
    assert said("I'd give {} a miss for now, please.") == ["forbidden"]


def test_a_rulebook_without_weights_keeps_what_the_rules_say(tmp_path):
    folder = Path(shutil.copytree(BOOK.path, tmp_path / "rules"))
    (folder / "language" / STANCES).unlink()
    book = bt.load_rulebook(folder)
    a = bt.assess(new_bladder_change=True, rulebook=book)
    assert language(book).stances is None
    assert stances("Do ten sit-ups.", a) == ["recommended"]
    assert stances("Don't do sit-ups.", a) == []
    assert stances("Don't do sit-ups.", a, mentions="none") == ["forbidden"]


def test_the_weights_are_those_of_the_corpora_and_the_clues(tmp_path):
    kept = read_learned(Path(BOOK.path) / "language", STANCES)
    assert kept.digest == learn_stances.digest(), "run tests/benchmarks/learn_stances.py"
    known = list(learn_stances.mentions())
    (tmp_path / STANCES).write_bytes(learn_stances.learn(known))
    anew = read_learned(tmp_path, STANCES)
    for one in known:
        scores = [learned.weigh_clues(one.clues).scores["recommended"] for learned in (kept, anew)]
        assert scores[0] == pytest.approx(scores[1], abs=0.05)  # another machine rounds a weight the other way


def test_the_file_of_stances_is_small_enough_to_ship():
    assert (Path(BOOK.path) / "language" / STANCES).stat().st_size < 100_000


def test_a_file_of_stances_that_is_none_names_itself(tmp_path):
    folder = Path(shutil.copytree(BOOK.path, tmp_path / "rules"))
    (folder / "language" / STANCES).write_bytes(b"weights")
    with pytest.raises(bt.RulebookError, match=rf"language/{STANCES}: cannot be read"):
        bt.check_reply("hello", bt.assess(rulebook=bt.load_rulebook(folder)))


# -- the library's own texts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", population(150, seed=15))
def test_the_library_s_own_messages_are_never_held_against_a_reply(person):
    text, assessment = joined(person)
    assert bt.check_reply(text, assessment).problems == ()


@given(profiles())
@settings(max_examples=40)
def test_nor_are_they_for_anybody(profile):
    a = bt.assess(profile, engine="reference")
    text = "\n\n".join(message.text for message in a.messages())
    assert bt.check_reply(text, a).problems == ()


def test_advice_that_names_a_medicine_may_be_quoted_and_not_turned_round():
    a = bt.assess(age=41, pain_score=3, pain_duration_days=60, lower_back_pain=True, denies=EVERYTHING)
    quoted = [rule.effect.text for rule in a.advice]
    assert problems("\n\n".join(quoted), a) == []
    assert problems("Take paracetamol.", a) == [("medicine", "paracetamol")]


def test_a_locked_message_that_was_shown_need_not_be_said_again():
    (address,) = {problem.about for problem in bt.check_reply("", EMERGENCY).problems if problem.kind == "omission"}
    check = bt.check_reply("I know this is frightening.", EMERGENCY, shown=address)
    assert check.problems == ()
    assert [problem.kind.value for problem in bt.check_reply("", EMERGENCY, shown=["messages.other"]).problems] == [
        "omission"
    ]


@pytest.mark.parametrize("shown", ["messages.levels.emergency.say", None, 3])
def test_what_is_no_collection_of_addresses_is_refused(shown):
    with pytest.raises(bt.TextError, match=r"shown: .* is no collection"):
        bt.check_reply("hello", EMERGENCY, shown=shown)


def test_an_unknown_choice_of_mentions_is_refused():
    with pytest.raises(bt.TextError, match="mentions: unknown `'all'`; forbidden or none"):
        bt.check_reply("hello", EMERGENCY, mentions="all")


# -- doses ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "exercise"),
    [
        ("Do 50 pelvic tilts a day.", "pelvic_tilt"),
        ("Pelvic tilts, fifty times a day.", "pelvic_tilt"),
        ("Walk for 60 minutes.", "walking"),
        ("Walk for two hours a day.", "walking"),
        ("An hour's walk would do you good.", "walking"),
        ("Pelvic tilts: 9 sets of 5.", "pelvic_tilt"),
        ("Ten pelvic tilts, six times a day.", "pelvic_tilt"),
        ("**Pelvic tilts**\n- 40 reps\n- twice a day", "pelvic_tilt"),
        ("Knee rolls next. Hold each for 45 seconds.", "lower_trunk_rotation"),
    ],
)
def test_more_than_the_ceiling_is_a_problem(text, exercise):
    assert problems(text) == [("dose", exercise)]


def test_strength_on_more_days_than_allowed_is_a_problem():
    assert problems("Do five bridges every day.", LATE) == [("dose", "bridge")]
    assert problems("Do five bridges twice a week. Walk every day.", LATE) == []


def named(exercise: str) -> bool:
    """Whether an exercise is heard by its own name and can mean no other."""
    found = problems(f"Do {exercise}.", EMERGENCY)
    return len(found) == 1 and found[0][1:] == (BOOK.exercise(exercise).id,)


@pytest.mark.parametrize("entry", [entry for entry in LATE.allowed if named(entry.exercise.name)])
def test_the_ceiling_itself_is_none_and_one_more_is(entry):
    def said(dose: Dose, more: int) -> str:
        units = {"repetitions": "{} times", "minutes": "{} minutes"}
        figure = "minutes" if dose.repetitions is None else "repetitions"
        return f"{entry.exercise.name}: {units[figure].format(dose.spans[figure].ceiling + more)}."

    assert problems(said(entry.dose, 0), LATE) == []
    assert [kind for kind, *_ in problems(said(entry.dose, 1), LATE)] == ["dose"]


@pytest.mark.parametrize(
    "text",
    [
        "I wouldn't do 50 pelvic tilts a day.",
        "Did you walk for 60 minutes?",
        "If it hurts for more than 60 minutes after your walk, do less.",
        "Walk a little. The line is open 24 hours a day.",
        "After 6 weeks of pelvic tilts most feel stronger.",
        "Walk 5 minutes. You are 41 years old.",
    ],
)
def test_a_number_that_recommends_no_dose_is_none(text):
    assert problems(text) == []


# -- medicines, pain, care --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Ibuprofen helps.", {"ibuprofen"}),
        ("Take two tablets.", {"dose"}),
        ("Take 400 mg of Advil.", {"dose", "ibuprofen"}),
        ("I can't tell you how much ibuprofen to take.", set()),
        ("Ask a pharmacist about paracetamol.", set()),
        ("Are you taking codeine?", set()),
        ("A pharmacist can advise on pain relief.", set()),
    ],
)
def test_a_medicine_or_a_dose_that_no_message_names_is_a_problem(text, about):
    found = problems(text)
    assert {kind for kind, *_ in found} <= {"medicine"}
    assert {id_ for _, *ids in found for id_ in ids} == about


UNSAFE = [
    ("Push through the pain.", "Never push through the pain.", "through_pain", ORDINARY),
    ("No pain, no gain!", 'Forget "no pain, no gain".', "through_pain", ORDINARY),
    ("You don't need to see a doctor.", "You need to see a doctor.", "dissuasion", ORDINARY),
    ("Don't call an ambulance.", "Don't hesitate to call an ambulance.", "dissuasion", EMERGENCY),
    ("Let's see how it is next week.", "Don't wait to see how it is next week.", "delay", EMERGENCY),
    ("Ring your doctor tomorrow.", "Ring your doctor now.", "delay", SAME_DAY),
]


@pytest.mark.parametrize(("wrong", "right", "kind", "assessment"), UNSAFE)
def test_what_keeps_from_stopping_or_from_care_is_a_problem_and_its_contrary_is_none(wrong, right, kind, assessment):
    assert problems(wrong, assessment) == [(kind, kind)]
    assert problems(right, assessment) == []


def test_a_delay_is_one_against_the_level():
    text = "If it isn't better in two weeks, see a doctor."
    assert problems(text, ORDINARY) == []
    assert problems(text, EMERGENCY) == [("delay", "delay")]


def test_waiting_is_a_delay_while_worse_is_possible_and_an_appointment_is_not():
    unsettled = bt.assess(age=41, lower_back_pain=True)
    assert (unsettled.at_least, unsettled.could_be) == ("self_care", "emergency")
    assert problems("Let's wait and see.", unsettled) == [("delay", "delay")]
    assert problems("Arrange an ordinary appointment.", unsettled) == []


@settings(max_examples=40)
@given(st.sampled_from(UNSAFE), st.sampled_from(["  ", "\n", "\u200b", "!! "]))
def test_marks_and_capitals_hide_nothing(row, mark):
    wrong, _, kind, assessment = row
    assert (kind, kind) in problems(f"{mark}{wrong.upper()}{mark}", assessment)
