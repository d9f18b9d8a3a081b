"""What the pytest plugin does once it is needed; ``backtriage_testing`` is what pytest loads at every start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ..assessment import Assessment, assess
from ..errors import RulebookError
from ..triage import deciding
from ..triage.decision import Conclusions, D, decide
from ..triage.profile import Profile
from ..triage.verdicts import Verdicts
from .cases import Case, read_cases
from .coverage import Coverage


class CasesFile(pytest.File):
    """A ``*.cases.toml`` file."""

    def collect(self) -> Iterator[CaseItem]:
        """One item a case.

        Raises:
            CollectError: With every problem of the file.
        """
        try:
            cases = read_cases(self.path)
        except RulebookError as error:
            raise self.CollectError(f"{self.path}:\n{error}") from None
        for case in cases:
            yield CaseItem.from_parent(self, name=case.name, case=case)


class CaseItem(pytest.Item):
    """One case of the file."""

    def __init__(self, *, case: Case, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.case = case

    def runtest(self) -> None:
        """Assesses the person.

        Raises:
            Unexpected: If the assessment is not as expected.
        """
        assessment = assess(self.case.profile)
        if differences := self.case.differences(assessment):
            raise Unexpected(self.case, assessment, differences)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What differs, without a traceback."""
        if isinstance(excinfo.value, Unexpected):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """File, line and name."""
        line = self.case.where.rpartition(":")[2]
        return self.path, int(line) - 1 if line.isdigit() else None, self.name


class Unexpected(Exception):  # noqa: N818 - it is what it says
    """An assessment that is not as a case expects it."""

    def __init__(self, case: Case, assessment: Assessment, differences: list[str]) -> None:
        self.case = case
        self.assessment = assessment
        self.differences = differences
        super().__init__(case, assessment, differences)

    def __str__(self) -> str:
        fired = ", ".join(rule.id for rule in self.assessment.because) or "nothing"
        return "\n".join(
            (
                f"{self.case.where}: {self.case.name}",
                *(f"  {difference}" for difference in self.differences),
                f"given: {self.case.profile}",
                f"fired: {fired}",
            )
        )


class Recorder:
    """Notes every assessment of a test run, and reports what they exercised."""

    def __init__(self) -> None:
        self.of_book: dict[str, Coverage] = {}
        self._patch = pytest.MonkeyPatch()

    def pytest_sessionstart(self) -> None:
        """Begins to listen."""

        def recorded(
            profile: Profile, verdicts: Verdicts, *, engine: str, region: str, made: type[D], by: Conclusions
        ) -> D:
            book = profile.rulebook
            coverage = self.of_book.get(book.digest) or self.of_book.setdefault(book.digest, Coverage(book))
            coverage.record(profile.known)
            return decide(profile, verdicts, engine=engine, region=region, made=made, by=by)

        self._patch.setattr(deciding, "decide", recorded)

    def pytest_sessionfinish(self) -> None:
        """Listens no more."""
        self._patch.undo()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """What was exercised, a rulebook at a time."""
        terminalreporter.section("backtriage coverage")
        for coverage in self.of_book.values():
            for line in coverage.lines():
                terminalreporter.write_line(line)
        if not self.of_book:
            terminalreporter.write_line("no assessment was made")
