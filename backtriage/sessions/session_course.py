"""The course of an exercise session: what its reports show, and which stop rules they fire.

A stop rule is read over what was reported: what was said for the whole session; and, where it stops a single move, over
that move's own reports. While a session runs, what nobody has mentioned has not happened yet. Whether it did is asked
at its end.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

import attrs

from ..findings.conditions import Known, Value
from ..findings.finding import Number, YesNo
from ..rulebook.book import RuleBook
from ..rulebook.rules import Rule, Stop
from ..triage.profile import Profile
from .pain_course import FIGURES, MINUTES, PAIN_SCORE, PEAK, RISE, Bounds, Course, as_known, fitted
from .session_reports import GATE, Report, about_exercise, behind_exercise, is_calm, shown


@attrs.frozen(kw_only=True)
class Stopped:
    """A stop rule that fired.

    Attributes:
        at: When.
        rule: The rule.
        move: The exercise it stopped; empty where it stops more than a move, or no move was named.
    """

    at: datetime
    rule: Rule[Stop]
    move: str = ""


@attrs.define
class _Own:
    """What was reported in one move, and after it until the next."""

    peak: int = 0
    present: set[str] = attrs.Factory(set)


@attrs.define
class SessionCourse:
    """What the reports show, read in the order of their times.

    Attributes:
        before: What was known before the session.
        pain: The course of the pain.
        ever: Yes/no findings that were present at any time.
        latest: What was said last of every yes/no finding that was spoken of.
        figures: Derived figures that were given as answers, the greatest of each.
        moves: The exercises last begun.
        stops: The stop rules that fired, each once for the session or for a move.
        waiting: The stop rules that hold, or may hold, for what is still there, and whether they do for certain.
            Nothing new is begun meanwhile.
        ended: Since when no exercise is being done; ``None`` while one is.
        settled: Findings about exercise that were answered after the last exercise and the last pain.
        begun: Whether anything was reported after the beginning.
        told_start: The level just before exercise, as it follows from a rise that was given as an answer.
    """

    before: Profile
    pain: Course = attrs.Factory(Course)
    ever: set[str] = attrs.Factory(set)
    latest: dict[str, bool | None] = attrs.Factory(dict)
    figures: dict[str, float] = attrs.Factory(dict)
    moves: tuple[str, ...] = ()
    stops: list[Stopped] = attrs.Factory(list)
    waiting: tuple[tuple[Rule[Stop], bool], ...] = ()
    ended: datetime | None = None
    settled: set[str] = attrs.Factory(set)
    begun: bool = False
    told_start: int | None = None
    _own: dict[str, _Own] = attrs.Factory(dict)

    @classmethod
    def of(cls, before: Profile, reports: Sequence[Report], until: datetime | None = None) -> SessionCourse:
        """The course of some reports, which stand in the order of their times, until a time not before the last."""
        course = cls(before)
        moving = [report.at for report in reports if report.move]
        if moving:  # of several before the first exercise the lowest: pain of another day must not hide a rise
            resting = [one.pain for one in reports if not one.move and one.at <= moving[0] and one.pain is not None]
            course.pain = Course(start=min(resting, default=None))
        for at, together in groupby(reports, key=attrgetter("at")):
            course._take(at, tuple(together))
        if until is not None:
            course._take(until, ())
        return course

    @property
    def book(self) -> RuleBook:
        """The rulebook."""
        return self.before.rulebook

    @property
    def exercised(self) -> bool:
        """Whether an exercise was reported, or anything of what exercise may have done was said or not sure."""
        behind = behind_exercise(self.book)
        spoken = any(self.latest.get(id_, False) is not False or id_ in self.ever for id_ in behind)
        return bool(self.moves or self.figures) or spoken

    @property
    def stopped_moves(self) -> tuple[str, ...]:
        """The exercises that a rule has stopped, in that order."""
        return tuple(dict.fromkeys(stop.move for stop in self.stops if stop.rule.effect.scope == "move" and stop.move))

    def bounds(self, now: datetime | None) -> Mapping[str, Bounds]:
        """The derived figures, until a time, or ``None``: however it goes on.

        A figure that was given counts, unless the reports show a worse one.
        """
        open_ended = now is None and not self.pain.back
        peak = max(self.pain.peak, *self._told_peaks(self.figures))
        highest = math.inf if open_ended and PEAK not in self.settled else peak
        minutes = self.pain.minutes(now)
        found = {
            PEAK: Bounds(peak, highest),
            RISE: Bounds(self._rise_to(peak).low, self._rise_to(highest).high),
            MINUTES: Bounds(minutes.low, math.inf if open_ended else minutes.high),
        }
        as_told = self.settled if now is None or self.pain.start is None else set()
        for id_, given in self.figures.items():
            low = max(found[id_].low, given)
            found[id_] = Bounds(low, low if id_ in as_told else max(found[id_].high, low))
        return found

    def at_the_end(self) -> tuple[dict[str, Value | None], tuple[str, ...]]:
        """What was said by the end of the session, ``None`` for not sure, and the findings that are not known."""
        answers: dict[str, Value | None] = {
            id_: said
            for id_, said in self.latest.items()
            if said is not None or self.before.known.get(id_) is not True or is_calm(self.book, id_)
        }
        answers.update(dict.fromkeys(self.ever, True))
        if self.pain.first is not None:
            answers[PAIN_SCORE] = self.pain.latest
        unknown = []
        if GATE in self.book.vocabulary.findings and (self.exercised or self.latest.get(GATE) is not False):
            answers[GATE] = True
            bounds = self.bounds(None)
            for id_ in about_exercise(self.book):
                if id_ in FIGURES:
                    value = as_known(self.book, id_, bounds[id_])
                else:
                    value = True if id_ in self.ever else self.latest.get(id_) if id_ in self.settled else None
                if value is not None:
                    answers[id_] = value
                    continue
                unknown.append(id_)
                if answers.get(id_) is not None:  # said before the end; since then nobody has
                    del answers[id_]
        unknown += [id_ for id_, said in answers.items() if said is None and id_ not in unknown]
        return answers, tuple(unknown)

    # -- report by report ---------------------------------------------------------------------------------------------

    def _take(self, at: datetime, reports: tuple[Report, ...]) -> None:
        begun = tuple(dict.fromkeys(report.move for report in reports if report.move))
        pains = [report.pain for report in reports if not report.move and report.pain is not None]
        moving = [report.pain for report in reports if report.move and report.pain is not None]
        after = bool(self.begun or self.moves) and not begun
        self.moves = begun or self.moves
        self.pain = self.pain.then(at, resting=pains, moving=moving if begun else None)
        self.ended = None if begun else self.ended or at
        self._listen(reports, after=after, hurting=bool(pains or moving))
        self.begun = True
        for report in reports:
            for move in (report.move,) if report.move else self.moves or ("",):
                own = self._own.setdefault(move, _Own())
                own.peak = max(own.peak, report.pain or 0, *self._told_peaks(report.figures))
                own.present |= {id_ for id_, value in shown(report, self.before).items() if value is True}
        self._stop(at, begun or self.moves or ("",))

    def _listen(self, reports: tuple[Report, ...], *, after: bool, hurting: bool) -> None:
        """Take what was said: at one time present counts more than not sure, and that more than absent.

        Args:
            reports: What was said at one time.
            after: Whether it was said after exercise.
            hurting: Whether it says how strong the pain is.
        """
        together: dict[str, bool | None] = {}
        for report in reports:
            for id_, value in shown(report, self.before).items():
                calm = is_calm(self.book, id_)
                values = (value, together.get(id_, value))
                together[id_] = (not calm) if (not calm) in values else None if None in values else calm
        self.latest.update(together)
        self.ever |= {id_ for id_, value in together.items() if value is True and not is_calm(self.book, id_)}
        figures = [pair for report in reports for pair in report.figures.items()]
        for id_, figure in figures:
            self.figures[id_] = max(self.figures.get(id_, 0), figure)
            if id_ == RISE and self.told_start is None:
                self.told_start = max(0, self.pain.peak - int(figure))
        if told := [figure for id_, figure in figures if id_ == MINUTES]:
            self.pain = self.pain.told(max(told))
        if not after:
            self.settled.clear()
        elif hurting and not self.pain.back:
            self.settled -= set(FIGURES)
        if after:
            self.settled |= {id_ for id_, value in together.items() if value is not None} | {id_ for id_, _ in figures}

    def _stop(self, at: datetime, moves: tuple[str, ...]) -> None:
        fired = {(stop.rule, stop.move) for stop in self.stops}
        bounds = self.bounds(at)
        waiting = []
        current = {id_: value for id_, value in self.latest.items() if value is not False}
        for rule in stop_rules(self.book):
            if rule.effect.scope == "move":
                for move in moves:
                    own = self._own.get(move, _Own())
                    said, figures = dict.fromkeys(own.present, True), self._raised_to(bounds, own.peak)
                    if self._holds(rule, said, figures) is True and (rule, move) not in fired:
                        self.stops.append(Stopped(at=at, rule=rule, move=move))
                still = self._raised_to(bounds, self._still)
                holds = self._holds(rule, current, still)
                if holds is not False:
                    waiting.append((rule, holds is True))
            else:
                holds = self._holds(rule, {**current, **dict.fromkeys(self.ever, True)}, bounds)
                if holds is True and (rule, "") not in fired:
                    self.stops.append(Stopped(at=at, rule=rule))
                elif holds is None:
                    waiting.append((rule, False))
        self.waiting = tuple(waiting)

    @property
    def _still(self) -> int:
        """The highest pain since it was last at its start: all of it, where the start is not known."""
        return self.pain.peak if self.pain.start is None else max(self.pain.spell_peak, self.pain.latest)

    def _raised_to(self, bounds: Mapping[str, Bounds], peak: int) -> Mapping[str, Bounds]:
        return {**bounds, PEAK: Bounds(peak, peak), RISE: self._rise_to(peak)}

    def _told_peaks(self, figures: Mapping[str, float]) -> tuple[int, int]:
        """The highest pain as it was told, and as it follows from a rise that was: any rise is at least a point."""
        rise = max(figures.get(RISE, 0), 1 if figures.get(MINUTES, 0) > 0 else 0)
        start = self.pain.start if self.pain.start is not None else self.told_start
        return int(figures.get(PEAK, 0)), int((start or 0) + rise if rise else 0)

    def _rise_to(self, pain: float) -> Bounds:
        if self.pain.start is None and self.told_start is not None:
            return Bounds(max(0, pain - self.told_start), max(0, pain - self.told_start))
        return self.pain.rise_to(pain)

    def _holds(self, rule: Rule[Stop], said: Mapping[str, bool | None], bounds: Mapping[str, Bounds]) -> bool | None:
        """Whether a rule holds at both ends of the figures, at neither, or nobody can tell."""
        low, high = self._known(said, bounds, "low"), self._known(said, bounds, "high")
        ends = {rule.when.holds(low), rule.when.holds(high)}
        return ends.pop() if len(ends) == 1 else None

    def _known(self, said: Mapping[str, bool | None], bounds: Mapping[str, Bounds], end: str) -> Known:
        known: dict[str, Value] = {}
        for id_ in _asked_by_stop_rules(self.book):
            finding = self.book.vocabulary.findings[id_]
            if isinstance(finding, Number):
                if id_ in bounds:
                    known[id_] = fitted(finding, getattr(bounds[id_], end))
            elif isinstance(finding, YesNo):
                value = said.get(id_, False)
                if value is not None:
                    known[id_] = value
        return known


@lru_cache(maxsize=16)
def stop_rules(book: RuleBook) -> tuple[Rule[Stop], ...]:
    """The rulebook's stop rules, in its order."""
    return tuple(rule for rule in book.rules if isinstance(rule.effect, Stop))  # type: ignore[misc]  # its effect says it


@lru_cache(maxsize=16)
def _asked_by_stop_rules(book: RuleBook) -> frozenset[str]:
    return frozenset().union(*(rule.findings for rule in stop_rules(book)))
