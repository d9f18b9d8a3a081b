"""What a person is told in an exercise session: go on, or stop what, by which rule, for what reason, says who."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

import attrs

from ..assessment import Assessment
from ..conditions import Value
from ..findings import Number
from ..outcome import Excluded, Withheld
from ..ranked import Ranked
from ..rules import AnyRule, Exclude, Rule, Stop, Urgency, Urgent
from ..triage import assess
from ..vocabulary import Question
from .pain_course import FIGURES, NOW, RISE, fitted
from .session_course import SessionCourse


class InstructionKind(Ranked):
    """What to do now; they compare, the worst is the greatest.

    ``pause``: do no exercise until the questions are answered, or the pain is back where it started.

    >>> InstructionKind.GO_ON < InstructionKind.STOP_MOVE < InstructionKind.EMERGENCY
    True
    """

    GO_ON = "go_on"
    PAUSE = "pause"
    STOP_MOVE = "stop_move"
    END_SESSION = "end_session"
    STOP_EVERYTHING = "stop_everything"
    EMERGENCY = "emergency"


HEADINGS: Final = {
    InstructionKind.GO_ON: "GO ON",
    InstructionKind.PAUSE: "PAUSE",
    InstructionKind.STOP_MOVE: "STOP THIS MOVE",
    InstructionKind.END_SESSION: "END THE SESSION",
    InstructionKind.STOP_EVERYTHING: "STOP ALL EXERCISE",
    InstructionKind.EMERGENCY: "STOP. EMERGENCY",
}
NOTHING_SO_FAR: Final = "Nothing reported so far says stop."
NO_LONGER_OFFERED: Final = "With what was reported this move does not fit any more."


@attrs.frozen(kw_only=True)
class Instruction:
    """What to do now in a session, by everything reported so far.

    Attributes:
        at: The time of the last report, in UTC.
        kind: What to do.
        move: The exercise that was being done; empty while none was.
        text: What the person is told.
        rules: The rules behind it, with their reasons and sources; none where nothing says stop.
        leave_out: Ids of the exercises that a rule has stopped in this session.
        questions: What to ask before anything new is begun.
        assessment: What the rules say about the person with what has been reported: the urgency, whom to see.

    >>> import backtriage as bt
    >>> from datetime import UTC, datetime
    >>> nobody = list(bt.default_rulebook().vocabulary.checklists)
    >>> a = bt.assess(age=41, pain_score=2, pain_duration_days=9, lower_back_pain=True, denies=nobody)
    >>> told = bt.ExerciseSession(a).report(at=datetime(2026, 11, 21, 9, tzinfo=UTC), exercise_new_weakness=True)
    >>> told.kind, [rule.id for rule in told.rules]
    (<InstructionKind.STOP_EVERYTHING: 'stop_everything'>, ['stop-weakness', 'exercise-new-weakness'])
    """

    at: datetime
    kind: InstructionKind
    move: str
    text: str
    rules: tuple[AnyRule, ...]
    leave_out: tuple[str, ...]
    questions: tuple[Question, ...]
    assessment: Assessment = attrs.field(eq=False, repr=False)

    @property
    def stops(self) -> bool:
        """Whether an exercise that is being done must not go on."""
        return self.kind is not InstructionKind.GO_ON

    def __str__(self) -> str:
        names = self.assessment.profile.rulebook.exercises
        move = f": {names[self.move].name}" if self.move and self.kind <= InstructionKind.STOP_MOVE else ""
        lines = [f"{HEADINGS[self.kind]}{move}", self.text]
        lines += [f"Asked: {question.text}" for question in self.questions]
        if self.leave_out:
            lines.append(f"Left out today: {'; '.join(names[id_].name for id_ in self.leave_out)}.")
        lines += [f"By {rule.id}: {', '.join(ref.id for ref in rule.sources) or rule.evidence}." for rule in self.rules]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """What to do as plain data. The assessment is given by its urgency, bounds and action."""
        action = self.assessment.to_dict()
        return {
            "at": self.at.isoformat(),
            "kind": self.kind.value,
            "heading": HEADINGS[self.kind],
            "move": self.move,
            "text": self.text,
            "rules": [
                {
                    "rule": rule.id,
                    "title": rule.title,
                    "because": rule.because,
                    "evidence": rule.evidence,
                    "sources": [ref.id for ref in rule.sources],
                }
                for rule in self.rules
            ],
            "leave_out": list(self.leave_out),
            "questions": [{"id": one.id, "text": one.text, "help": one.help} for one in self.questions],
            **{name: action[name] for name in ("urgency", "at_least", "could_be", "action", "referral")},
        }


def instruct(began_with: Assessment, course: SessionCourse, at: datetime) -> Instruction:
    """What to do after everything that has been reported.

    Args:
        began_with: The assessment that the session began with.
        course: What the reports show.
        at: The time of the last report.
    """
    now = with_reports(began_with, course)
    allowed = {entry.exercise.id for entry in now.allowed}
    doing = course.moves if course.ended is None else ()
    barred = [move for move in doing if move in course.stopped_moves or move not in allowed]
    fresh = [stop.move for stop in course.stops if stop.at == at and stop.rule.effect.scope == "move"]
    fired = [stop.rule for stop in course.stops]
    everything = _of_scope(fired, "everything")
    if now.at_least is Urgency.EMERGENCY:
        kind, rules = InstructionKind.EMERGENCY, (*everything, *_urgent(now, Urgency.EMERGENCY))
    elif everything or not allowed:
        kind, rules = InstructionKind.STOP_EVERYTHING, (*everything, *_in_the_way(now, began_with))
    elif session := _of_scope(fired, "session"):
        kind, rules = InstructionKind.END_SESSION, session
    elif barred or fresh:
        kind, rules = InstructionKind.STOP_MOVE, tuple(_against(now, course, barred or fresh))
    elif course.waiting:
        kind, rules = InstructionKind.PAUSE, tuple(rule for rule, _ in course.waiting)
    else:
        kind, rules = InstructionKind.GO_ON, ()
    rules = tuple(dict.fromkeys(rules))
    return Instruction(
        at=at,
        kind=kind,
        move=(barred or doing or ("",))[0],
        text=" ".join(dict.fromkeys(_texts(kind, rules, now, course))),
        rules=rules,
        leave_out=course.stopped_moves,
        questions=tuple(_questions(kind, now, course)),
        assessment=now,
    )


def with_reports(began_with: Assessment, course: SessionCourse) -> Assessment:
    """What the rules say about the person with all that was reported; what was not mentioned has not changed.

    What was present before the session stays present: nothing said in it calms.
    """
    profile = began_with.profile
    findings = course.book.vocabulary.findings
    answers: dict[str, Value | None] = {
        id_: value
        for id_, value in course.latest.items()
        if profile.known.get(id_) is not True or findings[id_].clearance
    }
    answers.update(dict.fromkeys(course.ever, True))
    if course.pain.first is not None:
        answers[NOW] = course.pain.latest
        for id_, bounds in course.bounds(course.pain.raised or course.pain.first).items():
            finding, before = findings.get(id_), profile.given.get(id_, 0)
            if isinstance(finding, Number):
                answers[id_] = max(fitted(finding, bounds.low), before)
    return assess(profile.with_(answers), engine=began_with.engine, region=began_with.region)  # type: ignore[arg-type]


def _of_scope(rules: Iterable[Rule[Stop]], scope: str) -> tuple[Rule[Stop], ...]:
    return tuple(rule for rule in rules if rule.effect.scope == scope)


def _urgent(now: Assessment, level: Urgency) -> Iterator[AnyRule]:
    yield from (rule for rule in now.because if isinstance(rule.effect, Urgent) and rule.effect.level is level)


def _in_the_way(now: Assessment, began_with: Assessment) -> tuple[AnyRule, ...]:
    """The rules that stop, or may stop, what was allowed at the beginning: those in the way of all of it, if any."""
    if now.allowed:
        return tuple(_urgent(now, now.at_least))
    before = {entry.exercise.id for entry in began_with.allowed}
    stopped = [entry.because for entry in _not_allowed(now) if entry.exercise.id in before]
    common = [rule for rule in stopped[0] if all(rule in because for because in stopped)] if stopped else []
    return tuple(common or dict.fromkeys(rule for because in stopped for rule in because))


def _not_allowed(now: Assessment) -> tuple[Excluded | Withheld, ...]:
    return *now.excluded, *now.withheld


def _against(now: Assessment, course: SessionCourse, moves: Iterable[str]) -> Iterator[AnyRule]:
    """The rules that stop some moves."""
    for move in moves:
        yield from (stop.rule for stop in course.stops if stop.move == move and stop.rule.effect.scope == "move")
        for entry in _not_allowed(now):
            if entry.exercise.id == move:
                yield from entry.because


def _texts(kind: InstructionKind, rules: tuple[AnyRule, ...], now: Assessment, course: SessionCourse) -> Iterator[str]:
    yield from now.action.locked
    if kind is InstructionKind.GO_ON:
        yield NOTHING_SO_FAR
    certain = {rule for rule, holds in course.waiting if holds}
    for rule in rules:
        if isinstance(rule.effect, Stop):
            doubtful = kind is InstructionKind.PAUSE and rule not in certain
            yield f"Could not be ruled out: {rule.title[:1].lower()}{rule.title[1:]}." if doubtful else rule.effect.text
        elif isinstance(rule.effect, Exclude) and rule.because:
            yield rule.because
    if kind is InstructionKind.STOP_MOVE and not rules:
        yield NO_LONGER_OFFERED
    if kind >= InstructionKind.STOP_EVERYTHING:
        yield now.action.message


def _questions(kind: InstructionKind, now: Assessment, course: SessionCourse) -> Iterator[Question]:
    """What would end the waiting, or settle what stops everything."""
    vocabulary = course.book.vocabulary
    if kind is InstructionKind.PAUSE:
        asked = {id_ for rule, _ in course.waiting for id_ in rule.findings}
        figures = asked & set(FIGURES)
        if figures and course.pain.start is None:
            figures = {RISE, NOW}
        elif figures:
            figures = {NOW}
        wanted = figures | {id_ for id_ in asked - set(FIGURES) if course.latest.get(id_, False) is not False}
        ids = {vocabulary.question_of[id_] for id_ in wanted if id_ in vocabulary.question_of}
        yield from (question for id_, question in vocabulary.questions.items() if id_ in ids)
    elif kind >= InstructionKind.STOP_EVERYTHING and now.action.question is not None:
        yield now.action.question.question
