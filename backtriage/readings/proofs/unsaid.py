"""What an overlay must not hide: whoever is told something by the rules below is told it with the overlay too.

Compared are people for whom the same rules below fire, and the same level is acted on. What waits for an ambulance
says so in words from below, and may take the place of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from ...presentation.chat_messages import messages
from ...rulebook.rules import Urgency
from ...triage.outcome import Decision
from ...triage.profile import Profile
from . import said
from .assessed import Assessed
from .differences import Comparison
from .replay import Assess
from .results import Direction
from .solving import Formula, both, no, some

Told: TypeAlias = "Callable[[Decision], Sequence[str]]"
"""What somebody is told of one kind, in words."""


def hidden(before: Assessed, after: Assessed) -> Iterator[Comparison]:
    """What is said below and not above, level by level: a rule, whom to see, what to do; and each locked message."""
    unchanged = both(*[before.fired(rule) == after.fired(rule) for rule in before.rules.urgency])
    may_ring = no(said.rings_only(after))
    for level in (level for level in Urgency if level > Urgency.SELF_CARE):
        there = both(unchanged, *[_acted_on(people, level) for people in (before, after)])
        rules = [rule for rule in before.rules.urgency if rule.effect.level is level]
        silent = some(both(said.speaks(before, rule), no(said.speaks(after, rule))) for rule in rules)
        yield _comparison(f"words at {level}", both(there, silent), _rules)
        see = before.book.messages.levels[level].see
        sent, still_sent = said.sees(before, [see], level), said.sees(after, [see], level)
        yield _comparison(f"whom to see at {level}", both(there, may_ring, sent, no(still_sent)), _whom(see))
        was, now = said.orders(before, level), said.orders(after, level)
        lost = some(both(order, no(now[name])) for name, order in was.items())
        yield _comparison(f"what to do at {level}", both(there, may_ring, lost), _orders)
    for key in before.book.messages.locked:
        keys = [key, before.book.messages.locked_for(key, Urgency.EMERGENCY)]
        lost = both(unchanged, said.shown(before, [key]), no(said.shown(after, keys)))
        yield _comparison(f"locked message {key}", lost, _locked(keys))


def _acted_on(people: Assessed, level: Urgency) -> Formula:
    return both(said.exactly(people, level), said.decided(people, level))


def _comparison(about: str, formula: Formula, told: Told) -> Comparison:
    def shows(assess: Assess, first: Profile, second: Profile) -> str:
        was, now = told(assess(first)), told(assess(second))
        return "; ".join(f"no longer said: {one}" for one in was if one not in now)

    return Comparison(about=about, direction=Direction.LESS_CAUTIOUS, formula=formula, shows=shows)


def _rules(found: Decision) -> Sequence[str]:
    """The rules that speak for the level to act on."""
    return [f"`{rule.id}`" for rule in found.referral.because] if found.referral else ()


def _whom(see: str) -> Told:
    def told(found: Decision) -> Sequence[str]:
        named = found.referral.parts if found.referral is not None else ()
        return [see] if found.ring_only or any(see in whom.words for whom in named) else ()

    return told


def _orders(found: Decision) -> Sequence[str]:
    """What to do at the level; whoever waits for an ambulance has been told all of it."""
    orders = [f"messages.levels.{found.at_least.value}.{key}" for key in ("say", "first")]
    said_ = {message.address for message in messages(found)}
    return orders if found.ring_only else [address for address in orders if address in said_]


def _locked(keys: Sequence[str]) -> Told:
    """A locked message, or the one that takes its place in an emergency."""
    addresses = [f"messages.locked.{key}" for key in keys]

    def told(found: Decision) -> Sequence[str]:
        shown = {message.address for message in messages(found)}
        return [addresses[0]] if not shown.isdisjoint(addresses) else []

    return told
