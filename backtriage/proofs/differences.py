"""What a change of the rules changes for anybody, proved to be nothing, or shown by a witness."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from ..errors import ProfileError
from ..profile import Profile
from ..rulebook import RuleBook
from ..rules import Urgency
from .changes import wider_dose, within
from .properties import status_of
from .replay import Assess, Shows, replayed, smallest
from .results import Change, Difference, Direction
from .solving import Formula, Prover, Undecided, both, no, some
from .symbolic import People


@attrs.frozen(kw_only=True)
class _Comparison:
    """One question: somebody for whom this is so, which way it goes, and what shows it."""

    about: str
    direction: Direction
    formula: Formula
    shows: Shows


def compare(old: RuleBook, new: RuleBook) -> Difference:
    """As :func:`backtriage.diff`."""
    before, after = People(old, reading="old "), People(new, reading="new ")
    prover = Prover(before, after)
    same: dict[str, bool] = {}
    changes: list[Change] = [*_only_in_one(old, new)]
    for one in (*_urgency(before, after), *_exercises(before, after), *_cautions(before, after)):
        change = None
        try:
            model = prover.find(one.formula)
            if model is not None:
                change = _shown(one, {**before.answers(model), **after.answers(model)}, old, new)
        except Undecided as reason:
            change = Change(about=one.about, direction=Direction.NOT_DECIDED, says=str(reason), witness=None)
        same[one.about] = same.get(one.about, True) and change is None
        if change and not any((seen.about, seen.direction) == (change.about, change.direction) for seen in changes):
            changes.append(change)
    return Difference(
        old=old.identity,
        new=new.identity,
        same=tuple(about for about, unchanged in same.items() if unchanged),
        changes=tuple(changes),
    )


def _shown(one: _Comparison, answers: Mapping[str, object], old: RuleBook, new: RuleBook) -> Change:
    try:
        people = tuple(Profile(_asked(answers, book), rulebook=book) for book in (old, new))
    except ProfileError as error:
        raise Undecided(f"the solver found what is no profile: {error}") from None
    witness = replayed(one.shows, *smallest(one.shows, *people))
    if witness is None:
        raise Undecided("the engines do not confirm what the solver found")
    return Change(about=one.about, direction=one.direction, says=witness.shows, witness=witness)


def _asked(answers: Mapping[str, object], book: RuleBook) -> dict[str, object]:
    """The answers that a rulebook has findings for."""
    return {name: value for name, value in answers.items() if name in book.vocabulary.findings or name == "not_sure"}


def _only_in_one(old: RuleBook, new: RuleBook) -> Iterator[Change]:
    """A new exercise under the old exclusions is neither; one that is gone allows less."""
    for id_ in new.exercises.keys() - old.exercises.keys():
        yield Change(about=f"exercise {id_}", direction=Direction.NEITHER, says="new", witness=None)
    for id_ in old.exercises.keys() - new.exercises.keys():
        yield Change(about=f"exercise {id_}", direction=Direction.MORE_CAUTIOUS, says="gone", witness=None)


def _urgency(before: People, after: People) -> Iterator[_Comparison]:
    for about, was, now in (
        ("at_least", before.at_least, after.at_least),
        ("could_be", before.could_be, after.could_be),
    ):
        for level in reversed(Urgency):
            yield _Comparison(
                about=about,
                direction=Direction.LESS_CAUTIOUS,
                formula=both(was(level), no(now(level))),
                shows=_urgency_shown(about, Direction.LESS_CAUTIOUS),
            )
            yield _Comparison(
                about=about,
                direction=Direction.MORE_CAUTIOUS,
                formula=both(now(level), no(was(level))),
                shows=_urgency_shown(about, Direction.MORE_CAUTIOUS),
            )


def _urgency_shown(about: str, direction: Direction) -> Shows:
    def shows(assess: Assess, first: Profile, second: Profile) -> str:
        was: Urgency = getattr(assess(first), about)
        now: Urgency = getattr(assess(second), about)
        moved = now < was if direction is Direction.LESS_CAUTIOUS else now > was
        return f"{was} -> {now}" if moved else ""

    return shows


def _exercises(before: People, after: People) -> Iterator[_Comparison]:
    for id_ in [id_ for id_ in before.book.exercises if id_ in after.book.exercises]:
        was, now = before.allowed(id_), after.allowed(id_)
        about = f"exercise {id_}"
        less, more = _status_shown(id_, allowed=True), _status_shown(id_, allowed=False)
        yield _Comparison(about=about, direction=Direction.LESS_CAUTIOUS, formula=both(now, no(was)), shows=less)
        yield _Comparison(about=about, direction=Direction.MORE_CAUTIOUS, formula=both(was, no(now)), shows=more)
        old, new = before.book.exercises[id_], after.book.exercises[id_]
        if old.dose and new.dose:
            about = f"dose {id_}"
            up = both(was, now, some(wider_dose(new, after, old, before)))
            down = both(was, now, some(wider_dose(old, before, new, after)))
            yield _Comparison(
                about=about, direction=Direction.LESS_CAUTIOUS, formula=up, shows=_dose_shown(id_, more=True)
            )
            yield _Comparison(
                about=about, direction=Direction.MORE_CAUTIOUS, formula=down, shows=_dose_shown(id_, more=False)
            )


def _status_shown(exercise: str, *, allowed: bool) -> Shows:
    def shows(assess: Assess, first: Profile, second: Profile) -> str:
        was, now = (", ".join(status_of(assess(who), exercise)).replace("_", " ") for who in (first, second))
        return f"{was} -> {now}" if was != now and ((now if allowed else was) == "allowed") else ""

    return shows


def _dose_shown(exercise: str, *, more: bool) -> Shows:
    def shows(assess: Assess, first: Profile, second: Profile) -> str:
        doses = [one.dose for who in (first, second) for one in assess(who).allowed if one.exercise.id == exercise]
        if len(doses) < 2:
            return ""
        was, now = doses
        return f"{was} -> {now}" if not (within(now, was) if more else within(was, now)) else ""

    return shows


def _cautions(before: People, after: People) -> Iterator[_Comparison]:
    """A caution is shown where its rule fired or is open."""
    rules = {"old": {one.id: one for one in before.rules.caution}, "new": {one.id: one for one in after.rules.caution}}
    for id_ in rules["old"] | rules["new"]:
        was = before.active(rules["old"][id_]) if id_ in rules["old"] else some([])
        now = after.active(rules["new"][id_]) if id_ in rules["new"] else some([])
        for direction, formula in (
            (Direction.LESS_CAUTIOUS, both(was, no(now))),
            (Direction.MORE_CAUTIOUS, both(now, no(was))),
        ):
            yield _Comparison(
                about=f"caution {id_}", direction=direction, formula=formula, shows=_caution_shown(id_, direction)
            )


def _caution_shown(id_: str, direction: Direction) -> Shows:
    def shows(assess: Assess, first: Profile, second: Profile) -> str:
        was, now = (any(rule.id == id_ for rule in (*a.because, *a.open)) for a in (assess(first), assess(second)))
        if was is now or now is (direction is Direction.LESS_CAUTIOUS):
            return ""
        return "given -> not given" if was else "not given -> given"

    return shows
