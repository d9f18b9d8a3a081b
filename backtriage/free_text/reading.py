"""What a message suggests: findings to be confirmed, never applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ..assessment import assess
from ..errors import ProfileError, did_you_mean
from ..findings.vocabulary import Vocabulary
from ..rulebook.book import RuleBook
from ..rulebook.reading import rulebook_of
from .known_words import Language
from .learned import Weighed
from .lexicon import language
from .mentions import Aside, Mentions, ReadSentence, mentions_of, sentences_of
from .passing import asked_about, in_passing_of
from .suggested import Because, FoundBy, Heard, MessageReading, Reader, SetAside, Suggestion
from .words import Span, checked

ORDER: Final = {FoundBy.BOTH: 0, FoundBy.PHRASES: 1, FoundBy.LEARNED: 2, FoundBy.HOST: 3}
"""Of two suggestions that are as urgent the one comes first that more speaks for."""


def read_message(
    text: str, *, region: str | None = "", rulebook: RuleBook | None = None, reader: Reader | None = None
) -> MessageReading:
    """The findings that a message suggests, each with the words that suggest it.

    It sees denials, other people, the distant past, worries and slips of the keyboard; it can still be wrong, so the
    person confirms every suggestion before it becomes an answer. The time it takes grows in proportion to the text.

    Args:
        text: What the person wrote, in English, at most 10,000 characters; a sign for several letters counts as those.
        region: Whose telephone numbers the locked messages name.
        rulebook: Whose words to look for.
        reader: A model of the host's own; it can add suggestions and questions, and takes nothing away.

    Raises:
        ProfileError: If there is no such region, whatever the text says, or the host's reader names no finding.
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
    read = sentences_of(checked(text), words_of)
    heard = _checked(reader(text), book.vocabulary) if reader else Heard()
    found = _Found(book, words_of, read, mentions_of(read, words_of), heard)
    present = found.present
    return MessageReading(
        text=text,
        suggestions=tuple(
            sorted(
                found.suggestions(text),
                key=lambda entry: (
                    -entry.present,
                    -words_of.urgency[entry.finding.id],
                    ORDER[entry.found_by],
                    entry.spans,
                ),
            )
        ),
        ask=tuple(book.vocabulary.findings[id_] for id_ in found.ask),
        set_aside=tuple(
            sorted(found.set_aside(), key=lambda entry: (-words_of.urgency[entry.finding.id], entry.spans))
        ),
        in_passing=in_passing_of(text, book.vocabulary),
        asked_about=asked_about(read, words_of),
        locked=_locked(present, region, book),
    )


class _Found:
    """What the readers found, put together: the phrases first, the learned one beside them, then the host's."""

    def __init__(
        self, book: RuleBook, words_of: Language, read: Sequence[ReadSentence], mentions: Mentions, heard: Heard
    ) -> None:
        self._findings = book.vocabulary.findings
        self._read = read
        self._mentions = mentions
        self._weighed = self._weigh(words_of)
        by_phrases = {id_ for id_, says in mentions if says is True}
        otherwise = {id_ for id_, says in mentions if says is not True} - by_phrases
        grave = words_of.grave
        scores = {id_: score for id_, score in self._scores.items() if id_ in words_of.urgency}
        learned = words_of.learned
        sure = {id_ for id_, score in scores.items() if learned and score > learned.add}
        doubted = {id_ for id_ in by_phrases & grave if learned and scores.get(id_, 0.0) <= learned.keep}
        likely = {id_ for id_ in grave if learned and scores.get(id_, learned.ask) > learned.ask}
        self._said = by_phrases
        self._kept = by_phrases - doubted
        self._sure = sure
        self._added = sure - by_phrases - otherwise
        self._hosts = set(heard.suggest) - by_phrases - otherwise - sure
        self.present = self._kept | self._added | self._hosts
        asked = doubted | likely | set(heard.ask) | (set(heard.suggest) & otherwise)
        self.ask = sorted(
            asked - self.present - self._denied,
            key=lambda id_: (-words_of.urgency[id_], -scores.get(id_, 0.0), id_),
        )

    @property
    def _denied(self) -> set[str]:
        return {id_ for id_, says in self._mentions if says is False} - self._said

    @property
    def _scores(self) -> Mapping[str, float]:
        return self._weighed.scores if self._weighed else {}

    def _weigh(self, words_of: Language) -> Weighed | None:
        if words_of.learned is None:
            return None
        return words_of.learned.weigh([(one.sentence, one.context) for one in self._read])

    def suggestions(self, text: str) -> list[Suggestion]:
        """The suggestions, in no order."""
        found = [
            self._suggestion(id_, FoundBy.BOTH if id_ in self._sure else FoundBy.PHRASES, text) for id_ in self._kept
        ]
        found += [self._suggestion(id_, FoundBy.LEARNED, text) for id_ in self._added]
        found += [self._suggestion(id_, FoundBy.HOST, text) for id_ in self._hosts]
        denied = [
            Suggestion(
                finding=self._findings[id_],
                present=False,
                spans=_joined(self._mentions[id_, False]),
                found_by=FoundBy.PHRASES,
                because=None,
            )
            for id_ in self._denied
        ]
        return found + denied

    def set_aside(self) -> list[SetAside]:
        """What is named as somebody else's, past or imagined, in no order."""
        return [
            SetAside(finding=self._findings[id_], why=says, spans=_joined(spans))
            for (id_, says), spans in self._mentions.items()
            if isinstance(says, Aside) and id_ not in self.present
        ]

    def _suggestion(self, id_: str, found_by: FoundBy, text: str) -> Suggestion:
        because = self._because(id_, text)
        said = self._mentions.get((id_, True), ())
        spans = _joined(said or (because.spans if because and found_by is FoundBy.LEARNED else ()))
        return Suggestion(finding=self._findings[id_], present=True, spans=spans, found_by=found_by, because=because)

    def _because(self, id_: str, text: str) -> Because | None:
        if self._weighed is None or id_ not in self._scores:
            return None
        like = self._weighed.learned.nearest(id_, text)
        spans = [self._read[at].span(start, end) for at, start, end in self._weighed.places(id_)]
        return Because(spans=_joined(spans), like=like.id if like else "", like_text=like.text if like else "")


def _checked(heard: Heard, vocabulary: Vocabulary) -> Heard:
    """What the host's reader heard, if each of it is a finding."""
    for id_ in sorted(heard.suggest | heard.ask):
        if id_ not in vocabulary.yes_no:
            raise ProfileError.of("reader", f"unknown `{id_}`", did_you_mean(id_, vocabulary.yes_no))
    return heard


def _locked(present: set[str], region: str | None, book: RuleBook) -> tuple[str, ...]:
    """The locked messages of the rules that speak of what is there."""
    if not (said := present & language(book).locking):
        return ()
    return assess(dict.fromkeys(said, True), region=region, rulebook=book).action.locked


def _joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    """The spans in order, those that touch made one."""
    joined: list[Span] = []
    for start, end in sorted(set(spans)):
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)
