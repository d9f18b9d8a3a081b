"""Pictures of plans and episodes: well formed, small, and the same in words."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date, timedelta

import backtriage as bt
import pytest
from backtriage.episode import pictures
from backtriage.episode.telling import planned_moves

from episode.people import low_back, people
from episode.test_episode import FIRST, after, made

START = date(2026, 12, 1)
SVG = "{http://www.w3.org/2000/svg}"


def planned(a=None):
    return bt.plan(a or low_back(), start=START, today=START)


def test_a_picture_of_a_week_has_a_row_for_each_move_and_a_dot_for_each_day_that_it_is_done():
    plan = planned()
    for first in (START, START + timedelta(days=35)):
        days = [day for day in plan.days if first <= day.day < first + timedelta(days=7)]
        picture = ET.fromstring(plan.picture(first))  # noqa: S314 - our own
        assert len(picture.findall(f"{SVG}circle")) == sum(len(day.moves) + len(day.apart) for day in days)
        assert len(picture.findall(f"{SVG}text")) == 7 + len(planned_moves(days))
        for move in planned_moves(days):
            assert move.exercise.name in picture.get("aria-label")


def test_a_picture_of_the_goals_has_a_bar_and_a_date_for_each_and_says_them():
    plan = planned()
    picture = ET.fromstring(pictures.goals(plan))  # noqa: S314 - our own
    assert len(picture.findall(f"{SVG}rect")) == len(plan.goals)
    assert all(goal.target.dose.amount in picture.get("aria-label") for goal in plan.goals)


def test_a_picture_of_an_episode_shows_the_course_and_what_was_done():
    episode = made([(0, FIRST), (3, {"pain_score": 5}), (20, {"pain_score": 1})])
    episode = episode.did(START + timedelta(days=4), {"bridge": {}}, at=after(21))
    picture = ET.fromstring(episode.picture())  # noqa: S314 - our own
    heights = [float(one.get("cy")) for one in picture.findall(f"{SVG}circle")]
    assert heights[1] < heights[0] < heights[2]  # the higher the worse
    assert len(picture.findall(f"{SVG}rect")) == 1
    assert picture.get("aria-label") == "2026-12-01: 3; 2026-12-04: 5; 2026-12-21: 1; done on 2026-12-05"
    assert "<svg" in episode._repr_html_()


def test_what_has_nothing_to_show_is_a_picture_all_the_same():
    ET.fromstring(bt.Episode.begin().picture())  # noqa: S314 - our own
    ET.fromstring(made([(0, FIRST)]).picture())  # noqa: S314 - our own
    nothing = planned(low_back(new_bladder_change=True))
    assert "This needs a hospital now." in nothing._repr_html_()


@pytest.mark.parametrize("draw", [pictures.week, pictures.goals, lambda plan: plan._repr_html_()])
def test_every_picture_is_well_formed_and_in_the_colour_of_the_text(draw):
    for a in people(30, seed=4):
        drawn = draw(planned(a))
        ET.fromstring(drawn)  # noqa: S314 - our own
        assert "#" not in drawn.replace("&#", "")
        assert len(drawn) < 30_000
