"""Members that go by their names, and levels that compare."""

from __future__ import annotations

import enum
from typing import NoReturn, Self

from ..errors import UnknownName, meant_or_known, shown


class Named(enum.Enum):
    """Members that equal their names. A text that names none is an error and no difference: a slip would never be seen.

    They are no texts themselves: a column of texts would put "emergency" before "routine".

    >>> class Size(Named):
    ...     SMALL = "small"
    ...     LARGE = "large"
    >>> Size.SMALL == "small", Size.SMALL in ("large", "small"), {Size.SMALL: 1}["small"]
    (True, True, 1)
    >>> Size.SMALL == "smal"
    Traceback (most recent call last):
    backtriage.errors.UnknownName: Size: unknown name `'smal'`; did you mean `small`?
    """

    @classmethod
    def _missing_(cls, value: object) -> NoReturn:
        names = [str(member.value) for member in cls]
        raise UnknownName.of(cls.__name__, f"unknown name {shown(value)}", meant_or_known(value, names))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return type(self)(other) is self
        return True if self is other else NotImplemented

    def __hash__(self) -> int:
        return hash(self._value_)


class Ranked(Named):
    """Members in the order they are written, the least first; only members of one class, and their names, compare.

    >>> class Size(Ranked):
    ...     SMALL = "small"
    ...     LARGE = "large"
    >>> Size.SMALL < Size.LARGE, Size.LARGE >= "small", max(Size), str(Size.SMALL), Size.LARGE.rank
    (True, True, <Size.LARGE: 'large'>, 'small', 1)
    """

    rank: int

    def __init__(self, _value: str) -> None:
        self.rank = len(type(self).__members__)

    def __str__(self) -> str:
        return str(self.value)

    def __lt__(self, other: Self | str) -> bool:
        if type(other) is type(self):
            return self.rank < other.rank
        return self < type(self)(other) if isinstance(other, str) else NotImplemented

    def __le__(self, other: Self | str) -> bool:
        if type(other) is type(self):
            return self.rank <= other.rank
        return self <= type(self)(other) if isinstance(other, str) else NotImplemented

    def __gt__(self, other: Self | str) -> bool:
        if type(other) is type(self):
            return self.rank > other.rank
        return self > type(self)(other) if isinstance(other, str) else NotImplemented

    def __ge__(self, other: Self | str) -> bool:
        if type(other) is type(self):
            return self.rank >= other.rank
        return self >= type(self)(other) if isinstance(other, str) else NotImplemented
