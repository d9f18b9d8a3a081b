"""Drawn figures of the exercises: a start and a move, from poses as data.

Read only when asked for, from ``figures/*.toml`` beside the rules: nothing in an assessment depends on it.
"""

from __future__ import annotations

import attrs

from ..rulebook.book import RuleBook
from ..rulebook.reading import rulebook_of


@attrs.frozen(kw_only=True)
class Figure:
    """How an exercise looks.

    Attributes:
        exercise: The exercise's id.
        svg: The drawing, to stand in a page: in the colour of its text, without ids, of at most 4 kB.
        alt: What is seen in it, in words.

    >>> import backtriage as bt
    >>> bt.figure("bridge").svg[:43]
    '<svg xmlns="http://www.w3.org/2000/svg" rol'
    """

    exercise: str
    svg: str
    alt: str


def figure(exercise: str, rulebook: RuleBook | None = None) -> Figure | None:
    """The figure of an exercise; ``None`` if it has none, as no exercise has that is not offered.

    Raises:
        UnknownName: If the rulebook has no such exercise.
        RulebookError: With every problem of the files of figures.

    >>> import backtriage as bt
    >>> bt.figure("walking").alt
    'A person walks at an easy pace, standing tall and looking ahead, the arms and shoulders hanging easy.'
    >>> bt.figure("sit_up") is None
    True
    """
    from .files import read_figures  # noqa: PLC0415 - most programs draw nothing
    from .sketching import sketch  # noqa: PLC0415 - likewise

    book = rulebook_of(rulebook)
    entry = book.exercise(exercise)
    exercise, name = entry.id, entry.name
    drawn = read_figures(book)
    frames = drawn.frames.get(exercise)
    if frames is None:
        return None
    alt = " ".join(f"{index}. {frame.seen}" if len(frames) > 1 else frame.seen for index, frame in enumerate(frames, 1))
    return Figure(exercise=exercise, svg=sketch(name, alt, frames, drawn.props), alt=alt)
