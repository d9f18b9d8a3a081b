"""Results as plain data: text, numbers, lists and mappings only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import attrs

from ..rulebook.doses import Dose, Span
from ..rulebook.rules import AnyRule, SourceRef

if TYPE_CHECKING:
    from ..triage.next_step import Action, OpenQuestion, Referral
    from ..triage.outcome import Allowed, Decision


def plain(a: Decision) -> dict[str, Any]:
    """An assessment as plain data."""
    return {
        "rulebook": attrs.asdict(a.rulebook),
        "engine": a.engine,
        "region": a.region,
        "notices": list(a.notices),
        "profile": a.profile.to_dict(),
        "set_aside": dict(a.profile.set_aside),
        "urgency": a.urgency.value if a.urgency else None,
        "at_least": a.at_least.value,
        "could_be": a.could_be.value,
        "settled": a.settled,
        "final": a.final,
        "valid_hours": a.valid_hours,
        "action": _action(a.action),
        "help": a.help,
        "referral": _referral(a.referral) if a.referral else None,
        "session": [entry.exercise.id for entry in a.session],
        "allowed": [_allowed(entry) for entry in a.allowed],
        "withheld": [
            {"exercise": entry.exercise.id, "waits_for": list(entry.waits_for), "because": _ids(entry.because)}
            for entry in a.withheld
        ],
        "excluded": [{"exercise": entry.exercise.id, "because": _ids(entry.because)} for entry in a.excluded],
        "not_offered": list(a.not_offered),
        "cautions": [{"rule": entry.rule.id, "certain": entry.certain, "text": entry.text} for entry in a.cautions],
        "advice": [{"rule": rule.id, "text": rule.effect.text} for rule in a.advice],
        "stop_rules": [{"rule": rule.id, "text": rule.effect.text} for rule in a.stop_rules],
        "safety_net": dict(a.safety_net),
        "questions": [_question(question) for question in a.questions],
        "because": [_rule(rule) for rule in a.because],
        "open": _ids(a.open),
    }


def _ids(rules: Iterable[AnyRule]) -> list[str]:
    return [rule.id for rule in rules]


def _rule(rule: AnyRule) -> dict[str, Any]:
    return {
        "rule": rule.id,
        "title": rule.title,
        "effect": rule.effect.kind,
        "evidence": rule.evidence,
        "judgement": rule.judgement,
        "sources": [_source(ref) for ref in rule.sources],
    }


def _source(ref: SourceRef) -> dict[str, str]:
    return {
        "id": ref.id,
        **({"level": ref.level.value} if ref.level else {}),
        **({"note": ref.note} if ref.note else {}),
    }


def _action(action: Action) -> dict[str, Any]:
    return {
        "kind": action.kind.value,
        "level": action.level.value if action.level else None,
        "locked": list(action.locked),
        "message": action.message,
        "question": action.question.question.id if action.question else None,
    }


def _referral(referral: Referral) -> dict[str, Any]:
    return {
        "level": referral.level.value,
        "see": referral.see,
        "by": referral.by,
        "because": _ids(referral.because),
        "mention": _ids(referral.mention),
    }


def _allowed(entry: Allowed) -> dict[str, Any]:
    return {
        "exercise": entry.exercise.id,
        "name": entry.exercise.name,
        "low_impact": entry.exercise.low_impact,
        "dose": _dose(entry.dose),
        "cautions": list(entry.cautions),
        "because": _ids(entry.because),
    }


def _dose(dose: Dose) -> dict[str, Any]:
    figures = {name: getattr(dose, name) for name in (*Dose.FIGURES, "rest_seconds", *Dose.CHOICES)}
    return {
        name: {"start": figure.start, "ceiling": figure.ceiling}
        if isinstance(figure, Span)
        else list(figure)
        if isinstance(figure, tuple)
        else figure
        for name, figure in figures.items()
        if figure not in (None, ())
    }


def _question(entry: OpenQuestion) -> dict[str, Any]:
    return {
        "id": entry.question.id,
        "kind": entry.question.kind,
        "text": entry.question.text,
        "help": entry.question.help,
        "could_reach": entry.could_reach.value if entry.could_reach else None,
    }
