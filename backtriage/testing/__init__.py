"""A test kit for those who embed a rulebook or write one of their own; ``pip install -e '.[testing]'``.

* :mod:`.strategies`: Hypothesis strategies for profiles and rulebooks.
* :mod:`.plugin`: a pytest plugin; ``*.cases.toml`` files are tests.
* :mod:`.mutants`: a rulebook with one thing changed, and whether anybody would notice.
"""

from __future__ import annotations

from .cases import Case, read_cases
from .mutants import Mutant, mutants, surviving

__all__ = ["Case", "Mutant", "mutants", "read_cases", "surviving"]
