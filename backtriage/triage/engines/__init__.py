"""The engines: each decides, for one profile, which rules fire and which are open."""

from __future__ import annotations

from typing import Protocol

from ...findings.conditions import Known
from ..verdicts import Verdicts


class Engine(Protocol):
    """Anything that decides which rules fire."""

    name: str

    def evaluate(self, known: Known) -> Verdicts:
        """The rules that fire, and those that are open."""
