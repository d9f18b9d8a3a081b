"""What an interview costs: ``python tests/benchmarks/interview.py [--quick]``.

What a person reads until they know what to do, the time to the next question, and how many questions it takes to
settle urgency: as screens and as single questions, against those that would have done in hindsight and against asking
everything in order. It asserts nothing: every figure stands beside its target, and a star marks one over it.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter_ns, process_time_ns
from typing import Any

import backtriage as bt
from assess import figure, print_setting, print_table, target
from measuring import ENGINES, percentile
from people import PLACES, TYPICAL, VOCABULARY, Person, cases, population

NEXT_MS = 3.0
SAFE = {"ordinary low back pain": 10, "a cauda equina story": 2}
PLAN = 6
STORIES: dict[str, tuple[dict[str, Any], int]] = {
    "ordinary low back pain": ({}, 10),
    "the neck alone": ({"neck_pain": True, "lower_back_pain": False}, 10),
    "cauda equina": ({"new_bladder_change": True}, 2),
    "a stroke, from the neck": ({"neck_pain": True, "lower_back_pain": False, "stroke_signs": True}, 4),
    "aorta": (
        {"age": 57, "pain_score": 9, "pain_duration_days": 0, "sudden_severe_pain": True, "sudden_no_trigger": True},
        4,
    ),
    "heart": (
        {"age": 62, "pain_duration_days": 0, "upper_back_pain": True, "arm_pain": True, "sweating_or_sick": True},
        4,
    ),
}
"""What each has beside ordinary low back pain, and in how many screens it should end."""
MOST = {"lines": 55, "words": 800, "not sure": 20}
BEFORE = {"ordinary low back pain": (12, 82, 1_250)}
"""Screens, lines and words of 0.1.0, as it was counted when the targets were set."""
UNSAID = {id_ for id_, finding in VOCABULARY.findings.items() if finding.reported}


def main() -> None:
    parser = argparse.ArgumentParser(description="What an interview costs. Asserts nothing.")
    parser.add_argument("--quick", action="store_true", help="interview fewer people")
    size = 100 if parser.parse_args().quick else 1_000
    people = population(size, seed=1)
    print_setting()
    print_reading()
    print_times(people[: size // 10])
    print_examples()
    print_counts(f"{size:,} varied people", people)
    print_counts("the cases of every urgency rule", [*cases()])
    print_counts(f"{size:,} varied people who skip one question in ten", people, every=10)


# -- one interview ----------------------------------------------------------------------------------------------------


@dataclass
class Held:
    """One interview, held to the end.

    Attributes:
        screens: The questions of each phase as shown, a group being one.
        single: What each single question of the safe phase answers, a group's counted apart; a checklist is one.
        next_ns: Nanoseconds from an answer to the next question, by the clock and of the processor.
    """

    iv: bt.Interview
    screens: dict[bt.Phase, int] = field(default_factory=lambda: defaultdict(int))
    single: list[tuple[str, ...]] = field(default_factory=list)
    next_ns: list[tuple[int, int]] = field(default_factory=list)


def hold(person: dict[str, Any], *, engine: str = "reference", every: int = 0, kept: bool = False) -> Held:
    """Interview somebody who answers truly, and skips each ``every``-th question."""
    held = Held(iv=bt.Interview(engine=engine))
    while (question := held.iv.question) is not None:
        if question.kind != "offer":
            held.screens[question.phase] += 1
            if question.phase is bt.Phase.SAFE:
                held.single += [part.findings for part in question.parts or (question,)]
        skipped = every and sum(held.screens.values()) % every == every - 1
        said = None if skipped and question.kind != "offer" else reply(question, person)
        text = json.dumps(held.iv.to_dict()) if kept else ""
        start, begun = perf_counter_ns(), process_time_ns()
        if kept:
            held.iv = bt.Interview.from_dict(json.loads(text), engine=engine)
        held.iv.answer(said)
        held.iv.question  # noqa: B018 - reading is the point
        if kept:
            json.dumps(held.iv.to_dict())
        held.next_ns.append((perf_counter_ns() - start, process_time_ns() - begun))
    return held


def reply(question: bt.InterviewQuestion, person: dict[str, Any]) -> Any:
    if question.kind == "group":
        return {part.id: reply(part, person) for part in question.parts}
    if question.kind == "checklist":
        return [line for line in question.items if person[line]] or "none"
    return True if question.kind == "offer" else person[question.id]


def whole(person: Person) -> dict[str, Any]:
    """Everything about a person: what they do not name is absent, or usual."""
    usual = {id_: _usual(id_) for id_ in VOCABULARY.findings}
    told = with_implied(person.answers)
    answers = {**usual, **TYPICAL.answers, **dict.fromkeys((*PLACES, *UNSAID), False), **told}
    if not any(answers[place] for place in PLACES):
        answers["lower_back_pain"] = True
    answers["age_at_onset"] = min(answers["age_at_onset"], answers["age"])
    return answers


def _usual(id_: str) -> object:
    finding = VOCABULARY.findings[id_]
    if finding.kind == "choice":
        return next(option for option in reversed(finding.options))
    return False if finding.kind == "yes_no" else min(30, finding.maximum) if id_ == "age_at_onset" else 0


def needed(held: Held) -> int:
    """How many of the questions settle the same urgency in hindsight, the rest being left out from the last one on."""
    urgency, given = held.iv.assessment.urgency, dict(held.iv.profile.given)
    left = len(held.single)
    for findings in reversed(held.single):
        fewer = {id_: value for id_, value in given.items() if id_ not in findings}
        if urgency and bt.assess(fewer, engine="reference").urgency is urgency:
            given, left = fewer, left - 1
    return left


def in_order(person: dict[str, Any]) -> int:
    """How many questions a form asks that asks everything that applies, in order, for safety."""
    voluntary = {"fit", "known_back", "eases_direction", "provokes_direction", "pain_side"}
    return sum(
        any(_applies(finding, person) for finding in question.findings)
        for question in VOCABULARY.questions.values()
        if question.id not in voluntary | UNSAID and not question.id.startswith(("cleared_", "startback_"))
    )


def _applies(finding: str, person: dict[str, Any]) -> bool:
    return all(gate.holds(person) for gate in VOCABULARY.gates_of(finding))


# -- what is read -----------------------------------------------------------------------------------------------------


@dataclass
class Read:
    """What a person reads for safety.

    Attributes:
        screens: Screens.
        single: Screens where a face asks one question at a time.
        lines: Lines of lists, and questions that are none.
        words: Words of questions, help, lines and options; the reason once a phase where the face says it once.
    """

    screens: int = 0
    single: int = 0
    lines: int = 0
    words: int = 0


def read_by(person: dict[str, Any] | None, *, why_each: bool = False, one_question: bool = False) -> Read:
    """An interview held to the end of its safe part; ``None`` is somebody who is not sure of anything."""
    iv, found, why = bt.Interview(engine="reference"), Read(), ""
    while (question := iv.question) is not None and question.phase is bt.Phase.SAFE:
        parts = question.parts[:1] if one_question and question.parts else question.parts or (question,)
        found.screens += 1
        found.single += len(parts)
        found.lines += sum(part.lines for part in parts)
        found.words += words(question.why) if why_each or question.why != why else 0
        found.words += sum(words(part.text, part.help, *_listed(part)) for part in parts)
        why = question.why
        answers = {part.id: None if person is None else reply(part, person) for part in parts}
        iv.answer(answers if question.parts else answers[question.id])
    return found


def words(*texts: str) -> int:
    return len(" ".join(texts).split())


def _listed(part: bt.InterviewQuestion) -> list[str]:
    return [*part.items.values(), *part.item_help.values(), *part.options.values()]


def with_implied(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers, and as present what present findings imply."""
    implied = [id_ for name, value in answers.items() if value is True for id_ in VOCABULARY.implied.get(name, ())]
    return {**answers, **dict.fromkeys(implied, True)}


def print_reading() -> None:
    rows = []
    for name, (own, most) in STORIES.items():
        found = read_by(whole(Person({**TYPICAL.answers, **own})))
        before = "{} screens, {} lines, {:,} words".format(*BEFORE[name]) if name in BEFORE else ""
        rows.append((name, *_told(found, most), before))
    for name, options in (
        ("one question at a time, the reason once (terminal)", {"one_question": True}),
        ("the reason on each screen (HTTP, MCP, chatbots)", {"why_each": True}),
    ):
        found = read_by(whole(TYPICAL), **options)
        rows.append((f"ordinary low back pain, {name}", *_told(found, 10), ""))
    for name, one in (("whole screens (page)", False), ("one question at a time (terminal, chatbots)", True)):
        found = read_by(None, one_question=one)
        rows.append((f"not sure to everything, {name}", *_told(found, MOST["not sure"], reading=False), ""))
    heads = ("", "screens", "target", "questions", "lines", "words", "before")
    print_table(f"0. Read for safety; targets: {MOST['lines']} lines, {MOST['words']} words", heads, rows)


def _told(found: Read, most: int, *, reading: bool = True) -> tuple[str, ...]:
    lines = figure(found.lines, MOST["lines"], digits=0) if reading else f"{found.lines}"
    read = figure(found.words, MOST["words"], digits=0) if reading else f"{found.words}"
    return figure(found.screens, most, digits=0), target(most), f"{found.single}", lines, read


# -- print ------------------------------------------------------------------------------------------------------------


def print_times(people: list[Person]) -> None:
    rows = []
    for engine in ENGINES:
        for name, kept in (("in memory", False), ("from JSON to JSON", True)):
            hold(whole(TYPICAL), engine=engine, kept=kept)  # a warm-up
            times = [pair for person in people for pair in hold(whole(person), engine=engine, kept=kept).next_ns]
            cells = [
                figure(percentile(column, share) / 1e6, NEXT_MS, digits=2)
                for column in zip(*times, strict=True)
                for share in (50, 95, 99)
            ]
            rows.append((f"{engine}, {name}", f"{len(times):,}", *cells, target(NEXT_MS)))
    heads = ("ms", "answers", *[f"{kind}{share}" for kind in ("", "CPU ") for share in ("p50", "p95", "p99")], "target")
    print_table("1. From an answer to the next question, by the clock and in time of the processor", heads, rows)


def print_examples() -> None:
    low_back = {"eases_direction": "neither", "provokes_direction": "neither"}
    examples = {
        "ordinary low back pain": Person({**TYPICAL.answers, **low_back}),
        "a cauda equina story": Person({**TYPICAL.answers, "new_bladder_change": True}),
    }
    rows = []
    for name, person in examples.items():
        held = hold(whole(person))
        safe, plan = held.screens[bt.Phase.SAFE], held.screens[bt.Phase.PLAN]
        rows.append(
            (name, figure(safe, SAFE[name], digits=0), target(SAFE[name]), figure(plan, PLAN, digits=0), target(PLAN))
        )
    print_table("2. Questions as shown", ("", "safe", "target", "plan", "target"), rows)


def print_counts(name: str, people: list[Person], *, every: int = 0) -> None:
    found: defaultdict[str, list[tuple[int, ...]]] = defaultdict(list)
    for person in map(whole, people):
        held = hold(person, every=every)
        urgency, screens = held.iv.assessment.urgency, held.screens
        everything = in_order(person)
        counts = (screens[bt.Phase.SAFE], len(held.single), needed(held), everything, screens[bt.Phase.PLAN])
        for level in (str(urgency or "not settled"), "all"):
            found[level].append(counts)
    order = ("emergency", "same_day", "soon", "routine", "self_care", "not settled", "all")
    columns = ("screens", "questions", "in hindsight", "everything", "plan")
    heads = ("", "people", *[f"{column} {share}" for column in columns for share in ("p50", "p95")])
    rows = [(level, f"{len(found[level]):,}", *_shares(found[level])) for level in order if level in found]
    print_table(f"3. Questions until urgency is settled or nothing is left to ask, {name}", heads, rows)


def _shares(counts: list[tuple[int, ...]]) -> Iterator[str]:
    for column in zip(*counts, strict=True):
        for share in (50, 95):
            yield f"{percentile(column, share)}"


if __name__ == "__main__":
    main()
