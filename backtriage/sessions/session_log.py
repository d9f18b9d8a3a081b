"""The log of an exercise session: the assessment it began with and every report, through a door, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import attrs

from ..assessment import Assessment, assess
from ..errors import Problem, ProfileError, did_you_mean, shown
from ..presentation.page import HEADINGS
from ..rulebook.book import RulebookId
from ..triage.profile import Profile
from .instructing import instruct
from .instruction import Instruction
from .moments import instant, read_instant
from .session_course import SessionCourse
from .session_reports import Report, in_order, is_reported

if TYPE_CHECKING:
    from typing import Self

    from ..rulebook.book import RuleBook

MAX_REPORTS: Final = 500
"""Every report is weighed with all before it: so many take well under a second."""
FORMAT: Final = 1


@attrs.frozen(kw_only=True)
class SessionLog:
    """What a session began with and everything reported in it.

    Attributes:
        assessment: What the person may do.
        began_with: The rulebook that the session began with.
        reports: The reports by time, each once.
    """

    assessment: Assessment = attrs.field(eq=False)
    began_with: RulebookId
    reports: tuple[Report, ...] = ()

    @classmethod
    def begin(cls, assessment: object) -> Self:
        """The empty log of a session.

        Raises:
            ProfileError: If it is no assessment, or one that allows no exercise.
        """
        if not isinstance(assessment, Assessment):
            what = f"{shown(assessment)} is no assessment"
            raise ProfileError.of("session", what, "give what assess() returned")
        if not assessment.allowed:
            raise ProfileError([_nothing_allowed(assessment)])
        return cls(assessment=assessment, began_with=assessment.rulebook)

    @property
    def book(self) -> RuleBook:
        """The rulebook that decides."""
        return self.assessment.profile.rulebook

    def course(self, until: datetime | None = None) -> SessionCourse:
        """What the reports show, until a time not before the last."""
        return SessionCourse.of(self.assessment.profile, self.reports, until)

    def instruction(self, at: datetime | None = None) -> Instruction:
        """What to do after the last report, or at the end, at a time not before it."""
        return instruct(self.assessment, self.course(at), at or self.reports[-1].at, over=at is not None)

    def with_report(self, at: object, move: object, answers: Mapping[str, object], **named: Any) -> Self:
        """The log with one report more; itself if the report is in it already.

        Args:
            at: When it was so.
            move: The exercise that was being done; empty for none.
            answers: Answers by finding; the keys ``denies`` and ``not_sure`` too.
            named: More of them, as :class:`Profile` takes them.

        Raises:
            ProfileError: With every problem of the report.
        """
        when = instant(at, "at")
        problems = [problem for problem in (when, self._problem_with(move)) if isinstance(problem, Problem)]
        try:
            said = Profile(answers, rulebook=self.book, **named)
        except ProfileError as error:
            raise ProfileError([*problems, *error.problems]) from None
        problems += [
            Problem(where=id_, what="not something that a session reports", hint="reassess() takes it")
            for id_ in sorted({*said.given, *said.not_sure})
            if not is_reported(self.book, id_)
        ]
        if problems or isinstance(when, Problem):
            raise ProfileError(problems)
        report = Report(at=when, move=str(move), said=said)
        if report in self.reports:
            return self
        if len(self.reports) >= MAX_REPORTS:
            what = f"a session has at most {MAX_REPORTS} reports"
            raise ProfileError.of("report", what, "finish it and begin another")
        return attrs.evolve(self, reports=in_order((*self.reports, report)))

    def _problem_with(self, move: object) -> Problem | None:
        if not isinstance(move, str):
            return Problem(where="move", what=f"{shown(move)} is no exercise", hint="give the id of an allowed one")
        allowed = [entry.exercise.id for entry in self.assessment.allowed]
        if not move or move in allowed:
            return None
        if move not in self.book.exercises:
            return Problem(where="move", what=f"unknown exercise {shown(move)}", hint=did_you_mean(move, allowed))
        status = self.assessment.status(move).replace("_", " ")
        return Problem(where="move", what=f"`{move}` is {status}", hint=f"as in `{allowed[0]}`")

    # -- plain data ---------------------------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data; :meth:`from_dict` reads it."""
        return {
            "format": FORMAT,
            "rulebook": attrs.asdict(self.began_with),
            "engine": self.assessment.engine,
            "region": self.assessment.region,
            "profile": self.assessment.profile.to_dict(),
            "reports": [
                {"at": one.at.isoformat(), "move": one.move, "answers": one.said.to_dict()} for one in self.reports
            ],
        }

    @classmethod
    def from_dict(cls, data: object, *, rulebook: RuleBook | None = None) -> Self:
        """The log that :meth:`to_dict` wrote. What it allows is decided anew.

        Raises:
            ProfileError: With the problems of the data; those of the reports once the rest is in order.
        """
        parts = fields(data, "session", ("format", "rulebook", "engine", "region", "profile", "reports"))
        identity, reports = parts["rulebook"], parts["reports"]
        problems = [
            not_written(name, parts[name], hint)
            for name, fits, hint in (
                ("format", parts["format"] == FORMAT and type(parts["format"]) is int, f"give {FORMAT}"),
                ("rulebook", is_identity(identity), "give its id, version and digest"),
                ("engine", parts["engine"] in ("durable", "reference"), "give durable or reference"),
                ("profile", isinstance(parts["profile"], Mapping), "give a mapping of answers"),
                (
                    "reports",
                    isinstance(reports, list | tuple) and len(reports) <= MAX_REPORTS,
                    f"give a list of at most {MAX_REPORTS} reports",
                ),
            )
            if not fits
        ]
        if problems:
            raise ProfileError(problems)
        profile = Profile.from_dict(parts["profile"], rulebook=rulebook)
        log = cls.begin(assess(profile, engine=parts["engine"], region=parts["region"]))
        log = attrs.evolve(log, began_with=RulebookId(**identity))
        for number, one in enumerate(reports):
            where = f"reports[{number}]"
            report = fields(one, where, ("at", "move", "answers"))
            at = read_instant(report["at"], f"{where}.at")
            if isinstance(at, Problem):
                raise ProfileError([at])
            if not isinstance(report["answers"], Mapping):
                raise ProfileError([not_written(f"{where}.answers", report["answers"], "give a mapping of answers")])
            log = log.with_report(at, report["move"], report["answers"])
        return log


def fields(data: object, where: str, names: tuple[str, ...]) -> dict[str, Any]:
    """A mapping with exactly these keys.

    Raises:
        ProfileError: With every key that is missing or unknown.
    """
    if not isinstance(data, Mapping):
        what = f"{shown(data)} is not a mapping"
        raise ProfileError.of(where, what, "give what to_dict() wrote")
    problems = [Problem(where=where, what=f"unknown key {shown(key)}") for key in data if key not in names]
    problems += [Problem(where=where, what=f"`{name}` is missing") for name in names if name not in data]
    if problems:
        raise ProfileError(problems)
    return dict(data)


def is_identity(value: object) -> bool:
    """Whether it is a rulebook's id, version and digest."""
    names = {field.name for field in attrs.fields(RulebookId)}
    return isinstance(value, Mapping) and set(value) == names and all(type(one) is str for one in value.values())


def not_written(where: str, value: object, hint: str) -> Problem:
    """The problem of a value that ``to_dict`` would not have written."""
    return Problem(where=where, what=f"{shown(value)} is not what to_dict() writes", hint=hint)


def _nothing_allowed(assessment: Assessment) -> Problem:
    if not assessment.settled and not assessment.final:
        question = assessment.questions[0].question
        return Problem(where="session", what="no exercise is allowed yet", hint=f"answer first: `{question.id}`")
    level, excluded = assessment.action.level, assessment.excluded
    rules = [rule for entry in excluded for rule in entry.because if all(rule in one.because for one in excluded)]
    because = f": {rules[0].title}" if rules else ""
    heading = HEADINGS[level].capitalize() if level else "No move fits"
    return Problem(where="session", what=f"no exercise is allowed{because}", hint=heading)
