"""The twelve points of the semantics, as properties over profiles made from the rulebook itself."""

from __future__ import annotations

import json
import random

import backtriage as bt
import pytest
from backtriage.rulebook.doses import Dose, Span
from backtriage.rulebook.rules import Offer, Urgent
from backtriage.testing.strategies import answers_to
from backtriage.triage.next_step import ActionKind
from hypothesis import assume, example, given
from hypothesis import strategies as st

from expected_effects import counted
from expected_results import PEOPLE, ROWS, profile_of
from strategies import BOOK, VOCABULARY, profiles, refinements

RED_FLAGS = sorted(id_ for id_, finding in VOCABULARY.findings.items() if finding.red_flag)
CORE = set(BOOK.sets["core"])


def reference(profile: bt.Profile) -> bt.Assessment:
    return bt.assess(profile, engine="reference")


# 1, the door: tests/triage/test_profile.py. 2, conditions: tests/findings/test_conditions.py. 10, errors:
# tests/rulebook/test_loading.py and below.


# -- 2 and 3: what fires, and polarity ---------------------------------------------------------------------------------


@given(profiles())
def test_the_rules_that_fired_and_are_open_are_exactly_those_that_hold_and_are_unknown(profile):
    assessment = reference(profile)
    holds = {rule: rule.when.holds(profile.known) for rule in BOOK.rules}
    assert set(assessment.because) == {rule for rule, value in holds.items() if value is True}
    assert set(assessment.open) == {rule for rule, value in holds.items() if value is None}


@given(profiles(), st.sampled_from(RED_FLAGS))
def test_a_red_flag_turned_on_never_lowers_urgency_or_allows_more(profile, flag):
    try:
        flagged = profile.with_({flag: True})
        without = profile.with_({flag: False})
    except bt.ProfileError:
        return  # what it implies was answered absent
    before, after = reference(without), reference(flagged)
    assert after.at_least >= before.at_least
    assert after.could_be >= before.could_be
    assert names(after.allowed) <= names(before.allowed)


# -- 4: urgency is an interval -----------------------------------------------------------------------------------------


@given(profiles())
def test_urgency_is_the_worst_of_what_fired_and_could_be_the_worst_of_what_is_open(profile):
    assessment = reference(profile)
    fired = [rule.effect.level for rule in assessment.because if isinstance(rule.effect, Urgent)]
    open_ = [rule.effect.level for rule in assessment.open if isinstance(rule.effect, Urgent)]
    assert assessment.at_least is max([bt.Urgency.SELF_CARE, *fired])
    assert assessment.could_be is max([assessment.at_least, *open_])
    assert assessment.settled is (assessment.at_least is assessment.could_be)
    assert assessment.urgency is (assessment.at_least if assessment.settled else None)


@given(profiles())
def test_nothing_that_leaves_the_library_says_self_care_while_something_worse_is_possible(profile):
    assessment = reference(profile)
    if assessment.could_be > bt.Urgency.SELF_CARE:
        message = BOOK.messages.levels[bt.Urgency.SELF_CARE].say.split(".")[0]
        data = json.loads(assessment.to_json())
        assert assessment.urgency is not bt.Urgency.SELF_CARE
        assert assessment.action.level is not bt.Urgency.SELF_CARE
        assert message not in str(assessment)
        assert data["urgency"] != "self_care"
        assert data["action"]["level"] != "self_care"


@given(refinements())
def test_a_settled_urgency_stays_whatever_is_answered_next(pair):
    before, after = map(reference, pair)
    if before.settled:
        assert after.urgency is before.urgency


# -- 5: acting now -----------------------------------------------------------------------------------------------------


@given(profiles())
def test_the_action_is_the_result_or_the_next_question_or_what_could_not_be_ruled_out(profile):
    assessment = reference(profile)
    action = assessment.action
    if assessment.settled:
        assert (action.kind, action.level) == (ActionKind.RESULT, assessment.urgency)
    elif assessment.final:
        assert action.kind is ActionKind.NOT_RULED_OUT
        assert action.level is max(assessment.at_least, min(assessment.could_be, bt.Urgency.SAME_DAY))
        assert "could not be ruled out" in action.message
    else:
        assert action.kind is ActionKind.ASK
        assert action.question is assessment.questions[0]
        assert action.question.could_reach is not None


@given(profiles())
def test_questions_come_with_the_worst_they_could_reach_first_and_none_is_idle(profile):
    assessment = reference(profile)
    ranks = [question.could_reach.rank if question.could_reach else 0 for question in assessment.questions]
    assert ranks == sorted(ranks, reverse=True)
    for question in assessment.questions:
        waiting = [entry for entry in assessment.withheld if question.question.id in entry.waits_for]
        assert question.could_reach or waiting
        assert question.could_reach is None or question.could_reach > assessment.at_least
        assert any(
            finding not in profile.known and finding not in profile.not_sure for finding in question.question.findings
        )


def test_skipping_everything_ends_with_a_professional_today_and_the_emergency_signs():
    assessment = bt.assess(
        not_sure=[*VOCABULARY.checklists, *(q for q in VOCABULARY.questions if q not in VOCABULARY.checklists)]
    )
    assert assessment.final
    assert assessment.urgency is None
    assert assessment.action.level is bt.Urgency.SAME_DAY
    assert "could not be ruled out" in assessment.action.message
    assert "numbness between the legs" in assessment.action.message
    assert assessment.action.parts[-1].locked  # the signs are shown word for word
    assert assessment.allowed == ()


SAFETY = [
    finding
    for checklist in VOCABULARY.checklists.values()
    if checklist.asked_if is None and VOCABULARY.findings[checklist.findings[0]].red_flag
    for finding in checklist.findings
]
OPENS = {
    "vomiting_repeatedly": {"kidney_infection_signs": True},
    "overdose_unwell_or_meant": {"too_many_painkillers": True},
    "care_six_weeks_no_help": {"pain_duration_days": 42},
    "cannot_stand_upright": {"age": 50, "sudden_onset_no_injury": True},
    "hot_painful_joint": {"buttock_pain": True},
    "cannot_bear_weight": {"leg_pain_above_knee": True},
    "neck_instability_condition": {"neck_pain": True},
    "downs_syndrome": {"neck_pain": True},
}
"""What opens the gate of a finding that has one of its own."""


@pytest.mark.parametrize("finding", SAFETY)
def test_skipping_one_item_of_a_safety_checklist_is_never_read_as_no(finding):
    ordinary = {"age": 41, "pain_score": 4, "pain_duration_days": 9, "lower_back_pain": True, **OPENS.get(finding, {})}
    item = VOCABULARY.findings[finding]
    elsewhere = {VOCABULARY.findings[implied].checklist for implied in item.implies} - {item.checklist}
    unsure = bt.assess(ordinary, denies=list(VOCABULARY.checklists), not_sure=[finding])
    present = bt.assess({**ordinary, finding: True}, denies=[c for c in VOCABULARY.checklists if c not in elsewhere])
    absent = bt.assess(ordinary, denies=list(VOCABULARY.checklists))
    assert unsure.profile[finding] is bt.Answer.UNKNOWN
    assert unsure.at_least is absent.at_least
    assert unsure.could_be >= present.at_least
    assert names(unsure.allowed) <= names(absent.allowed)
    if present.at_least > absent.at_least and not item.implies:
        left = {id_ for entry in unsure.questions if entry.could_reach for id_ in entry.question.findings}
        assert left <= behind(finding)
        unsure = bt.assess(unsure.profile.after(dict.fromkeys(left)))
        assert unsure.final
        assert unsure.action.level >= min(present.at_least, bt.Urgency.SAME_DAY)


def behind(finding: str) -> set[str]:
    """What is asked only depending on a finding."""
    gates = [gated for gate, gated in VOCABULARY.gates if any(atom.finding == finding for atom in gate.atoms())]
    return {id_ for gated in gates for id_ in gated}


# -- 6: exercise -------------------------------------------------------------------------------------------------------


def names(entries) -> set[str]:
    return {entry.exercise.id for entry in entries}


@given(profiles())
def test_every_exercise_has_exactly_one_status(profile):
    assessment = reference(profile)
    groups = [
        names(assessment.allowed),
        names(assessment.withheld),
        names(assessment.excluded),
        set(assessment.not_offered),
    ]
    assert sum(map(len, groups)) == len(BOOK.exercises)
    assert set().union(*groups) == set(BOOK.exercises)


@given(profiles())
def test_forbid_overrides_permit_and_an_open_doubt_withholds(profile):
    assessment = reference(profile)
    stops = {True: [], None: []}
    for rule in BOOK.rules:
        value = rule.when.holds(profile.known)
        if value is not False and rule.effect.kind in ("urgency", "exclude"):
            stops[value].append(rule)
    offered = {id_ for rule in assessment.because if isinstance(rule.effect, Offer) for id_ in rule.effect.exercises}

    def touched(id_: str, rules) -> bool:
        return any(
            id_ in rule.effect.exercises
            if rule.effect.kind == "exclude"
            else rule.effect.exercise == "none" or (rule.effect.exercise == "gentle" and id_ not in CORE)
            for rule in rules
        )

    for entry in assessment.allowed:
        assert entry.exercise.id in offered
        assert not touched(entry.exercise.id, [*stops[True], *stops[None]])
    for id_ in BOOK.exercises:
        if touched(id_, stops[True]):
            assert assessment.status(id_) == "excluded"
    for entry in assessment.withheld:
        assert entry.because
        assert entry.waits_for or assessment.profile.not_sure


@given(profiles())
def test_a_blocked_exercise_is_always_excluded_and_one_named_only_is_never_allowed(profile):
    assessment = reference(profile)
    for id_, exercise in BOOK.exercises.items():
        if exercise.status == "blocked":
            assert assessment.status(id_) == "excluded"
        if exercise.status == "named_only":
            assert assessment.status(id_) in ("excluded", "not_offered")


@given(profiles())
def test_nothing_of_higher_impact_is_allowed_unless_something_of_low_impact_is(profile):
    allowed = reference(profile).allowed
    assert not allowed or allowed[0].exercise.low_impact
    impact = [entry.exercise.low_impact for entry in allowed]
    assert impact == sorted(impact, reverse=True)


# -- 7: dose -----------------------------------------------------------------------------------------------------------


def within(dose: Dose, wider: Dose) -> bool:
    """Whether a dose asks for no more than another."""
    figures = all(
        mine is None or (mine.start <= other.start and mine.ceiling <= other.ceiling)
        for mine, other in ((getattr(dose, name), getattr(wider, name)) for name in Dose.FIGURES)
    )
    choices = all(set(getattr(dose, name)) <= set(getattr(wider, name)) for name in Dose.CHOICES)
    return figures and choices and dose.rest_seconds >= wider.rest_seconds


@given(profiles())
def test_a_dose_lies_within_the_catalogues_and_never_inverts(profile):
    for entry in reference(profile).allowed:
        assert within(entry.dose, entry.exercise.dose)
        for name in Dose.FIGURES:
            span = getattr(entry.dose, name)
            assert not isinstance(span, Span) or 0 <= span.start <= span.ceiling


@given(profiles())
def test_a_session_holds_allowed_exercises_low_impact_first_within_15_minutes_and_5_moves(profile):
    assessment = reference(profile)
    set_moves = [entry for entry in assessment.session if entry.dose.repetitions]
    assert set(assessment.session) <= set(assessment.allowed)
    assert len(set(assessment.session)) == len(assessment.session)
    assert counted(assessment.session) <= 5
    assert sum(entry.dose.session_seconds for entry in set_moves) <= 15 * 60
    impact = [entry.exercise.low_impact for entry in assessment.session]
    assert impact == sorted(impact, reverse=True)
    assert bool(assessment.session) is bool(assessment.allowed)


# -- 8: the rest -------------------------------------------------------------------------------------------------------


@given(profiles())
def test_advice_to_do_something_is_released_only_where_nothing_stops_gentle_exercise(profile):
    assessment = reference(profile)
    stopping = [
        rule
        for rule in (*assessment.because, *assessment.open)
        if (rule.effect.kind == "urgency" and rule.effect.exercise == "none")
        or (rule.effect.kind == "exclude" and "all" in rule.effect.selectors)
    ]
    released = [rule for rule in assessment.advice if rule.effect.asks_to_do]
    assert not (stopping and released)


@given(profiles())
def test_the_referral_is_that_of_the_level_to_act_on_and_mentions_the_rest(profile):
    assessment = reference(profile)
    fired = {rule for rule in assessment.because if isinstance(rule.effect, Urgent)}
    if assessment.settled and assessment.urgency is bt.Urgency.SELF_CARE:
        assert assessment.referral is None or assessment.help  # STarT Back may offer physiotherapy
    elif assessment.settled:
        assert assessment.referral.level is assessment.urgency
        told = {*assessment.referral.because, *assessment.referral.mention}
        spoken_for = {rule.within for rule in assessment.referral.because}
        assert {rule.id for rule in fired - told} <= spoken_for
        assert told <= fired
    assert assessment.safety_net


# -- 9: an answer never retracts advice --------------------------------------------------------------------------------


@given(refinements())
def test_an_answer_never_retracts_advice(pair):
    before, after = map(reference, pair)
    assert after.at_least >= before.at_least
    assert after.could_be <= before.could_be
    doses = {entry.exercise.id: entry.dose for entry in after.allowed}
    for entry in before.allowed:
        assert entry.exercise.id in doses, "an allowed exercise was taken back"
        assert within(entry.dose, doses[entry.exercise.id]), "a dose was narrowed"
    assert set(before.advice) <= set(after.advice)


@given(st.sampled_from([*ROWS, *PEOPLE]), st.randoms(use_true_random=False))
@example(PEOPLE[2], random.Random(0))
def test_no_order_of_answering_takes_anything_back(person, order):
    whole = profile_of(person)
    answers = [
        (name, value) for name, value in whole.known.items() if VOCABULARY.findings[name].problem_with(value) is None
    ]
    order.shuffle(answers)
    known: dict[str, object] = {}
    before = None
    for start in range(0, len(answers), 15):
        known.update(answers[start : start + 15])
        try:
            after = reference(bt.Profile(known))
        except bt.ProfileError:
            continue  # the rest of an implication is still to come
        if before and not _changed(before.profile, after.profile):
            assert after.at_least >= before.at_least
            assert after.could_be <= before.could_be
            assert names(before.allowed) <= names(after.allowed)
        before = after
    assert reference(bt.Profile(known)).urgency is reference(whole).urgency


def _changed(before: bt.Profile, after: bt.Profile) -> bool:
    """Whether an answer came after the finding was absent through its gate or as reported: that is a changed answer."""
    return any(after.known.get(name) != value for name, value in before.known.items())


# -- 11: deterministic -------------------------------------------------------------------------------------------------


@given(profiles(), st.randoms(use_true_random=False))
def test_the_order_of_answers_and_denials_does_not_matter(profile, order):
    answers = list(profile.given.items())
    denies = [*profile.denies, *profile.denies]
    order.shuffle(answers)
    order.shuffle(denies)
    again = bt.Profile(dict(answers), denies=denies, not_sure=profile.not_sure)
    assert reference(again).to_json() == reference(profile).to_json()


@given(profiles())
def test_an_assessment_is_json_and_its_profile_gives_the_same_bytes_again(profile):
    assessment = reference(profile)
    data = json.loads(assessment.to_json())
    assert data == assessment.to_dict()
    assert data["rulebook"] == {"id": BOOK.id, "version": BOOK.version, "digest": BOOK.digest}
    assert bt.assess(bt.Profile.from_dict(data["profile"]), engine="reference").to_json() == assessment.to_json()


@given(profiles())
def test_every_profile_gets_a_page_with_a_next_step_and_every_exercise_can_be_explained(profile):
    assessment = reference(profile)
    page = str(assessment)
    assert page.splitlines()[0].isupper()
    assert "not a medical device" in page
    assert all(len(line) <= 80 for line in page.splitlines())
    for id_ in BOOK.exercises:
        assert assessment.explain(id_).startswith(BOOK.exercises[id_].name)


# -- 12: nothing said is dropped ---------------------------------------------------------------------------------------

GATED = [id_ for id_ in VOCABULARY.findings if VOCABULARY.gates_of(id_)]


@given(profiles(), st.sampled_from(GATED), st.data())
def test_nothing_that_is_said_behind_a_gate_calms(profile, name, data):
    value = data.draw(answers_to(VOCABULARY.findings[name], BOOK))
    closed = any(gate.holds(profile.known) is False for gate in VOCABULARY.gates_of(name))
    assume(closed and name not in profile.given)
    try:
        said = profile.with_({name: value})
    except bt.ProfileError:
        says = VOCABULARY.says.get(name, ())
        impossible = VOCABULARY.impossible({**profile.given, name: value})  # nobody of 0 had pain at 34
        assert impossible or any(profile.known.get(other) is False for other in says)
        return
    before, after = reference(profile), reference(said)
    assert after.at_least >= before.at_least
    assert after.could_be >= before.could_be
    assert names(after.allowed) <= names(before.allowed)
    assert said.given[name] == value


def test_pain_after_exercise_is_heard_whatever_was_not_said_of_it():
    ordinary = {"age": 41, "pain_score": 4, "pain_duration_days": 9, "lower_back_pain": True}
    well = bt.Profile(ordinary, denies=list(VOCABULARY.checklists))
    assert bt.assess(well).urgency is bt.Urgency.SELF_CARE
    a = bt.assess(well, exercise_pain_peak=9, exercise_pain_minutes=60)
    assert (a.settled, a.allowed, a.action.question.question.id) == (False, (), "exercise_pain_rise")
    a = bt.assess(well, exercise_pain_peak=9, exercise_pain_minutes=60, exercise_pain_rise=5)
    assert (a.at_least, a.allowed) == (bt.Urgency.SOON, ())
    a = bt.assess(well, exercise_pain_over_15=True)
    assert (a.at_least, a.allowed) == (bt.Urgency.ROUTINE, ())
