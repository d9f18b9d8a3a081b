"""What somebody says themselves, now and before: without what only follows from a gate or from silence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..findings.conditions import Value
from ..triage.later_answers import contradicted
from ..triage.profile import Profile

Spoken = Mapping[str, Value | None]


def spoken(profile: Profile) -> dict[str, Any]:
    """Everything that a profile's answers say themselves; ``None`` for not sure.

    What only follows from a gate, or from silence about a reported finding, is not in it.

    >>> import backtriage as bt
    >>> spoken(bt.Profile(age=41, foot_drop=True, not_sure=["fever_or_shivers"]))
    {'fever_or_shivers': None, 'age': 41, 'foot_drop': True, 'leg_weakness': True}
    """
    vocabulary = profile.rulebook.vocabulary
    denied = [id_ for list_ in profile.denies for id_ in vocabulary.checklists[list_].findings]
    said: dict[str, Any] = {id_: False for id_ in denied if profile.known.get(id_) is False}
    said |= dict.fromkeys(sorted(profile.not_sure))
    said |= profile.given
    said |= {id_: True for id_ in vocabulary.findings if profile.known.get(id_) is True}
    implying = [finding for finding in vocabulary.findings.values() if finding.implies]
    while excluded := [
        one.id
        for one in implying
        if said.get(one.id) is not False and any(said.get(id_) is False for id_ in one.implies)
    ]:
        said |= dict.fromkeys(excluded, False)
    return said


def said_since(earlier: Profile, now: Profile) -> dict[str, Any]:
    """What is said at a later contact; a doubt about a red flag that was present takes nothing back."""
    findings, known = now.rulebook.vocabulary.findings, earlier.known
    return {
        id_: value
        for id_, value in spoken(now).items()
        if not (value is None and known.get(id_) is True and findings[id_].red_flag)
    }


def softened(earlier: Profile, answers: Spoken) -> Spoken:
    """The answers of a later contact; a "no" that contradicts what is said there or was said before it is not sure."""
    said = {name: value for name, value in {**earlier.given, **answers}.items() if value is not None}
    doubtful = contradicted(earlier.rulebook.vocabulary, said)
    return {id_: None if value is False and id_ in doubtful else value for id_, value in answers.items()}
