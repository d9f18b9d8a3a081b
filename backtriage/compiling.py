"""Conditions compiled to one Python function, for speed. ``Condition.holds`` says what they mean; tests compare.

The text that is compiled is written from parsed trees: it holds our own variable names and numbers, never a word of a
rule file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any, TypeAlias

from .conditions import Absent, AllOf, AnyOf, AtLeast, Compare, Condition, Known, OneOf, Present

Evaluate: TypeAlias = Callable[[Known], tuple[list[int], list[int]]]
"""From what is known to the numbers of the conditions that are true, and of those that are unknown, in order."""


def refutes(condition: Condition) -> Callable[[Known], bool]:
    """Whether one condition is false.

    >>> refutes(Present("a"))({"a": False}), refutes(Present("a"))({})
    (True, False)
    """
    findings = dict.fromkeys(atom.finding for atom in condition.atoms())
    constants: list[tuple[str, ...]] = []
    variables = {finding: f"known.get(names[{number}])" for number, finding in enumerate(findings)}
    not_false = _source(condition, variables, constants, certain=False)
    made: Callable[[Known], bool] = _made(["def evaluate(known):", f" return not {not_false}"], findings, constants)
    return made


def compiled(conditions: Sequence[Condition]) -> Evaluate:
    """One function for many conditions.

    >>> evaluate = compiled([Present("a"), Compare("n", ">", 3), AllOf((Present("a"), Present("b")))])
    >>> evaluate({"a": True, "n": 2})
    ([0], [2])
    """
    findings = dict.fromkeys(atom.finding for condition in conditions for atom in condition.atoms())
    variables = {finding: f"v{number}" for number, finding in enumerate(findings)}
    constants: list[tuple[str, ...]] = []
    lines = ["def evaluate(known):", " true = []", " unknown = []"]
    if findings:
        lines.append(f" {', '.join(variables.values())}, _ = values(nothing | known)")
    for number, condition in enumerate(conditions):
        lines.append(f" if {_source(condition, variables, constants, certain=True)}: true.append({number})")
        lines.append(f" elif {_source(condition, variables, constants, certain=False)}: unknown.append({number})")
    made: Evaluate = _made([*lines, " return true, unknown"], findings, constants)
    return made


def _made(lines: list[str], findings: Iterable[str], constants: list[tuple[str, ...]]) -> Any:
    names = tuple(findings)
    values = itemgetter(*names, *names[:1]) if names else None  # of one name alone it would not be a tuple
    scope = {"names": names, "nothing": dict.fromkeys(names), "values": values, "constants": constants}
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
