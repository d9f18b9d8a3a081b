"""What comes of suppositions, and what a person reads: what a result turns on, and why none of it is advice to answer
otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final

import attrs

from ..findings.finding import Choice, Number, YesNo
from ..findings.vocabulary import Question, Vocabulary
from ..presentation import explanation, page, selection
from ..rulebook.exercises import Exercise
from ..rulebook.rules import AnyRule
from ..triage.outcome import Decision
from .fewest import MOST
from .supposing import Kind, Outlook, Supposed, Supposition

SHOWN: Final = 3
"""So many equally small suppositions are printed; all of them stand in the result."""
AS_IT_IS: Final = """\
Answer each question as things are. A sign that is there, or that you are not sure of, has to be said: it decides what \
you need, and that comes before any exercise."""
AS_IT_WAS: Final = """\
What has been said stands for today. When something has really changed, assess afresh, with every answer as it is \
then."""
SEEN_FIRST: Final = "Being seen comes first. No other answer makes up for that."
STANDS: Final = "This rests on what has been said, and no question that is open would change it."
STOP: Final = """\
If one of these comes, stop, do what stands above it, and assess afresh. The rules for when to stop an exercise hold \
as well."""


@attrs.frozen(kw_only=True)
class WhatIf:
    """What the status of an exercise turns on.

    Attributes:
        now: The assessment as it is.
        exercise: The catalogue entry.
        status: ``allowed``, ``withheld``, ``excluded`` or ``not_offered``, as it is.
        allowing: For one that is not allowed: every smallest set of answers with which it would be.
        taking_away: For one that is allowed: every single answer with which it would not be.
        outlook: What can be supposed to allow it; ``nothing`` for one that is allowed.
        because: The rules that no supposition gets past, where there is none.

    >>> import backtriage as bt
    >>> result = bt.assess(new_bladder_change=True).what_if("bridge")
    >>> result.outlook, result.because
    (<Outlook.SEEN_FIRST: 'seen_first'>, (<Rule ces-bladder: New trouble with the bladder>,))
    """

    now: Decision = attrs.field(eq=False, repr=False)
    exercise: Exercise
    status: str
    allowing: tuple[Supposition, ...] = ()
    taking_away: tuple[Supposition, ...] = ()
    outlook: Outlook
    because: tuple[AnyRule, ...] = ()

    def __str__(self) -> str:
        return "\n".join(of_exercise(self))

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data: text, numbers, lists and mappings only."""
        return {
            "exercise": self.exercise.id,
            "status": self.status,
            "outlook": self.outlook.value,
            "because": [rule.id for rule in self.because],
            "allowing": [_plain(one, self.exercise) for one in self.allowing],
            "taking_away": [_plain(one, self.exercise) for one in self.taking_away],
        }


@attrs.frozen(kw_only=True)
class WhatWouldChange:
    """What the action turns on.

    Attributes:
        now: The assessment as it is.
        up: Every single answer that would make it certainly more urgent than what to do now.
        down: Every smallest set of answers with which nothing worse than what is certain could be left; where the
            urgency is settled, with which it would be less.
        outlook: What can be supposed for the better.
        because: The rules that no supposition gets past, where there is none.

    >>> import backtriage as bt
    >>> result = bt.assess().what_would_change()
    >>> result.outlook, [str(one.then.urgency) for one in result.up if one.answers == {"new_bladder_change": True}]
    (<Outlook.MANY: 'many'>, ['emergency'])
    """

    now: Decision = attrs.field(eq=False, repr=False)
    up: tuple[Supposition, ...]
    down: tuple[Supposition, ...] = ()
    outlook: Outlook
    because: tuple[AnyRule, ...] = ()

    def __str__(self) -> str:
        return "\n".join(of_action(self))

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data: text, numbers, lists and mappings only."""
        return {
            "outlook": self.outlook.value,
            "because": [rule.id for rule in self.because],
            "up": [_plain(one) for one in self.up],
            "down": [_plain(one) for one in self.down],
        }


def _plain(one: Supposition, exercise: Exercise | None = None) -> dict[str, Any]:
    return {
        "supposed": [_answer(supposed) for supposed in one.supposed],
        "at_least": one.then.at_least.value,
        "could_be": one.then.could_be.value,
        **({"status": one.then.status(exercise.id)} if exercise else {}),
    }


def _answer(one: Supposed) -> dict[str, Any]:
    answers = {"least": one.answers[0], "greatest": one.answers[-1]} if isinstance(one.finding, Number) else one.answers
    return {
        "finding": one.finding.id,
        "kind": one.kind.value,
        "was": one.was,
        "answers": answers if isinstance(answers, dict) else list(answers),
    }


def of_exercise(result: WhatIf) -> Iterator[str]:
    """What the status of an exercise turns on."""
    a, name = result.now, result.exercise.name
    if result.status == "allowed":
        yield from page.wrapped(f"{name}: allowed. Any one of these would take it away.")
        yield from _warnings(result.taking_away, lambda one: _taken(one, result))
        yield from page.wrapped(STOP)
        return
    if result.outlook in (Outlook.OPEN, Outlook.MANY, Outlook.NEVER) and result.status != "withheld":
        yield from (line for text in explanation.explain(a, result.exercise.id).splitlines() for line in _item(text))
    else:
        yield f"{name}: {result.status.replace('_', ' ')}."
    match result.outlook:
        case Outlook.OPEN:
            yield from _suppositions(result.allowing, "It would be allowed")
        case Outlook.MANY:
            yield from _many(a, "allow it")
        case Outlook.NEVER:
            yield from page.wrapped("No answer changes that, whoever asks.")
        case _:
            yield from _stands(result, a)


def of_action(result: WhatWouldChange) -> Iterator[str]:
    """What the action turns on."""
    a = result.now
    level = a.action.level
    yield f"Now: {page.HEADINGS[level] if level else page.NOT_SETTLED}"
    if result.up:
        yield from page.wrapped("It would be more urgent with any one of these:")
        yield from _warnings(result.up, lambda one: page.HEADINGS[one.then.at_least])
    match result.outlook:
        case Outlook.OPEN:
            settled = result.down[0].then.at_least
            yield from _suppositions(result.down, f'It would be settled as "{page.HEADINGS[settled]}"')
        case Outlook.MANY:
            yield from _many(a, "make it less urgent" if a.settled else "settle it")
        case Outlook.SEEN_FIRST | Outlook.STANDS:
            yield "Nothing makes it less urgent:"
            yield from _stands(result, a)


# -- what would allow or settle ---------------------------------------------------------------------------------------


def _suppositions(suppositions: Sequence[Supposition], then: str) -> Iterator[str]:
    for number, one in enumerate(suppositions[:SHOWN]):
        start = "Or" if number else f"{then} if"
        yield from page.wrapped(f"{start} {'all of this were' if len(one.supposed) > 1 else 'this were'} so:")
        yield from _supposed(one)
    if len(suppositions) > SHOWN:
        yield f"Or {len(suppositions) - SHOWN} more that are as small."
    kinds = {each.kind for one in suppositions for each in one.supposed}
    if Kind.ANSWER in kinds:
        yield from page.wrapped(AS_IT_IS)
    if kinds - {Kind.ANSWER}:
        yield from page.wrapped(AS_IT_WAS)


def _supposed(supposition: Supposition) -> Iterator[str]:
    vocabulary = supposition.then.profile.rulebook.vocabulary
    for question, together in _by_question(supposition.supposed, vocabulary):
        for how, ones in groupby(together, key=_how):
            yield from _item(f"- {how}: {_words(question, list(ones))}")


def _how(one: Supposed) -> str:
    """By what an answer can come to be so."""
    match one.kind:
        case Kind.ANSWER:
            return "To be answered"
        case Kind.CLEARANCE:
            return "From a professional"
        case Kind.COURSE:
            return "If it came" if isinstance(one.finding, YesNo) else "With time"


def _words(question: Question, ones: Sequence[Supposed]) -> str:
    """A question with the answers that are supposed."""
    absent = [one.finding.text for one in ones if one.answers == (False,)]
    present = [one.finding.text for one in ones if one.answers == (True,)]
    help_ = f" ({question.help.rstrip('.')}.)" if question.help else ""
    if question.kind == "yes_no":
        return f"{question.text} {'No' if absent else 'Yes'}.{help_}"
    if question.kind != "checklist":
        return f"{question.text} {_value(ones[0])}."
    said = [f"None of: {'; '.join(absent)}."] if absent else []
    return " ".join([question.text, *([f"{'; '.join(present)}."] if present else []), *said])


def _value(one: Supposed) -> str:
    finding = one.finding
    if isinstance(finding, Choice):
        now = f"; now: {finding.options[str(one.was)]}" if one.was is not None else ""
        return " / ".join(finding.options[option] for option in one.answers) + now
    assert isinstance(finding, Number)  # noqa: S101 - yes/no findings are told by their text
    least, greatest = one.answers
    now = f"; now: {one.was:g}" if one.was is not None else ""
    if least == greatest:
        return f"{least:g} {finding.unit}{now}"
    if greatest == finding.maximum:
        return f"{least:g} {finding.unit} or more{now}"
    if least == finding.minimum:
        return f"{greatest:g} {finding.unit} or less{now}"
    return f"{least:g} to {greatest:g} {finding.unit}{now}"


def _many(a: Decision, aim: str) -> Iterator[str]:
    yield from page.wrapped(f"No answers to {MOST} questions or fewer would {aim}.")
    if a.questions:
        yield from page.wrapped(f"The next question: {a.questions[0].question.text}")


def _stands(result: WhatIf | WhatWouldChange, a: Decision) -> Iterator[str]:
    """Why nothing can be supposed, with the rules and whom to see."""
    for rule in result.because:
        yield from _item(f"- {_reason(rule)} [{rule.id}: {page.sources(rule)}]")
    if result.outlook is Outlook.STANDS:
        yield from page.wrapped(f"{STANDS} {AS_IT_WAS}")
        return
    yield from page.wrapped(SEEN_FIRST)
    if a.referral:
        yield from page.wrapped(f"See: {a.referral.see}, {a.referral.by}.")


def _reason(rule: AnyRule) -> str:
    reason = selection.reason(rule) if rule.effect.kind in ("urgency", "exclude") else ""
    return f"{rule.title}. {reason}".strip()


# -- what would warn --------------------------------------------------------------------------------------------------


def _taken(one: Supposition, result: WhatIf) -> str:
    if one.then.at_least > result.now.at_least:
        return page.HEADINGS[one.then.at_least]
    return "ON HOLD UNTIL MORE IS ANSWERED" if one.then.status(result.exercise.id) == "withheld" else "LEFT OUT"


def _warnings(suppositions: Iterable[Supposition], headings: Callable[[Supposition], str]) -> Iterator[str]:
    """Single answers by what they lead to, the most urgent first; what they only imply is not told."""
    by_heading: dict[str, list[Supposed]] = {}
    for one in sorted(suppositions, key=lambda one: -one.then.at_least.rank):
        implied = {id_ for each in one.supposed for id_ in each.finding.implies}
        told = [each for each in one.supposed if each.finding.id not in implied]
        by_heading.setdefault(headings(one), []).extend(told)
        vocabulary = one.then.profile.rulebook.vocabulary
    for heading, told in by_heading.items():
        yield heading
        for question, together in _by_question(told, vocabulary):
            yield from _item(f"- {_words(question, together)}")


def _by_question(supposed: Iterable[Supposed], vocabulary: Vocabulary) -> Iterator[tuple[Question, list[Supposed]]]:
    """Answers under their questions; numbers and choices one by one."""

    def question(one: Supposed) -> str:
        return vocabulary.question_of[one.finding.id]

    for id_, together in groupby(supposed, key=question):
        checklist = id_ in vocabulary.checklists
        yield from (
            (vocabulary.questions[id_], ones) for ones in ([[*together]] if checklist else [[o] for o in together])
        )


def _item(text: str) -> list[str]:
    return page.wrapped(text, indent="  " if text.startswith("- ") else "")
