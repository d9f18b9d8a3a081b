"""What the person is told to do now: the level's message with what the rules add."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import attrs

from ..rulebook.rules import Rule, Urgency, Urgent
from ..rulebook.texts import Text, listed
from .disposition import Disposition
from .next_step import Action, ActionKind, OpenQuestion
from .referral import whom_of
from .safety_net import safety_net


def action(to: Disposition, questions: Sequence[OpenQuestion], *, exercises: bool) -> Action:
    """What to do now.

    Args:
        to: How soon the person is to be seen, and by which rules.
        questions: The questions that are left, the next one first.
        exercises: Whether any exercise is allowed.
    """
    messages = to.profile.rulebook.messages
    for_level = _for_level(to, exercises=exercises)
    if to.settled:
        return _action(to, ActionKind.RESULT, for_level)
    if to.final:
        texts = [messages.text("not_ruled_out"), *for_level]
        if to.could_be is Urgency.EMERGENCY:
            texts.append(attrs.evolve(safety_net(to.profile)[0], locked=True))
        return _action(to, ActionKind.NOT_RULED_OUT, texts)
    texts = [messages.text(key) for key in _unsettled(to, questions)]
    if to.level > Urgency.SELF_CARE:
        texts = [*for_level, *texts] if to.acts_now else [*texts, *for_level]
    return _action(to, ActionKind.ASK, texts, questions[0])


def _action(to: Disposition, kind: ActionKind, texts: Iterable[Text], question: OpenQuestion | None = None) -> Action:
    """What to do, in these words; each telephone line is named in full once."""
    own, added = _locked(to)
    filled = to.region.filled_once([*own, *texts], to.profile.rulebook.messages.again)
    return Action(
        kind=kind,
        level=None if kind is ActionKind.ASK and to.level is Urgency.SELF_CARE else to.level,
        shown_first=(*filled[: len(own)], *[text.filled(to.region.filled) for text in added]),
        parts=tuple([text for text in filled[len(own) :] if text.words]),
        question=question,
    )


def _locked(to: Disposition) -> tuple[list[Text], list[Text]]:
    """The messages to be shown word for word, the worst first: one for one suspicion. Then those of overlays."""
    book = to.profile.rulebook
    first: dict[str, Rule[Urgent]] = {}
    for rule in to.fired:
        if rule.effect.locked:
            first.setdefault(rule.effect.suspects, rule)
    keys = {rule.id: book.messages.locked_for(rule.effect.locked, to.at_least) for rule in first.values()}
    own = dict.fromkeys([key for id_, key in keys.items() if id_ not in book.added])
    added = dict.fromkeys([key for key in keys.values() if key not in own])
    return [*map(book.messages.locked_text, own)], [*map(book.messages.locked_text, added)]


# -- at a level ------------------------------------------------------------------------------------------------------


def _for_level(to: Disposition, *, exercises: bool) -> list[Text]:
    """What to do at the level to act on, what to do meanwhile, and why."""
    meanwhile = _begin(to) if exercises else _rest_or_move(to)
    whys: dict[str, Text] = {}
    for rule in (*(unlocked(to.own) or to.own), *to.added):
        whys.setdefault(rule.effect.why, Text(f"rules.{rule.id}.why", rule.effect.why))
    return [*_order(to), to.texts["advice"], *[to.texts[key] for key in meanwhile], *whys.values()]


def _order(to: Disposition) -> Iterator[Text]:
    """What to do at the level; nothing where a locked message has said it for all that is behind the level. No
    overlay's message says it in its place."""
    others = unlocked(to.own)
    if to.own and not others and not to.added and not to.final:
        return
    texts = to.texts
    if to.ring_only:
        yield texts["ring_only"]
    elif texts["first"].words and (sees := listed(whom_of(others))):
        yield texts["first"].filled(lambda words: words.replace("{see}", "; ".join(map(str, sees))))
    else:
        yield texts["say"]


def _begin(to: Disposition) -> Iterator[str]:
    gentle = any(rule.effect.exercise == "gentle" for rule in to.because)
    yield "gentle" if gentle and to.texts["gentle"].words else "begin"


def _rest_or_move(to: Disposition) -> Iterator[str]:
    """To rest where what is suspected needs it, or could not be ruled out. To move is said as a gentle exercise is
    released: not while an open rule would stop it."""
    suspects = to.profile.rulebook.messages.suspects
    open_ = [rule for rule in to.open if rule.effect.level >= to.level and rule.effect.exercise == "none"]
    if any(suspects[rule.effect.suspects].rest for rule in (*to.because, *(open_ if to.final else ()))):
        yield "resting"
    elif to.final or not open_:
        yield "moving"


def unlocked(rules: Iterable[Rule[Urgent]]) -> list[Rule[Urgent]]:
    """The rules that have no message of their own to be shown word for word."""
    return [rule for rule in rules if not rule.effect.locked]


def _unsettled(to: Disposition, questions: Sequence[OpenQuestion]) -> Iterator[str]:
    """What is said while a question is left that could raise the level."""
    if to.could_be < Urgency.SAME_DAY:
        yield "unsettled_mild"
        return
    yield "unsettled"
    today = Urgency.SAME_DAY.rank
    serious = {one.question.id for one in questions if one.could_reach and one.could_reach.rank >= today}
    if serious and serious.issubset(to.profile.rulebook.messages.history_only):
        yield "unsettled_walking"
