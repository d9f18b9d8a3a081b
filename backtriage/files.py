"""Rule files as tables: read, bounded in size, every key known, every type right, each with the line it stands on."""

from __future__ import annotations

import enum
import math
import re
import stat
import tomllib
import typing
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import attrs
import cattrs
from cattrs.gen import make_dict_structure_fn

from .errors import Problem, RulebookError, did_you_mean, shown
from .tables import FileTable

MAX_FILE_BYTES: Final = 300_000
MAX_FILES: Final = 1_000
MAX_KEY_PARTS: Final = 20
MAX_WORD: Final = 200
MAX_PROBLEMS: Final = 200
MAX_WHOLE_NUMBER: Final = 1_000_000_000
NOT_RULES: Final = "statements"
"""The folder of the documents' statements: data about the rules, loaded only when asked for."""
GUARANTEES: Final = "guarantees.toml"
"""The file of what must hold for every profile, in the rulebook's folder: loaded only when asked for, too."""
CASES: Final = ".cases.toml"
"""How a file of expected results ends; it may lie beside the rules."""

_PLAIN: Final = re.compile(
    r'''"""(?:[^\\"]|\\.|"(?!""))*+(?:"""|\Z)|\'{3}(?:[^\']|\'(?!\'\'))*+(?:\'{3}|\Z)'''
    r"""|"(?:[^"\\\n]|\\.)*+"?|\'[^\'\n]*+\'?|\#[^\n]*+""",
    re.DOTALL,
)
"""Strings and comments: what looks like a header or a key in them is none. It never goes back: its time is linear."""
_LONG: Final = re.compile(rf"(?<!\w)\w{{{MAX_WORD + 1}}}|(?:\.[ \t]*+[\w-]*+[ \t]*+){{{MAX_KEY_PARTS}}}")
"""What the TOML reader would take minutes for, or what Python cannot print."""
_HEADER: Final = re.compile(r"^[ \t]*+\[(\[?)[ \t]*+([a-z_]+)[ \t]*+\]\]?[ \t]*+$", re.MULTILINE)
_T = TypeVar("_T")


class Problems(list[Problem]):
    """What is wrong, as it is found. When it is too much the search ends: a hostile file is refused as quickly as a
    misspelt one.

    Raises:
        RulebookError: On the last problem that is looked for.
    """

    def append(self, problem: Problem) -> None:
        super().append(Problem(where=_line(problem.where), what=_line(problem.what), hint=_line(problem.hint)))
        if len(self) >= MAX_PROBLEMS:
            raise RulebookError(self)


def _line(text: str) -> str:
    """A text fit for one line, whatever a file has put into it."""
    return "".join([char if char.isprintable() else ascii(char)[1:-1] for char in text[:500]])


@attrs.frozen
class Placed:
    """A table of a rule file and where it stands.

    Attributes:
        kind: The key it stands under.
        table: The structured table; for mappings a pair of key and table.
        raw: The table as TOML has it.
        where: File and line.
    """

    kind: str
    table: Any
    raw: Mapping[str, Any]
    where: str


def rule_files(folder: Path) -> list[Path]:
    """The rule files below a folder, in the order of their paths."""
    apart = {NOT_RULES, GUARANTEES}
    found = (path for path in folder.rglob("*.toml") if not path.name.endswith(CASES))
    files = (path for path in found if apart.isdisjoint(path.relative_to(folder).parts))
    return sorted(files, key=lambda path: path.relative_to(folder).as_posix())


def read_tables(folder: Path, problems: Problems, schema: type = FileTable) -> Iterator[Placed]:
    """Every table of every rule file below a folder; what is wrong with the others goes to ``problems``."""
    files = rule_files(folder)
    if not files:
        problems.append(Problem(where=str(folder), what="no rule files", hint="a rulebook is a folder of .toml files"))
    if len(files) > MAX_FILES:
        problems.append(Problem(where=str(folder), what=f"{len(files)} rule files", hint=f"at most {MAX_FILES}"))
        return
    for file in files:
        yield from read_file(file, file.relative_to(folder).as_posix(), problems, schema)


def read_file(file: Path, name: str, problems: Problems, schema: type) -> Iterator[Placed]:
    """Every table of one file; what is wrong with the others goes to ``problems``, under the file's ``name``."""
    data, plain = _parse(file, name, problems)
    lines = _lines(plain)
    for kind, value in data.items():
        yield from _tables(name, kind, value, lines.get(kind, []), schema, problems)


def _parse(file: Path, name: str, problems: Problems) -> tuple[dict[str, Any], str]:
    """A file's content, and its text without strings and comments, line for line."""

    def refuse(what: str, hint: str = "", line: int = 1) -> tuple[dict[str, Any], str]:
        problems.append(Problem(where=f"{name}:{line}", what=what, hint=hint))
        return {}, ""

    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            return refuse("not a file", "what ends in .toml is read")
        if status.st_size > MAX_FILE_BYTES:
            return refuse(f"a file of {status.st_size} bytes", f"at most {MAX_FILE_BYTES}")
        text = file.read_bytes().decode()
    except OSError as error:
        return refuse(f"cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        return refuse("not UTF-8")
    plain = without_strings(text)
    if long := _LONG.search(plain):
        what = f"a key or number of more than {MAX_WORD} characters or {MAX_KEY_PARTS} parts"
        return refuse(what, line=plain.count("\n", 0, long.start()) + 1)
    try:
        return tomllib.loads(text), plain
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        return refuse(f"not TOML: {error}", line=int(place[1]) if place else text.count("\n") + 1)
    except RecursionError:
        return refuse("nested too deeply")


def without_strings(text: str) -> str:
    """A TOML text without its strings and comments, line for line."""
    return _PLAIN.sub(lambda match: "\n" * match[0].count("\n"), text)


def too_long(text: str) -> bool:
    """Whether a TOML text holds a key or number that its reader would take too long for."""
    return _LONG.search(without_strings(text)) is not None


def _lines(text: str) -> dict[str, list[int]]:
    """The lines of the headers of each kind of table, in order."""
    lines: dict[str, list[int]] = {}
    at, line = 0, 1
    for header in _HEADER.finditer(text):
        start = header.start(2)
        line += text.count("\n", at, start)
        at = start
        lines.setdefault(header[2], []).append(line)
    return lines


def _tables(
    name: str, kind: str, value: object, lines: list[int], schema: type, problems: Problems
) -> Iterator[Placed]:
    fields = attrs.fields_dict(schema)
    if kind not in fields:
        problems.append(Problem(where=f"{name}:1", what=f"unknown key {shown(kind)}", hint=did_you_mean(kind, fields)))
        return
    type_ = typing.get_type_hints(schema)[kind]
    many = typing.get_origin(type_) is tuple
    item = typing.get_args(type_)[0] if many else type_
    tables = value if many and isinstance(value, list) else [value]
    for index, table in enumerate(tables):
        where = f"{name}:{lines[index] if index < len(lines) else 1}"
        yield from _structured(kind, table, item, where, problems)


def _structured(kind: str, table: object, type_: Any, where: str, problems: Problems) -> Iterator[Placed]:
    label = f" `{table['id']}`" if isinstance(table, dict) and isinstance(table.get("id"), str) else ""
    try:
        structured = _converter().structure(table, type_)
    except Exception as error:  # noqa: BLE001 - cattrs wraps whatever a table provokes; all of it is reported
        for path, what, hint in _complaints(error):
            problems.append(Problem(where=f"{where}: {kind}{label}{path}", what=what, hint=hint))
    else:
        yield Placed(kind, structured, table if isinstance(table, dict) else {}, where)


# -- structuring with cattrs, without coercion ------------------------------------------------------------------------

_made: list[cattrs.Converter] = []


def _converter() -> cattrs.Converter:
    if not _made:
        converter = cattrs.Converter(forbid_extra_keys=True)
        for type_, name in ((str, "text"), (bool, "true or false")):
            converter.register_structure_hook(type_, _exactly(type_, name))
        converter.register_structure_hook(int, _whole)
        converter.register_structure_hook(float, _real)
        converter.register_structure_hook_func(
            lambda t: typing.get_origin(t) is typing.cast(Any, typing.Literal),
            lambda value, t: _one_of(value, typing.get_args(t)),
        )
        converter.register_structure_hook_func(
            lambda t: isinstance(t, type) and issubclass(t, enum.Enum),
            lambda value, t: t(_one_of(value, [member.value for member in t])),
        )
        converter.register_structure_hook_func(lambda t: t is Any, lambda value, _: value)
        converter.register_structure_hook_func(
            lambda t: typing.get_origin(t) is typing.cast(Any, tuple),
            lambda value, t: tuple(_each(_items(value, list), *typing.get_args(t)[:1]).values()),
        )
        converter.register_structure_hook_func(
            lambda t: typing.get_origin(t) is typing.cast(Any, Mapping),
            lambda value, t: _each(_items(value, dict), *typing.get_args(t)[::-1]),
        )
        converter.register_structure_hook_factory(
            attrs.has, lambda class_: _table(make_dict_structure_fn(class_, converter, _cattrs_forbid_extra_keys=True))
        )
        _made.append(converter)
    return _made[0]


def _exactly(type_: type[_T], name: str) -> Callable[[object, object], _T]:
    def structure(value: object, _: object) -> _T:
        if type(value) is not type_:
            raise TypeError(f"{shown(value)} is not {name}")
        return value

    return structure


def _whole(value: object, _: object) -> int:
    if type(value) is not int:
        raise TypeError(f"{shown(value)} is not a whole number")
    if abs(value) > MAX_WHOLE_NUMBER:
        raise ValueError(f"{shown(value)} is too great a number")
    return value


def _real(value: object, _: object) -> float:
    if type(value) is int:
        return _whole(value, int)
    if type(value) is not float or not math.isfinite(value):
        raise TypeError(f"{shown(value)} is not a number")
    return value


def _one_of(value: object, options: Collection[str]) -> str:
    if type(value) is not str or value not in options:
        hint = did_you_mean(value, options) or f"one of {', '.join(options)}"
        raise ValueError(f"{shown(value)} is not one of the options", hint)
    return value


def _items(value: Any, type_: type) -> Iterable[tuple[Any, Any]]:
    """The items of a list, by number, or of a table, by key."""
    if type(value) is not type_:
        raise TypeError(f"{shown(value)} is not a {'list' if type_ is list else 'table'}")
    items: Any = value
    return items.items() if type_ is dict else enumerate(items, 1)


def _each(items: Iterable[tuple[Any, Any]], type_: Any, key_type: Any = Any) -> dict[Any, Any]:
    """All of some items structured, or everything that is wrong with any of them."""
    done: dict[Any, Any] = {}
    errors: list[Exception] = []
    for key, value in items:
        try:
            done[_converter().structure(key, key_type)] = _converter().structure(value, type_)
        except Exception as error:  # noqa: BLE001 - as in _structured
            error.add_note(cattrs.IterableValidationNote("", key, object))
            errors.append(error)
    if errors:
        raise cattrs.IterableValidationError("items", errors, dict)
    return done


def _table(structure: Callable[[Any, Any], _T]) -> Callable[[Any, Any], _T]:
    def structured(value: Any, type_: Any) -> _T:
        _items(value, dict)
        return structure(value, type_)

    return structured


def _complaints(error: BaseException, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Path, what and hint of everything that cattrs found."""
    if isinstance(error, cattrs.BaseValidationError):
        for inner in error.exceptions:
            yield from _complaints(inner, path + "".join(_step(note) for note in getattr(inner, "__notes__", ())))
    elif isinstance(error, cattrs.ForbiddenExtraKeysError):
        known = attrs.fields_dict(error.cl) if error.cl else {}
        for key in sorted(error.extra_fields):
            yield path, f"unknown key {shown(key)}", did_you_mean(key, known)
    elif isinstance(error, KeyError):
        yield path, "missing", ""
    else:
        what, hint = error.args if len(error.args) == 2 else (str(error)[:200], "")
        yield path, what, hint


def _step(note: object) -> str:
    """One step of the path to a problem: a key, or the number of an item."""
    if isinstance(note, cattrs.AttributeValidationNote):
        return f".{note.name}"
    if isinstance(note, cattrs.IterableValidationNote):
        return f"[{str(note.index)[:40]}]"
    return ""
