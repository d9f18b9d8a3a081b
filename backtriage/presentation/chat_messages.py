"""What a chatbot says: an assessment as short messages in order, each with the rulebook's text that it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, cast

import attrs

from ..findings.ranked import Named
from ..rulebook.messages import SIGNS
from ..rulebook.rules import AnyRule, Rule, Urgency, Urgent
from ..triage.action import listed, unlocked
from ..triage.outcome import Decision
from .page import (
    capital,
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

LEAVE_OUT: Final = "Leave out:{list}\n{reason}"
NOT_YET: Final = "Not yet:{list}\nWe need some more answers first."
NEVER: Final = "Never on your own:{list}"
SAFETY_NET: Final = "messages.safety_net."
SEE: Final = "Whom to see:{list}\nWhen: {by}."


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
        text: The words.
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
    text: str
    locked: bool = False
    address: str
    rules: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


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
    texts = {shown: id_ for id_, text in said.locked.items() for shown in _as_shown(a, text)}
    for text in a.action.locked:
        id_ = texts[text]
        rules = [rule for rule in _urgent(a) if id_ == said.locked_for(rule.effect.locked, a.at_least)]
        yield _message(Part.NOW, text, f"messages.locked.{id_}", rules, locked=True)


def _as_shown(a: Decision, text: str) -> tuple[str, str]:
    """A text of the rulebook as the region fills it; and where the urgent line has been named before it."""
    region = a.profile.rulebook.region(a.region)
    again = a.profile.rulebook.messages.again
    return region.filled(text), region.filled_once((region.urgent, text), again)[-1]


def _now(a: Decision) -> Iterator[ChatMessage]:
    """The action's message, taken apart into the texts it was made of, so that each has its address."""
    texts = (found for found in _texts(a) if found[2])
    known = {shown: (address, locked) for address, locked, text in texts for shown in _as_shown(a, text)}
    behind = a.referral.because if a.referral is not None else ()
    rest = a.action.message
    while rest:
        text = max((text for text in known if rest.startswith(text)), key=len, default="")
        if not text:  # INVARIANT: never, as all that a message is made of is known; better in one piece than not at all
            text = rest
        address, locked = known.get(text, ("action.message", True))
        heading = address.removeprefix(SAFETY_NET)
        shown = _signs(a, heading) if heading != address else text
        yield _message(Part.NOW, shown, address, behind, locked=locked)
        rest = rest[len(text) :].strip()
    for notice in a.notices:
        yield ChatMessage(part=Part.NOW, text=notice, address=f"regions.{a.region}.notice")
    if a.final:
        open_ = _list([*some(doubts(a))])
        yield _message(Part.NOW, f"Could not be ruled out:{open_}", "rules", a.not_ruled_out)
        unknown = _list(some(unanswered(a)))
        yield ChatMessage(part=Part.NOW, text=f"Could not be answered:{unknown}", address="questions")
    if a.action.question is not None:
        question = a.action.question.question
        yield ChatMessage(
            part=Part.NOW, text=f"{question.text} {question.help}".strip(), address=f"questions.{question.id}"
        )


def _texts(a: Decision) -> Iterator[tuple[str, bool, str]]:
    """Address, whether it is locked, and text, of everything that the action's message may be made of."""
    texts = a.profile.rulebook.messages
    behind = a.referral.because if a.referral is not None else ()
    own = [rule for rule in unlocked(behind) if rule.id not in a.profile.rulebook.added]
    sees = listed(rule.effect.see for rule in own if rule.effect.see)
    for level, said in texts.levels.items():
        address = f"messages.levels.{level.value}"
        first, stop, rest = said.say.partition(". ") if level is Urgency.SELF_CARE else (said.say, "", "")
        yield f"{address}.say", True, first + stop.strip()
        yield f"{address}.say", False, rest
        yield f"{address}.ring_only", True, said.ring_only
        yield f"{address}.first", True, said.first.replace("{see}", sees)
        for key in ("moving", "resting", "gentle", "begin"):
            yield f"{address}.{key}", False, getattr(said, key)
    for key in ("unsettled", "unsettled_walking", "unsettled_mild", "not_ruled_out"):
        yield f"messages.{key}", True, getattr(texts, key)
    for heading, signs in a.safety_net.items():
        yield f"{SAFETY_NET}{heading}", True, f"{heading}: {signs}."
    for rule in _urgent(a):
        yield f"rules.{rule.id}.why", False, rule.effect.why


def _when(a: Decision) -> Iterator[ChatMessage]:
    referral = a.referral
    if referral is None or not names_whom(a):
        return  # the emergency's message has said it
    text = SEE.format(list=_list(referral.see.split("; ")), by=referral.by)
    yield _message(Part.WHEN, text, f"messages.levels.{referral.level.value}.see", referral.because, locked=True)


def _safe(a: Decision) -> Iterator[ChatMessage]:
    for entry in a.session:
        text = f"{entry.exercise.name}:{_list(str(entry.dose).split('; '))}"
        yield _message(Part.SAFE, text, f"exercises.{entry.exercise.id}.name", entry.because)


def _avoid(a: Decision) -> Iterator[ChatMessage]:
    if not names_what_to_leave(a):
        return
    groups, never = left_out(a)
    for rule, names in groups.items():
        text = LEAVE_OUT.format(list=_list(names), reason=reason(rule))
        yield _message(Part.AVOID, text, f"rules.{rule.id}.because", [rule])
    if a.withheld:
        waiting = _list(entry.exercise.name for entry in a.withheld)
        yield ChatMessage(part=Part.AVOID, text=NOT_YET.format(list=waiting), address="exercises")
    if never:
        yield ChatMessage(part=Part.AVOID, text=NEVER.format(list=_list(never)), address="exercises")


def _stop(a: Decision) -> Iterator[ChatMessage]:
    for rule in a.stop_rules if a.allowed else ():
        yield _message(Part.STOP, rule.effect.text, f"rules.{rule.id}.say", [rule], locked=True)


def _watch(a: Decision) -> Iterator[ChatMessage]:
    if a.urgency is Urgency.EMERGENCY:
        return
    for heading, _ in watched(a):
        yield ChatMessage(part=Part.WATCH, text=_signs(a, heading), address=f"{SAFETY_NET}{heading}")
    for entry in urgent_cautions(a):
        yield _message(Part.WATCH, entry.text, f"rules.{entry.rule.id}.caution", [entry.rule])


def _signs(a: Decision, heading: str) -> str:
    """The signs to watch for under one heading of the safety net, one a line."""
    return f"{heading}:{_list(a.safety_net[heading].split(SIGNS))}"


def _list(items: Iterable[str]) -> str:
    """One item a line."""
    return "".join(f"\n- {capital(item)}" for item in items)


def _message(part: Part, text: str, address: str, rules: Iterable[AnyRule], *, locked: bool = False) -> ChatMessage:
    rules = tuple(rules)
    sources = tuple(dict.fromkeys(ref.id for rule in rules for ref in rule.sources))
    ids = tuple(rule.id for rule in rules)
    return ChatMessage(part=part, text=text, locked=locked, address=address, rules=ids, sources=sources)


def _urgent(a: Decision) -> list[Rule[Urgent]]:
    return [cast("Rule[Urgent]", rule) for rule in a.because if isinstance(rule.effect, Urgent)]
