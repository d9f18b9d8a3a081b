"""The decision procedure: from the rules that fired and the rules that are open to everything an assessment says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from .asking import Asking
from .assessment import Allowed, Assessment, Cautioned, Excluded, Withheld
from .doses import Dose, emptied, limited
from .rulebook import Exercise, RuleBook
from .rules import Advise, AnyRule, Caution, Exclude, Limited, Offer, Routine, Rule, Stop, Urgency, Urgent
from .telling import Telling

if TYPE_CHECKING:
    from .profile import Profile

CORE = "core"
"""The set of exercises that an urgency rule with the exercise effect ``gentle`` leaves."""
ENOUGH_MOVES = 3
"""A session of so many set moves is not filled up from further routines."""


@attrs.frozen
class Verdicts:
    """What an engine finds.

    Attributes:
        fired: The rules whose condition is true, in the rulebook's order.
        open: The rules whose condition is unknown, in the rulebook's order.
    """

    fired: tuple[AnyRule, ...]
    open: tuple[AnyRule, ...]


@attrs.frozen
class ByEffect:
    """Some rules, by what they do; the worst urgency first, otherwise in the rulebook's order."""

    urgency: tuple[Rule[Urgent], ...] = ()
    exclude: tuple[Rule[Exclude], ...] = ()
    offer: tuple[Rule[Offer], ...] = ()
    limit: tuple[Rule[Limited], ...] = ()
    caution: tuple[Rule[Caution], ...] = ()
    advise: tuple[Rule[Advise], ...] = ()
    stop: tuple[Rule[Stop], ...] = ()
    routine: tuple[Rule[Routine], ...] = ()

    @classmethod
    def of(cls, rules: Iterable[AnyRule]) -> ByEffect:
        kinds: dict[str, list[Any]] = {field.name: [] for field in attrs.fields(cls)}
        for rule in rules:
            kinds[rule.effect.kind].append(rule)
        return cls(*map(tuple, kinds.values()))


def decide(profile: Profile, verdicts: Verdicts, *, engine: str, region: str) -> Assessment:
    """Everything that follows for a person. Pure: the same arguments give an equal assessment."""
    book = profile.rulebook
    fired, open_ = ByEffect.of(verdicts.fired), ByEffect.of(verdicts.open)
    at_least = worst(fired.urgency, Urgency.SELF_CARE)
    could_be = worst(open_.urgency, at_least)
    asking = Asking(profile)
    stopped, doubted = _stopping(fired.urgency), _stopping(open_.urgency)
    cautions = _cautions(fired, open_)
    special = [one for one in cautions if one.rule.effect.exercises]
    exercises = _exercises(asking, fired, open_, special, stopped=stopped, doubted=doubted)
    questions = asking.questions(at_least, open_.urgency, exercises.withheld)
    final = at_least is not could_be and not any(question.could_reach for question in questions)
    allowed = tuple(sorted(exercises.allowed, key=_low_impact_first))
    routine, session = _session(fired.routine, fired.limit + open_.limit, allowed)
    telling = Telling(profile, region, at_least, could_be, final, fired.urgency, open_.urgency)
    return Assessment(
        profile=profile,
        rulebook=book.identity,
        engine=engine,
        region=region,
        at_least=at_least,
        could_be=could_be,
        final=final,
        action=telling.action(questions, exercises=bool(allowed)),
        allowed=allowed,
        withheld=tuple(exercises.withheld),
        excluded=tuple(exercises.excluded),
        not_offered=tuple(exercises.not_offered),
        routine=routine,
        session=session,
        cautions=tuple([one for one in cautions if not one.rule.effect.exercises]),
        advice=_advice(fired, open_, held=bool(stopped[True] or doubted[True])),
        help=telling.help.say if telling.help else "",
        referral=telling.referral(),
        stop_rules=_stop_rules(book) if allowed else (),
        safety_net=book.messages.safety_net,
        questions=questions,
        because=verdicts.fired,
        open=verdicts.open,
        valid_hours=telling.valid_hours,
    )


def worst(rules: Sequence[Rule[Urgent]], floor: Urgency) -> Urgency:
    """The worst level among some urgency rules, given worst first, and ``floor``."""
    return max(rules[0].effect.level, floor) if rules else floor


# -- exercises: excluded, not offered, withheld, allowed, in this order -----------------------------------------------


@attrs.frozen(kw_only=True)
class _Statuses:
    allowed: list[Allowed] = attrs.Factory(list)
    withheld: list[Withheld] = attrs.Factory(list)
    excluded: list[Excluded] = attrs.Factory(list)
    not_offered: list[str] = attrs.Factory(list)


def _exercises(
    asking: Asking,
    fired: ByEffect,
    open_: ByEffect,
    cautions: Sequence[Cautioned],
    *,
    stopped: _Stopping,
    doubted: _Stopping,
) -> _Statuses:
    """The status of every exercise.

    A withheld one names the open urgency rules first: while there are any, nothing more is asked for it.
    """
    book = asking.book
    choosing, may_choose = _choosing(fired.limit), _choosing(open_.limit)
    empties, may_empty = _emptying(book, choosing, ()), _emptying(book, choosing, may_choose)
    limits = frozenset(fired.limit + open_.limit)
    excludes, offers, may_offer = _by_exercise(fired.exclude), _by_exercise(fired.offer), _by_exercise(open_.offer)
    may_exclude = frozenset(open_.exclude)
    waits_for = [asking.of_rules(rules) for rules in doubted]
    statuses = _Statuses()
    for exercise, gentle, exclusions, limiting in _touching(book):
        id_ = exercise.id
        against = (*stopped[gentle], *excludes.get(id_, ()), *empties.get(id_, ()))
        if against:
            statuses.excluded.append(Excluded(exercise=exercise, because=against))
            continue
        if id_ not in offers and id_ not in may_offer:
            statuses.not_offered.append(id_)
            continue
        if stops := doubted[gentle]:
            statuses.withheld.append(Withheld(exercise=exercise, because=stops, waits_for=waits_for[gentle]))
            continue
        missing = () if id_ in offers else may_offer[id_]
        doubts = (*[rule for rule in exclusions if rule in may_exclude], *may_empty.get(id_, ()), *missing)
        if doubts:
            statuses.withheld.append(Withheld(exercise=exercise, because=doubts, waits_for=asking.of_rules(doubts)))
        else:
            dose = _dose(exercise, tuple([rule for rule in limiting if rule in limits]))
            own_cautions = tuple([one.text for one in cautions if id_ in one.rule.effect.exercises])
            statuses.allowed.append(
                Allowed(
                    exercise=exercise,
                    dose=dose,
                    cautions=exercise.cautions + own_cautions,
                    because=tuple(offers[id_]),
                )
            )
    return statuses


def _by_exercise(rules: Sequence[Rule[Exclude] | Rule[Offer]]) -> Mapping[str, Sequence[AnyRule]]:
    """Exercise id to those of the rules that name it."""
    naming: defaultdict[str, list[AnyRule]] = defaultdict(list)
    for rule in rules:
        for id_ in rule.effect.exercises:
            naming[id_].append(rule)
    return naming


@lru_cache(maxsize=16)
def _touching(book: RuleBook) -> tuple[tuple[Exercise, bool, tuple[AnyRule, ...], tuple[Rule[Limited], ...]], ...]:
    """Every exercise, whether it is in the core set, and the exclusions and the limits that name it."""
    rules = ByEffect.of(book.rules)
    core = book.sets.get(CORE, ())
    naming = _by_exercise(rules.exclude)
    return tuple(
        (
            exercise,
            id_ in core,
            tuple(naming.get(id_, ())),
            tuple(rule for rule in rules.limit if id_ in rule.effect.limit.exercises),
        )
        for id_, exercise in book.exercises.items()
    )


_Stopping: TypeAlias = tuple[tuple[AnyRule, ...], tuple[AnyRule, ...]]


def _stopping(urgency: Sequence[Rule[Urgent]]) -> _Stopping:
    """The urgency rules that stop an exercise outside the core set, and those that stop one inside it."""
    outside = [rule for rule in urgency if rule.effect.exercise != "normal"]
    return tuple(outside), tuple([rule for rule in outside if rule.effect.exercise == "none"])


def _choosing(limits: Sequence[Rule[Limited]]) -> tuple[Rule[Limited], ...]:
    """The limits that leave out options of a choice."""
    return tuple([rule for rule in limits if rule.effect.limit.only])


@lru_cache(maxsize=64)
def _emptying(
    book: RuleBook, certain: tuple[Rule[Limited], ...], possible: tuple[Rule[Limited], ...]
) -> Mapping[str, tuple[AnyRule, ...]]:
    """Exercise id to the limits that together leave nothing of one of its choices."""
    emptying = {}
    for exercise, _, _, limiting in _touching(book):
        limits = tuple(rule for rule in limiting if rule in certain or rule in possible)
        lost = emptied(exercise.dose, _dose(exercise, limits)) if exercise.dose else frozenset()
        if lost:
            blamed = [rule for rule in limits if rule in (possible or certain)]
            emptying[exercise.id] = tuple(rule for rule in blamed if not lost.isdisjoint(rule.effect.limit.only))
    return emptying


@lru_cache(maxsize=512)
def _dose(exercise: Exercise, limits: tuple[Rule[Limited], ...]) -> Dose:
    assert exercise.dose is not None  # noqa: S101 - only an offered exercise is dosed, and it has one
    return limited(exercise.dose, [rule.effect.limit for rule in limits])


def _low_impact_first(entry: Allowed) -> tuple[bool, bool]:
    """Low impact before higher, and walking before all."""
    return not entry.exercise.low_impact, "walk" not in entry.exercise.tags


def _session(
    routines: Sequence[Rule[Routine]], limits: Sequence[Rule[Limited]], allowed: Sequence[Allowed]
) -> tuple[Rule[Routine] | None, tuple[Allowed, ...]]:
    """A walk, and the first fitting routine's moves that are allowed, within the session's limits; low impact first.

    Where they are few, the next fitting routines follow. Moves measured in minutes come on top: the limits are for set
    moves.
    """
    entries = {entry.exercise.id: entry for entry in allowed}
    caps = [rule.effect.limit for rule in limits]
    seconds = 60 * min([cap.session_minutes for cap in caps if cap.session_minutes], default=24 * 60)
    moves = min([cap.session_moves for cap in caps if cap.session_moves], default=len(entries))
    chosen = {id_: entry for id_, entry in entries.items() if "walk" in entry.exercise.tags}
    first: Rule[Routine] | None = None
    set_moves = 0
    fitting = [(rule, rule.effect.exercises) for rule in routines]
    for rule, ids in (*fitting, (None, tuple(entries))):  # what no routine names comes last
        if set_moves >= ENOUGH_MOVES:
            break
        for id_ in ids:
            entry = entries.get(id_)
            if entry is None or id_ in chosen:
                continue
            if entry.dose.repetitions is not None:
                if set_moves >= moves or entry.dose.session_seconds > seconds:
                    continue
                set_moves += 1
                seconds -= entry.dose.session_seconds
            chosen[id_] = entry
            first = first or rule
    return first, tuple(sorted(chosen.values(), key=_low_impact_first))


# -- words ------------------------------------------------------------------------------------------------------------


def _cautions(fired: ByEffect, open_: ByEffect) -> list[Cautioned]:
    """Cautions that hold, then those that may; the ones that belong to single exercises stand with them."""
    certain = [Cautioned(rule=rule, certain=True) for rule in fired.caution]
    return certain + [Cautioned(rule=rule, certain=False) for rule in open_.caution]


def _advice(fired: ByEffect, open_: ByEffect, *, held: bool) -> tuple[Rule[Advise], ...]:
    """Advice that asks the person to do something is released as a gentle exercise is; the rest is never withheld."""
    held = held or any("all" in rule.effect.selectors for rule in fired.exclude + open_.exclude)
    return tuple([rule for rule in fired.advise if not (held and rule.effect.asks_to_do)])


@lru_cache(maxsize=16)
def _stop_rules(book: RuleBook) -> tuple[Rule[Stop], ...]:
    return ByEffect.of(book.rules).stop
