"""A running exercise session: what to do after each report, and the record at its end.

The rulebook's stop rules decide, and its urgency rules: the session puts the reports in order, works out the figures
that the rules ask for, and passes on what the rules say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..assessment import Assessment
from ..findings.door import is_nothing, read_once
from ..rulebook.book import RulebookId
from .instruction import Instruction
from .session_log import SessionLog
from .session_record import SessionRecord
from .session_reports import Report

if TYPE_CHECKING:
    from typing import Self, Unpack

    from ..findings.answers import Answers
    from ..rulebook.book import RuleBook


class ExerciseSession:
    """An exercise session while it runs. It changes by reports alone; none is ever lost or taken back.

    Begin with the pain just before (the first report, without ``move``), then report as often as you like: the order
    of arrival does not matter, and a report that arrives twice counts once. Of reports that contradict each other the
    worse counts.

    Args:
        assessment: What the person may do; every move must be allowed by it.

    Raises:
        ProfileError: If the assessment allows no exercise.

    >>> import backtriage as bt
    >>> from datetime import UTC, datetime
    >>> everything = list(bt.default_rulebook().vocabulary.checklists)
    >>> a = bt.assess(age=41, pain_score=2, pain_duration_days=9, lower_back_pain=True, denies=everything)
    >>> s = bt.ExerciseSession(a)
    >>> s.report(at=datetime(2026, 11, 21, 9, 0, tzinfo=UTC), pain_score=2).kind
    <InstructionKind.GO_ON: 'go_on'>
    >>> told = s.report(at=datetime(2026, 11, 21, 9, 4, tzinfo=UTC), move="pelvic_tilt", pain_score=4)
    >>> told.kind, [rule.id for rule in told.rules]
    (<InstructionKind.STOP_MOVE: 'stop_move'>, ['stop-move'])
    >>> s.finish(at=datetime(2026, 11, 21, 9, 10, tzinfo=UTC)).unknown[-1]      # nobody has said how it went on
    'exercise_pain_minutes'
    """

    __slots__ = ("_log",)
    _log: SessionLog

    def __init__(self, assessment: Assessment, /) -> None:
        self._log = SessionLog.begin(assessment)

    @property
    def assessment(self) -> Assessment:
        """What the session began with."""
        return self._log.assessment

    @property
    def reports(self) -> tuple[Report, ...]:
        """Everything reported, by time."""
        return self._log.reports

    @property
    def rulebook_changed(self) -> RulebookId | None:
        """The rulebook that the session began with, if it goes on under another one."""
        return None if self._log.began_with == self.assessment.rulebook else self._log.began_with

    @property
    def instruction(self) -> Instruction | None:
        """What to do now, by everything reported so far; ``None`` before the first report."""
        return self._log.instruction() if self._log.reports else None

    def report(
        self,
        answers: Mapping[str, object] | None = None,
        /,
        *,
        at: datetime,
        move: str = "",
        denies: Iterable[str] = (),
        not_sure: Iterable[str] = (),
        **named: Unpack[Answers],
    ) -> Instruction:
        """Take what was said at one time, and say what to do now, by everything reported so far.

        Args:
            answers: Answers by finding: ``pain_score`` for the pain now, any yes/no finding, and the figures about
                exercise where the person gives them; the keys ``denies`` and ``not_sure`` too.
            at: When it was so: a ``datetime`` with a time zone.
            move: The id of the exercise being done; empty while none is.
            denies: Checklists of which everything not answered otherwise is absent.
            not_sure: Findings or checklists that were asked and remain unknown.
            named: Answers by finding name.

        Raises:
            ProfileError: With every problem of the report; then nothing has changed.
        """
        given = {} if answers is None else answers
        log = self._log.with_report(at, move, given, denies=denies, not_sure=not_sure, **named)
        told = log.instruction()  # what does not go with earlier answers shows here, before anything has changed
        self._log = log
        return told

    def finish(self, *, at: datetime, denies: Iterable[str] = (), **named: Unpack[Answers]) -> SessionRecord:
        """The record of the session, with what is still unknown. Answers given here are a last report.

        Late reports may still follow; then finish again.

        Args:
            at: When the session ended: a ``datetime`` with a time zone, not before the last report.
            denies: As in :meth:`report`.
            named: As in :meth:`report`.

        Raises:
            ProfileError: With every problem; then nothing has changed.
        """
        denied = read_once(denies)
        said = bool(named) or not is_nothing(denied)
        log = self._log.with_report(at, "", {}, denies=denied, **named) if said else self._log
        record = SessionRecord.of(log, at)
        self._log = log
        return record

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data: text, numbers, lists and mappings only. :meth:`from_dict` reads it."""
        return self._log.to_dict()

    @classmethod
    def from_dict(cls, data: Mapping[str, object], *, rulebook: RuleBook | None = None) -> Self:
        """The session that :meth:`to_dict` wrote. Nothing in it is taken on trust: the rules decide anew.

        Args:
            data: What :meth:`to_dict` wrote.
            rulebook: The rulebook to go on under; the default one if left out. ``rulebook_changed`` tells of a change.

        Raises:
            ProfileError: With the problems of the data.
        """
        log = SessionLog.from_dict(data, rulebook=rulebook)
        session = cls(log.assessment)
        session._log = log
        return session

    def __repr__(self) -> str:
        return f"<ExerciseSession: {len(self.reports)} reports>"
