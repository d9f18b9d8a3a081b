"""An assessment as a GuidanceResponse, and its referral as a ServiceRequest.

INVARIANT: while the urgency is not settled no code in either is calmer than the worst that is possible; only a request
for which nothing is left to ask has the priority of what to do then, and says that it is not settled.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import backtriage as bt

from ...presentation.selection import urgent_cautions
from .codes import FINDING, RULE, URGENCY, Resource, canonical

PRIORITIES: Final = {
    bt.Urgency.EMERGENCY: "stat",
    bt.Urgency.SAME_DAY: "asap",
    bt.Urgency.SOON: "urgent",
    bt.Urgency.ROUTINE: "routine",
    bt.Urgency.SELF_CARE: "routine",
}
"""Urgency to the priority of a request; self-care refers to nobody unless more help is likely to be needed."""
_NOT_SETTLED: Final = "Not settled: an answer that is open could still mean {level}."


def guidance_response(assessment: bt.Assessment, *, subject: str = "") -> Resource:
    """The GuidanceResponse: ``success`` with the urgency, or ``data-required`` with the questions that are open.

    ``note`` holds what the person is told, in order and word for word, then what to watch for. The codes stand in the
    contained Parameters.

    Args:
        assessment: The assessment.
        subject: A reference to the person, as in ``Patient/123``.

    >>> import backtriage as bt
    >>> resource = guidance_response(bt.assess(age=50, new_bladder_change=True))
    >>> resource["status"], resource["contained"][0]["parameter"][0]["valueCoding"]["code"]
    ('success', 'emergency')
    >>> resource = guidance_response(bt.assess(age=50))
    >>> resource["status"], resource["dataRequirement"][0]["codeFilter"][0]["code"][0]["code"]
    ('data-required', 'neck_pain')
    """
    a = assessment
    resource: Resource = {
        "resourceType": "GuidanceResponse",
        "contained": [_parameters(a)],
        "moduleCanonical": canonical("rulebook", a.profile.rulebook),
        "status": "success" if a.settled else "data-required",
        "note": [{"text": text} for text in (*a.action.locked, a.action.message, *_watch_for(a))],
        "outputParameters": {"reference": "#result"},
    }
    if subject:
        resource["subject"] = {"reference": subject}
    if not a.settled:
        questions = [a.profile.rulebook.vocabulary.questions[id_] for id_ in open_questions(a)]
        resource["contained"].append(_outcome(a, [f"{one.text} {one.help}".strip() for one in questions]))
        resource["evaluationMessage"] = [{"reference": "#open"}]
        resource["dataRequirement"] = [_data_requirement(a, one.findings) for one in questions]
    return resource


def service_request(assessment: bt.Assessment, *, subject: str = "") -> Resource | None:
    """The ServiceRequest for the referral, a proposal that somebody has to accept; ``None``: there is nobody to see.

    Its priority is that of the urgency (emergency ``stat``, same day ``asap``, soon ``urgent``, routine ``routine``).
    While there is something to ask it is that of the worst that is possible: nobody waits behind others for an open
    question. When nothing is left to ask it is that of what to do then.

    Args:
        assessment: The assessment.
        subject: A reference to the person, as in ``Patient/123``.

    >>> import backtriage as bt
    >>> request = service_request(bt.assess(age=50, new_bladder_change=True))
    >>> request["priority"], request["intent"], request["reasonCode"][0]["coding"][0]["code"]
    ('stat', 'proposal', 'ces-bladder')
    """
    a = assessment
    referral = a.referral
    if referral is None:
        return None
    decided = a.settled or a.final
    notes = [] if a.settled else [_NOT_SETTLED.format(level=_level(a.could_be))]
    notes += [f"When: {referral.by}."] if decided else []
    notes += [f"Mention there: {rule.title}." for rule in referral.mention]
    resource: Resource = {
        "resourceType": "ServiceRequest",
        "instantiatesUri": [canonical("rulebook", a.profile.rulebook)],
        "status": "draft",
        "intent": "proposal",
        "priority": PRIORITIES[referral.level if decided else a.could_be],
        "code": {"text": "Consultation about back or neck pain"},
        "subject": {"reference": subject} if subject else {"display": "The person who answered"},
        "note": [{"text": text} for text in notes],
        "patientInstruction": " ".join((*a.action.locked, a.action.message)),
    }
    if decided:  # before, whom to see might be somebody for something milder
        resource["performerType"] = {"text": referral.see}
    if referral.because:
        resource["reasonCode"] = [
            {"coding": [{"system": RULE, "code": rule.id, "display": rule.title}], "text": rule.title}
            for rule in referral.because
        ]
    return resource


def open_questions(assessment: bt.Assessment) -> tuple[str, ...]:
    """The ids of the questions that keep the urgency from being settled, the worst first; in the order of asking where
    they were all asked and not answered."""
    a = assessment
    asked = [entry.question.id for entry in a.questions if entry.could_reach]
    if asked or a.settled:
        return tuple(asked)
    vocabulary, known = a.profile.rulebook.vocabulary, a.profile.known
    waiting = {id_ for rule in a.open if rule.effect.kind == "urgency" for id_ in rule.when.waits_for(known)}
    return tuple([one.id for one in vocabulary.questions.values() if not waiting.isdisjoint(one.findings)])


def _parameters(a: bt.Assessment) -> Resource:
    """The codes: what is settled, or the worst that is possible, and the rules that fired."""
    level = {"system": URGENCY, "code": a.could_be.value, "display": _level(a.could_be)}
    fired = [rule for rule in a.because if rule.effect.kind == "urgency"]
    because = [{"system": RULE, "code": rule.id, "display": rule.title} for rule in fired]
    return {
        "resourceType": "Parameters",
        "id": "result",
        "parameter": [
            {"name": "urgency" if a.settled else "could-be", "valueCoding": level},
            {"name": "settled", "valueBoolean": a.settled},
            *({"name": "because", "valueCoding": coding} for coding in because),
        ],
    }


def _outcome(a: bt.Assessment, questions: list[str]) -> Resource:
    """What stands in the way, in words."""
    texts = [_NOT_SETTLED.format(level=_level(a.could_be)), *(f"Not answered: {text}" for text in questions)]
    return {
        "resourceType": "OperationOutcome",
        "id": "open",
        "issue": [{"severity": "warning", "code": "incomplete", "details": {"text": text}} for text in texts],
    }


def _data_requirement(a: bt.Assessment, findings: tuple[str, ...]) -> Resource:
    """One open question: the observations that would answer it, by the codes that the questionnaire's items carry."""
    missing = [a.profile.rulebook.vocabulary.findings[id_] for id_ in findings if id_ not in a.profile.known]
    codes = [{"system": FINDING, "code": one.id, "display": one.text} for one in missing]
    return {"type": "Observation", "codeFilter": [{"path": "code", "code": codes}]}


def _watch_for(a: bt.Assessment) -> Iterator[str]:
    if a.urgency is not bt.Urgency.EMERGENCY:
        yield from map(str, a.watch_for)
        yield from (entry.text for entry in urgent_cautions(a))


def _level(urgency: bt.Urgency) -> str:
    return str(urgency).replace("_", " ")
