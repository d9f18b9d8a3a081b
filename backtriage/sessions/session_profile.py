"""The person in a session: what was known before it, with everything reported in it."""

from __future__ import annotations

from ..assessment import Assessment, assess
from ..findings.conditions import Value
from ..findings.finding import Number
from ..rulebook.rules import AnyRule, Urgency, Urgent
from ..triage.profile import Profile
from .pain_course import PAIN_SCORE, fitted
from .session_course import SessionCourse
from .session_reports import GATE, behind_exercise
from .spoken import softened


def with_reports(began_with: Assessment, course: SessionCourse) -> Assessment:
    """What the rules say about the person with all that was reported; what was not mentioned has not changed.

    What was present before the session stays present, and the pain counts for no less than before it: nothing said in
    it calms. Exercise in the session opens the gate of what exercise may have done, so that a doubt about it counts.
    """
    profile = began_with.profile
    findings = course.book.vocabulary.findings
    answers: dict[str, Value | None] = {**_nothing_yet(profile)} if course.exercised else {}
    answers |= {
        id_: value
        for id_, value in course.latest.items()
        if profile.known.get(id_) is not True or findings[id_].clearance
    }
    answers.update(dict.fromkeys(course.ever, True))
    if course.pain.first is not None:
        answers[PAIN_SCORE] = max(course.pain.latest, profile.given.get(PAIN_SCORE, 0))
    if course.exercised:
        for id_, bounds in course.bounds(course.pain.raised or course.pain.first).items():
            finding, before = findings.get(id_), profile.given.get(id_, 0)
            if isinstance(finding, Number):
                answers[id_] = max(fitted(finding, bounds.low), before)
        for pair in course.book.vocabulary.impossible(answers):  # the worst of each may be of different exercise
            answers[pair.of] = answers[pair.finding]
    if course.exercised and GATE in findings:
        answers[GATE] = True
    later = profile.after(softened(profile, answers))
    return assess(later, engine=began_with.engine, region=began_with.region)  # type: ignore[arg-type]


def _nothing_yet(profile: Profile) -> dict[str, Value]:
    """What the gate of exercise kept shut before the session: when it opens, nothing of it has happened yet."""
    found: dict[str, Value] = {}
    for id_ in behind_exercise(profile.rulebook):
        finding = profile.rulebook.vocabulary.findings[id_]
        if id_ in profile.given or id_ in profile.not_sure or id_ not in profile.known:
            continue  # somebody has spoken of it, or it was open already
        if isinstance(finding, Number):
            found[id_] = fitted(finding, 0)
        elif profile.known[id_] is False:
            found[id_] = False
    return found


def risen(began_with: Assessment, now: Assessment) -> tuple[AnyRule, ...]:
    """The urgency rules that the session has brought up, worst first.

    Those that fire now and did not before it, at the level it began with or above; then those that may hold and would
    be worse than anything that was possible before it.
    """
    from_ = max(began_with.at_least, Urgency.ROUTINE)
    fired = [rule for rule in now.because if (level := _level(rule)) and level >= from_]
    open_ = [rule for rule in now.open if (level := _level(rule)) and began_with.could_be < level <= now.could_be]
    return tuple(rule for rule in (*fired, *open_) if rule not in began_with.because)


def _level(rule: AnyRule) -> Urgency | None:
    return rule.effect.level if isinstance(rule.effect, Urgent) else None


def doubts(began_with: Assessment, now: Assessment, course: SessionCourse) -> tuple[str, ...]:
    """Red flags that somebody was not sure of, where a stop rule waits for the answer, or a level that is urgent or
    above all that was possible at the beginning."""
    book, not_sure = course.book, now.profile.not_sure
    said = {*course.latest, *behind_exercise(book)}
    waiting = {id_ for rule, holds in course.waiting if not holds for id_ in rule.findings}
    for rule in now.open:
        if (level := _level(rule)) and (level >= Urgency.SAME_DAY or level > began_with.could_be):
            waiting |= rule.findings
    findings = book.vocabulary.findings
    return tuple(id_ for id_ in findings if findings[id_].red_flag and id_ in said & not_sure & waiting)
