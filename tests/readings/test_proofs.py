"""What is proved of the default rulebook, and that a rulebook that does not keep a promise is refuted by a witness."""

from __future__ import annotations

import functools
import json
import sys
import tempfile
from pathlib import Path

import attrs
import backtriage as bt
import pytest
from backtriage.adapters.command_line import main
from backtriage.adapters.command_line import proving as commands
from backtriage.findings.conditions import Absent, AllOf, AnyOf, AtLeast, Compare, OneOf, Present
from backtriage.readings.proofs import Direction, Outcome, assessed, changes, properties, proving, said, solving
from backtriage.readings.proofs.properties import Subject
from backtriage.readings.proofs.proving import PROPERTIES, answer
from backtriage.readings.proofs.replay import ENGINES
from backtriage.rulebook.doses import Span
from backtriage.rulebook.guarantees import read_guarantees
from backtriage.rulebook.rules import Caution, Exclude, Limited, Offer, Stop, Urgency
from backtriage.testing.mutants import mutants
from backtriage.testing.strategies import rulebooks
from backtriage.triage.decision import decide
from backtriage.triage.verdicts import Verdicts
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from small import small
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
def whole() -> bt.readings.proofs.Verification:
    return bt.verify()


def guaranteed(book, id_):
    people = assessed.Assessed(book)
    return proving.prove_guarantee(GUARANTEES[id_], people, solving.Prover(people))


def proof_of(property_, book, about=None, *, reading=assessed.Assessed, engines=ENGINES):
    """The proof of one built-in property, asked only about one thing if it is named."""
    title, questions = PROPERTIES[property_]
    asked = [one for one in questions(Subject(book=book, reading=reading)) if about is None or one.about == about]
    assert asked
    return proving.proof(property_, title, asked, built_in=True, engines=engines)


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


def made_simpler(person):
    """A profile with one answer, or one denied checklist, left out, or with one yes made a no; as far as that is a
    profile."""
    kept = [{name: value for name, value in person.given.items() if name != left_out} for left_out in person.given]
    kept += [{**person.given, name: False} for name, value in person.given.items() if value is True]
    changed = [(given, person.denies) for given in kept]
    changed += [(person.given, [id_ for id_ in person.denies if id_ != left_out]) for left_out in person.denies]
    for given_, denies in changed:
        try:
            yield bt.Profile(given_, denies=denies, not_sure=person.not_sure, rulebook=person.rulebook)
        except bt.ProfileError:
            continue


@pytest.mark.parametrize("promise", BROKEN)
def test_a_broken_guarantee_is_refuted_with_a_witness_that_both_engines_confirm(promise):
    id_, book = BROKEN[promise]
    result = guaranteed(book, id_)
    assert result.outcome is Outcome.REFUTED, result
    (refutation,) = result.refutations
    (person,) = refutation.witness.profiles
    assert refutation.witness.engines == ("reference", "durable")
    assert not any(proving.shows_broken(GUARANTEES[id_])(bt.assess, simpler) for simpler in made_simpler(person))
    found = bt.assess(person, engine="reference")
    guarantee = GUARANTEES[id_]
    assert guarantee.when.holds(person.known) is not False
    if promise == "at_least":
        assert found.at_least < guarantee.at_least
    if promise in ("allows_none", "never_allows", "low_impact_too", "dose_at_most", "unless an answer is missing"):
        assert found.allowed
    if promise == "refers":
        assert found.at_least < Urgency.ROUTINE
    if promise == "settled_at_least":
        assert found.could_be < guarantee.settled_at_least


def test_a_guarantee_that_speaks_of_nobody_is_refuted():
    nobody = attrs.evolve(GUARANTEES["g-fever"], when=AllOf((Present("fever_or_shivers"), Absent("fever_or_shivers"))))
    people = assessed.Assessed(BOOK)
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


def test_a_red_flag_that_allows_more_by_what_it_implies_is_refuted(tmp_path):
    implying = ('{ id = "numb", text = "Numb" }', '{ id = "numb", text = "Numb", implies = ["loose"] }')
    asked = ('"stiff", "cleared"]', '"stiff", "cleared", "loose"]')
    loose = ('[[yes_no]]\nid = "stiff"', '[[yes_no]]\nid = "loose"\ntext = "Loose?"\n\n[[yes_no]]\nid = "stiff"')
    offer = ('when = "pain <= 3"', 'when = "pain <= 3 and loose"')
    book = small(tmp_path, implying, asked, loose, offer, ("[{ pain = 3 }]", "[{ pain = 3, loose = true }]"))
    result = proof_of("red-flag", book, "hop")
    assert result.outcome is Outcome.REFUTED, result
    before, after = result.refutations[0].witness.profiles
    assert bt.assess(after).status("hop") == "allowed" != bt.assess(before).status("hop")


def test_what_is_said_behind_a_gate_and_calms_is_refuted():
    book = changed(fever={"when": Absent("exercised_since_onset")})
    result = proof_of("nothing-said-calms", book, "at least same_day")
    assert result.outcome is Outcome.REFUTED, result
    before, after = result.refutations[0].witness.profiles
    assert bt.assess(before).at_least > bt.assess(after).at_least


def test_a_gate_that_nothing_opens_is_refuted(tmp_path):
    closed = ('asked_if = "pain >= 1"', 'asked_if = "pain > 8 and pain < 3"')
    result = proof_of("gate-opens", small(tmp_path, closed), "days")
    assert [one.says for one in result.refutations] == ["nobody can say it who is asked it"]


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


@pytest.mark.parametrize(
    ("narrow", "wide"), [("leg_weakness", "foot_drop"), ("too_many_painkillers", "overdose_unwell_or_meant")]
)
def test_a_rule_that_is_shadowed_only_by_what_an_absence_or_a_closed_gate_says_is_refuted(narrow, wide):
    caution = attrs.evolve(RULES["c-thinner"], within=None)
    one, other = (attrs.evolve(caution, id=f"c-{name}", when=Absent(name)) for name in (narrow, wide))
    book = attrs.evolve(BOOK, rules=(*BOOK.rules, one, other))
    refuted = proof_of("not-shadowed", book, one.id)
    assert [refutation.says for refutation in refuted.refutations] == [
        f"wherever it fires, {other.id} does as much; say `within`"
    ]
    assert proof_of("not-shadowed", book, other.id).outcome is Outcome.PROVED


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


def test_a_number_that_is_compared_with_its_greatest_value_matters():
    book = changed(fever={"when": AllOf((Compare("pain_score", "==", 10), Present("fever_or_shivers")))})
    assert proof_of("matters", book, "pain_score 9/10").outcome is Outcome.PROVED
    assert not any("10/11" in one.about for one in bt.verify(book, only=["matters"]).proofs[0].refutations)


@pytest.mark.parametrize("only", [[], "g-bladder-bowel"])
def test_to_prove_nothing_is_an_error_and_no_proof(only):
    with pytest.raises(ValueError, match="names no proof"):
        bt.verify(only=only)


def test_a_finding_that_nobody_asks_for_leaves_somebody_without_a_next_step():
    words = BOOK.vocabulary
    order = tuple(id_ for id_ in words.asking_order if id_ != "general_signs")
    forgetful = type(words)(findings=words.findings, checklists=words.checklists, asking_order=order)
    result = proof_of("next-step", attrs.evolve(BOOK, vocabulary=forgetful), "fever")
    assert [one.says for one in result.refutations] == ["nothing is asked that decides fever"]


# -- a decision procedure that does not keep its word is refuted -------------------------------------------------------


class AllowsWhatIsOffered(assessed.Assessed):
    """Nothing forbids an exercise that is offered."""

    def _allowed(self, exercise):
        return self.offered(exercise)


def allows_what_is_offered(profile):
    found = bt.assess(profile, engine="reference")
    offered = {id_ for rule in found.because if isinstance(rule.effect, Offer) for id_ in rule.effect.exercises}
    missing = offered - {entry.exercise.id for entry in found.allowed}
    new = [
        bt.Allowed(exercise=one, dose=one.dose, cautions=(), because=())
        for id_, one in exercises_of(profile)
        if id_ in missing
    ]
    return attrs.evolve(found, allowed=(*found.allowed, *new))


def exercises_of(profile):
    return profile.rulebook.exercises.items()


class TakesUnknownForNo(assessed.Assessed):
    """What nobody has said is not so."""

    def active(self, rule):
        return self.fired(rule)


def takes_unknown_for_no(profile):
    fired = bt.assess(profile, engine="reference").because
    return decide(profile, Verdicts(fired, ()), engine="reference", region="", made=bt.Assessment)


class MildestWins(assessed.Assessed):
    """Of the rules that fired, the mildest decides."""

    def at_least(self, level):
        milder = [self.fired(rule) for rule in self.rules.urgency if rule.effect.level < level]
        return solving.both(super().at_least(level), solving.no(solving.some(milder)))


def mildest_wins(profile):
    found = bt.assess(profile, engine="reference")
    levels = [rule.effect.level for rule in found.because if rule.effect.kind == "urgency"]
    return attrs.evolve(found, at_least=min(levels, default=found.at_least))


MILD = """\
[[rule]]
id = "mild"
title = "Numb, however little it hurts"
when = "numb"
urgency = "routine"
suspects = "infection"
evidence = "unverified"
fires = [{ numb = true }]
spares = [{ numb = false }]
"""


@pytest.mark.parametrize(
    ("property_", "about", "reading", "engine"),
    [
        ("one-status", "bend", AllowsWhatIsOffered, allows_what_is_offered),
        ("never-retracts", "could be emergency", TakesUnknownForNo, takes_unknown_for_no),
        ("never-retracts", "walk", TakesUnknownForNo, takes_unknown_for_no),
        ("never-retracts", "bend: dose", TakesUnknownForNo, takes_unknown_for_no),
        ("never-retracts", "a-drink", TakesUnknownForNo, takes_unknown_for_no),
        ("never-retracts", "at least same_day", MildestWins, mildest_wins),
        ("red-flag", "at least same_day", MildestWins, mildest_wins),
    ],
)
def test_a_decision_that_breaks_a_property_is_refuted_by_it(tmp_path, property_, about, reading, engine):
    book = small(tmp_path, ('[[rule]]\nid = "long"', f'{MILD}\n[[rule]]\nid = "long"'))
    result = proof_of(property_, book, about, reading=reading, engines={"broken": engine})
    assert result.outcome is Outcome.REFUTED, result
    assert result.refutations[0].witness.engines == ("broken",)
    assert proof_of(property_, book, about).outcome is Outcome.PROVED


def test_what_the_engines_do_not_show_is_not_refuted(tmp_path):
    result = proof_of("one-status", small(tmp_path), "bend", reading=AllowsWhatIsOffered)
    assert result.outcome is Outcome.NOT_DECIDED


# -- the formulas say what the engines say -----------------------------------------------------------------------------


def agreeing(people, found):
    """Everything that the formulas say of a person, as the assessment has it."""
    for level in Urgency:
        yield people.at_least(level) == (found.at_least >= level)
        yield people.could_be(level) == (found.could_be >= level)
    for id_ in people.book.exercises:
        for status, formula in people.statuses(id_).items():
            yield formula == (found.status(id_) == status)
        yield people.allowed(id_) == (found.status(id_) == "allowed")
    for rule in people.rules.advise:
        yield people.released(rule) == (rule in found.advice)
    for entry in found.allowed:
        yield people.rest(entry.exercise) == entry.dose.rest_seconds
        for figure in type(entry.dose).FIGURES:
            if span := getattr(entry.dose, figure):
                start, ceiling = people.figure(entry.exercise, figure)
                yield from (start == span.start, ceiling == span.ceiling)
        for choice in type(entry.dose).CHOICES:
            for option, left in people.options(entry.exercise, choice).items():
                yield left == (option in getattr(entry.dose, choice))
    yield from agreeing_words(people, found)


def agreeing_words(people, found):
    """The same of what is told."""
    texts, given = people.book.messages, {entry.rule.id for entry in found.cautions}
    addresses = {message.address for message in found.messages()}
    for key in texts.locked:
        yield said.shown(people, [key]) == (f"messages.locked.{key}" in addresses)
    for rule in people.rules.caution:
        yield said.cautioned(people, rule.id) == (rule in found.because + found.open)
        assert rule.effect.exercises or (rule.id in given) is (rule in found.because + found.open)
    stops = [rule.effect.scope for rule in found.because if isinstance(rule.effect, Stop)]
    for place, scope in enumerate(said.SCOPES):
        yield said.stopped(people, scope) == any(said.SCOPES.index(one) >= place for one in stops)
    level = found.at_least
    yield said.exactly(people, level)
    if level > Urgency.SELF_CARE and (found.settled or level >= Urgency.SAME_DAY):
        yield from (said.decided(people, level), said.rings_only(people) == found.ring_only)
        sees = {rule.effect.see for rule in people.rules.urgency} | {texts.levels[level].see} - {""}
        for whom in {see for see in sees if see} if not found.help else ():
            yield said.sees(people, [whom], level) == any(whom in one.words for one in found.referral.parts)
        for key, told in said.orders(people, level).items() if found.settled and not found.ring_only else ():
            yield told == (f"messages.levels.{level}.{key}" in addresses)


@settings(max_examples=15)
@given(profiles())
def test_the_formulas_say_what_the_engines_say(profile):
    people, prover, exact = formulas()
    fixed = exact(profile.known)
    assert prover.find(*fixed) is not None
    agree = [*agreeing(people, bt.assess(profile, engine="reference"))]
    assert prover.find(*fixed, solving.no(solving.both(*agree))) is None


@settings(max_examples=40)
@given(rulebooks().flatmap(profiles))
def test_the_formulas_say_what_the_engines_say_whatever_the_rulebook(profile):
    people = assessed.Assessed(profile.rulebook)
    prover = solving.Prover(people)
    fixed = exactly(people, profile.known)
    assert prover.find(*fixed) is not None
    agree = [*agreeing(people, bt.assess(profile, engine="reference"))]
    assert prover.find(*fixed, solving.no(solving.both(*agree))) is None


@functools.cache
def formulas():
    people = assessed.Assessed(BOOK)
    return people, solving.Prover(people), lambda known: exactly(people, known)


def exactly(people, known):
    """That this is known, and nothing else."""

    def formula(id_, finding):
        value = known.get(id_)
        if value is None:
            return solving.no(people.known(id_))
        if repr(value) == "not applicable":
            return people.not_applicable(id_)
        if finding.kind == "yes_no":
            return people.present(id_) if value else people.absent(id_)
        return people.is_exactly(id_, value) if finding.kind == "number" else people.truth(OneOf(id_, (value,)), True)

    return tuple(formula(*item) for item in people.book.vocabulary.findings.items())


@pytest.mark.parametrize("n", [0, 1, 3, 4])
def test_a_count_is_counted_as_the_language_counts(n):
    names = ("diabetes", "recent_infection", "weak_immune_or_tb")
    count = AtLeast(n, tuple(map(Present, names)))
    people, prover, exact = formulas()
    for known in ({}, {names[0]: True}, dict.fromkeys(names, True), dict.fromkeys(names, False)):
        fixed = exact({**known})
        for value in (True, False):
            assert (prover.find(*fixed, people.truth(count, value)) is not None) is (count.holds(known) is value)


def asked_if_stiff(*edits: tuple[str, str]):
    """The small rulebook, where a number is asked of the stiff."""
    behind = [
        ("[{ days = 43 }]", "[{ days = 43, stiff = true }]"),
        ("[{ days = 42 }]", "[{ days = 42, stiff = true }]"),
    ]
    with tempfile.TemporaryDirectory() as folder:
        return small(Path(folder), ('asked_if = "pain >= 1"', 'asked_if = "stiff"'), *behind, *edits)


def implying(keys):
    """There stiff implies something else, which may be absent late: by silence, or behind a gate."""
    stiff = '[[yes_no]]\nid = "stiff"\ntext = "Stiff?"\n'
    also = f'[[yes_no]]\nid = "ran"\ntext = "Ran?"\n{keys}\n\n{stiff}implies = ["ran"]\n'
    return asked_if_stiff(('"stiff", "cleared"]', '"stiff", "cleared", "ran"]'), (stiff, also))


LATE = (
    asked_if_stiff(),
    implying("red_flag = true"),
    implying("reported = true"),
    implying('asked_if = "pain >= 1"\nred_flag = true'),
)
"""Gates that ask for what implies something else: what that excludes after the gates closes none of them."""


@settings(max_examples=15)
@given(rulebooks())
@example(LATE[0])
@example(LATE[1])
@example(LATE[2])
@example(LATE[3])
def test_whatever_the_solver_finds_the_engines_confirm(book):
    assert bt.verify(book).not_decided == ()


@settings(max_examples=40)
@given(st.sampled_from(LATE).flatmap(profiles))
def test_everybody_who_comes_through_the_door_comes_through_that_of_the_proofs(profile):
    people = assessed.Assessed(profile.rulebook)
    assert solving.Prover(people).find(*exactly(people, profile.known)) is not None


@settings(max_examples=60)
@given(st.sampled_from(LATE), st.data())
def test_nobody_else_comes_through_the_door_of_the_proofs(book, data):
    people = assessed.Assessed(book)
    prover, wanted = solving.Prover(people), []
    for id_ in data.draw(st.permutations(sorted(book.vocabulary.findings)))[:5]:
        states = [solving.no(people.known(id_)), *people.states(id_)]
        state = data.draw(st.sampled_from(states))
        if prover.find(*wanted, state) is not None:
            wanted.append(state)
    model = prover.find(*wanted)
    person = bt.Profile(people.answers(model), rulebook=book)
    assert all(solving.z3.is_true(model.eval(one, model_completion=True)) for one in exactly(people, person.known))


# -- not decided, missing, printed -------------------------------------------------------------------------------------


def test_a_solver_that_has_no_time_decides_nothing_and_proves_nothing():
    result = bt.verify(only=["g-bladder-bowel", "g-low-impact-first", "never-retracts"], seconds=0)
    assert result.not_decided
    assert result.refuted == ()
    assert not result.proved
    assert "not decided: " in str(result)
    assert all(proof.reason for proof in result.not_decided)


def test_a_comparison_without_time_is_not_called_the_same():
    difference = bt.diff(BOOK, changed(without={"fever"}), seconds=0)
    undecided = [change for change in difference.changes if change.direction is Direction.NOT_DECIDED]
    assert undecided
    assert set(undecided) <= set(difference.less_cautious)
    assert {change.about for change in undecided}.isdisjoint(difference.same)


def test_a_guarantee_must_not_take_the_name_of_a_property(tmp_path):
    book = small(tmp_path)
    text = (tmp_path / "guarantees.toml").read_text()
    (tmp_path / "guarantees.toml").write_text(text.replace('"g-fever"', '"blocked"'))
    with pytest.raises(bt.RulebookError, match="guarantee `blocked`: is the name of a built-in property"):
        bt.verify(book)


def test_what_was_not_to_be_proved_is_not_there():
    with pytest.raises(KeyError):
        bt.verify(only=["blocked"])["g-fever"]


def test_a_model_that_the_engines_do_not_confirm_refutes_nothing():
    question = next(properties.every_rule_can_fire(Subject(book=BOOK)))
    with pytest.raises(proving.Undecided):
        list(answer(attrs.evolve(question, found_is_good=False, shows=lambda *_: "")))


def test_without_the_solver_one_line_says_what_to_install(monkeypatch, capsys):
    for name in [name for name in sys.modules if name.startswith("backtriage.readings.proofs.")]:
        if name.rpartition(".")[2] not in ("results", "commands"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "z3", None)
    with pytest.raises(bt.MissingExtra, match=r"pip install -e '\.\[verify\]'"):
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
        '[[guarantee]]\nid = "d"\ntitle = "D"\nwhen = "always"\nat_least = "self_care"\nevidence = "unverified"\n'
    )
    with pytest.raises(bt.RulebookError) as caught:
        read_guarantees(attrs.evolve(BOOK, path=str(tmp_path)))
    text = str(caught.value)
    assert "guarantees.toml:1: guarantee `a`" in text
    assert text.count("it promises nothing") == 2
    assert "no source" in text
    assert "did you mean `bridge`?" in text


def test_a_rulebook_whose_guarantees_fail_is_refused_where_it_must_be_verified(monkeypatch):
    id_, book = BROKEN["at_least"]
    failed = bt.readings.proofs.Verification(rulebook=BOOK.identity, proofs=(guaranteed(book, id_),))
    monkeypatch.setattr(bt.readings.proofs, "verify", lambda _: failed)
    with pytest.raises(bt.RulebookError, match=r"g-bladder-bowel: refuted: .*new_bladder_change=True"):
        bt.load_rulebook(BOOK.path, verified=True)
    monkeypatch.setattr(bt.readings.proofs, "verify", lambda _: attrs.evolve(failed, proofs=(guaranteed(BOOK, id_),)))
    assert bt.load_rulebook(BOOK.path, verified=True).digest == BOOK.digest


def test_a_rulebook_without_guarantees_has_none(tmp_path):
    assert read_guarantees(attrs.evolve(BOOK, path=str(tmp_path))) == ()


# -- diff --------------------------------------------------------------------------------------------------------------

SESSION = ("session minutes", "session moves")
LESS, MORE, NEITHER = Direction.LESS_CAUTIOUS, Direction.MORE_CAUTIOUS, Direction.NEITHER


def kinds(difference):
    return {(change.about, change.direction) for change in difference.changes}


def test_a_rulebook_differs_in_nothing_from_itself():
    difference = bt.diff(BOOK, BOOK)
    assert difference.changes == ()
    expected = {"at_least", "could_be", "exercise bridge", "dose bridge", "session minutes", "caution c-bones"}
    assert expected <= set(difference.same)


def exercise(id_, **keys: object):
    return {id_: attrs.evolve(BOOK.exercises[id_], **keys)}


def dose(id_, **keys: object):
    return exercise(id_, dose=attrs.evolve(BOOK.exercises[id_].dose, **keys))


def limit(id_, **keys: object):
    return {"effect": Limited(limit=attrs.evolve(RULES[id_].effect.limit, **keys))}


def in_parts(id_):
    """The rulebook with a rule ``a and (b or c)`` as two rules: ``a and b``, and ``a and c``."""
    first, either = RULES[id_].when.terms
    parts = [attrs.evolve(RULES[id_], id=f"{id_}-{n}", when=AllOf((first, one))) for n, one in enumerate(either.terms)]
    return attrs.evolve(
        BOOK, rules=tuple(part for rule in BOOK.rules for part in (parts if rule.id == id_ else [rule]))
    )


# Decided by hand, before the solver was asked.
EDITS = {
    "a level lowered": (
        changed(fever={"effect": effect("fever", level=Urgency.SOON)}),
        {("at_least", LESS), ("could_be", LESS)},
    ),
    "an exclusion dropped": (
        changed(without={"x-knees"}),
        {(f"exercise {id_}", LESS) for id_ in RULES["x-knees"].effect.exercises},
    ),
    "a dose that builds up further": (changed(exercises=dose("bridge", sets=Span(2, 5))), {("dose bridge", LESS)}),
    "a longer rest": (changed(exercises=dose("bridge", rest_seconds=60)), {("dose bridge", MORE)}),
    "a dose both ways": (
        changed(exercises=dose("bridge", repetitions=Span(4, 20))),
        {("dose bridge", LESS), ("dose bridge", MORE)},
    ),
    "a dose in something else": (
        changed(exercises=dose("bridge", repetitions=None, minutes=Span(1, 1))),
        {("dose bridge", NEITHER)},
    ),
    "a caution dropped": (changed(without={"c-thinner"}), {("caution c-thinner", LESS)}),
    "a caution beside one exercise only": (
        changed(c_thinner={"effect": Caution(text="Gently.", exercises=("bridge",))}),
        {("caution c-thinner", LESS)},
    ),
    "longer sessions": (changed(l_session=limit("l-session", session_minutes=20)), {("session minutes", LESS)}),
    "fewer moves": (changed(l_session=limit("l-session", session_moves=4)), {("session moves", MORE)}),
    "a tighter limit": (changed(l_heart_walk=limit("l-heart-walk", at_most={"minutes": 3})), {("dose walking", MORE)}),
    "an exercise gone": (
        attrs.evolve(BOOK, exercises={id_: one for id_, one in BOOK.exercises.items() if id_ != "yoga_basic"}),
        {("exercise yoga_basic", MORE)},
    ),
    "a new exercise under the old exclusions": (
        changed(exercises={"bridge_again": attrs.evolve(BOOK.exercises["bridge"], id="bridge_again")}),
        {("exercise bridge_again", NEITHER)},
    ),
    "a rule in parts": (in_parts("constant-pain-with-risk"), set()),
    "other words": (changed(fever={"title": "Hot", "because": "Heat."}), set()),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_of_the_rulebook_is_classified_as_it_was_by_hand(edit):
    book, expected = EDITS[edit]
    difference = bt.diff(BOOK, book)
    assert kinds(difference) == expected, str(difference)
    for change in difference.changes:
        if change.direction is not NEITHER and "gone" not in change.says:
            before, after = change.witness.profiles
            assert (before.rulebook, after.rulebook) == (BOOK, book)
            assert before.to_dict() == after.to_dict()
            assert change.witness.engines == ("reference", "durable")


def test_a_change_and_its_undoing_go_opposite_ways(tmp_path):
    book, lower = small(tmp_path / "old"), small(tmp_path / "new", ('urgency = "same_day"', 'urgency = "soon"'))
    there, back = bt.diff(book, lower), bt.diff(lower, book)
    assert kinds(there) == {("at_least", LESS), ("could_be", LESS)}
    assert kinds(back) == {("at_least", MORE), ("could_be", MORE)}
    before, after = there.changes[0].witness.profiles
    assert bt.assess(before).at_least > bt.assess(after).at_least


# Of the small rulebook: what the door makes of an answer. Who shows it, where that is a single answer.
DOORS = {
    "shivers no longer imply fever, and no fever no longer means no shivers": (
        [('implies = ["fever"]', "implies = []")],
        {("at_least", LESS), ("could_be", MORE), ("exercise walk", MORE), ("exercise bend", MORE)},
        {"shivers": True},
    ),
    "a gate is gone": (
        [('asked_if = "pain >= 1"\n', "")],
        {("at_least", MORE), ("could_be", MORE)},
        {"days": 43, "pain": 0},
    ),
    "a number in half steps": ([("maximum = 100\n", "maximum = 100\nstep = 0.5\n")], set(), None),
    "a number in double steps": (
        [("maximum = 100\n", "maximum = 100\nstep = 2\n"), ("fires = [{ days = 43 }]", "fires = [{ days = 44 }]")],
        set(),
        None,
    ),
    "one more option": ([('right = "Right" }', 'right = "Right", both = "Both" }')], set(), None),
    "silence becomes an answer": (
        [('id = "stiff"\ntext = "Stiff?"\n', 'id = "stiff"\ntext = "Stiff?"\nreported = true\n')],
        {(about, LESS) for about in ("exercise hop", "exercise bend", *SESSION, "caution c-gently")},
        None,
    ),
}


@pytest.mark.parametrize("edit", DOORS)
def test_what_the_door_makes_of_an_answer_is_compared_too(edit, tmp_path):
    edits, expected, person = DOORS[edit]
    old, new = small(tmp_path / "old"), small(tmp_path / "new", *edits)
    difference = bt.diff(old, new)
    assert kinds(difference) == expected, str(difference)
    if person:
        assert difference.changes[0].witness.profiles[0].to_dict() == person
    opposite = {LESS: MORE, MORE: LESS}
    assert kinds(bt.diff(new, old)) == {(about, opposite[direction]) for about, direction in expected}


@st.composite
def edited(draw):
    """A random rulebook, one of its mutants, and somebody."""
    book = draw(rulebooks())
    changed = list(mutants(book))
    assume(changed)
    mutant = draw(st.sampled_from(changed))
    return book, mutant.rulebook, draw(profiles(book))


@settings(max_examples=25)
@given(edited())
def test_nothing_changes_for_anybody_that_a_comparison_does_not_tell(case):
    old, new, profile = case
    found = kinds(bt.diff(old, new))
    before, after = bt.assess(profile, engine="reference"), bt.assess(profile, engine="reference", rulebook=new)
    for about in ("at_least", "could_be"):
        was, now = getattr(before, about), getattr(after, about)
        assert was == now or (about, LESS if now < was else MORE) in found
    for id_ in old.exercises:
        was, now = before.status(id_) == "allowed", after.status(id_) == "allowed"
        assert was == now or (f"exercise {id_}", LESS if now else MORE) in found
    doses = {entry.exercise.id: entry.dose for entry in after.allowed}
    for entry in before.allowed:
        id_ = entry.exercise.id
        assert doses.get(id_, entry.dose) == entry.dose or {(f"dose {id_}", LESS), (f"dose {id_}", MORE)} & found
    given_ = [{rule.id for rule in (*a.because, *a.open) if rule.effect.kind == "caution"} for a in (before, after)]
    for id_ in given_[0] ^ given_[1]:
        assert (f"caution {id_}", LESS if id_ in given_[0] else MORE) in found


def with_another_door(finding):
    """A finding of which less follows, or from which less follows, or about which silence says something else."""
    if finding.implies:
        return attrs.evolve(finding, implies=())
    if finding.asked_if is not None:
        return attrs.evolve(finding, asked_if=None)
    return attrs.evolve(finding, reported=not finding.reported) if finding.kind == "yes_no" else finding


@st.composite
def doors(draw):
    """A random rulebook, the same with findings that the door treats otherwise, and answers given one by one."""
    book = draw(rulebooks())
    words = book.vocabulary
    findings = {id_: draw(st.sampled_from([one, with_another_door(one)])) for id_, one in words.findings.items()}
    vocabulary = type(words)(findings=findings, checklists=words.checklists, asking_order=words.asking_order)
    return attrs.evolve(book, vocabulary=vocabulary), book, draw(profiles(book)).given


@settings(max_examples=25)
@given(doors())
def test_what_a_door_concludes_otherwise_changes_nothing_that_a_comparison_does_not_tell(case):
    old, new, answers = case
    difference = bt.diff(old, new)
    assert not any(change.direction is Direction.NOT_DECIDED for change in difference.changes)
    told = {about for about, _ in kinds(difference)}
    try:
        people = [bt.Profile(answers, rulebook=book) for book in (old, new)]
    except bt.ProfileError:  # what one door refuses is nobody before the other
        return
    before, after = (bt.assess(person, engine="reference") for person in people)
    assert before.at_least == after.at_least or "at_least" in told
    assert before.could_be == after.could_be or "could_be" in told
    for id_ in old.exercises:
        allowed = [found.status(id_) == "allowed" for found in (before, after)]
        assert allowed[0] is allowed[1] or f"exercise {id_}" in told


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
