"""One page for a clinician: how urgent and why, what was asked and what not, the course of pain, what was done."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from ..assessment import Assessment
from ..findings.finding import Answer
from ..presentation.page import DISCLAIMER, WIDTH
from ..rulebook.book import RuleBook
from ..rulebook.rules import Urgent
from ..sessions.spoken import spoken
from .done import Did
from .happened import Happened, last_said, scores
from .later_contact import Reassessment
from .telling import bulleted

if TYPE_CHECKING:
    from datetime import datetime

EARLIER: Final = "DENIED EARLIER, TO BE ASKED AGAIN"
NEVER: Final = "NEVER ASKED"
LATELY: Final = 14
"""So many of the last reports of pain, and of the last days that were done, are shown."""


def handover(happened: Sequence[Happened]) -> str:
    """The page.

    >>> import backtriage as bt
    >>> from datetime import UTC, datetime
    >>> episode = bt.Episode.begin().contact({"new_bladder_change": True}, at=datetime(2026, 12, 1, 9, tzinfo=UTC))
    >>> print(*episode.handover().splitlines()[:2], sep="\\n")
    EMERGENCY (2026-12-01)
    - New trouble with the bladder [ces-bladder: S051, red-flag-symptoms, lothian-
    """
    last = last_said(happened)
    if last is None or last.assessment is None:
        return ""
    sections = _sections(happened, last.assessment, _day(last.line.at))
    return "\n".join(line for section in sections for line in (*section, "")).rstrip("\n")


def _sections(happened: Sequence[Happened], a: Assessment, day: str) -> Iterator[list[str]]:
    contacts = [one for one in happened if one.assessment is not None]
    level = str(a.urgency).upper().replace("_", " ") if a.urgency else f"NOT SETTLED: {a.at_least} to {a.could_be}"
    urgent = [rule for rule in a.because if isinstance(rule.effect, Urgent)]
    why = [f"{rule.title} [{rule.id}: {', '.join(ref.id for ref in rule.sources) or rule.evidence}]" for rule in urgent]
    yield [f"{level} ({day})", *bulleted(why or ["no rule of urgency fired"])]
    for heading, texts in _flags([one.assessment for one in contacts if one.assessment]).items():
        if texts or heading == NEVER:
            yield [heading, *bulleted(["; ".join(texts) or "nothing"])]
    if kept := [text for one in contacts if one.compared for text in _kept(one.compared)]:
        yield ["CHANGED SINCE, AND STILL COUNTED", *bulleted(dict.fromkeys(kept))]
    course = [f"{day}: {score}" for day, score in scores(contacts)]
    yield ["COURSE OF PAIN, 0 TO 10", *bulleted(["; ".join(course[-LATELY:]) or "not said"])]
    yield ["WHAT WAS DONE", *bulleted(_done(happened, a.profile.rulebook) or ["no exercise was reported"])]
    yield ["QUESTIONS THAT ARE OPEN", *bulleted(["; ".join(entry.question.text for entry in a.questions) or "none"])]
    yield textwrap.wrap(f"Rulebook {a.rulebook}. {DISCLAIMER}", WIDTH)


def _flags(contacts: Sequence[Assessment]) -> dict[str, list[str]]:
    """Heading to the red flags that were answered so; a checklist that was answered alike as a whole is one. What does
    not apply, as its gate is closed, is under none."""
    found: dict[str, list[str]] = {"RED FLAGS PRESENT": [], "DENIED": [], EARLIER: [], "NOT SURE": [], NEVER: []}
    a, said = contacts[-1], [spoken(one.profile) for one in contacts]
    vocabulary = a.profile.rulebook.vocabulary
    for question in vocabulary.questions.values():
        kinds = {id_: _kind(a, said, id_) for id_ in question.findings if vocabulary.findings[id_].red_flag}
        for kind, texts in found.items():
            names = [id_ for id_, own in kinds.items() if own == kind]
            if len(names) > 1 and len(names) == len(kinds):
                texts.append(f"{question.text} (all {len(names)})")
            else:
                texts += [vocabulary.findings[id_].text for id_ in names]
    return found


def _kind(a: Assessment, said: Sequence[Mapping[str, object]], id_: str) -> str:
    if a.profile[id_] is Answer.PRESENT:
        return "RED FLAGS PRESENT"
    if id_ in said[-1]:
        return "DENIED" if said[-1][id_] is False else "NOT SURE"
    if id_ in a.profile.known:
        return "does not apply"
    return EARLIER if any(one.get(id_) is False for one in said) else NEVER


def _kept(compared: Reassessment) -> Iterator[str]:
    findings = compared.assessment.profile.rulebook.vocabulary.findings
    for one in compared.added:
        yield f"{_day(compared.at)}: {findings[one.finding].text} ({one.because})"
    for kept in compared.kept:
        yield f"{_day(compared.at)}: {findings[kept.finding].text}: {kept.was} then, {kept.said} now; the first counts"


def _done(happened: Iterable[Happened], book: RuleBook) -> list[str]:
    days = [f"{one.did.day}: {'; '.join(_day_done(one.did, book))}" for one in happened if one.did is not None]
    sessions = [f"{_day(one.line.at)}: a guided session" for one in happened if one.line.kind == "session"]
    return sorted([*days, *sessions])[-LATELY:]


def _day_done(did: Did, book: RuleBook) -> Iterator[str]:
    """What was done, whether a stop rule ended it, and what it did: a sign by its words, a figure with its question."""
    yield ", ".join(book.exercises[id_].name for id_ in did.moves) or "nothing"
    if did.stopped:
        yield "stopped"
    for id_, value in did.answers.items():
        said = "not sure" if value is None else "no" if value is False else "yes" if value is True else value
        yield f"{book.vocabulary.findings[id_].text} {said}"


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
