"""What would refute each guarantee: a rulebook in which the rules are changed that it rests on."""

from __future__ import annotations

import functools

import attrs
import backtriage as bt
import pytest
from backtriage.findings.conditions import ALWAYS, Absent, AllOf, AnyOf, Compare, Present
from backtriage.readings.proofs import Outcome, assessed, promises, proving, solving
from backtriage.readings.proofs.people import cone
from backtriage.rulebook.doses import Span
from backtriage.rulebook.guarantees import read_guarantees
from backtriage.rulebook.rules import Caution, Exclude, Limited, Offer, Stop, Urgency, Urgent
from backtriage.testing.guarding import Guards
from backtriage.testing.mutants import mutants

from strategies import BOOK

GUARANTEES = {one.id: one for one in read_guarantees(BOOK)}
RECEPTION = "the reception of our clinic"


def proved(book, guarantee):
    people = assessed.Assessed(book)
    return proving.prove_guarantee(guarantee, people, solving.Prover(people))


def refutations(book, guarantee):
    result = proved(book, guarantee)
    assert result.outcome is Outcome.REFUTED, result
    return [one.says for one in result.refutations]


def rewritten(*, without=(), exercises=None, more=(), **rules: dict[str, object]):
    """The default rulebook without some rules, with others changed, and with more of them."""
    kept = [rule for rule in BOOK.rules if rule.id not in without]
    changed = [attrs.evolve(rule, **rules.get(rule.id.replace("-", "_"), {})) for rule in kept]
    return attrs.evolve(BOOK, rules=(*changed, *more), exercises={**BOOK.exercises, **(exercises or {})})


def offer(*exercises: str, when=ALWAYS):
    return attrs.evolve(BOOK.rule("o-core-low"), id="o-everybody", when=when, effect=Offer(exercises=exercises))


# -- every promise of every guarantee ----------------------------------------------------------------------------------


def rests_on(guarantee, rule) -> bool:
    """The rule asks for what the guarantee asks for, or for what follows from it; or it is about everybody."""
    about = cone(BOOK, {atom.finding for atom in guarantee.when.atoms()})
    return rule.when == ALWAYS or not rule.findings.isdisjoint(about)


def without_what_it_rests_on(guarantee):
    """Its cautious rules are gone; what it forbids is offered to everybody, in a greater dose than it permits."""
    cautious = Urgent | Exclude | Limited | Caution | Stop
    kept = [rule for rule in BOOK.rules if not (isinstance(rule.effect, cautious) and rests_on(guarantee, rule))]
    limit = guarantee.dose_at_most
    named = {*guarantee.never_allows, *(limit.exercises if limit else ())}
    if guarantee.low_impact_too:
        named = {id_ for id_, one in BOOK.exercises.items() if not one.low_impact}
        kept = [rule for rule in kept if not isinstance(rule.effect, Offer)]
    caps = {**limit.at_most, **limit.start_at_most} if limit else {}

    def offered(exercise):
        dose = exercise.dose or BOOK.exercises["bridge"].dose
        larger = {figure: Span(cap + 1, cap + 1) for figure, cap in caps.items() if getattr(dose, figure)}
        return attrs.evolve(exercise, status="offered", dose=attrs.evolve(dose, **larger))

    exercises = {id_: offered(one) if id_ in named else one for id_, one in BOOK.exercises.items()}
    more = (offer(*sorted(named)),) if named else ()
    return attrs.evolve(BOOK, rules=(*kept, *more), exercises=exercises)


def with_other_words(guarantee):
    """Its urgency rules send everybody to the reception, and hide the message that is to be shown word for word."""

    def changed(rule):
        if not isinstance(rule.effect, Urgent) or not rests_on(guarantee, rule):
            return rule
        return attrs.evolve(rule, effect=attrs.evolve(rule.effect, see=RECEPTION, locked="", ring_only=False))

    return attrs.evolve(BOOK, rules=tuple(map(changed, BOOK.rules)))


@functools.cache
def everybody():
    return assessed.Assessed(BOOK)


def is_broken(guarantee, people, prover) -> bool:
    """Somebody shows it, to the solver and to the engine."""
    model = prover.find(promises.broken(guarantee, people))
    if model is None:
        return False
    person = bt.Profile(people.answers(model), rulebook=people.book)
    return bool(promises.shows_broken(guarantee)(lambda who: bt.assess(who, engine="reference"), person))


@pytest.mark.parametrize("id_", GUARANTEES)
def test_every_promise_is_broken_where_the_rules_are_changed_that_it_rests_on(id_):
    guarantee = GUARANTEES[id_]
    own = {"when": guarantee.when, "until_ruled_out": guarantee.until_ruled_out}
    made = {what: attrs.evolve(one, **own) for what, one in promises.promises(guarantee, BOOK).items()}
    words = {what for what, one in made.items() if one.sees or one.locked}
    for change, whats in ((without_what_it_rests_on, made.keys() - words), (with_other_words, words)):
        if whats:
            people = everybody().under(change(guarantee), f"{id_} ", Urgency, BOOK.exercises)
            prover = solving.Prover(people)
            assert [what for what in sorted(whats) if not is_broken(made[what], people, prover)] == []


def test_every_emergency_is_promised_to_be_sent_where_emergencies_are_looked_after():
    promised = [one for one in GUARANTEES.values() if one.at_least is Urgency.EMERGENCY]
    assert all(one.sees for one in promised)
    assert len(promised) >= 60


def test_every_locked_message_and_every_stop_rule_and_caution_that_names_an_urgency_is_promised():
    assert {key for one in GUARANTEES.values() for key in one.locked} == BOOK.messages.locked.keys()
    urgent = {rule.id for rule in BOOK.rules if isinstance(rule.effect, Caution) and rule.effect.names_urgency}
    assert {id_ for one in GUARANTEES.values() for id_ in one.cautions} == urgent
    for rule in BOOK.rules:
        if isinstance(rule.effect, Stop):
            person = bt.Profile(rule.fires[0])
            assert any(one.stops and one.when.holds(person.known) is True for one in GUARANTEES.values()), rule.id


SHOWN_ALL_THE_SAME = {"overdose-serious: without the message overdose"}
"""The rule that it implies shows the same message in an emergency."""


def test_whatever_else_is_said_is_guarded_by_the_guarantee_about_it():
    guards = Guards(BOOK, tuple(GUARANTEES.values()))
    survive = {str(one) for one in mutants(BOOK) if is_about_words(one) and guards.broken_by(one) is None}
    assert survive == SHOWN_ALL_THE_SAME


def is_about_words(mutant) -> bool:
    """A message forgotten, a weaker stop rule or none, a caution about an urgency that says nothing."""
    effect = mutant.original.effect
    urgent = isinstance(effect, Caution) and effect.names_urgency
    return mutant.kind == "effect" and (urgent or isinstance(effect, Stop) or "without the message" in mutant.change)


# -- those that said more than they proved -----------------------------------------------------------------------------

EITHER = AnyOf((Present("cleared_flexion"), Present("cleared_extension_lift")))
NEITHER = AllOf((Absent("cleared_flexion"), Absent("cleared_extension_lift")))


def cleared_by_either(offering: str, exclusion: str, clearance: str):
    """What is offered after one clearance is offered after the other too."""
    terms = BOOK.rule(offering).when.terms
    assert Present(clearance) in terms
    when = AllOf(tuple(EITHER if term == Present(clearance) else term for term in terms))
    changes = {offering.replace("-", "_"): {"when": when}, exclusion.replace("-", "_"): {"when": NEITHER}}
    return rewritten(**changes)


SAID_MORE = {
    "a reaching stretch after the clearance of the face-down lift": (
        "g-toe-reach-cleared",
        cleared_by_either("o-cleared-reach", "x-toe-reach", "cleared_flexion"),
    ),
    "the face-down lift after the clearance of bending": (
        "g-face-down-lift-cleared",
        cleared_by_either("o-cleared-lift", "x-prone-lift", "cleared_extension_lift"),
    ),
    "bending to the right, which hurts": ("g-painful-right-side", rewritten(without={"l-side-right"})),
    "bending to the left, which hurts": ("g-painful-side", rewritten(without={"l-side-left"})),
    "a curl in the first weeks": (
        "g-early-curl-plank",
        rewritten(
            without={"x-curl-plank-early"},
            more=(offer("partial_crunch", "plank", when=Compare("age", ">=", 18)),),
        ),
    ),
    "weights": (
        "g-no-weight",
        rewritten(
            exercises={
                "weight_lifting": attrs.evolve(
                    BOOK.exercises["weight_lifting"], status="offered", dose=BOOK.exercises["bridge"].dose
                )
            },
            more=(offer("weight_lifting", when=Present("cleared_weights")),),
        ),
    ),
    "a sit-up": (
        "g-toe-touch-sit-up",
        rewritten(
            without={"never-sit-up"},
            exercises={
                "sit_up": attrs.evolve(
                    BOOK.exercises["sit_up"], status="offered", dose=BOOK.exercises["partial_crunch"].dose
                )
            },
            more=(offer("sit_up", when=Compare("age", ">=", 18)),),
        ),
    ),
}


@pytest.mark.parametrize("what", SAID_MORE)
def test_a_rulebook_that_does_what_a_guarantee_rules_out_is_refuted(what):
    id_, book = SAID_MORE[what]
    assert refutations(book, GUARANTEES[id_])


@pytest.mark.parametrize("scope", ["move", "session"])
def test_a_stop_that_stops_less_is_refuted(scope):
    less = attrs.evolve(BOOK.rule("stop-collapse").effect, scope=scope)
    book = rewritten(stop_collapse={"effect": less})
    assert refutations(book, GUARANTEES["g-stop-collapse"]) == ["nothing stops everything"]


def test_whoever_is_sent_elsewhere_in_an_emergency_is_a_witness():
    book = rewritten(ces_bladder={"effect": attrs.evolve(BOOK.rule("ces-bladder").effect, see=RECEPTION)})
    assert refutations(book, GUARANTEES["g-bladder-bowel"]) == [f"sent to {RECEPTION}"]


def test_a_message_that_is_not_shown_is_refuted():
    book = rewritten(suicidal_thoughts={"effect": attrs.evolve(BOOK.rule("suicidal-thoughts").effect, locked="")})
    assert refutations(book, GUARANTEES["g-suicidal-thoughts"]) == ["suicide or suicide_danger is not shown"]


def test_a_caution_that_is_not_given_while_it_may_apply_is_refuted():
    narrower = AllOf((Present("cancer_ever"), Present("cancer_in_bone")))
    book = rewritten(c_cancer={"when": narrower})
    assert refutations(book, GUARANTEES["g-told-of-cancer"]) == ["no caution c-cancer"]


# -- a guarantee that nothing could break ------------------------------------------------------------------------------


def test_a_promise_that_holds_for_everybody_whatever_its_condition_says_is_refuted(tmp_path):
    (tmp_path / "guarantees.toml").write_text(
        '[[guarantee]]\nid = "g-idle"\ntitle = "No weight before clearance"\nuntil_ruled_out = "not cleared_weights"\n'
        'never_allows = ["tag:loaded", "outside:walk_only"]\nevidence = "unverified"\n'
        'dose_at_most = { select = ["all"], only = { load = ["none"] } }\n'
    )
    (guarantee,) = read_guarantees(attrs.evolve(BOOK, path=str(tmp_path)))
    says = [one for one in refutations(BOOK, guarantee) if "whatever its condition says" in one]
    assert [one.split("`")[1] for one in says] == ["never_allows tag:loaded", "dose_at_most load none"]


def test_what_is_promised_to_everybody_needs_no_condition_that_matters():
    assert proved(BOOK, GUARANTEES["g-no-weight"]).outcome is Outcome.PROVED


# -- as it is written --------------------------------------------------------------------------------------------------

HEAD = '[[guarantee]]\nid = "g"\ntitle = "G"\nwhen = "fever_or_shivers"\nevidence = "unverified"\n'
WRONG = {
    'sees = ["your doctor"]': "`sees` without `at_least`; nobody is referred at self-care",
    'at_least = "soon"\nsees = ["your doctor (today)"]': "sees `your doctor (today)`, to whom nobody is sent",
    'at_least = "soon"\nsees = ["the reception"]': "sees `the reception`, to whom nobody is sent",
    'locked = ["suicde"]': "unknown locked message `suicde`; did you mean `suicide`?",
    'cautions = ["c-cancr"]': "`c-cancr` is no caution that is given by itself; did you mean `c-cancer`?",
    'cautions = ["x-floor"]': "`x-floor` is no caution",
    'stops = "all"': "all",
}


@pytest.mark.parametrize("promise", WRONG)
def test_a_promise_of_what_is_not_there_to_be_said_is_refused(promise, tmp_path):
    (tmp_path / "guarantees.toml").write_text(f"{HEAD}{promise}\n")
    with pytest.raises(bt.RulebookError) as caught:
        read_guarantees(attrs.evolve(BOOK, path=str(tmp_path)))
    assert WRONG[promise] in str(caught.value)
