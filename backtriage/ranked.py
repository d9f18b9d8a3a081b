"""Levels that compare."""

from __future__ import annotations

import enum
from typing import Self


class Ranked(enum.Enum):
    """Members in the order they are written, the least first; only members of one class compare.

    >>> class Size(Ranked):
    ...     SMALL = "small"
    ...     LARGE = "large"
    >>> Size.SMALL < Size.LARGE, max(Size), str(Size.SMALL), Size.LARGE.rank
    (True, <Size.LARGE: 'large'>, 'small', 1)
    """

    rank: int

    def __init__(self, _value: str) -> None:
        self.rank = len(type(self).__members__)

    def __str__(self) -> str:
        return str(self.value)

    def __lt__(self, other: Self) -> bool:
        return self.rank < other.rank if type(other) is type(self) else NotImplemented

    def __le__(self, other: Self) -> bool:
        return self.rank <= other.rank if type(other) is type(self) else NotImplemented

    def __gt__(self, other: Self) -> bool:
        return self.rank > other.rank if type(other) is type(self) else NotImplemented

    def __ge__(self, other: Self) -> bool:
        return self.rank >= other.rank if type(other) is type(self) else NotImplemented
