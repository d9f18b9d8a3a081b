"""Which findings are grave: the urgency that each reaches by itself, and what locks a message."""

from __future__ import annotations

from ..findings.finding import YesNo
from ..rulebook.book import RuleBook
from ..rulebook.rules import Urgent


def locking_of(book: RuleBook) -> frozenset[str]:
    """What the rules with locked messages speak of."""
    locked = [rule for rule in book.rules if isinstance(rule.effect, Urgent) and rule.effect.locked]
    return frozenset(id_ for rule in locked for id_ in rule.findings)


def alone(book: RuleBook) -> dict[str, int]:
    """For each yes/no finding the rank of the worst urgency rule that fires on it alone."""
    worst = {id_: 0 for id_, finding in book.vocabulary.findings.items() if isinstance(finding, YesNo)}
    for rule in book.rules:
        if isinstance(rule.effect, Urgent):
            for id_ in worst.keys() & rule.findings:
                if rule.when.holds({id_: True}) is True:
                    worst[id_] = max(worst[id_], rule.effect.level.rank)
    return worst
