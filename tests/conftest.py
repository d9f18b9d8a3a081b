"""Settings for every test: no deadline, for the machines they run on are shared."""

from __future__ import annotations

import gc

from hypothesis import settings

settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")


def pytest_collection_finish() -> None:
    """Thousands of parametrized rules and rulebooks live to the end: no collection of garbage need look at them."""
    gc.collect()
    gc.freeze()
