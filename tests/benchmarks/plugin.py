"""What the pytest plugin adds to a pytest run that does not use it: ``python tests/benchmarks/plugin.py``."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

RUNS = 20
MOST = 10.0
TIMED = """
import functools, importlib.metadata, sys, time
import pytest

spent = {"load": 0.0, "hooks": 0.0}

def timed(function, what):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        before = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            spent[what] += 1000 * (time.perf_counter() - before)
    return wrapper

load = importlib.metadata.EntryPoint.load

def load_timed(entry):
    if entry.value != "backtriage_testing":
        return load(entry)
    module = timed(load, "load")(entry)
    for name in [name for name in vars(module) if name.startswith("pytest_")]:
        setattr(module, name, timed(getattr(module, name), "hooks"))
    return module

importlib.metadata.EntryPoint.load = load_timed
started = time.perf_counter()
code = pytest.main(["-q", "-p", "no:cacheprovider"])
assert not code and "backtriage_testing" in sys.modules and "backtriage" not in sys.modules
print("spent", spent["load"], spent["hooks"], 1000 * (time.perf_counter() - started))
"""
"""A whole pytest run in which the plugin's loading and its hooks are timed: the run itself varies by more than they
take."""


def milliseconds(folder: Path) -> tuple[float, ...]:
    """Loading the plugin, its hooks, and the whole run."""
    done = subprocess.run([sys.executable, "-c", TIMED], cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603
    return tuple(map(float, done.stdout.splitlines()[-1].split()[1:]))


def main() -> int:
    """Prints the figures; 1 if the plugin adds too much."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "test_nothing.py").write_text("def test_nothing():\n    pass\n")
        milliseconds(folder)
        load, hooks, whole = map(statistics.median, zip(*(milliseconds(folder) for _ in range(RUNS)), strict=True))
    print(f"a pytest run of one empty test: {whole:.0f} ms (median of {RUNS})")
    print(
        f"of which the plugin: {load + hooks:.2f} ms ({load:.2f} to load, {hooks:.2f} in its hooks); at most {MOST:.0f}"
    )
    return 0 if load + hooks < MOST else 1


if __name__ == "__main__":
    sys.exit(main())
