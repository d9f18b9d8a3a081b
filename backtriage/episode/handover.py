"""One page for a clinician: how urgent and why, what was asked and what not, the course of pain, what was done."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from ..assessment import Assessment
from ..findings.finding import Answer
from ..presentation.page import DISCLAIMER, WIDTH
from ..rulebook.rules import Urgent
from ..sessions.pain_course import PAIN_SCORE
from .done import Did
from .lines import EpisodeLine
from .second_contact import Reassessment

if TYPE_CHECKING:
    from datetime import datetime


class Event(Protocol):
    """What a line of an episode stands for."""

    @property
    def line(self) -> EpisodeLine: ...
    @property
    def assessment(self) -> Assessment | None: ...
    @property
    def compared(self) -> Reassessment | None: ...
    @property
    def did(self) -> Did | None: ...


def handover(happened: Sequence[Event]) -> str:
    """The page.

    >>> import backtriage as bt
    >>> from datetime import UTC, datetime
    >>> episode = bt.Episode.begin().contact({"new_bladder_change": True}, at=datetime(2026, 12, 1, 9, tzinfo=UTC))
    >>> print(*episode.handover().splitlines()[:2], sep="\\n")
    EMERGENCY (2026-12-01)
    - New trouble with the bladder [ces-bladder: S051, red-flag-symptoms, lothian-
    """
    contacts = [one for one in happened if one.assessment is not None]
    if not contacts:
        return ""
    return "\n".join(line for section in _sections(happened, contacts) for line in (*section, "")).rstrip("\n")


def _sections(happened: Sequence[Event], contacts: Sequence[Event]) -> Iterator[list[str]]:
    last = contacts[-1]
    a = last.assessment
    assert a is not None  # noqa: S101 - these are the ones that have it
    level = str(a.urgency).upper().replace("_", " ") if a.urgency else f"NOT SETTLED: {a.at_least} to {a.could_be}"
    urgent = [rule for rule in a.because if isinstance(rule.effect, Urgent)]
    why = [f"{rule.title} [{rule.id}: {', '.join(ref.id for ref in rule.sources) or rule.evidence}]" for rule in urgent]
    yield [f"{level} ({_day(last.line.at)})", *_each(why or ["no rule of urgency fired"])]
    flags = _flags(a)
    for heading, names in (("RED FLAGS PRESENT", "present"), ("DENIED", "absent"), ("NOT SURE", "not sure")):
        if flags[names]:
            yield [heading, *_each(["; ".join(flags[names])])]
    yield ["NEVER ASKED", *_each(["; ".join(flags["never asked"]) or "nothing"])]
    if kept := [text for one in contacts if one.compared for text in _kept(one.compared)]:
        yield ["CHANGED SINCE, AND STILL COUNTED", *_each(dict.fromkeys(kept))]
    yield ["COURSE OF PAIN, 0 TO 10", *_each(_course(contacts))]
    yield ["WHAT WAS DONE", *_each(_done(happened) or ["no exercise was reported"])]
    yield ["QUESTIONS THAT ARE OPEN", *_each([entry.question.text for entry in a.questions] or ["none"])]
    yield [f"Rulebook {a.rulebook}. {DISCLAIMER}"]


def _flags(a: Assessment) -> dict[str, list[str]]:
    """The red flags by how they were answered."""
    found: dict[str, list[str]] = {"present": [], "absent": [], "not sure": [], "never asked": []}
    for id_, finding in a.profile.rulebook.vocabulary.findings.items():
        if finding.red_flag:
            answer = a.profile[id_]
            unsure = "not sure" if id_ in a.profile.not_sure else "never asked"
            kind = "present" if answer is Answer.PRESENT else "absent" if answer is Answer.ABSENT else unsure
            found[kind].append(finding.text)
    return found


def _kept(compared: Reassessment) -> Iterator[str]:
    findings = compared.assessment.profile.rulebook.vocabulary.findings
    for one in compared.added:
        yield f"{_day(compared.at)}: {findings[one.finding].text} ({one.because})"
    for kept in compared.kept:
        yield f"{_day(compared.at)}: {findings[kept.finding].text}: {kept.was} then, {kept.said} now; the first counts"


def _course(contacts: Iterable[Event]) -> list[str]:
    scores = [(one.line.at, one.assessment.profile.known.get(PAIN_SCORE)) for one in contacts if one.assessment]
    said = [f"{_day(at)}: {score}" for at, score in scores if isinstance(score, int)]
    return said or ["not said"]


def _done(happened: Iterable[Event]) -> list[str]:
    days = [
        f"{one.did.day}: {', '.join(one.did.moves) or 'nothing'}{', stopped' if one.did.stopped else ''}"
        for one in happened
        if one.did is not None
    ]
    sessions = [f"{_day(one.line.at)}: a guided session" for one in happened if one.line.kind == "session"]
    return sorted([*days, *sessions])[-14:]


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


def _each(texts: Iterable[str]) -> list[str]:
    return [line for text in texts for line in textwrap.wrap(text, WIDTH, initial_indent="- ", subsequent_indent="  ")]
