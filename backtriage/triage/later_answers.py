"""What still stands of earlier answers once more is said."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ..findings.conditions import Known
from ..findings.door import read_once
from ..findings.vocabulary import Vocabulary, is_said


def by_name(answers: Mapping[str, object], vocabulary: Vocabulary) -> dict[str, object]:
    """The same answers, in which a finding that is not sure is ``None`` by its name, as it takes the place of an
    earlier answer; what else stands in ``not_sure`` stays there."""
    said = dict(answers)
    for group in ("denies", "not_sure"):
        if group in said:
            said[group] = read_once(said[group])
    unsure = said.get("not_sure")
    if isinstance(unsure, tuple):
        alone = [name for name in unsure if isinstance(name, str) and name in vocabulary.findings and name not in said]
        said["not_sure"] = tuple(name for name in unsure if name not in alone)
        said |= dict.fromkeys(alone)
    return said


def standing(
    new: Mapping[str, object],
    vocabulary: Vocabulary,
    *,
    given: Mapping[str, object],
    denied: Iterable[str],
    not_sure: Iterable[str],
    known: Known,
) -> tuple[dict[str, object], list[str]]:
    """The earlier answers, and the earlier denials, that still stand once something new is said, which counts more."""
    answers: dict[str, object] = {name: value for name, value in given.items() if name not in new}
    for name, value in new.items():
        for consequence in vocabulary.implied.get(name, ()) if value is None else ():
            if answers.get(consequence) is False:
                answers[consequence] = None
    both = {**dict.fromkeys(not_sure), **answers, **new}
    follow = {id_ for name, value in both.items() if is_said(value) for id_ in vocabulary.says.get(name, ())}
    denies = list(denied)
    # Only what the new answers contradict is asked again: another "no" beside what it contradicts has stood before.
    before = contradicted(vocabulary, {**dict.fromkeys(not_sure), **answers}, denies)
    for needed in [id_ for id_ in contradicted(vocabulary, both, denies) if id_ not in before]:
        answers.pop(needed, None)
        checklist = vocabulary.findings[needed].checklist
        if checklist in denies and needed not in new:
            denies.remove(checklist)
            beside = {needed, *follow, *answers, *new}
            others = [id_ for id_ in vocabulary.checklists[checklist].findings if id_ not in beside]
            answers |= {id_: False for id_ in others if known.get(id_) is False}
    for pair in vocabulary.impossible({**answers, **new}):
        for id_ in (pair.finding, pair.of):
            answers.pop(id_, None)
    return answers, denies


def contradicted(vocabulary: Vocabulary, said: Mapping[str, object], denies: Iterable[str] = ()) -> list[str]:
    """The findings answered absent that something said says are present, or that shut a gate before a red flag.

    Args:
        vocabulary: The findings.
        said: Answers, ``None`` for not sure; those that are not valid say nothing.
        denies: Checklists that are denied.
    """
    known = {id_: value for id_, value in said.items() if id_ in vocabulary.findings}
    unsure: Collection[str] = [id_ for id_, value in known.items() if value is None]
    valid: Any = {id_: value for id_, value in known.items() if not vocabulary.findings[id_].problem_with(value)}
    closed = vocabulary.close(valid, list(denies), unsure)
    flags = [id_ for id_, value in valid.items() if is_said(value) and vocabulary.findings[id_].red_flag]
    needed = [
        *[id_ for _, id_ in closed.contradictions],
        *[id_ for flag in flags for id_ in vocabulary.shut(flag, closed.known)],
    ]
    return [id_ for id_ in dict.fromkeys(needed) if valid.get(id_, False) is False and id_ not in unsure]
