"""What a message suggests: findings to be confirmed, never applied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from ..assessment import assess
from ..findings.finding import Finding
from ..findings.ranked import Named
from ..rulebook.book import RuleBook
from ..rulebook.reading import rulebook_of
from ..rulebook.reading.phrase_tables import FindingTable
from ..rulebook.rules import Urgent
from .context import Context
from .lexicon import Looked, language
from .phrases import Place, Places, Sentence
from .words import Span, Word, checked


class Aside(Named):
    """Why something that was said is not suggested."""

    OTHER_PERSON = "other_person"
    PAST = "past"
    IMAGINED = "imagined"


DENIALS: Final = frozenset({"not", "cant", "never", "hardly", "barely"})
"""What says that it is not there goes over none of these: "my bladder is not fine"."""
TURNS: Final = frozenset({"but", "because", "although", "though", "however"})
"""What says that a finding is there goes over none of these."""
STARTS: Final = TURNS | {"and", ",", "i"}
"""What says that it is not there goes over none of these either."""


@attrs.frozen(kw_only=True)
class Suggestion:
    """A finding that a message seems to speak of.

    Attributes:
        finding: The finding; its text is the question to confirm it with.
        present: Whether the person seems to have it, or to deny it.
        spans: Where the message says so: pairs of places in the text.

    >>> import backtriage as bt
    >>> bt.read_message("I cant feel when I wee").suggestions[0].finding.id
    'new_bladder_change'
    """

    finding: Finding
    present: bool
    spans: tuple[Span, ...]


@attrs.frozen(kw_only=True)
class SetAside:
    """A finding that is named, but not as the person's own and present one: ask whether it is.

    Attributes:
        finding: The finding.
        why: Somebody else has it, it is long past, or it is only imagined.
        spans: Where the message says so.
    """

    finding: Finding
    why: Aside
    spans: tuple[Span, ...]


@attrs.frozen(kw_only=True)
class MessageReading:
    """What was recognised in a message. Nothing of it is applied: every suggestion is to be confirmed by the person.

    Attributes:
        text: The message.
        suggestions: The findings it suggests, the most urgent first.
        set_aside: What it names without suggesting it.
        locked: Messages to be shown word for word at once, before everything else.

    >>> import backtriage as bt
    >>> reading = bt.read_message("No numbness between my legs, but my father has cancer.")
    >>> [(entry.finding.id, entry.present) for entry in reading.suggestions]
    [('saddle_numbness_new', False)]
    >>> [(entry.finding.id, entry.why.value) for entry in reading.set_aside]
    [('cancer_ever', 'other_person')]
    """

    text: str
    suggestions: tuple[Suggestion, ...]
    set_aside: tuple[SetAside, ...]
    locked: tuple[str, ...]

    @property
    def recognised(self) -> bool:
        """Whether anything was recognised. If not, ask: nothing recognised never means that nothing is there."""
        return bool(self.suggestions or self.set_aside)

    @property
    def present(self) -> frozenset[str]:
        """Ids of the findings that the person seems to have."""
        return frozenset(entry.finding.id for entry in self.suggestions if entry.present)

    @property
    def absent(self) -> frozenset[str]:
        """Ids of the findings that the person seems to deny."""
        return frozenset(entry.finding.id for entry in self.suggestions if not entry.present)


@attrs.frozen
class _Mention:
    finding: str
    says: bool | Aside
    span: Span


def read_message(text: str, *, region: str | None = "", rulebook: RuleBook | None = None) -> MessageReading:
    """The findings that a message suggests, each with the words that suggest it.

    It sees denials, other people, the distant past, worries and slips of the keyboard; it can still be wrong, so the
    person confirms every suggestion before it becomes an answer. The time it takes grows in proportion to the text.

    Args:
        text: What the person wrote, in English, at most 10,000 characters; a sign for several letters counts as those.
        region: Whose telephone numbers the locked messages name.
        rulebook: Whose words to look for.

    Raises:
        ProfileError: If there is no such region, whatever the text says.
        TextError: If it is no text, or too long.
        RulebookError: With every problem of the rulebook's files of words, when the first message is read.
        MissingExtra: If the extra ``language`` is not installed.

    >>> reading = read_message("numb between my leggs since tuesday, cant go for a wee")
    >>> sorted(reading.present)
    ['new_bladder_change', 'saddle_numbness_new']
    """
    book = rulebook_of(rulebook)
    book.region(region)  # not first when a message is locked: a slip shows on the first day
    words_of = language(book)
    read = [
        (sentence, written, Context(sentence, words_of.cues)) for sentence, written in words_of.sentences(checked(text))
    ]
    topics = {
        topic
        for topic in {topic for looked in words_of.findings for topic in looked.table.topics}
        if any(_speaks_of(topic, sentence, context) for sentence, _, context in read)
    }
    mentions: dict[tuple[str, bool | Aside], list[Span]] = {}
    for sentence, written, context in read:
        for looked in sentence.may_hold(words_of.findings):
            if topics.issuperset(looked.table.topics):
                for mention in _mentions(looked, sentence, context, written):
                    mentions.setdefault((mention.finding, mention.says), []).append(mention.span)
    return _reading(text, mentions, region, book)


def _speaks_of(topic: str, sentence: Sentence, context: Context) -> bool:
    """Whether a sentence names a topic as the person's own."""
    return any(
        not any(context.says(cue, place) for cue in ("negated", "other_person", "past"))
        for place in sentence.group(topic)
    )


def _mentions(looked: Looked, sentence: Sentence, context: Context, written: list[Word]) -> Iterator[_Mention]:
    table = looked.table
    found = [(place, True) for place in sentence.find(looked.yes, STARTS if table.one_breath else TURNS)]
    found += [(place, False) for place in sentence.find(looked.no, STARTS | DENIALS)]
    if not found:
        return
    apart = Places(sentence.find(looked.apart, TURNS | {"i"}))
    for place, there in found:
        if there and apart.touch(place):
            continue
        finding, says = _meant(table, place, there, context)
        if finding:
            span = written[place.start].start, written[place.end - 1].end
            yield _Mention(finding, says, span)


def _meant(table: FindingTable, place: Place, there: bool, context: Context) -> tuple[str, bool | Aside]:
    """The finding and what is said about it; no finding where it is too old to count and no other one stands for it."""
    if not table.of_a_child and context.says("other_person", place):
        return table.id, Aside.OTHER_PERSON
    if not table.worry_counts and context.says("imagined", place):
        return table.id, Aside.IMAGINED
    if context.says("negated", place):
        return (table.id if there else ""), False  # "it is not fine" says too little
    if not table.ever and context.says("past", place):
        return table.id, Aside.PAST
    if table.old and context.says("long", place):
        return table.old, there
    if table.recent and there and context.says("long", place):
        return table.id, Aside.PAST
    return table.id, there


def _reading(
    text: str, mentions: dict[tuple[str, bool | Aside], list[Span]], region: str | None, book: RuleBook
) -> MessageReading:
    findings = book.vocabulary.findings
    present = {id_ for id_, says in mentions if says is True}
    suggestions = [
        Suggestion(finding=findings[id_], present=says, spans=_joined(spans))
        for (id_, says), spans in mentions.items()
        if isinstance(says, bool) and (says or id_ not in present)  # what is said to be there is not denied
    ]
    aside = [
        SetAside(finding=findings[id_], why=says, spans=_joined(spans))
        for (id_, says), spans in mentions.items()
        if isinstance(says, Aside) and id_ not in present
    ]
    worst = language(book).urgency
    return MessageReading(
        text=text,
        suggestions=tuple(
            sorted(suggestions, key=lambda entry: (-entry.present, -worst[entry.finding.id], entry.spans))
        ),
        set_aside=tuple(sorted(aside, key=lambda entry: (-worst[entry.finding.id], entry.spans))),
        locked=_locked(present, region, book),
    )


def _locked(present: set[str], region: str | None, book: RuleBook) -> tuple[str, ...]:
    """The locked messages of the rules that speak of what is there."""
    locking = {
        id_ for rule in book.rules if isinstance(rule.effect, Urgent) and rule.effect.locked for id_ in rule.findings
    }
    if not (said := present & locking):
        return ()
    return assess(dict.fromkeys(said, True), region=region, rulebook=book).action.locked


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    """The spans in order, those that touch made one."""
    joined: list[Span] = []
    for start, end in sorted(set(spans)):
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)
