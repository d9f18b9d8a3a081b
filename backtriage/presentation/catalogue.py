"""The rulebook as text to read: lists, and one entry at a time with all its sources."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import attrs

from ..errors import did_you_mean
from ..findings.finding import Choice, Finding, Number
from ..rulebook import ledger
from ..rulebook.book import RuleBook
from ..rulebook.doses import Dose
from ..rulebook.exercises import Exercise
from ..rulebook.rules import AnyRule, Source, SourceRef, Urgent
from .new_rule import KINDS, new_rule
from .page import WIDTH
from .stubs import answers_source

_EVIDENCE: Final = {
    "sourced": "sourced",
    "second_hand": "second-hand: read through another page",
    "unverified": "unverified",
}


def rules(book: RuleBook) -> Iterator[str]:
    """Every rule in a line, under its effect."""
    yield f"{book.title}: {book.identity}"
    heading = ""
    for rule in book.rules:
        effect = f"{rule.effect.kind}: {rule.effect.level}" if isinstance(rule.effect, Urgent) else rule.effect.kind
        if effect != heading:
            heading = effect
            yield from ("", heading)
        yield f"  {rule.id:32} {rule.title}"


def exercises(book: RuleBook) -> Iterator[str]:
    """Every exercise in a line, under its status."""
    for status in ("offered", "blocked", "named_only"):
        yield status
        yield from (f"  {entry.id:32} {entry.name}" for entry in book.exercises.values() if entry.status == status)


def findings(book: RuleBook) -> Iterator[str]:
    """Every question with its findings, in the order of asking."""
    for question in book.vocabulary.questions.values():
        checklist = book.vocabulary.checklists.get(question.id)
        gate = " (asked in part only: see its findings)" if checklist and checklist.asked_if else ""
        yield f"{question.id}: {question.text}{gate}"
        if checklist:
            yield from (f"  {id_:32} {book.vocabulary.findings[id_].text}" for id_ in question.findings)
        else:
            yield f"  {_values(book.vocabulary.findings[question.id])}"


def sources(book: RuleBook) -> Iterator[str]:
    """Every source with the number of rules and exercises that cite it."""
    cited: dict[str, int] = {}
    for entry in ledger.entries(book):
        for id_ in {ref.id for ref in entry.sources}:
            cited[id_] = cited.get(id_, 0) + 1
    for source in book.sources.values():
        mark = " [second-hand]" if source.second_hand else ""
        yield f"{source.id:32} {cited.get(source.id, 0):3}  {source.title}{mark}"


def types(book: RuleBook) -> Iterator[str]:
    """The Python source of the answers' types."""
    yield from answers_source(book).rstrip("\n").split("\n")


def show(book: RuleBook, id_: str) -> Iterator[str]:
    """Everything about one rule, exercise, finding, checklist, source, statement or contradiction."""
    for rule in book.rules:
        if rule.id == id_:
            yield from _rule(rule, book)
    if entry := book.exercises.get(id_):
        yield from _exercise(entry, book)
    if finding := book.vocabulary.findings.get(id_):
        yield from _finding(finding, book)
    if checklist := book.vocabulary.checklists.get(id_):
        yield f"{checklist.question} {checklist.help}".strip()
        yield from (f"  {name:32} {book.vocabulary.findings[name].text}" for name in checklist.findings)
    if source := book.sources.get(id_):
        yield f"{source.title}{' [second-hand]' if source.second_hand else ''}"
        yield from _review(source)
        citing = [entry.id for entry in ledger.entries(book) if any(ref.id == id_ for ref in entry.sources)]
        yield from _filled(f"Cited by: {', '.join(citing) or 'nothing'}")
    for lines in (ledger.statements, ledger.contradictions):
        yield from (line for text in lines(book, id_) for line in _filled(text))


def search(book: RuleBook, words: str) -> Iterator[str]:
    """A line for everything that speaks of some words, all of them somewhere in it, whatever their case.

    >>> import backtriage as bt
    >>> [line.split()[0] for line in search(bt.default_rulebook(), "Touch Toe")]
    ['never-toe-touch', 'standing_toe_touch', 'S126', 'S259', 'S260']
    """
    wanted = words.casefold().split()
    ids = [rule.id for rule in book.rules]
    for id_ in dict.fromkeys([*ids, *book.exercises, *book.vocabulary.findings, *book.sources]):
        about = list(show(book, id_))
        text = " ".join(" ".join(about).casefold().split())
        if all(word in text for word in wanted):
            yield f"{id_:32} {about[0].removeprefix(f'{id_}: ')}"
    yield from (line for line in ledger.statements(book) if all(word in line.casefold() for word in wanted))


def hint(book: RuleBook, id_: str) -> str:
    """What was probably meant by an unknown id."""
    names = [rule.id for rule in book.rules]
    return did_you_mean(
        id_, (*names, *book.exercises, *book.vocabulary.findings, *book.vocabulary.checklists, *book.sources)
    )


def _rule(rule: AnyRule, book: RuleBook) -> Iterator[str]:
    yield f"{rule.id}: {rule.title}  ({rule.where})"
    yield from _filled(f"when {rule.text}")
    yield from _filled(f"{rule.effect.kind}: {_effect(rule)}")
    if rule.because:
        yield from _filled(f"because: {rule.because}")
    yield from _sources(rule.sources, rule.evidence, book, judgement=rule.judgement)
    yield from _review(rule)
    for one in book.relaxes:
        if one.rule == rule.id:
            yield from _filled(f"relaxes: {one.exercise}, {_source(one.source, book)}")
    if rule.settles:
        yield f"settles: {', '.join(rule.settles)}"
    if rule.within:
        yield f"within: {rule.within}"
    for name, cases in (("fires for", rule.fires), ("spares", rule.spares)):
        for case in cases:
            yield from _filled(f"{name}: {', '.join(f'{finding}={value!r}' for finding, value in case.items())}")


def _effect(rule: AnyRule) -> str:
    effect = rule.effect
    if isinstance(effect, Urgent):
        because = f" ({effect.exercise_because})" if effect.exercise_because else ""
        return f"{effect.level}; exercise {effect.exercise}{because}; {effect.why}"
    parts = [str(getattr(effect, name)) for name in ("text", "scope") if getattr(effect, name, "")]
    names: tuple[str, ...] = getattr(effect, "selectors", ()) or getattr(effect, "exercises", ())
    limit = getattr(effect, "limit", None)
    return "; ".join([*parts, ", ".join(names), _limit(limit) if limit else ""]).strip("; ")


def _limit(limit: Any) -> str:
    keys = ("at_most", "start_at_most", "halve", "rest_at_least", "only", "session_minutes", "session_moves")
    return ", ".join(f"{key} {getattr(limit, key)}" for key in keys if getattr(limit, key))


def _exercise(entry: Exercise, book: RuleBook) -> Iterator[str]:
    catalogue = f", {entry.catalogue} in the documents' catalogue" if entry.catalogue else ""
    yield f"{entry.id}: {entry.name}  ({entry.status}{catalogue}; {entry.where})"
    yield from _filled(
        f"tags: {', '.join(entry.tags)}; areas: {', '.join(entry.areas)}; from: {entry.from_stage or '-'}"
    )
    if entry.why:
        yield from _filled(entry.why)
    yield from (line for number, step in enumerate(entry.steps, 1) for line in _filled(f"{number}. {step}"))
    for name, texts in (
        ("feel", [entry.feel] if entry.feel else []),
        ("avoid", entry.avoid),
        ("caution", entry.cautions),
    ):
        yield from (line for text in texts for line in _filled(f"{name}: {text}"))
    if isinstance(entry.dose, Dose):
        yield from _filled(f"dose: {entry.dose}")
        yield from _filled(f"progression: {entry.progression}")
    yield from _sources(entry.sources, entry.evidence, book, judgement=entry.judgement)
    yield from _review(entry)
    if entry.settles:
        yield f"settles: {', '.join(entry.settles)}"


def _finding(finding: Finding, book: RuleBook) -> Iterator[str]:
    yield f"{finding.id}: {finding.text} {finding.help}".strip()
    asked = [f"asked in {finding.checklist}"] if finding.checklist else []
    yield "; ".join([_values(finding), *(["red flag"] if finding.red_flag else []), *asked])
    used = [rule.id for rule in book.rules if finding.id in rule.findings]
    yield from _filled(f"Used by: {', '.join(used) or 'nothing'}")


def _values(finding: Finding) -> str:
    if isinstance(finding, Number):
        return f"{finding.unit}, {finding.range}, in steps of {finding.step:g}"
    if isinstance(finding, Choice):
        return "; ".join(f"{option} = {text}" for option, text in finding.options.items())
    extra = [
        word for word, holds in (("never asked", finding.reported), ("from a professional", finding.clearance)) if holds
    ]
    return ", ".join(["yes or no", *extra, *([f"implies {', '.join(finding.implies)}"] if finding.implies else [])])


def _sources(refs: tuple[SourceRef, ...], evidence: str, book: RuleBook, *, judgement: bool) -> Iterator[str]:
    for ref in refs:
        yield from _filled(f"source: {_source(ref, book)}")
    yield f"evidence: {_EVIDENCE[evidence]}{'; level or cut-off is our judgement' if judgement else ''}"


def _source(ref: SourceRef, book: RuleBook) -> str:
    title = book.sources[ref.id].title if ref.id in book.sources else _statement(book, ref.id)
    level = f" says {ref.level}" if ref.level else ""
    return f"{ref.id}{level}{f' ({ref.note})' if ref.note else ''}: {title}"


def _review(thing: AnyRule | Exercise | Source) -> Iterator[str]:
    if thing.review_by:
        yield f"review by: {thing.review_by}"


def _statement(book: RuleBook, id_: str) -> str:
    statement = ledger.read_ledger(book).statements.get(id_)
    return f"the documents: {statement.says}" if statement else "a statement of the documents"


def _filled(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)


@attrs.frozen
class View:
    """One way to read a rulebook.

    Attributes:
        lines: The text, from a rulebook and the arguments.
        help: What it prints, in a line.
        arguments: Argument to what it stands for.
    """

    lines: Callable[..., Iterator[str]]
    help: str
    arguments: Mapping[str, str] = attrs.field(factory=dict)


VIEWS: Final[Mapping[str, View]] = {
    "list": View(rules, "every rule in a line"),
    "show": View(
        show,
        "one rule, exercise, finding, checklist, source or statement with everything about it",
        {"id": "the id of a rule, an exercise, a finding, a checklist, a source, a statement or a contradiction"},
    ),
    "search": View(search, "everything that speaks of some words", {"words": "words that all have to be there"}),
    "exercises": View(exercises, "every exercise in a line"),
    "findings": View(findings, "every question, in the order of asking"),
    "sources": View(sources, "every source, with how often it is cited"),
    "ledger": View(ledger.statements, "every statement of the documents: where it is encoded, or why not"),
    "contradictions": View(
        ledger.contradictions, "both sides of every contradiction of the documents, and the settlement"
    ),
    "types": View(types, "the Python types of the answers, for editors"),
    "new": View(
        new_rule,
        "the beginning of a new rule, with its cases and words",
        {"kind": f"what it does: {', '.join(KINDS)}", "id": "its id"},
    ),
}
