"""CDS Hooks 2.0: the service a clinical system calls when a chart is opened, and its cards.

The answers come in the FHIR ``QuestionnaireResponse`` that :mod:`backtriage.adapters.fhir` reads.
"""

from __future__ import annotations

import re
import uuid
from typing import Any, Final
from urllib.parse import quote

import backtriage as bt

from ...presentation.page import heading
from .. import fhir
from .reading import checked_keys, mapping, refuse, text

Plain = dict[str, Any]

ID: Final = "back-pain-triage"
HOOK: Final = "patient-view"
MAX_SUMMARY: Final = 140
REQUEST: Final = ("hook", "hookInstance", "context", "prefetch", "fhirServer", "fhirAuthorization", "extension")
_CRITICAL: Final = bt.Urgency.SAME_DAY
_CALM: Final = bt.Urgency.ROUTINE
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def discovery(book: bt.RuleBook) -> Plain:
    """The services there are: one, and what a clinical system should fetch for it.

    >>> import backtriage as bt
    >>> [service["id"] for service in discovery(bt.default_rulebook())["services"]]
    ['back-pain-triage']
    """
    questionnaire = quote(fhir.canonical("questionnaire", book), safe=":|/")
    search = f"QuestionnaireResponse?questionnaire={questionnaire}&subject=Patient/{{{{context.patientId}}}}"
    service = {
        "id": ID,
        "hook": HOOK,
        "title": "Back-pain triage",
        "description": "How urgent back or neck pain is and what to ask next, by sourced rules. "
        "Not a medical device; not reviewed by a clinician.",
        "prefetch": {"answers": f"{search}&_sort=-authored&_count=1"},
    }
    return {"services": [service]}


def cards(body: Plain, book: bt.RuleBook) -> Plain:
    """The card of one patient.

    >>> import backtriage as bt
    >>> request = {"hook": HOOK, "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "context": {"patientId": "1"}}
    >>> card = cards(request, bt.default_rulebook())["cards"][0]
    >>> card["indicator"], card["summary"]
    ('warning', 'Back pain: not settled yet. Next question: Where does it hurt or feel strange? Tick every place.')
    """
    if body.get("hook") != HOOK:
        refuse(422, "hook", "not a hook of this service", f"give {HOOK}")
    instance = body.get("hookInstance")
    if not isinstance(instance, str) or not _UUID.fullmatch(instance):
        refuse(422, "hookInstance", "missing, or no UUID", "a new one for each time the hook is triggered")
    checked_keys(body, "body", REQUEST, ["context"])
    mapping(body, "context")
    for unused in ("fhirAuthorization", "extension"):
        mapping(body, unused)
    text(body, "fhirServer")
    assessment = bt.assess(_profile(mapping(body, "prefetch", nullable=True) or {}, book))
    name = f"{instance}/{assessment.rulebook.digest}/{assessment.profile.to_json()}"
    return {
        "cards": [
            {
                "uuid": str(uuid.uuid5(uuid.NAMESPACE_OID, name)),
                "summary": summary(assessment),
                "indicator": indicator(assessment),
                "detail": "\n\n".join(message.text for message in assessment.messages()),
                "source": {"label": f"backtriage, rulebook {assessment.rulebook}"},
            }
        ]
    }


def indicator(a: bt.Assessment) -> str:
    """``critical``, ``warning`` or ``info``; never ``info`` while something worse is possible."""
    if a.at_least >= _CRITICAL:
        return "critical"
    return "info" if a.could_be <= _CALM and a.settled else "warning"


def summary(a: bt.Assessment) -> str:
    """One line, at most 140 characters."""
    line = f"Back pain: {heading(a).lower()}"
    if a.action.question is not None:
        line += f". Next question: {a.action.question.question.text}"
    elif a.referral is not None and a.referral.because:
        line += f". {a.referral.because[0].title}"
    return line if len(line) <= MAX_SUMMARY else f"{line[: MAX_SUMMARY - 1].rstrip()}…"


def _profile(prefetch: Plain, book: bt.RuleBook) -> bt.Profile:
    """The answers in the prefetched response; nothing known where nothing was prefetched."""
    found = prefetch.get("answers")
    if isinstance(found, dict) and found.get("resourceType") == "Bundle":
        found = _newest(found)
    if found is None:
        return bt.Profile(rulebook=book)
    if not isinstance(found, dict):
        refuse(422, "prefetch.answers", "not a QuestionnaireResponse", "or a Bundle of one")
    return fhir.profile_from_response(found, rulebook=book)


def _newest(bundle: Plain) -> object:
    entries = bundle.get("entry", [])
    if not isinstance(entries, list) or len(entries) > 1 or not all(isinstance(one, dict) for one in entries):
        refuse(422, "prefetch.answers", "not a Bundle of one response", "the newest one only")
    return entries[0].get("resource") if entries else None
