"""The record of an exercise session: what it showed, and what is still unknown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import attrs

from ..errors import Problem, ProfileError
from ..findings.conditions import Value
from ..findings.frozen import frozen
from ..findings.vocabulary import Question
from .instruction import Instruction
from .moments import instant, read_instant
from .session_course import Stopped
from .session_log import SessionLog, fields, not_written

if TYPE_CHECKING:
    from typing import Self

    from ..rulebook.book import RuleBook


FOUND: Final = ("stops", "leave_out", "until_seen", "answers", "unknown", "questions")
"""What a record is written as, beside the session, its end and the last instruction."""


@attrs.frozen(kw_only=True)
class SessionRecord:
    """What a session showed. It is never "settled": what is unknown stands in it, as questions to ask.

    Attributes:
        log: What the session began with, and its reports.
        finished: When it ended, in UTC.
        instruction: What was to be done at its end.
        stops: The stop rules that fired, in the order of their times.
        answers: Findings for :func:`backtriage.reassess`: what was reported, ``None`` for not sure, and the figures
            that follow from it.
        unknown: Findings about the exercise that nobody has answered since it ended, figures that the reports leave
            open, and whatever somebody was not sure of.
        questions: The questions that would answer them, in the order of asking.
    """

    log: SessionLog = attrs.field(repr=False)
    finished: datetime
    instruction: Instruction
    stops: tuple[Stopped, ...]
    answers: Mapping[str, Value | None] = attrs.field(converter=frozen, hash=False)
    unknown: tuple[str, ...]
    questions: tuple[Question, ...]

    @classmethod
    def of(cls, log: SessionLog, at: object) -> Self:
        """The record of a log, finished at a time.

        Raises:
            ProfileError: If it is no time with a time zone, or before the last report.
        """
        finished = instant(at, "at")
        if isinstance(finished, Problem):
            raise ProfileError([finished])
        if log.reports and finished < log.reports[-1].at:
            hint = f"the last report is of {log.reports[-1].at.isoformat()}"
            raise ProfileError.of("at", f"`{finished.isoformat()}` is before the last report", hint)
        course, vocabulary = log.course(finished), log.book.vocabulary
        answers, unknown = course.at_the_end()
        asked = {vocabulary.question_of[id_] for id_ in unknown if id_ in vocabulary.question_of}
        return cls(
            log=log,
            finished=finished,
            instruction=log.instruction(finished),
            stops=tuple(course.stops),
            answers=answers,
            unknown=unknown,
            questions=tuple(question for id_, question in vocabulary.questions.items() if id_ in asked),
        )

    @property
    def leave_out(self) -> tuple[str, ...]:
        """Ids of the exercises that a rule has stopped: left out today, though an assessment may still allow them."""
        return self.instruction.leave_out

    @property
    def until_seen(self) -> tuple[str, ...]:
        """Those of them that are left out until a professional has looked at them."""
        return self.instruction.until_seen

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).of, (self.log, self.finished)  # everything else follows from them

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data: text, numbers, lists and mappings only. :meth:`from_dict` reads it."""
        return {
            "session": self.log.to_dict(),
            "finished": self.finished.isoformat(),
            "instruction": self.instruction.to_dict(),
            "stops": [
                {"at": stop.at.isoformat(), "rule": stop.rule.id, "move": stop.move, "text": stop.rule.effect.text}
                for stop in self.stops
            ],
            "leave_out": list(self.leave_out),
            "until_seen": list(self.until_seen),
            "answers": dict(self.answers),
            "unknown": list(self.unknown),
            "questions": [one.to_dict() for one in self.questions],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, object], *, rulebook: RuleBook | None = None) -> Self:
        """The record that :meth:`to_dict` wrote, worked out anew from its reports.

        Raises:
            ProfileError: With the problems of the data; also if, by the same rulebook, it says anything that does not
                follow from its reports.
        """
        parts = fields(data, "record", ("session", "finished", "instruction", *FOUND))
        finished = read_instant(parts["finished"], "finished")
        if isinstance(finished, Problem):
            raise ProfileError([finished])
        record = cls.of(SessionLog.from_dict(parts["session"], rulebook=rulebook), finished)
        if record.log.began_with == record.log.assessment.rulebook:
            made = record.to_dict()
            hint = "it does not follow from the reports"
            problems = [not_written(name, parts[name], hint) for name in made if made[name] != parts[name]]
            if problems:
                raise ProfileError(problems)
        return record
