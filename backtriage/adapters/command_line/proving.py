"""The commands ``verify`` and ``diff``: a table a person reads, or JSON; progress goes to standard error."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any, Final

import attrs

from ...errors import Refuted, RulebookError, streams
from ...loading import load_rulebook, stacked
from ...readings.proofs import diff, verify
from .planning import day

EXIT_FAILS: Final = 1


def add_commands(commands: Any) -> None:
    """Add the commands to the command line."""
    verifying = commands.add_parser(
        "verify",
        help="prove what the rules guarantee",
        description="Prove what a rulebook guarantees, for every possible profile. Exit code 1: not all is proved.",
    )
    verifying.add_argument("path", nargs="?", help="a folder of rule files; the default rulebook if left out")
    verifying.add_argument("--overlay", metavar="FOLDER", action="append", default=[], help="an overlay upon it")
    verifying.add_argument("--on", metavar="DATE", type=day, help="warn of what was to be reviewed before this day")
    verifying.set_defaults(run=_verify)
    comparing = commands.add_parser(
        "diff",
        help="what a change of the rules changes for anybody",
        description="Compare two rulebooks for every possible profile. Exit code 1: something is less cautious.",
    )
    comparing.add_argument("old", help="the folder of rule files before")
    comparing.add_argument("new", help="the folder of rule files after")
    comparing.set_defaults(run=_diff)
    for command in (verifying, comparing):
        command.add_argument("--json", action="store_true", help="print the result as JSON")


def _verify(options: argparse.Namespace) -> int:
    try:
        book = stacked(options.path, options.overlay)
    except RulebookError as error:
        if not all(isinstance(problem, Refuted) for problem in error.problems):
            raise
        refused = {"proved": False, "refused": [attrs.asdict(problem) for problem in error.problems]}
        return streams.answered(json.dumps(refused, indent=2) if options.json else str(error), EXIT_FAILS)
    result = verify(book, progress=_tell, on=options.on)
    _tell("")
    text = json.dumps(result.to_dict(), indent=2) if options.json else str(result)
    return streams.answered(text, 0 if result.proved else EXIT_FAILS)


def _diff(options: argparse.Namespace) -> int:
    result = diff(load_rulebook(options.old), load_rulebook(options.new), progress=_tell)
    _tell("")
    text = json.dumps(result.to_dict(), indent=2) if options.json else str(result)
    return streams.answered(text, EXIT_FAILS if result.less_cautious else 0)


def _tell(what: str) -> None:
    """One line that is overwritten; where nobody watches, nothing."""
    if sys.stderr.isatty():
        streams.tell(f"\r\x1b[K{what[:78]}", sys.stderr, end="")
