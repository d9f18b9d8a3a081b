"""What of a decision is told, however it is shown: on a page or as messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ..rulebook.rules import AnyRule, Exclude, Rule, Urgency, Urgent
from ..rulebook.texts import ListText

if TYPE_CHECKING:
    from ..triage.outcome import Cautioned, Decision

SHOWN: Final = 5
"""So many of what is open are named; all of it stands in the assessment."""


def names_whom(a: Decision) -> bool:
    """Whether whom to see is worth a line of its own: an emergency's order says it, unless a rule names somebody."""
    if a.urgency is not Urgency.EMERGENCY:
        return True
    return not a.ring_only and a.referral is not None and any(rule.effect.see for rule in a.referral.because)


def watched(a: Decision) -> tuple[ListText, ...]:
    """The signs to watch for; without the emergency's where what to do now has named them already."""
    told = a.final and a.could_be is Urgency.EMERGENCY
    return a.watch_for[1 if told else 0 :]


def urgent_cautions(a: Decision) -> list[Cautioned]:
    """The cautions that hold and name an urgency: they are told whether or not any exercise is allowed."""
    return [entry for entry in a.cautions if entry.certain and entry.rule.effect.names_urgency]


def other_cautions(a: Decision) -> list[Cautioned]:
    """The cautions that stand beside exercises, those that may hold among them."""
    urgent = urgent_cautions(a)
    return [entry for entry in a.cautions if entry not in urgent]


def doubts(a: Decision) -> list[str]:
    """What could not be ruled out: one reason for each suspicion, the worst first."""
    reasons: dict[str, str] = {}
    for rule in _not_ruled_out(a):
        reasons.setdefault(rule.effect.suspects, rule.title)
    return list(reasons.values())


def _not_ruled_out(a: Decision) -> list[Rule[Urgent]]:
    """The rules that could not be ruled out, the worst first, then as the rulebook names what they suspect."""
    order = list(a.profile.rulebook.messages.suspects)
    return sorted(a.not_ruled_out, key=lambda rule: (-rule.effect.level.rank, order.index(rule.effect.suspects)))


def unanswered(a: Decision) -> list[str]:
    """What was not answered and leaves it unsettled, where nothing is left to ask: lines of lists, or whole questions;
    what could be the worst comes first."""
    words, known = a.profile.rulebook.vocabulary, a.profile.known
    texts: dict[str, None] = {}
    for rule in _not_ruled_out(a):
        for id_ in sorted(rule.when.waits_for(known)):
            question = words.questions[words.question_of[id_]]
            whole = known.keys().isdisjoint(question.findings)
            texts[question.text if whole else words.findings[id_].text] = None
    return list(texts)


def some(texts: Sequence[str]) -> list[str]:
    """The first texts, and that there are others; how many, where that tells anything."""
    more = len(texts) - SHOWN
    return [*texts[:SHOWN], *(["and others" if more > SHOWN else f"and {more} more"] if more > 0 else [])]


def names_what_to_leave(a: Decision) -> bool:
    """Whether to say what not to do, and why: not where what to do now says already that there is no exercise."""
    return bool(a.allowed) or (a.settled and a.at_least < Urgency.SOON)


def left_out(a: Decision) -> tuple[dict[AnyRule, list[str]], list[str]]:
    """Names of the exercises that must not be done: under the widest reason for each, and those never done alone."""
    groups: dict[AnyRule, list[str]] = {}
    never = []
    for entry in a.excluded:
        if entry.exercise.status == "offered":
            groups.setdefault(max(entry.because, key=_breadth), []).append(entry.exercise.name)
        elif entry.exercise.status == "blocked" and a.allowed:
            never.append(entry.exercise.name)
    many = sum(exercise.status == "offered" for exercise in a.profile.rulebook.exercises.values()) / 2
    rest = "All other exercises" if a.allowed else "All exercises"
    return {rule: names if len(names) < many else [rest] for rule, names in groups.items()}, never


def _breadth(rule: AnyRule) -> float:
    """How many exercises a rule stops: the widest reason is the one to give."""
    return len(rule.effect.exercises) if isinstance(rule.effect, Exclude) else float("inf")


def reason(rule: AnyRule) -> str:
    """Why a rule stops an exercise, in one sentence or two."""
    if isinstance(rule.effect, Urgent):
        return rule.effect.exercise_because or rule.effect.why
    return rule.because
