"""Rooms: imports run one way, one room knows durable-rules, and the ground knows no engine."""

from __future__ import annotations

import ast
import doctest
from graphlib import TopologicalSorter
from pathlib import Path

import backtriage as bt

PACKAGE = Path(bt.__file__).parent
MODULES = {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in PACKAGE.rglob("*.py")}
GROUND = {
    "errors",
    "ceilings",
    "frozen",
    "conditions",
    "compiling",
    "findings",
    "vocabulary",
    "parsing",
    "door",
    "doses",
    "ranked",
    "likeness",
    "meant",
}
FAR = {"engines.reference", "engines.durable", "decision", "assessment", "triage", "loading", "cli"}


def imported(name: str) -> set[str]:
    """The modules of the package that a module imports when it is imported itself."""
    found: set[str] = set()
    tree = ast.parse(MODULES[name].read_text())
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.level:
            parts = name.split(".")[: -node.level] if name != "__init__" else []
            base = [*parts, *((node.module or "").split(".") if node.module else [])]
            found.update(".".join(base) if node.module else ".".join([*base, alias.name]) for alias in node.names)
    return {_module(dotted) for dotted in found}


def _module(dotted: str) -> str:
    """The module of a dotted name: itself, a package, or the package that a name is imported from."""
    package, _, _ = dotted.rpartition(".")
    places = (dotted, f"{dotted}.__init__", f"{package}.__init__" if package else "__init__")
    return next(place for place in places if place in MODULES)


def test_imports_run_one_way():
    order = list(TopologicalSorter({name: imported(name) for name in MODULES}).static_order())
    assert set(order) == set(MODULES)


def test_the_ground_knows_no_engine_and_no_decision():
    for name in GROUND:
        assert imported(name) <= GROUND


def test_one_room_knows_durable_rules():
    knowing = {name for name, path in MODULES.items() if "durable_rules_engine" in path.read_text()}
    assert knowing <= {"engines.durable", "engines.chosen"}  # the latter only looks whether it is there


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
