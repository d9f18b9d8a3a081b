"""The interview: it asks what matters, once, stops at an emergency, always ends, and never reads silence as "no"."""

from __future__ import annotations

import copy
import itertools
import json
import pickle
import re
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import backtriage as bt
import pytest
from backtriage.findings.vocabulary import Vocabulary
from backtriage.interview.keeping import MAX_STEPS
from backtriage.testing.strategies import rulebooks
from backtriage.triage.open_questions import can_be
from backtriage.triage.startback import ITEMS, groups
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from expected_results import PEOPLE, differences, name_of
from strategies import BOOK, VOCABULARY, answers, profiles, thresholds, valid

Person = dict[str, Any]
WORDING = {item: f"The host's wording of {item}" for item in ITEMS}
ORDINARY: Person = {"age": 41, "pain_duration_days": 9, "pain_score": 4, "lower_back_pain": True}
MOST_SCREENS = 40
EXAMPLE = Path(__file__).parents[2] / "examples" / "chatbot.py"
FLAGGED = [id_ for id_, list_ in VOCABULARY.checklists.items() if VOCABULARY.findings[list_.findings[0]].red_flag]


def interview(**settings: Any) -> bt.Interview:
    return bt.Interview(engine="reference", **settings)


def reply(question: bt.InterviewQuestion, person: Person) -> Any:
    """What a person answers: what they neither name nor imply is absent, or not sure if it is no yes or no."""
    person = dict.fromkeys(implied_by(person), True) | person
    if question.kind == "group":
        return {part.id: reply(part, person) for part in question.parts}
    if question.kind == "checklist":
        return [line for line in question.items if person.get(line) is True] or "none"
    if question.kind == "offer":
        return person.get(question.id, True)
    clearance = VOCABULARY.findings[question.id].clearance
    return person.get(question.id, False if question.kind == "yes_no" and not clearance else None)


def implied_by(person: Person) -> set[str]:
    return {id_ for name, value in person.items() if value is True for id_ in VOCABULARY.implied.get(name, ())}


def asked(iv: bt.Interview, person: Person) -> list[bt.InterviewQuestion]:
    """Every question up to the end, answered by a person."""
    questions = []
    while (question := iv.question) is not None:
        questions.append(question)
        assert len(questions) <= MOST_SCREENS
        iv.answer(reply(question, person))
    return questions


def ids(questions: list[bt.InterviewQuestion], phase: bt.Phase) -> list[str]:
    return [question.id for question in questions if question.phase is phase]


# -- examples ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", [one for one in PEOPLE if not one.get("unknown")], ids=name_of)
def test_the_people_of_the_specification_end_where_it_says(entry):
    iv = interview()
    reported = {id_ for id_, finding in VOCABULARY.findings.items() if finding.reported}
    if said := {id_: value for id_, value in entry["given"].items() if id_ in reported}:
        iv.answer(**said)
    asked(iv, entry["given"])
    if entry["level"] == "unsettled":  # they have been asked in vain: the words are those of the end
        assert iv.assessment.final
        entry = {**entry, "says": ()}
    assert differences(entry, iv.assessment) == []


@pytest.mark.parametrize("sex", ["female", "male", "rather_not_say", None])
def test_ordinary_low_back_pain_reads_10_screens_55_lines_and_800_words_and_has_its_plan_in_6_more(sex):
    iv = interview()
    person = ORDINARY | {"sex_at_birth": sex, "eases_direction": "neither", "provokes_direction": "neither"}
    questions = asked(iv, person)
    safe = [question for question in questions if question.phase is bt.Phase.SAFE]
    assert iv.assessment.urgency is bt.Urgency.SELF_CARE
    assert len(safe) <= 10
    assert sum(question.lines for question in safe) <= 55
    assert sum(map(words_read, safe)) <= 800
    assert 0 < len(ids(questions, bt.Phase.PLAN)) <= 6
    assert not iv.assessment.withheld


def words_read(question: bt.InterviewQuestion) -> int:
    """Every word of a screen: question, help, lines, what they mean, options, and why."""
    parts = question.parts or (question,)
    texts = [question.why, *(text for part in parts for text in (part.text, part.help))]
    for part in parts:
        texts += [*part.items.values(), *part.item_help.values(), *part.options.values()]
    return len(" ".join(texts).split())


@pytest.mark.parametrize("sign", ["saddle_numbness_new", "new_bladder_change", "new_bowel_change", "both_legs_new"])
def test_a_cauda_equina_story_takes_2_questions_and_no_date(sign):
    iv = interview()
    questions = asked(iv, ORDINARY | {sign: True})
    assert [question.id for question in questions] == ["where", "emergency_nerves"]
    assert iv.assessment.urgency is bt.Urgency.EMERGENCY


STORIES: dict[str, Person] = {
    "a stroke": {"neck_pain": True, "stroke_signs": True},
    "a torn neck artery": {"neck_pain": True, "sudden_severe_pain": True, "sudden_neck_pain_headache": True},
    "meningitis": {"neck_pain": True, "meningitis_signs": True},
    "a heart without chest pain": {
        "age": 62, "pain_score": 6, "pain_duration_days": 0, "upper_back_pain": True, "arm_pain": True,
        "sweating_or_sick": True,
    },
    "a heart with chest pain": {"age": 62, "upper_back_pain": True, "chest_pain_now": True},
    "a torn aorta": {
        "age": 52, "pain_score": 10, "pain_duration_days": 0, "upper_back_pain": True, "sudden_severe_pain": True,
        "sudden_no_trigger": True,
    },
    "a leaking aorta": {
        "age": 57, "pain_score": 9, "pain_duration_days": 0, "lower_back_pain": True, "sudden_severe_pain": True,
        "sudden_no_trigger": True,
    },
    "an aorta that nothing eases": {
        "age": 68, "pain_score": 8, "pain_duration_days": 2, "lower_back_pain": True,
        "pain_unrelated_to_movement": True, "vascular_risk": True,
    },
}  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
def test_the_emergencies_of_the_part_that_hurts_end_by_screen_4(story):
    iv = interview()
    person = {"age": 45, "pain_score": 5, "pain_duration_days": 1, **STORIES[story]}
    assert len(asked(iv, person)) <= 4
    assert iv.assessment.urgency is bt.Urgency.EMERGENCY


def test_the_first_screen_asks_where_and_the_second_about_the_nerves():
    first = interview()
    assert (first.question.id, first.question.could_reach) == ("where", bt.Urgency.EMERGENCY)
    first.answer(["lower_back_pain"])
    assert first.question.id == "emergency_nerves"


def test_a_screen_holds_a_dozen_lines_each_list_with_its_own_help():
    seen = set()
    for place in VOCABULARY.checklists["where"].findings:
        for question in asked(interview(), {**ORDINARY, place: True}):
            assert not question.parts or question.lines <= 12
            for part in question.parts or (question,):
                for line in part.items:
                    assert part.item_help.get(line, "") == VOCABULARY.findings[line].help
                    seen |= {line} if VOCABULARY.findings[line].help else set()
    assert len(seen) > 5


def test_a_question_is_plain_data_with_all_that_a_page_needs():
    questions = asked(interview(startback=WORDING), ORDINARY)
    data = json.loads(json.dumps([question.to_dict() for question in questions]))
    parts = [part for one in data for part in one.get("parts", [one])]
    assert {part["kind"] for part in parts} == {"number", "checklist", "choice", "offer", "yes_no"}
    for part in parts:
        assert part["text"]
        assert part["why"]
        assert ("unit" in part and part["minimum"] < part["maximum"]) == (part["kind"] == "number")
        assert bool(part.get("options")) == (part["kind"] == "choice")
        assert bool(part.get("items")) == (part["kind"] == "checklist")


# -- what always holds ------------------------------------------------------------------------------------------------


@st.composite
def replies(draw: st.DrawFn, question: bt.InterviewQuestion, vocabulary: Vocabulary = VOCABULARY) -> Any:
    """Any valid reply to a question; mostly nothing of the worrying kind, so that interviews get long."""
    if question.kind == "group":
        return {part.id: draw(replies(part, vocabulary)) for part in question.parts}
    if question.kind == "checklist":
        some = st.lists(st.sampled_from(list(question.items)), unique=True, min_size=1, max_size=2)
        return draw(st.one_of(st.just("none"), st.just("none"), some, st.none()))
    if question.kind in ("offer", "yes_no"):
        return draw(st.sampled_from([False, True, None]))
    return draw(st.one_of(valid(vocabulary.findings[question.id]), st.none()))


def fits(iv: bt.Interview) -> Callable[[Any], bool]:
    """Whether the numbers of a reply can be true beside each other and what is known."""
    vocabulary, known, id_ = iv.profile.rulebook.vocabulary, iv.profile.given, iv.question.id

    def together(said: Any) -> bool:
        answers = {**known, **(said if isinstance(said, dict) else {id_: said})}
        return not vocabulary.impossible(answers)

    return together


class Conversation(RuleBasedStateMachine):
    """People who answer, skip, doubt, go back, change their mind and say things before they are asked."""

    def __init__(self) -> None:
        super().__init__()
        self.iv = interview()

    @initialize(wording=st.sampled_from([None, WORDING]))
    def begin(self, wording):
        self.wording = wording
        self.iv = interview(startback=wording)

    def unresolved(self) -> int:
        profile = self.iv.profile
        return sum(id_ not in profile.known and id_ not in profile.not_sure for id_ in VOCABULARY.findings)

    @precondition(lambda self: not self.iv.done)
    @rule(data=st.data())
    def answer_the_question(self, data):
        """A valid reply to what is asked is always taken, and resolves something."""
        question, before, given = self.iv.question, self.unresolved(), dict(self.iv.profile.given)
        said = data.draw(replies(question).filter(fits(self.iv)))
        self.iv.answer(said, turn=self.iv.turn)
        if question.kind == "offer":
            assert self.iv.question is None or self.iv.question.id != question.id
        else:
            opened = self.iv.to_dict()["steps"][-1].get("one_by_one")
            alone = VOCABULARY.checklists[opened].findings if opened else ()
            assert opened or self.unresolved() < before
            for finding in set(question.findings) - set(alone):
                assert finding in self.iv.profile.known or finding in self.iv.profile.not_sure
        assert {id_ for id_, value in given.items() if value is True} <= set(self.iv.profile.given)

    @precondition(lambda self: not self.iv.done)
    @rule()
    def skip(self):
        """What is skipped stays unknown, unless it follows from what was said."""
        question, given = self.iv.question, dict(self.iv.profile.given)
        self.iv.skip()
        assert set(question.findings) <= self.iv.profile.not_sure
        assert dict(self.iv.profile.given) == given

    @precondition(lambda self: self.iv.question and self.iv.question.kind == "checklist")
    @rule(data=st.data())
    def doubt_one_line(self, data):
        line = data.draw(st.sampled_from(list(self.iv.question.items)))
        self.iv.answer("none", not_sure=[line])
        assert self.iv.profile[line] is bt.Answer.UNKNOWN

    @precondition(lambda self: self.iv.question and self.iv.question.kind == "checklist")
    @rule()
    def one_by_one(self):
        list_ = self.iv.question
        self.iv.one_by_one()
        assert (self.iv.question.kind, self.iv.question.id) == ("yes_no", next(iter(list_.items)))

    @rule(said=answers(max_size=3))
    def volunteer(self, said):
        before = self.iv.to_dict()
        try:
            self.iv.answer(**said)
        except bt.ProfileError:
            assert self.iv.to_dict() == before
        else:
            assert said.items() <= self.iv.profile.given.items()

    @precondition(lambda self: self.iv.turn)
    @rule()
    def back(self):
        if not self.iv.to_dict()["steps"]:
            return
        turn = self.iv.turn
        self.iv.back()
        assert self.iv.turn == turn + 1

    @precondition(lambda self: self.iv.question and self.iv.question.phase is not bt.Phase.SAFE)
    @rule()
    def decline(self):
        phase = self.iv.phase
        self.iv.decline()
        assert self.iv.done or self.iv.question.phase is not phase
        if self.iv.done:
            self.iv.go_on()

    @invariant()
    def nothing_is_asked_twice(self):
        question = self.iv.question
        if question and question.kind != "offer":
            assert question.findings
            assert not self.iv.profile.known.keys() & set(question.findings)
            assert not self.iv.profile.not_sure & set(question.findings)

    @invariant()
    def the_assessment_is_that_of_the_answers(self):
        assert self.iv.assessment.to_dict() == bt.assess(self.iv.profile.to_dict(), engine="reference").to_dict()

    @invariant()
    def it_can_be_kept_and_resumed_at_every_step(self):
        data = json.loads(json.dumps(self.iv.to_dict()))
        again = bt.Interview.from_dict(data, engine="reference", startback=getattr(self, "wording", None))
        assert again.to_dict() == data
        assert again.question == self.iv.question
        assert again.profile == self.iv.profile
        assert again.notices == ()

    @invariant()
    def it_stops_at_an_emergency(self):
        assert not self.iv.done or self.iv.assessment.settled or self.iv.assessment.final
        if self.iv.assessment.at_least is bt.Urgency.EMERGENCY:
            assert self.iv.done

    @invariant()
    def what_could_be_worse_is_asked_first(self):
        question, could_be = self.iv.question, self.iv.assessment.could_be
        raising = [entry.could_reach for entry in self.iv.assessment.questions if entry.could_reach]
        if question and raising:
            assert (question.phase, question.could_reach) == (bt.Phase.SAFE, max(raising))
            assert question.could_reach <= could_be
        elif question:
            assert question.phase is not bt.Phase.SAFE

    def teardown(self):
        """However it went, it ends, also where "not sure" opens a list line by line."""
        for _ in range(MOST_SCREENS + len(VOCABULARY.yes_no)):
            if self.iv.done:
                return
            self.iv.answer(None)
        raise AssertionError(self.iv)


Conversation.TestCase.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
test_a_conversation = Conversation.TestCase


@settings(max_examples=60)
@given(profiles())
def test_without_a_skip_it_ends_settled_at_the_level_of_the_whole_truth(truth):
    person = whole(truth)
    iv = interview()
    asked(iv, person)
    assert iv.assessment.settled
    assert iv.assessment.urgency is bt.assess(person, engine="reference").urgency


@settings(max_examples=40)
@given(rulebooks(), rulebooks(), st.data())
def test_any_rulebook_can_ask_to_the_end_and_take_over_from_any_other(book, other, data):
    iv = interview(rulebook=book)
    for _ in range(len(book.vocabulary.findings) + 1):
        if (question := iv.question) is None:
            break
        iv.answer(data.draw(replies(question, book.vocabulary).filter(fits(iv))))
    assert iv.done
    assert iv.assessment.settled or iv.assessment.final
    again = bt.Interview.from_dict(iv.to_dict(), rulebook=other, engine="reference")
    answers = dict(iv.profile.given)
    kept = again.profile.given.keys() | again.profile.not_sure  # a "no" may be a doubt by what the other rulebook says
    assert kept | {one.finding for one in again.set_aside} >= answers.keys()
    assert again.profile.given.items() <= answers.items()
    assert bool(again.resumed_from) == (book.digest != other.digest)
    assert bt.Interview.from_dict(again.to_dict(), rulebook=other).to_dict() == again.to_dict()


def whole(truth: bt.Profile) -> Person:
    """A person who knows everything about themselves, and of whom nothing is true that they would not be asked."""
    person: Person = {}
    for id_, finding in VOCABULARY.findings.items():
        usual = {"yes_no": False, "number": 4}.get(finding.kind) if finding.kind != "choice" else "neither"
        value = truth.known.get(id_, usual)
        person[id_] = value if not finding.problem_with(value) else usual
    person["pain_side"], person["startback_9"] = "left", "slightly"
    reported = [id_ for id_, finding in VOCABULARY.findings.items() if finding.reported]
    person |= dict.fromkeys(reported, False)
    for _ in VOCABULARY.gates:  # as many rounds as a chain of gates can have
        for id_ in VOCABULARY.findings:
            if any(gate.holds(person) is False for gate in VOCABULARY.gates_of(id_)):
                person[id_] = False
    person = {id_: value for id_, value in person.items() if not VOCABULARY.findings[id_].problem_with(value)}
    for pair in VOCABULARY.impossible(person):  # what is usual may be too little beside what is known
        person[pair.finding] = int(pair.limit(person[pair.of]))
    said = {other for id_, value in person.items() if value is not False for other in VOCABULARY.says.get(id_, ())}
    return person | dict.fromkeys(said, True)  # as a figure about exercise says that there was some


@settings(max_examples=40, deadline=None)
@given(profiles(), st.just(frozenset()) | st.frozensets(st.sampled_from(sorted(VOCABULARY.questions)), max_size=4))
@example(bt.Profile(), frozenset({"age"}))
@example(bt.Profile(), frozenset({"health_a", "general_signs"}))
@example(bt.Profile(), frozenset({"very_ill_now"}))
def test_every_question_could_change_the_urgency_or_the_status_of_an_exercise(truth, skipped):
    """For some answers to it, and to what else is unknown and not skipped, the result depends on it.

    After a doubt each rule is looked at by itself, term by term: one that can still fire may ask for all it names. A
    number is asked although another may already bound it, as the age does the age at the first pain.
    """
    person, iv = whole(truth), interview()
    while (question := iv.question) is not None:
        for part in question.parts or (question,) if question.kind != "offer" else ():
            bounded = any(pair.finding == part.id and pair.of in iv.profile.given for pair in VOCABULARY.ceilings)
            doubted = iv.profile.not_sure and could_decide(iv, part)
            assert bounded or doubted or matters(iv, part), (part.id, iv.profile)
        if skipped & {part.id for part in question.parts or (question,)}:
            iv.skip()
        else:
            iv.answer(reply(question, person))


def matters(iv: bt.Interview, question: bt.InterviewQuestion) -> bool:
    findings = set(question.findings)
    rules = sorted(iv.assessment.open, key=lambda rule: findings.isdisjoint(rule.findings))
    usual = {**dict.fromkeys(VOCABULARY.findings, False), **ORDINARY, "lower_back_pain": False}
    for context in ({}, *(case for rule_ in rules for case in (*rule_.fires, *rule_.spares))):
        found = set()
        for said in possible(question):
            told = dict.fromkeys(implied_by({**context, **said}), True) | dict(context)
            try:
                profile = iv.profile.with_(said)
                rest = {id_: value for id_, value in (usual | told).items() if _asked_of(profile, id_, value)}
                found.add(_result(profile.with_(rest), question.phase))
            except bt.ProfileError:  # a number, and what a case says of others, need not fit
                continue
            if len(found) > 1:
                return True
    return False


def could_decide(iv: bt.Interview, question: bt.InterviewQuestion) -> bool:
    """Whether an open rule that names it can still fire, of what is not known and not in doubt."""
    known, unsure = iv.profile.known, iv.profile.not_sure
    named = [rule for rule in iv.assessment.open if not rule.findings.isdisjoint(question.findings)]
    return any(can_be(rule.when, True, known, unsure) for rule in named)


def _asked_of(profile: bt.Profile, id_: str, value: object) -> bool:
    open_ = id_ not in profile.known and id_ not in profile.not_sure
    return open_ and VOCABULARY.findings[id_].problem_with(value) is None


def possible(question: bt.InterviewQuestion) -> list[Person]:
    """Answers to a question: each line of a checklist alone, none of them, each value where a rule turns."""
    if question.kind == "checklist":
        return [{line: True} for line in question.items] + [dict.fromkeys(question.items, False)]
    if question.kind == "number":
        return [{question.id: value} for value in thresholds().get(question.id, ())]
    return [{question.id: value} for value in question.options or (True, False)]


def _result(profile: bt.Profile, phase: bt.Phase) -> object:
    assessment = bt.assess(profile, engine="reference")
    if phase is bt.Phase.SAFE:
        return assessment.at_least, assessment.could_be
    return tuple([assessment.status(id_) for id_ in BOOK.exercises])


# -- skipping ---------------------------------------------------------------------------------------------------------


def test_who_skips_everything_is_told_to_see_somebody_today_and_what_an_emergency_looks_like():
    iv = interview()
    while not iv.done:
        iv.skip()
    assert iv.assessment.final
    assert iv.assessment.urgency is None
    assert iv.assessment.action.kind is bt.ActionKind.NOT_RULED_OUT
    assert iv.assessment.action.level is bt.Urgency.SAME_DAY
    assert "numbness between the legs" in iv.assessment.action.message
    assert not iv.profile.given
    assert "not settled" in repr(iv)


@pytest.mark.parametrize("line", [line for list_ in FLAGGED for line in VOCABULARY.checklists[list_].findings])
def test_one_line_skipped_is_not_a_no(line):
    iv = interview()
    while (question := iv.question) is not None:
        doubtful = {"not_sure": [line]} if question.kind == "checklist" and line in question.items else {}
        doubtful = doubtful or ({"not_sure": [line]} if question.id == line else {})
        iv.answer(None if question.id == line else reply(question, ORDINARY), **doubtful)
    if line in iv.profile.not_sure:
        denied = bt.assess(ORDINARY, denies=list(VOCABULARY.checklists), not_sure=[line], engine="reference")
        assert iv.profile[line] is bt.Answer.UNKNOWN
        assert (iv.assessment.at_least, iv.assessment.could_be) == (denied.at_least, denied.could_be)
        assert iv.assessment.urgency is None or denied.settled
    elif iv.profile[line] is not bt.Answer.ABSENT:  # it does not matter to this person
        assert not [one.id for one in iv.assessment.open if one.effect.kind == "urgency" and line in one.findings]


def test_skipping_is_undone_by_going_back_or_by_saying_it_later():
    iv = interview()
    iv.answer(**ORDINARY)
    iv.answer("none")
    iv.skip()
    assert iv.question.id == "very_ill_now"
    iv.back()
    assert iv.question.id == "emergency_nerves"
    iv.skip()
    iv.answer(new_bladder_change=True)
    assert iv.assessment.urgency is bt.Urgency.EMERGENCY


# -- checklists -------------------------------------------------------------------------------------------------------


def at(checklist: str, **said: Any) -> bt.Interview:
    """An interview that has nothing left to ask but a checklist, as far as earlier answers go."""
    person = {**ORDINARY, "sex_at_birth": "rather_not_say", **said}
    iv = interview()
    iv.answer(**person, denies=[id_ for id_ in VOCABULARY.checklists if id_ not in (checklist, "where")])
    iv.answer(denies=["where"])
    assert iv.question.id == checklist
    return iv


def test_an_empty_list_is_refused_as_it_may_be_a_form_that_nobody_filled_in():
    iv = at("emergency_nerves")
    for empty in ([], (), set()):
        with pytest.raises(bt.ProfileError, match=r'emergency_nerves: nothing is ticked; .*"none"'):
            iv.answer(empty)
    iv.answer("none")
    assert iv.profile["new_bladder_change"] is bt.Answer.ABSENT


@pytest.mark.parametrize("checklist", VOCABULARY.checklists)
@given(data=st.data())
@settings(max_examples=10)
def test_a_reply_to_a_checklist_means_what_ticking_it_and_denying_the_rest_means(checklist, data):
    lines = VOCABULARY.checklists[checklist].findings
    ticked = data.draw(st.lists(st.sampled_from(lines), unique=True, max_size=3))
    unsure = data.draw(st.lists(st.sampled_from(lines), unique=True, max_size=2))
    unsure = [line for line in unsure if line not in ticked]
    iv = interview()
    iv.answer(**dict.fromkeys(ticked, True), denies=[checklist], not_sure=unsure)
    meant = bt.Profile(dict.fromkeys(ticked, True), denies=[checklist], not_sure=unsure)
    assert {line: iv.profile[line] for line in lines} == {line: meant[line] for line in lines}
    assert iv.assessment.at_least is bt.assess(meant).at_least


def test_a_line_behind_another_of_its_list_is_asked_afterwards_and_not_denied_with_it():
    iv = at("other_body_signs")
    assert not {"kidney_infection_signs", "vomiting_repeatedly"} & set(iv.question.items)
    iv.answer(["urine_trouble"])
    assert list(iv.question.items) == ["urine_colic_or_blood", "kidney_infection_signs"]
    iv.answer(["kidney_infection_signs"])
    follow_up = iv.question
    assert (follow_up.id, follow_up.kind) == ("vomiting_repeatedly", "yes_no")
    iv.answer(True)
    assert iv.profile["vomiting_repeatedly"] is bt.Answer.PRESENT


def test_what_a_ticked_line_implies_need_not_be_ticked():
    iv = at("leg_signs", leg_pain_below_knee=True)
    iv.answer(["foot_drop"])
    assert iv.profile["leg_weakness"] is bt.Answer.PRESENT
    assert iv.profile["leg_numb_tingling"] is bt.Answer.ABSENT


def test_a_doubt_keeps_open_what_it_implies():
    iv = at("leg_signs", leg_pain_below_knee=True)
    iv.answer("none", not_sure=["foot_drop"])
    assert iv.profile["leg_weakness"] is iv.profile["foot_drop"] is bt.Answer.UNKNOWN


@pytest.mark.parametrize("later", [True, None])
def test_a_red_flag_said_later_counts_more_than_an_earlier_none_of_these(later):
    iv = at("leg_signs", leg_pain_below_knee=True)
    iv.answer("none")
    iv.answer(foot_drop=later)
    wanted = bt.Answer.PRESENT if later else bt.Answer.UNKNOWN
    assert iv.profile["foot_drop"] is iv.profile["leg_weakness"] is wanted
    iv.answer(foot_drop=False)
    assert iv.profile["leg_weakness"] is bt.Answer.UNKNOWN  # nobody has said it yet


def test_a_red_flag_is_not_taken_back_by_denying_what_it_implies():
    iv = interview()
    iv.answer(foot_drop=True)
    with pytest.raises(bt.ProfileError, match="foot_drop: present, but `leg_weakness`"):
        iv.answer(leg_weakness=False)
    assert iv.profile["foot_drop"] is bt.Answer.PRESENT


def test_doubting_or_denying_a_whole_list_leaves_what_was_said_of_it():
    iv = interview()
    iv.answer(fever_or_shivers=True, night_sweats=None)
    iv.answer(not_sure=["general_signs"])
    assert iv.profile["fever_or_shivers"] is bt.Answer.PRESENT
    iv.answer(denies=["general_signs"])
    assert iv.profile["fever_or_shivers"] is bt.Answer.PRESENT
    assert iv.profile["night_sweats"] is bt.Answer.UNKNOWN


def test_a_list_can_be_asked_one_line_at_a_time():
    iv = at("health_a")
    lines = list(iv.question.items)
    iv.one_by_one()
    questions = asked(iv, ORDINARY)
    assert [question.id for question in questions[: len(lines)]] == lines
    assert {question.kind for question in questions if question.id in lines} == {"yes_no"}
    assert "health_a" not in ids(questions, bt.Phase.SAFE)
    assert iv.assessment.urgency is bt.Urgency.SELF_CARE
    iv = interview()
    iv.answer(lower_back_pain=True, denies=["where", "emergency_nerves", "very_ill_now"])
    with pytest.raises(bt.ProfileError, match="no checklist"):
        iv.one_by_one()


# -- saying more, and saying it wrongly -------------------------------------------------------------------------------


def test_what_is_volunteered_is_never_asked():
    iv = interview()
    iv.answer(age=41, fever_or_shivers=True)
    questions = asked(iv, ORDINARY)
    found = [finding for question in questions for finding in question.findings]
    assert not {"age", "fever_or_shivers"} & set(found)
    assert len(found) == len(set(found))


def test_thoughts_of_suicide_are_followed_up_before_all_else():
    iv = at("health_a")
    iv.answer(suicidal_thoughts=True)
    assert iv.question.id == "suicidal_immediate_danger"
    assert iv.assessment.action.locked


def test_a_reply_and_more_are_taken_together():
    iv = interview()
    iv.answer(["lower_back_pain"])
    iv.answer("none", fever_or_shivers=True)
    assert iv.profile["fever_or_shivers"] is bt.Answer.PRESENT
    assert iv.profile["new_bladder_change"] is bt.Answer.ABSENT
    iv.back()
    assert iv.question.id == "emergency_nerves"
    assert iv.profile["fever_or_shivers"] is bt.Answer.UNKNOWN


WRONG = [
    ((), {}, "answer: nothing is answered"),
    (({"age": 41, "pain": 3},), {}, "answer: `'pain'` is not asked here; did you mean"),
    (([],), {}, "answer: `\\[\\]` is no answer to a group"),
    (({"age": "41"},), {"feverr": True}, "age: `'41'` is not a number.*\nfeverr: unknown finding"),
    (({"general_signs": ["night_sweats", "foot_drop"]},), {}, "general_signs: `'foot_drop'` is not asked here"),
    (({"general_signs": "night_sweats"},), {}, "general_signs: `'night_sweats'` is not a list of findings"),
    (({"general_signs": [["night_sweats"]]},), {}, "general_signs: .* is not asked here"),
    (({"general_signs": 7, 8: True},), {}, "general_signs: `7` is not a list"),
    (({"age": 41},), {"age": 42}, "age: answered twice"),
    (({"age": 41},), {"not_sure": ["age"]}, "age: answered `41` and not sure"),
    ((), {"denies": "where"}, "denies: .* is not a list of names"),
    ((), {"not_sure": 3}, "not_sure: .* is not a list of names"),
    ((), {"foot_drop": True, "leg_weakness": False}, "foot_drop: present, but"),
]


@pytest.mark.parametrize(("replied", "named", "message"), WRONG)
def test_a_wrong_answer_names_every_problem_and_changes_nothing(replied, named, message):
    iv = interview()
    iv.answer(lower_back_pain=True, denies=["where", "emergency_nerves", "very_ill_now"])
    assert [part.id for part in iv.question.parts][::4] == ["age", "general_signs"]
    before = iv.to_dict()
    with pytest.raises(bt.ProfileError, match="(?s)" + message):
        iv.answer(*replied, **named)
    assert iv.to_dict() == before


def test_when_it_is_done_a_reply_is_refused_but_more_may_be_said():
    iv = interview()
    iv.answer(new_bladder_change=True)
    assert iv.done
    for call in (lambda: iv.answer(True), iv.skip, iv.decline, iv.go_on, iv.one_by_one):
        with pytest.raises(bt.ProfileError):
            call()
    iv.answer(age=41)
    assert iv.profile["age"] == 41
    iv.answer(new_bladder_change=False)  # a changed answer
    assert not iv.done


def test_an_answer_can_be_changed_and_what_was_said_later_stays():
    iv = interview()
    iv.answer(["lower_back_pain"])
    for _ in range(4):
        iv.answer(reply(iv.question, ORDINARY))
    later = dict(iv.profile.given)
    assert len(later) > 30
    where = {line: line == "neck_pain" for line in iv.profile.rulebook.vocabulary.checklists["where"].findings}
    iv.change(where)
    assert {name: value for name, value in later.items() if name not in where}.items() <= iv.profile.given.items()
    assert (iv.profile["neck_pain"], iv.profile["lower_back_pain"]) == (bt.Answer.PRESENT, bt.Answer.ABSENT)
    iv.back()
    assert dict(iv.profile.given) == later


def test_a_changed_answer_counts_like_a_first_one():
    iv = interview()
    iv.answer(["lower_back_pain"])
    lines = dict.fromkeys(iv.question.items, False)
    iv.answer("none")
    iv.change({**lines, "new_bladder_change": True})
    assert iv.assessment.urgency is bt.Urgency.EMERGENCY
    iv.change(lines)
    assert not iv.done
    assert iv.profile["new_bladder_change"] is bt.Answer.ABSENT


def test_a_change_that_contradicts_what_stays_is_refused_with_both_and_changes_nothing():
    iv = interview()
    iv.answer(age=41, age_at_onset=40)
    before = iv.to_dict()
    for said in ({"age": 30}, {}, {"age": "old"}, {"agee": 41}, None):
        with pytest.raises(bt.ProfileError):
            iv.change(said)
    assert iv.to_dict() == before


@given(profiles(), st.data())
@settings(max_examples=20)
def test_a_change_never_loses_a_red_flag_that_it_is_not_about(profile, data):
    iv = interview()
    iv.answer(**{"age": 41, **profile.given})
    checklist = data.draw(st.sampled_from(list(profile.rulebook.vocabulary.checklists.values())))
    findings = profile.rulebook.vocabulary.findings
    flags = {id_ for id_, value in iv.profile.given.items() if value is True and findings[id_].red_flag}
    iv.change(dict.fromkeys(checklist.findings, False))
    assert flags - set(checklist.findings) <= {id_ for id_, value in iv.profile.known.items() if value is True}


def test_a_line_asked_alone_after_a_doubt_says_that_it_is_of_the_list():
    iv = interview()
    iv.answer(["lower_back_pain"])
    while not iv.question.id.startswith("health") and "health_a" not in [part.id for part in iv.question.parts]:
        iv.answer(reply(iv.question, ORDINARY))
    iv.answer({"health_a": None})
    while iv.question.id not in VOCABULARY.checklists["health_a"].findings:
        iv.answer(reply(iv.question, ORDINARY))
    assert iv.question.help.startswith("One line of the list at a time now: Your health")


def test_nothing_said_leaves_nothing_to_go_back_to():
    with pytest.raises(bt.ProfileError, match="back: nothing has been said yet"):
        interview().back()


@given(st.data())
@settings(max_examples=20)
def test_going_back_is_exact(data):
    iv = interview()
    seen = []
    while not iv.done and len(seen) < 6:
        seen.append((iv.to_dict()["steps"], iv.question))
        iv.answer(data.draw(replies(iv.question).filter(fits(iv))))
    for steps, question in reversed(seen):
        iv.back()
        assert (iv.to_dict()["steps"], iv.question) == (steps, question)


def test_two_windows_that_answer_at_once_are_told_apart():
    iv = interview()
    shown = iv.turn
    iv.answer(age=41, turn=shown)
    for call in (iv.skip, iv.back, iv.go_on, iv.decline, iv.one_by_one, lambda turn: iv.answer(age=14, turn=turn)):
        with pytest.raises(bt.StaleAnswer, match="turn: `0` is over, it is turn 1"):
            call(turn=shown)
    with pytest.raises(bt.StaleAnswer):
        iv.skip(turn=True)
    assert iv.profile["age"] == 41


# -- the voluntary parts ----------------------------------------------------------------------------------------------


def settled(**settings: Any) -> bt.Interview:
    """An ordinary person's interview when the plan is offered."""
    iv = interview(**settings)
    while iv.question.kind != "offer":
        iv.answer(reply(iv.question, ORDINARY))
    return iv


def test_the_plan_may_be_declined_and_taken_up_again():
    iv = settled()
    assert (iv.question.id, iv.phase) == ("plan", bt.Phase.PLAN)
    assert iv.assessment.settled
    iv.skip()
    assert iv.done
    iv.back()
    iv.answer(False)
    assert iv.done
    iv.go_on()
    assert iv.question.kind == "group"
    iv.decline()
    assert iv.done
    iv.back()
    assert iv.question.kind == "group"


def test_a_part_is_on_offer_only_where_it_would_ask_something():
    iv = settled()
    assert iv.on_offer is bt.Phase.PLAN
    iv.decline()
    assert iv.on_offer is bt.Phase.PLAN
    iv.answer(fever_or_shivers=True)  # its questions come before any exercise
    assert (iv.phase, iv.on_offer) == (bt.Phase.SAFE, None)
    iv.stop()
    assert iv.assessment.action.level is bt.Urgency.SAME_DAY
    assert (iv.done, iv.on_offer) == (True, None)
    with pytest.raises(bt.ProfileError, match="nothing is offered"):
        iv.go_on()


def test_the_questions_of_safety_cannot_be_declined():
    with pytest.raises(bt.ProfileError, match="asked for safety"):
        interview().decline()


def test_a_wrong_reply_to_an_offer_is_refused():
    with pytest.raises(bt.ProfileError, match="plan: `'yes'` is not a yes or no"):
        settled().answer("yes")


def test_the_plan_says_which_exercises_wait_for_an_answer():
    iv = settled()
    iv.answer(True)
    waiting = {entry.exercise.name.lower() for entry in iv.assessment.withheld}
    assert any(name in iv.question.why for name in waiting)


def test_startback_is_offered_last_in_the_hosts_words_and_changes_words_only():
    iv = settled(startback=WORDING)
    iv.answer(False)
    assert (iv.question.kind, iv.phase) == ("offer", bt.Phase.STARTBACK)
    before = iv.assessment
    iv.answer(True)
    assert [part.text for part in iv.question.parts] == list(WORDING.values())
    iv.answer(dict.fromkeys(ITEMS[:8], True) | {"startback_9": "extremely"})
    assert iv.done
    assert iv.assessment.help
    assert iv.assessment.urgency is before.urgency
    assert iv.assessment.to_dict()["allowed"] == before.to_dict()["allowed"]


def test_startback_stops_once_its_group_is_certain():
    iv = settled(startback=WORDING)
    iv.answer(False)
    iv.go_on()
    iv.answer(dict.fromkeys(ITEMS[4:8], True))
    assert iv.done


@given(st.dictionaries(st.sampled_from(ITEMS[:8]), st.booleans()))
def test_startback_asks_what_can_still_change_the_group_and_nothing_else(said):
    iv = settled(startback=WORDING)
    iv.answer(False)
    if said:
        iv.answer(**said)
    missing = [item for item in ITEMS if item not in said]
    completions = [
        said | dict(zip(missing, one, strict=True)) for one in itertools.product([False, True], repeat=len(missing))
    ]
    last = {False: "slightly", True: "extremely"}
    group = {frozenset(one.items()): groups(one | {ITEMS[8]: last[one[ITEMS[8]]]}) for one in completions}
    decisive = [
        item
        for item in missing
        if any(
            group[frozenset(one.items())] != group[frozenset((one | {item: not one[item]}).items())]
            for one in completions
        )
    ]
    if iv.question:
        iv.go_on()
    assert list(iv.question.findings if iv.question else ()) == decisive


def test_startback_is_not_offered_without_wording_or_to_those_it_is_not_made_for():
    assert [q.id for q in asked(interview(), ORDINARY) if q.phase is bt.Phase.STARTBACK] == []
    for not_made_for in ({"lower_back_pain": False, "neck_pain": True}, {"fever_or_shivers": True}, {"pregnant": True}):
        questions = asked(interview(startback=WORDING), ORDINARY | not_made_for)
        assert ids(questions, bt.Phase.STARTBACK) == []


@pytest.mark.parametrize(
    "wording", [{}, {"startback_1": "Leg pain?"}, WORDING | {"age": "?"}, "text", WORDING | {ITEMS[0]: " "}]
)
def test_wording_of_some_items_only_is_refused(wording):
    with pytest.raises(bt.ProfileError, match="startback"):
        interview(startback=wording)


# -- the example ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("list_", ["health_a", "health_b"])
def test_who_is_not_sure_what_a_doctor_said_is_asked_the_worst_lines_one_at_a_time(list_):
    iv = at(list_)
    shown = list(iv.question.items)
    iv.answer(None)
    asked = []
    while not iv.done and iv.question.id in shown:
        assert iv.question.kind == "yes_no"
        assert VOCABULARY.checklists[list_].question in iv.question.help
        asked.append(iv.question.id)
        iv.answer(False)
    assert asked == [line for line in shown if line in asked]
    assert 1 <= len(asked) <= 4
    assert set(shown) - set(asked) <= iv.profile.not_sure
    iv.back()
    assert iv.question.id == asked[-1]


@pytest.mark.parametrize("one_part", [False, True], ids=["whole screens", "one question at a time"])
def test_not_sure_to_everything_ends_in_20_screens_with_somebody_to_see_today(one_part):
    iv, screens = interview(), 0
    while (question := iv.question) is not None:
        screens += 1
        iv.answer({question.parts[0].id: None} if question.parts and one_part else None)
    assert screens <= 20
    assert not iv.profile.given
    assert iv.assessment.action.kind is bt.ActionKind.NOT_RULED_OUT
    assert iv.assessment.action.level is bt.Urgency.SAME_DAY


@settings(max_examples=40)
@given(profiles(), st.integers(0, 8))
def test_stopping_is_possible_at_any_question_and_is_never_calmer_than_what_is_open(truth, screens):
    person, iv = whole(truth), interview()
    for _ in range(screens):
        if iv.done:
            break
        iv.answer(reply(iv.question, person))
    if iv.done:
        return
    before, given = iv.assessment, dict(iv.profile.given)
    iv.stop()
    after = iv.assessment
    assert iv.done
    assert dict(iv.profile.given) == given
    assert (after.at_least, after.could_be) == (before.at_least, before.could_be)
    if not before.settled:
        assert after.action.level >= min(before.could_be, bt.Urgency.SAME_DAY)
    iv.back()
    assert iv.assessment.to_dict() == before.to_dict()


MENTIONED = {id_ for one in BOOK.rules for id_ in one.findings} | {
    atom.finding for gate, _ in VOCABULARY.gates for atom in gate.atoms()
}
# The line that sums them up, `effort_trouble`, decides as much: they count when they are said, and are not asked.
SAID_ONLY = {"chest_pain_on_effort", "blackout_on_effort"}
FLAGS = [id_ for id_, one in VOCABULARY.findings.items() if one.red_flag and id_ in MENTIONED and id_ not in SAID_ONLY]


@pytest.mark.parametrize("flag", FLAGS)
def test_every_red_flag_is_offered_to_somebody_and_counts_when_it_is_ticked(flag):
    """Walks interviews of people of whom it is true until one offers it; there it makes a difference to have it."""
    if VOCABULARY.findings[flag].reported:
        assert counts(interview(), flag), flag
        return
    for person in people_with(flag):
        iv = interview()
        if said := {id_: True for id_ in person if VOCABULARY.findings[id_].reported}:
            iv.answer(**said)
        while (question := iv.question) is not None:
            if flag in question.findings and (counts(iv, flag) or counts(iv, flag, person)):
                return
            iv.answer(reply(question, person))
    raise AssertionError(f"{flag} is offered to nobody")


def people_with(flag: str) -> Iterator[Person]:
    """People of every age and place with the finding, beside what the cases of its rules and its gates say."""
    gates = [sorted({atom.finding for atom in gate.atoms()} & VOCABULARY.yes_no) for gate in VOCABULARY.gates_of(flag)]
    about = {flag, *(id_ for gate in gates for id_ in gate)}
    cases = [{}, *(dict(case) for one in BOOK.rules for case in one.fires if about & {*case, *implied_by(dict(case))})]
    bodies = [{**ORDINARY, "age": age, "sex_at_birth": "female"} for age in (41, 8, 17, 55, 72)]
    bodies += [{**ORDINARY, "pain_duration_days": 120, "age_at_onset": 30}]
    places: list[Person] = [{}, {"neck_pain": True}, {"leg_pain_below_knee": True, "buttock_pain": True}]
    opened = [dict.fromkeys(one, True) for one in itertools.product(*filter(None, gates))]
    for case, body, place, gate in itertools.product(cases, bodies, places, opened):
        yield {**body, **place, **gate, **case, flag: True}


def counts(iv: bt.Interview, flag: str, person: Person | None = None) -> bool:
    """Whether having it, or not, decides a rule, beside what else a person will say."""
    profile = iv.profile
    later = {id_: value for id_, value in (person or {}).items() if id_ not in profile.known and id_ != flag}
    found = []
    for value in (True, False):
        try:
            a = bt.assess(profile.with_({**later, flag: value}), engine="reference")
        except bt.ProfileError:  # not the one without the other
            return False
        found.append((a.at_least, [one.id for one in a.because], [one.id for one in a.open]))
    return found[0] != found[1]


def test_sex_and_age_keep_lines_from_those_whom_they_do_not_fit_and_never_by_an_unknown():
    bearing = {"pregnant", "birth_last_6_weeks", "could_be_pregnant", "pregnancy_or_birth"}
    born = {"age": 31, "sex_at_birth": "female"}, {"age": 31, "sex_at_birth": "rather_not_say"}, {"age": 31}, {}
    for person in born:
        lines = offered({**ORDINARY, "age": None, **person})
        assert bearing & lines, person
    for person in {"sex_at_birth": "male"}, {"sex_at_birth": "female", "age": 61}, {"sex_at_birth": "female", "age": 8}:
        assert not bearing & offered({**ORDINARY, **person}), person
    assert not {"injects_drugs", "sexual_function_change_new"} & offered({**ORDINARY, "age": 8})
    assert {"injects_drugs", "sexual_function_change_new"} <= offered({**ORDINARY, "age": None})


@pytest.mark.parametrize(
    ("limb", "lists"),
    [
        ("leg", {"leg_signs"}),
        ("arm", {"arm_signs"}),
        ("both", {"leg_signs", "arm_signs"}),
        (None, {"leg_signs", "arm_signs"}),
    ],
)
def test_a_tingling_leg_gets_the_list_of_the_leg_and_who_is_not_sure_gets_both(limb, lists):
    person = {**ORDINARY, "limb_nerve_feeling": True, "nerve_feeling_limb": limb}
    found = {VOCABULARY.findings[line].checklist for line in offered(person)}
    assert found & {"leg_signs", "arm_signs"} == lists


def offered(person: Person) -> set[str]:
    return {line for question in asked(interview(), person) for line in question.findings}


# -- words ------------------------------------------------------------------------------------------------------------

NARROWING = re.compile(r"does not count|do not count|only if|\bunless\b|it counts|not pain|\bnot an?\b", re.IGNORECASE)
"""Words that take back a tick."""


@pytest.mark.parametrize("checklist", VOCABULARY.checklists)
def test_no_words_over_a_list_talk_anybody_out_of_a_line_of_it(checklist):
    """What limits a line stands in the line or in its own help, so that obeying the words over a list costs none."""
    list_ = VOCABULARY.checklists[checklist]
    assert not NARROWING.search(f"{list_.question} {list_.help}")


SAME_DAY_AT_LEAST = ["injects_drugs", "spine_procedure_3_months", "serious_infection_or_dialysis"]


@pytest.mark.parametrize("line", SAME_DAY_AT_LEAST)
def test_who_obeys_every_word_and_injects_drugs_is_seen_today(line):
    """A literal reader ticks a true line unless the words over its list, or its own help, take it back."""
    iv = interview()
    while (question := iv.question) is not None:
        literal = {**ORDINARY, line: True}
        for part in question.parts or (question,):
            words = f"{part.text} {part.help} {part.item_help.get(line, '')}"
            if line in part.findings and part.kind == "checklist" and NARROWING.search(words):
                literal.pop(line)
        iv.answer(reply(question, literal))
    assert iv.assessment.at_least >= bt.Urgency.SAME_DAY


def test_the_chatbot_of_the_examples_holds_a_conversation():
    bot = runpy.run_path(str(EXAMPLE))
    emergency = bot["conversation"](["six", "4", "1"], region="GB")
    assert "> six\nSorry: please answer with numbers" in emergency
    assert emergency.splitlines()[-1].startswith("This needs a hospital now. Ring 999")
    calm = bot["conversation"](
        ["4", "none", "none", "41", "9", "4", "2", *["none"] * 4, "9", "back", *["none"] * 3]  # noqa: RUF005 - two parts
        + ["yes", "no", "none", "3", "4", "none", "more"]
    )
    assert "Nothing you told us points to a serious cause." in calm
    assert "Shall we choose exercises that suit you?" in calm
    assert calm.endswith("We are done. Say `back` to change an answer.")
    stopped = bot["conversation"](["4", "none", "stop"], region="GB")
    assert "could not be" in stopped.split("> stop")[1]
    doubtful = bot["conversation"](["not sure"] * 150)
    assert "Some questions could not be answered" in doubtful
    assert "(Not a limp from pain alone.)" in doubtful  # a line never without what it means
    fever = bot["conversation"](["4", "none", "none", "41", "9", "4", "2", "1"])
    assert "You should be seen today." in fever.split("> 1\n")[1]
    assert "Steadily worse over hours, days or weeks" in fever.split("> 1\n")[1]


# -- keeping it -------------------------------------------------------------------------------------------------------


def kept() -> dict[str, Any]:
    iv = at("health_a")
    iv.one_by_one()
    iv.skip()
    return iv.to_dict()


def test_it_is_copied_and_pickled_as_it_is():
    iv = settled(region="GB")
    for again in (copy.deepcopy(iv), pickle.loads(pickle.dumps(iv))):  # noqa: S301 - our own
        assert again.to_dict() == iv.to_dict()
        assert again.question == iv.question
        again.answer(False)
        assert not iv.done


def test_the_region_is_kept_and_an_unknown_one_refused():
    iv = interview(region="GB")
    assert bt.Interview.from_dict(iv.to_dict()).assessment.region == "GB"
    for region in ("Mars", ["GB"], "gb"):
        with pytest.raises(bt.ProfileError, match="region"):
            interview(region=region)


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=5),
        st.sampled_from(["plan", *ITEMS, "age"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=5,
)


def _paths(data: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(found for key, value in inner for found in _paths(value, (*path, key)))]


@given(st.data())
@settings(max_examples=150)
def test_forged_data_is_refused_or_says_what_its_answers_say(data):
    forged: Any = json.loads(json.dumps(KEPT))
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(_paths(forged)))
        value = data.draw(JSON)
        if not path:
            forged = value
            break
        *way, last = path
        target = forged
        for key in way:
            target = target[key]
        if data.draw(st.booleans()):
            target[last] = value
        elif isinstance(target, dict):
            target[data.draw(st.sampled_from(["age", "answers", "accepted", "fever", "steps"]))] = value
        else:
            target.insert(last, value)
    try:
        iv = bt.Interview.from_dict(forged, engine="reference")
    except bt.ProfileError:
        return
    assert (
        iv.assessment.to_dict()
        == bt.assess(iv.profile.to_dict(), engine="reference", region=iv.assessment.region).to_dict()
    )
    said = {id_: value for step in forged["steps"] for id_, value in step.get("answers", {}).items()}
    kept = iv.profile.given.keys() | iv.profile.not_sure
    if not iv.resumed_from:  # an earlier "no" is taken back by what it contradicts, and asked again
        assert kept <= said.keys()
        assert {id_ for id_, value in said.items() if value is not False} <= kept
    assert bt.Interview.from_dict(iv.to_dict(), engine="reference").to_dict() == iv.to_dict()


KEPT = kept()
FORGED = [
    ("a list", lambda _: [], "interview: .* is not a mapping"),
    ("nothing", lambda _: {}, "interview: `steps` is missing"),
    ("a key more", lambda data: data | {"urgency": "self_care"}, "unknown key `'urgency'`"),
    ("another format", lambda data: data | {"format": True}, "format"),
    ("no region", lambda data: data | {"region": {}}, "region"),
    ("a turn too few", lambda data: data | {"turn": 0}, "turn"),
    ("a turn that is none", lambda data: data | {"turn": "3"}, "turn"),
    ("too many steps", lambda data: data | {"steps": [{"accepted": "plan"}] * (MAX_STEPS + 1)}, "steps: 501 entries"),
    ("an empty step", lambda data: data | {"steps": [{}]}, "an empty step"),
    ("empty answers", lambda data: data | {"steps": [{"answers": {}}]}, "is not a mapping of answers"),
    ("an unknown finding", lambda data: data | {"steps": [{"answers": {"a": True}}]}, "a: unknown finding"),
    ("a wrong value", lambda data: data | {"steps": [{"answers": {"age": True}}]}, "age: `True` is not a number"),
    (
        "a number without end of another rulebook",
        lambda data: data | {"rulebook": data["rulebook"] | {"digest": "x"}, "steps": [{"answers": {"age": 10**400}}]},
        "is no answer",
    ),
    ("a name that is none", lambda data: data | {"steps": [{"answers": {7: True}}]}, "unknown finding"),
    ("a phase of safety", lambda data: data | {"steps": [{"declined": "safe"}]}, "unknown phase"),
    ("a phase that is none", lambda data: data | {"steps": [{"accepted": []}]}, "unknown phase"),
    ("an unknown list", lambda data: data | {"steps": [{"one_by_one": "health_c"}]}, "unknown checklist"),
    (
        "a contradiction",
        lambda data: data | {"steps": [{"answers": {"foot_drop": True, "leg_weakness": False}}]},
        r"steps\[0\].foot_drop: present, but",
    ),
    (
        "a rulebook that is none",
        lambda data: data | {"rulebook": {"id": 1, "version": "", "digest": ""}},
        "rulebook.id",
    ),
    ("set aside no answer", lambda data: data | {"set_aside": [7]}, "`7` is not a mapping"),
    ("set aside nothing", lambda data: data | {"set_aside": [{"finding": "a", "answer": None}]}, "no answer"),
    ("set aside a list", lambda data: data | {"set_aside": [{"finding": "a", "answer": []}]}, "is no answer"),
    (
        "set aside no number",
        lambda data: data | {"set_aside": [{"finding": "a", "answer": float("nan")}]},
        "is no answer",
    ),
    ("a long text", lambda data: data | {"set_aside": [{"finding": "a" * 201, "answer": 1}]}, "at most 200"),
]


@pytest.mark.parametrize(("forge", "message"), [one[1:] for one in FORGED], ids=[one[0] for one in FORGED])
def test_forged_data_is_refused_with_its_place(forge, message):
    with pytest.raises(bt.ProfileError, match=message):
        bt.Interview.from_dict(forge(KEPT))


def test_of_very_many_problems_the_first_hundred_are_told():
    with pytest.raises(bt.ProfileError) as caught:
        bt.Interview.from_dict(KEPT | {"steps": [{"answers": {"fever": True}}] * MAX_STEPS})
    assert len(caught.value.problems) == 100


def test_no_interview_outgrows_what_can_be_kept():
    data = KEPT | {"steps": [{"accepted": "plan"}] * MAX_STEPS, "turn": MAX_STEPS}
    iv = bt.Interview.from_dict(data)
    with pytest.raises(bt.ProfileError, match="more than 500 steps"):
        iv.answer(age=41)
    assert bt.Interview.from_dict(iv.to_dict()).to_dict() == data


# -- another rulebook -------------------------------------------------------------------------------------------------

OLDER = {"id": "backtriage", "version": "0.0.9", "digest": "0" * 64}


def test_under_another_rulebook_it_says_so_and_keeps_what_fits():
    steps = [
        {"answers": {"age": 41, "fever": True}},
        {"answers": {"pain_score": 11, "pain_side": "up"}},
        {"one_by_one": "gone"},
    ]
    iv = bt.Interview.from_dict(KEPT | {"rulebook": OLDER, "steps": steps, "turn": 3}, engine="reference")
    assert iv.resumed_from.version == "0.0.9"
    assert iv.profile.to_dict() == {"age": 41}
    assert [str(problem).split(";")[0] for problem in iv.notices] == [
        f"rulebook: begun with backtriage 0.0.9 (000000000000), resumed with {BOOK.identity}",
        "fever: the answer `True` does not fit this rulebook and was set aside",
        "pain_score: the answer `11` does not fit this rulebook and was set aside",
        "pain_side: the answer `'up'` does not fit this rulebook and was set aside",
    ]
    assert iv.assessment.rulebook == BOOK.identity
    again = bt.Interview.from_dict(iv.to_dict(), engine="reference")
    assert [problem.where for problem in again.notices] == ["fever", "pain_score", "pain_side"]  # kept
    again.answer(pain_score=3, pain_side=None)
    assert [problem.where for problem in again.notices] == ["fever"]


def test_under_another_rulebook_a_present_finding_outweighs_the_denial_of_what_now_follows_from_it():
    steps = [{"answers": {"foot_drop": True, "leg_weakness": False}}, {"answers": {"leg_weakness": False}}]
    iv = bt.Interview.from_dict(KEPT | {"rulebook": OLDER, "steps": steps, "turn": 2})
    assert iv.profile["foot_drop"] is iv.profile["leg_weakness"] is bt.Answer.PRESENT
    assert [one.where for one in iv.notices] == ["rulebook", "leg_weakness"]


def test_what_a_new_rulebook_adds_to_a_list_is_asked_and_not_denied_with_the_old_list():
    iv = at("general_signs")
    iv.answer("none")
    data = iv.to_dict() | {"rulebook": OLDER}
    for step in data["steps"]:
        step.get("answers", {}).pop("fever_or_shivers", None)  # as if it had not been on the list then
    again = bt.Interview.from_dict(data)
    assert again.profile["fever_or_shivers"] is bt.Answer.UNKNOWN
    assert "fever_or_shivers" in ids(asked(again, ORDINARY), bt.Phase.SAFE)


# -- what is said behind a gate ----------------------------------------------------------------------------------------


def test_what_is_volunteered_behind_a_gate_counts_more_than_an_earlier_none_of_these():
    iv = bt.Interview()
    iv.answer(["neck_pain"])
    iv.answer(foot_drop=True)
    assert iv.profile["foot_drop"] is bt.Answer.PRESENT
    assert "leg_pain_below_knee" not in iv.profile.given  # it may be asked again
    assert iv.profile["neck_pain"] is bt.Answer.PRESENT


def test_what_is_not_ticked_is_not_sure_where_something_that_was_said_needs_it():
    iv = bt.Interview()
    iv.answer(foot_drop=True)
    iv.answer(["neck_pain"])
    assert iv.profile["foot_drop"] is bt.Answer.PRESENT
    assert iv.profile["limb_nerve_feeling"] is bt.Answer.UNKNOWN
    assert "limb_nerve_feeling" in iv.profile.not_sure
    assert iv.profile["lower_back_pain"] is bt.Answer.ABSENT


def test_who_says_that_there_was_no_exercise_after_what_it_did_is_told_of_both():
    iv = bt.Interview()
    iv.answer(exercise_pain_minutes=0)
    assert iv.profile["exercised_since_onset"] is bt.Answer.PRESENT
    with pytest.raises(bt.ProfileError, match=r"exercise_pain_minutes: .*`exercised_since_onset`"):
        iv.answer(exercised_since_onset=False)
    assert iv.profile["exercised_since_onset"] is bt.Answer.PRESENT


def test_pain_for_more_than_15_minutes_is_one_line_of_a_list_and_its_figures_are_asked_for():
    iv = bt.Interview()
    ordinary = {"age": 41, "pain_duration_days": 9, "pain_score": 4, "sex_at_birth": "male"}
    iv.answer(**ordinary, lower_back_pain=True, denies=["where"])
    while "exercise_pain_over_15" not in iv.question.findings:
        iv.answer({part.id: "none" for part in iv.question.parts} or "none")
    parts = {part.id: "none" for part in iv.question.parts if part.id != "pattern"}
    iv.answer({**parts, "pattern": ["exercise_pain_over_15"]} if parts else ["exercise_pain_over_15"])
    asked = set()
    while not iv.done and iv.phase is bt.Phase.SAFE:
        asked.update(iv.question.findings)
        iv.skip()
    assert "exercise_pain_peak" in asked
    assert iv.assessment.allowed == ()
    assert iv.assessment.at_least >= bt.Urgency.ROUTINE


def test_no_and_nothing_are_no_doubts():
    iv = bt.Interview()
    iv.answer(["lower_back_pain"])
    iv.answer("none")
    iv.answer({part.id: "none" for part in iv.question.parts if part.kind == "checklist"} or "none")
    assert not any("unsure" in step for step in iv.to_dict()["steps"])
    iv.answer(None, knee_trouble=False)
    assert "unsure" not in iv.to_dict()["steps"][-1]
    iv.answer(None)
    assert iv.to_dict()["steps"][-1]["unsure"] is True
