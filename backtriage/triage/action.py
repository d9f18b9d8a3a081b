"""What the person is told to do now, and whom to see: the level's message with what the rules add."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import attrs

from ..rulebook.messages import Help, Level
from ..rulebook.rules import Rule, Urgency, Urgent
from . import startback
from .outcome import Action, ActionKind, OpenQuestion, Referral
from .safety_net import safety_net

if TYPE_CHECKING:
    from .profile import Profile


@attrs.frozen
class Telling:
    """What there is to tell one person.

    Attributes:
        profile: What is known.
        region: The code of the region.
        at_least: The worst level that is certain.
        could_be: The worst level that is possible.
        final: Nothing is left to ask, and the urgency is not settled.
        fired: The urgency rules that fired, worst first.
        open: The urgency rules that are open, worst first.
        level: The level to act on: what is certain, or, when nothing is left to ask, the worst that could not be ruled
            out; an emergency that nobody can confirm becomes contact with a professional the same day.
        because: The rules that fired at the level to act on; one that lies within another speaks for it.
        tool: What the STarT Back answers say, where they leave one group and nothing serious is open.
    """

    profile: Profile
    region: str
    at_least: Urgency
    could_be: Urgency
    final: bool
    fired: Sequence[Rule[Urgent]]
    open: Sequence[Rule[Urgent]]
    level: Urgency = attrs.field(init=False)
    because: tuple[Rule[Urgent], ...] = attrs.field(init=False)
    tool: Help | None = attrs.field(init=False)

    @level.default
    def _level(self) -> Urgency:
        return max(self.at_least, min(self.could_be, Urgency.SAME_DAY)) if self.final else self.at_least

    @because.default
    def _because(self) -> tuple[Rule[Urgent], ...]:
        level = self.level
        rules = [rule for rule in self.fired if rule.effect.level is level]
        wider = {rule.within for rule in rules}
        return tuple([rule for rule in rules if rule.id not in wider])

    @tool.default
    def _tool(self) -> Help | None:
        groups = startback.groups(self.profile.given) if self.safe else ()
        if len(groups) != 1:
            return None
        book = self.profile.rulebook
        asked = book.definitions.get(startback.ASKED)
        fits = asked is not None and asked.holds(self.profile.known) is True
        return book.messages.help.get(groups[0]) if fits else None

    @property
    def safe(self) -> bool:
        """Whether nothing worse than an ordinary appointment is possible."""
        return self.could_be <= Urgency.ROUTINE

    def action(self, questions: Sequence[OpenQuestion], *, exercises: bool) -> Action:
        """What to do now.

        Args:
            questions: The questions that are left, the next one first.
            exercises: Whether any exercise is allowed.
        """
        if self.at_least is self.could_be:
            return self._action(ActionKind.RESULT, [self._for_level(exercises=exercises)])
        if self.final:
            texts = [self.profile.rulebook.messages.not_ruled_out, self._for_level(exercises=exercises)]
            if self.could_be is Urgency.EMERGENCY:
                heading, signs = next(iter(safety_net(self.profile).items()))
                texts.append(f"{heading}: {signs}.")
            return self._action(ActionKind.NOT_RULED_OUT, texts)
        texts = [self._unsettled(questions)]
        if self.level > Urgency.SELF_CARE:
            texts.insert(0 if self._acts_now else 1, self._for_level(exercises=exercises))
        return self._action(ActionKind.ASK, texts, questions[0])

    def _action(self, kind: ActionKind, texts: Sequence[str], question: OpenQuestion | None = None) -> Action:
        """What to do, in these words; each telephone line is named in full once."""
        book = self.profile.rulebook
        region, said = book.region(self.region), book.messages
        own, added = ([said.locked[key] for key in keys] for keys in self._locked())
        filled = region.filled_once([*own, *texts], said.again)
        return Action(
            kind=kind,
            level=None if kind is ActionKind.ASK and self.level is Urgency.SELF_CARE else self.level,
            locked=(*filled[: len(own)], *map(region.filled, added)),
            message=" ".join(filled[len(own) :]),
            question=question,
        )

    def _locked(self) -> tuple[list[str], list[str]]:
        """Ids of the messages to be shown word for word, the worst first: one for one suspicion. Then those of
        overlays."""
        book = self.profile.rulebook
        first: dict[str, Rule[Urgent]] = {}
        for rule in self.fired:
            if rule.effect.locked:
                first.setdefault(rule.effect.suspects, rule)
        keys = {rule.id: book.messages.locked_for(rule.effect.locked, self.at_least) for rule in first.values()}
        own = list(dict.fromkeys([key for id_, key in keys.items() if id_ not in book.added]))
        return own, [key for key in dict.fromkeys(keys.values()) if key not in own]

    @property
    def _acts_now(self) -> bool:
        """Whether what is certain comes before the next question: from the same day on it does."""
        return self.level >= Urgency.SAME_DAY

    @property
    def valid_hours(self) -> int:
        """How long this stands: not at all while nothing but the next question is due."""
        certain = self.at_least is self.could_be or self.final or self._acts_now
        return self.profile.rulebook.messages.levels[self.level].valid_hours if certain else 0

    def referral(self) -> Referral | None:
        """Whom to see, by when: as the level says, or the rules that speak for it. Self-care refers to nobody."""
        level, help_ = self.level, self.tool
        if level is Urgency.SELF_CARE:
            if help_ is None or not help_.see:
                return None
            by = self.profile.rulebook.messages.levels[Urgency.ROUTINE].by
            return Referral(level=level, see=help_.see, by=by, because=(), mention=())
        texts = self.profile.rulebook.messages.levels[level]
        sees = [texts.ring_only_see or texts.see] if self._ring_only else self._sees(texts)
        if level is Urgency.ROUTINE and help_ is not None and help_.see:
            sees.append(help_.see)
        mention = tuple([rule for rule in self.fired if rule.effect.level.rank < level.rank])
        return Referral(
            level=level, see=listed(sees or [texts.see]), by=texts.by, because=self.because, mention=mention
        )

    def _sees(self, texts: Level) -> list[str]:
        """Whom some rules say to see, beside or in place of whom the level names; in a crisis, for that first. What an
        overlay says comes after all of it."""
        below, added = self._layers
        crisis_first = sorted(below, key=lambda rule: not rule.effect.locked)
        sees = [rule.effect.see for rule in crisis_first if rule.effect.see]
        named = any(see.startswith(texts.see) for see in sees)
        if (len(sees) < len(below) and not named) or (added and not below):
            sees.append(texts.see)
        return [*sees, *[rule.effect.see for rule in added if rule.effect.see]]

    @property
    def _layers(self) -> tuple[Sequence[Rule[Urgent]], Sequence[Rule[Urgent]]]:
        """The rules behind the level: the rulebook's own, and those of overlays, which hide none of its words."""
        added = self.profile.rulebook.added
        if not added:
            return self.because, ()
        return (
            [rule for rule in self.because if rule.id not in added],
            [rule for rule in self.because if rule.id in added],
        )

    @property
    def _ring_only(self) -> bool:
        """Whether to ring and wait: one rule that says so is enough."""
        return any(rule.effect.ring_only for rule in self.fired)

    def _for_level(self, *, exercises: bool) -> str:
        texts = self.profile.rulebook.messages.levels[self.level]
        meanwhile = self._begin(texts) if exercises else self._rest_or_move(texts)
        below, added = self._layers
        whys = dict.fromkeys([rule.effect.why for rule in (*(unlocked(below) or below), *added)])
        return " ".join(filter(None, (*self._order(texts), meanwhile, *whys)))

    def _order(self, texts: Level) -> Iterator[str]:
        """What to do at the level; nothing where a locked message has said it for all that is behind the level. No
        overlay's message says it in its place."""
        below, added = self._layers
        others = unlocked(below)
        if below and not others and not added and not (self.final and self.could_be > self.at_least):
            return
        if self._ring_only:
            yield texts.ring_only
        elif texts.first and (sees := [rule.effect.see for rule in others if rule.effect.see]):
            yield texts.first.replace("{see}", listed(sees))
        else:
            yield texts.say

    def _begin(self, texts: Level) -> str:
        gentle = any(rule.effect.exercise == "gentle" for rule in self.because)
        return (gentle and texts.gentle) or texts.begin

    def _rest_or_move(self, texts: Level) -> str:
        """To rest where what is suspected needs it, or could not be ruled out. To move is said as a gentle exercise is
        released: not while an open rule would stop it."""
        suspects = self.profile.rulebook.messages.suspects
        open_ = [rule for rule in self.open if rule.effect.level >= self.level and rule.effect.exercise == "none"]
        if any(suspects[rule.effect.suspects].rest for rule in (*self.because, *(open_ if self.final else ()))):
            return texts.resting
        return "" if open_ and not self.final else texts.moving

    def _unsettled(self, questions: Sequence[OpenQuestion]) -> str:
        messages = self.profile.rulebook.messages
        if self.could_be < Urgency.SAME_DAY:
            return messages.unsettled_mild
        same_day = Urgency.SAME_DAY.rank
        serious = {entry.question.id for entry in questions if entry.could_reach and entry.could_reach.rank >= same_day}
        if serious and serious.issubset(messages.history_only):
            return f"{messages.unsettled} {messages.unsettled_walking}"
        return messages.unsettled


def unlocked(rules: Iterable[Rule[Urgent]]) -> list[Rule[Urgent]]:
    """The rules that have no message of their own to be shown word for word."""
    return [rule for rule in rules if not rule.effect.locked]


def listed(sees: Iterable[str]) -> str:
    """Whom to see, each once, with all that is to be asked there.

    >>> listed(["your doctor (about the bones)", "your midwife", "your doctor (about sleep)"])
    'your doctor (about the bones, about sleep); your midwife'
    """
    notes: dict[str, dict[str, None]] = {}
    for see in sees:
        whom, bracket, note = see.partition(" (")
        notes.setdefault(whom, {}).update({note.removesuffix(")"): None} if bracket else {})
    return "; ".join([f"{whom} ({', '.join(found)})" if found else whom for whom, found in notes.items()])
