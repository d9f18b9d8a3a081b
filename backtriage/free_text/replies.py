"""What is wrong with a reply that something else has drafted: what it leaves out, recommends or promises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from ..assessment import Assessment
from ..findings.ranked import Named
from ..presentation.chat_messages import messages
from .context import Context
from .layout import forbidden, items_apart
from .lexicon import Language, Looked, language
from .phrases import Place, Places, Sentence
from .words import Span, Word, checked

BREAKS: Final = frozenset({"but", "because", "however"})
"""What a reply names or promises goes over none of these."""


class ReplyProblemKind(Named):
    """What is wrong."""

    OMISSION = "omission"
    EXERCISE = "exercise"
    PROMISE = "promise"


@attrs.frozen(kw_only=True)
class ReplyProblem:
    """One thing that is wrong with a reply.

    Attributes:
        kind: An omitted message, an exercise that is not allowed, or a promise.
        about: The message's address; the ids of the exercises that the name can mean; ``cure``, ``relief`` or ``fine``.
        span: Where the reply says so; ``None`` for what it does not say.
        hint: What to do about it.
    """

    kind: ReplyProblemKind
    about: frozenset[str]
    span: Span | None
    hint: str


@attrs.frozen(kw_only=True)
class ReplyCheck:
    """What a check found. That nothing was found does not make a reply safe: it has only not been caught.

    Attributes:
        text: The reply.
        problems: What is wrong, in the order of the reply, omissions first.

    >>> import backtriage as bt
    >>> str(bt.check_reply("You should rest.", bt.assess(new_bladder_change=True)))
    'problems found'
    """

    text: str
    problems: tuple[ReplyProblem, ...]

    def __str__(self) -> str:
        return "problems found" if self.problems else "none found"


def check_reply(text: str, assessment: Assessment) -> ReplyCheck:
    """Whether a drafted reply omits a locked message, recommends an exercise that is not allowed, or promises too much.

    Locked messages are compared word for word; capitals, marks and white space do not count. An exercise that is named
    to be forbidden is not recommended.

    Args:
        text: The reply, in English, at most 10,000 characters; a sign that stands for several letters counts as those.
        assessment: What it was drafted for.

    Raises:
        TextError: If it is no text, or too long.
        RulebookError: With every problem of the rulebook's files of words, when the first reply is checked.
        MissingExtra: If the extra ``language`` is not installed.

    >>> import backtriage as bt
    >>> a = bt.assess(new_bladder_change=True)
    >>> check = check_reply("It is nothing serious. Do ten sit-ups a day, but don't touch your toes.", a)
    >>> str(check), [(problem.kind.value, *sorted(problem.about)) for problem in check.problems if problem.span]
    ('problems found', [('promise', 'fine'), ('exercise', 'sit_up')])
    """
    words_of = language(assessment.profile.rulebook)
    rest, omitted = _without_locked(checked(text), assessment, words_of)
    said: list[ReplyProblem] = []
    laid_out = Places(forbidden(rest))
    for sentence, written in words_of.sentences(items_apart(rest)):
        context = Context(sentence, words_of.cues)
        said += [
            problem
            for problem in _exercises(sentence, written, context, assessment, words_of)
            if not _touches(problem, laid_out)
        ]
        said += list(_promises(sentence, written, context, words_of))
    said.sort(key=lambda problem: problem.span or (0, 0))
    # "The pain will be gone instantly" promises relief; the same words are not counted as a cure, too.
    instant = Places(problem.span for problem in said if problem.span and "relief" in problem.about)
    said = [problem for problem in said if "cure" not in problem.about or not _touches(problem, instant)]
    return ReplyCheck(text=text, problems=(*omitted, *_once(said)))


def _without_locked(text: str, assessment: Assessment, words_of: Language) -> tuple[str, list[ReplyProblem]]:
    """The reply with its locked messages blanked out, and a problem for each that it omits."""
    written = words_of.as_written(text)
    said = [word.text for word in written]
    omitted = []
    for message in messages(assessment):
        if not message.locked:
            continue
        wanted = [word.text for word in words_of.as_written(message.text)]
        at = _find(said, wanted)
        if at is None:
            hint = f"show it word for word: {message.text}"
            about = frozenset({message.address})
            omitted.append(ReplyProblem(kind=ReplyProblemKind.OMISSION, about=about, span=None, hint=hint))
        else:
            start, end = written[at].start, written[at + len(wanted) - 1].end
            text = text[:start] + "".join(char if char == "\n" else " " for char in text[start:end]) + text[end:]
    return text, omitted


def _find(words: Sequence[str], wanted: Sequence[str]) -> int | None:
    """Where some words stand together."""
    if not wanted:
        return None
    return next(
        (at for at, word in enumerate(words) if word == wanted[0] and words[at : at + len(wanted)] == wanted), None
    )


def _exercises(
    sentence: Sentence, written: list[Word], context: Context, assessment: Assessment, words_of: Language
) -> Iterator[ReplyProblem]:
    for looked in sentence.may_hold(words_of.exercises):
        ids = looked.table.id
        for place in _places(looked, sentence):
            if context.says("forbidden", place) or any(assessment.status(id_) == "allowed" for id_ in ids):
                continue
            yield ReplyProblem(
                kind=ReplyProblemKind.EXERCISE,
                about=frozenset(ids),
                span=(written[place.start].start, written[place.end - 1].end),
                hint=f"it is {assessment.status(ids[0]).replace('_', ' ')} for this person",
            )


def _promises(sentence: Sentence, written: list[Word], context: Context, words_of: Language) -> Iterator[ReplyProblem]:
    for looked in sentence.may_hold(words_of.promises):
        for place in _places(looked, sentence):
            if not context.says("no_promise", place):
                yield ReplyProblem(
                    kind=ReplyProblemKind.PROMISE,
                    about=frozenset({looked.table.id}),
                    span=(written[place.start].start, written[place.end - 1].end),
                    hint="nobody can promise that",
                )


def _places(looked: Looked, sentence: Sentence) -> Iterator[Place]:
    apart = Places(sentence.find(looked.apart))
    return (place for place in sentence.find(looked.yes, BREAKS) if not apart.touch(place))


def _touches(problem: ReplyProblem, places: Places) -> bool:
    return problem.span is not None and places.touch(problem.span)


def _once(problems: list[ReplyProblem]) -> Iterator[ReplyProblem]:
    """The problems of a reply in its order, each once: what is found again within the same words is left out."""
    ends: dict[tuple[ReplyProblemKind, frozenset[str]], int] = {}
    for problem in problems:
        start, end = problem.span or (0, 0)
        if start >= ends.get((problem.kind, problem.about), 0):
            ends[problem.kind, problem.about] = end
            yield problem
