"""One person over weeks: contacts, sessions and days that were done, in the order in which they happened.

Nothing in it is ever changed; each addition gives a new episode. What is said at a contact counts every contact before
it, so time only adds. Somebody who has been seen, or has another trouble, begins a new one.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from html import escape
from typing import TYPE_CHECKING, Any, Final

import attrs

from ..assessment import Assessment, assess
from ..errors import Problem, ProfileError, shown
from ..findings.conditions import Value
from ..rulebook.book import RuleBook
from ..rulebook.reading import rulebook_of
from ..sessions.moments import instant
from ..sessions.session_record import SessionRecord
from ..triage.profile import Profile
from .done import Did
from .happened import Happened, last_said, scores
from .later_contact import Contact, Reassessment, later_contact
from .lines import BEGINNING, EpisodeLine, Kind, read_lines, written
from .plan import Plan, forbids, plan

if TYPE_CHECKING:
    from typing import Self

DAY_KEYS: Final = ("day", "moves", "answers", "stopped")


@attrs.frozen(kw_only=True, repr=False)
class Episode:
    """An episode of care.

    Attributes:
        book: The rulebook of now.
        region: Whose telephone numbers are printed.
        happened: Everything in it, in order.

    >>> import backtriage as bt
    >>> from datetime import UTC, datetime
    >>> everything = list(bt.default_rulebook().vocabulary.checklists)
    >>> said = dict(age=41, pain_score=4, pain_duration_days=20, lower_back_pain=True, denies=everything)
    >>> episode = bt.Episode.begin().contact(said, at=datetime(2026, 12, 1, 9, tzinfo=UTC))
    >>> episode = episode.contact({"pain_score": 6}, at=datetime(2026, 12, 4, 9, tzinfo=UTC))
    >>> [one.finding for one in episode.compared.added], str(episode.assessment.at_least)
    (['getting_worse'], 'routine')
    """

    book: RuleBook
    region: str = ""
    happened: tuple[Happened, ...] = ()

    @classmethod
    def begin(cls, *, rulebook: RuleBook | None = None, region: str = "") -> Self:
        """An episode in which nothing has happened.

        Raises:
            ProfileError: If the region is unknown.
        """
        book = rulebook_of(rulebook)
        book.region(region)
        return cls(book=book, region=region)

    # -- what is added ------------------------------------------------------------------------------------------------

    def contact(self, answers: Mapping[str, object] | Profile, *, at: datetime) -> Self:
        """The episode after somebody has answered again: as many answers as there are.

        Raises:
            ProfileError: With every problem of the answers, or if the time is before what has happened.
        """
        profile = answers if isinstance(answers, Profile) else Profile(answers, rulebook=self.book)
        given = {"answers": profile.to_dict(), "region": self.region}
        return self._added(self._contact("contact", profile.to_dict(), given, self._time(at)))

    def session(self, record: SessionRecord, *, at: datetime) -> Self:
        """The episode after an exercise session.

        Raises:
            ProfileError: If the time is before what has happened, or before the end of the session.
        """
        if not isinstance(record, SessionRecord):
            raise ProfileError.of("record", f"{shown(record)} is no record of a session", "give what finish() returned")
        when = self._time(at)
        if when < record.finished:
            raise ProfileError.of("at", "before the end of the session", f"it is of {record.finished.isoformat()}")
        given = {"record": record.to_dict(), "region": self.region}
        return self._added(self._contact("session", record, given, when))

    def did(
        self,
        day: date,
        moves: Mapping[str, Mapping[str, int]],
        *,
        at: datetime,
        answers: Mapping[str, Value | None] | None = None,
        stopped: bool = False,
    ) -> Self:
        """The episode after a day of a plan: what was done, and what it did.

        Args:
            day: The day.
            moves: Exercise id to its figures, as in :class:`Did`.
            at: When this is said.
            answers: What it did, as findings. What forbids something counts at once, all of it at the next contact.
            stopped: A stop rule ended it.

        Raises:
            ProfileError: With every problem of the day.
        """
        did = Did(day=day, moves=moves, answers=answers or {}, stopped=stopped)
        return self._added(self._did(did, self._time(at)))

    def _added(self, one: Happened) -> Self:
        return attrs.evolve(self, happened=(*self.happened, one))

    def _time(self, at: object) -> datetime:
        when = instant(at, "at")
        if isinstance(when, Problem):
            raise ProfileError([when])
        if self.happened and when < self.happened[-1].line.at:
            hint = f"the last was at {self.happened[-1].line.at.isoformat()}"
            raise ProfileError.of("at", "before what has happened", hint)
        return when

    def _contact(self, kind: Kind, now: object, given: Mapping[str, Any], at: datetime) -> Happened:
        assessment, compared = self._assessed(now, at)
        line = self._line(kind, at, given, _said(assessment))
        record = now if isinstance(now, SessionRecord) else None
        return Happened(line=line, assessment=assessment, compared=compared, record=record)

    def _assessed(
        self, now: object, at: datetime, *, exercised: bool = False
    ) -> tuple[Assessment, Reassessment | None]:
        if earlier := self.contacts:
            compared = later_contact(earlier, now, at, exercised=exercised)
            return compared.assessment, compared
        answers = now.answers if isinstance(now, SessionRecord) else now
        first = Profile(answers, rulebook=self.book)  # type: ignore[arg-type]  # a mapping of answers
        begun = now.log.assessment.profile if isinstance(now, SessionRecord) else None
        return assess(begun.after(first.given) if begun else first, region=self.region), None

    def _did(self, did: Did, at: datetime) -> Happened:
        given = {
            "day": did.day.isoformat(),
            "moves": {id_: dict(figures) for id_, figures in did.moves.items()},
            "answers": dict(did.answers),
            "stopped": did.stopped,
        }
        if did.day > at.date() + timedelta(days=1):  # somewhere it is tomorrow already
            raise ProfileError.of("day", f"{did.day} is still to come", f"it is said at {at.isoformat()}")
        if not did.answers:
            return Happened(line=self._line("did", at, given, {}), did=did)
        Profile(did.answers, rulebook=self.book)  # says what is wrong with any of them
        assessment, compared = self._assessed(self._of_now(did), at, exercised=True)
        line = self._line("did", at, given, _said(assessment))
        counted = forbids(did.answers, assessment, self._last_assessment())
        return Happened(line=line, assessment=assessment, compared=compared, counted=counted, did=did)

    def _of_now(self, did: Did) -> dict[str, Value | None]:
        """What was said of a day; of one before the last contact only its signs: how bad it was then is not so now."""
        last = self.contacts[-1].at.date() if self.contacts else did.day
        return {
            id_: value
            for id_, value in did.answers.items()
            if did.day >= last or value is None or isinstance(value, bool)
        }

    def _line(self, kind: Kind, at: datetime, given: Mapping[str, Any], said: Mapping[str, Any]) -> EpisodeLine:
        before = self.happened[-1].line.digest if self.happened else BEGINNING
        return EpisodeLine(kind=kind, at=at, rulebook=self.book.identity, given=given, said=said, before=before)

    # -- what it comes to ---------------------------------------------------------------------------------------------

    @property
    def lines(self) -> tuple[EpisodeLine, ...]:
        """The lines that it is kept as."""
        return tuple(one.line for one in self.happened)

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """The contacts, sessions and days of which something is said, each with what was said at it."""
        return tuple(
            Contact(assessment=one.assessment, at=one.line.at) for one in self.happened if one.assessment is not None
        )

    @property
    def done(self) -> tuple[Did, ...]:
        """The days that were done."""
        return tuple(one.did for one in self.happened if one.did is not None)

    @property
    def assessment(self) -> Assessment:
        """What was said last.

        Raises:
            ProfileError: If nobody has answered yet.
        """
        if (last := self._last_assessment()) is None:
            raise ProfileError.of("episode", "nobody has answered yet", "begin with contact()")
        return last

    def _last_assessment(self) -> Assessment | None:
        last = last_said(self.happened)
        return last.assessment if last else None

    @property
    def compared(self) -> Reassessment | None:
        """How the last contact compares with those before it; ``None`` if it is the first."""
        last = last_said(self.happened)
        return last.compared if last else None

    def plan(self, *, start: date, **asked: Any) -> Plan:
        """A plan from the last assessment that goes on from what was done: see :func:`backtriage.plan`.

        Raises:
            ProfileError: With every problem of what was asked for.
        """
        return plan(self.assessment, start=start, done=self.done, counted=True, **asked)

    @property
    def pain(self) -> tuple[tuple[date, int], ...]:
        """How strong the pain was, at every contact at which that was known."""
        return tuple(scores(self.happened))

    def picture(self) -> str:
        """The course of pain and the days on which something was done, as SVG."""
        from .pictures import trend  # noqa: PLC0415 - read when it is asked for

        done = [one.day for one in self.done]
        told = [f"{day}: {score}" for day, score in self.pain] + [f"done on {day}" for day in done]
        return trend(self.pain, done, "; ".join(told))

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return f"<div>{self.picture()}<pre>{escape(self.handover())}</pre></div>"

    def handover(self) -> str:
        """One page for a clinician: see :func:`backtriage.episode.handover.handover`."""
        from .handover import handover  # noqa: PLC0415 - read when it is asked for

        return handover(self.happened)

    # -- kept and read again ------------------------------------------------------------------------------------------

    def to_lines(self) -> str:
        """The episode as JSON lines; :meth:`from_lines` reads them."""
        return "".join(f"{line.to_json()}\n" for line in self.lines)

    @classmethod
    def from_lines(
        cls, lines: str | Iterable[str], *, rulebook: RuleBook | None = None, region: str | None = None
    ) -> Self:
        """The episode that :meth:`to_lines` wrote, by the rulebook of now.

        Raises:
            ProfileError: If a line was changed, is missing, or cannot be used.
        """
        episode = cls.begin(rulebook=rulebook)
        texts = lines.splitlines() if isinstance(lines, str) else lines
        for number, line in enumerate(read_lines(texts), 1):
            own = line.given.get("region", episode.region) if region is None else region
            episode = attrs.evolve(episode, region=own if isinstance(own, str) else "")
            episode = episode.added(episode.again(line, f"line {number}"), line)
        return episode

    def again(self, line: EpisodeLine, where: str) -> Happened:
        """What a line that was written before comes to now.

        Raises:
            ProfileError: With the problems of the line.
        """
        try:
            return self._again(line)
        except ProfileError as error:
            raise error.within(where) from None

    def added(self, one: Happened, line: EpisodeLine) -> Self:
        """The episode after what a line comes to; the line is kept as it was written."""
        return self._added(attrs.evolve(one, line=line))

    def _again(self, line: EpisodeLine) -> Happened:
        given = line.given
        if line.kind == "did":
            return self._did(_did_of(given), line.at)
        if line.kind == "session":
            record = SessionRecord.from_dict(_mapping(given, "record"), rulebook=self.book)
            return self._contact("session", record, given, line.at)
        return self._contact("contact", _mapping(given, "answers"), given, line.at)

    @staticmethod
    def replay(lines: str | Iterable[str], *, rulebooks: Iterable[RuleBook]) -> Iterator[Problem]:
        """Every line made again with the rulebook of its digest: what does not come out byte for byte, and why.

        Args:
            lines: The lines.
            rulebooks: The rulebooks that may have been used.

        Raises:
            ProfileError: If a line was changed, is missing, or cannot be used.
        """
        books = {book.digest: book for book in rulebooks}
        episodes = {digest: Episode.begin(rulebook=book) for digest, book in books.items()}
        texts = lines.splitlines() if isinstance(lines, str) else lines
        for number, line in enumerate(read_lines(texts), 1):
            where = f"line {number}"
            if line.rulebook.digest not in books:
                hint = "give the rulebook of that digest"
                yield Problem(where=where, what=f"no rulebook of the digest {line.rulebook.digest[:12]}", hint=hint)
            for digest, episode in episodes.items():
                one = attrs.evolve(episode, region=line.given.get("region", episode.region)).again(line, where)
                episodes[digest] = episode.added(one, line)
                if digest == line.rulebook.digest and one.line != line:
                    what = "it does not come out as it was written"
                    yield Problem(where=where, what=what, hint=_differs(one.line, line))

    def __repr__(self) -> str:
        kinds = Counter(line.kind for line in self.lines)
        return f"<Episode {', '.join(f'{number} {kind}' for kind, number in kinds.items()) or 'empty'}>"


def _said(assessment: Assessment) -> dict[str, Any]:
    """What the person was told, in short, and the digest of all of it."""
    everything = written({**assessment.to_dict(), "engine": ""})  # the engine's name changes nothing that is said
    return {
        "at_least": assessment.at_least.value,
        "could_be": assessment.could_be.value,
        "action": assessment.action.kind.value,
        "locked": list(assessment.action.locked),
        "message": assessment.action.message,
        "digest": hashlib.sha256(everything.encode()).hexdigest(),
    }


def _did_of(given: Mapping[str, Any]) -> Did:
    problems = [Problem(where="given", what=f"`{key}` is missing") for key in DAY_KEYS if key not in given]
    if problems:
        raise ProfileError(problems)
    try:
        day = date.fromisoformat(given["day"])
    except (TypeError, ValueError):
        raise ProfileError.of("given.day", f"{shown(given['day'])} is no date", "as in 2026-12-01") from None
    return Did(
        day=day, moves=_mapping(given, "moves"), answers=_mapping(given, "answers"), stopped=given["stopped"] is True
    )


def _mapping(given: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = given.get(key)
    if not isinstance(value, Mapping):
        raise ProfileError.of(f"given.{key}", f"{shown(value)} is no mapping", "")
    return value


def _differs(again: EpisodeLine, line: EpisodeLine) -> str:
    keys = [key for key in line.said if again.said.get(key) != line.said[key]]
    return f"another {', '.join(keys)}" if keys else "what was given is another one"
