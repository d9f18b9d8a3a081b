"""The condition language: what it means, what it refuses, and that nothing of it is ever run."""

from __future__ import annotations

import itertools
import operator

import pytest
from backtriage.findings.compiling import compiled
from backtriage.findings.conditions import (
    ALWAYS,
    NOT_APPLICABLE,
    Absent,
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Condition,
    OneOf,
    Present,
)
from backtriage.findings.finding import Choice, Number, YesNo
from backtriage.findings.parsing import MAX_ATOMS, MAX_DEPTH, MAX_LENGTH, ConditionError, parse
from backtriage.testing.mutants import written
from hypothesis import example, given
from hypothesis import strategies as st

YES_NO = ("fever", "sweats", "cough", "rash")
SIDES = ("left", "right", "both")


def vocabulary() -> dict[str, object]:
    names: dict[str, object] = {id_: YesNo(id=id_, text="") for id_ in YES_NO}
    names["age"] = Number(id="age", text="", unit="years", minimum=0, maximum=120)
    names["hours"] = Number(id="hours", text="", unit="hours", minimum=0, maximum=48, step=0.5)
    names["side"] = Choice(id="side", text="", options=dict.fromkeys(SIDES, ""))
    for id_, text in {
        "unwell": "fever and not sweats",
        "infected": "unwell or rash",
        "old": "age >= 65",
        "old_or_unwell": "old or unwell",
        "two": "count(fever, sweats, cough) >= 2",
        "certain": "always",
    }.items():
        names[id_] = parse(text, names)
    return names


NAMES = vocabulary()
FEVER, SWEATS, COUGH, RASH = (Present(id_) for id_ in YES_NO)
NO_FEVER, NO_SWEATS, NO_COUGH, NO_RASH = (Absent(id_) for id_ in YES_NO)


# -- how a text is read ------------------------------------------------------------------------------------------------

READ = [
    ("fever", FEVER),
    ("always", ALWAYS),
    ("always and fever", FEVER),
    ("not fever", NO_FEVER),
    ("not not fever", FEVER),
    ("  fever\n", FEVER),
    ("fever and sweats or cough", AnyOf((AllOf((FEVER, SWEATS)), COUGH))),
    ("fever and (sweats or cough)", AllOf((FEVER, AnyOf((SWEATS, COUGH))))),
    ("fever and (sweats and cough)", AllOf((FEVER, SWEATS, COUGH))),
    ("(fever or sweats) or cough", AnyOf((FEVER, SWEATS, COUGH))),
    # comparisons, the other way round, and chained
    ("age >= 65", Compare("age", ">=", 65)),
    ("age == 65", Compare("age", "==", 65)),
    ("65 <= age", Compare("age", ">=", 65)),
    ("65 < age", Compare("age", ">", 65)),
    ("65 >= age", Compare("age", "<=", 65)),
    ("65 > age", Compare("age", "<", 65)),
    ("65 == age", Compare("age", "==", 65)),
    ("hours > 0.5", Compare("hours", ">", 0.5)),
    ("hours > 1", Compare("hours", ">", 1)),
    ("16 <= age < 65", AllOf((Compare("age", ">=", 16), Compare("age", "<", 65)))),
    ("fever and 16 <= age < 65", AllOf((FEVER, Compare("age", ">=", 16), Compare("age", "<", 65)))),
    ("18 < age >= 20", AllOf((Compare("age", ">", 18), Compare("age", ">=", 20)))),
    # choices
    ('side == "left"', OneOf("side", ("left",))),
    ('"left" == side', OneOf("side", ("left",))),
    ("side in ('left', 'both')", OneOf("side", ("left", "both"))),
    ('side in ("both", "left", "both")', OneOf("side", ("both", "left"))),
    ('side in ("left",)', OneOf("side", ("left",))),
    # count
    ("count(fever, sweats, cough) >= 2", AtLeast(2, (FEVER, SWEATS, COUGH))),
    ("count(fever, fever) >= 2", AtLeast(2, (FEVER, FEVER))),
    ("count(fever and age > 3, not rash) >= 1", AtLeast(1, (AllOf((FEVER, Compare("age", ">", 3))), NO_RASH))),
    ("count(count(fever, rash) >= 1, cough) >= 2", AtLeast(2, (AtLeast(1, (FEVER, RASH)), COUGH))),
    ("rash and count(fever, cough) >= 1", AllOf((RASH, AtLeast(1, (FEVER, COUGH))))),
    # `not` reaches down to the findings
    ("not (fever and sweats)", AnyOf((NO_FEVER, NO_SWEATS))),
    ("not (fever or sweats)", AllOf((NO_FEVER, NO_SWEATS))),
    ("not (fever and not (sweats or cough))", AnyOf((NO_FEVER, SWEATS, COUGH))),
    # definitions stand for their conditions
    ("unwell", AllOf((FEVER, NO_SWEATS))),
    ("infected", AnyOf((AllOf((FEVER, NO_SWEATS)), RASH))),
    ("unwell and cough", AllOf((FEVER, NO_SWEATS, COUGH))),
    ("not unwell", AnyOf((NO_FEVER, SWEATS))),
    ("not infected", AllOf((AnyOf((NO_FEVER, SWEATS)), NO_RASH))),
    ("not not infected", AnyOf((AllOf((FEVER, NO_SWEATS)), RASH))),
    ("old and fever", AllOf((Compare("age", ">=", 65), FEVER))),
    ("count(two, old) >= 2", AtLeast(2, (AtLeast(2, (FEVER, SWEATS, COUGH)), Compare("age", ">=", 65)))),
    ("certain", ALWAYS),
]


@pytest.mark.parametrize(("text", "tree"), READ, ids=[text for text, _ in READ])
def test_a_condition_is_read_as_the_tree_it_says(text, tree):
    assert parse(text, NAMES) == tree


USE = "use names, not, and, or, comparisons with a constant, in, count(...) >= n, always"
COUNT = "the only call is count(a, b, ...) >= n, n a number of its terms"
CONSTANT = "as in `age >= 65`"
PLAIN = "a condition is one line of ASCII, no # or \\"
OPPOSITE = "define the opposite under its own name"

REFUSED = [
    # text, column, what, hint
    ("feever", 1, "unknown finding `feever`", "did you mean `fever`?"),
    ("fever and colour", 11, "unknown finding `colour`", ""),
    ("   fever or feever", 13, "unknown finding `feever`", "did you mean `fever`?"),
    ("\n rash or feever", 11, "unknown finding `feever`", "did you mean `fever`?"),
    ("not (fever and feever)", 16, "unknown finding `feever`", "did you mean `fever`?"),
    ("", 1, "not an expression: invalid syntax", ""),
    ("fever and", 10, "not an expression: invalid syntax", ""),
    ("fever sweats", 7, "not an expression: invalid syntax", ""),
    ("fever = 1", 7, "not an expression: invalid syntax", ""),
    ("(fever", 1, "not an expression: '(' was never closed", ""),
    ("fever; sweats", 6, "not an expression: invalid syntax", ""),
    # types
    ("age", 1, "`age` is a number, not a yes or no", "compare it with a constant"),
    ("fever and side", 11, "`side` is a choice, not a yes or no", "compare it with a constant"),
    ("fever > 3", 1, "`fever` is not a number", "only numbers have an order"),
    ("fever == True", 1, "`fever` is not a number", "only numbers have an order"),
    ("side > 3", 1, "`side` is not a number", "only numbers have an order"),
    ("old >= 65", 1, "`old` is not a number", "only numbers have an order"),
    ('age >= "65"', 8, '`"65"` is not a number', "`age` is in years"),
    ("age >= True", 8, "`True` is not a number", "`age` is in years"),
    ("age >= None", 8, "`None` is not a number", "`age` is in years"),
    ("age >= 6j", 8, "`6j` is not a number", "`age` is in years"),
    ("age >= b'65'", 8, "`b'65'` is not a number", "`age` is in years"),
    ("age >= 60 + 5", 8, "`60 + 5` is not a number", "`age` is in years"),
    ("age >= hours", 1, "`age` is not a number", "`hours` is in hours"),
    ("'65' <= age", 1, "`'65'` is not a number", "`age` is in years"),
    ("age >= 121", 8, "`121` is out of range", "`age` is 0 to 120"),
    ("age >= 1e400", 8, "`1e400` is out of range", "`age` is 0 to 120"),
    ("16 <= age <= 1000", 14, "`1000` is out of range", "`age` is 0 to 120"),
    ("age >= 64.5", 8, "`64.5` is not a value of `age`", "it goes in steps of 1"),
    ("age >= 65.0", 8, "`65.0` is not a value of `age`", "it goes in steps of 1"),
    ("hours > 0.3", 9, "`0.3` is not a value of `hours`", "it goes in steps of 0.5"),
    ('side == "middle"', 9, '`"middle"` is no option of `side`', "options: left, right, both"),
    ("side == 3", 9, "`3` is no option of `side`", "options: left, right, both"),
    ('side in ("left", 3)', 18, "`3` is no option of `side`", "options: left, right, both"),
    ("side in ()", 1, "`side` in no option", "options: left, right, both"),
    ("side == fever", 9, "`fever` is not a number", "only numbers have an order"),
    ("age in (3, 4)", 1, "`age` is not a choice", "`in` and text belong to choices"),
    ('fever in ("left",)', 1, "`fever` is not a choice", "`in` and text belong to choices"),
    # forms
    ("age != 65", 1, "a comparison that is not between a finding and a constant", CONSTANT),
    ('side != "left"', 1, "a comparison that is not between a finding and a constant", CONSTANT),
    ('side not in ("left",)', 1, "a comparison that is not between a finding and a constant", CONSTANT),
    ('side in "left"', 1, "a comparison that is not between a finding and a constant", CONSTANT),
    ('side in ["left"]', 1, "a comparison that is not between a finding and a constant", CONSTANT),
    ("fever is True", 1, "a comparison that is not between a finding and a constant", CONSTANT),
    ("3 < 4", 1, "a comparison that is not between a finding and a constant", CONSTANT),
    ("rash and 3 < age < 4 < 5", 10, "a comparison that is not between a finding and a constant", CONSTANT),
    ("not age >= 65", 5, "`not` before a comparison", "write the opposite comparison"),
    ("not (fever and age >= 65)", 16, "`not` before a comparison", "write the opposite comparison"),
    ('not side == "left"', 5, "`not` before a comparison", "write the opposite comparison"),
    ("not count(fever, rash) >= 1", 5, "`not` before a comparison", "write the opposite comparison"),
    ("rash or not old", 13, "`not old`, which compares, counts or always holds", OPPOSITE),
    ("not old_or_unwell", 5, "`not old_or_unwell`, which compares, counts or always holds", OPPOSITE),
    ("not two", 5, "`not two`, which compares, counts or always holds", OPPOSITE),
    ("not always", 5, "`not always`, which compares, counts or always holds", OPPOSITE),
    ("count(not certain, rash) >= 1", 11, "`not certain`, which compares, counts or always holds", OPPOSITE),
    ("count(fever, rash) >= 3", 1, "`count(fever, rash) >= 3`", COUNT),
    ("count(fever, rash) >= 0", 1, "`count(fever, rash) >= 0`", COUNT),
    ("count(fever, rash) >= -1", 1, "`count(fever, rash) >= -1`", COUNT),
    ("count(fever, rash) >= 1.0", 1, "`count(fever, rash) >= 1.0`", COUNT),
    ("count(fever, rash) >= True", 1, "`count(fever, rash) >= True`", COUNT),
    ("count(fever, rash) >= age", 1, "`count(fever, rash) >= age`", COUNT),
    ("count(fever, rash) > 1", 1, "`count(fever, rash) > 1`", COUNT),
    ("count(fever, rash) == 1", 1, "`count(fever, rash) == 1`", COUNT),
    ("2 > count(fever) >= 1", 1, "a comparison that is not between a finding and a constant", CONSTANT),
    ("count(fever) >= 1 >= 0", 1, "`count(fever) >= 1 >= 0`", COUNT),
    ("count() >= 1", 1, "`count() >= 1`", COUNT),
    ("count(fever, rash=rash) >= 1", 1, "`count(fever, rash=rash) >= 1`", COUNT),
    ("count(*fever) >= 1", 7, "`*fever` is not part of the language", USE),
    ("count(fever, age) >= 1", 14, "`age` is a number, not a yes or no", "compare it with a constant"),
    ("fever and count(rash, cough)", 11, "`count(rash, cough)` is not part of the language", USE),
    ("sum(fever, rash) >= 1", 1, "`sum(fever, rash) >= 1`", COUNT),
    ("count", 1, "unknown finding `count`", ""),
    ("True", 1, "`True` is not part of the language", USE),
    ("fever and 1", 11, "`1` is not part of the language", USE),
    ("rash or -age", 9, "`-age` is not part of the language", USE),
    ("fever & rash", 1, "`fever & rash` is not part of the language", USE),
    ("fever if rash else cough", 1, "`fever if rash else cough` is not part of the language", USE),
    ("[fever]", 1, "`[fever]` is not part of the language", USE),
    ("fever, rash", 1, "`fever, rash` is not part of the language", USE),
    ("age > 65or fever", 7, "`65or`", "put a space between a number and a word"),
    ("hours > 0.5and fever", 9, "`0.5and`", "put a space between a number and a word"),
    # one line of plain text
    ("fever # and rash", 7, "the character `'#'`", PLAIN),
    ("(fever\nor rash)", 7, "the character `'\\n'`", PLAIN),
    ("fever \\\n or rash", 7, "the character `'\\\\'`", PLAIN),
    ("fever\tor rash", 6, "the character `'\\t'`", PLAIN),
]


@pytest.mark.parametrize(("text", "column", "what", "hint"), REFUSED, ids=[repr(text) for text, *_ in REFUSED])
def test_what_is_not_a_condition_is_refused_with_its_column_and_a_hint(text, column, what, hint):
    with pytest.raises(ConditionError) as caught:
        parse(text, NAMES)
    error = caught.value
    assert (error.column, error.what, error.hint) == (column, what, hint)
    assert str(error) == f"column {error.column}: {error.what}" + (f"; {error.hint}" if error.hint else "")


# -- three truth values ------------------------------------------------------------------------------------------------

VALUES = {"T": True, "F": False, "U": None}
TABLES = {
    # fever down, sweats across, each true, false, unknown
    "fever and sweats": ("TFU", "FFF", "UFU"),
    "fever or sweats": ("TTT", "TFU", "TUU"),
    "not (fever and sweats)": ("FTU", "TTT", "UTU"),
    "not (fever or sweats)": ("FFF", "FTU", "FUU"),
    "fever and not sweats": ("FTU", "FFF", "FUU"),
    "unwell": ("FTU", "FFF", "FUU"),
    "not unwell": ("TFU", "TTT", "TUU"),
    "count(fever, sweats) >= 1": ("TTT", "TFU", "TUU"),
    "count(fever, sweats) >= 2": ("TFU", "FFF", "UFU"),
    "count(fever, not sweats) >= 2": ("FTU", "FFF", "FUU"),
    "fever and always or sweats": ("TTT", "TFU", "TUU"),
}
CELLS = [
    (text, fever, sweats, table["TFU".index(fever)]["TFU".index(sweats)])
    for text, table in TABLES.items()
    for fever, sweats in itertools.product("TFU", repeat=2)
]


def known_of(**values: object) -> dict[str, object]:
    return {finding: value for finding, value in values.items() if value is not None}


@pytest.mark.parametrize(("text", "fever", "sweats", "expected"), CELLS)
def test_the_truth_tables_are_kleenes(text, fever, sweats, expected):
    known = known_of(fever=VALUES[fever], sweats=VALUES[sweats])
    assert parse(text, NAMES).holds(known) is VALUES[expected]


@pytest.mark.parametrize("n", [1, 2, 3, 4])
@pytest.mark.parametrize("answers", ["".join(found) for found in itertools.product("TFU", repeat=4)])
def test_a_count_is_true_when_enough_hold_and_false_when_too_few_are_left(n, answers):
    known = known_of(**dict(zip(YES_NO, (VALUES[answer] for answer in answers), strict=True)))
    holds = parse(f"count({', '.join(YES_NO)}) >= {n}", NAMES).holds(known)
    present, absent = answers.count("T"), answers.count("F")
    assert holds is (True if present >= n else False if len(YES_NO) - absent < n else None)


COMPARISONS = [
    # text, values for which it is true, values for which it is false
    ("age >= 65", (65, 66, 120), (0, 64)),
    ("age > 65", (66, 120), (64, 65)),
    ("age <= 65", (0, 65), (66,)),
    ("age < 65", (0, 64), (65,)),
    ("age == 65", (65,), (64, 66)),
    ("65 > age", (0, 64), (65,)),
    ("16 <= age < 65", (16, 64), (15, 65)),
    ("64 < age < 66", (65,), (64, 66)),
    ("hours > 0.5", (1, 0.75, 48), (0, 0.5)),
    ("hours >= 1", (1, 1.0, 1.5), (0.5,)),
    ('side == "left"', ("left",), ("right", "both")),
    ('side in ("left", "both")', ("left", "both"), ("right",)),
]


@pytest.mark.parametrize(("text", "true", "false"), COMPARISONS, ids=[text for text, *_ in COMPARISONS])
def test_a_comparison_is_true_false_or_unknown_and_false_where_it_does_not_apply(text, true, false):
    condition = parse(text, NAMES)
    [finding] = {atom.finding for atom in condition.atoms()}
    assert condition.holds({}) is None
    assert [condition.holds({finding: value}) for value in true] == [True] * len(true)
    assert [condition.holds({finding: value}) for value in false] == [False] * len(false)
    assert condition.holds({finding: NOT_APPLICABLE}) is False


@pytest.mark.parametrize("compare", [operator.lt, operator.le, operator.eq, operator.ge, operator.gt])
@pytest.mark.parametrize("other", [0, 0.5, "left", True, NOT_APPLICABLE], ids=repr)
def test_nothing_compares_with_what_does_not_apply(compare, other):
    assert compare(NOT_APPLICABLE, other) is False
    assert compare(other, NOT_APPLICABLE) is False


def test_always_holds_whatever_is_known():
    assert ALWAYS.holds({}) is True
    assert ALWAYS.waits_for({}) == frozenset()
    assert list(ALWAYS.atoms()) == []


# -- random conditions -------------------------------------------------------------------------------------------------

# Few values each, so that everything that could still be answered can be tried.
DOMAINS = {
    **dict.fromkeys(YES_NO, (True, False)),
    "age": (0, 1, 2, 3, NOT_APPLICABLE),
    "hours": (0, 0.5, 1, NOT_APPLICABLE),
    "side": (*SIDES, NOT_APPLICABLE),
}
# Every comparison can come out both ways.
BOUNDS = {
    "age": {"<": (1, 2, 3), "<=": (0, 1, 2), ">": (0, 1, 2), ">=": (1, 2, 3), "==": (0, 1, 2, 3)},
    "hours": {"<": (0.5, 1), "<=": (0, 0.5), ">": (0, 0.5), ">=": (0.5, 1), "==": (0, 0.5, 1)},
}
KNOWN = st.fixed_dictionaries({}, optional={id_: st.sampled_from(values) for id_, values in DOMAINS.items()})


@st.composite
def leaves(draw, finding: str) -> Condition:
    """A comparison of one finding, or the finding itself."""
    if finding == "side":
        return OneOf("side", tuple(draw(st.lists(st.sampled_from(SIDES), min_size=1, max_size=2, unique=True))))
    if finding in BOUNDS:
        op = draw(st.sampled_from(sorted(BOUNDS[finding])))
        return Compare(finding, op, draw(st.sampled_from(BOUNDS[finding][op])))
    return draw(st.sampled_from((Present(finding), Absent(finding))))


@st.composite
def joined(draw, terms: list[Condition]) -> Condition:
    form = draw(st.sampled_from((AllOf, AnyOf, AtLeast)))
    return AtLeast(draw(st.integers(1, len(terms))), tuple(terms)) if form is AtLeast else form(tuple(terms))


CONDITIONS = st.recursive(
    st.sampled_from(sorted(DOMAINS)).flatmap(leaves),
    lambda inner: st.lists(inner, min_size=1, max_size=4).flatmap(joined),
    max_leaves=12,
)


@st.composite
def read_once(draw) -> Condition:
    """A condition that asks for every finding at most once."""
    findings = draw(st.lists(st.sampled_from(sorted(DOMAINS)), min_size=1, max_size=5, unique=True))
    terms: list[Condition] = [draw(leaves(finding)) for finding in findings]
    while len(terms) > 1:
        size = draw(st.integers(2, len(terms)))
        terms = [*terms[size:], draw(joined(terms[:size]))]
    return terms[0]


def findings_of(condition: Condition) -> list[str]:
    return sorted({atom.finding for atom in condition.atoms()})


def completions(condition: Condition, known: dict[str, object]) -> dict[tuple[object, ...], bool | None]:
    """What a condition comes to for every way in which what it still asks for could be answered."""
    unknown = [finding for finding in findings_of(condition) if finding not in known]
    return {
        values: condition.holds({**known, **dict(zip(unknown, values, strict=True))})
        for values in itertools.product(*(DOMAINS[finding] for finding in unknown))
    }


@given(st.lists(CONDITIONS, max_size=4), KNOWN)
@example([AtLeast(1, (AtLeast(1, (FEVER,)), SWEATS))], {})
@example([AtLeast(2, (AtLeast(2, (FEVER, SWEATS)), COUGH))], {"fever": True, "sweats": True, "cough": True})
def test_compiled_conditions_are_true_and_unknown_exactly_where_they_hold_and_do_not_yet(conditions, known):
    values = [condition.holds(known) for condition in conditions]
    true, unknown = compiled(conditions)(known)
    assert true == [number for number, value in enumerate(values) if value is True]
    assert unknown == [number for number, value in enumerate(values) if value is None]


@given(CONDITIONS, KNOWN, KNOWN)
def test_an_answer_never_changes_what_is_decided(condition, known, more):
    before = condition.holds(known)
    if before is not None:
        assert condition.holds({**more, **known}) is before


@given(CONDITIONS, KNOWN)
def test_a_condition_waits_for_unknown_findings_of_its_own_and_for_none_exactly_when_decided(condition, known):
    waits_for = condition.waits_for(known)
    assert waits_for <= set(findings_of(condition)) - known.keys()
    assert (not waits_for) is (condition.holds(known) is not None)


@given(read_once(), KNOWN)
def test_what_asks_for_each_finding_once_is_unknown_exactly_when_answers_can_still_decide_it_both_ways(
    condition, known
):
    possible = set(completions(condition, known).values())
    assert possible <= {True, False}
    assert condition.holds(known) is (None if len(possible) == 2 else possible.pop())


@given(read_once(), KNOWN)
def test_what_asks_for_each_finding_once_waits_for_exactly_the_findings_whose_answer_can_change_it(condition, known):
    outcomes = completions(condition, known)
    unknown = [finding for finding in findings_of(condition) if finding not in known]
    decisive = set()
    for place, finding in enumerate(unknown):
        apart: dict[tuple[object, ...], set[bool | None]] = {}
        for values, outcome in outcomes.items():
            apart.setdefault(values[:place] + values[place + 1 :], set()).add(outcome)
        if any(len(found) == 2 for found in apart.values()):
            decisive.add(finding)
    assert condition.waits_for(known) == decisive


@given(CONDITIONS, KNOWN)
def test_a_condition_written_out_is_read_back_with_the_same_meaning(condition, known):
    read = parse(written(condition), NAMES)
    assert read.holds(known) is condition.holds(known)
    assert read.waits_for(known) == condition.waits_for(known)


def asks_yes_or_no(condition: Condition) -> bool:
    return isinstance(condition, Present | Absent) or (
        isinstance(condition, AllOf | AnyOf) and all(asks_yes_or_no(term) for term in condition.terms)
    )


@given(CONDITIONS, KNOWN)
def test_not_turns_true_and_false_round_and_leaves_unknown_or_is_refused_before_a_comparison(condition, known):
    text = f"not {written(condition)}" if not isinstance(condition, Absent) else condition.finding
    if not asks_yes_or_no(condition):
        with pytest.raises(ConditionError, match="`not` before a comparison"):
            parse(text, NAMES)
        return
    value = condition.holds(known)
    assert parse(text, NAMES).holds(known) is (None if value is None else not value)


# -- hostile texts -----------------------------------------------------------------------------------------------------


def doubling(times: int) -> dict[str, object]:
    """Definitions each of which names the one before twice."""
    names: dict[str, object] = {**NAMES, "d0": FEVER}
    for number in range(1, times):
        names[f"d{number}"] = parse(f"d{number - 1} or d{number - 1}", names)
    return names


def nesting(times: int) -> dict[str, object]:
    """Definitions each of which stands one deeper than the one before."""
    names: dict[str, object] = {**NAMES, "d0": FEVER}
    for number in range(1, times):
        names[f"d{number}"] = parse(f"rash {'and' if number % 2 else 'or'} d{number - 1}", names)
    return names


def test_a_million_terms_are_refused_by_their_number():
    text = " or ".join(["fever"] * 1_000_000)
    with pytest.raises(ConditionError) as caught:
        parse(text, NAMES)
    assert (caught.value.what, caught.value.hint) == (f"a condition of {len(text)} characters", f"at most {MAX_LENGTH}")


def test_definitions_that_double_are_refused_before_they_fill_the_memory():
    with pytest.raises(ConditionError) as caught:
        doubling(200)
    assert (caught.value.what, caught.value.hint) == (
        "512 findings, with those of its definitions",
        f"at most {MAX_ATOMS}",
    )


def test_definitions_that_nest_are_refused_before_they_are_too_deep_to_evaluate():
    with pytest.raises(ConditionError) as caught:
        nesting(200)
    assert caught.value.what == "nested too deeply, with its definitions"
    compiled([nesting(MAX_DEPTH)[f"d{MAX_DEPTH - 1}"]])({})


DEEP = {
    "brackets": "(" * 900 + "fever" + ")" * 900,
    "not": "not " * 490 + "fever",
    "minus": "-" * 1_990 + "1",
    "lists": "[" * 900 + "]" * 900,
    "attributes": "fever" + ".a" * 990,
    "subscripts": "fever" + "[0]" * 600,
    "calls": "fever" + "()" * 900,
    "sums": "+".join(["1"] * 990),
    "powers": "**".join(["1"] * 660),
    "lambdas": "lambda:" * 280 + "1",
    "choices": "1 if 1 else " * 160 + "1",
    "strings": "'" * 1_999,
    "open strings": "f'{" * 600,
    "counts": "count(" * 300 + "fever" + ") >= 1" * 30,
    "and in or": "(fever and (rash or " * 95 + "cough" + "))" * 40,
}
ODD = {
    "a Cyrillic e": "f\u0435ver",
    "a full-width f": "\uff46ever",
    "a ligature": "\ufb00ever",
    "a soft hyphen": "fe\u00adver",
    "an invisible space": "fever\u200b",
    "a non-breaking space": "fever\u00a0or rash",
    "writing from right to left": "fever \u202e dna rash",
    "an Arabic digit": "age > \u0666\u0665",
    "a superscript": "age > 6\u00b2",
    "half a surrogate pair": "fever\ud800",
    "a null byte": "fever\0 or rash",
    "only a null byte": "\0",
    "a form feed": "fever\x0cor rash",
    "an escape": "fever\x1b[31m",
    "a byte order mark": "\ufefffever",
    "a second statement": "fever; import os",
    "an import": "import os",
    "an attribute": "fever.__class__",
    "an attribute of a string": "''.__class__.__mro__",
    "a subscript": "fever[0]",
    "a slice": "fever[0:1]",
    "a walrus": "(fever := True)",
    "a lambda": "lambda: fever",
    "a generator": "any(fever for _ in rash)",
    "a list": "[fever for fever in rash]",
    "a dictionary": "{fever: rash}",
    "a set": "{fever, rash}",
    "yield": "(yield fever)",
    "await": "await fever",
    "a star": "*fever",
    "a format": "f'{fever}'",
    "a format in a format": "f'{age:{age}}'",
    "a dunder": "__builtins__",
    "an ellipsis": "...",
    "a number as large as it gets": "age > " + "9" * 1_900,
    "a hexadecimal one": "age > 0x" + "f" * 1_900,
    "a number beyond all floats": "age < 1e400",
    "minus one beyond all floats": "age > -1e400",
    "not a number": "age > nan",
    "infinity": "age < inf",
    "bytes": "side == b'left'",
    "two strings as one": "side == 'le' 'ft' or feever",
    "text for a number": "age > '65'",
    "text for an answer": "fever == 'yes'",
    "a number for an option": "side == 0",
    "a tuple": "(fever, rash)",
    "a comparison of comparisons": "(age > 3) > (age > 4)",
    "count as a name": "count",
    "a count of nothing": "count() >= 0",
    "a count of itself": "count(count) >= 1",
    "a negative count": "count(fever) >= -1",
    "an immense count": "count(fever) >= " + "9" * 1_900,
}


@pytest.mark.parametrize("text", [*DEEP.values(), *ODD.values()], ids=[*DEEP, *ODD])
def test_a_hostile_text_is_refused_in_one_short_line_with_a_column_inside_it(text):
    with pytest.raises(ConditionError) as caught:
        parse(text, NAMES)
    assert 1 <= caught.value.column <= len(text) + 1
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250
    assert str(caught.value).isascii()


PROGRAMS = [
    "{program}",
    "fever or {program}",
    "not {program}",
    "age > {program}",
    "{program} > 3",
    "side == {program}",
    "side in ({program},)",
    "count({program}) >= 1",
    "count(fever, x={program}) >= 1",
    "count(*{program}) >= 1",
    "count(fever) >= {program}",
    "(lambda: {program})()",
    "f'{{{program}}}'",
    "(x := {program})",
    "[{program} for _ in (1,)]",
    "fever if {program} else rash",
    "{program}.x",
    "{program} and fever",
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_nothing_in_a_condition_is_ever_run(program, tmp_path):
    trace = tmp_path / "run"
    with pytest.raises(ConditionError):
        parse(program.format(program=f'open("{trace.as_posix()}", "w")'), NAMES)
    assert not trace.exists()


WORDS = "feever and or not in always count lambda if else is for None True 0 1 2 65 0.5 -1 1e400 'left' \"right\" 'x'"
SIGNS = "( ) , < <= > >= == != = . : := * # { } [ ] f' ' \\ \u0435"
TOKENS = st.sampled_from([*NAMES, *WORDS.split(), *SIGNS.split(), " ", "\n", "\0"])


def refusal(text: str) -> ConditionError | None:
    try:
        parse(text, NAMES)
    except ConditionError as error:
        return error
    return None


@given(
    st.one_of(st.text(), st.lists(TOKENS, max_size=15).map(" ".join), st.lists(TOKENS, max_size=15).map("".join)), KNOWN
)
def test_whatever_the_text_it_is_read_or_refused_and_what_is_read_evaluates(text, known):
    error = refusal(text)
    if error is not None:
        assert 1 <= error.column <= len(text) + 1
        assert "\n" not in str(error)
        return
    condition = parse(text, NAMES)
    value = condition.holds(known)
    assert value in (True, False, None)
    assert compiled([condition])(known) == ([0] * (value is True), [0] * (value is None))
