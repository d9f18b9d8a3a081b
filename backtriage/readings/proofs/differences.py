"""What a change of the rules changes for anybody, proved to be nothing, or shown by a witness."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

import attrs

from ...errors import ProfileError
from ...rulebook.book import RuleBook
from ...rulebook.doses import Dose
from ...rulebook.rules import Caution, Limited, Rule, Urgency
from ...triage.outcome import Decision
from ...triage.profile import Profile
from .assessed import Assessed
from .changes import wider_dose, within
from .pairing import Pair
from .properties import status_of
from .replay import Assess, Shows, replayed, smallest
from .results import Change, Difference, Direction
from .solving import ALONE, Formula, Prover, Undecided, both, no, some


@attrs.frozen(kw_only=True)
class Comparison:
    """One question: somebody for whom this is so, which way it goes, and what shows it."""

    about: str
    direction: Direction
    formula: Formula
    shows: Shows


def compare(
    old: RuleBook,
    new: RuleBook,
    tell: Callable[[str], None],
    seconds: float,
    directions: Collection[Direction] = tuple(Direction),
    comparing: Callable[[Assessed, Assessed], Iterator[Comparison]] | None = None,
) -> Difference:
    """As :func:`backtriage.diff`, of the changes in some directions, or of something else that may change."""
    with ALONE:
        pair = Pair(old, new)
        prover = Prover(pair.before, pair.after, always=pair.always, seconds=seconds)
        found: dict[tuple[str, Direction], Change] = {(one.about, one.direction): one for one in _apart(old, new)}
        abouts: dict[str, None] = {}
        for one in (comparing or _comparisons)(pair.before, pair.after):
            if one.direction not in directions:
                continue
            tell(one.about)
            abouts[one.about] = None
            if (one.about, one.direction) not in found and (change := _change(one, pair, prover)):
                found.setdefault((change.about, change.direction), change)
    changed = {about for about, _ in found}
    return Difference(
        old=old.identity,
        new=new.identity,
        same=tuple(about for about in abouts if about not in changed),
        changes=tuple(found.values()),
    )


def _change(one: Comparison, pair: Pair, prover: Prover) -> Change | None:
    """What the solver finds; nothing where it proves that there is nobody."""
    try:
        model = prover.find(one.formula)
        return None if model is None else _shown(one, pair, model)
    except Undecided as reason:
        return Change(about=one.about, direction=Direction.NOT_DECIDED, says=str(reason), witness=None)


def _shown(one: Comparison, pair: Pair, model: Any) -> Change:
    books = pair.before.book, pair.after.book
    try:
        people = [Profile(given, rulebook=book) for given, book in zip(pair.answers(model), books, strict=True)]
    except ProfileError as error:
        raise Undecided(f"the solver found what is no profile: {error}") from None
    witness = replayed(one.shows, *smallest(one.shows, *people))
    if witness is None:
        raise Undecided("the engines do not confirm what the solver found")
    return Change(about=one.about, direction=one.direction, says=witness.shows, witness=witness)


def _apart(old: RuleBook, new: RuleBook) -> Iterator[Change]:
    """What cannot be compared by degrees: an exercise that is new or gone, a dose measured in something else."""
    for id_ in new.exercises.keys() - old.exercises.keys():
        yield Change(about=f"exercise {id_}", direction=Direction.NEITHER, says="new", witness=None)
    for id_ in old.exercises.keys() - new.exercises.keys():
        yield Change(about=f"exercise {id_}", direction=Direction.MORE_CAUTIOUS, says="gone", witness=None)
    for id_, exercise in old.exercises.items():
        doses = exercise.dose, (new.exercises[id_].dose if id_ in new.exercises else None)
        was, now = ([name for name in Dose.FIGURES if getattr(dose, name, None)] for dose in doses)
        if all(doses) and was != now:
            says = f"measured in {', '.join(was)} -> in {', '.join(now)}"
            yield Change(about=f"dose {id_}", direction=Direction.NEITHER, says=says, witness=None)


def _comparisons(before: Assessed, after: Assessed) -> Iterator[Comparison]:
    yield from _urgency(before, after)
    yield from _exercises(before, after)
    yield from _sessions(before, after)
    yield from _cautions(before, after)


def _either_way(about: str, less: tuple[Formula, Shows], more: tuple[Formula, Shows]) -> Iterator[Comparison]:
    for direction, (formula, shows) in ((Direction.LESS_CAUTIOUS, less), (Direction.MORE_CAUTIOUS, more)):
        yield Comparison(about=about, direction=direction, formula=formula, shows=shows)


def _urgency(before: Assessed, after: Assessed) -> Iterator[Comparison]:
    for about in ("at_least", "could_be"):
        for level in reversed(Urgency):
            was, now = getattr(before, about)(level), getattr(after, about)(level)
            less, more = _urgency_shown(about, lower=True), _urgency_shown(about, lower=False)
            yield from _either_way(about, (both(was, no(now)), less), (both(now, no(was)), more))


def _urgency_shown(about: str, *, lower: bool) -> Shows:
    def shows(assess: Assess, first: Profile, second: Profile) -> str:
        was: Urgency = getattr(assess(first), about)
        now: Urgency = getattr(assess(second), about)
        return f"{was} -> {now}" if (now < was if lower else now > was) else ""

    return shows


def _exercises(before: Assessed, after: Assessed) -> Iterator[Comparison]:
    for id_ in [id_ for id_ in before.book.exercises if id_ in after.book.exercises]:
        was, now = before.allowed(id_), after.allowed(id_)
        less, more = _status_shown(id_, allowed=True), _status_shown(id_, allowed=False)
        yield from _either_way(f"exercise {id_}", (both(now, no(was)), less), (both(was, no(now)), more))
        old, new = before.book.exercises[id_], after.book.exercises[id_]
        if old.dose and new.dose:
            up = both(was, now, some(wider_dose(new, after, old, before)))
            down = both(was, now, some(wider_dose(old, before, new, after)))
            shown = _dose_shown(id_, more=True), _dose_shown(id_, more=False)
            yield from _either_way(f"dose {id_}", (up, shown[0]), (down, shown[1]))


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


# -- caps of a session -------------------------------------------------------------------------------------------------


def _sessions(before: Assessed, after: Assessed) -> Iterator[Comparison]:
    """The most minutes and the most moves of a session: the lowest cap that fired or is open."""
    for cap in ("session_minutes", "session_moves"):
        limits = [(people, one, _cap(one, cap)) for people in (before, after) for one in people.rules.limit]
        for most in sorted({most for _, _, most in limits if most is not None}):
            was, now = (
                some(who.active(one) for who, one, value in limits if who is people and value and value <= most)
                for people in (before, after)
            )
            less, more = _cap_shown(cap, lower=False), _cap_shown(cap, lower=True)
            yield from _either_way(cap.replace("_", " "), (both(was, no(now)), less), (both(now, no(was)), more))


def _cap(rule: Rule[Limited], cap: str) -> int | None:
    most: int | None = getattr(rule.effect.limit, cap)
    return most


def _cap_shown(cap: str, *, lower: bool) -> Shows:
    def most(assess: Assess, profile: Profile) -> float:
        found = assess(profile)
        limits = [rule.effect.limit for rule in (*found.because, *found.open) if isinstance(rule.effect, Limited)]
        return min((value for limit in limits if (value := getattr(limit, cap))), default=float("inf"))

    def shows(assess: Assess, first: Profile, second: Profile) -> str:
        was, now = most(assess, first), most(assess, second)
        words = " -> ".join("no cap" if one == float("inf") else f"{one:g}" for one in (was, now))
        return words if (now < was if lower else now > was) else ""

    return shows


# -- cautions ----------------------------------------------------------------------------------------------------------


def _cautions(before: Assessed, after: Assessed) -> Iterator[Comparison]:
    """A caution is given where its rule fired or is open, beside the exercises that it names, or whatever is done."""
    old, new = ({rule.id: rule for rule in people.rules.caution} for people in (before, after))
    for id_ in old | new:
        was = before.active(old[id_]) if id_ in old else some([])
        now = after.active(new[id_]) if id_ in new else some([])
        both_give = id_ in old and id_ in new
        narrower = both_give and not _covers(new[id_].effect, old[id_].effect)
        wider = both_give and not _covers(old[id_].effect, new[id_].effect)
        yield from _either_way(
            f"caution {id_}",
            (was if narrower else both(was, no(now)), _caution_shown(id_, given=False)),
            (now if wider else both(now, no(was)), _caution_shown(id_, given=True)),
        )


def _covers(one: Caution, other: Caution) -> bool:
    """One caution belongs to every exercise that another belongs to; a caution that names none belongs to all."""
    return not one.exercises or (bool(other.exercises) and set(one.exercises) >= set(other.exercises))


def _caution_shown(id_: str, *, given: bool) -> Shows:
    def caution(found: Decision) -> Caution | None:
        rules = [rule for rule in (*found.because, *found.open) if rule.id == id_]
        return next((rule.effect for rule in rules if isinstance(rule.effect, Caution)), None)

    def shows(assess: Assess, first: Profile, second: Profile) -> str:
        was, now = caution(assess(first)), caution(assess(second))
        if was is None or now is None:
            said = "not given -> given" if given else "given -> not given"
            return said if (now if given else was) and was is not now else ""
        if _covers(was, now) if given else _covers(now, was):
            return ""
        return " -> ".join(f"beside {', '.join(one.exercises) or 'every exercise'}" for one in (was, now))

    return shows
