"""How well messages are read and replies checked: precision and recall by finding, over corpora of FORMAT.md.

    python tests/benchmarks/language.py [file.toml ...]

Without files: every file of tests/benchmarks/corpora/. The second reader has learned from all of the messages:
what it hears in new ones, `learn_language.py --held` measures.
"""

from __future__ import annotations

import argparse
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import backtriage as bt
from backtriage.free_text import ReplyProblemKind

CORPORA = Path(__file__).parent / "corpora"
LOCKED = {"suicide": "suicidal_thoughts", "painkillers": "too_many_painkillers", "overdose": "overdose_unwell_or_meant"}
ONCE = ("dissuasion", "delay")
"""What older files label as the promise that nothing is wrong."""
BOOK = bt.default_rulebook()


@attrs.define
class Score:
    """Hits, misses and false alarms."""

    hits: int = 0
    missed: int = 0
    false: int = 0

    def add(self, *, expected: bool, found: bool) -> None:
        self.hits += expected and found
        self.missed += expected and not found
        self.false += found and not expected

    @property
    def recall(self) -> float:
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else 1.0

    @property
    def precision(self) -> float:
        return self.hits / (self.hits + self.false) if self.hits + self.false else 1.0

    def __add__(self, other: Score) -> Score:
        return Score(self.hits + other.hits, self.missed + other.missed, self.false + other.false)

    def __str__(self) -> str:
        counts = f"{self.hits} found, {self.missed} missed, {self.false} false"
        return f"recall {self.recall:6.1%}  precision {self.precision:6.1%}  ({counts})"


def emergencies() -> frozenset[str]:
    """The findings that are an emergency by themselves."""
    return frozenset(id_ for id_ in BOOK.vocabulary.yes_no if bt.assess({id_: True}).at_least is bt.Urgency.EMERGENCY)


def implied(ids: set[str]) -> set[str]:
    """The findings that follow from some, without themselves."""
    return {follows for id_ in ids for follows in BOOK.vocabulary.implied.get(id_, ())} - ids


def score_messages(messages: list[dict[str, Any]], book: bt.RuleBook = BOOK) -> tuple[Score, list[str]]:
    """Print the scores of some messages. Gives the score of the emergency findings, and what was wrong."""
    present: dict[str, Score] = {}
    absent = Score()
    locked = Score()
    heard, questions, harmless = Score(), 0, 0
    clean: Counter[str] = Counter()
    wrong: list[str] = []
    urgent = emergencies()
    started = time.perf_counter()
    for message in messages:
        reading = bt.read_message(message["text"], rulebook=book)
        asked = {finding.id for finding in reading.ask} & urgent
        expected = set(message.get("present", ()))
        denied = set(message.get("absent", ()))
        spared = set(message.get("may", ())) | implied(expected)
        found, refused = reading.present - (spared - expected), reading.absent - spared
        for id_ in sorted(expected | found):
            present.setdefault(id_, Score()).add(expected=id_ in expected, found=id_ in found)
        for id_ in expected & urgent:
            heard.add(expected=True, found=id_ in reading.present | asked)
        if not expected & urgent:
            questions, harmless = questions + len(asked - spared), harmless + 1
        for id_ in denied | refused:
            absent.add(expected=id_ in denied, found=id_ in refused)
        ids = message.get("locked", ())
        ids = [ids] if isinstance(ids, str) else ids
        shown = {key for key, finding in LOCKED.items() if finding in reading.present and reading.locked}
        shown -= {"painkillers"} if "overdose" in shown else set()
        for key in {*ids, *shown}:
            locked.add(expected=key in ids, found=key in shown)
        ok = found == expected and refused == denied and shown == set(ids)
        clean[message["kind"]] += ok
        if not ok:
            parts = {
                "missed": expected - found,
                "false": found - expected,
                "not denied": denied - refused,
                "denied": refused - denied,
            }
            what = "; ".join(f"{name}: {', '.join(sorted(ids))}" for name, ids in parts.items() if ids)
            wrong.append(f"{message['id']}: {message['text']!r}\n    {what or 'locked message'}")
    took = time.perf_counter() - started
    worst = sum((score for id_, score in present.items() if id_ in urgent), Score())
    print(f"  emergency findings   {worst}")
    raised = questions / max(1, harmless)
    print(f"  suggested or asked   recall {heard.recall:6.1%}  ({raised:.2f} questions where there is none)")
    print(f"  all findings         {sum(present.values(), Score())}")
    print(f"  denied findings      {absent}")
    print(f"  locked messages      {locked}")
    kinds = Counter(message["kind"] for message in messages)
    print(f"  {len(messages)} messages, {took / len(messages) * 1000:.1f} ms each; all right by kind:", end=" ")
    print(", ".join(f"{kind} {clean[kind]}/{number}" for kind, number in kinds.items()))
    for id_, score in sorted(present.items(), key=lambda item: (item[0] not in urgent, item[0])):
        print(f"    {'!' if id_ in urgent else ' '} {id_:<34} {score}")
    return worst, wrong


def replies_of(tables: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], bt.Assessment, str]]:
    """Each reply with its assessment and its text, the locked messages filled in."""
    for reply in tables:
        profile = dict(reply["profile"])
        denies = profile.pop("denies", [])
        denies = list(BOOK.vocabulary.checklists) if denies == "all" else denies
        region = profile.pop("region", reply.get("region", ""))
        assessment = bt.assess(profile, denies=denies, region=region)
        locked = [message.text for message in assessment.messages() if message.locked]
        text = reply["text"].replace("{locked:1}", locked[0]).replace("{locked}", "\n".join(locked))
        yield reply, assessment, text


def score_replies(tables: list[dict[str, Any]]) -> tuple[dict[str, Score], list[str]]:
    """Print the scores of some replies. Gives the score of each kind of problem, and what was wrong.

    A kind that no reply of the file is labelled with has no score; where nothing is wrong it is a
    false alarm all the same.
    """
    labelled = {problem["kind"] for reply in tables for problem in reply["problems"]}
    scores = {kind.value: Score() for kind in ReplyProblemKind if kind.value in labelled}
    alarms: Counter[str] = Counter()
    flagged = 0
    wrong: list[str] = []
    drafted = list(replies_of(tables))
    started = time.perf_counter()
    for reply, assessment, text in drafted:
        check = bt.check_reply(text, assessment)
        found = [(problem.kind.value, problem.about) for problem in check.problems]
        expected = [expected_problem(problem) for problem in reply["problems"]]
        older = [("promise", frozenset({"fine"})) for kind, _ in found if "dissuasion" not in labelled and kind in ONCE]
        said = [*found, *older]
        hit = [any(kind == k and (not names or names & about) for k, about in said) for kind, names in expected]
        for (kind, _), ok in zip(expected, hit, strict=True):
            scores[kind].add(expected=True, found=ok)
        extra = {
            (kind, tuple(sorted(about)))
            for kind, about in found
            if not any(kind == k and (not names or names & about) for k, names in expected)
            and (kind in labelled or not expected)
        }
        for kind, _ in extra:
            if kind in labelled:
                scores[kind].add(expected=False, found=True)
        if not expected:
            flagged += bool(extra)
            alarms.update({kind for kind, _ in extra})
        if extra or not all(hit):
            lost = [problem for problem, ok in zip(reply["problems"], hit, strict=True) if not ok]
            wrong.append(f"{reply['id']}: {reply['text']!r}\n    missed: {lost}; false: {sorted(extra)}")
    took = time.perf_counter() - started
    right = sum(not reply["problems"] for reply in tables)
    for kind, score in scores.items():
        print(f"  {kind:<20} {score}")
    by_kind = ", ".join(f"{kind} {number}" for kind, number in sorted(alarms.items()))
    print(f"  false alarms         {flagged} of {right} replies with nothing wrong{by_kind and f' ({by_kind})'}")
    print(f"  {len(tables)} replies, {took / len(tables) * 1000:.1f} ms each")
    return scores, wrong


def expected_problem(problem: dict[str, Any]) -> tuple[str, frozenset[str]]:
    """The kind of a problem as it is labelled, and what it may be about."""
    names = [problem.get(key, "") for key in ("exercise", "promise", "medicine")] + list(problem.get("also", ()))
    return problem["kind"], frozenset(filter(None, names))


def main() -> None:
    """Score the files that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--wrong", action="store_true", help="print every message and reply that was not all right")
    given = parser.parse_args()
    halves = [file for half in ("dev", "real", "blind") for file in sorted(CORPORA.glob(f"*_{half}*.toml"))]
    for file in given.files or halves:
        tables = tomllib.loads(file.read_text())
        print(f"\n{file.name}")
        if "message" in tables:
            _, wrong = score_messages(tables["message"])
        else:
            _, wrong = score_replies(tables["reply"])
        if given.wrong:
            print("", *wrong, sep="\n  ")


if __name__ == "__main__":
    sys.exit(main())
