"""What is proved of the default rulebook, and that a rulebook that does not keep a promise is refuted by a witness."""

from __future__ import annotations

import functools
import json
import sys
from pathlib import Path

import attrs
import backtriage as bt
import pytest
from backtriage.cli import main
from backtriage.conditions import Absent, AllOf, AnyOf, AtLeast, Compare, OneOf, Present
from backtriage.doses import Span
from backtriage.guarantees import read_guarantees
from backtriage.proofs import Direction, Outcome, changes, commands, properties, proving, solving, symbolic
from backtriage.proofs.proving import PROPERTIES, answer
from backtriage.rules import Exclude, Limited, Offer, Urgency
from hypothesis import given, settings

from strategies import profiles

BOOK = bt.default_rulebook()
GUARANTEES = {one.id: one for one in read_guarantees(BOOK)}
RULES = {rule.id: rule for rule in BOOK.rules}


def changed(*, without=(), exercises=None, **rules: dict[str, object]) -> bt.RuleBook:
    """The default rulebook without some rules, and with others changed: ``rule_id=changes of the rule``."""
    changes_of = {id_.replace("_", "-"): keys for id_, keys in rules.items()}
    kept = [attrs.evolve(rule, **changes_of.get(rule.id, {})) for rule in BOOK.rules if rule.id not in without]
    return attrs.evolve(BOOK, rules=tuple(kept), exercises={**BOOK.exercises, **(exercises or {})})


def effect(id_, **keys: object):
    return attrs.evolve(RULES[id_].effect, **keys)


@functools.cache
def whole() -> bt.proofs.Verification:
    return bt.verify()


def guaranteed(book, id_):
    people = symbolic.People(book)
    return proving.prove_guarantee(GUARANTEES[id_], people, solving.Prover(people))


def proof_of(property_, book, about=None):
    """The proof of one built-in property, asked only about one thing if it is named."""
    title, questions = PROPERTIES[property_]
    asked = [question for question in questions(book) if about is None or question.about == about]
    assert asked
    return proving.proof(property_, title, asked, built_in=True)


# -- the default rulebook ----------------------------------------------------------------------------------------------


def test_everything_is_proved_of_the_default_rulebook():
    result = whole()
    assert result.proved, str(result)
    assert {proof.id for proof in result.proofs} == GUARANTEES.keys() | PROPERTIES.keys()


def test_there_are_at_least_25_guarantees_and_the_four_rules_of_the_card_come_first():
    assert len(GUARANTEES) >= 25
    assert list(GUARANTEES)[:4] == ["g-bladder-bowel", "g-15-minutes", "g-toe-touch-sit-up", "g-low-impact-first"]


def test_every_emergency_rule_has_its_guarantee():
    emergencies = [rule for rule in BOOK.rules if getattr(rule.effect, "level", None) is Urgency.EMERGENCY]
    promised = [g for g in GUARANTEES.values() if g.at_least is Urgency.EMERGENCY and not g.until_ruled_out]
    for rule in emergencies:
        case = bt.Profile(rule.fires[0])
        assert any(g.when.holds(case.known) is True for g in promised), rule.id


# -- a guarantee that does not hold is refuted, and the witness shows it -----------------------------------------------


def walking_longer():
    walking = BOOK.exercises["walking"]
    return changed(
        without={"l-severe-walk"},
        exercises={"walking": attrs.evolve(walking, dose=attrs.evolve(walking.dose, minutes=Span(20, 60)))},
    )


LOW_IMPACT = tuple(id_ for id_, exercise in BOOK.exercises.items() if exercise.low_impact)
BROKEN = {
    "at_least": ("g-bladder-bowel", changed(ces_bladder={"effect": effect("ces-bladder", level=Urgency.SOON)})),
    "allows_none": ("g-15-minutes", changed(without={"x-pain-15"})),
    "refers": ("g-cancer-is-seen", changed(without={"cancer-history"})),
    "settled_at_least": ("g-fever-not-ruled-out", changed(without={"fever", "fever-nerve-sign", "hot-joint-fever"})),
    "never_allows": ("g-pregnant", changed(without={"x-pregnant"})),
    "low_impact_too": (
        "g-low-impact-first",
        changed(never_jolts={"effect": Exclude(selectors=(), exercises=LOW_IMPACT)}),
    ),
    "dose_at_most": ("g-severe-pain", walking_longer()),
    "dose_at_most.only": ("g-painful-side", changed(without={"l-side-left"})),
    "unless an answer is missing": ("g-surgery", changed(without={"x-surgery"})),
}


@pytest.mark.parametrize("promise", BROKEN)
def test_a_broken_guarantee_is_refuted_with_a_witness_that_both_engines_confirm(promise):
    id_, book = BROKEN[promise]
    result = guaranteed(book, id_)
    assert result.outcome is Outcome.REFUTED, result
    (refutation,) = result.refutations
    (person,) = refutation.witness.profiles
    assert refutation.witness.engines == ("reference", "durable")
    assert len(person.given) + len(person.denies) <= 45
    found = bt.assess(person, engine="reference")
    guarantee = GUARANTEES[id_]
    assert guarantee.when.holds(person.known) is not False
    if promise == "at_least":
        assert found.at_least < guarantee.at_least
    if promise in ("allows_none", "never_allows", "low_impact_too", "dose_at_most", "unless an answer is missing"):
        assert found.allowed
    if promise == "refers":
        assert found.referral is None
    if promise == "settled_at_least":
        assert found.could_be < guarantee.settled_at_least


def test_a_guarantee_that_speaks_of_nobody_is_refuted():
    nobody = attrs.evolve(GUARANTEES["g-fever"], when=AllOf((Present("fever_or_shivers"), Absent("fever_or_shivers"))))
    people = symbolic.People(BOOK)
    result = proving.prove_guarantee(nobody, people, solving.Prover(people))
    assert [one.says for one in result.refutations] == ["it speaks of nobody"]


# -- a built-in property that does not hold ----------------------------------------------------------------------------


def test_a_red_flag_that_calms_is_refuted():
    book = changed(fever={"when": Absent("fever_or_shivers")})
    result = proof_of("red-flag", book, "at least same_day")
    assert result.outcome is Outcome.REFUTED
    before, after = result.refutations[0].witness.profiles
    assert bt.assess(before).at_least > bt.assess(after).at_least


def test_a_red_flag_that_allows_more_is_refuted():
    book = changed(o_core_low={"when": AllOf((Present("lower_back_pain"), Present("getting_worse")))})
    result = proof_of("red-flag", book, "cat_stretch")
    before, after = result.refutations[0].witness.profiles
    allowed = [{entry.exercise.id for entry in bt.assess(who).allowed} for who in (before, after)]
    assert "cat_stretch" in allowed[1] - allowed[0]


def test_a_rule_that_fires_for_nobody_is_refuted():
    never = AllOf((Compare("age", "<", 16), Compare("age", ">=", 16)))
    result = proof_of("can-fire", changed(fever={"when": never}), "fever")
    assert [(one.about, one.says) for one in result.refutations] == [("fever", "it fires for nobody")]


def test_a_rule_that_fires_for_nobody_because_of_what_another_answer_implies_is_refuted():
    never = AllOf((Present("foot_drop"), Absent("leg_weakness")))
    assert proof_of("can-fire", changed(fever={"when": never}), "fever").outcome is Outcome.REFUTED


def test_a_shadowed_rule_is_refuted_unless_it_says_within():
    result = proof_of("not-shadowed", changed(weight_loss_60={"within": None}), "weight-loss-60")
    assert "weight-loss" in result.refutations[0].says


def test_two_rules_that_are_the_same_are_refuted():
    twin = attrs.evolve(RULES["fever"], id="fever-again", when=AnyOf((Present("fever_or_shivers"),)))
    book = attrs.evolve(BOOK, rules=(*BOOK.rules, twin))
    result = proof_of("not-the-same", book, "fever")
    assert [one.says for one in result.refutations] == ["the same as fever-again"]


def test_an_offered_exercise_that_nobody_is_allowed_is_refuted():
    book = changed(never_jolts={"effect": Exclude(selectors=("id:bridge",), exercises=("bridge",))})
    assert proof_of("can-be-allowed", book, "bridge").outcome is Outcome.REFUTED
    assert proof_of("can-be-allowed", book, "plank").outcome is Outcome.PROVED


def test_a_blocked_exercise_that_somebody_is_allowed_is_refuted():
    sit_up = attrs.evolve(BOOK.exercises["sit_up"], dose=BOOK.exercises["partial_crunch"].dose)
    book = changed(
        without={"never-sit-up"}, exercises={"sit_up": sit_up}, o_crunch={"effect": Offer(exercises=("sit_up",))}
    )
    result = proof_of("blocked", book, "sit_up")
    (person,) = result.refutations[0].witness.profiles
    assert "sit_up" in {entry.exercise.id for entry in bt.assess(person).allowed}


def test_a_checklist_item_that_no_rule_asks_for_is_refuted():
    book = changed(without={"x-knees"})
    assert proof_of("matters", book, "knee_trouble").refutations[0].says == "no rule ever depends on it"


def test_a_threshold_that_changes_nothing_is_refuted():
    idle = AllOf((Compare("age", ">=", 30), Compare("age", ">=", 40), Present("fever_or_shivers")))
    book = changed(fever={"when": idle})
    assert proof_of("matters", book, "age 29/30").outcome is Outcome.REFUTED
    assert proof_of("matters", book, "age 39/40").outcome is Outcome.PROVED


def test_a_finding_that_nobody_asks_for_leaves_somebody_without_a_next_step():
    words = BOOK.vocabulary
    order = tuple(id_ for id_ in words.asking_order if id_ != "general_signs")
    forgetful = type(words)(findings=words.findings, checklists=words.checklists, asking_order=order)
    result = proof_of("next-step", attrs.evolve(BOOK, vocabulary=forgetful), "fever")
    assert result.outcome is Outcome.REFUTED


# -- the formulas say what the engines say -----------------------------------------------------------------------------


@settings(max_examples=40)
@given(profiles())
def test_the_formulas_say_what_the_engines_say(profile):
    people, prover, exact = formulas()
    found = bt.assess(profile, engine="reference")
    fixed = exact(profile.known)
    assert prover.find(*fixed) is not None
    allowed = {entry.exercise.id for entry in found.allowed}
    agree = [people.allowed(id_) if id_ in allowed else solving.no(people.allowed(id_)) for id_ in BOOK.exercises]
    for level in Urgency:
        agree.append(people.at_least(level) == (found.at_least >= level))
        agree.append(people.could_be(level) == (found.could_be >= level))
    for entry in found.allowed:
        for figure in type(entry.dose).FIGURES:
            if span := getattr(entry.dose, figure):
                start, ceiling = people.figure(entry.exercise, figure)
                agree += [start == span.start, ceiling == span.ceiling]
    assert prover.find(*fixed, solving.no(solving.both(*agree))) is None


@functools.cache
def formulas():
    people = symbolic.People(BOOK)

    def exact(known):
        for id_, finding in BOOK.vocabulary.findings.items():
            value = known.get(id_)
            if value is None:
                yield solving.no(people.known(id_))
            elif finding.kind == "yes_no":
                yield people.present(id_) if value else people.absent(id_)
            elif repr(value) == "not applicable":
                yield people.not_applicable(id_)
            elif finding.kind == "number":
                yield people.is_exactly(id_, value)
            else:
                yield people.truth(OneOf(id_, (value,)), True)

    return people, solving.Prover(people), lambda known: tuple(exact(known))


@pytest.mark.parametrize("n", [0, 1, 3, 4])
def test_a_count_is_counted_as_the_language_counts(n):
    names = ("diabetes", "recent_infection", "weak_immune_or_tb")
    count = AtLeast(n, tuple(map(Present, names)))
    people, prover, exact = formulas()
    for known in ({}, {names[0]: True}, dict.fromkeys(names, True), dict.fromkeys(names, False)):
        fixed = exact({**known})
        for value in (True, False):
            assert (prover.find(*fixed, people.truth(count, value)) is not None) is (count.holds(known) is value)


# -- not decided, missing, printed -------------------------------------------------------------------------------------


def test_a_solver_that_gives_up_proves_nothing(monkeypatch):
    def gives_up(*_: object):
        raise proving.Undecided("timeout")

    monkeypatch.setattr(solving.Prover, "find", gives_up)
    result = guaranteed(BOOK, "g-bladder-bowel")
    assert result.outcome is Outcome.NOT_DECIDED
    assert not bt.proofs.Verification(rulebook=BOOK.identity, proofs=(result,)).proved


def test_a_model_that_the_engines_do_not_confirm_refutes_nothing():
    question = next(properties.every_rule_can_fire(BOOK))
    with pytest.raises(proving.Undecided):
        list(answer(attrs.evolve(question, found_is_good=False, shows=lambda *_: "")))


def test_without_the_solver_one_line_says_what_to_install(monkeypatch, capsys):
    for name in [name for name in sys.modules if name.startswith("backtriage.proofs.")]:
        if name.rpartition(".")[2] not in ("results", "commands"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "z3", None)
    with pytest.raises(bt.MissingExtra, match=r"pip install 'backtriage\[verify\]'"):
        bt.verify()
    assert main(["verify"]) == 3
    assert capsys.readouterr().err.count("\n") == 1


def test_verify_prints_a_table_and_json_and_fails_when_a_guarantee_does(capsys, monkeypatch):
    result = whole()
    monkeypatch.setattr(commands, "verify", lambda *_, **__: result)
    assert main(["verify"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"{len(result.proofs)} proved, 0 refuted, 0 not decided"
    id_, book = BROKEN["at_least"]
    broken = attrs.evolve(result, proofs=(guaranteed(book, id_),))
    monkeypatch.setattr(commands, "verify", lambda *_, **__: broken)
    assert main(["verify", "--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["proofs"][0]["refutations"][0]["witness"]["profiles"] == [{"new_bladder_change": True}]


def test_a_guarantee_that_cannot_be_used_is_refused_with_every_problem(tmp_path):
    (tmp_path / "guarantees.toml").write_text(
        '[[guarantee]]\nid = "a"\ntitle = "A"\nwhen = "feverr"\nat_least = "soon"\nevidence = "unverified"\n'
        '[[guarantee]]\nid = "b"\ntitle = "B"\nwhen = "always"\nevidence = "sourced"\n'
        '[[guarantee]]\nid = "c"\ntitle = "C"\nwhen = "always"\nnever_allows = ["id:brige"]\nevidence = "unverified"\n'
    )
    with pytest.raises(bt.RulebookError) as caught:
        read_guarantees(attrs.evolve(BOOK, path=str(tmp_path)))
    text = str(caught.value)
    assert "guarantees.toml:1: guarantee `a`" in text
    assert "it promises nothing" in text
    assert "no source" in text
    assert "did you mean `bridge`?" in text


def test_a_rulebook_whose_guarantees_fail_is_refused_where_it_must_be_verified(monkeypatch):
    id_, book = BROKEN["at_least"]
    failed = bt.proofs.Verification(rulebook=BOOK.identity, proofs=(guaranteed(book, id_),))
    monkeypatch.setattr(bt.proofs, "verify", lambda _: failed)
    with pytest.raises(bt.RulebookError, match=r"g-bladder-bowel: refuted: .*new_bladder_change=True"):
        bt.load_rulebook(BOOK.path, verified=True)
    monkeypatch.setattr(bt.proofs, "verify", lambda _: attrs.evolve(failed, proofs=(guaranteed(BOOK, id_),)))
    assert bt.load_rulebook(BOOK.path, verified=True).digest == BOOK.digest


def test_a_rulebook_without_guarantees_has_none(tmp_path):
    assert read_guarantees(attrs.evolve(BOOK, path=str(tmp_path))) == ()


# -- diff --------------------------------------------------------------------------------------------------------------


def kinds(difference):
    return {(change.about, change.direction) for change in difference.changes}


def test_a_rulebook_differs_in_nothing_from_itself():
    difference = bt.diff(BOOK, BOOK)
    assert difference.changes == ()
    assert {"at_least", "could_be", "exercise bridge", "dose bridge", "caution c-bones"} <= set(difference.same)


def test_a_lower_urgency_is_less_cautious_one_way_and_more_cautious_the_other():
    lower = changed(fever={"effect": effect("fever", level=Urgency.SOON)})
    there, back = bt.diff(BOOK, lower), bt.diff(lower, BOOK)
    assert kinds(there) == {("at_least", Direction.LESS_CAUTIOUS), ("could_be", Direction.LESS_CAUTIOUS)}
    assert kinds(back) == {("at_least", Direction.MORE_CAUTIOUS), ("could_be", Direction.MORE_CAUTIOUS)}
    before, after = there.changes[0].witness.profiles
    assert bt.assess(before).at_least > bt.assess(after).at_least


def test_exercises_doses_and_cautions_are_compared():
    bridge = BOOK.exercises["bridge"]
    book = changed(
        without={"x-knees", "c-thinner"},
        exercises={"bridge": attrs.evolve(bridge, dose=attrs.evolve(bridge.dose, sets=Span(2, 5)))},
    )
    found = kinds(bt.diff(BOOK, book))
    for about in ("exercise wall_sit", "dose bridge", "caution c-thinner"):
        assert (about, Direction.LESS_CAUTIOUS) in found
        assert (about, Direction.MORE_CAUTIOUS) not in found


def test_a_new_exercise_under_the_old_exclusions_is_neither_less_nor_more_cautious():
    extra = attrs.evolve(BOOK.exercises["bridge"], id="bridge_again")
    difference = bt.diff(BOOK, changed(exercises={"bridge_again": extra}))
    assert kinds(difference) == {("exercise bridge_again", Direction.NEITHER)}
    assert difference.less_cautious == ()


def test_a_tightened_limit_is_more_cautious():
    limit = attrs.evolve(RULES["l-blood-pressure"].effect.limit, at_most={"hold_seconds": 2})
    difference = bt.diff(BOOK, changed(l_blood_pressure={"effect": Limited(limit=limit)}))
    assert {direction for _, direction in kinds(difference)} == {Direction.MORE_CAUTIOUS}


def test_diff_exits_with_1_when_something_is_less_cautious(capsys, monkeypatch):
    rules = str(Path(BOOK.path))
    lower = changed(fever={"effect": effect("fever", level=Urgency.SOON)})
    monkeypatch.setattr(commands, "load_rulebook", lambda path: BOOK if path == rules else lower)
    assert main(["diff", rules, "other"]) == 1
    assert "less cautious" in capsys.readouterr().out
    assert main(["diff", "other", rules, "--json"]) == 0
    assert {one["direction"] for one in json.loads(capsys.readouterr().out)["changes"]} == {"more_cautious"}


def test_what_is_wider_is_wider_in_one_figure_only():
    dose = BOOK.exercises["bridge"].dose
    assert changes.within(dose, dose)
    assert not changes.within(attrs.evolve(dose, rest_seconds=dose.rest_seconds - 1), dose)
    assert changes.within(attrs.evolve(dose, sets=Span(1, 1)), dose)
