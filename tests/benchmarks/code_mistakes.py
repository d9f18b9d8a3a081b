"""Small mistakes in code, as trees: another comparison, a condition turned round, a constant, a statement dropped.

Only the bodies of functions are changed. What cannot be a mistake of deciding is left alone: annotations, docstrings,
assertions, and decorators.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import attrs

_Change = tuple[str, ast.AST | None]
"""What is changed, and what stands there instead; nothing if it is dropped from a list."""

_COMPARED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_SUMMED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_CALLED: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}
_NOT_DECIDING: Final = ("annotation", "returns", "decorator_list", "args", "type_params")
_DROPPED: Final = (ast.Expr, ast.AugAssign, ast.If, ast.For, ast.Continue, ast.Break, ast.Raise)


@attrs.frozen(kw_only=True)
class CodeMistake:
    """A module with one mistake.

    Attributes:
        module: The file.
        line: Where.
        what: The mistake.
        tree: The module with it.
    """

    module: Path
    line: int
    what: str
    tree: ast.Module = attrs.field(eq=False, repr=False)

    def __str__(self) -> str:
        return f"{self.module.name}:{self.line}: {self.what}"


def code_mistakes(module: Path) -> Iterator[CodeMistake]:
    """Every mistake in a module, in its order."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    for path, node in _places(tree, ()):
        for what, instead in _changes(node):
            changed = copy.deepcopy(tree)
            _put(changed, path, instead)
            line = next(one.lineno for one in ast.walk(node) if isinstance(one, ast.expr | ast.stmt))
            yield CodeMistake(module=module, line=line, what=what, tree=ast.fix_missing_locations(changed))


_Path = tuple[tuple[str, int | None], ...]


def _places(node: ast.AST, path: _Path, *, inside: bool = False) -> Iterator[tuple[_Path, ast.AST]]:
    """The nodes of function bodies, each with the way to it from the module."""
    for field, value in ast.iter_fields(node):
        if field in _NOT_DECIDING and not isinstance(node, ast.Call):
            continue
        if field == "args" and isinstance(node, ast.Lambda):
            continue
        children = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        for index, child in children:
            if not isinstance(child, ast.AST) or isinstance(child, ast.Assert) or _decides_nothing(child):
                continue
            here = (*path, (field, index))
            if inside:
                yield here, child
            function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            yield from _places(child, here, inside=inside or function)


def _decides_nothing(node: ast.AST) -> bool:
    """A docstring, and how much is remembered."""
    documents = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return documents or (isinstance(node, ast.keyword) and node.arg == "maxsize")


def _put(tree: ast.Module, path: _Path, instead: ast.AST | None) -> None:
    node: ast.AST = tree
    for field, index in path[:-1]:
        value = getattr(node, field)
        node = value if index is None else value[index]
    field, index = path[-1]
    if index is None:
        setattr(node, field, instead)
    else:
        getattr(node, field)[index] = instead or ast.Pass()


def _changes(node: ast.AST) -> Iterator[_Change]:
    for kind, changes in _BY_KIND:
        if isinstance(node, kind):
            yield from changes(node)


def _compared(node: ast.Compare) -> Iterator[_Change]:
    for number, op in enumerate(node.ops):
        other = _COMPARED[type(op)]
        ops = [*node.ops[:number], other(), *node.ops[number + 1 :]]
        changed = ast.Compare(node.left, ops, node.comparators)
        yield f"{ast.unparse(node)} -> {ast.unparse(changed)}", changed


def _joined(node: ast.BoolOp) -> Iterator[_Change]:
    text = ast.unparse(node)
    other = ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    yield f"{text} -> {ast.unparse(other)}", other
    for number, dropped in enumerate(node.values):
        kept = node.values[:number] + node.values[number + 1 :]
        yield f"{text}: without {ast.unparse(dropped)}", kept[0] if len(kept) == 1 else ast.BoolOp(node.op, kept)


def _unary(node: ast.UnaryOp) -> Iterator[_Change]:
    if isinstance(node.op, ast.Not | ast.Invert):
        yield f"{ast.unparse(node)} -> {ast.unparse(node.operand)}", node.operand


def _binary(node: ast.BinOp) -> Iterator[_Change]:
    if other := _SUMMED.get(type(node.op)):
        changed = ast.BinOp(node.left, other(), node.right)
        yield f"{ast.unparse(node)} -> {ast.unparse(changed)}", changed


def _conditional(node: ast.IfExp) -> Iterator[_Change]:
    yield f"{ast.unparse(node)}: always the first", node.body
    yield f"{ast.unparse(node)}: always the second", node.orelse


def _filtered(node: ast.comprehension) -> Iterator[_Change]:
    for dropped in node.ifs:
        kept = [one for one in node.ifs if one is not dropped]
        yield f"no longer: if {ast.unparse(dropped)}", ast.comprehension(node.target, node.iter, kept, node.is_async)


def _constant(node: ast.Constant) -> Iterator[_Change]:
    if isinstance(node.value, bool):
        yield f"{node.value} -> {not node.value}", ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield f"{node.value} -> {node.value + 1}", ast.Constant(node.value + 1)
    elif node.value is None:
        yield "None -> True", ast.Constant(True)


def _called(node: ast.Call) -> Iterator[_Change]:
    if isinstance(node.func, ast.Name) and (other := _CALLED.get(node.func.id)):
        yield f"{ast.unparse(node)}: {other}", ast.Call(ast.Name(other, ast.Load()), node.args, node.keywords)
    if isinstance(node.func, ast.Name) and node.func.id == "sorted":
        yield f"{ast.unparse(node)}: not sorted", node.args[0]


def _tested(node: ast.If) -> Iterator[_Change]:
    test = ast.unparse(node.test)
    yield f"if {test}: turned round", ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)


def _returned(node: ast.Return) -> Iterator[_Change]:
    value = node.value
    if value is None or (isinstance(value, ast.Constant) and value.value is None):
        return
    if isinstance(value, ast.Tuple):
        for number, item in enumerate(value.elts):
            items = [*value.elts[:number], ast.Constant(None), *value.elts[number + 1 :]]
            if not isinstance(item, ast.Starred | ast.Constant):
                yield (
                    f"return {ast.unparse(value)}: None for {ast.unparse(item)}",
                    ast.Return(ast.Tuple(items, ast.Load())),
                )
    else:
        yield f"return {ast.unparse(value)} -> None", ast.Return(ast.Constant(None))


def _dropped(node: ast.stmt) -> Iterator[_Change]:
    yield f"without: {ast.unparse(node).splitlines()[0]}", ast.Pass()


_BY_KIND: Final[tuple[tuple[type | tuple[type, ...], Callable[..., Iterator[_Change]]], ...]] = (
    (ast.Compare, _compared),
    (ast.BoolOp, _joined),
    (ast.UnaryOp, _unary),
    (ast.BinOp, _binary),
    (ast.IfExp, _conditional),
    (ast.comprehension, _filtered),
    (ast.Constant, _constant),
    (ast.Call, _called),
    (ast.If, _tested),
    (ast.Return, _returned),
    (_DROPPED, _dropped),
)
