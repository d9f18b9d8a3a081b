"""The command line: assess a profile, read the rules."""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from . import catalogue
from ._version import __version__
from .assessment import Assessment
from .errors import BacktriageError, Problem, ProfileError, RulebookError
from .loading import default_rulebook, load_rulebook
from .profile import Profile, read_json
from .rulebook import RuleBook
from .rules import Urgency
from .triage import assess

MAX_PROFILE_BYTES: Final = 1_000_000
EXIT_BAD_INPUT: Final = 2
EXIT_FAILED: Final = 3
EXIT_NOT_SETTLED: Final = 50
EXIT_CODES: Final = {
    Urgency.SELF_CARE: 0,
    Urgency.ROUTINE: 10,
    Urgency.SOON: 20,
    Urgency.SAME_DAY: 30,
    Urgency.EMERGENCY: 40,
}
_EPILOG: Final = """\
exit codes of assess:
  0 self-care   10 routine   20 soon   30 same day   40 emergency
  50 not settled: something could still be worse than what is certain
  2 the input cannot be used   3 the engines disagree, or one is not installed
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Returns:
        The exit code.
    """
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except (ProfileError, RulebookError, OSError) as error:
        print(error, file=sys.stderr)
        return EXIT_BAD_INPUT
    except BacktriageError as error:
        print(error, file=sys.stderr)
        return EXIT_FAILED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m backtriage",
        description="Back-pain triage from declarative, sourced rules. Not a medical device.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"backtriage {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    assessing = commands.add_parser("assess", help="assess a profile", epilog=_EPILOG)
    assessing.formatter_class = argparse.RawDescriptionHelpFormatter
    assessing.add_argument("profile", help="a TOML or JSON file of answers, or - for standard input")
    assessing.add_argument("--json", action="store_true", help="print the assessment as JSON")
    assessing.add_argument("--region", default="", help="whose telephone numbers: GB, IE, US, CA, AU, NZ, EU")
    assessing.add_argument(
        "--engine", choices=("durable", "reference"), help="the default is durable where it is installed"
    )
    assessing.set_defaults(run=_assess)

    rules = commands.add_parser("rules", help="read the rules")
    rules.set_defaults(run=_lines, lines=catalogue.rules)
    views = rules.add_subparsers(metavar="VIEW")
    for name, (lines, help_) in catalogue.VIEWS.items():
        view = views.add_parser(name, help=help_)
        if name == "show":
            view.add_argument("id", help="the id of a rule, an exercise, a finding or a source")
        view.set_defaults(run=_lines, lines=lines)

    for command in (assessing, rules):
        command.add_argument("--rulebook", metavar="FOLDER", help="a folder of rule files; the default one if left out")
    return parser


def _book(options: argparse.Namespace) -> RuleBook:
    return load_rulebook(options.rulebook) if options.rulebook else default_rulebook()


def _assess(options: argparse.Namespace) -> int:
    book = _book(options)
    profile = Profile(read_profile(options.profile), rulebook=book)
    assessment = assess(profile, engine=options.engine, region=options.region)
    print(assessment.to_json(indent=2) if options.json else assessment)
    return exit_code(assessment)


def _lines(options: argparse.Namespace) -> int:
    lines: Iterator[str] = options.lines(_book(options), *([options.id] if "id" in options else []))
    found = list(lines)
    if not found:
        raise RulebookError(
            [
                Problem(
                    where="rules",
                    what=f"nothing has the id `{options.id}`",
                    hint=catalogue.hint(_book(options), options.id),
                )
            ]
        )
    print("\n".join(found))
    return 0


def exit_code(assessment: Assessment) -> int:
    """The exit code for an assessment: 0 only where self-care is settled."""
    return EXIT_CODES[assessment.urgency] if assessment.urgency else EXIT_NOT_SETTLED


def read_profile(path: str) -> dict[str, object]:
    """The answers in a TOML or JSON file, or on standard input for ``-``.

    Raises:
        ProfileError: If it is neither, too large, or gives a key twice.
        OSError: If it cannot be read.
    """
    if path == "-":
        data = sys.stdin.buffer.read(MAX_PROFILE_BYTES + 1)
    else:
        with Path(path).open("rb") as file:
            data = file.read(MAX_PROFILE_BYTES + 1)
    if len(data) > MAX_PROFILE_BYTES:
        raise ProfileError(
            [Problem(where=path, what="too large for a profile", hint=f"at most {MAX_PROFILE_BYTES} bytes")]
        )
    if data.lstrip()[:1] in (b"{", b"["):
        return read_json(data)
    try:
        return tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProfileError([Problem(where=path, what=f"neither JSON nor TOML: {str(error)[:120]}")]) from None
