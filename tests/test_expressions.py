"""Every regular expression of the package takes time in proportion to the text, whatever it says."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from expressions import Expression, UnreadableExpressionError, growth

ROOT = Path(__file__).parent.parent
FILES = [*sorted((ROOT / "backtriage").rglob("*.py")), *sorted((ROOT / "examples").glob("*.py"))]
TREES = {file: ast.parse(file.read_text(encoding="utf-8")) for file in FILES}
WHOLE, HERE = {"fullmatch"}, {"match", "fullmatch"}
USES = HERE | {"search", "sub", "subn", "split", "findall", "finditer"}


def kept(file: Path, name: str) -> re.Pattern[str]:
    """An expression that a module keeps under a name."""
    module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
    return getattr(importlib.import_module(module.removesuffix(".__init__")), name)


def uses(name: str) -> set[str]:
    """What is done with an expression that is kept under a name, here or where it is imported."""
    nodes = (node for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    return {node.attr for node in nodes if isinstance(node.value, ast.Name) and node.value.id == name} & USES


def found() -> Iterator[tuple[str, str, int, set[str]]]:
    """Every expression: where it stands, its text and flags, and what is done with it."""
    for file, tree in TREES.items():
        names = {
            node.value: (node.targets[0] if isinstance(node, ast.Assign) else node.target)
            for node in tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        }
        for node in ast.walk(tree):
            function = node.func if isinstance(node, ast.Call) else None
            if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
                continue
            if function.value.id != "re" or function.attr not in USES | {"compile"}:
                continue
            where = f"{file.relative_to(ROOT)}:{node.lineno}"
            if function.attr == "compile":
                name = names[node].id  # it is kept in a module, where this test finds it
                pattern = kept(file, name)
                yield where, pattern.pattern, pattern.flags & ~re.UNICODE, uses(name)
            else:
                text = ast.literal_eval(node.args[0])  # it is written out
                flags = [getattr(re, one.attr, 0) for one in ast.walk(node) if isinstance(one, ast.Attribute)]
                yield where, text, sum(flag for flag in flags if isinstance(flag, re.RegexFlag)), {function.attr}


EXPRESSIONS = list(found())


def test_every_expression_is_found():
    assert len(EXPRESSIONS) > 25
    assert all(done for *_, done in EXPRESSIONS), "an expression whose use is not seen"
    imported = [node for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert "re" not in {node.module for node in imported}


@pytest.mark.parametrize(
    ("text", "flags", "done"), [row[1:] for row in EXPRESSIONS], ids=[row[0] for row in EXPRESSIONS]
)
def test_every_expression_takes_time_in_proportion_to_the_text(text, flags, done):
    expression = Expression(text, flags, search=not done <= HERE, whole=bool(done & WHOLE))
    assert growth(expression) == "linear"


EXPONENTIAL = ["(?:a|a)*b", "(?:a*)*b", "(?:a+)+b", "(?:ab|a|b)*c", "(?:(?:you|on) |(?:you|id) )*x"]
POLYNOMIAL = ["a*a*b", "a*b?a*c", r"\s*.*:", "(?:(?=a*b)a)*"]
SLOW_TO_FIND = ["a*b", r"\n\s*\nx", r"\(([^()]*\|[^()]*)\)", "a[ab]*c|a|b", " until[^,]*$"]
QUICK = [
    "a*b*c",
    "(?:the|this|these)*x",
    r"(?:\d{1,3},)*x",
    r"\s*+.*:",
    "a*+b?a",
    r"[ \t]*+[\w-]*+[ \t]*+x",
    "(?!a|b)c*d",
]
QUICK_TO_FIND = ["[a-z]+(?:'[a-z]+)*", "a+", r"\(([^()|]*\|[^()]*)\)", r"\n(?:[^\S\n]*+\n)+", r"x(?=[ \t]*-)"]


@pytest.mark.parametrize("text", [*EXPONENTIAL, *POLYNOMIAL])
def test_what_can_be_read_in_two_ways_again_and_again_is_slow(text):
    kind = growth(Expression(text, search=False, whole=True)).partition(" ")[0]
    assert kind == ("exponential" if text in EXPONENTIAL else "polynomial")


@pytest.mark.parametrize("text", SLOW_TO_FIND)
def test_what_goes_far_from_every_place_is_slow_to_find(text):
    assert growth(Expression(text, search=True)).startswith("polynomial")


@pytest.mark.parametrize("text", QUICK)
def test_what_can_be_read_in_one_way_is_quick(text):
    assert growth(Expression(text, search=False, whole=True)) == "linear"


@pytest.mark.parametrize("text", QUICK_TO_FIND)
def test_what_fails_soon_or_takes_all_of_it_is_quick_to_find(text):
    assert growth(Expression(text, search=True)) == "linear"


def test_what_is_not_followed_is_no_expression_for_us():
    with pytest.raises(UnreadableExpressionError, match="write the expression without it"):
        Expression(r"(.)\1+")


@pytest.mark.parametrize(
    "work",
    [
        'bt.check_reply("you " * 40 + "x:\\n- sit-ups", bt.assess({}))',
        'files.without_strings(\'"""\' + \'x\\\\"""\\n\' * 60_000 + "\\\\")',
    ],
    ids=["a heading of one word", "a rule file"],
)
def test_what_took_for_ever_comes_to_an_end(work):
    """By itself, so that it can be ended should it go on for ever; two minutes are thousands of times what it takes."""
    pytest.importorskip("rapidfuzz", reason="no rapidfuzz: pip install -e '.[language]'")
    program = f"import backtriage as bt\nfrom backtriage.rulebook.reading import files\n{work}"
    assert subprocess.run([sys.executable, "-c", program], timeout=120, check=False).returncode == 0  # noqa: S603 - ours
