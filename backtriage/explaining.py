"""Why an exercise is allowed or not, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import page

if TYPE_CHECKING:
    from .assessment import Assessment
    from .rules import AnyRule


def explain(assessment: Assessment, exercise: str) -> str:
    """The status of one exercise, its reasons and their sources."""
    status = assessment.status(exercise)
    entry = assessment.profile.rulebook.exercises[exercise]
    lines = [f"{entry.name}: {status.replace('_', ' ')}."]
    for found in assessment.allowed:
        if found.exercise is entry:
            lines += [f"Dose: {found.dose}.", *(f"{number}. {step}" for number, step in enumerate(entry.steps, 1))]
            lines += [f"Feel: {entry.feel}", *entry.avoid, *found.cautions, f"Later: {entry.progression}"]
            lines += [_because(rule, rule.title) for rule in found.because]
    for held in assessment.withheld:
        if held.exercise is entry:
            questions = assessment.profile.rulebook.vocabulary.questions
            lines += [f"Waits for: {questions[id_].text}" for id_ in held.waits_for] or [
                "Waits for questions that could not be answered."
            ]
    for stopped in assessment.excluded:
        if stopped.exercise is entry:
            lines += [_because(rule, page.reason(rule)) for rule in stopped.because]
    if status == "not_offered":
        lines.append(entry.why or "No offer fits: " + _offers(assessment, exercise))
    elif status == "excluded" and entry.why:
        lines.append(entry.why)
    instead = [found.exercise.name for found in assessment.allowed if found.exercise.id in entry.instead]
    if instead:
        lines.append(f"Instead: {'; '.join(instead)}.")
    return "\n".join(lines)


def _because(rule: AnyRule, text: str) -> str:
    return f"- {text.rstrip('.')}. [{rule.id}: {page.sources(rule)}]"


def _offers(assessment: Assessment, exercise: str) -> str:
    rules = (rule for rule in assessment.profile.rulebook.rules if rule.effect.kind == "offer")
    return "; ".join(rule.title for rule in rules if exercise in rule.effect.exercises) + "."  # type: ignore[union-attr]
