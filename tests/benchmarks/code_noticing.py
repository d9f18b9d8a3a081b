"""Which test notices a mistake in the code: the tests are collected once, then run in a child process for each mistake.

In the child the changed function takes the place of the right one and what is remembered is forgotten; the tests run,
those first that have noticed most so far, until one fails.
"""

from __future__ import annotations

import functools
import gc
import inspect
import itertools
import os
import resource
import sys
import types
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from code_mistakes import CodeMistake, code_mistakes

if TYPE_CHECKING:
    import backtriage as bt

TESTS: Final = Path(__file__).parent.parent
PACKAGE: Final = TESTS.parent / "backtriage"
RULES: Final = (
    *("triage/test_questions", "triage/test_session_and_words", "triage/test_useful", "triage/test_unsettled"),
    *("presentation/test_what_is_said", "triage/test_semantics"),
)
SESSION: Final = ("sessions/test_session_edges", "sessions/test_exercise_session")
TESTED_BY: Final[Mapping[str, Sequence[str]]] = {
    "triage/decision": RULES,
    "triage/session_choice": RULES,
    "triage/exercise_statuses": (*RULES, "triage/test_twin"),
    "triage/open_questions": (*RULES, "triage/test_twin"),
    "triage/worth_deciding": RULES,
    "sessions/session_course": SESSION,
    "sessions/session_profile": SESSION,
    "sessions/instructing": SESSION,
}
"""Module to the files of its tests."""
SECONDS: Final = 150
"""A mistake with which the tests compute for so long is noticed by somebody who waits."""
OPTIONS: Final = (
    *("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--import-mode=importlib"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)
TOO_LONG: Final = "it never ends"
CACHE: Final = type(functools.lru_cache(len))
ROWS: Final = "an expected result"


def noticed(modules: Sequence[str], *, every: int = 1, jobs: int = 1) -> Iterator[tuple[CodeMistake, str]]:
    """Every mistake in some modules, with the test that notices it; empty where none does."""
    for files in dict.fromkeys(tuple(TESTED_BY[module]) for module in modules):
        mistakes = [
            mistake
            for module in modules
            if tuple(TESTED_BY[module]) == files
            for mistake in list(code_mistakes(PACKAGE / f"{module}.py"))[::every]
        ]
        run = _Run(mistakes, jobs, [] if files == SESSION else _rows())
        paths = [str(TESTS / f"{name}.py") for name in files]
        pytest.main([*OPTIONS, *paths], plugins=[run])
        yield from run.found


class _Run:
    """A plugin that, in place of the run of the tests, runs them for every mistake."""

    def __init__(self, mistakes: Sequence[CodeMistake], jobs: int, rows: Sequence[Callable[[], bool]]) -> None:
        self._rows = rows
        self.found: list[tuple[CodeMistake, str]] = []
        self._mistakes = mistakes
        self._jobs = jobs
        self._failed = ""
        self._noticed = Counter[str]()

    def pytest_collection(self) -> None:
        """Properties are drawn alike each time, and what fails is not made smaller."""
        from hypothesis import HealthCheck, Phase, settings  # noqa: PLC0415 - pytest looks at it when it is imported

        phases = (Phase.explicit, Phase.generate)
        checks = list(HealthCheck)
        settings.register_profile(
            "mistakes", deadline=None, derandomize=True, database=None, phases=phases, suppress_health_check=checks
        )
        settings.load_profile("mistakes")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self._failed:
            self._failed = report.nodeid.partition("::")[2]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        running: dict[int, tuple[CodeMistake, int]] = {}
        self._live = _Live()
        gc.freeze()  # a child that collects would copy all that is there
        for mistake in self._mistakes:
            if len(running) == self._jobs:
                self._collect(running)
            running |= self._start(mistake, session.items)
        while running:
            self._collect(running)
        return True

    def _start(self, mistake: CodeMistake, items: Sequence[pytest.Item]) -> dict[int, tuple[CodeMistake, int]]:
        reading, writing = os.pipe()
        child = os.fork()
        if child:
            os.close(writing)
            return {child: (mistake, reading)}
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
                for stream in (1, 2):
                    os.dup2(nowhere.fileno(), stream)
                os.write(writing, self._first_to_notice(mistake, items).encode())
        finally:
            os._exit(0)

    def _collect(self, running: dict[int, tuple[CodeMistake, int]]) -> None:
        child, status = os.wait()
        mistake, reading = running.pop(child)
        with os.fdopen(reading, "rb") as pipe:
            by = pipe.read().decode() or (TOO_LONG if os.WIFSIGNALED(status) else "")
        self._noticed[by] += 1
        self.found.append((mistake, by))
        print(f"\n{mistake} | {by or 'nobody'}", file=sys.stderr, flush=True)

    def _first_to_notice(self, mistake: CodeMistake, items: Sequence[pytest.Item]) -> str:
        self._live.make(mistake)
        if any(row() for row in self._rows):
            return ROWS
        order = sorted(items, key=lambda item: -self._noticed[item.nodeid.partition("::")[2]])
        for item, following in zip(order, [*order[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._failed:
                return self._failed
        return ""


class _Live:
    """The functions of the package as they are in this process, and what they remember."""

    def __init__(self) -> None:
        everything = gc.get_objects()
        self._functions = {
            (function.__code__.co_filename, function.__code__.co_qualname, function.__code__.co_firstlineno): function
            for function in everything
            if isinstance(function, types.FunctionType) and (function.__module__ or "").startswith("backtriage")
        }
        self._caches = [
            one for one in everything if isinstance(one, CACHE) and (one.__module__ or "").startswith("backtriage")
        ]

    def make(self, mistake: CodeMistake) -> None:
        """Make a mistake in this process."""
        for code in _functions(compile(mistake.tree, str(mistake.module), "exec")):
            live = self._functions.get((code.co_filename, code.co_qualname, code.co_firstlineno))
            if live is not None:
                live.__code__ = code
        for cache in self._caches:
            cache.cache_clear()


def _functions(code: types.CodeType) -> Iterator[types.CodeType]:
    """The functions of a module and the methods of its classes; what is inside them comes with them."""
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            if inner.co_flags & inspect.CO_NEWLOCALS:  # the body of a class has none
                yield inner
            else:
                yield from _functions(inner)


def _rows() -> list[Callable[[], bool]]:
    """The expected results, each as whether it fails or cannot be tried."""
    from row_checks import own_checks, people_checks  # noqa: PLC0415 - pytest looks at what it imports when it is

    from expected_results import BOOK  # noqa: PLC0415

    return [partial(_fails, check, BOOK) for check in [*itertools.chain(*own_checks().values()), *people_checks()]]


def _fails(check: Callable[[bt.RuleBook], bool], book: bt.RuleBook) -> bool:
    try:
        return check(book)
    except Exception:  # noqa: BLE001 - a mistake may raise anything
        return True
