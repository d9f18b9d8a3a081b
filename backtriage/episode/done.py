"""What somebody has done of a plan, how it went, and what the rules make of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import attrs

from ..errors import Problem, ProfileError, did_you_mean, label, shown
from ..findings.conditions import Value
from ..findings.frozen import frozen
from ..rulebook.book import RuleBook
from ..rulebook.doses import Dose, Span
from ..rulebook.plan_rules import PlanRule, PlanRules
from ..triage.profile import Profile
from .ladder import ladder, rung_of
from .scheduling import Day, Track


@attrs.frozen(kw_only=True)
class Did:
    """What was done on one day.

    Attributes:
        day: The date.
        moves: Exercise id to its figures, as in ``{"bridge": {"repetitions": 7, "hold_seconds": 3}}``; those left out
            are as the exercise starts.
        answers: What it did, as findings: how far the pain rose, for how long somebody was sore.
        stopped: A stop rule ended it.
    """

    day: date
    moves: Mapping[str, Mapping[str, int]] = attrs.field(factory=dict, converter=frozen)
    answers: Mapping[str, Value | None] = attrs.field(factory=dict, converter=frozen)
    stopped: bool = False

    @classmethod
    def of(cls, day: Day, *, answers: Mapping[str, Any] | None = None, stopped: bool = False) -> Did:
        """All of a planned day.

        >>> from datetime import date
        >>> empty = Day(day=date(2026, 12, 1), warm_up_minutes=0, moves=(), cool_down_minutes=0, apart=())
        >>> Did.of(empty, stopped=True).stopped
        True
        """
        moves = {move.exercise.id: move.dose.starts for move in (*day.moves, *day.apart)}
        return cls(day=day.day, moves=moves, answers=answers or {}, stopped=stopped)


@attrs.frozen(kw_only=True)
class History:
    """What has been done comes to.

    Attributes:
        tracks: Exercise id to how far it is.
        held_until: Nothing is raised before that day.
        rules: The rules that hold now, or for the last day that was done, the most cautious first.
        doses: Exercise id to every dose that it was done at, in order, with the day.
    """

    tracks: dict[str, Track]
    held_until: date
    rules: tuple[PlanRule, ...]
    doses: Mapping[str, tuple[tuple[date, Dose], ...]]

    @property
    def held_now(self) -> bool:
        """Whether nothing is raised until somebody answers again."""
        return self.held_until == date.max

    @property
    def ended(self) -> PlanRule | None:
        """The rule that ends the plan until somebody has been asked."""
        return next((rule for rule in self.rules if rule.then == "end"), None)


def history(done: Iterable[Did], profile: Profile, made_by: PlanRules) -> History:
    """What some days come to, whatever their order: how far each exercise is, and what the rules say.

    A rule that lowers takes the moves of its day one step back. Whatever does not let a plan rise holds it for some
    days; a day that a stop rule ended does, too. What is so now, severe pain for one, holds it until somebody answers
    again.

    Raises:
        ProfileError: With every problem of the days.
    """
    days = sorted(done, key=lambda one: one.day)
    _check(days, profile.rulebook)
    tracks: dict[str, Track] = {}
    doses: dict[str, list[tuple[date, Dose]]] = {}
    held = date.min
    rules: tuple[PlanRule, ...] = ()
    for one in days:
        known = profile.after(one.answers).known if one.answers else profile.known
        rules = tuple(rule for rule in made_by.rules if rule.holds(known))
        lowers = any(rule.then != "hold" for rule in rules)
        for id_, given in one.moves.items():
            dose = _dose(profile.rulebook, id_, given)
            track = tracks.setdefault(id_, Track())
            track.is_at(dose)
            track.is_done(one.day)
            doses.setdefault(id_, []).append((one.day, dose))
            if lowers:
                track.is_at(_one_back(profile.rulebook, id_, dose, made_by))
        if rules or one.stopped:
            held = max(held, one.day + timedelta(days=made_by.table.hold_days + 1))
    standing = [rule for rule in made_by.rules if rule.holds(profile.known)]
    return History(
        tracks=tracks,
        held_until=date.max if standing else held,
        rules=tuple(rule for rule in made_by.rules if rule in standing or rule in rules),
        doses={id_: tuple(some) for id_, some in doses.items()},
    )


def _dose(book: RuleBook, id_: str, given: Mapping[str, int]) -> Dose:
    """What an exercise was done at."""
    full = book.exercises[id_].dose
    assert full is not None  # noqa: S101 - it has been checked
    spans = {name: Span(number, number) for name, number in (full.starts | dict(given)).items()}
    return attrs.evolve(full, **spans, variants=full.variants[:1])  # type: ignore[arg-type]  # each keeps its type


def _one_back(book: RuleBook, id_: str, dose: Dose, made_by: PlanRules) -> Dose:
    full = book.exercises[id_].dose
    assert full is not None  # noqa: S101 - as above
    rungs = ladder(full, made_by.table.steps)
    return rungs[max(0, rung_of(rungs, dose) - 1)]


def _check(days: Iterable[Did], book: RuleBook) -> None:
    problems = [
        Problem(where=f"done on {one.day}", what=what, hint=hint)
        for one in days
        for id_, given in one.moves.items()
        for what, hint in _wrong(id_, given, book)
    ]
    if problems:
        raise ProfileError(problems)


def _wrong(id_: str, given: Mapping[str, int], book: RuleBook) -> Iterator[tuple[str, str]]:
    full = book.exercises[id_].dose if id_ in book.exercises else None
    if full is None:
        planned = [name for name, known in book.exercises.items() if known.dose]
        yield f"{label(id_)} is no exercise of a plan", did_you_mean(id_, planned)
        return
    for name, number in given.items():
        if name not in full.spans:
            yield f"{label(id_)} has no {label(name)}", f"give some of {', '.join(full.spans)}"
        elif not isinstance(number, int) or isinstance(number, bool) or number < 0:
            yield f"{label(id_)}, {name}: {shown(number)}", "give a whole number of times, minutes or seconds"
