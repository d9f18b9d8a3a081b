"""Where a pose puts the joints of a body: the lengths are always the same, the angles or the ends are the pose's."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, TypeAlias

import attrs

from .tables import Limb, Pose

Point: TypeAlias = tuple[float, float]
Chain: TypeAlias = tuple[Point, ...]
SPINE: Final = 29.0
NECK: Final = 4.5
HEAD: Final = 7.0
"""Half the height of the head."""
LEG: Final = (24.5, 24.0, 10.0)
"""Thigh, shank and foot."""
ARM: Final = (17.0, 14.0, 5.0)
"""Upper arm, forearm and hand."""
_APART: Final = {"arm": 13.5, "leg": 5.5}
"""Seen from the front: from the middle of the body to where an arm or a leg begins."""
_FOOT_FROM_THE_FRONT: Final = 3.0
_FLAT: Final = 95.0
"""The direction of a foot that stands: its toes are thinner than its heel."""
_STRAIGHT: Final = Limb(angles=(0.0, 0.0, 0.0))


@attrs.frozen(kw_only=True)
class Body:
    """Where a body is.

    Attributes:
        spine: From the hips to the shoulders.
        head: The middle of the head.
        up: The direction of the top of the head.
        corners: Of the trunk seen from the front: far hip and shoulder, near shoulder and hip. From the side the two
            hips are one point, and so are the shoulders.
        limbs: ``near_arm`` and ``far_arm`` as shoulder, elbow, wrist and fingers; ``near_leg`` and ``far_leg`` as hip,
            knee, ankle and toes.
    """

    spine: Chain
    head: Point
    up: float
    corners: Chain
    limbs: Mapping[str, Chain]


def along(start: Point, direction: float, length: float) -> Point:
    """The point at a distance in a direction.

    >>> along((0, 0), 90, 2)
    (2.0, 0.0)
    """
    angle = math.radians(direction)
    return round(start[0] + length * math.sin(angle), 6), round(start[1] + length * math.cos(angle), 6)


def heading(start: Point, end: Point) -> float:
    """The direction from one point to another.

    >>> heading((0, 0), (1, 1))
    45.0
    """
    return math.degrees(math.atan2(end[0] - start[0], end[1] - start[1]))


def body_of(pose: Pose) -> Body:
    """The body in a pose; what the pose leaves open is straight.

    >>> from backtriage.figures.tables import Pose
    >>> body_of(Pose(hip=(0, 51))).limbs["near_leg"][2]
    (0.0, 2.5)
    """
    x, y = pose.hip or (0.0, 0.0)
    trunk, curl = pose.trunk or 0.0, pose.curl or 0.0
    chest = trunk + curl
    spine = [(x, y)]
    for direction in (trunk, trunk + curl / 2, chest):
        spine.append(along(spine[-1], direction, SPINE / 3))
    up = chest + (pose.neck or 0.0)
    shoulders = [_shoulder(pose, spine[-1], chest, sign) for sign in (1.0, -1.0)]
    hips = [along(spine[0], trunk + 90, sign * _APART["leg"] * pose.in_front) for sign in (1.0, -1.0)]
    limbs = {}
    for side, mirror, shoulder, hip in zip(("near", "far"), (1.0, -1.0), shoulders, hips, strict=True):
        arm, leg = getattr(pose, f"{side}_arm") or _STRAIGHT, getattr(pose, f"{side}_leg") or _STRAIGHT
        limbs[f"{side}_arm"] = _arm(arm, shoulder, chest, mirror * pose.in_front)
        if pose.legs is not False:
            limbs[f"{side}_leg"] = _leg(leg, hip, trunk, mirror * pose.in_front)
    return Body(
        spine=tuple(spine),
        head=along(spine[-1], up, NECK + HEAD - 1),
        up=up,
        corners=(hips[1], shoulders[1], shoulders[0], hips[0]),
        limbs=limbs,
    )


def _shoulder(pose: Pose, top: Point, chest: float, sign: float) -> Point:
    forward, up = pose.shrug or (0.0, 0.0)
    wide = _APART["arm"] * math.cos(math.radians(pose.turn or 0.0))
    return along(along(top, chest, up), chest + 90, sign * (wide - forward) if pose.in_front else forward)


def _arm(arm: Limb, shoulder: Point, chest: float, mirror: float) -> Chain:
    """An arm; ``mirror`` is 0 from the side, and 1 or -1 from the front."""
    chain = _limb(arm, shoulder, chest + 180, ARM, -(mirror or 1.0), mirror or -1.0)
    if len(chain) == 4:
        return chain
    return (*chain, along(chain[2], heading(*chain[1:]) if arm.tip is None else arm.tip, ARM[2]))


def _leg(leg: Limb, hip: Point, trunk: float, mirror: float) -> Chain:
    """A leg; ``mirror`` is 0 from the side, and 1 or -1 from the front."""
    chain = _limb(leg, hip, trunk + 180, LEG, -(mirror or 1.0), mirror or 1.0)
    if len(chain) == 4:
        return chain
    if mirror and leg.tip is None:
        return (*chain, along(chain[2], 180 - 50 * mirror, _FOOT_FROM_THE_FRONT))
    bent = heading(*chain[1:]) - 90 + leg.angles[2] if leg.angles else _FLAT
    return (*chain, along(chain[2], bent if leg.tip is None else leg.tip, LEG[2]))


def _limb(limb: Limb, start: Point, down: float, lengths: tuple[float, ...], first: float, second: float) -> Chain:
    """A limb from its first joint on, without its tip unless that is given. ``first`` and ``second`` are the ways in
    which its joints bend."""
    upper, lower, _ = lengths
    if limb.through:
        return (start, *((x, y) for x, y in limb.through))
    if limb.to:
        x, y = limb.to
        far = max(math.dist(start, (x, y)), 0.1)
        cosine = (upper**2 + far**2 - lower**2) / (2 * upper * far)
        inside = math.degrees(math.acos(max(-1.0, min(1.0, cosine))))
        joint = along(start, heading(start, (x, y)) - second * inside, upper)
        return start, joint, along(joint, heading(joint, (x, y)), lower)
    joint = along(start, down + first * limb.angles[0], upper)
    return start, joint, along(joint, down + first * limb.angles[0] + second * limb.angles[1], lower)
