"""What pytest and Hypothesis load at every start where backtriage is installed: as little as possible.

backtriage itself is imported only when there is something for it to do.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from backtriage.testing.plugin import CasesFile


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the one option."""
    parser.getgroup("backtriage").addoption(
        "--backtriage-coverage",
        action="store_true",
        help="report which rules, disjuncts and thresholds the assessments of the tests exercised",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Listens to assessments, where that is asked for."""
    if config.getoption("--backtriage-coverage"):
        from backtriage.testing.plugin import Recorder  # noqa: PLC0415 - only where it is asked for

        config.pluginmanager.register(Recorder(), "backtriage-coverage")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CasesFile | None:
    """Collects the ``*.cases.toml`` files."""
    if not file_path.name.endswith(".cases.toml"):
        return None
    from backtriage.testing.plugin import CasesFile  # noqa: PLC0415 - only where there is one

    return CasesFile.from_parent(parent, path=file_path)


def hypothesis_started() -> None:
    """Makes ``st.from_type(backtriage.Profile)`` work, where backtriage came first; where not, it sees to it."""
    if "backtriage.triage.profile" in sys.modules:
        from backtriage.testing import registered  # noqa: F401, PLC0415 - importing it registers
