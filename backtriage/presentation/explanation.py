"""Why an exercise is allowed or not, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs

from . import page, selection

if TYPE_CHECKING:
    from ..rulebook.exercises import Exercise
    from ..rulebook.rules import AnyRule
    from ..triage.outcome import Decision


@attrs.frozen(kw_only=True)
class Reason:
    """One reason for the status of an exercise.

    Attributes:
        text: The reason in words.
        rule: The rule that gives it; ``None`` where none does.
    """

    text: str
    rule: AnyRule | None = None

    def __str__(self) -> str:
        return self.text if self.rule is None else f"- {self.text} [{self.rule.id}: {page.sources(self.rule)}]"


def explain(assessment: Decision, exercise: str) -> str:
    """The status of one exercise, what to heed where it is allowed, its reasons and their sources."""
    entry = assessment.profile.rulebook.exercise(exercise)
    exercise = entry.id
    lines = [f"{entry.name}: {assessment.status(exercise).replace('_', ' ')}."]
    for found in assessment.allowed:
        if found.exercise is entry:
            lines += [f"Dose: {found.dose}.", *(f"{number}. {step}" for number, step in enumerate(entry.steps, 1))]
            lines += [f"Feel: {entry.feel}", *entry.avoid, *found.cautions, f"Later: {entry.progression}"]
    return "\n".join((*lines, *map(str, reasons(assessment, exercise))))


def reasons(assessment: Decision, exercise: str) -> Iterator[Reason]:
    """Why an exercise has its status, and what is allowed instead."""
    book = assessment.profile.rulebook
    entry, status = book.exercises[exercise], assessment.status(exercise)
    for found in assessment.allowed:
        if found.exercise is entry:
            yield from (_of(rule, rule.title) for rule in found.because)
    for held in assessment.withheld:
        if held.exercise is entry:
            waits = [f"Waits for: {book.vocabulary.questions[id_].text}" for id_ in held.waits_for]
            yield from (Reason(text=text) for text in waits or ["Waits for questions that could not be answered."])
    for stopped in assessment.excluded:
        if stopped.exercise is entry:
            yield from (_of(rule, selection.reason(rule)) for rule in stopped.because)
    if status == "not_offered":
        yield Reason(text=entry.why or f"It is offered for: {_offers(assessment, entry)}.")
    elif status == "excluded" and entry.why:
        yield Reason(text=entry.why)
    instead = [found.exercise.name for found in assessment.allowed if found.exercise.id in entry.instead]
    if instead:
        yield Reason(text=f"Instead: {'; '.join(instead)}.")


def _of(rule: AnyRule, text: str) -> Reason:
    return Reason(text=f"{text.rstrip('.')}.", rule=rule)


def _offers(assessment: Decision, exercise: Exercise) -> str:
    rules = (rule for rule in assessment.profile.rulebook.rules if rule.effect.kind == "offer")
    return "; ".join(rule.title for rule in rules if exercise.id in rule.effect.exercises)  # type: ignore[union-attr]
