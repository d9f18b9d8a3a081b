"""Numbers said in passing, and exercises that somebody asks leave for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from ..findings.finding import Choice, Number
from ..findings.vocabulary import Vocabulary
from .known_words import ASKING, Language
from .mentions import ReadSentence
from .words import Span, plain

SMALL: Final = {
    word: number
    for number, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
} | {"a": 1, "an": 1, "a couple of": 2, "couple of": 2}
_NUMBER: Final = r"(\d{1,3}|" + "|".join(sorted(SMALL, key=len, reverse=True)) + r")"
_DAYS: Final = {"day": 1, "night": 1, "week": 7, "wk": 7, "month": 30, "mth": 30, "year": 365, "yr": 365}
_UNIT: Final = r"[- ]?(day|night|week|wk|month|mth|year|yr)s?"
_NO_AGE: Final = r"(?!\s*(?:weeks?|wks?|months?|days?|hours?|kg|lbs?|st|stone|%|/|min))"
_AGE: Final = re.compile(
    rf"\b(?:i am|i'?m|im|aged?|my age is)\s*(\d{{1,3}})\b{_NO_AGE}"
    r"|\b(\d{2})\s*(?:yo|y/o|y\.o|yrs? old|years? old|year[- ]old)\b"
    r"|(?:^|[.,(]\s*)(\d{2})\s?(?:m|f|male|female|man|woman)\b"
)
_SCORE: Final = re.compile(r"\b(10|\d)\s?(?:/\s?10|out of (?:10|ten))\b")
_LASTING: Final = re.compile(
    rf"\b(?:for|since|about|past|last|now)\s+(?:the (?:last|past) |about |over )?{_NUMBER}{_UNIT}\b"
)
_AGO: Final = re.compile(rf"\b(?:started|began|begun|came on|went)\b[^.!?]{{0,25}}?\b{_NUMBER}{_UNIT} (?:ago|back)\b")
_MINUTES: Final = re.compile(
    r"\b(\d{1,3}) ?min(?:ute)?s? after\b[^.!?]{0,30}?\b(?:exercis|walk|stretch|session|set|workout)"
)
_SIDE: Final = re.compile(r"\b(?:on (?:the|my) )?(left|right)(?:-hand)? side\b|\bon (?:the|my) (left|right)\b")
_LEAVE: Final = frozenset({"can", "could", "may", "should", "ok", "okay", "safe", "allowed", "alright", "fine"})


@attrs.frozen(kw_only=True)
class InPassing:
    """A number, or a side, said in passing.

    Attributes:
        finding: The id of the number or choice that it answers.
        value: What was said, in the unit of the finding; for a choice the id of the option.
        span: Where.
    """

    finding: str
    value: int | str
    span: Span


def in_passing_of(text: str, vocabulary: Vocabulary) -> tuple[InPassing, ...]:
    """What a message says of age, points of pain, minutes after exercise, side, and how long it has lasted, in range.

    What is said twice and differently is left out: ask.
    """
    small, places = plain(text)
    said: dict[str, list[InPassing]] = {}
    for id_, value, start, end in _said(small):
        finding = vocabulary.findings.get(id_)
        if (isinstance(finding, Number) and isinstance(value, int) and finding.minimum <= value <= finding.maximum) or (
            isinstance(finding, Choice) and value in finding.options
        ):
            said.setdefault(id_, []).append(
                InPassing(finding=id_, value=value, span=(places[start], places[end - 1] + 1))
            )
    return tuple(all_[0] for all_ in said.values() if len({one.value for one in all_}) == 1)


def _said(text: str) -> Iterator[tuple[str, int | str, int, int]]:
    for found in _AGE.finditer(text):
        yield "age", int(next(filter(None, found.groups()))), *found.span()
    for found in _SCORE.finditer(text):
        yield "pain_score", int(found[1]), *found.span()
    for found in (*_LASTING.finditer(text), *_AGO.finditer(text)):
        number = SMALL[found[1]] if found[1] in SMALL else int(found[1])
        yield "pain_duration_days", number * _DAYS[found[2]], *found.span()
    for found in _MINUTES.finditer(text):
        yield "exercise_pain_minutes", int(found[1]), *found.span()
    for found in _SIDE.finditer(text):
        yield "pain_side", found[1] or found[2], *found.span()


def asked_about(read: Sequence[ReadSentence], words_of: Language) -> tuple[str, ...]:
    """The exercises that a message asks leave for: "can I do sit-ups?"."""
    ids: dict[str, None] = {}
    for one in read:
        if one.sentence.has(ASKING) and _LEAVE.intersection(one.sentence.words):
            for looked in one.sentence.may_hold(words_of.exercises):
                if any(True for _ in one.sentence.find(looked.yes)):
                    ids.update(dict.fromkeys(looked.table.id))
    return tuple(ids)
