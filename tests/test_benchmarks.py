"""A benchmark is run by hand, now and then: what it imports must still be there when it is."""

import runpy
from pathlib import Path

import pytest

BENCHMARKS = sorted((Path(__file__).parent / "benchmarks").glob("*.py"))


@pytest.mark.parametrize("path", BENCHMARKS, ids=lambda path: path.stem)
def test_a_benchmark_can_be_imported(path):
    assert runpy.run_path(str(path), run_name="imported")["__doc__"]
