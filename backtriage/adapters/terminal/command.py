"""The command: ``python -m backtriage ask``."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ...assessment import Assessment
from ...errors import MissingExtra, ProfileError, streams
from ...findings.strict_json import read_json
from ...interview.interview import Interview
from ...interview.questions import InterviewQuestion, Phase
from ...presentation.page import DISCLAIMER
from ..private_files import write_privately
from .conversation import Manner, Said, Wish, converse
from .layout import Layout
from .lines import Lines

if TYPE_CHECKING:
    from ...rulebook.book import RuleBook

MAX_KEPT_BYTES: Final = 1_000_000
REGION: Final = "whose telephone numbers: GB, IE, US, CA, AU, NZ, EU, or a country of the EU"
INTRODUCTION: Final = (
    "Short questions about pain in your back or neck, one at a time. Then: how soon to be seen, whom to ring, and "
    "exercises that suit you. It takes about five minutes. Your answers stay on this machine, and none is kept unless "
    "you name a file for it."
)
WHERE: Final = "Where are you? It decides whose telephone numbers are shown."
_ELSEWHERE: Final = "elsewhere"
_HINT: Final = "(pip install -e '.[terminal]' gives lists to move in instead of numbers.)"


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the command to the command line."""
    asking = commands.add_parser("ask", help="answer the questions here and now, and be assessed")
    asking.add_argument("--region", default="", help=REGION)
    asking.add_argument("--engine", choices=("durable", "reference"), help="as for assess")
    asking.add_argument("--plain", action="store_true", help="lines in place of lists: for a screen reader")
    asking.add_argument("--save", metavar="FILE", help="keep the answers in a new file, readable by you alone")
    asking.add_argument("--resume", metavar="FILE", help="go on with answers that were kept")
    return asking


def ask(options: argparse.Namespace, rulebook: RuleBook) -> tuple[Assessment, str]:
    """Hold the interview. Nothing is kept on disk unless a file is named.

    Returns:
        The assessment, and the page that is to be printed.

    Raises:
        ProfileError: If standard input is closed, a kept interview cannot be used, or the file to save to exists and is
            not the one resumed.
        OSError: If the kept interview cannot be read, or the file to save to not be begun.
    """
    source = streams.source()
    interview = _begun(options, rulebook)
    save = _new_file(options)
    if save:
        keep(interview, save)  # says at once if it cannot
    if isinstance(source, io.TextIOWrapper):
        source.reconfigure(errors="replace")  # bytes that are no text are asked again as any other nonsense
    layout = Layout.of(sys.stdout)
    manner = _manner(layout, plain=options.plain)

    def kept(interview: Interview) -> None:
        try:
            if save:
                keep(interview, save)
        except OSError as error:  # no reason to leave somebody without a result
            manner.tell(f"Your last answer was not kept: {error.strerror}.", loud=True)

    with contextlib.suppress(OSError):  # nobody can be asked any more: what is known is the answer
        if not interview.turn:
            manner.tell(f"{INTRODUCTION} {DISCLAIMER}")
        for notice in interview.notices:
            manner.tell(str(notice))
        try:
            if sys.stdin.isatty() and not interview.turn and not options.region:
                interview = _in_region(interview, manner, options)
            converse(interview, manner, kept)
        except (KeyboardInterrupt, EOFError):  # enough for now: say what to do
            print()
        if save:
            manner.tell(f"--resume {save} goes on with the answers that were kept.")
    if not interview.done:
        interview.stop()  # not kept: what has not been asked can still be answered
    return interview.assessment, layout.result(interview.assessment)


def _in_region(interview: Interview, manner: Manner, options: argparse.Namespace) -> Interview:
    """The interview with the telephone numbers of where the person is.

    Raises:
        KeyboardInterrupt: If they stop here.
    """
    book = interview.profile.rulebook
    regions = {code: one.name for code, one in book.regions.items() if code}
    asked = InterviewQuestion(
        id="region",
        kind="choice",
        phase=Phase.SAFE,
        text=WHERE,
        why="",
        options={**regions, _ELSEWHERE: "Somewhere else"},
    )
    reply = manner.ask(asked)
    while reply is Wish.BACK:  # there is nothing before it, and nobody goes on without numbers unasked
        reply = manner.ask(asked)
    if reply is Wish.STOP:
        raise KeyboardInterrupt
    code = str(reply.value) if isinstance(reply, Said) and reply.value in regions else ""
    return Interview(rulebook=book, region=code, engine=options.engine)


def _begun(options: argparse.Namespace, rulebook: RuleBook) -> Interview:
    if not options.resume:
        return Interview(rulebook=rulebook, region=options.region, engine=options.engine)
    with Path(options.resume).open("rb") as file:
        data = file.read(MAX_KEPT_BYTES + 1)
    if len(data) > MAX_KEPT_BYTES:
        what = "too large for an interview"
        raise ProfileError.of(options.resume, what, f"at most {MAX_KEPT_BYTES} bytes")
    kept = read_json(data) | ({"region": options.region} if options.region else {})
    return Interview.from_dict(kept, rulebook=rulebook, engine=options.engine)


def _new_file(options: argparse.Namespace) -> Path | None:
    """Where to keep the interview: a file of somebody else's answers is never written over."""
    if not options.save:
        return None
    path = Path(options.save)
    resumed = options.resume and path.exists() and path.samefile(options.resume)
    if path.exists() and not resumed:
        raise ProfileError.of(options.save, "exists", "--resume it too, or take another name")
    return path


def keep(interview: Interview, path: Path) -> None:
    """Write the interview to a file that only its owner can read, whole or not at all."""
    write_privately(path, json.dumps(interview.to_dict()))


def _manner(layout: Layout, *, plain: bool) -> Manner:
    lines = Lines(layout=layout, source=sys.stdin, out=sys.stdout)
    terminal = sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    if plain or not terminal:
        return lines
    try:
        from .keys import Keys  # noqa: PLC0415 - an extra
    except MissingExtra:
        lines.tell(_HINT)
        return lines
    return Keys(layout=layout, out=sys.stdout)
