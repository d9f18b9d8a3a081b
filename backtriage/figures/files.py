"""The files of ``figures/``: read, checked, each frame with the whole of its pose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import attrs

from ..errors import Problem, RulebookError, did_you_mean, shown
from ..rulebook.book import RuleBook
from ..rulebook.reading.files import FIGURES, Problems, label_of, read_tables
from .tables import FigureFile, FrameTable, Pose, PropTable


@attrs.frozen(kw_only=True)
class Drawn:
    """Everything that figures are drawn from.

    Attributes:
        props: Prop id to prop.
        frames: Exercise id to its frames, each with all of its pose.
    """

    props: Mapping[str, PropTable]
    frames: Mapping[str, tuple[FrameTable, ...]]


@lru_cache(maxsize=4)
def read_figures(book: RuleBook) -> Drawn:
    """What the figures of a rulebook and of its overlays are drawn from.

    Raises:
        RulebookError: With every problem of its files.

    >>> import backtriage as bt
    >>> len(read_figures(bt.default_rulebook()).frames)
    44
    """
    problems = Problems()
    lowest, *overlays = map(Path, book.folders)
    placed = [*_tables(lowest, "", problems), *(one for up in overlays for one in _tables(up, label_of(up), problems))]
    found: dict[str, dict[str, Any]] = {"prop": {}, "pose": {}, "figure": {}}
    for one in placed:
        if one.table.id in found[one.kind]:
            problems.append(Problem(where=one.where, what=f"a second {one.kind} `{one.table.id}`", hint="give it once"))
        found[one.kind].setdefault(one.table.id, one.table)
    for one in placed:
        if one.kind == "figure":
            for what, hint in _wrong(one.table, found, book):
                problems.append(Problem(where=f"{one.where}: figure `{one.table.id}`", what=what, hint=hint))
    if problems:
        raise RulebookError(problems)
    return Drawn(
        props=found["prop"],
        frames={
            id_: tuple(_posed(frame, found["pose"][frame.pose]) for frame in table.frame)
            for id_, table in found["figure"].items()
        },
    )


def _tables(folder: Path, label: str, problems: Problems) -> Iterator[Any]:
    own = folder / FIGURES
    return read_tables(own, problems, FigureFile, f"{label}{FIGURES}/") if own.is_dir() else iter(())


def _wrong(table: Any, found: Mapping[str, Mapping[str, Any]], book: RuleBook) -> Iterator[tuple[str, str]]:
    """What and hint of everything that is named in a figure and is not there."""
    entry = book.exercises.get(table.id)
    if entry is None:
        yield "no such exercise", did_you_mean(table.id, book.exercises)
    elif entry.status != "offered":
        yield f"the exercise is {entry.status}", "only an offered exercise is drawn"
    if not table.frame:
        yield "no frame", "give at least one"
    for frame in table.frame:
        if not frame.seen or not frame.seen.isprintable():
            yield f"seen {shown(frame.seen)}", "say in one line what is seen"
        if frame.pose not in found["pose"]:
            yield f"unknown pose `{frame.pose}`", did_you_mean(frame.pose, found["pose"])
        for stands in frame.props:
            if stands.id not in found["prop"]:
                yield f"unknown prop `{stands.id}`", did_you_mean(stands.id, found["prop"])


def _posed(frame: FrameTable, pose: Pose) -> FrameTable:
    """A frame with what it leaves open taken from the pose that it starts from."""
    missing = {field: getattr(pose, field) for field in attrs.fields_dict(Pose) if getattr(frame, field) is None}
    return attrs.evolve(frame, **missing)
