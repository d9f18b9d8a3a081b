"""Hypothesis, or how to get it."""

from __future__ import annotations

from ..errors import MissingExtra

try:
    from hypothesis import strategies as st
except ImportError:
    raise MissingExtra("hypothesis", "testing") from None

__all__ = ["st"]
