"""The tables of ``figures/*.toml``: poses, things, and the frames of each exercise's figure.

A length is a hundredth of the person's height, an angle is in degrees. ``x`` runs to the right and ``y`` up from the
floor. Directions are clockwise from straight up: 90 is to the right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

import attrs

Numbers: TypeAlias = tuple[float, ...]
Line: TypeAlias = tuple[Numbers, ...]
Check: TypeAlias = Callable[[Any, Any, Any], None]


def _sized(*sizes: int, of: Check | None = None) -> Check:
    """Refuses a list of another length, and what ``of`` refuses in it; what is left out is empty."""

    def check(table: Any, field: Any, value: Sequence[Any] | None) -> None:
        if value and sizes and len(value) not in sizes:
            raise ValueError(f"`{field.name}`: {len(value)} in a list", f"{' or '.join(map(str, sizes))} belong there")
        if of:
            for one in value or ():
                of(table, field, one)

    return check


_POINT = _sized(2)


@attrs.frozen(kw_only=True)
class Limb:
    """An arm or a leg, given in one of three ways.

    Attributes:
        angles: Of its joints: shoulder and elbow; or hip, knee and ankle. All 0 is standing to attention. Seen from the
            side positive bends the joint as it bends, forward at shoulder and hip, and points the toes; seen from the
            front positive moves the limb away from the body.
        to: Where the wrist or the ankle is: the joints bend as they must.
        through: Where the elbow and the wrist, or the knee and the ankle, are, and the tip if it is third: for a limb
            that points out of the page, which looks shorter.
        tip: The direction of the hand or the foot, where neither ``angles`` nor ``through`` gives it; without it a hand
            goes on as the forearm does, and a sole is flat.
    """

    angles: Numbers = attrs.field(default=(), validator=_sized(2, 3))
    to: Numbers = attrs.field(default=(), validator=_POINT)
    through: Line = attrs.field(default=(), validator=_sized(2, 3, of=_POINT))
    tip: float | None = None

    def __attrs_post_init__(self) -> None:
        if sum(map(bool, (self.angles, self.to, self.through))) != 1:
            raise ValueError("a limb that is not given in one way", "give angles, to, or through")


@attrs.frozen(kw_only=True)
class Pose:
    """How a body lies, sits or stands. A frame's own words stand over those of the pose that it starts from.

    Attributes:
        view: From which side it is seen. From the side the person faces right.
        hip: Where the hip joints are; from the front the middle between them.
        trunk: The direction of the low back, from the hips up.
        curl: How far the spine bends, forward where it is seen from the side.
        neck: How far the head bends forward; from the front sideways.
        look: How far the face is turned, where we look into it.
        turn: Seen from the front: how far the shoulders are turned.
        shrug: How far the shoulders are moved, forward and up; from the front towards each other and up.
        near_arm: The arm on our side, or from the front the one at the right of the picture.
        far_arm: The other one.
        near_leg: The leg on our side, or from the front the one at the right of the picture.
        far_leg: The other one.
        legs: Whether the legs are drawn.
    """

    view: Literal["side", "front", "back"] | None = None
    hip: Numbers | None = attrs.field(default=None, validator=_POINT)
    trunk: float | None = None
    curl: float | None = None
    neck: float | None = None
    look: float | None = None
    turn: float | None = None
    shrug: Numbers | None = attrs.field(default=None, validator=_POINT)
    near_arm: Limb | None = None
    far_arm: Limb | None = None
    near_leg: Limb | None = None
    far_leg: Limb | None = None
    legs: bool | None = None

    def __attrs_post_init__(self) -> None:
        for leg in filter(None, (self.near_leg, self.far_leg)):
            if len(leg.angles) == 2:
                raise ValueError("a leg of 2 angles", "give hip, knee and ankle")

    @property
    def in_front(self) -> bool:
        """Whether it is seen from the front or from behind."""
        return self.view in ("front", "back")


@attrs.frozen(kw_only=True)
class PoseTable(Pose):
    """``[[pose]]``: a pose that frames start from."""

    id: str


@attrs.frozen(kw_only=True)
class PropTable:
    """``[[prop]]``: a thing, as lines and circles (x, y, radius)."""

    id: str
    lines: tuple[Line, ...] = attrs.field(default=(), validator=_sized(of=_sized(of=_POINT)))
    circles: Line = attrs.field(default=(), validator=_sized(of=_sized(3)))


@attrs.frozen(kw_only=True)
class StandsAt:
    """Where a prop stands, and whether it is turned round."""

    id: str
    at: Numbers = attrs.field(default=(0.0, 0.0), validator=_POINT)
    turned: bool = False


@attrs.frozen(kw_only=True)
class FrameTable(Pose):
    """``[[figure.frame]]``: one picture.

    Attributes:
        pose: The pose that it starts from.
        seen: What is seen in it.
        props: What stands there.
        lines: What else is there.
        arrows: From where to where; one or two points between them bend the arrow towards themselves.
        floor: Whether the floor is drawn.
    """

    pose: str
    seen: str
    props: tuple[StandsAt, ...] = ()
    lines: tuple[Line, ...] = attrs.field(default=(), validator=_sized(of=_sized(of=_POINT)))
    arrows: tuple[Line, ...] = attrs.field(default=(), validator=_sized(of=_sized(2, 3, 4, of=_POINT)))
    floor: bool = True


@attrs.frozen(kw_only=True)
class FigureTable:
    """``[[figure]]``: the frames of an exercise, in order."""

    id: str
    frame: tuple[FrameTable, ...]


@attrs.frozen(kw_only=True)
class FigureFile:
    """A file of ``figures/``."""

    prop: tuple[PropTable, ...] = ()
    pose: tuple[PoseTable, ...] = ()
    figure: tuple[FigureTable, ...] = ()
