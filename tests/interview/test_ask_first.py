"""What somebody wrote is asked about before everything else, each by itself, and changes nothing but the order."""

from __future__ import annotations

import backtriage as bt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from strategies import VOCABULARY, profiles

YES_NO = sorted(VOCABULARY.yes_no)
ORDINARY = {"age": 41, "pain_score": 3, "pain_duration_days": 20, "lower_back_pain": True}


def interview(*first: str, **said: object) -> bt.Interview:
    iv = bt.Interview(engine="reference", region="GB")
    if said:
        iv.answer(**said)
    iv.ask_first(*first)
    return iv


def test_it_is_asked_first_alone_with_its_list_and_what_it_could_mean():
    question = interview("saddle_numbness_new").question
    assert (question.id, question.kind, question.phase) == ("saddle_numbness_new", "yes_no", bt.Phase.SAFE)
    assert question.text == VOCABULARY.findings["saddle_numbness_new"].text
    assert question.help.startswith(VOCABULARY.checklists["emergency_nerves"].question)
    assert question.could_reach is bt.Urgency.EMERGENCY
    assert question.why == "Your answer helps to tell whether you need a hospital now."


def test_a_yes_is_an_emergency_at_once():
    iv = interview("saddle_numbness_new", "both_legs_new")
    iv.answer(True)
    assert iv.done
    assert iv.assessment.urgency is bt.Urgency.EMERGENCY


def test_after_a_no_the_next_one_is_asked_and_the_list_holds_neither_again():
    iv = interview("saddle_numbness_new", "both_legs_new")
    iv.answer(False)
    assert iv.question.id == "both_legs_new"
    iv.answer(False)
    iv.answer(["lower_back_pain"])
    assert iv.question.id == "emergency_nerves"
    assert iv.question.items.keys().isdisjoint({"saddle_numbness_new", "both_legs_new"})


def test_who_is_not_sure_is_not_asked_again_and_it_is_not_ruled_out():
    iv = interview("saddle_numbness_new", **ORDINARY)
    iv.answer(None)
    assert iv.question.id != "saddle_numbness_new"
    iv.stop()
    assert iv.assessment.could_be is bt.Urgency.EMERGENCY
    assert iv.assessment.action.level >= bt.Urgency.SAME_DAY


def test_what_nobody_is_asked_for_is_asked_of_who_wrote_of_it():
    iv = interview("suicidal_thoughts")
    assert iv.question.id == "suicidal_thoughts"
    iv.answer(True)
    assert any("116 123" in message.text for message in iv.assessment.messages() if message.locked)


def test_what_cannot_make_it_worse_says_why_it_is_asked():
    question = interview("first_episode", **ORDINARY).question
    assert question.id == "first_episode"
    assert question.could_reach is None
    assert question.why == "What you wrote may mean this."


def test_what_was_denied_before_is_asked_of_who_writes_of_it_now():
    iv = interview("saddle_numbness_new", denies=["emergency_nerves"])
    assert iv.question.id == "saddle_numbness_new"
    iv.answer(True)
    assert iv.assessment.urgency is bt.Urgency.EMERGENCY


def test_it_is_asked_once():
    iv = interview("saddle_numbness_new", denies=["emergency_nerves"])
    iv.answer(False)
    assert iv.question.id == "where"
    iv.ask_first("saddle_numbness_new")
    assert iv.question.id == "saddle_numbness_new"
    iv.skip()
    assert iv.question.id == "where"
    assert iv.profile["saddle_numbness_new"] is bt.Answer.UNKNOWN


def test_what_is_known_to_be_present_is_not_asked():
    assert interview("leg_numb_tingling", leg_numb_tingling=True).question.id == "where"


def test_thoughts_of_suicide_could_reach_what_they_would():
    assert interview("suicidal_thoughts", **ORDINARY).question.could_reach >= bt.Urgency.SAME_DAY


def test_an_emergency_asks_nothing_more():
    assert interview("both_legs_new", new_bladder_change=True).done


def test_an_interview_that_was_over_asks_again():
    iv = interview(**ORDINARY, denies=list(VOCABULARY.checklists), not_sure=["fever_or_shivers"])
    while not iv.done:
        iv.skip()
    iv.ask_first("suicidal_thoughts")
    assert iv.question.id == "suicidal_thoughts"


def test_it_is_kept_and_taken_back_as_one_step():
    iv = interview("saddle_numbness_new", "both_legs_new")
    again = bt.Interview.from_dict(iv.to_dict())
    assert again.question.id == "saddle_numbness_new"
    again.back()
    assert again.question.id == "where"
    assert again.to_dict()["steps"] == []


@pytest.mark.parametrize(
    "first", [["pain_score"], ["saddle"], ["saddle_numbness_new", "wher"], [["saddle_numbness_new"]]]
)
def test_what_is_no_yes_or_no_is_refused_and_changes_nothing(first):
    iv = interview()
    with pytest.raises(bt.ProfileError, match="ask_first: unknown"):
        iv.ask_first(*first)
    assert iv.turn == 0


def test_a_turn_that_is_over_is_refused():
    iv = interview(age=41)
    with pytest.raises(bt.StaleAnswer):
        iv.ask_first("saddle_numbness_new", turn=0)


@pytest.mark.parametrize("first", [7, "saddle_numbness_new", ["saddle"], [None], ["x" * 300], {"a": 1}])
def test_forged_data_is_refused(first):
    data = interview("saddle_numbness_new").to_dict()
    data["steps"][0]["first"] = first
    with pytest.raises(bt.ProfileError, match=r"steps\[0\].first"):
        bt.Interview.from_dict(data)


def test_another_rulebook_drops_what_it_does_not_know():
    data = interview("saddle_numbness_new").to_dict()
    data["rulebook"]["digest"] = "0" * 64
    data["steps"] += [{"first": ["gone_by_now"]}, {"first": ["gone_by_now", "both_legs_new"]}]
    data["turn"] = 3
    assert [step.get("first") for step in bt.Interview.from_dict(data).to_dict()["steps"]] == [
        ["saddle_numbness_new"],
        ["both_legs_new"],
    ]


@settings(max_examples=30)
@given(profiles(), st.lists(st.sampled_from(YES_NO), max_size=5))
@example(bt.Profile(ORDINARY, denies=list(VOCABULARY.checklists)), ["suicidal_thoughts", "fever_or_shivers"])
@example(bt.Profile(chest_pain_now=True), ["aortic_aneurysm"])
@example(bt.Profile(both_legs_old=True), ["both_legs_old"])  # nobody asks who names no leg, unless they wrote of it
def test_whoever_answers_what_is_so_of_them_never_ends_calmer_than_without_it(truth, first):
    with_it, without = (asked_to_the_end(interview(*ids), truth) for ids in (first, []))
    assert with_it.at_least >= without.at_least


def asked_to_the_end(iv, truth):
    """What is said of somebody who has nothing but what is known of them, and who is asked no more than has to be."""
    while (question := iv.question) and question.phase is bt.Phase.SAFE:
        for part in question.parts or (question,):
            said = {id_: truth.given[id_] for id_ in part.findings if id_ in truth.given}
            if part.kind in ("checklist", "yes_no"):
                said = {id_: truth.known.get(id_) is True for id_ in part.findings}
            iv.answer(**(said or dict.fromkeys(part.findings)))
    return iv.assessment
