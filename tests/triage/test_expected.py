"""Every row of the content specification, its near misses, and the people: profile to result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
import backtriage as bt
import pytest
from backtriage.findings.conditions import ALWAYS
from backtriage.rulebook.reading.checking import problems_of
from backtriage.rulebook.rules import AnyRule, Exclude, Urgent, worst_first
from backtriage.testing import mutants
from backtriage.triage.decision import decide
from backtriage.triage.engines.reference import ReferenceEngine
from backtriage.triage.verdicts import Verdicts

from expected_results import BOOK, NEAR_MISSES, PEOPLE, ROWS, differences, name_of, profile_of

URGENCY_RULES = [rule for rule in BOOK.rules if isinstance(rule.effect, Urgent)]


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_every_row_of_the_specification_has_its_level_and_its_effect_on_exercise(row):
    assessment = bt.assess(profile_of(row))
    assert row["id"] in {rule.id for rule in assessment.because}
    assert differences(row, assessment) == []
    rule = BOOK.rule(row["id"])
    assert rule.effect.level.value == row["level"]
    assert rule.effect.exercise == row["exercise"]


@pytest.mark.parametrize("row", NEAR_MISSES, ids=name_of)
def test_one_step_on_the_other_side_the_row_does_not_fire(row):
    assessment = bt.assess(profile_of(row))
    assert row["id"] not in {rule.id for rule in assessment.because}
    assert differences(row, assessment) == []


@pytest.mark.parametrize("person", PEOPLE, ids=name_of)
def test_people_get_what_the_specification_says(person):
    assert differences(person, bt.assess(profile_of(person))) == []


def test_every_urgency_rule_is_a_row_of_the_specification():
    assert {row["id"] for row in ROWS} == {rule.id for rule in URGENCY_RULES}


# -- effect mutants: a weaker level, a weaker effect on exercise, a dropped selector -----------------------------------

ENGINE = ReferenceEngine(BOOK)
MUTANTS = {
    str(mutant): (mutant.original, mutant.rule)
    for mutant in mutants(BOOK)
    if mutant.kind == "effect" and isinstance(mutant.rule.effect, Urgent | Exclude)
}


@pytest.fixture(scope="module")
def cases() -> list[tuple[dict[str, Any], bt.Profile, Verdicts]]:
    profiles = [(entry, profile_of(entry)) for entry in (*ROWS, *NEAR_MISSES, *PEOPLE)]
    return [(entry, profile, ENGINE.evaluate(profile.known)) for entry, profile in profiles]


def _killed(rule: AnyRule, mutant: AnyRule, cases: list[tuple[dict[str, Any], bt.Profile, Verdicts]]) -> bool:
    rules = tuple(sorted((mutant if one is rule else one for one in BOOK.rules), key=worst_first))
    book = attrs.evolve(BOOK, rules=rules)
    for entry, profile, verdicts in cases:
        if rule in verdicts.fired:
            fired = sorted((mutant if one is rule else one for one in verdicts.fired), key=worst_first)
            person = bt.Profile(profile.to_dict(), rulebook=book)
            changed = decide(
                person, Verdicts(tuple(fired), verdicts.open), engine="reference", region="", made=bt.Assessment
            )
            if differences(entry, changed):
                return True
    return False


SUMMED_UP = (
    "ces-older-unchanged: same_day -> soon",
    "legs-unsteady-old: same_day -> soon",
    "renal-colic: same_day -> soon",
    "kidney-infection: same_day -> soon",
    "deformity-or-lump: soon -> routine",
    "effort-symptoms: soon -> routine",
    "effort-symptoms: exercise gentle -> normal",
    "recent-injury-check: routine -> self_care",
)


def _equivalent() -> Iterator[tuple[str, str]]:
    also = "whenever it fires, {} fires too and stops exercise by itself"
    stopped_by = {
        "abdominal-pain-over-60": "new-abdominal-pain",
        "abdominal-pain-severe": "new-abdominal-pain",
        "arm-and-leg-weakness": "arm-weakness",
        "arm-weakness-new": "arm-weakness",
        "bleeding-by-itself": "sudden-severe-by-itself",
        "blood-infection-risk-severe": "infection-high-risk",
        "both-arms-trunk": "both-arms-new",
        "cannot-bear-weight": "no-weight-on-leg",
        "ces-older-legs": "old-nerve-signs",
        "ces-older-unchanged": "old-nerve-signs",
        "child-fever-wont-walk": "fever",
        "constant-pain-with-risk": "constant-pain",
        "deformity-fracture": "deformity-or-lump",
        "deformity-or-lump": "spine-changed",
        "ectopic-severe": "ectopic",
        "fever-nerve-sign": "fever",
        "fever-some-risk-severe": "fever",
        "fever-two-risks": "fever",
        "fracture-risks-together": "fragility-minor-injury",
        "fragility-injury": "fragility-minor-injury",
        "fragility-injury-signs": "fragility-minor-injury",
        "fragility-severe": "fragility",
        "gca-sight": "gca",
        "hot-joint-fever": "fever",
        "infection-fever-risk": "fever",
        "infection-some-risk-two": "infection-some-risk",
        "kidney-infection": "urine-trouble",
        "kidney-infection-pregnant": "kidney-infection",
        "kidney-infection-vomiting": "kidney-infection",
        "leg-weakness-new": "leg-weakness",
        "legs-unsteady-old": "old-nerve-signs",
        "neck-pain-eyelid": "eyelid-or-pupil",
        "no-weight-infection": "no-weight-on-leg",
        "no-weight-thinner": "no-weight-on-leg",
        "no-weight-weak-bone": "no-weight-on-leg",
        "overdose-serious": "painkiller-excess",
        "pain-unrelated-to-movement-over-55": "not-mechanical-acute",
        "procedure-thinner-severe": "infection-high-risk",
        "renal-colic": "urine-trouble",
        "renal-colic-60": "renal-colic",
        "renal-colic-fever-vomiting": "renal-colic",
        "renal-colic-pregnant": "renal-colic",
        "severe-not-mechanical-60": "not-mechanical-acute",
        "sexual-function-leg-pain": "sexual-function-alone",
        "sudden-severe-upper": "sudden-severe-by-itself",
        "suicide-danger": "suicidal-thoughts",
        "weight-loss-60": "weight-loss",
    }
    for rule, other in stopped_by.items():
        yield f"{rule}: exercise none -> gentle", also.format(other)
    for rule in ("procedure-new-weakness", "bleeding-new-weakness", "blood-infection-risk-weakness"):
        yield (
            f"{rule}: exercise none -> gentle",
            "new weakness of leg or arm stops exercise by itself: leg-weakness-new, arm-weakness-new",
        )
    yield (
        "bleeding-nerve-sign: exercise none -> gentle",
        "bleeding-risk or sudden-severe-by-itself stops exercise by itself",
    )
    yield from ((mutant, "the line that sums it up has a rule of its own that does as much") for mutant in SUMMED_UP)
    for rule in ("fragility-injury", "fracture-risks-together"):
        yield f"{rule}: same_day -> soon", "it lies within fragility-minor-injury, at the same level"
    yield "x-bone-cancer: without outside:walk_only", "with cancer in a bone cancer-worrying-pain stops exercise"
    yield "suicide-danger: without the message suicide", "suicidal-thoughts fires with it and gives the same message"
    for rule in ("thin-bones-severe", "fused-spine-severe"):
        yield f"{rule}: exercise none -> gentle", "x-severe-fragile fires with it and stops every exercise"
    same = "painkiller-excess fires with it and gives the same message in an emergency"
    yield "overdose-serious: without the message overdose", same
    yield "not-back-or-neck: exercise none -> gentle", "without a place of pain no offer fits"
    for tag in ("loaded_flexion", "impact", "loaded"):
        yield f"x-thin-bones: without tag:{tag}", "no offered exercise has it: the rule is there for those to come"
    yield "x-thin-bones: without tag:curl", "the one curl that is offered has tag flexion too"
    for exercise in ("partial_crunch", "plank"):
        yield f"x-curl-plank-early: without id:{exercise}", "its offers begin after the same 42 days"
    for rule in ("child", "age-16-17", "child-signs", "child-under-5"):
        yield f"{rule}: exercise none -> gentle", "no offer fits anybody under 18"
    for exercise in ("seated_hamstring_stretch", "standing_chair_hamstring_stretch"):
        yield f"x-toe-reach: without id:{exercise}", "its only offer needs the same clearance"
    yield "x-prone-lift: without id:prone_back_extension", "its only offer needs the same clearance"
    for tag in ("hold", "strength"):
        yield (
            f"x-aneurysm-strain: without tag:{tag}",
            "aneurysm-known leaves the core set only, and nothing in it strains",
        )


EQUIVALENT = dict(_equivalent())
"""Effect mutants that no profile can tell from the original, with the reason."""


REFUSALS = [rule for rule in BOOK.rules if isinstance(rule.effect, Exclude) and rule.when == ALWAYS]


@pytest.mark.parametrize("rule", REFUSALS, ids=lambda rule: rule.id)
def test_a_refusal_that_drops_an_exercise_does_not_load(rule):
    for exercise in rule.effect.exercises:
        kept = tuple(id_ for id_ in rule.effect.exercises if id_ != exercise)
        mutant = attrs.evolve(rule, effect=attrs.evolve(rule.effect, exercises=kept))
        book = attrs.evolve(BOOK, rules=tuple(mutant if one is rule else one for one in BOOK.rules))
        assert [p.what for p in problems_of(book)] == ["blocked, but no rule always excludes it"]


@pytest.mark.parametrize("name", MUTANTS)
def test_a_weaker_effect_is_noticed_by_an_expected_result(name, cases):
    rule, mutant = MUTANTS[name]
    if name in EQUIVALENT:
        assert not _killed(rule, mutant, cases), "no longer equivalent: take it out of the table"
    else:
        assert _killed(rule, mutant, cases)
