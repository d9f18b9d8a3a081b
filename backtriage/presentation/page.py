"""The page a person reads: what to do now on the first screen, then the details."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from ..rulebook.rules import AnyRule, Limited, Urgency
from .selection import (
    doubts,
    left_out,
    names_what_to_leave,
    names_whom,
    other_cautions,
    reason,
    some,
    unanswered,
    urgent_cautions,
    watched,
)

if TYPE_CHECKING:
    from ..rulebook.book import RuleBook
    from ..triage.outcome import Allowed, Decision

WIDTH: Final = 78
HEADINGS: Final = {
    Urgency.EMERGENCY: "EMERGENCY: HOSPITAL NOW",
    Urgency.SAME_DAY: "BE SEEN TODAY",
    Urgency.SOON: "BE SEEN WITHIN DAYS",
    Urgency.ROUTINE: "AN ORDINARY APPOINTMENT",
    Urgency.SELF_CARE: "YOU CAN LOOK AFTER THIS YOURSELF",
}
RING_ONLY: Final = "EMERGENCY: RING NOW"
NOT_SETTLED: Final = "NOT SETTLED YET"
DISCLAIMER: Final = (
    "This is guidance, not a diagnosis. It is not a medical device and has not been reviewed by a clinician."
)


def printed(assessment: Decision) -> str:
    """The whole page."""
    return _page(
        [_now(assessment), *_sections(assessment), _reasons(assessment, lambda rule: f" [{rule.id}]: {sources(rule)}")]
    )


def details(assessment: Decision) -> str:
    """The page below what to do now, for somebody who looks nothing up: without the ids of rules and sources."""
    return _page([*_sections(assessment), _reasons(assessment, _plainly(assessment))])


def _page(sections: Iterable[Sequence[str]]) -> str:
    return "\n".join(line for section in sections for line in (*section, "")).rstrip("\n")


def _sections(a: Decision) -> Iterator[list[str]]:
    if a.action.question is not None:
        yield _next_question(a)
    if in_short := _in_short(a):
        yield in_short
    if a.urgency is not Urgency.EMERGENCY:
        yield ["WATCH FOR", *_watch_for(a)]
        if cautions := urgent_cautions(a):
            yield ["KEEP IN MIND", *_each(entry.text for entry in cautions)]
    if a.session:
        yield _session(a)
    if others := [entry for entry in a.allowed if entry not in a.session]:
        yield ["ALSO ALLOWED", *_each(f"{entry.exercise.name}: {entry.dose}." for entry in others)]
    if a.allowed:
        yield ["WHEN TO STOP", *_each(rule.effect.text for rule in a.stop_rules)]
    if names_what_to_leave(a):
        yield ["LEAVE OUT", *_left_out(a)]
    if waiting := _waiting(a):
        yield ["NOT YET: THESE WAIT FOR AN ANSWER", *waiting]
    if a.allowed and (careful := [*(entry.text for entry in other_cautions(a)), *_limits(a)]):
        yield ["BE CAREFUL", *_each(careful)]
    if a.advice and a.at_least < Urgency.SAME_DAY:
        yield ["GOOD TO KNOW", *_each(rule.effect.text for rule in a.advice)]


def _in_short(a: Decision) -> list[str]:
    """What fits on the first screen beside the message: whom to see, and today's set."""
    lines = _each([a.help], "") if a.help else []
    if a.referral is not None and names_whom(a):
        lines += _each([f"{capital(a.referral.see)}, {a.referral.by}."], "See: ")
    if a.referral is not None and a.urgency is not Urgency.EMERGENCY:
        lines += _each((rule.title for rule in a.referral.because), "Because: ")
        lines += _each((rule.title for rule in a.referral.mention), "Mention there: ")
    lines += _each(some(doubts(a)), "Could not be ruled out: ")
    lines += _each(some(unanswered(a)), "Could not be answered: ")
    if a.session:
        minutes = round(sum(entry.dose.session_seconds for entry in a.session if entry.dose.repetitions) / 60)
        walk = " and a walk" if any("walk" in entry.exercise.tags for entry in a.session) else ""
        time = f" (about {minutes} minutes{walk})" if minutes > 1 else ""
        lines += _each([f"{'; '.join(entry.exercise.name for entry in a.session)}{time}."], "Today: ")
    return lines


def _watch_for(a: Decision) -> Iterator[str]:
    for text in watched(a):
        yield from (f"{text.words}:", *_each(map(capital, text.items)))


def _limits(a: Decision) -> Iterator[str]:
    """Why doses are lower than usual: the limits that hold for this person and touch an allowed exercise."""
    allowed = {entry.exercise.id for entry in a.allowed}
    for rule in a.because:
        if isinstance(rule.effect, Limited) and rule.findings and not allowed.isdisjoint(rule.effect.limit.exercises):
            yield f"{rule.title}. {rule.because}".strip()


def heading(a: Decision) -> str:
    """How soon to be seen, in capitals."""
    level = a.action.level
    asking = not a.settled and not a.final
    if level is None or (asking and level < Urgency.SAME_DAY):
        return NOT_SETTLED
    if asking:
        return f"AT LEAST: {HEADINGS[level]}"
    if level is Urgency.EMERGENCY and a.ring_only:
        return RING_ONLY
    return f"COULD NOT BE RULED OUT: {HEADINGS[level]}" if level > a.at_least else HEADINGS[level]


def _now(a: Decision) -> list[str]:
    return [
        *headed(heading(a)),
        *(line for text in (*a.action.locked, a.action.message, *a.notices) for line in wrapped(text)),
    ]


def headed(heading: str) -> tuple[str, str]:
    """A heading, underlined."""
    return heading, "=" * len(heading)


def _next_question(a: Decision) -> list[str]:
    assert a.action.question is not None  # noqa: S101 - the caller has looked
    question = a.action.question.question
    lines = ["NEXT QUESTION", *wrapped(f"{question.text} {question.help}".strip())]
    vocabulary = a.profile.rulebook.vocabulary
    if question.kind == "checklist":
        unanswered = [id_ for id_ in question.findings if id_ not in a.profile.known]
        lines += _each((vocabulary.findings[id_].text for id_ in unanswered), "[ ] ")
        lines += ["[ ] None of these    [ ] Not sure"]
    more = len(a.questions) - 1
    return [*lines, *([f"({more} more {'question' if more == 1 else 'questions'} may follow.)"] if more else [])]


def _session(a: Decision) -> list[str]:
    lines = ["YOUR SET FOR TODAY"]
    for number, entry in enumerate(a.session, 1):
        lines += ["", *wrapped(f"{number}. {entry.exercise.name}: {entry.dose}.", indent="   ")]
        lines += _each(entry.exercise.steps, "   - ")
        lines += _each([entry.exercise.feel], "   Feel: ") if entry.exercise.feel else []
        lines += _each(_details(entry), "   ! ")
    return lines


def _details(entry: Allowed) -> Iterator[str]:
    variants = [variant for variant in entry.exercise.variants if variant.id in entry.dose.variants]
    yield from (f"{variant.name}: {variant.how}" for variant in variants)
    yield from entry.exercise.avoid
    yield from entry.cautions


def _waiting(a: Decision) -> list[str]:
    """Exercises by the questions they wait for; all of them in one line where nothing is allowed yet."""
    if not a.withheld:
        return []
    if not a.allowed:
        texts = [one.question.text for one in a.questions[:3]]
        more = f" / and {len(a.questions) - 3} more" if len(a.questions) > 3 else ""
        return _each([f"All exercises - {' / '.join(texts) or 'could not be answered'}{more}"])
    groups: dict[tuple[str, ...], list[str]] = {}
    for entry in a.withheld:
        groups.setdefault(entry.waits_for, []).append(entry.exercise.name)
    questions = a.profile.rulebook.vocabulary.questions
    return _each(
        f"{'; '.join(names)}"
        + (f" - {' / '.join(questions[id_].text for id_ in waits_for)}" if waits_for else " - could not be answered")
        for waits_for, names in groups.items()
    )


def _left_out(a: Decision) -> list[str]:
    groups, never = left_out(a)
    lines = [f"{'; '.join(names)}. {reason(rule)}" for rule, names in groups.items()]
    return _each([*lines, *([f"Never on your own: {'; '.join(never)}."] if never else [])])


def _reasons(a: Decision, cited: Callable[[AnyRule], str]) -> list[str]:
    if a.urgency is Urgency.EMERGENCY and a.referral is not None:  # what to say there, and nothing else
        said = [rule.title for rule in a.referral.because]
        return ["SAY THIS", *_each(said), "", *wrapped(DISCLAIMER)]
    urgent = [rule for rule in a.because if rule.effect.kind == "urgency"]
    lines = ["WHY", *_each(f"{rule.title}{cited(rule)}" for rule in urgent)] if urgent else []
    days = a.valid_hours // 24
    stands = (
        f"This stands for {days} {'day' if days == 1 else 'days'} if nothing changes. Ask again when anything does."
    )
    return [
        *lines,
        *([""] if lines else []),
        *(wrapped(stands) if a.valid_hours else []),
        *wrapped(DISCLAIMER),
        f"Rulebook {a.rulebook}; engine {a.engine}.",
    ]


def source_titles(rule: AnyRule, book: RuleBook) -> list[str]:
    """Who says so, by the titles of the sources; the statements of documents have none."""
    return [book.sources[ref.id].title for ref in rule.sources if ref.id in book.sources]


def _plainly(a: Decision) -> Callable[[AnyRule], str]:
    """What stands behind the title of a rule for somebody who looks nothing up."""

    def cited(rule: AnyRule) -> str:
        titles = source_titles(rule, a.profile.rulebook)
        return f" ({'; '.join(titles)})" if titles else ""

    return cited


def sources(rule: AnyRule) -> str:
    """Who says so, each with the level it gives itself, and how good the evidence is."""
    cited = ", ".join(
        f"{ref.id} ({ref.level.value.replace('_', ' ')})" if ref.level else ref.id for ref in rule.sources
    )
    mark = {"sourced": "", "second_hand": " [second-hand]", "unverified": " [unverified]"}[rule.evidence]
    return (cited or "no source") + mark + (" [level or cut-off: our judgement]" if rule.judgement else "")


def capital(text: str) -> str:
    """A text with a capital letter at its start."""
    return text[:1].upper() + text[1:]


def _each(texts: Iterable[str], mark: str = "- ") -> list[str]:
    return [
        line for text in texts for line in wrapped(f"{mark}{text}", indent=" " * len(mark) if len(mark) < 6 else "  ")
    ]


def wrapped(text: str, indent: str = "") -> list[str]:
    """A text in lines that fit."""
    return textwrap.wrap(text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
