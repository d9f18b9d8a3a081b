"""What a chatbot says: an assessment as short messages in order, each with the rulebook's text that it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from ..findings.ranked import Named
from ..rulebook.rules import AnyRule, Urgency, Urgent
from ..rulebook.texts import ListText, Text
from ..triage.outcome import Decision
from .page import capital
from .selection import (
    doubts,
    left_out,
    names_what_to_leave,
    names_whom,
    reason,
    some,
    unanswered,
    urgent_cautions,
    watched,
)

LEAVE_OUT: Final = "Leave out"
NOT_YET: Final = "Not yet"
NEEDS_ANSWERS: Final = "We need some more answers first."
NEVER: Final = "Never on your own"
WHOM: Final = "Whom to see"
WHEN: Final = "When: {by}."
NOT_RULED_OUT: Final = "Could not be ruled out"
NOT_ANSWERED: Final = "Could not be answered"


class Part(Named):
    """What a message is about; messages come in this order."""

    NOW = "now"
    WHEN = "when"
    SAFE = "safe"
    AVOID = "avoid"
    STOP = "stop"
    WATCH = "watch"


@attrs.frozen(kw_only=True)
class ChatMessage:
    """One message.

    Attributes:
        part: What it is about.
        lead: The words, or what stands before their list.
        items: The list, if there is one.
        after: What stands after the list.
        text: All of it, an item of the list a line.
        locked: It must be shown word for word.
        address: Where the rulebook has the text, as in ``messages.levels.soon.say`` or ``exercises.walking.name``.
        rules: Ids of the rules behind it.
        sources: Ids of their sources.

    >>> import backtriage as bt
    >>> first = messages(bt.assess(new_bladder_change=True, region="GB"))[0]
    >>> first.part.value, first.locked, first.address, first.rules
    ('now', True, 'messages.levels.emergency.say', ('ces-bladder',))
    """

    part: Part
    lead: str = attrs.field(repr=False)
    items: tuple[str, ...] = attrs.field(default=(), repr=False)
    after: str = attrs.field(default="", repr=False)
    text: str = attrs.field(init=False)
    locked: bool = False
    address: str
    rules: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @text.default
    def _text(self) -> str:
        lines = (f"{self.lead}:" if self.items else self.lead, *[f"- {item}" for item in self.items])
        return "\n".join((*lines, self.after) if self.after else lines)


def messages(assessment: Decision) -> tuple[ChatMessage, ...]:
    """What to tell a person: what to do now, by when, what is safe, what to avoid, when to stop, what to watch for.

    The locked ones (a crisis, what to do now, whom to see, when to stop) are to be shown word for word; the others may
    be put in other words, or left for later.

    >>> import backtriage as bt
    >>> everything = list(bt.default_rulebook().vocabulary.checklists)
    >>> a = bt.assess(age=41, pain_score=3, pain_duration_days=9, lower_back_pain=True, denies=everything)
    >>> [message.text for message in messages(a) if message.part is Part.SAFE][0]
    'Walking:\\n- 5 minutes, up to 30\\n- 2 sessions a day, up to 3\\n- Every day'
    """
    parts = (_crisis, _now, _when, _safe, _avoid, _stop, _watch)
    return tuple(message for part in parts for message in part(assessment))


def _crisis(a: Decision) -> Iterator[ChatMessage]:
    said = a.profile.rulebook.messages
    behind: dict[str, list[AnyRule]] = {}
    for rule in a.because:
        if isinstance(rule.effect, Urgent) and rule.effect.locked:
            address = said.locked_text(said.locked_for(rule.effect.locked, a.at_least)).address
            behind.setdefault(address, []).append(rule)
    for text in a.action.shown_first:
        yield _message(Part.NOW, text, behind[text.address])


def _now(a: Decision) -> Iterator[ChatMessage]:
    behind = a.referral.because if a.referral is not None else ()
    for text in a.action.parts:
        yield _message(Part.NOW, text, behind)
    for notice in a.notices:
        yield _message(Part.NOW, Text(f"regions.{a.region}.notice", notice))
    if a.final:
        yield _message(Part.NOW, ListText("rules", NOT_RULED_OUT, items=tuple(some(doubts(a)))), a.not_ruled_out)
        yield _message(Part.NOW, ListText("questions", NOT_ANSWERED, items=tuple(some(unanswered(a)))))
    if a.action.question is not None:
        question = a.action.question.question
        yield _message(Part.NOW, Text(f"questions.{question.id}", f"{question.text} {question.help}".strip()))


def _when(a: Decision) -> Iterator[ChatMessage]:
    referral = a.referral
    if referral is None or not names_whom(a):
        return  # the emergency's message has said it
    address = f"messages.levels.{referral.level.value}.see"
    text = ListText(address, WHOM, locked=True, items=tuple(map(str, referral.parts)))
    yield _message(Part.WHEN, text, referral.because, after=WHEN.format(by=referral.by))


def _safe(a: Decision) -> Iterator[ChatMessage]:
    for entry in a.session:
        exercise = entry.exercise
        text = ListText(f"exercises.{exercise.id}.name", exercise.name, items=entry.dose.parts)
        yield _message(Part.SAFE, text, entry.because)


def _avoid(a: Decision) -> Iterator[ChatMessage]:
    if not names_what_to_leave(a):
        return
    groups, never = left_out(a)
    for rule, names in groups.items():
        text = ListText(f"rules.{rule.id}.because", LEAVE_OUT, items=tuple(names))
        yield _message(Part.AVOID, text, [rule], after=reason(rule))
    if waiting := tuple([entry.exercise.name for entry in a.withheld]):
        yield _message(Part.AVOID, ListText("exercises", NOT_YET, items=waiting), after=NEEDS_ANSWERS)
    if never:
        yield _message(Part.AVOID, ListText("exercises", NEVER, items=tuple(never)))


def _stop(a: Decision) -> Iterator[ChatMessage]:
    for rule in a.stop_rules if a.allowed else ():
        yield _message(Part.STOP, Text(f"rules.{rule.id}.say", rule.effect.text, locked=True), [rule])


def _watch(a: Decision) -> Iterator[ChatMessage]:
    if a.urgency is Urgency.EMERGENCY:
        return
    for text in watched(a):
        yield _message(Part.WATCH, text)
    for entry in urgent_cautions(a):
        yield _message(Part.WATCH, Text(f"rules.{entry.rule.id}.caution", entry.text), [entry.rule])


def _message(part: Part, text: Text, behind: Iterable[AnyRule] = (), *, after: str = "") -> ChatMessage:
    """A text as a message, with the rules behind it and their sources."""
    rules = tuple(behind)
    return ChatMessage(
        part=part,
        lead=text.words,
        items=tuple(map(capital, text.items)) if isinstance(text, ListText) else (),
        after=after,
        locked=text.locked,
        address=text.address,
        rules=tuple([rule.id for rule in rules]),
        sources=tuple(dict.fromkeys([ref.id for rule in rules for ref in rule.sources])),
    )
