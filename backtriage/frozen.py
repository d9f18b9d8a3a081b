"""Mappings that nobody can change, all the way down: what a rulebook holds is shared by every assessment."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any


def frozen(mapping: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """A copy that cannot be changed.

    >>> frozen({"a": 1})["a"] = 2
    Traceback (most recent call last):
    TypeError: 'mappingproxy' object does not support item assignment
    """
    return MappingProxyType(dict(mapping))
