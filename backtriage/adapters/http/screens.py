"""A screen: everything that a page shows at one moment of an interview, as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

import backtriage as bt

from ...figures import Figure
from ...presentation.explanation import reasons
from ...presentation.page import heading, source_titles
from ...presentation.selection import other_cautions
from ...rulebook.rules import Urgent

Plain = dict[str, Any]

_ORDER: Final = ("allowed", "withheld", "excluded", "not_offered")


def screen(interview: bt.Interview, figures: Mapping[str, Figure]) -> Plain:
    """Where an interview stands: what to ask, what to say, and the data to go on from.

    Args:
        interview: The interview.
        figures: The drawings of exercises, by their ids.

    >>> import backtriage as bt
    >>> shown = screen(bt.Interview(), {})
    >>> shown["turn"], shown["question"]["kind"], shown["urgency"], shown["could_be"]
    (0, 'checklist', None, 'emergency')
    """
    a = interview.assessment
    question = interview.question
    return {
        "interview": interview.to_dict(),
        "turn": interview.turn,
        "phase": interview.phase.value,
        "done": interview.done,
        "on_offer": on_offer.value if (on_offer := interview.on_offer) else None,
        "question": question.to_dict() if question else None,
        "about_crisis": question is not None and _about_crisis(question, a),
        "urgency": a.urgency.value if a.urgency else None,
        "at_least": a.at_least.value,
        "could_be": a.could_be.value,
        "final": a.final,
        "valid_hours": a.valid_hours,
        "heading": heading(a),
        "action": a.to_dict()["action"],
        "messages": messages(a),
        "because": [reason(rule, a.profile.rulebook) for rule in a.because if rule.effect.kind == "urgency"],
        "profile": a.profile.to_dict(),
        "plan": plan(a, figures) if a.allowed else None,
        "notices": [attrs.asdict(notice) for notice in interview.notices],
    }


def _about_crisis(question: bt.InterviewQuestion, a: bt.Assessment) -> bool:
    """Whether a question is asked because of what a message that must be shown first is about."""
    crises = [rule for rule in a.because if isinstance(rule.effect, Urgent) and rule.effect.locked]
    said = {id_ for rule in crises for id_ in rule.findings}
    gates = [gate for id_ in question.findings for gate in a.profile.rulebook.vocabulary.gates_of(id_)]
    return any(atom.finding in said for gate in gates for atom in gate.atoms())


def messages(a: bt.Assessment) -> list[Plain]:
    """The messages of an assessment as plain data."""
    return [
        {
            **attrs.asdict(one),
            "part": one.part.value,
            **{name: list(getattr(one, name)) for name in ("items", "rules", "sources")},
        }
        for one in a.messages()
    ]


def plan(a: bt.Assessment, figures: Mapping[str, Figure]) -> Plain:
    """Today's set, and every exercise of the catalogue with its status and the reasons for it."""
    catalogue = a.profile.rulebook.exercises
    statuses = {id_: a.status(id_) for id_ in catalogue}
    dosed = {entry.exercise.id: entry for entry in a.allowed}
    return {
        "session": [entry.exercise.id for entry in a.session],
        "exercises": [
            _card(a, exercise, status, dosed.get(exercise.id), figures)
            for status in _ORDER
            for exercise in catalogue.values()
            if statuses[exercise.id] == status
        ],
        "cautions": [entry.text for entry in other_cautions(a)],
        "advice": [rule.effect.text for rule in a.advice],
    }


def _card(
    a: bt.Assessment,
    exercise: bt.Exercise,
    status: str,
    allowed: bt.Allowed | None,
    figures: Mapping[str, Figure],
) -> Plain:
    card: Plain = {"id": exercise.id, "name": exercise.name, "status": status, "why": list(_why(a, exercise))}
    if allowed is None:
        return card
    dose, drawing = allowed.dose, figures.get(exercise.id)
    variants = [one for one in exercise.variants if one.id in dose.variants]
    return {
        **card,
        "dose": list(dose.parts),
        "start": {**dose.starts, "rest_seconds": dose.rest_seconds, "sides": list(dose.sides)},
        "steps": list(exercise.steps),
        "feel": exercise.feel,
        "avoid": list(exercise.avoid),
        "cautions": list(allowed.cautions),
        "variants": [{"name": one.name, "how": one.how} for one in variants],
        "position": exercise.position,
        "muscles": list(exercise.muscles),
        "needs": list(exercise.needs),
        "progression": exercise.progression,
        "figure": {"src": f"figures/{exercise.id}.svg", "alt": drawing.alt} if drawing else None,
    }


def _why(a: bt.Assessment, exercise: bt.Exercise) -> Iterator[Plain]:
    """Why it is allowed or not, one reason an entry."""
    book = a.profile.rulebook
    for one in reasons(a, exercise.id):
        if one.rule is not None:
            yield {"text": one.text, **sources(one.rule, book)}
        else:
            yield {"text": one.text, "rule": None, "sources": []}


def reason(rule: Any, book: bt.RuleBook) -> Plain:
    """An urgency rule as a reason for the result."""
    return {"text": rule.title, "level": rule.effect.level.value, **sources(rule, book)}


def sources(rule: Any, book: bt.RuleBook) -> Plain:
    """A rule's id, how good its evidence is, and who says so."""
    named = {"rule": rule.id, "evidence": rule.evidence, "judgement": rule.judgement}
    return {**named, "sources": source_titles(rule, book)}


def question_asked(book: bt.RuleBook, id_: str) -> Plain:
    """A question outside an interview, with all that is needed to ask it."""
    question = book.vocabulary.questions[id_]
    asked: Plain = {"id": id_, "kind": question.kind, "text": question.text, "help": question.help}
    if question.kind == "checklist":
        lines = [book.vocabulary.findings[finding] for finding in question.findings]
        asked["items"] = {line.id: line.text for line in lines}
        asked["item_help"] = {line.id: line.help for line in lines if line.help}
    elif question.kind == "number":
        finding: Any = book.vocabulary.findings[id_]
        asked |= {name: getattr(finding, name) for name in ("unit", "minimum", "maximum", "step")}
    elif question.kind == "choice":
        choice: Any = book.vocabulary.findings[id_]
        asked["options"] = dict(choice.options)
    return asked
