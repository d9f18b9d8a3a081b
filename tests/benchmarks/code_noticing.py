"""Which test notices a mistake in the code: the tests are collected once, then run in a child process for each mistake.

In the child the changed function takes the place of the right one and what is remembered is forgotten; the tests run
until one fails, those first that have noticed most mistakes of the module for the time they take. Properties are drawn
alike each time, so that who notices a mistake notices it again.
"""

from __future__ import annotations

import ast
import functools
import gc
import importlib
import inspect
import itertools
import os
import resource
import signal
import sys
import types
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Final

import attrs
import pytest
from code_mistakes import CodeMistake, code_mistakes

if TYPE_CHECKING:
    import backtriage as bt

TESTS: Final = Path(__file__).parent.parent
PACKAGE: Final = TESTS.parent / "backtriage"
WORDS: Final = (
    *("triage/test_session_and_words", "triage/test_useful", "triage/test_unsettled", "triage/test_startback"),
    *("presentation/test_what_is_said", "triage/test_semantics"),
)
BOOKS: Final = (*WORDS, "rulebook/test_overlays", "rulebook/test_regions")
"""What depends on an overlay or a region too."""
TWIN: Final = ("triage/test_twin", "triage/test_questions")
ENGINES: Final = ("triage/test_semantics", "triage/test_engines")
FINDINGS: Final = (
    *("findings/test_conditions", "findings/test_possible_numbers"),
    *("triage/test_profile", "triage/test_semantics"),
)
SESSION: Final = ("sessions/test_session_edges", "sessions/test_exercise_session")
TWO_CONTACTS: Final = ("episode/test_reassess",)
EPISODE: Final = (*TWO_CONTACTS, "episode/test_episode")
TESTED_BY: Final[Mapping[str, Sequence[str]]] = {
    **dict.fromkeys(("triage/exercise_statuses", "triage/open_questions", "triage/worth_deciding"), TWIN),
    **dict.fromkeys(("triage/fast/__init__", "triage/fast/exercise_statuses", "triage/fast/open_questions"), TWIN),
    **dict.fromkeys(("triage/verdicts", "triage/engines/reference", "triage/deciding"), ENGINES),
    "triage/decision": (*WORDS, "triage/test_twin"),
    **dict.fromkeys(("triage/session_choice", "triage/safety_net", "triage/startback"), WORDS),
    **dict.fromkeys(("triage/disposition", "triage/action", "triage/referral"), BOOKS),
    **dict.fromkeys(("triage/next_step", "triage/outcome"), BOOKS),
    **dict.fromkeys(("findings/conditions", "findings/compiling", "findings/ceilings"), FINDINGS),
    **dict.fromkeys(("findings/vocabulary", "triage/later_answers"), FINDINGS),
    **dict.fromkeys(("sessions/session_course", "sessions/pain_course", "sessions/session_profile"), SESSION),
    **dict.fromkeys(("sessions/instructing", "sessions/session_reports"), SESSION),
    "sessions/spoken": (*SESSION, "episode/test_reassess"),
    **dict.fromkeys(("episode/comparing", "episode/carrying", "episode/second_contact"), TWO_CONTACTS),
    **dict.fromkeys(("episode/never_less", "episode/later_contact"), EPISODE),
}
"""Every module that decides to the files of its tests."""
WITHOUT_ROWS: Final = (SESSION, TWO_CONTACTS, EPISODE)
"""What the expected results say nothing of."""
OPTIONS: Final = (
    *("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--import-mode=importlib"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)
TOO_LONG: Final = "it never ends"
ALL_MEMORY: Final = "it takes all memory"
MEMORY: Final = 4 << 30
"""Bytes that no test comes near without a mistake."""
EXAMPLES: Final = 25
"""How many people a property is tried with: one that takes more to be seen wants an example of its own."""
CACHE: Final = type(functools.lru_cache(len))
_SETTINGS: Final = "_hypothesis_internal_use_settings"
ROWS: Final = "an expected result"
LOADED: Final = "nothing can be loaded"


def noticed(modules: Sequence[str], *, every: int = 1, jobs: int = 1) -> Iterator[tuple[CodeMistake, str]]:
    """Every mistake in some modules, with what notices it; empty where nothing does."""
    for files in dict.fromkeys(tuple(TESTED_BY[module]) for module in modules):
        mistakes = [
            mistake
            for module in modules
            if tuple(TESTED_BY[module]) == files
            for mistake in list(code_mistakes(PACKAGE / f"{module}.py"))[::every]
        ]
        run = _Run(mistakes, jobs, [] if files in WITHOUT_ROWS else _rows())
        paths = [str(TESTS / f"{name}.py") for name in files]
        pytest.main([*OPTIONS, *paths], plugins=[run])
        yield from run.found


@attrs.frozen(eq=False)
class _Test:
    """What may notice a mistake.

    Attributes:
        name: Its name.
        notices: Runs it; the failure, or nothing.
        seconds: How long it computes while there is no mistake.
    """

    name: str
    notices: Callable[[], str]
    seconds: float = 0


class _Run:
    """A plugin that, in place of the run of the tests, runs them for every mistake."""

    def __init__(self, mistakes: Sequence[CodeMistake], jobs: int, rows: Sequence[Callable[[], bool]]) -> None:
        self._rows = rows
        self.found: list[tuple[CodeMistake, str]] = []
        self._mistakes = mistakes
        self._jobs = jobs
        self._failed = ""
        self._noticed = defaultdict[Path, Counter[str]](Counter)

    def pytest_collection(self) -> None:
        """Properties are drawn alike each time and less often, and what fails is not made smaller."""
        from hypothesis import HealthCheck, Phase, settings  # noqa: PLC0415 - pytest looks at it when it is imported

        phases = (Phase.explicit, Phase.generate)
        checks = list(HealthCheck)
        settings.register_profile(
            "mistakes",
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=phases,
            suppress_health_check=checks,
        )
        settings.load_profile("mistakes")

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Properties that set how often they are drawn are drawn less often too."""
        from hypothesis import settings  # noqa: PLC0415 - as above

        test = getattr(item, "obj", None)
        if own := getattr(test, _SETTINGS, None):
            setattr(test, _SETTINGS, settings(own, max_examples=min(own.max_examples, EXAMPLES)))

    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        """What failed, and whether it was for want of memory."""
        skipped = call.excinfo is not None and call.excinfo.errisinstance(pytest.skip.Exception)
        if call.excinfo is not None and not skipped and not self._failed:
            self._failed = ALL_MEMORY if call.excinfo.errisinstance(MemoryError) else _name(item)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        tests = [_Test(_name(item), partial(self._item_fails, item)) for item in session.items]
        if self._rows:
            tests.append(_Test(ROWS, lambda: ROWS if any(row() for row in self._rows) else ""))
        for module in {mistake.module for mistake in self._mistakes}:  # the package imports some when they are used
            path = module.relative_to(PACKAGE.parent).with_suffix("")
            importlib.import_module(".".join(path.parts).removesuffix(".__init__"))
        live = _Live()
        gc.freeze()  # a child that collects would copy all that is there
        tests = list(self._timed(tests))
        running: dict[int, tuple[CodeMistake, int]] = {}
        for mistake in self._mistakes:
            if len(running) == self._jobs:
                self._collect(running)
            if changes := live.changes(mistake):
                make = partial(live.make, changes)
                child, reading = _forked(partial(self._first_to_notice, mistake.module, make, tests))
                running[child] = (mistake, reading)
        while running:
            self._collect(running)
        return True

    def _item_fails(self, item: pytest.Item) -> str:
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        return self._failed

    def _timed(self, tests: Sequence[_Test]) -> Iterator[_Test]:
        """The tests with their times.

        Raises:
            RuntimeError: If one fails while there is no mistake: then it could notice none.
        """
        child, reading = _forked(lambda: "\n".join(_times(tests)))
        with os.fdopen(reading) as pipe:
            times = pipe.read().splitlines()
        os.waitpid(child, 0)
        if len(times) != len(tests):
            raise RuntimeError("\n".join(["without a mistake", *times[-1:]]))
        yield from (attrs.evolve(test, seconds=float(time)) for test, time in zip(tests, times, strict=True))

    def _collect(self, running: dict[int, tuple[CodeMistake, int]]) -> None:
        child, _ = os.wait()
        mistake, reading = running.pop(child)
        with os.fdopen(reading) as pipe:
            by = pipe.read()
        self._noticed[mistake.module][by] += 1
        self.found.append((mistake, by))
        print(f"\n{mistake} | {by or 'nobody'}", file=sys.stderr, flush=True)

    def _first_to_notice(self, module: Path, make: Callable[[], None], tests: Sequence[_Test]) -> str:
        try:
            make()
        except Exception:  # noqa: BLE001 - a mistake may raise anything
            return LOADED
        here, all_ = self._noticed[module], sum(self._noticed.values(), Counter[str]())

        def promises(test: _Test) -> float:
            return (here[test.name] + all_[test.name] / 10 + 0.01) / (test.seconds + 0.1)

        for test in sorted(tests, key=promises, reverse=True):
            # What computes ten times as long as it does has met a mistake that somebody who waits will notice.
            signal.setitimer(signal.ITIMER_PROF, 10 + 10 * test.seconds)
            if by := test.notices():
                return by
        return ""


def _name(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[2]


def _forked(work: Callable[[], str]) -> tuple[int, int]:
    """A child process that does some work, and where to read what comes of it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading

    def give_up(*_: object) -> None:
        os.write(writing, TOO_LONG.encode())
        os._exit(0)

    try:
        signal.signal(signal.SIGPROF, give_up)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            for stream in (1, 2):
                os.dup2(nowhere.fileno(), stream)
            try:
                found = work()
            except MemoryError:
                found = ALL_MEMORY
        os.write(writing, found.encode())
    finally:
        os._exit(0)


def _times(tests: Iterable[_Test]) -> Iterator[str]:
    """How long each test computes, up to one that fails: its name."""
    for test in tests:
        began = process_time()
        if by := test.notices():
            yield by
            return
        yield str(process_time() - began)


class _Live:
    """The functions of the package as they are in this process, and what they remember."""

    def __init__(self) -> None:
        gc.unfreeze()  # what is frozen is not among the objects
        from backtriage.findings.vocabulary import Vocabulary  # noqa: PLC0415 - pytest looks at what it imports when
        from backtriage.triage.engines import chosen  # noqa: PLC0415 - it is imported

        self._functions = defaultdict[tuple[str, str, int], list[types.FunctionType]](list)
        everything = gc.get_objects()
        for one in everything:
            if isinstance(one, types.FunctionType) and (one.__module__ or "").startswith("backtriage"):
                self._functions[_place(one.__code__)].append(one)
        self._caches = [
            one for one in everything if isinstance(one, CACHE) and (one.__module__ or "").startswith("backtriage")
        ]
        self._vocabularies = [one for one in everything if isinstance(one, Vocabulary)]
        self._engines = chosen._ENGINES.values()  # noqa: SLF001 - a rulebook has compiled conditions

    def changes(self, mistake: CodeMistake) -> list[tuple[types.FunctionType, types.CodeType]]:
        """The functions that a mistake changes, and what it makes of them; none if it compiles to the same.

        Raises:
            RuntimeError: If one is not in this process: then nothing could notice.
        """
        right = _functions(mistake.module, ast.parse(mistake.module.read_text(encoding="utf-8")))
        pairs = zip(right, _functions(mistake.module, mistake.tree), strict=True)
        found = [(self._live(old), new) for old, new in pairs if old != new]
        if not all(live for live, _ in found):
            raise RuntimeError(f"no test of {mistake.module} imports it")
        return [(live, new) for functions, new in found for live in functions]

    def _live(self, code: types.CodeType) -> list[types.FunctionType]:
        return [one for one in self._functions[_place(code)] if one.__code__ == code]

    def make(self, changes: Iterable[tuple[types.FunctionType, types.CodeType]]) -> None:
        """Make a mistake in this process."""
        for live, new in changes:
            live.__code__ = new
        for cache in self._caches:
            cache.cache_clear()
        for engines in self._engines:
            engines.clear()
        for words in self._vocabularies:
            words.__attrs_post_init__()


def _place(code: types.CodeType) -> tuple[str, str, int]:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _functions(module: Path, tree: ast.Module) -> Iterator[types.CodeType]:
    return _within(compile(tree, str(module), "exec"))


def _within(code: types.CodeType) -> Iterator[types.CodeType]:
    """The functions of a module and the methods of its classes; what is inside them comes with them."""
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            if inner.co_flags & inspect.CO_NEWLOCALS:  # the body of a class has none
                yield inner
            else:
                yield from _within(inner)


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
