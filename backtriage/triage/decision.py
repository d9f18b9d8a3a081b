"""The decision procedure: from the rules that fired and the rules that are open to everything an assessment says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from ..rulebook.rules import Advise, Rule, Urgency, Urgent
from . import startback
from .action import action
from .disposition import Disposition
from .exercise_statuses import Statuses, statuses
from .next_step import OpenQuestion
from .open_questions import OpenQuestions
from .outcome import Cautioned, Decision
from .profile import Profile
from .referral import referral
from .session_choice import chosen, low_impact_first
from .verdicts import ByEffect, Verdicts

D = TypeVar("D", bound=Decision)

Conclusions = Callable[[Profile, ByEffect, ByEffect, Urgency], tuple[Statuses, tuple[OpenQuestion, ...]]]


def conclusions(
    profile: Profile, fired: ByEffect, open_: ByEffect, at_least: Urgency
) -> tuple[Statuses, tuple[OpenQuestion, ...]]:
    """The status of every exercise, and what to ask: from the rules that fired, those that are open, and the worst
    level that is certain."""
    asking = OpenQuestions(profile, open_.urgency)
    found, freeing = statuses(asking, fired, open_)
    return found, asking.questions(at_least, freeing)


def decide(
    profile: Profile, verdicts: Verdicts, *, engine: str, region: str, made: type[D], by: Conclusions = conclusions
) -> D:
    """Everything that follows for a person, as a decision of some kind. Pure: the same arguments give an equal one."""
    book = profile.rulebook
    fired, open_ = verdicts.by_effect
    at_least = worst(fired.urgency, Urgency.SELF_CARE)
    could_be = worst(open_.urgency, at_least)
    exercises, questions = by(profile, fired, open_, at_least)
    final = at_least is not could_be and not any(question.could_reach for question in questions)
    allowed = tuple(sorted(exercises.allowed, key=low_impact_first))
    routine, session = chosen(fired.routine, fired.limit + open_.limit, allowed)
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
        advice=_advice(fired, open_),
        help=book.messages.help[group].say if group in book.messages.help else "",
        referral=referral(disposition, group),
        stop_rules=book.stop_rules if allowed else (),
        questions=questions,
        because=verdicts.fired,
        open=verdicts.open,
        valid_hours=disposition.valid_hours,
    )


def worst(rules: Sequence[Rule[Urgent]], floor: Urgency) -> Urgency:
    """The worst level among some urgency rules, given worst first, and ``floor``."""
    return max(rules[0].effect.level, floor) if rules else floor


# -- words ------------------------------------------------------------------------------------------------------------


def _cautions(fired: ByEffect, open_: ByEffect) -> tuple[Cautioned, ...]:
    """Cautions that hold, then those that may; the ones that belong to single exercises stand with them."""
    certain = [Cautioned(rule=rule, certain=True) for rule in fired.caution if not rule.effect.exercises]
    return (*certain, *[Cautioned(rule=rule, certain=False) for rule in open_.caution if not rule.effect.exercises])


def _advice(fired: ByEffect, open_: ByEffect) -> tuple[Rule[Advise], ...]:
    """Advice that asks the person to do something is released as a gentle exercise is; the rest is never withheld."""
    held = any(rule.effect.exercise == "none" for rule in fired.urgency + open_.urgency)
    held = held or any("all" in rule.effect.selectors for rule in fired.exclude + open_.exclude)
    return tuple([rule for rule in fired.advise if not (held and rule.effect.asks_to_do)])
