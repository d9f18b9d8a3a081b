"""The door and the profile: what is let in, what is refused and how, and everything that follows from an answer."""

from __future__ import annotations

import copy
import datetime as dt
import decimal
import fractions
import json
import math
import pickle
import shutil
from collections.abc import Callable

import attrs
import backtriage as bt
import pytest
from backtriage.findings.conditions import NOT_APPLICABLE
from backtriage.findings.door import MAX_CLOSE_MATCHES
from backtriage.findings.finding import Number, YesNo
from backtriage.rulebook.reading import default_rules
from hypothesis import assume, example, given
from hypothesis import strategies as st

from strategies import BOOK, CHECKLISTS, FINDINGS, VOCABULARY, answers, profiles, valid

NOON = dt.datetime(2026, 11, 16, 12, tzinfo=dt.UTC)
WELL = bt.assess(age=41, pain_score=2, pain_duration_days=9, lower_back_pain=True, denies=list(VOCABULARY.checklists))
STARTED = bt.ExerciseSession(WELL).to_dict()
PRESENT, ABSENT, UNKNOWN = bt.Answer.PRESENT, bt.Answer.ABSENT, bt.Answer.UNKNOWN
YES_NO = sorted(id_ for id_, finding in VOCABULARY.findings.items() if isinstance(finding, YesNo))


def refusal(*args: object, **kwargs: object) -> bt.ProfileError:
    with pytest.raises(bt.ProfileError) as caught:
        bt.Profile(*args, **kwargs)
    return caught.value


def let_in(read: Callable[[object], bt.Profile], data: object) -> bt.Profile | bt.ProfileError:
    try:
        return read(data)
    except bt.ProfileError as error:
        return error


class FromNumpy:
    """Looks, from where it is defined, like a NumPy scalar."""

    def __repr__(self) -> str:
        return "np.int64(41)"


FromNumpy.__module__ = "numpy"


class Hostile:
    """Nothing can be asked of it."""

    def _refuse(self, *_: object) -> bool:
        raise RuntimeError("ask nothing")

    __repr__ = __eq__ = __bool__ = __len__ = __float__ = __int__ = __iter__ = _refuse
    __hash__ = None


# -- what is refused ---------------------------------------------------------------------------------------------------

YEARS = "give years, 0 to 120"
YES = "give True, False or None"
EASES = "options: bending, arching, neither"
NOT_USABLE = "leave it out, or give None, if it is not known"
LIST = 'as in denies=["emergency_nerves"]'

BAD_ANSWERS = [
    # finding, value, what, hint
    ("age", "41", "`'41'` is not a number", YEARS),
    ("age", "", "`''` is not a number", YEARS),
    ("age", "  ", "`'  '` is not a number", YEARS),
    ("age", True, "`True` is not a number", YEARS),
    ("age", False, "`False` is not a number", YEARS),
    ("age", [41], "`[41]` is not a number", YEARS),
    ("age", {"years": 41}, "`{'years': 41}` is not a number", YEARS),
    ("age", b"41", "`b'41'` is not a number", YEARS),
    ("age", 41j, "`41j` is not a number", YEARS),
    ("age", decimal.Decimal(41), "`Decimal('41')` is not a number", YEARS),
    ("age", fractions.Fraction(41), "`Fraction(41, 1)` is not a number", YEARS),
    ("age", dt.date(1985, 1, 1), "`datetime.date(1985, 1, 1)` is not a number", YEARS),
    ("age", PRESENT, "`<Answer.PRESENT: 'present'>` is not a number", YEARS),
    ("age", Hostile(), "`<Hostile>` is not a number", YEARS),
    ("age", FromNumpy(), "`np.int64(41)` is not a number", f"{YEARS} (a NumPy scalar: call .item() on it)"),
    ("age", 41.5, "`41.5` is not a whole number", YEARS),
    ("age", 41.0, "`41.0` is not a whole number", YEARS),
    ("age", -1, "`-1` is out of range", YEARS),
    ("age", 121, "`121` is out of range", YEARS),
    ("age", 10**400, f"`1{'0' * 36}...` is out of range", YEARS),
    ("age", -(10**5_000), "`<int>` is out of range", YEARS),
    ("age", math.nan, "`nan` is not a number that can be used", NOT_USABLE),
    ("age", math.inf, "`inf` is not a number that can be used", NOT_USABLE),
    ("age", -math.inf, "`-inf` is not a number that can be used", NOT_USABLE),
    ("exercise_pain_minutes", 0.3, "`0.3` is not a multiple of 0.5", "give minutes, 0 to 1440"),
    ("exercise_pain_minutes", 1440.5, "`1440.5` is out of range", "give minutes, 0 to 1440"),
    ("fever_or_shivers", 1, "`1` is not a yes or no", YES),
    ("fever_or_shivers", 0, "`0` is not a yes or no", YES),
    ("fever_or_shivers", 1.0, "`1.0` is not a yes or no", YES),
    ("fever_or_shivers", "yes", "`'yes'` is not a yes or no", YES),
    ("fever_or_shivers", "true", "`'true'` is not a yes or no", YES),
    ("fever_or_shivers", "", "`''` is not a yes or no", YES),
    ("fever_or_shivers", [True], "`[True]` is not a yes or no", YES),
    ("fever_or_shivers", math.nan, "`nan` is not a yes or no", YES),
    ("fever_or_shivers", PRESENT, "`<Answer.PRESENT: 'present'>` is not a yes or no", YES),
    ("fever_or_shivers", Hostile(), "`<Hostile>` is not a yes or no", YES),
    (
        "fever_or_shivers",
        FromNumpy(),
        "`np.int64(41)` is not a yes or no",
        f"{YES} (a NumPy scalar: call .item() on it)",
    ),
    ("eases_direction", "backwards", "`'backwards'` is no option", EASES),
    ("eases_direction", "Bending", "`'Bending'` is no option", EASES),
    ("eases_direction", "", "`''` is no option", EASES),
    ("eases_direction", " bending", "`' bending'` is no option", EASES),
    ("eases_direction", 1, "`1` is no option", EASES),
    ("eases_direction", True, "`True` is no option", EASES),
    ("eases_direction", ["bending"], "`['bending']` is no option", EASES),
    ("eases_direction", Hostile(), "`<Hostile>` is no option", EASES),
    ("eases_direction", FromNumpy(), "`np.int64(41)` is no option", f"{EASES} (a NumPy scalar: call .item() on it)"),
]
BAD_NAMES = [
    # name, where, what, hint
    ("feverr", "feverr", "unknown finding", "did you mean `fever_or_shivers`?"),
    ("cancer", "cancer", "unknown finding", "did you mean `cancer_ever`?"),
    ("saddle_numbness", "saddle_numbness", "unknown finding", "did you mean `saddle_numbness_new`?"),
    ("age ", "`'age '`", "unknown finding", "did you mean `age`?"),
    ("qwxz", "qwxz", "unknown finding", ""),
    ("", "`''`", "unknown finding", ""),
    ("qw\nxz", "`'qw\\nxz'`", "unknown finding", ""),
    ("\ud800", "`'\\ud800'`", "unknown finding", ""),
    ("x" * 1_000_000, "x" * 40, "unknown finding", ""),
    (5, "`5`", "unknown finding", ""),
    (None, "`None`", "unknown finding", ""),
    (("age",), "`('age',)`", "unknown finding", ""),
    ("emergency_nerves", "emergency_nerves", "a checklist, not a finding", "give it in denies=[...]"),
]
BAD_GROUPS = [
    # argument, value, what, hint
    ("denies", "emergency_nerves", "`'emergency_nerves'` is not a list of names", LIST),
    ("denies", b"emergency_nerves", "`b'emergency_nerves'` is not a list of names", LIST),
    ("denies", {"emergency_nerves": True}, "`{'emergency_nerves': True}` is not a list of names", LIST),
    ("denies", None, "`None` is not a list of names", LIST),
    ("denies", True, "`True` is not a list of names", LIST),
    ("denies", 5, "`5` is not a list of names", LIST),
    ("denies", [5], "`5` is not a name", ""),
    ("denies", [["emergency_nerves"]], "`['emergency_nerves']` is not a name", ""),
    ("denies", ["emergency_nervs"], "unknown checklist `'emergency_nervs'`", "did you mean `emergency_nerves`?"),
    ("denies", ["all"], "unknown checklist `'all'`", ""),
    ("denies", [""], "unknown checklist `''`", ""),
    (
        "denies",
        ["fever_or_shivers"],
        "unknown checklist `'fever_or_shivers'`",
        "answer fever_or_shivers=False",
    ),
    ("denies", ["age"], "unknown checklist `'age'`", "only checklists are denied"),
    ("not_sure", "age", "`'age'` is not a list of names", LIST.replace("denies", "not_sure")),
    ("not_sure", ["agee"], "unknown finding or checklist `'agee'`", "did you mean `age`?"),
    ("not_sure", [None], "`None` is not a name", ""),
]


@pytest.mark.parametrize(
    ("finding", "value", "what", "hint"), BAD_ANSWERS, ids=[f"{b[0]}: {b[2]}" for b in BAD_ANSWERS]
)
def test_an_answer_that_cannot_be_used_is_refused_and_never_coerced(finding, value, what, hint):
    [problem] = refusal({finding: value}).problems
    assert (problem.where, problem.what, problem.hint) == (finding, what, hint)
    assert str(refusal(**{finding: value})) == f"{finding}: {what}; {hint}"


@pytest.mark.parametrize(("name", "where", "what", "hint"), BAD_NAMES, ids=[where for _, where, *_ in BAD_NAMES])
def test_a_misspelt_finding_is_an_error_with_the_close_match(name, where, what, hint):
    [problem] = refusal({name: True}).problems
    assert (problem.where, problem.what, problem.hint) == (where, what, hint)


@pytest.mark.parametrize(("group", "value", "what", "hint"), BAD_GROUPS, ids=[f"{g}: {w}" for g, _, w, _ in BAD_GROUPS])
def test_a_group_is_a_list_of_names_of_checklists(group, value, what, hint):
    for problems in (refusal(**{group: value}).problems, refusal({group: value}).problems):
        assert [(problem.where, problem.what, problem.hint) for problem in problems] == [(group, what, hint)]
    with pytest.raises(bt.ProfileError, match=group):
        bt.Profile(age=41).with_({group: value})


@pytest.mark.parametrize("answers_", [[], [("age", 41)], "", "age", 0, 41, True, bt.Profile(age=41)], ids=repr)
def test_what_is_no_mapping_is_not_read_as_answers(answers_):
    [problem] = refusal(answers_).problems
    assert (problem.where, problem.what) == ("profile", f"`{answers_!r}` is not a mapping of answers")
    for read in (bt.Profile.from_dict, bt.Profile(age=41).with_):
        with pytest.raises(bt.ProfileError, match="is not a mapping of answers"):
            read(answers_)


def test_nothing_given_is_an_empty_profile_and_a_missing_record_is_not():
    assert bt.Profile() == bt.Profile(None) == bt.Profile({}) == bt.Profile.from_dict({})
    with pytest.raises(bt.ProfileError, match="`None` is not a mapping of answers"):
        bt.Profile.from_dict(None)


def test_a_real_numpy_scalar_is_refused_with_the_hint():
    numpy = pytest.importorskip("numpy", reason="NumPy is not a dependency; it is tried where it is installed")
    for finding, value in (
        ("age", numpy.int64(41)),
        ("exercise_pain_minutes", numpy.float64(0.5)),
        ("fever_or_shivers", numpy.bool_(True)),
        ("eases_direction", numpy.str_("bending")),
    ):
        [problem] = refusal({finding: value}).problems
        assert problem.hint.endswith("(a NumPy scalar: call .item() on it)")
        assert bt.Profile({finding: value.item()})[finding] is not None


ANSWERED = "{}: present, but `{}`, which it implies, is answered absent; change one of them"
DENIED = "{0}: present, but `{1}`, which it implies, is denied with `{2}`; answer `{1}` or leave `{2}` out of denies"
CONFLICTS = [
    # answers, expected line
    ({"age": 41, "not_sure": ["age"]}, "age: answered `41` and not sure; give one of them"),
    (
        {"fever_or_shivers": False, "not_sure": ["fever_or_shivers"]},
        "fever_or_shivers: answered `False` and not sure; give one of them",
    ),
    ({"foot_drop": True, "leg_weakness": False}, ANSWERED.format("foot_drop", "leg_weakness")),
    (
        {"cancer_in_bone": True, "cancer_ever": False, "denies": ["health_a"]},
        ANSWERED.format("cancer_in_bone", "cancer_ever"),
    ),
    (
        {"suicidal_immediate_danger": True, "suicidal_thoughts": False},
        ANSWERED.format("suicidal_immediate_danger", "suicidal_thoughts"),
    ),
    ({"cancer_in_bone": True, "denies": ["health_a"]}, DENIED.format("cancer_in_bone", "cancer_ever", "health_a")),
    (
        {"constant_pain_worsening": True, "denies": ["pattern"]},
        DENIED.format("constant_pain_worsening", "getting_worse", "pattern"),
    ),
]


@pytest.mark.parametrize(("given_", "line"), CONFLICTS, ids=[line for _, line in CONFLICTS])
def test_answers_that_contradict_each_other_are_refused(given_, line):
    assert str(refusal(**given_)) == line
    assert str(refusal(given_)) == line


def test_one_finding_answered_twice_differently_is_refused_and_twice_alike_is_one_answer():
    assert str(refusal({"age": 41}, age=42)) == "age: answered twice, differently; give one answer"
    assert str(refusal({"age": None}, age=42)) == "age: answered `42` and not sure; give one of them"
    assert bt.Profile({"age": 41}, age=41) == bt.Profile(age=41)


def test_all_problems_are_reported_at_once_in_the_order_of_the_answers():
    error = refusal(
        {"age": True, "feverr": True, "eases_direction": "up"},
        denies=["emergency_nervs", "where"],
        not_sure=["agee", "pain_score"],
        pain_score=6,
    )
    assert str(error).splitlines() == [
        f"age: `True` is not a number; {YEARS}",
        "feverr: unknown finding; did you mean `fever_or_shivers`?",
        f"eases_direction: `'up'` is no option; {EASES}",
        "denies: unknown checklist `'emergency_nervs'`; did you mean `emergency_nerves`?",
        "not_sure: unknown finding or checklist `'agee'`; did you mean `age`?",
        "pain_score: answered `6` and not sure; give one of them",
    ]
    assert error.args == error.problems


def test_thousands_of_unknown_names_are_all_refused_and_the_first_have_a_close_match():
    problems = refusal({f"fever_or_shiver{number}": True for number in range(20_000)}).problems
    assert len(problems) == 20_000
    assert [bool(problem.hint) for problem in problems[: MAX_CLOSE_MATCHES + 5]] == [True] * MAX_CLOSE_MATCHES + [
        False
    ] * 5


BAD_JSON = [
    ('{"age": 41, "age": 14}', "age: given twice; give it once"),
    ('{"age": 41, "pain_score": 3, "age": 41, "age": 1}', "age: given twice; give it once"),
    ('{"a b": 1, "a b": 2}', "`'a b'`: given twice; give it once"),
    ('{"not_sure": [{"x": 1, "x": 2}]}', "x: given twice; give it once"),
    ("[]", 'profile: not a JSON object; as in {"age": 41}'),
    ("null", 'profile: not a JSON object; as in {"age": 41}'),
    ("41", 'profile: not a JSON object; as in {"age": 41}'),
    ('"age"', 'profile: not a JSON object; as in {"age": 41}'),
    ('{"age": NaN}', f"age: `nan` is not a number that can be used; {NOT_USABLE}"),
    ('{"age": -Infinity}', f"age: `-inf` is not a number that can be used; {NOT_USABLE}"),
    ('{"age": 1e999}', f"age: `inf` is not a number that can be used; {NOT_USABLE}"),
    ('{"age": "41"}', f"age: `'41'` is not a number; {YEARS}"),
    ('{"fever_or_shivers": 1}', f"fever_or_shivers: `1` is not a yes or no; {YES}"),
    ('{"denies": "emergency_nerves"}', f"denies: `'emergency_nerves'` is not a list of names; {LIST}"),
    ('{"denies": null}', f"denies: `None` is not a list of names; {LIST}"),
]
NOT_JSON = [
    "",
    "{",
    "{'age': 41}",
    '{"age": 41,}',
    '{"age": 041}',
    b"\xff\xfe\xfa",
    "{}".encode("utf-16"),
    "[" * 100_000,
]
NOT_JSON += ['{"age":' + "9" * 5_000 + "}", '{"x": ' * 50_000]


@pytest.mark.parametrize(("text", "line"), BAD_JSON, ids=[text for text, _ in BAD_JSON])
def test_json_in_which_anything_is_ambiguous_is_refused(text, line):
    for read in (text, text.encode()):
        with pytest.raises(bt.ProfileError) as caught:
            bt.Profile.from_json(read)
        assert str(caught.value) == line


@pytest.mark.parametrize("text", [None, 41, {"age": 41}, ["age"], object], ids=repr)
def test_what_is_no_text_at_all_is_no_json(text):
    [problem] = let_in(bt.Profile.from_json, text).problems
    assert problem.what.endswith("is no JSON text")


@pytest.mark.parametrize("book", ["rules", 0, False, "", [], default_rules()], ids=repr)
@pytest.mark.parametrize(
    "call",
    [
        lambda book: bt.Profile(rulebook=book),
        lambda book: bt.Profile.from_json("{}", rulebook=book),
        lambda book: bt.assess(rulebook=book),
        lambda book: bt.assess(bt.Profile(), rulebook=book),
        lambda book: bt.Interview(rulebook=book),
        lambda book: bt.call_tool({}, rulebook=book),
        lambda book: bt.tool_schema(rulebook=book),
        lambda book: bt.figure("walking", book),
        lambda book: bt.reassess({}, {}, previous_at=NOON, at=NOON, rulebook=book),
        lambda book: bt.ExerciseSession.from_dict(STARTED, rulebook=book),
    ],
    ids=range(10),
)
def test_what_is_no_rulebook_is_refused_wherever_one_is_given(call, book):
    with pytest.raises(bt.RulebookError, match="is no rulebook; give what load_rulebook"):
        call(book)


@pytest.mark.parametrize("text", NOT_JSON, ids=[repr(text[:12]) for text in NOT_JSON])
def test_what_is_not_json_is_refused_in_one_line(text):
    with pytest.raises(bt.ProfileError) as caught:
        bt.Profile.from_json(text)
    [problem] = caught.value.problems
    assert problem.where == "profile"
    assert problem.what.startswith("not JSON: ")
    assert len(str(caught.value).splitlines()) == 1


# -- what an answer says -----------------------------------------------------------------------------------------------


def test_nothing_is_known_of_whom_nothing_was_said_but_what_is_only_ever_reported():
    profile = bt.Profile()
    reported = {id_ for id_ in YES_NO if VOCABULARY.findings[id_].reported}
    assert {"suicidal_thoughts", "exercised_since_onset"} <= reported
    assert {id_ for id_ in reported if profile[id_] is ABSENT} == reported
    behind = {id_ for gate, gated in VOCABULARY.gates if gate.holds(profile.known) is False for id_ in gated}
    implying = {id_ for id_, implied in VOCABULARY.implied.items() if not reported.isdisjoint(implied)}
    assert profile.known.keys() == reported | behind | implying
    assert profile.to_dict() == {}
    assert repr(profile) == "Profile()"


@pytest.mark.parametrize("name", [id_ for id_ in YES_NO if VOCABULARY.findings[id_].reported])
def test_what_is_only_reported_counts_as_soon_as_it_is_said_and_stays_unknown_when_said_to_be_unsure(name):
    assert bt.Profile()[name] is ABSENT
    assert bt.Profile({name: True})[name] is PRESENT
    assert bt.Profile({name: False})[name] is ABSENT
    assert bt.Profile({name: None})[name] is UNKNOWN


@pytest.mark.parametrize("checklist", sorted(VOCABULARY.checklists))
def test_denying_a_checklist_answers_its_findings_with_absent_and_no_other_question(checklist):
    listed = VOCABULARY.checklists[checklist].findings
    profile = bt.Profile(denies=[checklist])
    assert {profile[finding] for finding in listed} == {ABSENT}
    assert profile.denies == (checklist,)
    assert profile.given == {}
    implying = {id_ for id_ in YES_NO if set(VOCABULARY.findings[id_].implies) & set(listed)}
    behind = {id_ for gate, gated in VOCABULARY.gates if gate.holds(profile.known) is False for id_ in gated}
    assert profile.known.keys() <= {*listed, *implying, *behind, *bt.Profile().known}


@given(CHECKLISTS, FINDINGS)
@example(sorted(VOCABULARY.checklists), "cleared_exercise")
@example(sorted(VOCABULARY.checklists), "age")
def test_numbers_choices_and_clearances_are_never_denied_by_a_list(checklists, name):
    finding = VOCABULARY.findings[name]
    profile = bt.Profile(denies=checklists)
    if finding.checklist is None and not VOCABULARY.gates_of(name):
        assert profile.known.get(name) == bt.Profile().known.get(name)
    if finding.clearance:
        assert finding.checklist is None


def test_an_answer_stands_beside_a_denial():
    profile = bt.Profile(saddle_numbness_new=True, denies=["emergency_nerves"])
    assert profile["saddle_numbness_new"] is PRESENT
    assert profile["new_bladder_change"] is ABSENT


@pytest.mark.parametrize("unsure", [{"saddle_numbness_new": None}, {"not_sure": ["saddle_numbness_new"]}], ids=str)
def test_not_sure_beside_a_denial_stays_unknown(unsure):
    profile = bt.Profile(unsure, denies=["emergency_nerves"])
    assert profile["saddle_numbness_new"] is UNKNOWN
    assert profile["new_bladder_change"] is ABSENT
    assert profile.not_sure == {"saddle_numbness_new"}
    assert profile.to_dict() == {"denies": ["emergency_nerves"], "not_sure": ["saddle_numbness_new"]}


def test_not_sure_about_a_checklist_is_not_sure_about_each_of_its_findings_not_answered():
    profile = bt.Profile(foot_drop=True, lower_back_pain=True, not_sure=["leg_signs"])
    assert profile.not_sure == set(VOCABULARY.checklists["leg_signs"].findings) - {"foot_drop"}
    assert profile["foot_drop"] is PRESENT
    assert profile["both_legs_old"] is UNKNOWN


def test_not_sure_about_a_finding_leaves_what_it_implies_unknown_beside_a_denial():
    profile = bt.Profile(leg_pain_below_knee=True, foot_drop=None, denies=["leg_signs"])
    assert (profile["foot_drop"], profile["leg_weakness"]) == (UNKNOWN, UNKNOWN)
    assert profile["leg_numb_tingling"] is ABSENT


def test_a_present_finding_makes_present_what_it_implies():
    profile = bt.Profile(foot_drop=True)
    assert profile["leg_weakness"] is PRESENT
    assert profile.to_dict() == {"foot_drop": True}
    assert bt.Profile(foot_drop=True, denies=["leg_signs"])["leg_weakness"] is PRESENT


def test_what_implies_an_absent_finding_is_absent():
    profile = bt.Profile(leg_pain_below_knee=True, leg_weakness=False)
    assert (profile["foot_drop"], profile["leg_weakness_new"]) == (ABSENT, ABSENT)
    assert profile["leg_numb_tingling"] is UNKNOWN
    assert bt.Profile(leg_pain_below_knee=True, leg_weakness=True)["foot_drop"] is UNKNOWN


def test_a_closed_gate_means_absent_or_not_applicable_an_unknown_gate_unknown_and_an_open_gate_a_question():
    closed, unknown, open_ = bt.Profile(pain_duration_days=90), bt.Profile(), bt.Profile(pain_duration_days=91)
    assert closed.known["age_at_onset"] is NOT_APPLICABLE
    assert closed["age_at_onset"] is None
    assert "age_at_onset" not in unknown.known
    assert "age_at_onset" not in open_.known
    assert bt.Profile(cancer_ever=False)["spine_tender_spot"] is ABSENT
    assert bt.Profile()["spine_tender_spot"] is UNKNOWN
    assert bt.Profile(cancer_ever=True)["spine_tender_spot"] is UNKNOWN


def test_a_gate_behind_a_closed_gate_is_closed():
    profile = bt.Profile(pain_duration_days=10)
    assert {profile[finding] for finding in VOCABULARY.checklists["inflammatory"].findings} == {ABSENT}


EXERCISE_FIGURES = {"exercise_pain_rise": 1, "exercise_pain_peak": 9, "exercise_pain_minutes": 60}


@pytest.mark.parametrize("name", [*EXERCISE_FIGURES, "exercise_spread", "contacted_about_exercise_pain"])
def test_an_answer_behind_silence_opens_its_gate(name):
    assert bt.Profile()["exercised_since_onset"] is ABSENT
    said = bt.Profile({name: EXERCISE_FIGURES.get(name, True)}, denies=["after_exercise"])
    assert said["exercised_since_onset"] is PRESENT
    assert bt.Profile({name: EXERCISE_FIGURES.get(name, True)})["exercise_new_weakness"] is UNKNOWN
    absent = bt.Profile() if name in EXERCISE_FIGURES else bt.Profile({name: False})
    assert absent["exercised_since_onset"] is ABSENT


def test_a_doubt_about_a_red_flag_behind_silence_is_not_dropped_with_it():
    doubt = bt.Profile(exercise_chest_pain_or_faint=None, denies=["pattern"])
    assert (doubt["exercise_chest_pain_or_faint"], doubt["exercised_since_onset"]) == (UNKNOWN, UNKNOWN)
    assert bt.Profile(suicidal_immediate_danger=None)["suicidal_thoughts"] is UNKNOWN
    assert bt.Profile(exercise_pain_minutes=None)["exercised_since_onset"] is ABSENT


CONTRADICTIONS = [
    ({"exercised_since_onset": False, "exercise_pain_peak": 9}, "exercised_since_onset"),
    ({"exercised_since_onset": False, "contacted_about_exercise_pain": True}, "exercised_since_onset"),
    ({"suicidal_thoughts": False, "suicidal_immediate_danger": True}, "suicidal_thoughts"),
    ({"denies": ["health_a"], "cancer_in_bone": True}, "cancer_ever"),
]


@pytest.mark.parametrize(("answers", "gate"), CONTRADICTIONS, ids=[gate for _, gate in CONTRADICTIONS])
def test_an_answer_that_says_its_gate_is_open_contradicts_one_that_says_it_is_not_and_the_error_names_both(
    answers, gate
):
    *_, name = answers
    with pytest.raises(bt.ProfileError, match=f"{name}: .*`{gate}`"):
        bt.Profile(answers)
    assert bt.Profile({**answers, name: None}).given.keys() <= answers.keys()


def test_a_red_flag_counts_whatever_closes_its_gate():
    assert bt.Profile(age=17, neck_pain=True, sight_change_50=True)["sight_change_50"] is PRESENT
    assert bt.Profile(denies=["where"], leg_numb_tingling=True)["leg_numb_tingling"] is PRESENT
    rheumatoid = bt.Profile(denies=["where"], neck_instability_condition=True)  # no contradiction: both can be true
    assert rheumatoid["neck_instability_condition"] is PRESENT
    assert rheumatoid.set_aside == {}


def test_an_absence_behind_a_gate_that_is_closed_says_nothing_new():
    assert bt.Profile(denies=["where"], leg_numb_tingling=False)["leg_numb_tingling"] is ABSENT
    assert bt.Profile(denies=["where"])["leg_numb_tingling"] is ABSENT


def test_any_other_answer_behind_a_closed_gate_is_kept_and_set_aside_with_the_reason():
    profile = bt.Profile(pain_duration_days=10, age_at_onset=30)
    assert profile["age_at_onset"] is None
    assert profile.known["age_at_onset"] is NOT_APPLICABLE
    assert profile.set_aside == {"age_at_onset": "not asked where pain_duration_days is 10"}
    assert profile.to_dict() == {"age_at_onset": 30, "pain_duration_days": 10}
    assert bt.assess(profile).to_dict()["set_aside"] == profile.set_aside
    assert profile.with_(pain_duration_days=100, lower_back_pain=True)["age_at_onset"] == 30


@given(profiles())
def test_everything_that_follows_is_closed_both_ways(profile):
    known = profile.known
    for finding in map(VOCABULARY.findings.__getitem__, YES_NO):
        for implied in finding.implies:
            assert known.get(finding.id) is not True or known[implied] is True
            assert known.get(implied) is not False or known[finding.id] is False
    for gate, gated in VOCABULARY.gates:
        if gate.holds(known) is False:
            assert gated.keys() <= known.keys()
    assert all(known[name] == value for name, value in profile.given.items() if name not in profile.set_aside)
    assert all(known[name] is False or known[name] is NOT_APPLICABLE for name in profile.set_aside)


@given(profiles())
def test_every_finding_is_in_a_profile_with_its_answer(profile):
    assert list(profile) == list(VOCABULARY.findings)
    assert len(profile) == len(VOCABULARY.findings)
    for name, finding in VOCABULARY.findings.items():
        value = profile.known.get(name)
        if finding.kind == "yes_no":
            assert profile[name] is {None: UNKNOWN, True: PRESENT, False: ABSENT}[value]
        else:
            assert profile[name] == (None if value is NOT_APPLICABLE else value)
    assert "feverr" not in profile
    with pytest.raises(KeyError):
        profile["feverr"]


@pytest.mark.parametrize("answer", bt.Answer)
def test_an_answer_has_three_values_and_refuses_to_be_read_as_two(answer):
    with pytest.raises(TypeError, match="compare it with `is`"):
        bool(answer)
    with pytest.raises(TypeError):
        assert not answer


# -- other profiles ----------------------------------------------------------------------------------------------------


@given(profiles(), FINDINGS, st.data())
def test_with_adds_or_changes_an_answer_and_leaves_the_others_and_the_profile_as_they_were(profile, name, data):
    value = data.draw(valid(VOCABULARY.findings[name]))
    before = profile.to_dict()
    try:
        changed = profile.with_({name: value})
    except bt.ProfileError as error:
        assume("change one of them" not in str(error) and "out of denies" not in str(error))
        raise
    assert changed.known[name] == value or name in changed.set_aside
    assert changed.given == {**profile.given, name: value}
    assert changed.not_sure == profile.not_sure - {name}
    assert changed.denies == profile.denies
    assert profile.to_dict() == before
    assert profile | {name: value} == changed == profile.with_(**{name: value})


@given(profiles(), FINDINGS, st.data())
@example(bt.Profile(denies=["health_a"]), "cancer_in_bone", None)
@example(bt.Profile(denies=list(VOCABULARY.checklists), pregnancy_severe_signs=True), "birth_last_6_weeks", None)
def test_what_is_said_later_counts_more_than_the_no_or_the_number_it_contradicts(profile, name, data):
    value = data.draw(valid(VOCABULARY.findings[name])) if data else True
    assume(value is not False)
    later = profile.after({name: value})
    assert later.given[name] == value
    assert all(later.known[other] is True for other in VOCABULARY.says.get(name, ()))
    lost = profile.given.keys() - later.given.keys()
    pairs = [{pair.finding, pair.of} for pair in VOCABULARY.ceilings]
    assert all(profile.given[id_] is False or {id_, name} in pairs for id_ in lost)


@pytest.mark.parametrize(
    "value", [object(), b"x", [], {}, float("nan"), 10**400, "x"], ids=lambda value: type(value).__name__
)
@pytest.mark.parametrize("name", ["age", "foot_drop", "sex_at_birth", "nobody_knows"])
def test_what_is_no_answer_is_refused_later_as_it_is_at_first(name, value):
    with pytest.raises(bt.ProfileError, match=name):
        bt.Profile(age=41).after({name: value})


@given(profiles(), FINDINGS)
def test_with_not_sure_takes_an_answer_back_too(profile, name):
    unsure = profile.with_({name: None})
    assert profile.with_(not_sure=[name]) == profile.with_({"not_sure": iter([name])}) == unsure
    assert profile.after({"not_sure": (name,)}) == profile.after({name: None})
    assert profile.with_({"not_sure": [name]}, not_sure=["age"]).not_sure == unsure.not_sure | {"age"}


def test_a_doubt_holds_against_a_denial_and_contradicts_nothing():
    unsure = bt.Profile(denies=["health_a"], not_sure=["cancer_ever"], cancer_in_bone=True)
    assert (unsure["cancer_ever"], unsure["cancer_in_bone"]) == (PRESENT, PRESENT)
    later = bt.Profile(denies=["health_a"], not_sure=["cancer_ever"]).after({"cancer_in_bone": True})
    assert later == unsure
    with pytest.raises(bt.ProfileError):
        bt.Profile(denies=["health_a"], cancer_in_bone=True)


@given(profiles(), FINDINGS)
def test_with_none_takes_an_answer_back(profile, name):
    unsure = profile.with_({name: None})
    assert name not in unsure.given
    assert unsure.not_sure == profile.not_sure | {name}
    assert unsure == profile | {name: None}


@given(profiles(), CHECKLISTS)
def test_with_adds_denials(profile, checklists):
    try:
        more = profile.with_(denies=checklists)
    except bt.ProfileError as error:
        assume("is denied with" not in str(error))
        raise
    assert set(more.denies) == {*profile.denies, *checklists}
    assert more == profile | {"denies": checklists}


def test_two_profiles_are_not_merged():
    with pytest.raises(TypeError):
        bt.Profile(age=41) | bt.Profile(pain_score=3)
    with pytest.raises(TypeError):
        bt.Profile(age=41) | 5


@given(profiles())
def test_a_profile_comes_back_from_its_data_its_json_its_repr_and_its_pickle(profile):
    for again in (
        bt.Profile.from_dict(profile.to_dict()),
        bt.Profile.from_dict(json.loads(json.dumps(profile.to_dict()))),
        bt.Profile.from_json(profile.to_json()),
        bt.Profile.from_json(profile.to_json().encode()),
        eval(repr(profile), {"Profile": bt.Profile}),  # noqa: S307 - a repr is what can be typed in again
        pickle.loads(pickle.dumps(profile)),  # noqa: S301 - our own
        copy.copy(profile),
        copy.deepcopy(profile),
    ):
        assert again == profile
        assert hash(again) == hash(profile)
        assert again.known == profile.known
        assert again.rulebook is profile.rulebook
    assert list(profile.to_dict()) == sorted(profile.to_dict())


@given(profiles(), st.randoms(use_true_random=False))
def test_the_order_of_answers_and_their_repetition_do_not_matter(profile, random):
    items = list(profile.to_dict().items())
    random.shuffle(items)
    shuffled = {
        name: random.sample(value, len(value)) * 2 if isinstance(value, list) else value for name, value in items
    }
    again = bt.Profile(shuffled)
    assert again == profile
    assert hash(again) == hash(profile)
    assert again.to_json() == profile.to_json()
    assert repr(again) == repr(profile)
    assert again.known == profile.known


def test_profiles_are_equal_when_they_hold_the_same_answers_of_the_same_rulebook(tmp_path):
    profile = bt.Profile(age=41, exercise_pain_minutes=1)
    assert profile == bt.Profile(age=41, exercise_pain_minutes=1.0)
    assert profile.to_json() == bt.Profile(age=41, exercise_pain_minutes=1.0).to_json()
    assert bt.Profile(exercise_pain_minutes=0).to_json() == bt.Profile(exercise_pain_minutes=-0.0).to_json()
    assert hash(profile) == hash(bt.Profile(age=41, exercise_pain_minutes=1.0))
    assert profile != bt.Profile(age=42, exercise_pain_minutes=1)
    assert profile != bt.Profile(age=41, exercise_pain_minutes=1, fever_or_shivers=False)
    assert bt.Profile(fever_or_shivers=None) != bt.Profile()
    assert profile != profile.to_dict()
    assert {profile: "found"}[bt.Profile(age=41, exercise_pain_minutes=1)] == "found"

    shutil.copytree(default_rules(), tmp_path / "same")
    same = bt.load_rulebook(tmp_path / "same")
    assert bt.Profile(age=41, rulebook=same) == bt.Profile(age=41)
    head = tmp_path / "same" / "rulebook.toml"
    head.write_text(head.read_text(encoding="utf-8").replace("title = ", "title = 'Another' # "), encoding="utf-8")
    other = bt.load_rulebook(tmp_path / "same")
    assert bt.Profile(age=41, rulebook=other) != bt.Profile(age=41)
    assert bt.Profile(age=41, rulebook=other).with_(age=42).rulebook is other
    assert pickle.loads(pickle.dumps(bt.Profile(age=41, rulebook=bt.default_rulebook()))).rulebook is BOOK  # noqa: S301


def test_a_profile_cannot_be_changed():
    profile = bt.Profile(age=41, denies=["where"], fever_or_shivers=None)
    before = profile.to_json()
    for name in ("age", "given", "known", "denies", "not_sure", "rulebook", "new", *type(profile).__slots__):
        with pytest.raises(AttributeError):
            setattr(profile, name, {})
        with pytest.raises(AttributeError):
            delattr(profile, name)
    for held in (profile, profile.given, profile.known):
        with pytest.raises(TypeError):
            held["age"] = 42
        with pytest.raises(TypeError):
            del held["age"]
    with pytest.raises(AttributeError):
        profile.not_sure.add("age")
    assert profile.to_json() == before


def test_changing_what_was_passed_in_or_handed_out_changes_nothing():
    given_ = {"age": 41, "denies": ["where"], "not_sure": ["fever_or_shivers"]}
    denies = ["injury"]
    profile = bt.Profile(given_, denies=denies)
    before, known = profile.to_json(), dict(profile.known)
    given_["age"] = 42
    given_["denies"].append("health_a")
    given_["not_sure"].clear()
    denies.append("health_b")
    handed_out = profile.to_dict()
    handed_out["age"] = 43
    handed_out["denies"].clear()
    assert profile.to_json() == before
    assert profile.known == known


# -- whatever comes in -------------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=20),
        st.sampled_from(["yes", "left", "bending", "emergency_nerves", "age", 41, 0.5, 7]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=10), inner, max_size=4)),
    max_leaves=8,
)
NAMES = st.one_of(
    FINDINGS,
    st.sampled_from([*VOCABULARY.checklists, "denies", "not_sure", "feverr", "rulebook", "answers", "self"]),
    st.text(max_size=20),
)


@given(st.one_of(JSON, st.dictionaries(NAMES, JSON, max_size=6)))
def test_whatever_data_comes_in_it_is_a_profile_or_a_profile_error(data):
    profile = let_in(bt.Profile.from_dict, data)
    if isinstance(profile, bt.ProfileError):
        assert profile.problems
        assert len(str(profile).splitlines()) == len(profile.problems)
        return
    assert set(profile.to_dict()) <= {*data, "denies", "not_sure"}
    assert profile == bt.Profile.from_dict(profile.to_dict())


@given(answers(), NAMES, JSON)
def test_one_mangled_answer_among_good_ones_is_refused_or_as_valid_as_they_are(good, name, value):
    mangled = {**good, name: value}
    finding = VOCABULARY.findings.get(name)
    problem = None if finding is None or value is None else finding.problem_with(value)
    profile = let_in(bt.Profile, mangled)
    if isinstance(profile, bt.ProfileError):
        assert problem is None or (name, *problem) in [attrs.astuple(found) for found in profile.problems]
        return
    assert problem is None
    assert finding is None or profile.given.get(name) == value


@given(st.one_of(st.text(), st.binary(), JSON.map(json.dumps), JSON.map(lambda data: json.dumps(data)[:-1])))
def test_whatever_text_comes_in_it_is_a_profile_or_a_profile_error(text):
    profile = let_in(bt.Profile.from_json, text)
    assert isinstance(profile, bt.Profile) or profile.problems


@given(FINDINGS, JSON)
def test_the_door_lets_in_exactly_what_the_finding_has_nothing_against(name, value):
    assume(value is not None)
    problem = VOCABULARY.findings[name].problem_with(value)
    if problem is None:
        profile = bt.Profile({name: value})
        assert profile.given == {name: value}
        fraction = isinstance(finding := VOCABULARY.findings[name], Number) and not finding.integer
        assert type(profile.given[name]) is (float if fraction else type(value))
    else:
        [found] = refusal({name: value}).problems
        assert (found.where, found.what, found.hint) == (name, *problem)


@given(FINDINGS, st.data())
def test_every_valid_answer_is_let_in_as_it_is(name, data):
    value = data.draw(valid(VOCABULARY.findings[name]))
    assert bt.Profile({name: value}).given == {name: value}


@given(profiles())
@example(bt.Profile(pain_since_procedure=True).after({"spine_procedure_3_months": False}))
def test_who_says_nothing_new_takes_nothing_back(profile):
    assert profile.after({}) == profile


def test_a_later_answer_takes_back_only_the_no_that_it_contradicts():
    before = bt.Profile(pain_since_procedure=True).after({"spine_procedure_3_months": False})
    after = before.after({"serious_infection_or_dialysis": None})
    assert after.given == before.given
    assert "spine_procedure_3_months" not in after.after({"pain_since_procedure": True}).given
