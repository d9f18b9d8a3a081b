"""Rule files as tables: read, bounded in size, every key known, every type right, each with the line it stands on."""

from __future__ import annotations

import re
import stat
import tomllib
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from ...errors import Problem, RulebookError, did_you_mean, shown
from ...findings.strict_json import decoded
from .structuring import complaints, order_in, structured
from .tables import FileTable

MAX_FILE_BYTES: Final = 300_000
MAX_FILES: Final = 1_000
MAX_KEY_PARTS: Final = 20
MAX_WORD: Final = 200
MAX_PROBLEMS: Final = 200
NOT_RULES: Final = "statements"
"""The folder of the documents' statements: data about the rules, loaded only when asked for."""
LANGUAGE: Final = "language"
"""The folder of the words that people use for findings and exercises: read only to read a message or a reply."""
FIGURES: Final = "figures"
"""The folder of the poses that the exercises are drawn from: read only to draw one."""
GUARANTEES: Final = "guarantees.toml"
"""The file of what must hold for every profile, in the rulebook's folder: loaded only when asked for, too."""
PLANS: Final = "plans.toml"
"""The file of how a plan of days is made, likewise."""
_ELSEWHERE: Final = {
    "overlay": "this is an overlay: load it with `extends`, on the command line with --overlay",
    "rulebook": "the head of an overlay is [overlay]",
    "guarantee": f"guarantees stand in {GUARANTEES}",
    "plan": f"what plans are made by stands in {PLANS}",
}
"""What to do about a table that stands where it does not belong."""
CASES: Final = ".cases.toml"
"""How a file of expected results ends; it may lie beside the rules."""

_PLAIN: Final = re.compile(
    r'''"""(?:[^\\"]|\\.|(?!""")")*+(?:""")?|\'{3}(?:[^\']|(?!\'{3})\')*+(?:\'{3})?'''
    r"""|"(?:[^"\\\n]|\\.)*+"?|\'[^\'\n]*+\'?|\#[^\n]*+""",
    re.DOTALL,
)
"""Strings and comments: what looks like a header or a key in them is none. It never goes back: its time is linear."""
_LONG: Final = re.compile(rf"(?<!\w)\w{{{MAX_WORD + 1}}}|(?:\.[ \t]*+[\w-]*+[ \t]*+){{{MAX_KEY_PARTS}}}")
"""What the TOML reader would take minutes for, or what Python cannot print."""
_HEADER: Final = re.compile(r"^[ \t]*+\[\[?[ \t]*+([a-z_]+)[ \t]*+(\.[^\]\n]*+)?\]\]?[ \t]*+$", re.MULTILINE)


class Problems(list[Problem]):
    """What is wrong, as it is found. When it is too much the search ends: a hostile file is refused as quickly as a
    misspelt one.

    Raises:
        RulebookError: On the last problem that is looked for.
    """

    def append(self, problem: Problem) -> None:
        super().append(Problem(where=problem.where[:500], what=problem.what[:500], hint=problem.hint[:500]))
        if len(self) >= MAX_PROBLEMS:
            raise RulebookError(self)


@attrs.frozen
class Placed:
    """A table of a rule file and where it stands.

    Attributes:
        kind: The key it stands under.
        table: The structured table; for mappings a mapping of them.
        raw: The table as TOML has it.
        where: File and line.
    """

    kind: str
    table: Any
    raw: Mapping[str, Any]
    where: str


def rule_files(folder: Path) -> list[Path]:
    """The rule files below a folder, in the order of their paths."""
    apart = {NOT_RULES, LANGUAGE, FIGURES, GUARANTEES, PLANS}
    found = (path for path in folder.rglob("*.toml") if not path.name.endswith(CASES))
    files = (path for path in found if apart.isdisjoint(path.relative_to(folder).parts))
    return sorted(files, key=lambda path: path.relative_to(folder).as_posix())


def label_of(overlay: Path) -> str:
    """What stands before the names of an overlay's files, which may be those of the files below it.

    >>> label_of(Path("clinics/riverside"))
    'riverside/'
    """
    return f"{overlay.resolve().name}/"


def read_tables(folder: Path, problems: Problems, schema: type = FileTable, label: str = "") -> Iterator[Placed]:
    """Every table of every rule file below a folder; what is wrong with the others goes to ``problems``, under the
    files' names behind a ``label``."""
    files = rule_files(folder)
    if not files:
        problems.append(Problem(where=str(folder), what="no rule files", hint="a rulebook is a folder of .toml files"))
    if len(files) > MAX_FILES:
        problems.append(Problem(where=str(folder), what=f"{len(files)} rule files", hint=f"at most {MAX_FILES}"))
        return
    for file in files:
        inside = file.relative_to(folder)
        name = label + inside.as_posix()
        if any(part.startswith(".") for part in inside.parts):
            hint = "rules stand where everybody sees them: remove it, or rename it"
            problems.append(Problem(where=name, what="a hidden file", hint=hint))
        else:
            yield from read_file(file, name, problems, schema)


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

    if order := order_in(name):
        return refuse(f"a file name with the control character `{order}`", "rename it")
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            return refuse("not a file", "what ends in .toml is read")
        if status.st_size > MAX_FILE_BYTES:
            return refuse(f"a file of {status.st_size} bytes", f"at most {MAX_FILE_BYTES}")
        text = decoded(file.read_bytes())
    except OSError as error:
        return refuse(f"cannot be read: {error.strerror}")
    except ValueError:
        return refuse("not UTF-8", "save it as UTF-8")
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
        start = header.start(1)
        line += text.count("\n", at, start)
        at = start
        if header[2] is None or header[1] not in lines:  # a part of a table stands for it where it comes first
            lines.setdefault(header[1], []).append(line)
    return lines


def _tables(
    name: str, kind: str, value: object, lines: list[int], schema: type, problems: Problems
) -> Iterator[Placed]:
    fields = attrs.fields_dict(schema)
    if kind not in fields:
        hint = _ELSEWHERE.get(kind) or did_you_mean(kind, fields)
        problems.append(Problem(where=f"{name}:1", what=f"unknown key {shown(kind)}", hint=hint))
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
        read = structured(table, type_)
    except Exception as error:  # noqa: BLE001 - whatever a table provokes, all of it is reported
        for path, what, hint in complaints(error):
            problems.append(Problem(where=f"{where}: {kind}{label}{path}", what=what, hint=hint))
    else:
        yield Placed(kind, read, table if isinstance(table, dict) else {}, where)
