"""The command line: assess a profile, read the rules."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from ... import __version__
from ...assessment import assess
from ...errors import BacktriageError, ProfileError, RulebookError, UnknownName, shown, streams
from ...errors.streams import EXIT_FAILED
from ...loading import stacked
from ...presentation import catalogue
from ...readings.frames import table_files
from ...rulebook.book import RuleBook
from ...triage.profile import Profile
from ...what_if import what_if
from ..terminal.command import REGION, ask
from ..terminal.command import add_command as add_ask
from .planning import add_command as add_plan
from .profiles import exit_code, read_profile
from .proving import add_commands as add_proofs

MAX_PORT: Final = 65_535
EXIT_BAD_INPUT: Final = 2
_EPILOG: Final = """\
exit codes of assess and ask:
  0 self-care   10 routine   20 soon   30 same day   40 emergency
  50 not settled: something could still be worse than what is certain
  2 the input cannot be used   3 the engines disagree, or one is not installed
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Returns:
        The exit code.
    """
    streams.prepare()
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except BrokenPipeError:  # whoever read it has seen enough
        streams.silence(sys.stdout)
        return EXIT_FAILED
    except (ProfileError, RulebookError, UnknownName, OSError) as error:
        streams.tell(error, sys.stderr)
        return EXIT_BAD_INPUT
    except BacktriageError as error:
        streams.tell(error, sys.stderr)
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
    assessing.add_argument("--region", default="", help=REGION)
    assessing.add_argument(
        "--engine", choices=("durable", "reference"), help="the default is durable where it is installed"
    )
    assessing.add_argument("--what-if", metavar="EXERCISE", help="add what would allow this one, or take it away")
    assessing.set_defaults(run=_assess)

    asking = add_ask(commands)
    asking.set_defaults(run=_ask)

    planning = add_plan(commands)

    table = commands.add_parser("assess-table", help="assess everybody in a Parquet or CSV file")
    table.add_argument("source", metavar="IN", help="the table: one row a person, one column a finding")
    table.add_argument("target", metavar="OUT", help="the table to write; an older one stays until this one is whole")
    table.add_argument("--denies", action="append", default=[], metavar="CHECKLIST", help="absent in every row")
    table.add_argument("--keep", action="append", default=[], metavar="COLUMN", help="a column to carry along")
    table.add_argument("--trace", action="store_true", help="add a column for every rule")
    table.add_argument("--doses", action="store_true", help="add the doses: what to start with, and the ceilings")
    table.add_argument("--errors", choices=("raise", "column"), default="raise", help="refuse wrong rows, or name them")
    table.set_defaults(run=_assess_table)

    rules = commands.add_parser("rules", help="read the rules")
    rules.set_defaults(run=_lines, lines=catalogue.rules, arguments=())
    views = rules.add_subparsers(metavar="VIEW")
    for name, one in catalogue.VIEWS.items():
        view = views.add_parser(name, help=one.help)
        for argument, help_ in one.arguments.items():
            view.add_argument(argument, help=help_)
        view.set_defaults(run=_lines, lines=one.lines, arguments=tuple(one.arguments))

    add_proofs(commands)

    mutating = commands.add_parser("mutate", help="which small mistakes in the rules nobody would notice")
    mutating.add_argument("path", metavar="PATH", help="a folder of rule files")
    mutating.add_argument("cases", metavar="CASES", nargs="*", help="*.cases.toml files of expected results")
    mutating.set_defaults(run=_mutate)

    serving = commands.add_parser("serve", help="serve assessments, interviews and the page over HTTP")
    serving.add_argument(
        "--host", default="127.0.0.1", help="the address to listen on; the default is this machine only"
    )
    serving.add_argument("--port", type=_port, default=8765, help="the port to listen on; the default is 8765")
    serving.set_defaults(run=_serve)

    for_models = commands.add_parser("mcp", help="serve language models: MCP on standard input and output")
    for_models.add_argument("--region", default="", help=REGION)
    for_models.set_defaults(run=_mcp)

    for command in (assessing, asking, planning, table, rules, serving, for_models):
        command.add_argument("--rulebook", metavar="FOLDER", help="a folder of rule files; the default one if left out")
        command.add_argument("--overlay", metavar="FOLDER", action="append", default=[], help="an overlay upon it")
    return parser


def _port(text: str) -> int:
    if re.fullmatch(r"[0-9]{1,5}", text) and int(text) <= MAX_PORT:
        return int(text)
    raise argparse.ArgumentTypeError(f"{shown(text)} is no port; give a number up to {MAX_PORT}")


def _book(options: argparse.Namespace) -> RuleBook:
    return stacked(options.rulebook, options.overlay)


def _assess(options: argparse.Namespace) -> int:
    book = _book(options)
    profile = Profile(read_profile(options.profile), rulebook=book)
    assessment = assess(profile, engine=options.engine, region=options.region)
    supposed = what_if(assessment, options.what_if) if options.what_if is not None else None
    if options.json:
        about = {"what_if": supposed.to_dict()} if supposed else {}
        text = json.dumps(assessment.to_dict() | about, ensure_ascii=False, indent=2)
    else:
        text = "\n".join(map(str, (assessment, *(("", "WHAT IF", supposed) if supposed else ()))))
    return streams.answered(text, exit_code(assessment))


def _ask(options: argparse.Namespace) -> int:
    assessment, page = ask(options, _book(options))
    return streams.answered(page, exit_code(assessment))


def _assess_table(options: argparse.Namespace) -> int:
    table_files.assess_table(
        options.source,
        options.target,
        denies=options.denies,
        keep=options.keep,
        trace=options.trace,
        doses=options.doses,
        errors=options.errors,
        rulebook=_book(options),
        progress=sys.stderr,
    )
    return 0


def _lines(options: argparse.Namespace) -> int:
    book = _book(options)
    given = [getattr(options, name) for name in options.arguments]
    lines: Iterator[str] = options.lines(book, *given)
    found = list(lines)
    if not found:
        asked = given[-1]
        what = "speaks of" if "words" in options.arguments else "has the id"
        raise RulebookError.of("rules", f"nothing {what} `{asked}`", catalogue.hint(book, asked))
    return streams.answered("\n".join(found), 0)


def _mutate(options: argparse.Namespace) -> int:
    from ...testing.mutating import mutate  # noqa: PLC0415 - needed by this command only

    return mutate(options.path, options.cases)


def _serve(options: argparse.Namespace) -> int:
    from ..http import serve  # noqa: PLC0415 - needed by this command only

    serve(host=options.host, port=options.port, rulebook=_book(options))
    return 0


def _mcp(options: argparse.Namespace) -> int:
    from ..mcp import serve  # noqa: PLC0415 - needed by this command only

    streams.source()  # or nobody could speak with it
    serve(rulebook=_book(options), region=options.region)
    return 0
