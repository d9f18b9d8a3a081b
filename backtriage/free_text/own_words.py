"""What of a reply the library has said itself, which is not held against the reply, and what the reply leaves out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from ..assessment import Assessment
from ..presentation.chat_messages import ChatMessage, messages
from .known_words import Language
from .reply_problems import ReplyProblem, ReplyProblemKind


def without_own(
    text: str, assessment: Assessment, words_of: Language, shown: Collection[str]
) -> tuple[str, list[ReplyProblem]]:
    """The reply with its assessment's messages and advice blanked out, and a problem for each locked one that it omits.

    Args:
        text: The reply.
        assessment: What it was drafted for.
        words_of: The words of its rulebook.
        shown: Addresses of locked messages that need not be repeated.
    """
    written = words_of.as_written(text)
    said = [word.text for word in written]
    blank = list(text)
    omitted = []
    texts: list[tuple[str, ChatMessage | None]] = [(message.text, message) for message in messages(assessment)]
    texts += [(rule.effect.text, None) for rule in assessment.advice]
    for own, message in texts:
        wanted = list(_wanted(own))
        found = list(_places(said, wanted))
        for at in found:
            for place in range(written[at].start, written[at + len(wanted) - 1].end):
                blank[place] = "\n" if text[place] == "\n" else " "
        if message and message.locked and not found and message.address not in shown:
            omitted.append(_omission(message))
    return "".join(blank), omitted


@lru_cache(maxsize=2_000)
def _wanted(own: str) -> tuple[str, ...]:
    """The words of a message; the same ones are looked for again and again."""
    return tuple([word.text for word in Language.as_written(own)])


def _omission(message: ChatMessage) -> ReplyProblem:
    return ReplyProblem(
        kind=ReplyProblemKind.OMISSION,
        about=frozenset({message.address}),
        span=None,
        hint=f"show it word for word: {message.text}",
    )


def _places(words: Sequence[str], wanted: Sequence[str]) -> Iterator[int]:
    """Where some words stand together."""
    return (
        at for at, word in enumerate(words) if wanted and word == wanted[0] and words[at : at + len(wanted)] == wanted
    )
