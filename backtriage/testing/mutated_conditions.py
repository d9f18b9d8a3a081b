"""Small mistakes in a condition: a term less, ``and`` for ``or``, a threshold one step further."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from ..findings.conditions import Absent, AllOf, AnyOf, AtLeast, Compare, Condition, OneOf, Operator, Present
from ..findings.vocabulary import Vocabulary

_OTHER_SIDE: Final[Mapping[Operator, Operator]] = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}


def written(condition: Condition) -> str:
    """A condition as text that reads back to the same meaning.

    >>> written(AnyOf((Present("fever"), Compare("age", ">", 60))))
    '(fever or age > 60)'
    """
    match condition:
        case Present(finding):
            return finding
        case Absent(finding):
            return f"not {finding}"
        case Compare(finding, op, bound):
            return f"{finding} {op} {bound}"
        case OneOf(finding, options):
            return f"{finding} in ({', '.join(map(repr, options))},)"
        case AllOf(()):
            return "always"
        case AllOf(terms):
            return f"({' and '.join(map(written, terms))})"
        case AnyOf(terms):
            return f"({' or '.join(map(written, terms))})"
        case AtLeast(n, terms):
            return f"(count({', '.join(map(written, terms))}) >= {n})"


def condition_mutants(condition: Condition, vocabulary: Vocabulary) -> Iterator[tuple[str, Condition]]:
    """Every condition that differs in one small thing, with the name of the thing."""
    text = written(condition)
    match condition:
        case Present(finding):
            yield f"{text}: not", Absent(finding)
        case Absent(finding):
            yield f"{text}: no not", Present(finding)
        case OneOf(finding, options):
            for option in options if len(options) > 1 else ():
                yield f"{text}: drop {option}", OneOf(finding, tuple(kept for kept in options if kept != option))
        case Compare():
            yield from _comparisons(condition, vocabulary)
        case AllOf(terms) | AnyOf(terms) | AtLeast(_, terms):
            yield from _joints(condition)
            for number, term in enumerate(terms):
                for name, mutant in condition_mutants(term, vocabulary):
                    yield name, attrs.evolve(condition, terms=(*terms[:number], mutant, *terms[number + 1 :]))


def _comparisons(condition: Compare, vocabulary: Vocabulary) -> Iterator[tuple[str, Condition]]:
    """The threshold one step to each side, with and without the threshold itself."""
    number = vocabulary.findings[condition.finding]
    step = getattr(number, "step", 1)
    for bound in (condition.bound - step, condition.bound + step):
        if number.problem_with(bound) is None:
            yield f"{written(condition)}: {bound}", attrs.evolve(condition, bound=bound)
    if condition.op in _OTHER_SIDE:
        op = _OTHER_SIDE[condition.op]
        yield f"{written(condition)}: {op}", attrs.evolve(condition, op=op)


def _joints(condition: AllOf | AnyOf | AtLeast) -> Iterator[tuple[str, Condition]]:
    """A term less, ``and`` for ``or``, a count of one more or less."""
    terms = condition.terms
    for number, term in enumerate(terms if len(terms) > 1 else ()):
        yield f"drop {written(term)}", attrs.evolve(condition, terms=terms[:number] + terms[number + 1 :])
    match condition:
        case AllOf((_, _, *_)):
            yield f"{written(condition)}: or", AnyOf(terms)
        case AnyOf((_, _, *_)):
            yield f"{written(condition)}: and", AllOf(terms)
        case AtLeast(n):
            for other in (n - 1, n + 1):
                yield f"count >= {other}", AtLeast(other, terms)
