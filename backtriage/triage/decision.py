"""The decision procedure: from the rules that fired and the rules that are open to everything an assessment says."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeVar

from ..rulebook.book import RuleBook
from ..rulebook.rules import Advise, Caution, Limited, Routine, Rule, Stop, Urgency, Urgent
from . import startback
from .action import action
from .disposition import Disposition
from .exercise_statuses import statuses, stopping
from .open_questions import Asking
from .outcome import Allowed, Cautioned, Decision
from .profile import Profile
from .referral import referral
from .verdicts import ByEffect, Verdicts

D = TypeVar("D", bound=Decision)

ENOUGH_MOVES = 3
"""A session of so many set moves is not filled up from further routines."""


def decide(profile: Profile, verdicts: Verdicts, *, engine: str, region: str, made: type[D]) -> D:
    """Everything that follows for a person, as a decision of some kind. Pure: the same arguments give an equal one."""
    book = profile.rulebook
    fired, open_ = verdicts.by_effect
    at_least = worst(fired.urgency, Urgency.SELF_CARE)
    could_be = worst(open_.urgency, at_least)
    asking = Asking(profile, open_.urgency)
    stopped, doubted = stopping(fired.urgency), stopping(open_.urgency)
    exercises = statuses(asking, fired, open_, stopped=stopped, doubted=doubted)
    questions = asking.questions(at_least, exercises.waits_for)
    final = at_least is not could_be and not any(question.could_reach for question in questions)
    allowed = tuple(sorted(exercises.allowed, key=_low_impact_first))
    routine, session = _session(fired.routine, fired.limit + open_.limit, allowed)
    disposition = Disposition(profile, book.region(region), at_least, could_be, final, fired.urgency, open_.urgency)
    group = startback.told_group(profile) if could_be <= Urgency.ROUTINE else ""
    return made(
        profile=profile,
        rulebook=book.identity,
        engine=engine,
        region=region,
        at_least=at_least,
        could_be=could_be,
        final=final,
        action=action(disposition, questions, exercises=bool(allowed)),
        allowed=allowed,
        withheld=exercises.withheld,
        excluded=exercises.excluded,
        not_offered=exercises.not_offered,
        routine=routine,
        session=session,
        cautions=_cautions(fired, open_),
        advice=_advice(fired, open_, held=bool(stopped[True] or doubted[True])),
        help=book.messages.help[group].say if group in book.messages.help else "",
        referral=referral(disposition, group),
        stop_rules=_stop_rules(book) if allowed else (),
        questions=questions,
        because=verdicts.fired,
        open=verdicts.open,
        valid_hours=disposition.valid_hours,
    )


def worst(rules: Sequence[Rule[Urgent]], floor: Urgency) -> Urgency:
    """The worst level among some urgency rules, given worst first, and ``floor``."""
    return max(rules[0].effect.level, floor) if rules else floor


# -- a session ---------------------------------------------------------------------------------------------------------


def _low_impact_first(entry: Allowed) -> tuple[bool, bool]:
    """Low impact before higher, and walking before all."""
    return not entry.exercise.low_impact, "walk" not in entry.exercise.tags


def _session(
    routines: Sequence[Rule[Routine]], limits: Sequence[Rule[Limited]], allowed: Sequence[Allowed]
) -> tuple[Rule[Routine] | None, tuple[Allowed, ...]]:
    """A walk, and the first fitting routine's moves that are allowed, within the session's limits; low impact first.

    Where they are few, the next fitting routines follow. Moves measured in minutes come on top: the limits are for set
    moves. One that goes on from another counts as one with it.
    """
    if not allowed:
        return None, ()
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
                counts = entry.exercise.continues not in chosen
                if set_moves + counts > moves or entry.dose.session_seconds > seconds:
                    continue
                set_moves += counts
                seconds -= entry.dose.session_seconds
            chosen[id_] = entry
            first = first or rule
    return first, tuple(sorted(chosen.values(), key=_low_impact_first))


# -- words ------------------------------------------------------------------------------------------------------------


def _cautions(fired: ByEffect, open_: ByEffect) -> tuple[Cautioned, ...]:
    """Cautions that hold, then those that may; the ones that belong to single exercises stand with them."""
    certain = [_cautioned(rule, certain=True) for rule in fired.caution if not rule.effect.exercises]
    return (*certain, *[_cautioned(rule, certain=False) for rule in open_.caution if not rule.effect.exercises])


@lru_cache(maxsize=256)
def _cautioned(rule: Rule[Caution], *, certain: bool) -> Cautioned:
    return Cautioned(rule=rule, certain=certain)


def _advice(fired: ByEffect, open_: ByEffect, *, held: bool) -> tuple[Rule[Advise], ...]:
    """Advice that asks the person to do something is released as a gentle exercise is; the rest is never withheld."""
    held = held or any("all" in rule.effect.selectors for rule in fired.exclude + open_.exclude)
    return tuple([rule for rule in fired.advise if not (held and rule.effect.asks_to_do)])


@lru_cache(maxsize=16)
def _stop_rules(book: RuleBook) -> tuple[Rule[Stop], ...]:
    return ByEffect.of(book.rules).stop
