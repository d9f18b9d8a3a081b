"""Two contacts: an episode of its own, for who keeps the first one elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import attrs

from ..assessment import Assessment, assess
from ..errors import Problem, ProfileError, shown
from ..rulebook.book import RuleBook, RulebookId
from ..rulebook.reading import rulebook_of
from ..sessions.moments import instant
from ..sessions.session_record import SessionRecord
from ..triage.profile import Profile
from .later_contact import Contact, Reassessment, later_contact


def reassess(
    previous: Assessment | Profile | Mapping[str, object],
    now: Profile | SessionRecord | Mapping[str, object],
    /,
    *,
    at: datetime,
    previous_at: datetime,
    rulebook: RuleBook | None = None,
) -> Reassessment:
    """What the rules say at a second contact for the same trouble.

    Args:
        previous: The first contact: its assessment, what its ``to_dict`` wrote, or its profile or answers.
        now: The answers now, as many as there are; or the record of an exercise session.
        at: When the second contact is: a ``datetime`` with a time zone.
        previous_at: When the first one was.
        rulebook: The rulebook; that of the first contact, or the default one, if left out.

    Raises:
        ProfileError: With every problem of the answers, the times, or an earlier result that is not what was written.

    >>> import backtriage as bt
    >>> from datetime import UTC, datetime
    >>> everything = list(bt.default_rulebook().vocabulary.checklists)
    >>> first = bt.assess(age=41, pain_score=4, pain_duration_days=20, lower_back_pain=True, denies=everything)
    >>> monday, friday = datetime(2026, 11, 16, 9, tzinfo=UTC), datetime(2026, 11, 20, 9, tzinfo=UTC)
    >>> second = bt.reassess(first, {"pain_score": 6}, previous_at=monday, at=friday)
    >>> [(one.finding, one.because) for one in second.added]
    [('getting_worse', 'the pain was 4, and 4 days later it is 6')]
    >>> str(first.urgency), str(second.assessment.at_least)
    ('self_care', 'routine')
    """
    since, until = _times(previous_at, at, now)
    first, changed = _first(previous, rulebook)
    return later_contact([Contact(assessment=first, at=since)], now, until, rulebook_changed=changed)


def _times(previous_at: object, at: object, now: object) -> tuple[datetime, datetime]:
    """The times of both contacts, in UTC and in their order.

    Raises:
        ProfileError: With every problem.
    """
    since, until = instant(previous_at, "previous_at"), instant(at, "at")
    if isinstance(since, Problem) or isinstance(until, Problem):
        raise ProfileError([time for time in (since, until) if isinstance(time, Problem)])
    if until < since:
        raise ProfileError.of("at", "before `previous_at`", "the first contact is previous_at")
    if isinstance(now, SessionRecord) and until < now.finished:
        hint = f"it is of {now.finished.isoformat()}"
        raise ProfileError.of("at", "before the end of the session", hint)
    return since, until


# -- the first contact ------------------------------------------------------------------------------------------------


def _first(previous: object, rulebook: RuleBook | None) -> tuple[Assessment, RulebookId | None]:
    """The first contact by the rulebook of now, and its own rulebook if that was another one."""
    if isinstance(previous, Assessment):
        book = rulebook or previous.profile.rulebook
        if book.identity == previous.rulebook:
            return previous, None
        again = assess(previous.profile, rulebook=book, engine=previous.engine, region=previous.region)  # type: ignore[arg-type]
        return again, previous.rulebook
    if isinstance(previous, Profile):
        book = rulebook or previous.rulebook
        changed = None if book.identity == previous.rulebook.identity else previous.rulebook.identity
        return assess(previous, rulebook=book), changed
    if isinstance(previous, Mapping):
        book = rulebook_of(rulebook)
        return _written(previous, book) if "profile" in previous else (assess(previous, rulebook=book), None)
    what = f"{shown(previous)} is no assessment, profile or mapping"
    raise ProfileError.of("previous", what, "give what assess() returned, or its to_dict()")


def _written(data: Mapping[str, object], book: RuleBook) -> tuple[Assessment, RulebookId | None]:
    """The first contact as ``Assessment.to_dict`` wrote it: worked out anew from its profile.

    Raises:
        ProfileError: If, by the same rulebook, the levels in it do not follow from its profile.
    """
    identity, profile, region = data.get("rulebook"), data.get("profile"), data.get("region", "")
    names = [field.name for field in attrs.fields(RulebookId)]
    problems = []
    if not isinstance(profile, Mapping):
        problems.append(Problem(where="previous.profile", what=f"{shown(profile)} is not a mapping of answers"))
    if not isinstance(identity, Mapping) or [type(identity.get(name)) for name in names] != [str] * len(names):
        hint = "give its id, version and digest"
        problems.append(Problem(where="previous.rulebook", what=f"{shown(identity)} is no rulebook", hint=hint))
    if problems or not isinstance(profile, Mapping) or not isinstance(identity, Mapping):
        raise ProfileError(problems)
    first = assess(profile, rulebook=book, region=region)  # type: ignore[arg-type]  # assess() checks it
    made_with = RulebookId(**{name: identity[name] for name in names})
    if made_with != book.identity:
        return first, made_with
    for name in ("at_least", "could_be"):
        if data.get(name) != getattr(first, name).value:
            what = f"{shown(data.get(name))} does not follow from the profile"
            raise ProfileError.of(f"previous.{name}", what, "give what to_dict() wrote")
    return first, None
