"""Rulebooks of others: read, laid upon each other, and proved before they are let in."""

from __future__ import annotations

import os
from collections.abc import Iterable

from .errors import RulebookError, shown
from .rulebook.book import RuleBook
from .rulebook.reading import default_rulebook, laid, read


def load_rulebook(path: str | os.PathLike[str], *, extends: RuleBook | None = None, verified: bool = False) -> RuleBook:
    """Read and check the rulebook in a folder, or an overlay upon another rulebook.

    An overlay adds findings, exercises, rules, texts and regions, and never replaces any. It is proved that with it
    every guarantee holds, and that nobody is told less caution about what lies below, but where a rule of it says
    ``relaxes``; otherwise it is refused, and so it is where that cannot be proved.

    Args:
        path: A folder of ``.toml`` files.
        extends: The rulebook below, if the folder is an overlay.
        verified: Refuse a rulebook of which not everything is proved that :func:`backtriage.verify` proves.

    Raises:
        RulebookError: With every problem of every file, each with file and line; where a proof fails the problems are
            :class:`backtriage.errors.Refuted`, with the witness as data.
        MissingExtra: If something is to be proved and z3-solver is not installed.

    >>> load_rulebook("no/such/folder")
    Traceback (most recent call last):
    backtriage.errors.RulebookError: no/such/folder: no rule files; a rulebook is a folder of .toml files
    """
    if not isinstance(path, str | os.PathLike):
        raise RulebookError.of("rulebook", f"{shown(path)} is no path", "give the folder of the rule files")
    folder = os.fspath(path)
    book = read(folder) if extends is None else laid(folder, extends)
    if extends is not None or verified:
        from .readings.proofs.overlaid import refused  # noqa: PLC0415 - an extra, and much to read where nothing is proved

        if problems := refused(book, everything=verified):
            raise RulebookError(problems)
    return book


def stacked(folder: str | None = None, overlays: Iterable[str] = ()) -> RuleBook:
    """The rulebook in a folder, or the default one, with overlays upon it, each on the one before.

    Raises:
        RulebookError: As :func:`load_rulebook` does.
        MissingExtra: If there is an overlay and z3-solver is not installed.

    >>> stacked() is default_rulebook()
    True
    """
    book = load_rulebook(folder) if folder else default_rulebook()
    for overlay in overlays:
        book = load_rulebook(overlay, extends=book)
    return book
