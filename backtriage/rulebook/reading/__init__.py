"""Rulebooks from their folders: the one that comes with the library, and others, as they are before any proof."""

from __future__ import annotations

import copyreg
import importlib.resources
import weakref
from pathlib import Path
from typing import Any

from ...errors import RulebookError, shown
from ..book import RuleBook
from .building import build
from .gathering import Gathered


def rulebook_of(given: RuleBook | None) -> RuleBook:
    """The rulebook that was given, or the default one.

    Raises:
        RulebookError: If something else was given.

    >>> rulebook_of("rules")
    Traceback (most recent call last):
    backtriage.errors.RulebookError: rulebook: `'rules'` is no rulebook; give what load_rulebook() returned
    """
    if given is None:
        return default_rulebook()
    if not isinstance(given, RuleBook):
        raise RulebookError.of("rulebook", f"{shown(given)} is no rulebook", "give what load_rulebook() returned")
    return given


def default_rulebook() -> RuleBook:
    """The rulebook that comes with the library, read once. Every thread gets the same one.

    >>> default_rulebook().id
    'backtriage'
    """
    return _default.get("") or _default.setdefault("", read(str(default_rules())))


_default: dict[str, RuleBook] = {}
"""Filled without a lock, which a fork could leave locked: two threads at the start may both read, and one result
stays."""


def default_rules() -> Path:
    """The folder of the rulebook that comes with the library: inside the package, or beside it in a checkout.

    Raises:
        RulebookError: If it is no folder, as where the library is imported from a zip file.
    """
    package = Path(str(importlib.resources.files("backtriage")))
    for folder in (package / "_rules", package.parent / "rules"):
        if folder.is_dir():
            return folder
    what = "the rules of the library are no files there"
    raise RulebookError.of(str(package), what, "it cannot be used from a zip file: install or unpack it")


def read(folder: str) -> RuleBook:
    """The rulebook in a folder, checked and not proved.

    Raises:
        RulebookError: With every problem of every file.
    """
    return build(Gathered(Path(folder)), Path(folder))


def laid(folder: str, below: RuleBook) -> RuleBook:
    """An overlay upon a rulebook, not proved. A rulebook is its files: they are read again.

    Raises:
        RulebookError: With every problem, or if the files of the rulebook below have changed since.
    """
    if not isinstance(below, RuleBook):
        raise RulebookError.of("extends", f"{shown(below)} is no rulebook", "give what load_rulebook() returned")
    lowest, *between = below.folders
    gathered = Gathered(Path(lowest))
    for one in between:
        gathered.lay(Path(one))
    if gathered.digest() != below.digest:
        raise RulebookError.of(below.path, "the rulebook has changed since it was loaded")
    gathered.lay(Path(folder))
    return build(gathered, Path(folder), below)


def _again(folders: tuple[str, ...], digest: str) -> RuleBook:
    """The rulebook that was pickled, read again. What was proved of it is proved of the same digest.

    Raises:
        RulebookError: If its files have changed since.
    """
    if folders == (str(default_rules()),) and default_rulebook().digest == digest:
        return default_rulebook()
    book = _read_again.get(digest)
    if book is None:
        book = read(folders[0])
        for folder in folders[1:]:
            book = laid(folder, book)
    if book.digest != digest:
        raise RulebookError.of(folders[-1], "the rulebook has changed since it was pickled")
    return _read_again.setdefault(digest, book)


_read_again: weakref.WeakValueDictionary[str, RuleBook] = weakref.WeakValueDictionary()


def _pickled(book: RuleBook) -> tuple[Any, ...]:
    return _again, (book.folders, book.digest)


copyreg.pickle(RuleBook, _pickled)
