"""What a result turns on: every supposition is true, none larger than it has to be, none a way round a red flag."""

from __future__ import annotations

import itertools
import json

import backtriage as bt
import pytest
from backtriage.adapters.command_line import main
from backtriage.findings.finding import Choice, Number, YesNo
from backtriage.rulebook.rules import Urgent
from backtriage.rulebook.thresholds import turning_values
from backtriage.testing.strategies import profiles, red_flag_profiles, rulebooks, settled_profiles
from backtriage.what_if import what_if, what_would_change
from backtriage.what_if.fewest import MOST
from backtriage.what_if.supposing import Kind, Outlook, comes_first
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from small import small
from strategies import BOOK, VOCABULARY

CHECKLISTS = list(VOCABULARY.checklists)
EXERCISES = st.sampled_from(sorted(BOOK.exercises))
PEOPLE = st.one_of(profiles(), settled_profiles())
RED_FLAGS = sorted(id_ for id_, finding in VOCABULARY.findings.items() if finding.red_flag)
ORDINARY = {"age": 41, "pain_score": 4, "pain_duration_days": 20, "lower_back_pain": True}


@st.composite
def nearly_whole(draw):
    """Ordinary people with a few questions left open: where suppositions are most often found."""
    given = {name: value for name, value in ORDINARY.items() if draw(st.integers(0, 3))}
    given |= draw(st.sampled_from([{}, {"pain_score": 8}, {"pain_duration_days": 120}, {"told_not_to_exercise": True}]))
    left = draw(st.lists(st.sampled_from(CHECKLISTS), max_size=2))
    return bt.Profile(given, denies=[name for name in CHECKLISTS if name not in left])


def reference(profile):
    return bt.assess(profile, engine="reference")


def with_some_answers(draw, profile, supposition):
    """The profile with one of the answers that are supposed, for each finding."""
    said = {one.finding.id: draw(answers(one)) for one in supposition.supposed}
    assume(not profile.rulebook.vocabulary.impossible({**profile.given, **said}))  # nobody of 20 had pain at 60
    return profile.with_(said)


def answers(one):
    if isinstance(one.finding, Number):
        steps = int((one.answers[1] - one.answers[0]) / one.finding.step)
        return st.integers(0, steps).map(
            lambda number: one.answers[0] + number * type(one.answers[0])(one.finding.step)
        )
    return st.sampled_from(one.answers)


def settles(then, before):
    """Whether nothing worse is left than what was certain; where that was settled, nothing as bad."""
    return then.settled and (
        then.at_least <= before.at_least if not before.settled else then.at_least < before.at_least
    )


def suppositions(assessment, exercise):
    about, change = what_if(assessment, exercise), what_would_change(assessment)
    return about.allowing + about.taking_away + change.up + change.down


# -- every supposition is true -----------------------------------------------------------------------------------------


@settings(max_examples=30)
@given(st.one_of(PEOPLE, nearly_whole()), EXERCISES, st.data())
def test_with_any_of_the_answers_that_are_supposed_the_exercise_is_allowed_or_taken_away(profile, exercise, data):
    before = reference(profile)
    result = what_if(before, exercise)
    for one in result.allowing[:4]:
        assert (
            reference(with_some_answers(data.draw, profile, one)).status(exercise)
            == "allowed"
            != before.status(exercise)
        )
    for one in result.taking_away[:: max(1, len(result.taking_away) // 4)]:
        assert (
            reference(with_some_answers(data.draw, profile, one)).status(exercise)
            != "allowed"
            == before.status(exercise)
        )


@settings(max_examples=25)
@given(st.one_of(PEOPLE, nearly_whole()), st.data())
def test_with_any_of_the_answers_that_are_supposed_the_action_is_more_urgent_or_less(profile, data):
    before = reference(profile)
    result = what_would_change(before)
    wide = [one for one in result.up if len(one.supposed[0].answers) > 1]
    for one in [*wide, *result.up[:: max(1, len(result.up) // 6)]]:
        then = reference(with_some_answers(data.draw, profile, one))
        assert then.at_least is one.then.at_least > max(before.at_least, before.action.level or before.at_least)
    for one in result.down[:4]:
        assert settles(reference(with_some_answers(data.draw, profile, one)), before)


# -- none is larger than it has to be ----------------------------------------------------------------------------------


@settings(max_examples=25)
@given(nearly_whole(), EXERCISES, st.data())
def test_no_part_of_a_supposition_would_do(profile, exercise, data):
    before = reference(profile)
    allowing = [(one, lambda then: then.status(exercise) == "allowed") for one in what_if(before, exercise).allowing]
    down = [(one, lambda then: settles(then, before)) for one in what_would_change(before).down]
    for one, reached in allowing[:3] + down[:3]:
        assert reached(one.then)
        ids = list(one.answers)
        part = data.draw(st.lists(st.sampled_from(ids), unique=True, max_size=len(ids) - 1))
        assert not reached(reference(profile.with_({id_: one.answers[id_] for id_ in part})))


def may_free(profile, id_):
    """The answers that the docs let somebody be freed by, told anew."""
    vocabulary = profile.rulebook.vocabulary
    finding, was = vocabulary.findings[id_], profile.known.get(id_)
    gates = vocabulary.gates_of(id_)
    asked = all(gate.holds(profile.known) is True for gate in gates)
    if isinstance(finding, YesNo):
        if was is None:
            return (False,) if finding.red_flag else (False, True)
        return (True,) if was is False and asked and not finding.red_flag and not finding.reported else ()
    values = finding.options if isinstance(finding, Choice) else turning_values(profile.rulebook).get(id_, ())
    if was is None:
        return tuple(values)
    if gates or (isinstance(finding, Number) and finding.unit == "years"):
        return ()
    grows = isinstance(finding, Number) and finding.unit == "days"
    return tuple(value for value in values if value != was and not (grows and value < was))


def cost(profile, ids):
    return len({profile.rulebook.vocabulary.question_of[id_] for id_ in ids}), len(ids)


def waited_out(before, answers):
    """Whether a reason to be seen is done away with that the answers to open questions alone would leave."""
    findings = before.profile.rulebook.vocabulary.findings
    answered = {
        id_: value for id_, value in answers.items() if id_ not in before.profile.known and not findings[id_].clearance
    }
    left, then = (reference(before.profile.with_(some)) for some in (answered, answers))
    return any(
        comes_first(rule) and rule not in (*then.because, *then.open)
        for rule in (*before.because, *before.open)
        if rule in (*left.because, *left.open)
    )


def smaller(before, size, reached):
    """Every supposition about so many findings that reaches a goal, found by trying all of them."""
    values = {id_: may_free(before.profile, id_) for id_ in before.profile.rulebook.vocabulary.findings}
    for ids in itertools.combinations([id_ for id_, some in values.items() if some], size):
        for some in itertools.product(*(values[id_] for id_ in ids)):
            supposed = dict(zip(ids, some, strict=True))
            if reaches(before, supposed, reached) and not waited_out(before, supposed):
                yield supposed


def reaches(before, supposed, reached):
    """Whether answers lead to a goal: none that contradict what was said do."""
    try:
        return reached(reference(before.profile.with_(supposed)))
    except bt.ProfileError:
        return False


def is_among(supposed, found):
    return any(supposed.keys() == one.answers.keys() for one in found)


@settings(max_examples=60)
@given(st.data())
def test_no_smaller_supposition_is_missed_in_any_rulebook(data):
    book = data.draw(rulebooks())
    before = reference(data.draw(profiles(book, max_answers=3)))
    exercise = data.draw(st.sampled_from(sorted(book.exercises)))
    result = what_if(before, exercise)
    assume(result.outlook not in {Outlook.NOTHING, Outlook.SEEN_FIRST})
    assert not any(waited_out(before, one.answers) for one in result.allowing)
    best = min((cost(before.profile, one.answers) for one in result.allowing), default=(MOST + 1, 0))
    for size in (1, 2):
        for supposed in smaller(before, size, lambda then: then.status(exercise) == "allowed"):
            assert cost(before.profile, supposed) >= best
            assert cost(before.profile, supposed) > best or is_among(supposed, result.allowing)


def test_a_clearance_that_frees_twice_does_not_hide_that_a_question_has_to_be_answered_first(tmp_path):
    """The exercise waits for a clearance, which would also wait out a reason to be seen today."""
    feverish = """\
when = "fever"
urgency = "same_day"
suspects = "infection"
evidence = "unverified"
fires = [{ fever = true }]
spares = [{ fever = false }]"""
    stiff = """\
when = "stiff and not cleared and side == 'left'"
urgency = "same_day"
suspects = "infection"
evidence = "unverified"
fires = [{ stiff = true, cleared = false, side = "left" }]
spares = [{ stiff = false }, { cleared = true }, { side = "right" }]"""
    in_pain = """\
when = "pain <= 8"
offer = ["walk", "bend"]
evidence = "unverified"
fires = [{ pain = 8 }]
spares = [{ pain = 9 }]"""
    cleared = """\
when = "cleared"
offer = ["walk", "bend"]
evidence = "unverified"
fires = [{ cleared = true }]
spares = [{ cleared = false }]"""
    book = small(tmp_path, (feverish, stiff), (in_pain, cleared))
    before = reference(bt.Profile({"pain": 4, "days": 1}, denies=["signs"], rulebook=book))
    assert [one.answers for one in what_if(before, "walk").allowing] == [
        {"side": "right", "cleared": True},
        {"stiff": False, "cleared": True},
    ]


@settings(max_examples=10)
@given(nearly_whole(), st.sampled_from(["bridge", "plank", "bird_dog", "neck_turn", "walking"]))
def test_no_single_answer_that_allows_an_exercise_is_missed(profile, exercise):
    before = reference(profile)
    result = what_if(before, exercise)
    assume(result.outlook not in {Outlook.NOTHING, Outlook.SEEN_FIRST})
    for supposed in smaller(before, 1, lambda then: then.status(exercise) == "allowed"):
        assert is_among(supposed, result.allowing)


@settings(max_examples=25)
@given(PEOPLE, st.sampled_from(RED_FLAGS))
def test_no_red_flag_that_would_make_it_more_urgent_is_left_out(profile, flag):
    before = reference(profile)
    finding = VOCABULARY.findings[flag]
    assume(profile.known.get(flag) is not True)
    assume(not finding.reported or flag not in profile.known)
    assume(flag not in profile.known or all(gate.holds(profile.known) is True for gate in VOCABULARY.gates_of(flag)))
    try:
        then = reference(profile.with_({flag: True}))
    except bt.ProfileError:
        assume(False)  # what it implies was answered absent: not a single answer
    if then.at_least > max(before.at_least, before.action.level or before.at_least):
        assert any(one.answers == {flag: True} for one in what_would_change(before).up)


# -- none is a way round a red flag ------------------------------------------------------------------------------------


@settings(max_examples=30)
@given(st.one_of(PEOPLE, nearly_whole(), red_flag_profiles()), EXERCISES)
def test_nothing_that_was_said_to_be_there_is_taken_back(profile, exercise):
    before = reference(profile)
    present = {flag for flag in RED_FLAGS if profile.known.get(flag) is True}
    for one in suppositions(before, exercise):
        for supposed in one.supposed:
            assert supposed.was is not True or supposed.kind is Kind.CLEARANCE
        assert all(one.then.profile.known.get(flag) is True for flag in present)


@settings(max_examples=30)
@given(st.one_of(PEOPLE, nearly_whole()), EXERCISES)
def test_a_red_flag_is_only_supposed_absent_as_the_answer_to_an_open_question(profile, exercise):
    before = reference(profile)
    for one in what_if(before, exercise).allowing + what_would_change(before).down:
        for supposed in one.supposed:
            if isinstance(supposed.finding, YesNo) and supposed.finding.red_flag:
                assert supposed.finding.id not in profile.known
                assert (supposed.answers, supposed.kind) == ((False,), Kind.ANSWER)


@settings(max_examples=30)
@given(st.one_of(PEOPLE, nearly_whole()), EXERCISES)
def test_no_reason_to_be_seen_is_waited_out_or_cleared_away(profile, exercise):
    before = reference(profile)
    for one in what_if(before, exercise).allowing:
        assert not waited_out(before, one.answers)


@pytest.mark.parametrize("exercise", ["bird_dog", "partial_crunch", "plank"])
def test_no_red_flag_that_is_present_is_supposed_away_for_any_exercise(exercise):
    late = {**ORDINARY, "age": 50, "pain_duration_days": 60, "eases_direction": "bending", "age_at_onset": 50}
    for flag in RED_FLAGS:
        implied = dict.fromkeys(VOCABULARY.findings[flag].implies, True)
        person = bt.Profile(late | implied | {flag: True}, denies=CHECKLISTS)
        for one in what_if(reference(person), exercise).allowing:
            assert not any(supposed.was is True for supposed in one.supposed)


def test_a_risk_of_infection_is_not_waited_out():
    unsure = bt.Profile(ORDINARY, denies=CHECKLISTS, not_sure=["injects_drugs"])
    found = what_if(reference(unsure), "leg_lift").allowing
    assert found
    assert all(one.answers["injects_drugs"] is False for one in found)


def test_an_aneurysm_is_not_waited_out():
    early = bt.Profile(ORDINARY | {"pain_duration_days": 10, "aortic_aneurysm": None}, denies=CHECKLISTS)
    (only,) = what_if(reference(early), "bridge").allowing
    assert only.answers == {"pain_duration_days": 14, "aortic_aneurysm": False}
    assert [one.answers for one in only.supposed] == [(14, 36500), (False,)]


@settings(max_examples=25)
@given(red_flag_profiles(), EXERCISES)
def test_after_a_settled_emergency_nothing_is_supposed_about_exercise_and_it_says_why(profile, exercise):
    before = reference(profile)
    assume(before.urgency is bt.Urgency.EMERGENCY)
    result, page = what_if(before, exercise), str(what_if(before, exercise))
    assert (result.outlook, result.allowing, result.taking_away) == (Outlook.SEEN_FIRST, (), ())
    assert any(isinstance(rule.effect, Urgent) and rule.effect.level is bt.Urgency.EMERGENCY for rule in result.because)
    assert all(rule.id in page for rule in result.because)
    assert before.referral.see.split()[0] in page
    change = what_would_change(before)
    assert (change.outlook, change.up, change.down) == (Outlook.SEEN_FIRST, (), ())


@settings(max_examples=25)
@given(PEOPLE, st.sampled_from([id_ for id_, entry in BOOK.exercises.items() if entry.status != "offered"]))
def test_a_refused_exercise_is_refused_whatever_is_answered(profile, exercise):
    result = what_if(reference(profile), exercise)
    assert result.outlook in {Outlook.NEVER, Outlook.SEEN_FIRST}
    assert result.allowing == ()


@settings(max_examples=25)
@given(PEOPLE, EXERCISES)
def test_nobody_is_asked_in_passing_for_thoughts_of_suicide(profile, exercise):
    assume({"suicidal_thoughts", "suicidal_immediate_danger"}.isdisjoint({*profile.given, *profile.not_sure}))
    for one in suppositions(reference(profile), exercise):
        assert {"suicidal_thoughts", "suicidal_immediate_danger"}.isdisjoint(one.answers)


@settings(max_examples=25)
@given(st.one_of(PEOPLE, nearly_whole()), EXERCISES)
def test_nobody_gets_younger_and_no_pain_gets_shorter(profile, exercise):
    for one in suppositions(reference(profile), exercise):
        for supposed in one.supposed:
            assert supposed.was is None or supposed.finding.id not in {"age", "age_at_onset"}
            if supposed.finding.id == "pain_duration_days" and supposed.was is not None:
                assert supposed.answers[0] > supposed.was


# -- what it says to some people ---------------------------------------------------------------------------------------


def ordinary(answers):
    return reference(bt.Profile({**ORDINARY, **answers}, denies=CHECKLISTS))


@pytest.mark.parametrize(
    ("answers", "exercise", "supposed"),
    [
        ({"pain_duration_days": 9}, "bridge", {"pain_duration_days": (14, 36500)}),
        ({"pain_score": 8}, "bridge", {"pain_score": (0, 6)}),
        ({"told_not_to_exercise": True}, "bridge", {"cleared_exercise": (True,)}),
        ({}, "neck_turn", {"neck_pain": (True,)}),
        (
            {
                "exercised_since_onset": True,
                "exercise_pain_rise": 2,
                "exercise_pain_peak": 5,
                "exercise_pain_minutes": 20.0,
                "exercise_sore_hours": 1,
                "contacted_about_exercise_pain": False,
            },
            "walking",
            {"contacted_about_exercise_pain": (True,)},
        ),
    ],
)
def test_what_an_exercise_waits_for(answers, exercise, supposed):
    (only,) = what_if(ordinary(answers), exercise).allowing
    assert {one.finding.id: one.answers for one in only.supposed} == supposed


def test_what_was_said_stands_with_its_rule_and_source():
    result = what_if(ordinary({"knee_trouble": True}), "bird_dog")
    assert (result.outlook, [rule.id for rule in result.because]) == (Outlook.STANDS, ["x-knees"])
    assert "S504" in str(result)


def test_of_an_empty_profile_it_says_that_more_than_few_answers_are_missing():
    assert what_if(reference(bt.Profile()), "bridge").outlook is Outlook.MANY
    page = str(what_if(reference(bt.Profile()), "bridge"))
    assert f"No answers to {MOST} questions or fewer would allow it." in page
    assert "Where does it hurt or feel strange?" in page


def test_what_could_not_be_answered_is_what_would_lower_the_action():
    unsure = bt.Profile(ORDINARY, denies=CHECKLISTS, not_sure=["fever_or_shivers"])
    (only,) = what_would_change(reference(unsure)).down
    assert only.answers == {"fever_or_shivers": False}


def test_the_answer_that_was_unsure_settles_what_it_left_in_doubt():
    unsure = bt.Profile({**ORDINARY, "buttock_pain": True}, denies=CHECKLISTS, not_sure=["foot_drop"])
    found = [one.answers for one in what_if(reference(unsure), "bridge").allowing]
    assert found == [{"leg_weakness": False}, {"foot_drop": False}]


def test_a_finding_comes_with_what_it_implies_where_that_was_answered_absent():
    change = what_would_change(ordinary({}))
    (worsening,) = (one for one in change.up if "constant_pain_worsening" in one.answers)
    assert worsening.answers == {"constant_pain_worsening": True, "getting_worse": True}
    assert worsening.then.urgency is bt.Urgency.SOON


@settings(max_examples=25)
@given(st.one_of(PEOPLE, nearly_whole()), EXERCISES)
def test_it_is_plain_data_the_same_every_time_and_fits_the_page(profile, exercise):
    first, again = (
        [result.to_dict(), str(result)]
        for assessment in (
            reference(profile),
            reference(bt.Profile.from_dict(dict(reversed(profile.to_dict().items())))),
        )
        for result in (what_if(assessment, exercise),)
    )
    assert json.loads(json.dumps(first)) == again
    change = what_would_change(reference(profile))
    json.dumps(change.to_dict())
    assert max(len(line) for text in (first[1], str(change)) for line in text.splitlines()) <= 78


def test_numbers_that_do_not_hang_together_stand_apart():
    ageless = {name: value for name, value in ORDINARY.items() if name != "age"} | {"pain_duration_days": 60}
    change = what_would_change(reference(bt.Profile(ageless, denies=[*CHECKLISTS])))
    ages = [one.supposed[0].answers for one in change.up if "age" in one.answers]
    assert ages == [(0, 4), (5, 15), (16, 17), (60, 120)]


def test_an_unknown_exercise_is_a_key_error():
    with pytest.raises(KeyError, match="brigde"):
        what_if(ordinary({}), "brigde")


def test_the_command_line_prints_it_after_the_assessment(tmp_path, capsys):
    profile = tmp_path / "acute.json"
    profile.write_text(json.dumps(ORDINARY | {"pain_duration_days": 9, "denies": CHECKLISTS}))
    assert main(["assess", str(profile), "--engine", "reference", "--what-if", "bridge"]) == 0
    early = ordinary({"pain_duration_days": 9})
    assert capsys.readouterr().out == f"{early}\n\nWHAT IF\n{what_if(early, 'bridge')}\n"
    assert main(["assess", str(profile), "--engine", "reference", "--what-if", "bridge", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == early.to_dict() | {"what_if": what_if(early, "bridge").to_dict()}
    assert main(["assess", str(profile), "--what-if", "brigde"]) == 2
    assert capsys.readouterr().err == "brigde: unknown exercise; did you mean `bridge`?\n"
