"""What is wrong with the file that plans are made by is said with its place, all of it at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import backtriage as bt
import pytest
from backtriage.rulebook.plan_rules import read_plan_rules

RULES = Path(__file__).parents[2] / "rules"
REFUSED = {
    "a number that is none": ('duration = "pain_duration_days"', 'duration = "pain_side"', "`pain_side` is no number"),
    "a figure of no dose": ('figure = "sets"', 'figure = "set"', "a step of 1 for `set`"),
    "a step back": ("by = 2", "by = -2", "a step of -2"),
    "a day before the start": ("check_in_days = [14,", "check_in_days = [0,", "check_in_days are [0, 28, 42, 84]"),
    "a negative time": ("warm_up_minutes = 3", "warm_up_minutes = -3", "warm_up_minutes is -3"),
    "a selector of nothing": ('spaced = ["tag:strength"]', 'spaced = ["tag:strenth"]', "selects nothing"),
    "six days": ('"Sat", "Sun"]', '"Sat"]', "6 weekdays"),
    "an unknown key": ("hold_days = 7", "hold_days = 7\nhold_weeks = 1", "unknown key"),
    "a word that no plan says": ("[plan.says]", "[plan.says]\ntitel = 'Plan'", "says.titel; did you mean `title`?"),
    "words that are missing": ('pace = "Go on', 'pase = "Go on', "says.pace is missing"),
    "a place that nobody fills": (
        'minutes = "A session takes {minutes}',
        'minutes = "A session takes {hours}',
        "says.minutes: hours",
    ),
    "a muscle in two groups": (
        'muscles = ["neck", ',
        'muscles = ["neck", "legs", ',
        "the muscle `legs` stands in 2 groups",
    ),
    "a muscle in none": ('"chest", "arms"]', '"chest"]', "the muscle `arms` stands in 0 groups"),
    "a muscle of nobody": ('"chest", "arms"]', '"chest", "arms", "tail"]', "no exercise trains `tail`"),
    "a condition that cannot be read": (
        'when = "raised_above_mild"',
        'when = "raised_above_mil"',
        "plan rule `p-lower-rise`",
    ),
    "a case that does not fire": (
        "fires = [{ exercise_sore_hours = 25 }]",
        "fires = [{ exercise_sore_hours = 24 }]",
        "does not fire",
    ),
    "a near miss that fires": (
        "spares = [{ pain_score = 6 }]",
        "spares = [{ pain_score = 8 }]",
        "case 1 of spares fires",
    ),
    "a case that is none": (
        "fires = [{ pain_score = 7 }]",
        "fires = [{ pain_score = 11 }]",
        "plan rule `p-hold-severe`",
    ),
    "two rules of one id": ('id = "p-hold-severe"', 'id = "p-end-15"', "duplicate plan_rule id `p-end-15`"),
    "two groups of one id": ('id = "stamina"', 'id = "legs"', "duplicate muscle_group id `legs`"),
    "no source": ('sources = [{ id = "S241" }, { id = "S242" }]', "sources = []", "no source"),
    "no such step": ('then = "end"', 'then = "stop"', "plan_rule `p-end-15`.then"),
    "no table": ("[plan]", "[[muscle_group]]\nid = 'x'\nname = 'X'\nmuscles = []\n[plans]", "plans.toml"),
    "no TOML": ("[plan]", "[plan", "not TOML"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return shutil.copytree(RULES, tmp_path_factory.mktemp("rules") / "rules")


@pytest.mark.parametrize(("right", "wrong", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_with_a_file_of_plans_is_said_with_its_place(right, wrong, message, folder):
    text = (RULES / "plans.toml").read_text()
    assert right in text
    (folder / "plans.toml").write_text(text.replace(right, wrong, 1))
    book = bt.load_rulebook(folder)  # a plan is not needed to assess anybody
    with pytest.raises(bt.RulebookError) as refused:
        read_plan_rules(book)
    assert message in str(refused.value)
    assert all(problem.where.startswith("plans.toml") for problem in refused.value.problems)


def test_a_table_of_plans_among_the_rules_is_sent_where_it_belongs(folder):
    (folder / "plans.toml").write_text((RULES / "plans.toml").read_text())
    stray = folder / "stray.toml"
    stray.write_text("[plan]\nduration = 'age'\n")
    with pytest.raises(bt.RulebookError, match="what plans are made by stands in plans"):
        bt.load_rulebook(folder)
    stray.unlink()


def test_a_move_goes_on_from_one_that_is_there(folder):
    path = folder / "exercises" / "lying_on_the_back.toml"
    text = path.read_text()
    path.write_text(text.replace('continues = "single_knee_to_chest"', 'continues = "nowhere"'))
    with pytest.raises(bt.RulebookError, match="continues: unknown exercise `nowhere`"):
        bt.load_rulebook(folder)
    path.write_text(text)
