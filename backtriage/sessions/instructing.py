"""What a person is told in an exercise session: which rules speak, in which words, and what is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from ..assessment import Assessment
from ..findings.vocabulary import Question
from ..rulebook.rules import AnyRule, Exclude, Rule, Stop, Urgency, Urgent
from ..rulebook.texts import Text
from ..triage.outcome import Excluded, Withheld
from .instruction import Instruction, InstructionKind
from .pain_course import FIGURES, MINUTES, PAIN_SCORE, RISE
from .session_course import SessionCourse, Stopped
from .session_profile import doubts, risen, with_reports
from .session_reports import is_reported

NOTHING_SO_FAR: Final = Text("session.nothing_so_far", "Nothing reported so far says stop.")
STOPPED_BEFORE: Final = Text("session.stopped_before", "You may go on.")
IS_OVER: Final = Text("session.is_over", "The session is over.")
NO_LONGER_OFFERED: Final = Text("session.no_longer_offered", "With what was reported this move does not fit any more.")
REST: Final = Text("session.rest", "Stop and rest.")
RING: Final = Text("session.ring", "If any of it is there or comes back, ring {emergency}.")


def instruct(began_with: Assessment, course: SessionCourse, at: datetime, *, over: bool = False) -> Instruction:
    """What to do after everything that has been reported.

    Args:
        began_with: The assessment that the session began with.
        course: What the reports show.
        at: The time of the last report, or of the end.
        over: Whether the session is over.
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
        kind = InstructionKind.STOP_EVERYTHING
        rules = (*everything, *_of_scope(_doubtful(course), "everything"), *_in_the_way(now, began_with))
    elif session := _of_scope(fired, "session"):
        kind, rules = InstructionKind.END_SESSION, session
    elif barred or fresh:
        kind, rules = InstructionKind.STOP_MOVE, tuple(_against(now, course, barred or fresh))
    elif course.waiting:
        kind, rules = InstructionKind.PAUSE, tuple(rule for rule, _ in course.waiting)
    else:
        kind, rules = InstructionKind.GO_ON, ()
    worse = risen(began_with, now) if kind < InstructionKind.EMERGENCY else ()
    rules = tuple(dict.fromkeys((*rules, *worse)))
    open_ = doubts(began_with, now, course)
    return Instruction(
        at=at,
        kind=kind,
        move=(barred or doing or ("",))[0],
        parts=_once(_texts(kind, rules, now, course, open_, worse=bool(worse), over=over)),
        rules=rules,
        leave_out=course.stopped_moves,
        until_seen=tuple(dict.fromkeys(stop.move for stop in course.stops if stop.move and _until_seen(stop))),
        questions=tuple(_questions(kind, now, course, open_, worse=bool(worse))),
        over=over,
        assessment=now,
    )


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


def _doubtful(course: SessionCourse) -> tuple[Rule[Stop], ...]:
    """The stop rules that may hold."""
    return tuple(rule for rule, holds in course.waiting if not holds)


def _until_seen(stop: Stopped) -> bool:
    """Whether a move is left out for longer than today: a sign stopped it, which does not pass as raised pain does."""
    return stop.rule.effect.scope == "move" and stop.rule.findings.isdisjoint(FIGURES)


# -- in words ---------------------------------------------------------------------------------------------------------


def _once(texts: Iterable[Text]) -> tuple[Text, ...]:
    """Each sentence the first time that it is said."""
    said: dict[str, Text] = {}
    for text in texts:
        said.setdefault(str(text), text)
    return tuple(said.values())


def _texts(
    kind: InstructionKind,
    rules: tuple[AnyRule, ...],
    now: Assessment,
    course: SessionCourse,
    open_: tuple[str, ...],
    *,
    worse: bool,
    over: bool,
) -> Iterator[Text]:
    """What the person is told, sentence by sentence.

    Args:
        kind: What to do.
        rules: The rules behind it.
        now: What the rules say about the person.
        course: What the reports show.
        open_: The red flags that are not ruled out.
        worse: Whether the session has brought up an urgency rule: then whom to see is said, whatever there is to do.
        over: Whether the session is over.
    """
    yield from now.action.shown_first
    if over and kind <= InstructionKind.END_SESSION:
        yield IS_OVER
    if kind is InstructionKind.GO_ON and not course.stops and not worse:
        yield NOTHING_SO_FAR
    elif kind is InstructionKind.GO_ON and course.stops and not over:
        yield STOPPED_BEFORE
    by_rules = tuple(_by_rules(rules, _doubtful(course)))
    yield from by_rules
    if kind is InstructionKind.STOP_MOVE and not by_rules:
        yield NO_LONGER_OFFERED
    if open_ and kind < InstructionKind.EMERGENCY:
        yield from _while_in_doubt(kind, rules, now, course, open_)
    if worse or kind >= InstructionKind.STOP_EVERYTHING:
        yield from now.action.parts if kind is InstructionKind.GO_ON and not over else _whom_to_see(now)
    if kind is InstructionKind.GO_ON or (over and kind < InstructionKind.EMERGENCY):
        yield from _left_out(course, today=kind < InstructionKind.STOP_EVERYTHING)


def _by_rules(rules: Iterable[AnyRule], doubtful: tuple[Rule[Stop], ...]) -> Iterator[Text]:
    """What the rules say that stop something; an urgency rule has no words of its own here."""
    for rule in rules:
        if isinstance(rule.effect, Stop):
            if rule in doubtful:
                yield _not_ruled_out(Text(f"rules.{rule.id}.title", rule.title))
            else:
                yield Text(f"rules.{rule.id}.say", rule.effect.text, locked=True)
        elif isinstance(rule.effect, Exclude):
            yield Text(f"rules.{rule.id}.because", rule.because)


def _whom_to_see(now: Assessment) -> Iterator[Text]:
    """The action's message where no exercise goes on: without its sentence that a set may."""
    messages, level = now.profile.rulebook.messages, now.action.level or now.at_least
    going_on = [messages.of_level[level][key].address for key in ("begin", "gentle")]
    yield from (text for text in now.action.parts if text.address not in going_on)


def _while_in_doubt(
    kind: InstructionKind,
    rules: tuple[AnyRule, ...],
    now: Assessment,
    course: SessionCourse,
    open_: tuple[str, ...],
) -> Iterator[Text]:
    """What to do while red flags are not ruled out; those that no rule has named are named."""
    named = {id_ for rule in rules if isinstance(rule.effect, Stop) for id_ in rule.findings}
    findings = course.book.vocabulary.findings
    yield from (_not_ruled_out(Text(f"findings.{id_}.text", findings[id_].text)) for id_ in open_ if id_ not in named)
    if kind is not InstructionKind.GO_ON:
        yield REST
    if now.could_be is Urgency.EMERGENCY:
        yield RING.filled(course.book.region(now.region).filled)


def _not_ruled_out(what: Text) -> Text:
    return what.filled(lambda words: f"Could not be ruled out: {words[:1].lower()}{words[1:].rstrip('.?')}.")


def _left_out(course: SessionCourse, *, today: bool) -> Iterator[Text]:
    """Which moves to leave out, and until when; ``today`` if any others may be done today."""
    stops = [stop for stop in course.stops if stop.rule.effect.scope == "move"]
    seen = dict.fromkeys(stop.move for stop in stops if _until_seen(stop))
    others = dict.fromkeys(stop.move for stop in stops if stop.move not in seen)
    if others and today:
        yield Text("session.leave_out_today", f"Leave out {_names(course, others)} today.")
    if seen:
        them = "it" if len(seen) == 1 else "them"
        until = f"Leave out {_names(course, seen)} until a professional has looked at {them}."
        yield Text("session.leave_out_until_seen", until)


def _names(course: SessionCourse, moves: Iterable[str]) -> str:
    return " and ".join(course.book.exercises[move].name if move else "the move that was stopped" for move in moves)


def _questions(
    kind: InstructionKind, now: Assessment, course: SessionCourse, open_: tuple[str, ...], *, worse: bool
) -> Iterator[Question]:
    """What would end the waiting, or settle what stops everything or may be worse than it was at the beginning."""
    vocabulary = course.book.vocabulary
    wanted = set(open_) if kind < InstructionKind.EMERGENCY else set()
    if kind is InstructionKind.PAUSE:
        for rule, holds in course.waiting:
            wanted |= {id_ for id_ in rule.findings - set(FIGURES) if course.latest.get(id_, False) is not False}
            if not rule.findings.isdisjoint(FIGURES):
                wanted |= _figures_asked(course, holds=holds)
    if (worse or kind >= InstructionKind.STOP_EVERYTHING) and now.action.question is not None:
        wanted |= {id_ for id_ in now.action.question.question.findings if is_reported(course.book, id_)}
    ids = {vocabulary.question_of[id_] for id_ in wanted if id_ in vocabulary.question_of}
    yield from (question for id_, question in vocabulary.questions.items() if id_ in ids)


def _figures_asked(course: SessionCourse, *, holds: bool) -> set[str]:
    """The pain now, as long as it may settle a rule about figures; then what reports of it cannot show."""
    if course.pain.start is None and course.told_start is None:
        return {RISE, PAIN_SCORE}
    return {PAIN_SCORE} if holds or course.pain.spell is not None else {MINUTES}
