"""The command ``plan``: weeks of exercise from one profile, as a page, JSON, a calendar file or a sheet to print."""

from __future__ import annotations

import argparse
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from ...assessment import assess
from ...episode.plan import Plan, plan
from ...errors import ProfileError, shown, streams
from ...loading import stacked
from ...triage.profile import Profile
from ..private_files import write_privately
from ..terminal.command import REGION
from .profiles import exit_code, read_profile


def add_command(commands: Any) -> argparse.ArgumentParser:
    """Add the command to the command line."""
    planning: argparse.ArgumentParser = commands.add_parser("plan", help="weeks of exercise from one profile")
    planning.add_argument("profile", help="a TOML or JSON file of answers, or - for standard input")
    planning.add_argument("--from", dest="start", metavar="DATE", type=day, help="the first day; today if left out")
    planning.add_argument("--weeks", type=int, default=12, help="how many weeks; the default is 12")
    planning.add_argument("--days", default="7", metavar="DAYS", help="how many days a week, or which: mon,wed,fri")
    planning.add_argument("--minutes", type=int, default=15, help="how long a session may take; the default is 15")
    planning.add_argument("--ics", metavar="FILE", help="write a calendar file; a later one brings it up to date")
    planning.add_argument("--alarm", type=int, metavar="MINUTES", help="in it, remind so long before a session")
    planning.add_argument("--sheet", metavar="FILE", help="write an HTML page that prints on two sheets of A4")
    planning.add_argument("--json", action="store_true", help="print the plan as JSON")
    planning.add_argument("--region", default="", help=REGION)
    planning.add_argument("--engine", choices=("durable", "reference"), help="as for assess")
    planning.set_defaults(run=_plan)
    return planning


def _plan(options: argparse.Namespace) -> int:
    book = stacked(options.rulebook, options.overlay)
    profile = Profile(read_profile(options.profile), rulebook=book)
    assessment = assess(profile, engine=options.engine, region=options.region)
    today = date.today()  # noqa: DTZ011 - the day it is where the person is
    days = int(options.days) if options.days.isdecimal() else [name.strip() for name in options.days.split(",")]
    made = plan(
        assessment, start=options.start or today, weeks=options.weeks, days=days, minutes=options.minutes, today=today
    )
    _write(options, made)
    text = json.dumps(made.to_dict(), ensure_ascii=False, indent=2) if options.json else str(made)
    return streams.answered(text, exit_code(assessment))


def _write(options: argparse.Namespace, made: Plan) -> None:
    if options.alarm is not None and options.alarm < 0:
        raise ProfileError.of("--alarm", f"{options.alarm} minutes", "give 0 or more")
    alarm = None if options.alarm is None else timedelta(minutes=options.alarm)
    if options.ics:
        write_privately(Path(options.ics), made.to_ics(alarm=alarm).decode())
    if options.sheet:
        write_privately(Path(options.sheet), made.to_html())


def day(text: str) -> date:
    """A date on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{shown(text)} is not a date; write it as 2026-11-21") from None
