"""Rooms: imports run one way, one room knows durable-rules, and nothing holds anything in a circle."""

from __future__ import annotations

import doctest
from graphlib import TopologicalSorter
from pathlib import Path

import backtriage as bt
import grimp
import pytest
from importlinter.cli import lint_imports

PACKAGE = Path(bt.__file__).parent
ROOT = PACKAGE.parent


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    """Module to the modules it imports, anywhere in its text: lazily and for types alone too."""
    graph = grimp.build_graph("backtriage", cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def test_no_file_holds_another_in_a_circle(imports):
    order = list(TopologicalSorter(imports).static_order())
    assert len(order) >= len(list(PACKAGE.rglob("*.py"))) - 1  # one lies beside the package where it is installed


def test_arrows_run_one_way_from_room_to_room():
    """The contracts stand in pyproject.toml."""
    assert lint_imports(str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_there_are_few_rooms():
    assert len([path for path in PACKAGE.iterdir() if path.name not in ("__pycache__", "_rules", "py.typed")]) <= 18


def test_one_room_knows_durable_rules():
    knowing = {path.name for path in PACKAGE.rglob("*.py") if "durable_rules_engine" in path.read_text()}
    assert knowing == {"durable.py", "chosen.py"}  # the latter only looks whether it is there


def test_every_public_name_has_an_example():
    bare = {
        "Exercise",
        "RulebookError",
        "EngineDisagreement",
        "MissingExtra",
        "BacktriageError",
        "ActionKind",
        "__version__",
    }
    finder = doctest.DocTestFinder(exclude_empty=True)
    without = {name for name in bt.__all__ if not any(test.examples for test in finder.find(getattr(bt, name), name))}
    assert without <= bare
