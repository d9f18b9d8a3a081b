"""Mappings that nobody can change, all the way down: what a rulebook holds is shared by every assessment."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NoReturn

from ..errors import UnknownName, did_you_mean, label


class _ByName(dict[Any, Any]):
    def __missing__(self, name: object) -> NoReturn:
        raise UnknownName.of(label(name), "unknown name", did_you_mean(name, map(str, self)))


def frozen(mapping: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """A copy that cannot be changed, and that says what was probably meant by a name it does not have.

    >>> frozen({"a": 1})["a"] = 2
    Traceback (most recent call last):
    TypeError: 'mappingproxy' object does not support item assignment
    >>> frozen({"bridge": 1})["bridg"]
    Traceback (most recent call last):
    backtriage.errors.UnknownName: bridg: unknown name; did you mean `bridge`?
    """
    return MappingProxyType(_ByName(mapping))
