"""What a person is told, as formulas: whom to see, what is shown word for word, which cautions, and when to stop.

The telling is written here a second time, and tested against the first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from ...rulebook.rules import Rule, Urgency, Urgent
from .assessed import Assessed
from .solving import Formula, both, no, some, z3

SCOPES: Final = ("move", "session", "everything")
"""What a stop rule stops, the least first."""


def exactly(people: Assessed, level: Urgency) -> Formula:
    """The worst level that is certain is this one."""
    worse = [other for other in Urgency if other > level]
    return both(people.at_least(level), *[no(people.at_least(min(worse))) for _ in worse[:1]])


def decided(people: Assessed, level: Urgency) -> Formula:
    """It is also the level to act on: it is acted on before all is answered, or nothing worse is possible."""
    worse = [other for other in Urgency if other > level]
    if level >= Urgency.SAME_DAY or not worse:
        return both()
    return no(people.could_be(min(worse)))


def speaks(people: Assessed, rule: Rule[Urgent]) -> Formula:
    """A rule fired, and none of its level that lies within it speaks for it."""
    level = [other for other in people.rules.urgency if other.effect.level is rule.effect.level]
    within = [other for other in level if other.within == rule.id]
    return both(people.fired(rule), *[no(people.fired(other)) for other in within])


def sees(people: Assessed, whom: Sequence[str], level: Urgency) -> Formula:
    """Of those for whom a level is the one to act on: the referral names one of these."""
    return people.once(lambda: _sees(people, whom, level), "sees", str(level), *whom)


def _sees(people: Assessed, whom: Sequence[str], level: Urgency) -> Formula:
    said = people.book.messages.levels[level]
    rules = [rule for rule in people.rules.urgency if rule.effect.level is level]
    own = [rule for rule in rules if rule.id not in people.book.added]

    def names(text: str) -> bool:
        return any(one in text for one in whom)

    def spoken(chosen: Iterator[Rule[Urgent]]) -> Formula:
        return some([speaks(people, rule) for rule in chosen])

    by_rules = spoken(rule for rule in rules if names(rule.effect.see))
    silent = spoken(rule for rule in own if not rule.effect.see)
    twice = spoken(rule for rule in own if rule.effect.see and rule.effect.see == said.see)
    by_level = some([both(silent, no(twice)), no(spoken(iter(own)))]) if names(said.see) else some([])
    alone = z3.BoolVal(names(said.ring_only_see or said.see))
    return z3.If(rings_only(people), alone, some([by_rules, by_level]))


def rings_only(people: Assessed) -> Formula:
    """The person is told to ring and wait."""
    return some(people.fired(rule) for rule in people.rules.urgency if rule.effect.ring_only)


def orders(people: Assessed, level: Urgency) -> Mapping[str, Formula]:
    """Of those for whom a level is the one to act on, and who need not wait for an ambulance: in which words of the
    level they are told what to do. In none where a locked message says it."""
    rules = [rule for rule in people.rules.urgency if rule.effect.level is level]
    own = [rule for rule in rules if rule.id not in people.book.added]
    named = [rule for rule in own if rule.effect.see and not rule.effect.locked]
    told = [rule for rule in rules if rule not in own or not rule.effect.locked]
    first, some_told, some_own = (some([speaks(people, rule) for rule in chosen]) for chosen in (named, told, own))
    if not people.book.messages.levels[level].first:
        first = some([])
    return {"first": first, "say": both(no(first), some([some_told, no(some_own)]))}


def shown(people: Assessed, messages: Collection[str]) -> Formula:
    """One of these messages is shown word for word."""
    emergency, key = people.at_least(Urgency.EMERGENCY), people.book.messages.locked_for
    found = []
    for rule, decides in _first_of_suspicion(people):
        if key(rule.effect.locked, Urgency.EMERGENCY) in messages:
            found.append(both(decides, emergency))
        if rule.effect.locked in messages:
            found.append(both(decides, no(emergency)))
    return some(found)


def _first_of_suspicion(people: Assessed) -> Iterator[tuple[Rule[Urgent], Formula]]:
    """Each rule with a message to be shown word for word, and whether it is the worst of its suspicion that fired."""
    worse: dict[str, list[Formula]] = {}
    for rule in people.rules.urgency:
        if rule.effect.locked:
            before = worse.setdefault(rule.effect.suspects, [])
            yield rule, both(people.fired(rule), *map(no, before))
            before.append(people.fired(rule))


def cautioned(people: Assessed, rule: str) -> Formula:
    """A caution is given, for certain or as one that may apply."""
    return some(people.active(one) for one in people.rules.caution if one.id == rule and one.effect.text)


def stopped(people: Assessed, scope: str) -> Formula:
    """A stop rule fires that stops at least so much."""
    far = SCOPES[SCOPES.index(scope) :]
    stopping = [rule for rule in people.rules.stop if rule.effect.scope in far and rule.effect.text]
    return some(map(people.fired, stopping))
