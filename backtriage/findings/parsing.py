"""From the text of a condition to its tree, or to an error that names the column."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Final, TypeAlias

import attrs

from ..errors import did_you_mean
from .conditions import ALWAYS, Absent, AllOf, AnyOf, AtLeast, Compare, Condition, OneOf, Operator, Present
from .finding import Choice, Finding, Number, YesNo

_SPACE: Final = " \t\r\n"
_WORDS: Final = re.compile(r"[^\W\d]\w*+|\.?\d[\d.]*+(?:(and|or|not|in|is|if|else)\b)?")
"""Names and numbers, a number with the word that it is glued to."""
MAX_LENGTH: Final = 2_000
MAX_DEPTH: Final = 20
MAX_ATOMS: Final = 500
"""How many findings a condition may ask for, those of its definitions included, each as often as it stands there."""

Meaning: TypeAlias = Finding | Condition
"""What a name in a condition stands for: a finding, or a definition's condition."""

_OPERATORS: Final[dict[type[ast.cmpop], Operator]] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
}
_MIRRORED: Final[dict[Operator, Operator]] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}


class ConditionError(ValueError):
    """A condition that cannot be read.

    Attributes:
        column: Where in its text, counted from 1.
        what: What is wrong there.
        hint: What to do about it; may be empty.
    """

    def __init__(self, column: int, what: str, hint: str = "") -> None:
        self.column = column
        self.what = what
        self.hint = hint
        super().__init__(f"column {self.column}: {what}" + (f"; {hint}" if hint else ""))


def parse(text: str, names: Mapping[str, Meaning]) -> Condition:
    """Read a condition.

    Args:
        text: The condition, ASCII, at most 2,000 characters.
        names: What each name in it may stand for.

    Raises:
        ConditionError: With the column of the first thing that is wrong.

    >>> age = Number(id="age", text="", unit="years", minimum=0, maximum=120)
    >>> names = {"fever": YesNo(id="fever", text=""), "age": age}
    >>> parse("fever and age >= 16", names)
    AllOf(terms=(Present(finding='fever'), Compare(finding='age', op='>=', bound=16)))
    """
    if len(text) > MAX_LENGTH:
        raise ConditionError(1, f"a condition of {len(text)} characters", f"at most {MAX_LENGTH}")
    body = text.strip(_SPACE)
    indent = text.index(body)
    for column, char in enumerate(body, indent + 1):
        if not " " <= char <= "~" or char in "#\\":
            raise ConditionError(column, f"the character `{char!a}`", "a condition is one line of ASCII, no # or \\")
    if glued := next((word for word in _WORDS.finditer(body) if word[1]), None):
        raise ConditionError(indent + glued.start() + 1, f"`{glued[0]}`", "put a space between a number and a word")
    try:
        tree = ast.parse(body, mode="eval")
    except SyntaxError as error:
        column = error.offset or len(body) + 1  # 0 is the end
        raise ConditionError(indent + column, f"not an expression: {error.msg}") from None
    except (MemoryError, RecursionError, ValueError):
        raise ConditionError(indent + 1, "not an expression", "it is nested too deeply") from None
    condition = _Reader(names, body, indent).read(tree.body, negated=False, depth=0)
    atoms = sum(1 for _ in condition.atoms())
    if atoms > MAX_ATOMS:
        raise ConditionError(indent + 1, f"{atoms} findings, with those of its definitions", f"at most {MAX_ATOMS}")
    if _depth(condition) > MAX_DEPTH:
        raise ConditionError(indent + 1, "nested too deeply, with its definitions", "make it flatter")
    return condition


@attrs.frozen
class _Reader:
    names: Mapping[str, Meaning]
    text: str
    indent: int

    def read(self, node: ast.expr, *, negated: bool, depth: int) -> Condition:
        if depth > MAX_DEPTH:
            raise self._error(node, "nested too deeply", "name a part of it as a definition")
        match node:
            case ast.Name():
                return self._name(node, negated=negated)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self.read(operand, negated=not negated, depth=depth + 1)
            case ast.BoolOp(op=op, values=values):
                terms = tuple(self.read(value, negated=negated, depth=depth + 1) for value in values)
                return _flat(AllOf if isinstance(op, ast.And) is not negated else AnyOf, terms)
            case ast.Compare() if negated:
                raise self._error(node, "`not` before a comparison", "write the opposite comparison")
            case ast.Compare(left=ast.Call() as call):
                return self._count(node, call, depth)
            case ast.Compare():
                return self._comparison(node)
        raise self._error(
            node,
            f"{self._quoted(node)} is not part of the language",
            "use names, not, and, or, comparisons with a constant, in, count(...) >= n, always",
        )

    def _meaning(self, node: ast.Name) -> Meaning:
        try:
            return self.names[node.id]
        except KeyError:
            raise self._error(node, f"unknown finding `{node.id}`", did_you_mean(node.id, self.names)) from None

    def _name(self, node: ast.Name, *, negated: bool) -> Condition:
        if node.id == "always":
            return self._opposite(ALWAYS, node) if negated else ALWAYS
        meaning = self._meaning(node)
        if isinstance(meaning, YesNo):
            return Absent(meaning.id) if negated else Present(meaning.id)
        if isinstance(meaning, Number | Choice):
            raise self._error(node, f"`{node.id}` is a {meaning.kind}, not a yes or no", "compare it with a constant")
        return self._opposite(meaning, node) if negated else meaning

    def _count(self, node: ast.Compare, call: ast.Call, depth: int) -> Condition:
        match call, node.ops, node.comparators:
            case (
                ast.Call(func=ast.Name("count"), args=[_, *_] as args, keywords=[]),
                [ast.GtE()],
                [ast.Constant(value=int(n))],
            ) if type(n) is int and 1 <= n <= len(args):
                return AtLeast(n, tuple(self.read(arg, negated=False, depth=depth + 1) for arg in args))
        raise self._error(node, self._quoted(node), "the only call is count(a, b, ...) >= n, n a number of its terms")

    def _comparison(self, node: ast.Compare) -> Condition:
        sides = [node.left, *node.comparators]
        pairs = zip(sides, node.ops, sides[1:], strict=False)
        return _flat(AllOf, tuple(self._pair(node, left, op, right) for left, op, right in pairs))

    def _pair(self, node: ast.Compare, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Condition:
        if isinstance(right, ast.Name) and type(op) in _OPERATORS:
            return self._against(right, _MIRRORED[_OPERATORS[type(op)]], left)
        if isinstance(left, ast.Name) and type(op) in _OPERATORS:
            return self._against(left, _OPERATORS[type(op)], right)
        if isinstance(left, ast.Name) and isinstance(op, ast.In) and isinstance(right, ast.Tuple):
            return self._one_of(left, right.elts)
        raise self._error(node, "a comparison that is not between a finding and a constant", "as in `age >= 65`")

    def _against(self, name: ast.Name, op: Operator, constant: ast.expr) -> Condition:
        meaning = self._meaning(name)
        if isinstance(meaning, Choice) and op == "==":
            return self._one_of(name, [constant])
        if not isinstance(meaning, Number):
            raise self._error(name, f"`{name.id}` is not a number", "only numbers have an order")
        bound = constant.value if isinstance(constant, ast.Constant) else None
        if not isinstance(bound, int | float) or isinstance(bound, bool):
            raise self._error(
                constant, f"{self._quoted(constant)} is not a number", f"`{name.id}` is in {meaning.unit}"
            )
        if not meaning.minimum <= bound <= meaning.maximum:
            raise self._error(constant, f"{self._quoted(constant)} is out of range", f"`{name.id}` is {meaning.range}")
        if meaning.problem_with(bound):
            raise self._error(
                constant,
                f"{self._quoted(constant)} is not a value of `{name.id}`",
                f"it goes in steps of {meaning.step:g}",
            )
        return Compare(name.id, op, bound)

    def _one_of(self, name: ast.Name, options: list[ast.expr]) -> Condition:
        meaning = self._meaning(name)
        if not isinstance(meaning, Choice):
            raise self._error(name, f"`{name.id}` is not a choice", "`in` and text belong to choices")
        if not options:
            raise self._error(name, f"`{name.id}` in no option", f"options: {', '.join(meaning.options)}")
        chosen: list[str] = []
        for option in options:
            if (
                not isinstance(option, ast.Constant)
                or not isinstance(option.value, str)
                or option.value not in meaning.options
            ):
                raise self._error(
                    option,
                    f"{self._quoted(option)} is no option of `{name.id}`",
                    f"options: {', '.join(meaning.options)}",
                )
            chosen.append(option.value)
        return OneOf(name.id, tuple(dict.fromkeys(chosen)))

    def _opposite(self, condition: Condition, node: ast.Name) -> Condition:
        """``not`` before a definition, reaching down to the yes/no findings."""
        match condition:
            case Present(finding):
                return Absent(finding)
            case Absent(finding):
                return Present(finding)
            case AllOf([_, *_] as terms):
                return _flat(AnyOf, tuple(self._opposite(term, node) for term in terms))
            case AnyOf(terms):
                return _flat(AllOf, tuple(self._opposite(term, node) for term in terms))
        raise self._error(
            node, f"`not {node.id}`, which compares, counts or always holds", "define the opposite under its own name"
        )

    def _quoted(self, node: ast.expr) -> str:
        """What a node stands for, as written; the text is one line of ASCII, so columns are characters."""
        text = self.text[node.col_offset : node.end_col_offset]
        return f"`{text if len(text) <= 40 else text[:37] + '...'}`"

    def _error(self, node: ast.expr, what: str, hint: str = "") -> ConditionError:
        return ConditionError(self.indent + node.col_offset + 1, what, hint)


def _flat(form: type[AllOf | AnyOf], terms: tuple[Condition, ...]) -> Condition:
    """The terms joined, nested joints of the same form opened up; a single term stands for itself."""
    flat: list[Condition] = []
    for term in terms:
        flat.extend(term.terms if isinstance(term, form) else (term,))
    return flat[0] if len(flat) == 1 else form(tuple(flat))


def _depth(condition: Condition) -> int:
    match condition:
        case AllOf(terms) | AnyOf(terms) | AtLeast(_, terms):
            return 1 + max((_depth(term) for term in terms), default=0)
    return 1
