"""Names and codes of the resources: HL7's under HL7's addresses, ours under ``urn:backtriage``."""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

import backtriage as bt

from ...rulebook.reading import rulebook_of

Resource: TypeAlias = dict[str, Any]
"""A FHIR resource, or a part of one, as plain JSON data."""

_OURS: Final = "urn:backtriage"
FINDING: Final = f"{_OURS}:finding"
"""The code system of what can be known of a person."""
RULE: Final = f"{_OURS}:rule"
"""The code system of the rules."""
URGENCY: Final = f"{_OURS}:urgency"
"""The code system of the levels of urgency."""
NONE: Final = ".none"
"""Ends the link id of "none of the others" in the group of a checklist."""
UNSURE: Final = ".not_sure"
"""Ends the link id of "not sure" beside a number, which R4 has no other way to say."""

YES: Final = {"system": "http://terminology.hl7.org/CodeSystem/v2-0136", "code": "Y", "display": "Yes"}
NO: Final = {"system": "http://terminology.hl7.org/CodeSystem/v2-0136", "code": "N", "display": "No"}
NOT_SURE: Final = {
    "system": "http://terminology.hl7.org/CodeSystem/data-absent-reason",
    "code": "asked-unknown",
    "display": "Don't know",
}
"""With YES and NO these are the codes of the value set ``yesnodontknow`` of FHIR."""


def canonical(kind: Literal["questionnaire", "rulebook"], rulebook: bt.RuleBook | None = None) -> str:
    """The address of the questionnaire made from a rulebook, or of the rulebook itself, with its version.

    The version holds the digest's beginning, so that two rulebooks of one version are never taken for each other.

    >>> canonical("questionnaire").rpartition("-")[0]
    'urn:backtriage:questionnaire:backtriage|0.1.0'
    """
    return "|".join(address(kind, rulebook_of(rulebook)))


def address(kind: str, book: bt.RuleBook) -> tuple[str, str]:
    """The address without its version, and the version."""
    return f"{_OURS}:{kind}:{book.id}", f"{book.version}-{book.digest[:12]}"


def option(finding: str, id_: str, words: str) -> Resource:
    """One option of a choice. Each choice has a code system of its own: "both" means something else in each."""
    return {"system": f"{_OURS}:choice:{finding}", "code": id_, "display": words}
