"""A running exercise session, one request a report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import backtriage as bt

from .reading import checked_keys, mapping, refuse, text
from .screens import question_asked

Plain = dict[str, Any]

REPORT: Final = ("at", "move", "answers")
FINISH: Final = ("at", "answers")


def session(body: Plain, book: bt.RuleBook) -> Plain:
    """One step of an exercise session: its beginning, a report, or its end; and what to do now."""
    running = _running(body, book)
    record = None
    if (report := mapping(body, "report")) is not None:
        checked_keys(report, "report", REPORT, ["at"])
        running.report(_answers(report), at=_time(report), move=text(report, "move"))
    if (finish := mapping(body, "finish")) is not None:
        checked_keys(finish, "finish", FINISH, ["at"])
        if answers := _answers(finish):
            running.report(answers, at=_time(finish))
        record = running.finish(at=_time(finish)).to_dict()
        del record["session"]
    told = running.instruction
    return {
        "session": running.to_dict(),
        "instruction": None if told is None else _with_questions(told.to_dict(), book),
        "record": None if record is None else _with_questions(record, book),
    }


def _running(body: Plain, book: bt.RuleBook) -> bt.ExerciseSession:
    kept, profile = mapping(body, "session"), mapping(body, "profile")
    if (kept is None) == (profile is None):
        refuse(422, "session", "a profile to begin with, or a session to go on with", "give one of them")
    if kept is None:
        return bt.ExerciseSession(bt.assess(profile, region=text(body, "region", nullable=True), rulebook=book))
    return bt.ExerciseSession.from_dict(kept, rulebook=book)


def _answers(data: Mapping[str, Any]) -> Mapping[str, object]:
    return mapping(data, "answers") or {}


def _time(data: Mapping[str, Any]) -> datetime:
    try:
        return datetime.fromisoformat(text(data, "at"))
    except (ValueError, OverflowError):
        refuse(422, "at", "no time", "as in 2026-11-21T09:00:00Z")


def _with_questions(data: Plain, book: bt.RuleBook) -> Plain:
    return {**data, "questions": [question_asked(book, one["id"]) for one in data["questions"]]}
