"""The frames of a figure as one SVG: limbs that taper, things, arrows, and the frames beside or below each other."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from .posing import HEAD, Body, Chain, Point, along, body_of, heading
from .tables import FrameTable, Line, PropTable, StandsAt

_SCALE: Final = 3
"""Units of the drawing to a hundredth of the person's height: all coordinates are whole numbers."""
_MARGIN: Final = 3.0
_NUMBER: Final = 6.0
"""The height of a frame's number, and the room for it at the left."""
_STYLE: Final = (
    'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round" '
    f'font-family="sans-serif" font-size="{round(_NUMBER * _SCALE)}"'
)
_FAR, _TRUNK, _THING = 0.25, 0.5, 0.6
"""How dark the limbs behind, the trunk and the things are; the limbs before them are as dark as the text."""
_RADII: Final = {"arm": (3.6, 2.8, 2.0, 1.8), "leg": (6.2, 4.2, 2.7, 1.8)}
_SPINE_RADII: Final = (6.6, 6.0, 6.6, 5.0)
_NECK_RADII: Final = (3.2, 3.0)
_WAIST: Final = 7.5
_OUTLINE: Final = 7.0
_BEFORE: Final = {"front": ("arm", "leg"), "back": ("arm",)}
"""The limbs that are before the trunk; from the side it is the near ones."""


def sketch(title: str, alt: str, frames: Sequence[FrameTable], props: Mapping[str, PropTable]) -> str:
    """The frames of a figure as one SVG.

    >>> from backtriage.figures.tables import FrameTable
    >>> sketch("Standing", "Somebody stands.", [FrameTable(pose="", seen="", hip=(0, 51))], {})[:59]
    '<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox='
    """
    sheets = [_Sheet(frame, props) for frame in frames]
    left, width = _span([x for sheet in sheets for x, _ in sheet.reach])
    if len(sheets) > 1:
        left, width = left - _NUMBER, width + _NUMBER
    columns = _columns(sheets, width)
    panels, below = "", 0.0
    for first in range(0, len(sheets), columns):
        row = sheets[first : first + columns]
        low, height = _span([y for sheet in row for _, y in sheet.reach])
        for index, sheet in enumerate(row):
            inside = "".join(sheet.parts)
            if frames[first + index].floor:
                inside += f'<path d="M{_n(left + 1)} 0h{_n(width - 2)}" stroke-width="2"/>'
            if len(sheets) > 1:
                at = f'x="{_n(left + 1)}" y="{_n(_NUMBER + 1 - low - height)}"'
                inside += f'<text {at} fill="currentColor" stroke="none">{first + index + 1}</text>'
            panels += f'<g transform="translate({_n(index * width - left)} {_n(below + low + height)})">{inside}</g>'
        below += height
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {_n(width * columns)} {_n(below)}" {_STYLE}>'
        f"<title>{html.escape(title, quote=False)}</title><desc>{html.escape(alt, quote=False)}</desc>{panels}</svg>"
    )


def _span(values: Sequence[float]) -> tuple[float, float]:
    """Where a range of values begins, and how long it is, margins included."""
    return min(values) - _MARGIN, max(values) - min(values) + 2 * _MARGIN


def _columns(sheets: Sequence[_Sheet], width: float) -> int:
    """How many frames stand beside each other, so that the whole is about as wide as it is high."""
    _, height = _span([y for sheet in sheets for _, y in sheet.reach])
    rows = {columns: math.ceil(len(sheets) / columns) for columns in range(1, len(sheets) + 1)}
    return min(rows, key=lambda columns: abs(math.log(width * columns / (height * rows[columns]))))


class _Sheet:
    """One frame as it is drawn.

    Attributes:
        parts: Its elements, from behind to before.
        reach: The corners of all that is drawn.
    """

    def __init__(self, frame: FrameTable, props: Mapping[str, PropTable]) -> None:
        self.parts: list[str] = []
        self.reach: list[Point] = []
        body = body_of(frame)
        for stands in frame.props:
            self._prop(props[stands.id], stands)
        before = _BEFORE.get(frame.view or "", ("near_arm", "near_leg"))
        shown = {name: chain for name, chain in body.limbs.items() if name.endswith(before)}
        behind = {name: chain for name, chain in body.limbs.items() if chain not in shown.values()}
        far, near = ("".join(self._limb(*limb) for limb in limbs.items()) for limbs in (behind, shown))
        trunk = self._from_the_front(body) if frame.in_front else self._tapered(body.spine, _SPINE_RADII)
        self.parts.append(
            f'<g fill="currentColor" stroke="none"><g opacity="{_FAR}">{far}</g>'
            f'<g opacity="{_TRUNK}">{trunk}{self._head(body)}</g>{_face(body, frame)}{near}</g>'
        )
        for line in frame.lines:
            self._line([(x, y) for x, y in line], 1)
        for arrow in frame.arrows:
            self._arrow(arrow)

    def _touch(self, point: Point, radius: float) -> str:
        (x, y), r = point, radius
        self.reach += [(x - r, y - r), (x + r, y + r)]
        return _xy(point)

    def _line(self, points: Chain | Sequence[Point], width: float, extra: str = "") -> None:
        d = "M" + "L".join(self._touch(point, width / 2) for point in points)
        self.parts.append(f'<path d="{d}" stroke-width="{_n(width)}"{extra}/>')

    def _prop(self, prop: PropTable, stands: StandsAt) -> None:
        (x0, y0), way = stands.at, -1 if stands.turned else 1
        for line in prop.lines:
            self._line([(x0 + way * x, y0 + y) for x, y in line], 1.2, f' opacity="{_THING}"')
        for x, y, radius in prop.circles:
            middle = (x0 + way * x, y0 + y)
            self._touch(middle, radius)
            self.parts.append(_circle(middle, radius, f' stroke-width="4" opacity="{_THING}"'))

    def _arrow(self, points: Line) -> None:
        start, *between, end = ((x, y) for x, y in points)
        ahead = heading((between or [start])[-1], end)
        barb, other = (self._touch(along(end, ahead + way, 4), 1) for way in (150, 210))
        bend = "LQC"[len(between)] + " ".join(self._touch(point, 1) for point in (*between, end))
        d = f"M{self._touch(start, 1)}{bend}M{barb}L{_xy(end)}L{other}"
        self.parts.append(f'<path d="{d}" stroke-width="{_n(1.5)}"/>')

    def _limb(self, name: str, chain: Chain) -> str:
        return self._tapered(chain, _RADII[name[-3:]])

    def _tapered(self, chain: Chain, radii: Sequence[float]) -> str:
        """Between each two joints the skin around two circles; where one circle holds the other there is none."""
        for point, radius in zip(chain, radii, strict=True):
            self._touch(point, radius)
        pairs = pairwise(zip(chain, radii, strict=True))
        skins = (_skin(*one, *two) for one, two in pairs if math.dist(one[0], two[0]) > abs(one[1] - two[1]))
        return f'<path d="{"".join(skins)}"/>'

    def _from_the_front(self, body: Body) -> str:
        """Hips, waist and shoulders as one shape."""
        (x0, y0), (x1, y1) = body.spine[1:3]
        waist = ((x0 + x1) / 2, (y0 + y1) / 2)
        across = heading((x0, y0), (x1, y1)) + 90
        near, far = (along(waist, across, side) for side in (_WAIST, -_WAIST))
        far_hip, far_shoulder, near_shoulder, near_hip = body.corners
        outline = (far_hip, far, far_shoulder, body.spine[-1], near_shoulder, near, near_hip)
        d = "M" + "L".join(self._touch(point, _OUTLINE / 2) for point in outline) + "Z"
        return f'<path d="{d}" stroke="currentColor" stroke-width="{_n(_OUTLINE)}"/>'

    def _head(self, body: Body) -> str:
        self._touch(body.head, HEAD)
        x, y = _whole(body.head)
        neck = self._tapered((body.spine[-1], body.head), _NECK_RADII)
        size = f'rx="{_n(HEAD - 1)}" ry="{_n(HEAD)}"'
        return f'{neck}<ellipse {size} transform="translate({x} {y})rotate({round(body.up)})"/>'


def _face(body: Body, frame: FrameTable) -> str:
    """Eyes and nose: from the side, or as far turned as the face is."""
    if frame.view == "back":
        return ""
    if frame.view != "front" and frame.look is None:
        eyes, nose = [0.45 * HEAD], [(HEAD - 1.6, 1.5), (HEAD + 0.6, -1.2), (HEAD - 1.6, -2.0)]
    else:
        look = frame.look or 0.0
        tip = (HEAD - 0.2) * math.sin(math.radians(look))
        back = 0.8 * tip + (1.4 if tip <= 0 else -1.4)
        eyes = [(HEAD - 1) * math.sin(math.radians(look + eye)) for eye in (-25, 25) if abs(look + eye) < 80]
        nose = [(0.8 * tip, 0.5), (1.15 * tip, -1.8), (back, -1.8)]
    drawn = "".join(_circle(_on(body, eye, 1.0), 0.8) for eye in eyes)
    return f'{drawn}<path d="M{"L".join(_xy(_on(body, *point)) for point in nose)}Z"/>'


def _on(body: Body, across: float, up: float) -> Point:
    """A point of the face, from the middle of the head."""
    return along(along(body.head, body.up + 90, across), body.up, up)


def _circle(middle: Point, radius: float, extra: str = "") -> str:
    return f'<circle cx="{_n(middle[0])}" cy="{_n(-middle[1])}" r="{_n(radius)}"{extra}/>'


def _skin(one: Point, wide: float, two: Point, narrow: float) -> str:
    """The skin around two circles, always the same way round, so that what overlaps stays filled."""
    ahead, apart = heading(one, two), math.degrees(math.acos((wide - narrow) / math.dist(one, two)))
    corners = ((one, -apart, wide), (two, -apart, narrow), (two, apart, narrow), (one, apart, wide))
    p, q, r, s = (_whole(along(middle, ahead + way, radius)) for middle, way, radius in corners)
    return (
        f"M{_pair(*p)}l{_step(p, q)}a{_n(narrow)} {_n(narrow)} 0 {int(narrow > wide)}1{_step(q, r)}"
        f"l{_step(r, s)}a{_n(wide)} {_n(wide)} 0 {int(wide > narrow)}1{_step(s, p)}z"
    )


def _whole(point: Point) -> tuple[int, int]:
    return round(point[0] * _SCALE), round(-point[1] * _SCALE)


def _n(length: float) -> str:
    return str(round(length * _SCALE))


def _xy(point: Point) -> str:
    return _pair(*_whole(point))


def _step(start: tuple[int, int], end: tuple[int, int]) -> str:
    return _pair(end[0] - start[0], end[1] - start[1])


def _pair(x: int, y: int) -> str:
    """Two numbers in as few characters as SVG allows."""
    return f"{x}{y}" if y < 0 else f"{x} {y}"
