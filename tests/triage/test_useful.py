"""Ordinary people get something useful: walking and three suitable moves, in a sensible order, at a careful start."""

from __future__ import annotations

import backtriage as bt
import pytest

from expected_effects import counted
from strategies import BOOK, VOCABULARY

STAGES = {"acute": 5, "early": 21, "subacute": 60, "chronic": 150}
NEITHER = {"eases_direction": "neither", "provokes_direction": "neither"}
PEOPLE = {
    "low back, no direction": {"lower_back_pain": True, **NEITHER},
    "low back, direction not known": {"lower_back_pain": True},
    "low back, bending eases": {"lower_back_pain": True, "eases_direction": "bending", "provokes_direction": "arching"},
    "low back, arching eases": {"lower_back_pain": True, "eases_direction": "arching", "provokes_direction": "bending"},
    "one leg tingles": {
        "lower_back_pain": True,
        "leg_pain_below_knee": True,
        "limb_nerve_feeling": True,
        "leg_numb_tingling": True,
        **NEITHER,
    },
    "osteoporosis, no fracture": {"lower_back_pain": True, "osteoporosis": True, **NEITHER},
    "neck": {"neck_pain": True},
    "upper back": {"upper_back_pain": True},
    "middle back": {"mid_back_pain": True},
}


def assessed(person: str, stage: str) -> bt.Assessment:
    answers = {"age": 45, "pain_score": 4, "pain_duration_days": STAGES[stage], **PEOPLE[person]}
    return bt.assess(answers, denies=list(VOCABULARY.checklists))


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("person", PEOPLE)
def test_an_ordinary_person_is_allowed_walking_and_three_suitable_moves(person, stage):
    assessment = assessed(person, stage)
    area = "neck" if person == "neck" else "upper_back" if "back" in person and "low" not in person else None
    allowed = {entry.exercise.id for entry in assessment.allowed}
    fitting = [entry for entry in assessment.allowed if area is None or area in entry.exercise.areas]
    assert assessment.urgency <= bt.Urgency.ROUTINE
    assert "walking" in allowed
    assert len(fitting) >= 4, [entry.exercise.id for entry in fitting]


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("person", PEOPLE)
def test_the_session_begins_with_a_walk_and_holds_three_to_five_set_moves_at_their_start(person, stage):
    assessment = assessed(person, stage)
    assert assessment.session[0].exercise.id == "walking"
    assert counted(assessment.session) <= 5
    assert len(assessment.session) >= 4
    for entry in assessment.session:
        assert entry.dose.sets.start == 1
        assert entry.dose.load == ("none",)
        assert not entry.dose.repetitions or entry.dose.repetitions.start <= 8
        assert not entry.dose.minutes or entry.dose.minutes.start <= 5


@pytest.mark.parametrize("person", PEOPLE)
def test_one_direction_a_plan(person):
    """Where one direction eases and the other sets it off, the plan holds moves of one direction only."""
    for stage in STAGES:
        tags = {tag for entry in assessed(person, stage).allowed for tag in entry.exercise.tags}
        if "eases" in person:
            assert not {"flexion", "extension"} <= tags


def test_a_later_stage_never_takes_the_core_away():
    core = set(BOOK.sets["core"])
    for person in PEOPLE:
        kept = [{entry.exercise.id for entry in assessed(person, stage).allowed} & core for stage in STAGES]
        assert kept == [kept[0]] * len(STAGES)


@pytest.mark.parametrize("stage", ["early", "subacute", "chronic"])
def test_the_five_moves_of_document_003_are_whole_and_in_order(stage):
    """Knee to chest, with one leg and then with both, is one of the five."""
    ids = [entry.exercise.id for entry in assessed("low back, no direction", stage).session]
    assert ids[1:] == list(BOOK.rule("r-five-moves").effect.exercises)
    assert ids[-1] == "bridge"
