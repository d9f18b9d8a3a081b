"""Conditions compiled to one Python function, for speed. ``Condition.holds`` says what they mean; tests compare.

The text that is compiled is written from parsed trees: it holds our own variable names and numbers, never a word of a
rule file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any, Final, TypeAlias

from .conditions import Absent, AllOf, AnyOf, AtLeast, Compare, Condition, Known, OneOf, Present

Evaluate: TypeAlias = Callable[[Known], tuple[list[int], list[int]]]
"""From what is known to the numbers of the conditions that are true, and of those that are unknown, in order."""

PART: Final = 64
"""Conditions in one function. Once lines were traced in a process, as Hypothesis does to explain a failure, CPython
3.12 and 3.13 spend the square of a function's lines on every call."""


def refutes(condition: Condition) -> Callable[[Known], bool]:
    """Whether one condition is false.

    >>> refutes(Present("a"))({"a": False}), refutes(Present("a"))({})
    (True, False)
    """
    findings = dict.fromkeys(atom.finding for atom in condition.atoms())
    constants: list[tuple[str, ...]] = []
    variables = {finding: f"known.get(names[{number}])" for number, finding in enumerate(findings)}
    not_false = _source(condition, variables, constants, certain=False)
    scope: dict[str, Any] = {"names": tuple(findings), "constants": constants}
    made: Callable[[Known], bool] = _made(["def evaluate(known):", f" return not {not_false}"], scope)
    return made


def compiled(conditions: Sequence[Condition]) -> Evaluate:
    """One function for many conditions.

    >>> evaluate = compiled([Present("a"), Compare("n", ">", 3), AllOf((Present("a"), Present("b")))])
    >>> evaluate({"a": True, "n": 2})
    ([0], [2])
    """
    nothing = dict.fromkeys(atom.finding for condition in conditions for atom in condition.atoms())
    numbered = list(enumerate(conditions))
    parts = [_part(numbered[first : first + PART]) for first in range(0, len(numbered), PART)]

    def evaluate(known: Known) -> tuple[list[int], list[int]]:
        found = nothing | known  # type: ignore[operator]  # what is known may be any mapping
        true: list[int] = []
        unknown: list[int] = []
        for part in parts:
            part(found, true.append, unknown.append)
        return true, unknown

    return evaluate


def _part(conditions: Sequence[tuple[int, Condition]]) -> Callable[..., None]:
    """One function for some numbered conditions; it hands over the numbers of those that are true, and unknown."""
    names = tuple(dict.fromkeys(atom.finding for _, condition in conditions for atom in condition.atoms()))
    variables = {finding: f"v{number}" for number, finding in enumerate(names)}
    constants: list[tuple[str, ...]] = []
    lines = ["def evaluate(known, true, unknown):"]
    if names:
        lines.append(f" {', '.join(variables.values())}, _ = values(known)")
    for number, condition in conditions:
        lines.append(f" if {_source(condition, variables, constants, certain=True)}: true({number})")
        lines.append(f" elif {_source(condition, variables, constants, certain=False)}: unknown({number})")
    values = itemgetter(*names, *names[:1]) if names else None  # of one name alone it would not be a tuple
    made: Callable[..., None] = _made(lines, {"values": values, "constants": constants})
    return made


def _made(lines: list[str], scope: dict[str, Any]) -> Any:
    exec(compile("\n".join(lines), "<compiled conditions>", "exec"), scope)  # noqa: S102 - see the module's first words
    return scope["evaluate"]


def _source(condition: Condition, variables: dict[str, str], constants: list[tuple[str, ...]], *, certain: bool) -> str:
    """An expression for "it is true" (certain) or "it is not false"."""

    def joined(terms: Iterable[Condition], by: str) -> str:
        return f"({by.join(_source(term, variables, constants, certain=certain) for term in terms)})"

    match condition:
        case AllOf(()):
            return "True"
        case AllOf(terms):
            return joined(terms, " and ")
        case AnyOf(terms):
            return joined(terms, " or ")
        case AtLeast(n, terms):
            return f"({joined(terms, ' + ')} >= {n:d})"
    value = variables[condition.finding]
    match condition:
        case Present():
            return f"({value} is True)" if certain else f"({value} is not False)"
        case Absent():
            return f"({value} is False)" if certain else f"({value} is not True)"
        case Compare(_, op, bound):
            test = f"{value} {op} {bound!r}"
        case OneOf(_, options):
            constants.append(options)
            test = f"{value} in constants[{len(constants) - 1}]"
    return f"({value} is not None and {test})" if certain else f"({value} is None or {test})"
