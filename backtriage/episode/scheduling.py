"""Which moves on which day: the routine whole and in order, then everything else in turn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations, groupby, pairwise
from typing import Final

import attrs

from ..rulebook.book import RuleBook
from ..rulebook.doses import Dose
from ..rulebook.exercises import Exercise
from ..rulebook.plan_rules import PlanRules
from .ladder import rung_of
from .phases import Phase

WEEK: Final = 7
TWICE: Final = 2
"""A move is made harder once it has been done so often since it was made harder last."""


@attrs.frozen(kw_only=True)
class Move:
    """One exercise of a day.

    Attributes:
        exercise: The exercise.
        dose: How much of it that day: one number for each figure.

    >>> from datetime import date
    >>> import backtriage as bt
    >>> everything = list(bt.default_rulebook().vocabulary.checklists)
    >>> a = bt.assess(age=41, pain_score=3, pain_duration_days=9, neck_pain=True, denies=everything)
    >>> made = bt.plan(a, start=date(2026, 12, 1), today=date(2026, 12, 1))
    >>> made.days[0].apart[0].exercise.id, made.days[0].apart[0].dose.amount
    ('walking', '5 minutes; 2 sessions a day')
    """

    exercise: Exercise
    dose: Dose

    @property
    def minutes(self) -> int:
        """How long it takes in a day, in minutes begun."""
        return self.dose.sessions_per_day.start * -(-self.dose.session_seconds // 60)


@attrs.frozen(kw_only=True)
class Day:
    """One day of a plan.

    Attributes:
        day: The date.
        warm_up_minutes: Light movement first; 0 where there is no session.
        moves: The moves of the session, in order.
        cool_down_minutes: Easing off after them.
        apart: What is done apart from the session: walking, water, cycling.

    >>> from datetime import date
    >>> import backtriage as bt
    >>> everything = list(bt.default_rulebook().vocabulary.checklists)
    >>> a = bt.assess(age=41, pain_score=3, pain_duration_days=9, neck_pain=True, denies=everything)
    >>> made = bt.plan(a, start=date(2026, 12, 1), today=date(2026, 12, 1))
    >>> made.days[0].session_minutes, made.days[0].minutes
    (8, 18)
    """

    day: date
    warm_up_minutes: int
    moves: tuple[Move, ...]
    cool_down_minutes: int
    apart: tuple[Move, ...]

    @property
    def session_minutes(self) -> int:
        """How long the session takes, in minutes begun."""
        seconds = sum(move.dose.session_seconds for move in self.moves)
        return self.warm_up_minutes + self.cool_down_minutes + -(-seconds // 60)

    @property
    def minutes(self) -> int:
        """How long everything of the day takes."""
        return self.session_minutes + sum(move.minutes for move in self.apart)


@attrs.define(kw_only=True)
class Track:
    """How far somebody is with one exercise.

    Attributes:
        dose: What it is at; ``None`` before it has begun.
        times: On how many days it has been done, or will have been.
        since: On how many of them with this dose.
        last: The last of these days.
        changed: The first day with this dose.
    """

    dose: Dose | None = None
    times: int = 0
    since: int = 0
    last: date = date.min
    changed: date = date.min

    def is_done(self, day: date) -> None:
        """It is done once more."""
        self.changed = day if not self.since else self.changed
        self.times, self.since, self.last = self.times + 1, self.since + 1, day

    def is_at(self, dose: Dose) -> None:
        """It is at another dose from now on."""
        if dose != self.dose:
            self.dose, self.since = dose, 0


@attrs.frozen(kw_only=True)
class Frame:
    """What every day of a plan is made within.

    Attributes:
        book: The rulebook.
        made_by: How it makes plans.
        routine: Ids of the exercises of the routine, in order; may be empty.
        seconds: How long the moves of a session may take.
        moves: How many moves a session may have.
        phases: What is allowed from which day on.
        held_until: Nothing is raised before that day.
    """

    book: RuleBook
    made_by: PlanRules
    routine: tuple[str, ...]
    seconds: int
    moves: int
    phases: Sequence[Phase]
    held_until: date

    def phase(self, day: date) -> Phase:
        """The phase of a day."""
        return next(phase for phase in reversed(self.phases) if phase.day <= day)


def scheduled(frame: Frame, days: Sequence[date], tracks: dict[str, Track]) -> Iterator[Day]:
    """What is done on some days, in order; the tracks go along.

    Weeks are counted from the first phase's day. Nothing is raised within a week, and nothing while it is held.
    """
    spaced = frozenset(_spaced(frame, days, tracks))
    turns = {True: 0, False: 0}
    phase: Phase | None = None
    now: dict[str, Dose] = {}
    for _, week in groupby(days, key=lambda day: _week(frame, day)):
        done: dict[str, int] = {}
        can_rise = True
        for day in week:
            if phase is not (current := frame.phase(day)):
                phase, now, can_rise = current, _now(current, tracks), not done
            if can_rise and day >= frame.held_until:
                now = _raised(frame, current, tracks, now, day)
            can_rise = False
            free = day in spaced
            due = {
                id_: dose
                for id_, dose in now.items()
                if done.get(id_, 0) < dose.days_per_week.start and (free or id_ not in frame.made_by.spaced)
            }
            made = _day(frame, day, due, tracks, routine=turns[free] % 2 == 0)
            turns[free] += 1
            for move in (*made.moves, *made.apart):
                tracks[move.exercise.id].is_done(day)
                done[move.exercise.id] = done.get(move.exercise.id, 0) + 1
            yield made


def _week(frame: Frame, day: date) -> int:
    return (day - frame.phases[0].day).days // WEEK


# -- how much ---------------------------------------------------------------------------------------------------------


def _now(phase: Phase, tracks: dict[str, Track]) -> dict[str, Dose]:
    """What each allowed exercise is at: where the rules allow less from now on, as far down its ladder as they say."""
    now = {}
    for id_, rungs in phase.ladders.items():
        track = tracks.setdefault(id_, Track())
        now[id_] = rungs[rung_of(rungs, track.dose) if track.dose else 0]
        track.is_at(now[id_])
    return now


def _raised(
    frame: Frame, phase: Phase, tracks: Mapping[str, Track], now: Mapping[str, Dose], day: date
) -> dict[str, Dose]:
    """What each is at once those that have been done often and long enough are made harder, as time allows."""
    raised = dict(now)
    for id_, rungs in phase.ladders.items():
        track = tracks[id_]
        if track.since < TWICE or (day - track.changed).days < WEEK:
            continue
        harder = next(iter(rungs[rung_of(rungs, now[id_]) + 1 :]), None)
        if harder is not None and _fits(frame, id_, harder, raised):
            raised[id_] = harder
            track.is_at(harder)
    return raised


def _fits(frame: Frame, id_: str, harder: Dose, now: Mapping[str, Dose]) -> bool:
    """Whether a harder move leaves the routine whole; one of no routine leaves room for another."""
    if id_ in frame.made_by.apart:
        return harder.sessions_per_day.start * harder.session_seconds <= frame.made_by.table.apart_minutes * 60
    if id_ not in frame.routine:
        return harder.session_seconds * 2 <= frame.seconds
    whole = {one: now[one] for one in frame.routine if one in now and one not in frame.made_by.apart} | {id_: harder}
    return sum(dose.session_seconds for dose in whole.values()) <= frame.seconds


# -- which days -------------------------------------------------------------------------------------------------------


def _spaced(frame: Frame, days: Sequence[date], tracks: Mapping[str, Track]) -> Iterator[date]:
    """The days for what is never done on neighbouring ones: as many a week as its doses say, as far apart as can be."""
    spaced = frame.made_by.spaced
    before = max((track.last for id_, track in tracks.items() if id_ in spaced), default=date.min)
    for _, some in groupby(days, key=lambda day: _week(frame, day)):
        week = list(some)
        doses = [dose for id_, dose in frame.phase(week[0]).doses.items() if id_ in spaced]
        chosen = _far_apart(week, max((dose.days_per_week.ceiling for dose in doses), default=0), before)
        yield from chosen
        before = chosen[-1] if chosen else before


def _far_apart(week: Sequence[date], most: int, before: date) -> tuple[date, ...]:
    """Some days of a week, none of them next to another or to the one before."""
    for number in range(min(most, len(week)), 0, -1):
        fitting = [some for some in combinations(week, number) if _gap((before, *some)) > 1]
        if fitting:
            return max(fitting, key=_gap)
    return ()


def _gap(days: Sequence[date]) -> int:
    return min(((later - day).days for day, later in pairwise(days)), default=WEEK)


# -- which moves ------------------------------------------------------------------------------------------------------


def _day(frame: Frame, day: date, due: Mapping[str, Dose], tracks: Mapping[str, Track], *, routine: bool) -> Day:
    """A day: the routine first on every other one, then what has had its turn least."""
    apart = frame.made_by.apart
    in_turn = sorted(due, key=lambda id_: (tracks[id_].times, tracks[id_].last))
    whole = [id_ for id_ in frame.routine if id_ in due and id_ not in apart]
    own = whole if routine else []
    spaced = [id_ for id_ in in_turn if id_ in frame.made_by.spaced]
    kept = _fitting(frame, whole, due)
    others = [id_ for id_ in spaced if id_ not in kept] or spaced  # the routine's wait for the days that it is whole
    first = [] if kept.intersection(own, spaced) else others[:1]  # every day for it has one
    rest = [id_ for id_ in in_turn if id_ not in apart and (id_ in others or id_ not in spaced)]
    chosen = _fitting(frame, [*first, *own, *rest], due)
    moves = [*(id_ for id_ in own if id_ in chosen), *(id_ for id_ in due if id_ in chosen and id_ not in own)]
    table = frame.made_by.table
    return Day(
        day=day,
        warm_up_minutes=table.warm_up_minutes if moves else 0,
        moves=tuple([_move(frame, id_, due) for id_ in moves]),
        cool_down_minutes=table.cool_down_minutes if moves else 0,
        apart=tuple([_move(frame, id_, due) for id_ in _aside(frame, in_turn, due)]),
    )


def _move(frame: Frame, id_: str, due: Mapping[str, Dose]) -> Move:
    return Move(exercise=frame.book.exercises[id_], dose=due[id_])


def _fitting(frame: Frame, ids: Iterable[str], due: Mapping[str, Dose]) -> set[str]:
    """Those that fit into a session, the first ones first; what goes on from a move counts as one with it."""
    chosen: set[str] = set()
    seconds, moves = frame.seconds, frame.moves
    for id_ in ids:
        counts = frame.book.exercises[id_].continues not in chosen
        takes = due[id_].session_seconds
        if id_ not in chosen and takes <= seconds and counts <= moves:
            chosen.add(id_)
            seconds, moves = seconds - takes, moves - counts
    return chosen


def _aside(frame: Frame, in_turn: Iterable[str], due: Mapping[str, Dose]) -> Iterator[str]:
    """What is done apart: what is due every day, and of the rest the one whose turn it is."""
    others = [id_ for id_ in in_turn if id_ in frame.made_by.apart and due[id_].days_per_week.start < WEEK]
    yield from (id_ for id_ in due if id_ in frame.made_by.apart and id_ not in others)
    yield from others[:1]
