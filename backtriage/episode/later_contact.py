"""A later contact: all that came before it compared with new answers. The rules decide.

It never counts for less than any contact before it, than the session between them, or than all of it said at once. What
was present and is not mentioned again is still there; and where new answers would lower the level, the answers behind
it are kept, and named. Somebody who has been seen, or has another trouble, is assessed anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import attrs

from ..assessment import Assessment, assess
from ..rulebook.book import RuleBook, RulebookId
from ..rulebook.rules import Urgency
from ..sessions.session_record import SessionRecord
from ..sessions.spoken import Spoken, said_since, softened
from ..triage.profile import Profile
from .carrying import DURATION, carried
from .comparing import DAY, Added, changed_for_the_worse, compared
from .never_less import Kept, not_below, together_with, worst_of

YEAR: Final = timedelta(days=365)


@attrs.frozen(kw_only=True, repr=False)
class Reassessment:
    """What a second contact says.

    Attributes:
        assessment: The new assessment, of everything known by now.
        previous: The earlier one, by the rulebook of now.
        previous_at: When that was, in UTC.
        at: When the second contact is, in UTC.
        added: Findings that the comparison shows.
        kept: Earlier answers that stay although something else was said.
        asked_again: Ids of findings that were answered then and are unknown now: too long ago, or something
            has changed.
        rulebook_changed: The rulebook of the first contact, if it was another one.

    >>> import backtriage as bt
    >>> from datetime import UTC, datetime
    >>> first, later = datetime(2026, 11, 16, 9, tzinfo=UTC), datetime(2026, 11, 30, 9, tzinfo=UTC)
    >>> again = bt.reassess({"pain_score": 4}, {"pain_score": 4}, previous_at=first, at=later)
    >>> str(again).splitlines()[:2]
    ['COMPARED WITH 2026-11-16', '- Not clearly better than 2 weeks ago: the pain was 4, and 14 days later it is 4.']
    """

    assessment: Assessment
    previous: Assessment
    previous_at: datetime
    at: datetime
    added: tuple[Added, ...]
    kept: tuple[Kept, ...]
    asked_again: tuple[str, ...]
    rulebook_changed: RulebookId | None

    def __str__(self) -> str:
        return "\n".join((*self._compared(), "", str(self.assessment)))

    def __repr__(self) -> str:
        return f"<Reassessment {self.assessment!r}: {len(self.added)} added, {len(self.kept)} kept>"

    def _compared(self) -> Iterator[str]:
        findings = self.assessment.profile.rulebook.vocabulary.findings
        yield f"COMPARED WITH {self.previous_at:%Y-%m-%d}"
        if self.rulebook_changed:
            yield f"- The rules have changed since: then {self.rulebook_changed}, now {self.assessment.rulebook}."
        for one in self.added:
            yield f"- {findings[one.finding].text}: {one.because}."
        for id_ in dict.fromkeys(one.finding for one in self.kept):
            yield f"- Still counts as it was said then: {findings[id_].text}"
        if self.asked_again:
            yield "- Some answers are too old, or something has changed: they are asked again."

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data: text, numbers, lists and mappings only."""
        return {
            "at": self.at.isoformat(),
            "previous_at": self.previous_at.isoformat(),
            "rulebook_changed": attrs.asdict(self.rulebook_changed) if self.rulebook_changed else None,
            "previous": {
                "at_least": self.previous.at_least.value,
                "could_be": self.previous.could_be.value,
                "profile": self.previous.profile.to_dict(),
            },
            "added": [attrs.asdict(one) for one in self.added],
            "kept": [
                {"finding": one.finding, "was": one.was, "said": one.said, "rule": one.rule.id} for one in self.kept
            ],
            "asked_again": list(self.asked_again),
            "assessment": self.assessment.to_dict(),
        }


@attrs.frozen(kw_only=True)
class Contact:
    """An earlier contact, by the rulebook of now.

    Attributes:
        assessment: What was said then.
        at: When, in UTC.
    """

    assessment: Assessment
    at: datetime


def later_contact(
    earlier: Sequence[Contact],
    now: object,
    at: datetime,
    *,
    exercised: bool = False,
    rulebook_changed: RulebookId | None = None,
) -> Reassessment:
    """A contact after one or more others: each of them is compared with it, and it counts for no less than any.

    Args:
        earlier: The contacts before it, in their order; one at least. Each has counted the ones before it already.
        now: The answers now; or the record of an exercise session.
        at: When it is, in UTC.
        exercised: The answers say what exercise did, as those of a session do.
        rulebook_changed: The rulebook of the one before it, if that was another one.

    Raises:
        ProfileError: With every problem of the answers.
    """
    first, since = earlier[-1].assessment, earlier[-1].at
    book = first.profile.rulebook
    session = exercised or isinstance(now, SessionRecord)
    said = _said(first.profile, now, session=session)
    shown_by = {
        one.finding: one
        for contact in reversed(earlier)  # the longest course says most
        for one in compared(book.vocabulary, contact.assessment.profile.known, said, at - contact.at, session=session)
    }
    added = tuple(shown_by.values())
    said |= {one.finding: True for one in added}
    worse = changed_for_the_worse(book.vocabulary, first.profile.known, said)
    together = partial(_together, first, elapsed=at - since, session=session)
    second = together(said, worse=worse)
    floors = [first, together(said, worse=False) if worse else second, *_at_the_end(now, book)]
    if (aged := _without_another_age(first, said, at - since)) != said:
        floors.append(together(aged, worse=False))
    floors += [
        _together(contact.assessment, said, elapsed=at - contact.at, session=session, worse=False)
        for contact in earlier[:-1]
        if _counts_for(contact, said, at) > second.at_least
    ]
    kept: tuple[Kept, ...] = ()
    for certain in sorted(floors, key=_at_least, reverse=True):
        second, more = not_below(second, certain, said)
        kept += more
    for contact in earlier:
        second, more = together_with(second, contact.assessment, said)
        kept += more
    known = second.profile.known
    return Reassessment(
        assessment=second,
        previous=first,
        previous_at=since,
        at=at,
        added=added,
        kept=kept,
        asked_again=tuple(id_ for id_ in first.profile.known if id_ not in known),
        rulebook_changed=rulebook_changed,
    )


def _said(earlier: Profile, now: object, *, session: bool) -> dict[str, Any]:
    """What is said now. A "no" in a session to a sign that was there has not counted in it, and does not now."""
    answers = now.answers if isinstance(now, SessionRecord) else now
    told = answers.to_dict() if isinstance(answers, Profile) else answers
    said = said_since(earlier, Profile(told, rulebook=earlier.rulebook))  # type: ignore[arg-type]  # it checks them
    if not session:
        return said
    findings, known = earlier.rulebook.vocabulary.findings, earlier.known
    return {id_: no for id_, no in said.items() if no is not False or not (known.get(id_) and findings[id_].red_flag)}


def _counts_for(contact: Contact, said: Spoken, at: datetime) -> Urgency:
    """The worst that an earlier contact and what was said now can come to together, all of both taken as it stands."""
    profile = contact.assessment.profile
    known = {**profile.known, **{id_: value for id_, value in said.items() if value is not None}}
    days = profile.known.get(DURATION)
    if DURATION not in said and isinstance(days, int):
        known[DURATION] = days + (at - contact.at) // DAY
    return worst_of(known, contact.assessment)


def _together(first: Assessment, said: Spoken, *, elapsed: timedelta, session: bool, worse: bool) -> Assessment:
    """What the rules say of what still holds of the first contact and of what was said since."""
    earlier = carried(first, said, elapsed, session=session, worse=worse)
    before = Profile(earlier, rulebook=first.profile.rulebook)
    profile = before.after(softened(before, said))
    return assess(profile, engine=first.engine, region=first.region)  # type: ignore[arg-type]  # an engine's name


def _without_another_age(first: Assessment, said: Spoken, elapsed: timedelta) -> Spoken:
    """What was said, without a number of years that bounds others and fell, or rose by more than has passed."""
    words = first.profile.rulebook.vocabulary
    others: set[str] = set()
    for id_ in {pair.of for pair in words.ceilings if getattr(words.findings[pair.of], "unit", "") == "years"}:
        was, now = first.profile.known.get(id_), said.get(id_)
        if isinstance(was, int) and isinstance(now, int) and not was <= now <= was + elapsed // YEAR + 1:
            others.add(id_)
    return {id_: value for id_, value in said.items() if id_ not in others}


def _at_least(assessment: Assessment) -> Urgency:
    return assessment.at_least


def _at_the_end(now: object, book: RuleBook) -> Iterator[Assessment]:
    """What a session knew of the person at its end, by the rulebook of now."""
    if isinstance(now, SessionRecord):
        known = now.instruction.assessment
        yield known if known.rulebook == book.identity else assess(known.profile, rulebook=book, engine=known.engine)  # type: ignore[arg-type]
