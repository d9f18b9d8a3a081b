"""The test kit: strategies that keep their word, cases as data, coverage, and mutants."""

from __future__ import annotations

import shutil
import subprocess
import sys

import attrs
import backtriage as bt
import pytest
from backtriage.adapters.command_line import main
from backtriage.rulebook.guarantees import read_guarantees
from backtriage.rulebook.reading.checking import problems_of
from backtriage.rulebook.rules import Advise, Caution, Limited, Routine, Stop
from backtriage.rulebook.thresholds import thresholds
from backtriage.testing import Case, mutants, read_cases, surviving
from backtriage.testing.cases import read_expected
from backtriage.testing.coverage import Coverage
from backtriage.testing.guarding import Guards
from backtriage.testing.mutants import Noticing, effect_mutants
from backtriage.testing.strategies import (
    boundary_profiles,
    profiles,
    red_flag_profiles,
    refinements,
    rulebooks,
    settled_profiles,
)
from hypothesis import find, given, settings
from hypothesis import strategies as st

from small import small, write
from strategies import BOOK, VOCABULARY

pytest_plugins = ["pytester"]

RED_FLAGS = {id_ for id_, finding in VOCABULARY.findings.items() if finding.red_flag}
CASES = """\
[[case]]
name = "sleepless with fever"
given = { age = 41, sepsis_signs = true }
level = "emergency"
not_allowed = ["all"]
says = ["not a medical device"]
"""
WRONG = """\
[[case]]
name = "nothing is harmless before it is asked"
given = { age = 41 }
denies = ["emergency_nerves"]
not_sure = ["fever_or_shivers"]
level = "self_care"
allowed = ["walking"]
says = ["Keep walking"]
"""


def reference(profile: bt.Profile) -> bt.Assessment:
    return bt.assess(profile, engine="reference")


# -- strategies --------------------------------------------------------------------------------------------------------


@given(settled_profiles())
def test_a_settled_profile_is_settled(profile):
    assert reference(profile).settled


@given(red_flag_profiles())
def test_a_red_flag_profile_has_a_red_flag_present(profile):
    assert any(profile.known.get(flag) is True for flag in RED_FLAGS)


@given(profiles().flatmap(lambda before: st.tuples(st.just(before), refinements(before))))
def test_a_refinement_knows_everything_that_was_known_and_more(pair):
    before, after = pair
    assert before.known.items() <= after.known.items()
    silent = BOOK.vocabulary.heard_through  # an answer to one of these may change what silence said
    asked = [name for name in before if name not in before.known and name not in silent]
    assert len(after.known) > len(before.known) or not asked or after == before


@given(boundary_profiles())
def test_a_boundary_profile_lies_at_a_threshold_or_one_step_beside_it(profile):
    assert any(profile.known.get(threshold.finding) in threshold.near for threshold in thresholds(BOOK))


@pytest.mark.parametrize("threshold", thresholds(BOOK), ids=str)
def test_the_sides_of_a_threshold_are_told_apart_by_it(threshold):
    true, false = threshold.sides
    finding = VOCABULARY.findings[threshold.finding]
    for value, truth in (*((one, True) for one in true), *((one, False) for one in false)):
        if finding.problem_with(value) is None:
            assert eval(f"{value} {threshold.op} {threshold.bound}") is truth  # noqa: S307 - numbers


def test_among_ordinary_profiles_many_have_an_exercise_allowed():
    allowed = []

    @settings(max_examples=200, database=None)
    @given(profiles())
    def ask(profile):
        allowed.append(bool(reference(profile).allowed))

    ask()
    assert sum(allowed) >= 20, "properties of what is allowed would be empty"


@pytest.mark.parametrize(
    ("strategy", "wanted", "minimal"),
    [
        (profiles(), lambda _: True, {}),
        (profiles(), lambda profile: profile["fever_or_shivers"] is bt.Answer.PRESENT, {"fever_or_shivers": True}),
        (
            red_flag_profiles(),
            lambda profile: profile["new_bowel_change"] is bt.Answer.PRESENT,
            {"new_bowel_change": True},
        ),
        (boundary_profiles(), lambda profile: profile["age"] == 17, {"age": 17}),
    ],
)
def test_a_failing_profile_shrinks_to_what_matters(strategy, wanted, minimal):
    assert find(strategy, wanted).to_dict() == minimal


@settings(max_examples=30)
@given(rulebooks())
def test_a_random_rulebook_is_well_formed_and_its_cases_hold(book):
    assert list(problems_of(book)) == []
    assert any(exercise.status == "offered" for exercise in book.exercises.values())


@settings(max_examples=30)
@given(rulebooks().flatmap(profiles))
def test_the_decision_is_sound_for_rulebooks_nobody_has_written(profile):
    assessment = reference(profile)
    holds = {rule: rule.when.holds(profile.known) for rule in profile.rulebook.rules}
    assert set(assessment.because) == {rule for rule, truth in holds.items() if truth is True}
    assert set(assessment.open) == {rule for rule, truth in holds.items() if truth is None}
    for id_ in profile.rulebook.exercises:
        assert assessment.status(id_) in ("allowed", "withheld", "excluded", "not_offered")


@settings(max_examples=30)
@given(rulebooks().flatmap(profiles).flatmap(lambda before: st.tuples(st.just(before), refinements(before))))
def test_an_answer_never_retracts_advice_whatever_the_rulebook(pair):
    before, after = map(reference, pair)
    assert after.at_least >= before.at_least
    assert after.could_be <= before.could_be
    assert {one.exercise.id for one in before.allowed} <= {one.exercise.id for one in after.allowed}
    assert set(before.advice) <= set(after.advice)


@settings(max_examples=20)
@given(rulebooks().flatmap(settled_profiles))
def test_a_settled_profile_of_a_random_rulebook_is_settled(profile):
    assert reference(profile).settled


@pytest.mark.parametrize("first", ["import backtriage as bt", "import hypothesis"])
def test_hypothesis_knows_what_a_profile_is_whichever_is_imported_first(first):
    program = (
        f"{first}\nimport backtriage as bt\nfrom hypothesis import strategies as st\nprint(st.from_type(bt.Profile))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "profiles()"


@given(...)
def test_a_test_that_takes_a_profile_gets_one(profile: bt.Profile):
    assert isinstance(profile, bt.Profile)


def test_neither_hypothesis_nor_pytest_is_imported_with_the_library_nor_the_library_with_them():
    programs = {
        "import backtriage": {"hypothesis", "pytest"},
        "import hypothesis": {"backtriage"},
        "import pytest, backtriage_testing": {"backtriage", "hypothesis"},
    }
    for program, absent in programs.items():
        asked = f"{program}, sys; print(*sorted({absent!r} & set(sys.modules)))"
        done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)  # noqa: S603
        assert done.stdout.strip() == "", program


def test_without_hypothesis_the_error_says_what_to_install():
    program = "import sys; sys.modules['hypothesis'] = None; import backtriage.testing.strategies"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.stderr.endswith(f"{bt.MissingExtra('hypothesis', 'testing')}\n")


# -- cases -------------------------------------------------------------------------------------------------------------


def test_cases_are_test_items_and_say_what_differs(pytester):
    pytester.makefile(".cases.toml", right=CASES, wrong=WRONG)
    result = pytester.runpytest_subprocess("-q")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "wrong.cases.toml:1: nothing is harmless before it is asked",
            "  urgency: unsettled (self_care to emergency), not self_care",
            "  walking: withheld, not allowed",
            "  the page does not say 'Keep walking'*",
            "given: Profile(age=41, denies=['emergency_nerves'], not_sure=['fever_or_shivers'])",
            "fired: *",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_every_problem_of_a_file_of_cases_is_reported_where_it_stands(pytester):
    text = '[[case]]\ngiven = { agee = 41 }\nlevel = "harmless"\nallowed = ["walk"]\n\n'
    text += '[[case]]\nlevl = "soon"\n\n[[case]]\n'
    pytester.makefile(".cases.toml", bad=text)
    with pytest.raises(bt.RulebookError) as caught:
        read_cases(pytester.path / "bad.cases.toml")
    assert str(caught.value) == "bad.cases.toml:6: case: unknown key `'levl'`; did you mean `level`?"
    pytester.makefile(".cases.toml", bad=text.replace('levl = "soon"', 'level = "soon"'))
    result = pytester.runpytest_subprocess("-q")
    result.stdout.fnmatch_lines(
        [
            "bad.cases.toml:1: case: unknown level `harmless`; one of *",
            "bad.cases.toml:1: case: unknown exercise `walk`; did you mean `walking`?",
            "bad.cases.toml:1: case.agee: unknown finding; did you mean `age`?",
            "bad.cases.toml:9: case: it expects nothing; *",
        ]
    )


def test_cases_may_be_about_a_rulebook_beside_them(tmp_path):
    (tmp_path / "own").symlink_to(BOOK.path)
    file = tmp_path / "own.cases.toml"
    file.write_text('rulebook = "own"\n' + CASES)
    [case] = read_cases(file)
    assert case.profile.rulebook is not BOOK
    assert case.profile.rulebook.digest == BOOK.digest
    assert case.differences() == []


def test_a_file_of_cases_in_the_rulebooks_folder_is_no_rule_file(tmp_path):
    folder = shutil.copytree(BOOK.path, tmp_path / "rules")
    (folder / "own.cases.toml").write_text(CASES)
    assert bt.load_rulebook(folder).digest == BOOK.digest


def test_two_cases_of_one_name_and_words_that_any_page_says_are_refused(tmp_path):
    file = tmp_path / "twice.cases.toml"
    file.write_text(CASES + "\n" + CASES.replace('"not a medical device"', '" "'))
    with pytest.raises(bt.RulebookError) as caught:
        read_cases(file)
    assert str(caught.value).splitlines() == [
        "twice.cases.toml:8: case: a second one named `sleepless with fever`; the first is at twice.cases.toml:1"
    ]
    file.write_text(CASES.replace('"not a medical device"', '" "'))
    with pytest.raises(bt.RulebookError, match="`says` with nothing to say; every page would do"):
        read_cases(file)


# -- coverage ----------------------------------------------------------------------------------------------------------


def test_coverage_names_what_the_tests_did_not_exercise(pytester):
    pytester.makefile(".cases.toml", right=CASES)
    result = pytester.runpytest_subprocess("-q", "--backtriage-coverage")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        [
            "*backtriage coverage*",
            f"{BOOK.identity}: * of {len(BOOK.rules)} rules, * disjuncts, 0 of {len(thresholds(BOOK))} thresholds",
            "  rules not exercised:",
        ]
    )


def test_without_the_option_nothing_is_said_of_coverage(pytester):
    pytester.makefile(".cases.toml", right=CASES)
    pytester.runpytest_subprocess("-q").stdout.no_fnmatch_line("*backtriage coverage*")


def test_the_rules_own_cases_exercise_every_rule_and_every_disjunct():
    coverage = Coverage(BOOK)
    for rule in BOOK.rules:
        for case in (*rule.fires, *rule.spares):
            coverage.record(bt.Profile(case).known)
    assert coverage.rules.missing == []
    assert len(coverage.disjuncts.missing) < coverage.disjuncts.total / 10


def test_a_threshold_is_exercised_by_numbers_on_both_sides_and_not_by_one():
    coverage = Coverage(BOOK)
    coverage.record(bt.Profile(age=17).known)
    assert "age-16-17: age < 18" in coverage.thresholds.missing
    coverage.record(bt.Profile(age=18).known)
    assert "age-16-17: age < 18" not in coverage.thresholds.missing


# -- mutants -----------------------------------------------------------------------------------------------------------


def changes_of(id_, book=BOOK):
    return [change for change, _ in effect_mutants(book.rule(id_), book)]


def test_an_effect_that_no_expected_result_looks_at_survives_until_one_does():
    found = [m for m in mutants(BOOK) if "sepsis_signs" in m.original.findings and m.kind == "effect"]
    assert found
    assert list(surviving(found)) == found
    profile = bt.Profile(sepsis_signs=True)
    left = list(surviving(found, [Case(name="sepsis", profile=profile, level="emergency", not_allowed=("all",))]))
    assert len(left) < len(found)


def test_a_case_that_fails_already_kills_no_mutant():
    [mutant, *_] = [m for m in mutants(BOOK) if m.kind == "effect"]
    wrong = Case(name="wrong", profile=bt.Profile(mutant.original.fires[0]), level="self_care")
    assert list(surviving([mutant], [wrong])) == [mutant]


def test_a_mutant_is_a_rulebook_that_differs_in_one_rule():
    for mutant in list(mutants(BOOK))[::100]:
        changed = set(mutant.rulebook.rules) - set(BOOK.rules)
        assert changed == {mutant.rule}
        assert mutant.rule.id == mutant.original.id
        assert attrs.evolve(mutant.rulebook, rules=BOOK.rules).digest == BOOK.digest


def test_every_kind_of_effect_has_its_mutants(tmp_path):
    book = small(tmp_path)
    assert changes_of("fever", book) == ["same_day -> soon", "exercise none -> gentle"]
    assert changes_of("x-stiff", book) == ["without tag:jump", "without id:bend"]
    assert changes_of("o-more", book) == ["without bend"]  # without hop nobody would be offered it
    assert changes_of("l-pain", book) == [
        "at most 11 minutes",
        "without halving repetitions",
        "rest at least 19",
        "without walk",
        "without bend",
        "without hop",
    ]
    assert changes_of("l-left", book) == ["any sides", "without bend"]
    assert changes_of("l-session", book) == ["session minutes 16", "session moves 6"]
    assert changes_of("c-gently", book) == ["says nothing", "not beside walk", "not beside bend"]
    assert changes_of("a-drink", book) == ["says nothing", "asks_to_do = false"]
    assert changes_of("s-stop", book) == ["says nothing", "session -> move"]
    assert changes_of("r-order", book) == [
        *("without walk", "without bend", "without hop"),
        *("bend before walk", "hop before bend"),
    ]
    assert changes_of("suicide-danger")[-1] == "without the message suicide_danger"


@settings(max_examples=20)
@given(rulebooks())
def test_a_mutant_of_an_effect_is_another_effect_of_the_same_kind(book):
    for mutant in mutants(book):
        if mutant.kind == "effect":
            assert mutant.rule.effect != mutant.original.effect
            assert mutant.rule.effect.kind == mutant.original.effect.kind
            assert mutant.rule.when == mutant.original.when


@pytest.mark.parametrize(
    ("given", "says", "kind"),
    [
        ({"pain": 1}, "Drink enough.", Advise),
        ({"stiff": True, "pain": 1}, "Gently.", Caution),
        ({"pain": 1}, "Stop when it hurts.", Stop),
        ({"pain": 8, "side": "left"}, "rest 20 seconds between", Limited),
        ({"pain": 1}, "Walking; Side bend; Hopping", Routine),
    ],
)
def test_expected_words_notice_what_a_mutant_no_longer_says(given, says, kind, tmp_path):
    book = small(tmp_path, ('higher_impact = ["jump"]', "higher_impact = []"))  # else hopping always comes last
    found = [m for m in mutants(book) if isinstance(m.rule.effect, kind) and m.kind == "effect"]
    profile = bt.Profile({"cleared": True, "stiff": False, **given}, denies=["signs"], rulebook=book)
    noticing = Noticing([Case(name="Ann", profile=profile, says=(says,))])
    assert "case `Ann`" in {noticing.who(mutant) for mutant in found}


def test_a_guarantee_notices_the_mutants_that_break_it_for_somebody(tmp_path):
    book = small(tmp_path)
    noticing = Noticing((), read_guarantees(book))
    by = {str(mutant): noticing.who(mutant) for mutant in mutants(book) if mutant.kind == "effect"}
    assert {mutant: who for mutant, who in by.items() if who} == {
        "fever: same_day -> soon": "guarantee `g-fever`",
        "fever: exercise none -> gentle": "guarantee `g-fever`",
        "x-stiff: without tag:jump": "guarantee `g-stiff`",
        "l-pain: at most 11 minutes": "guarantee `g-pain`",
        "l-pain: without walk": "guarantee `g-pain`",
    }


@settings(max_examples=25)
@given(data=st.data())
def test_a_guarantee_that_notices_a_mutant_is_refuted_of_it_and_one_that_does_not_is_proved(data, tmp_path_factory):
    book = small(tmp_path_factory.getbasetemp() / "guarded")
    mutant = data.draw(st.sampled_from([m for m in mutants(book) if m.original.effect.kind != "stop"]))
    broken = Guards(book, read_guarantees(book)).broken_by(mutant)
    changed = attrs.evolve(mutant.rulebook, path=book.path)
    result = bt.verify(changed, only=[one.id for one in read_guarantees(book)])
    assert result.proved is (broken is None)
    assert broken is None or result[broken.id] in result.refuted


def test_a_guarantee_that_does_not_hold_notices_nothing(tmp_path):
    book = small(tmp_path)
    never = attrs.evolve(read_guarantees(book)[0], at_least=bt.Urgency.EMERGENCY, never_allows=())
    assert Guards(book, (never,)).holding == ()
    lower = [mutant for mutant in mutants(book) if str(mutant) == "fever: same_day -> soon"]
    assert list(surviving(lower, guarantees=(never,))) == lower


def test_guarantees_notice_weaker_emergencies_and_forgotten_exclusions_of_the_default_rulebook():
    wanted = {"ces-bladder: emergency -> same_day", "cancer-history: routine -> self_care", "x-pregnant: without all"}
    found = [mutant for mutant in mutants(BOOK) if str(mutant) in wanted]
    assert len(found) > 1
    assert list(surviving(found, guarantees=read_guarantees(BOOK))) == []


# -- the command -------------------------------------------------------------------------------------------------------

EXPECTED = """\
[[case]]
name = "numb and in pain"
given = { numb = true, pain = 6 }
level = "emergency"

[[equivalent]]
mutant = "s-stop: session -> move"
because = "nobody reads which of the two it is"
"""


def mutating(folder, capsys, expected=EXPECTED, **keys: str):
    """Exit code, output, and errors."""
    folder = write(folder, **keys)
    file = folder / "own.cases.toml"
    file.write_text(expected)
    code = main(["mutate", str(folder), str(file)])
    return code, *capsys.readouterr()


def test_mutate_lists_the_survivors_with_their_file_and_line(tmp_path, capsys):
    code, out, _ = mutating(tmp_path, capsys)
    assert code == 1
    first, second, *left = out.splitlines()
    assert first == "condition mutants: 37: 37 noticed (37 by the rules' own cases), 0 survive"
    assert second == "effect mutants: 31: 6 noticed (1 by cases, 5 by guarantees), 1 equivalent, 24 survive"
    assert "  rules.toml:217: l-session: session minutes 16" in left
    assert not any("s-stop: session -> move" in line or "numb: emergency" in line for line in left)


def test_mutate_says_when_there_are_no_guarantees_to_try(tmp_path, capsys, monkeypatch):
    assert "guarantees were not tried: the rulebook declares none" in mutating(tmp_path, capsys, guarantees="")[1]
    monkeypatch.setitem(sys.modules, "z3", None)
    out = mutating(tmp_path, capsys)[1]
    assert f"guarantees were not tried: {bt.MissingExtra('z3-solver', 'verify')}" in out
    assert main(["mutate", str(tmp_path)]) == 0
    assert "effects were not mutated" in capsys.readouterr().out


def test_mutate_exits_with_0_when_nothing_survives(tmp_path, capsys):
    survivors = mutating(tmp_path, capsys)[1].splitlines()[2:]
    names = [line.split(": ", 1)[1] for line in survivors]
    declared = "".join(f"\n[[equivalent]]\nmutant = '{name}'\nbecause = 'it is a test'\n" for name in names)
    code, out, _ = mutating(tmp_path, capsys, EXPECTED + declared)
    assert code == 0
    assert all(line.endswith("0 survive") for line in out.splitlines())


def test_a_case_that_fails_before_anything_is_changed_is_an_error(tmp_path, capsys):
    code, _, err = mutating(tmp_path, capsys, EXPECTED.replace('"emergency"', '"soon"'))
    assert code == 2
    assert "own.cases.toml:1: numb and in pain: urgency: emergency, not soon; mend this first" in err


@pytest.mark.parametrize(
    ("mutant", "complaint"),
    [
        ("s-stop: session -> moves", "no mutant `s-stop: session -> moves`; did you mean `s-stop: session -> move`"),
        ("s-stip: session -> move", "unknown rule `s-stip`; did you mean `s-stop`?"),
        ("fever: same_day -> soon", "`fever: same_day -> soon` is noticed by guarantee `g-fever`; leave it out"),
        ("numb: emergency -> same_day", "is noticed by case `numb and in pain`; leave it out"),
        ("long: days > 42: >=", "`long: days > 42: >=` is noticed by its own cases; leave it out"),
    ],
)
def test_what_is_declared_equivalent_and_is_not_is_an_error(mutant, complaint, tmp_path, capsys):
    code, _, err = mutating(tmp_path, capsys, EXPECTED.replace("s-stop: session -> move", mutant))
    assert code == 2
    assert "own.cases.toml:6: equivalent: " in err
    assert complaint in err


def test_what_is_declared_equivalent_twice_or_without_a_reason_is_an_error(tmp_path, capsys):
    again = EXPECTED[EXPECTED.index("[[equivalent]]") :]
    assert "again; the first is at own.cases.toml:6" in mutating(tmp_path, capsys, EXPECTED + again)[2]
    blank = EXPECTED.replace("nobody reads which of the two it is", " ")
    assert "own.cases.toml:6: equivalent: `because` is blank" in mutating(tmp_path, capsys, blank)[2]


def test_a_file_may_declare_equivalent_mutants_alone(tmp_path):
    write(tmp_path / "own")
    file = tmp_path / "own.cases.toml"
    file.write_text('rulebook = "own"\n' + EXPECTED[EXPECTED.index("[[equivalent]]") :])
    cases, [one] = read_expected(file)
    assert (cases, one.mutant, one.where) == ((), "s-stop: session -> move", "own.cases.toml:2: equivalent")
