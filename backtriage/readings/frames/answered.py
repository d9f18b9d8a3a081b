"""What the answers of each row say by themselves, before anything follows from silence or from a gate."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import narwhals as nw

from ...findings.conditions import Absent, AllOf, AnyOf, AtLeast, Compare, Condition, OneOf, Present
from ...findings.finding import YesNo
from ...findings.vocabulary import Vocabulary
from .columns import UNKNOWN, Bit, Truths, all_of, any_of, at_least, every, inverse, some


def truths_of(
    condition: Condition, findings: Mapping[str, Truths], compared: Callable[[Compare | OneOf], Truths]
) -> Truths:
    """Whether a condition is true, false or unknown, row by row.

    Args:
        condition: The condition.
        findings: Whether each yes/no finding is present.
        compared: Whether a comparison holds.
    """
    match condition:
        case AllOf(terms):
            return all_of([truths_of(term, findings, compared) for term in terms])
        case AnyOf(terms):
            return any_of([truths_of(term, findings, compared) for term in terms])
        case AtLeast(n, terms):
            return at_least(n, [truths_of(term, findings, compared) for term in terms])
        case Present(finding):
            return findings[finding]
        case Absent(finding):
            return findings[finding].negated()
    return compared(condition)


def valid(answer: nw.Expr, void: Bit = False) -> Truths:
    """The answers to a yes/no finding, a null being unknown; nothing is known in void rows."""
    sure = answer.fill_null(value=False)
    return Truths(every([sure, inverse(void)]), some([sure, answer.is_null(), void]))


def answered(
    words: Vocabulary, given: Mapping[str, Truths], said: Mapping[str, Bit], denied: Collection[str], void: Bit = False
) -> dict[str, Truths]:
    """Every yes/no finding: the answers, what they say of others, and under them the denials, unless "not sure" lifts
    them; then what absent findings exclude.

    Args:
        words: The findings.
        given: The answers to yes/no findings that have a column.
        said: The rows that answer a number or a choice that has a column.
        denied: The checklists that are denied in every row.
        void: The rows whose answers do not count, nor the denials.
    """
    present = {id_: one.sure for id_, one in given.items()} | dict(said)
    saying: dict[str, list[Bit]] = {}
    for source, consequences in words.says.items():
        for consequence in consequences if source in present else ():
            saying.setdefault(consequence, []).append(present[source])
    doubting: dict[str, list[Bit]] = {}
    for source, consequences in words.implied.items():
        for consequence in consequences if source in given else ():
            doubting.setdefault(consequence, []).append(given[source].unknown)
    found: dict[str, Truths] = {}
    for id_, finding in words.findings.items():
        if isinstance(finding, YesNo):
            denial = UNKNOWN
            if finding.checklist in denied and id_ not in given:
                denial = Truths(False, some([void, *doubting.get(id_, [])]))
            follows = any_of([*[Truths(bit, bit) for bit in saying.get(id_, [])], denial])
            found[id_] = given.get(id_, UNKNOWN).or_if_unknown(follows)
    return found | excluded(words, found)


def excluded(words: Vocabulary, findings: Mapping[str, Truths]) -> dict[str, Truths]:
    """What implies an absent finding is absent."""
    return {
        finding: findings[finding].or_if_unknown(all_of([*[findings[id_] for id_ in others], UNKNOWN]))
        for finding, others in words.implied.items()
    }
