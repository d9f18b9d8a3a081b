"""Every block of the README and the docs does what it says."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

import code_noticing
import mutation  # noqa: F401 - that it can be imported at all
import pytest
from backtriage.adapters.command_line import main
from backtriage.adapters.command_line.profiles import EXIT_CODES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_python_block_runs_and_prints_the_block_after_it(page):
    blocks = BLOCK.findall(page.read_text())
    names: dict[str, object] = {}
    for number, (language, text) in enumerate(blocks):
        if language == "python":
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(text, f"{page.name}, block {number}", "exec"), names)  # noqa: S102 - our own pages
            follows = blocks[number + 1] if number + 1 < len(blocks) else ("", "")
            assert printed.getvalue() == (follows[1] if follows[0] == "text" else "")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_backtriage_command_runs(page, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    for language, text in BLOCK.findall(page.read_text()):
        for line in text.splitlines() if language == "sh" else ():
            if " -m backtriage " in line:
                arguments = shlex.split(line.split(" -m backtriage ")[1].split(" #")[0].split(" && ")[0])
                assert main(arguments) in {*EXIT_CODES.values(), 50}
                assert capsys.readouterr().out


def test_the_two_commands_of_the_set_up_are_the_ones_that_ci_runs():
    shell = next(text for language, text in BLOCK.findall(README[README.index("## Set-up") :]) if language == "sh")
    commands = [line for line in shell.splitlines() if "venv" in line]
    script = (ROOT / ".ci" / "run").read_text()
    assert len(commands) == 2
    for command in commands:
        assert command in script


def test_every_link_to_a_file_leads_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_file_of_the_tests_that_a_page_names_exists():
    example = "tests/people.cases.toml"  # what a reader would call their own
    for page in (*PAGES, ROOT / "CONTRIBUTING.md"):
        named = set(re.findall(r"\btests/[\w/.]+\.(?:py|toml)\b", page.read_text())) - {example}
        assert [path for path in sorted(named) if not (ROOT / path).is_file()] == []


def test_the_benchmark_of_mistakes_knows_where_the_code_and_its_tests_are():
    for module, tests in code_noticing.TESTED_BY.items():
        assert (code_noticing.PACKAGE / f"{module}.py").is_file()
        assert all((code_noticing.TESTS / f"{test}.py").is_file() for test in tests)


def test_every_test_that_the_docs_name_exists():
    defined = set(re.findall(r"def (test_\w+)", "".join(path.read_text() for path in (ROOT / "tests").rglob("*.py"))))
    modules = {path.stem for path in (ROOT / "tests").rglob("*.py")}
    for page in PAGES:
        assert set(re.findall(r"\b(test_\w+)", page.read_text())) <= defined | modules
