"""The drawn figures: every offered exercise has one, of a body that could be somebody's; the rules never see them."""

from __future__ import annotations

import math
import re
import shutil
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import attrs
import backtriage as bt
import pytest
from backtriage.figures import figure
from backtriage.figures.files import read_figures
from backtriage.figures.posing import ARM, LEG, SPINE, body_of, heading
from backtriage.figures.sketching import sketch
from backtriage.figures.tables import FrameTable, Limb
from backtriage.rulebook.reading.files import FIGURES
from hypothesis import given
from hypothesis import strategies as st

BOOK = bt.default_rulebook()
OFFERED = [exercise for exercise in BOOK.exercises.values() if exercise.status == "offered"]
DRAWN = read_figures(BOOK)
FRAMES = [(f"{id_}-{index}", frame) for id_, frames in DRAWN.frames.items() for index, frame in enumerate(frames, 1)]
every_exercise = pytest.mark.parametrize("exercise", OFFERED, ids=lambda exercise: exercise.id)
every_frame = pytest.mark.parametrize("frame", [frame for _, frame in FRAMES], ids=[name for name, _ in FRAMES])
LENGTHS = {"arm": ARM, "leg": LEG}
THICKNESS = {"arm": (3.6, 2.8, 2.0, 1.8), "leg": (6.2, 4.2, 2.7, 1.8)}
SVG = "{http://www.w3.org/2000/svg}"


def parsed(exercise):
    return ET.fromstring(figure(exercise.id).svg)  # noqa: S314 - our own


def bend(first, middle, last):
    """How far a chain turns at a joint, clockwise positive."""
    return (heading(middle, last) - heading(first, middle) + 180) % 360 - 180


# -- which exercises ------------------------------------------------------------------------------------------------


def test_exactly_the_offered_exercises_have_a_figure():
    assert set(DRAWN.frames) == {exercise.id for exercise in OFFERED}
    for exercise in BOOK.exercises.values():
        assert (figure(exercise.id) is not None) == (exercise.status == "offered")


def test_an_unknown_exercise_is_an_error():
    with pytest.raises(KeyError, match="brigde"):
        figure("brigde")


# -- the drawing ----------------------------------------------------------------------------------------------------


@every_exercise
def test_the_drawing_is_small_xml_that_stands_alone_and_clashes_with_nothing(exercise):
    svg, root = figure(exercise.id).svg, parsed(exercise)
    assert len(svg.encode()) <= 4_000
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    for element in root.iter():
        assert {"id", "class", "style", "href"}.isdisjoint(element.keys())
        assert {element.get("fill", "none"), element.get("stroke", "none")} <= {"none", "currentColor"}


@every_exercise
def test_the_name_and_the_text_alternative_are_in_the_drawing(exercise):
    shown, root = figure(exercise.id), parsed(exercise)
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == exercise.name
    assert root[1].tag == f"{SVG}desc"
    assert root[1].text == shown.alt
    for frame in DRAWN.frames[exercise.id]:
        assert frame.seen.endswith(".")
        assert frame.seen in shown.alt


@every_exercise
def test_the_text_alternative_gives_no_figure_that_the_steps_do_not_give(exercise):
    told = set(re.findall(r"\d+", " ".join(exercise.steps)))
    for frame in DRAWN.frames[exercise.id]:
        assert set(re.findall(r"\d+", frame.seen)) <= told


@every_exercise
def test_nothing_lies_outside_the_drawing_nor_in_another_frame(exercise):
    root = parsed(exercise)
    _, _, width, height = map(int, root.get("viewBox").split())
    boxes = []
    for panel in root.findall(f"{SVG}g"):
        x, y = map(int, panel.get("transform")[10:-1].split())
        alone = DRAWN.frames[exercise.id][len(boxes)]
        corners = [(x + 3 * px, y - 3 * py) for px, py in joints(alone)]
        boxes.append(
            (min(px for px, _ in corners), min(py for _, py in corners), *map(max, zip(*corners, strict=True)))
        )
    assert len(boxes) == len(DRAWN.frames[exercise.id])
    for left, top, right, bottom in boxes:
        assert left >= 0
        assert top >= 0
        assert right <= width
        assert bottom <= height
    for one, other in pairwise(boxes):
        assert one[2] <= other[0] or one[3] <= other[1] or other[2] <= one[0]


def joints(frame):
    body = body_of(frame)
    points = [*body.spine, *body.corners, body.head, *(point for chain in body.limbs.values() for point in chain)]
    points += [point for line in (*frame.lines, *frame.arrows) for point in line]
    for stands in frame.props:
        way = -1 if stands.turned else 1
        points += [(stands.at[0] + way * x, stands.at[1] + y) for line in DRAWN.props[stands.id].lines for x, y in line]
    return points


@every_exercise
def test_no_two_frames_of_a_figure_are_the_same(exercise):
    panels = [ET.tostring(panel) for panel in parsed(exercise).findall(f"{SVG}g")]
    still = [attrs.evolve(frame, arrows=(), pose="", seen="") for frame in DRAWN.frames[exercise.id]]
    assert all(one != other for one, other in pairwise(still))
    assert len(set(panels)) == len(panels)


def test_the_drawing_says_what_it_is_given_as_text_and_not_as_markup():
    frame = DRAWN.frames["bridge"][0]
    root = ET.fromstring(sketch("</title><script>", "a & b", [frame], DRAWN.props))  # noqa: S314 - our own
    assert [root[0].text, root[1].text] == ["</title><script>", "a & b"]


numbers = st.floats(-1_000, 1_000) | st.integers(-2, 2).map(float)
points = st.tuples(numbers, numbers)
lines = st.lists(st.lists(points, min_size=1, max_size=4).map(tuple), max_size=3).map(tuple)
arrows = st.lists(st.lists(points, min_size=2, max_size=4).map(tuple), max_size=3).map(tuple)
limbs = st.none() | st.one_of(
    st.builds(Limb, angles=st.tuples(numbers, numbers, numbers), tip=st.none() | numbers),
    st.builds(Limb, to=points, tip=st.none() | numbers),
    st.builds(Limb, through=st.lists(points, min_size=2, max_size=3).map(tuple), tip=st.none() | numbers),
)
POSED = {
    **dict.fromkeys(("trunk", "curl", "neck", "look", "turn"), st.none() | numbers),
    **dict.fromkeys(("hip", "shrug"), st.none() | points),
    **dict.fromkeys(("near_arm", "far_arm", "near_leg", "far_leg"), limbs),
    "view": st.sampled_from([None, "side", "front", "back"]),
    "legs": st.none() | st.booleans(),
}
any_frame = st.builds(FrameTable, pose=st.just(""), seen=st.just(""), lines=lines, arrows=arrows, **POSED)


@given(st.lists(any_frame, min_size=1, max_size=4))
def test_whatever_can_be_read_can_be_drawn(frames):
    root = ET.fromstring(sketch("", "", frames, {}))  # noqa: S314 - our own
    assert len(root.findall(f"{SVG}g")) == len(frames)


# -- the body -------------------------------------------------------------------------------------------------------


@every_frame
def test_limbs_are_as_long_as_they_are_and_look_shorter_only_where_they_point_out_of_the_page(frame):
    body = body_of(frame)
    assert sum(math.dist(*pair) for pair in pairwise(body.spine)) == pytest.approx(SPINE, abs=0.01)
    for name, chain in body.limbs.items():
        given = getattr(frame, name)
        for part, length in zip(pairwise(chain[:3]), LENGTHS[name[-3:]], strict=False):
            if given is not None and given.through:
                assert math.dist(*part) <= length + 0.35
            else:
                assert math.dist(*part) == pytest.approx(length, abs=0.01)


@every_frame
def test_hands_and_feet_reach_where_the_pose_puts_them(frame):
    for name, chain in body_of(frame).limbs.items():
        if (limb := getattr(frame, name)) is not None and limb.to:
            assert math.dist(chain[2], limb.to) < 0.1


@every_frame
def test_nothing_of_the_body_is_below_the_floor(frame):
    if frame.floor:
        body = body_of(frame)
        assert min(y for _, y in body.spine) >= 5
        assert body.head[1] >= 5.9
        for name, chain in body.limbs.items():
            for (_, y), radius in zip(chain, THICKNESS[name[-3:]], strict=True):
                assert y - radius >= -0.5, name


@every_frame
def test_somebody_is_on_the_floor_or_on_what_stands_there(frame):
    if frame.floor and not {stands.id for stands in frame.props} & {"exercise_bike"}:
        body = body_of(frame)
        lowest = min(
            y - radius
            for name, chain in body.limbs.items()
            for (_, y), radius in zip(chain, THICKNESS[name[-3:]], strict=True)
        )
        assert min(lowest, body.spine[0][1] - 6.6) <= 1.5


@every_frame
def test_every_joint_bends_as_far_as_joints_do(frame):
    """Plain limits of what bodies can do, a little generous: they catch a slip of the pen."""
    body, flat = body_of(frame), not frame.in_front
    assert -45 <= (frame.curl or 0) <= 60
    assert -40 <= (frame.neck or 0) <= 45
    assert -80 <= (frame.look or 0) <= 80
    for name, chain in body.limbs.items():
        limb = getattr(frame, name)
        if not flat or (limb is not None and limb.through):
            continue
        if name.endswith("leg"):
            flexed = ((frame.trunk or 0) + 180 - heading(chain[0], chain[1]) + 180) % 360 - 180
            assert -20 <= flexed <= 140, name
            assert -1 <= bend(*chain[:3]) <= 150, name
            assert -115 <= bend(*chain[1:]) <= 0, name
        else:
            raised = ((frame.trunk or 0) + (frame.curl or 0) + 180 - heading(chain[0], chain[1]) + 60) % 360 - 60
            assert -60 <= raised <= 185, name
            assert -150 <= bend(*chain[:3]) <= 1, name


# -- the files ------------------------------------------------------------------------------------------------------


def test_figures_are_no_part_of_the_rules(tmp_path):
    copy = tmp_path / "rules"
    shutil.copytree(BOOK.path, copy)
    with_figures = bt.load_rulebook(copy)
    assert figure("bridge", rulebook=with_figures) == figure("bridge")
    shutil.rmtree(copy / FIGURES)
    without = bt.load_rulebook(copy)
    assert with_figures.digest == without.digest == BOOK.digest
    assert figure("bridge", rulebook=without) is None


WRONG = [
    ('[[figure]]\nid = "brigde"\nframe = []', "no such exercise"),
    ('[[figure]]\nid = "sit_up"\nframe = []', "only an offered exercise is drawn"),
    ('[[figure]]\nid = "bridge"\nframe = []', "a second figure `bridge`"),
    ('[[figure]]\nid = "bridge"\nframe = []', "no frame"),
    ('[[figure]]\nid = "bridge"\nframe = [{ pose = "sitting", seen = "" }]', "say in one line what is seen"),
    ('[[pose]]\nid = "standing"', "a second pose `standing`"),
    ('[[pose]]\nid = "p"\nhip = [1]', "1 in a list"),
    ('[[pose]]\nid = "p"\ntrunk = true', "`True` is not a number"),
    ('[[pose]]\nid = "p"\nnear_leg = { angles = [1, 2] }', "a leg of 2 angles"),
    ('[[pose]]\nid = "p"\nnear_leg = { to = [1, 2], angles = [1, 2, 3] }', "not given in one way"),
    ('[[pose]]\nid = "p"\nnear_leg = {}', "not given in one way"),
    ('[[prop]]\nid = "p"\nlines = [[[1, 2], [3]]]', "1 in a list"),
    ('[[prop]]\nid = "p"\ncircles = [[1, 2]]', "2 in a list"),
    ('[[posture]]\nid = "p"', "unknown key `'posture'`"),
]


@pytest.mark.parametrize(("text", "says"), WRONG)
def test_what_cannot_be_drawn_is_refused_with_its_place(tmp_path, text, says):
    shutil.copytree(Path(BOOK.path) / FIGURES, tmp_path / FIGURES)
    (tmp_path / FIGURES / "wrong.toml").write_text(text)
    with pytest.raises(bt.RulebookError, match=r"figures/wrong\.toml:1") as error:
        figure("bridge", rulebook=attrs.evolve(BOOK, path=str(tmp_path)))
    assert says in str(error.value)


def test_a_frame_that_names_what_is_not_there_is_refused_with_the_close_match(tmp_path):
    shutil.copytree(Path(BOOK.path) / FIGURES, tmp_path / FIGURES)
    file = tmp_path / FIGURES / "sitting.toml"
    file.write_text(
        file.read_text().replace('pose = "sitting"', 'pose = "siting"').replace('"low_chair"', '"lowchair"')
    )
    with pytest.raises(bt.RulebookError) as error:
        figure("bridge", rulebook=attrs.evolve(BOOK, path=str(tmp_path)))
    assert "unknown pose `siting`; did you mean `sitting`" in str(error.value)
    assert "unknown prop `lowchair`; did you mean `low_chair`" in str(error.value)


def overlaid(folder, text):
    """Our rulebook under an overlay that offers a bridge of its own and draws it so."""
    (folder / FIGURES).mkdir()
    (folder / FIGURES / "own.toml").write_text(text)
    exercises = {**BOOK.exercises, "own_bridge": attrs.evolve(BOOK.exercises["bridge"], id="own_bridge", name="Ours")}
    return attrs.evolve(BOOK, path=str(folder), extends=BOOK, exercises=exercises)


def test_an_overlay_draws_its_own_exercises_from_our_poses_and_leaves_ours_alone(tmp_path):
    frame = '[[figure.frame]]\npose = "sitting"\nseen = "A person sits."'
    book = overlaid(tmp_path, f'[[figure]]\nid = "own_bridge"\n{frame}')
    assert figure("own_bridge", book).alt == "A person sits."
    assert figure("bridge", book) == figure("bridge")


def test_an_overlay_cannot_draw_our_exercises_anew(tmp_path):
    book = overlaid(tmp_path, '[[figure]]\nid = "bridge"\nframe = [{ pose = "sitting", seen = "A person sits." }]')
    with pytest.raises(bt.RulebookError, match=rf"{tmp_path.name}/figures/own\.toml:1: a second figure `bridge`"):
        figure("bridge", book)
