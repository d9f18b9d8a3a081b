"""What is wrong with a reply that something else has drafted: what it leaves out, recommends or promises."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final, Literal, TypeAlias

from ..assessment import Assessment
from ..errors import TextError
from ..errors import shown as as_shown
from ..presentation.chat_messages import messages
from .amounts import too_much
from .known_words import Language, Looked
from .lexicon import language
from .own_words import without_own
from .phrases import Index, Places
from .reply_problems import ReplyCheck, ReplyProblem, ReplyProblemKind, Stance
from .stances import ReadReply, found_in
from .words import Span, checked

MAX_REPLY: Final = 20_000
"""The most characters of a reply."""
_UNSAFE: Final = {
    ReplyProblemKind.THROUGH_PAIN: "pain is a reason to stop",
    ReplyProblemKind.DISSUASION: "nobody is kept from asking for help",
    ReplyProblemKind.DELAY: "it may be {level}: say no later time than the messages do",
}
Mentions: TypeAlias = Literal["forbidden", "none"]


def check_reply(
    text: str, assessment: Assessment, *, shown: Collection[str] = (), mentions: Mentions = "forbidden"
) -> ReplyCheck:
    """What is wrong with a drafted reply: a locked message that it omits, an exercise or a dose that is not allowed, a
    promise, a medicine, and whatever has somebody bear pain or stay away from care.

    Locked messages are compared word for word; capitals, marks and white space do not count. What the library says
    itself to this person is never held against a reply.

    Args:
        text: The reply, in English, at most 20,000 characters; a sign that stands for several letters counts as those.
        assessment: What it was drafted for.
        shown: Addresses of locked messages that have been shown already and need not be repeated.
        mentions: Which exercises that are not allowed may be named: ``forbidden``, those that the reply forbids, puts
            off or asks about; or ``none``, for hosts that leave the forbidding to the library's own messages.

    Raises:
        TextError: If it is no text, or too long; or if ``shown`` or ``mentions`` are none of the above.
        RulebookError: With every problem of the rulebook's files of words, when the first reply is checked.
        MissingExtra: If the extra ``language`` is not installed.

    >>> import backtriage as bt
    >>> a = bt.assess(new_bladder_change=True)
    >>> check = check_reply("It is nothing serious. Do ten sit-ups a day, but don't touch your toes.", a)
    >>> str(check), [(problem.kind.value, *sorted(problem.about)) for problem in check.problems if problem.span]
    ('problems found', [('promise', 'fine'), ('exercise', 'sit_up')])
    >>> [problem.stance.value for problem in check.problems if problem.stance]
    ['recommended']
    """
    _check_options(shown, mentions)
    words_of = language(assessment.profile.rulebook)
    rest, omitted = without_own(checked(text, MAX_REPLY), assessment, words_of, shown)
    read = ReadReply(rest, words_of)
    said = [
        *_exercises(read, assessment, words_of, mentions),
        *too_much(read, assessment, words_of),
        *_promises(read, words_of),
        *_medicines(read, assessment, words_of),
        *_unsafe(read, assessment, words_of),
    ]
    said.sort(key=lambda problem: problem.span or (0, 0))
    # "The pain will be gone instantly" promises relief; the same words are not counted as a cure, too.
    instant = Places(problem.span for problem in said if problem.span and "relief" in problem.about)
    said = [one for one in said if "cure" not in one.about or not (one.span and instant.touch(one.span))]
    return ReplyCheck(text=text, problems=(*omitted, *_once(said)))


def _check_options(shown: object, mentions: object) -> None:
    if isinstance(shown, str) or not isinstance(shown, Collection):
        raise TextError.of("shown", f"{as_shown(shown)} is no collection", "give the addresses of messages in a list")
    if mentions not in ("forbidden", "none"):
        raise TextError.of("mentions", f"unknown {as_shown(mentions)}", "forbidden or none")


def _exercises(
    read: ReadReply, assessment: Assessment, words_of: Language, mentions: Mentions
) -> Iterator[ReplyProblem]:
    for named in read.named:
        if any(assessment.status(id_) == "allowed" for id_ in named.ids):
            continue
        stance = read.stance(named, words_of.stances)
        if stance is not Stance.FORBIDDEN or mentions == "none":
            status = assessment.status(named.ids[0]).replace("_", " ")
            name_none = "; name no exercise that is not allowed" if mentions == "none" else ""
            yield ReplyProblem(
                kind=ReplyProblemKind.EXERCISE,
                about=frozenset(named.ids),
                span=named.span,
                hint=f"it is {status} for this person{name_none}",
                stance=stance,
            )


def _promises(read: ReadReply, words_of: Language) -> Iterator[ReplyProblem]:
    for looked, span in _found(read, words_of.promises, "no_promise"):
        yield _problem(ReplyProblemKind.PROMISE, looked.table.id, span, "nobody can promise that")


def _medicines(read: ReadReply, assessment: Assessment, words_of: Language) -> Iterator[ReplyProblem]:
    found = list(_found(read, words_of.medicines, "refused"))
    named = _named_by_messages(assessment, words_of) if found else set()
    for looked, span in found:
        if looked.table.id not in named:
            hint = "no message names it; leave medicines to a doctor or pharmacist"
            yield _problem(ReplyProblemKind.MEDICINE, looked.table.id, span, hint)


def _named_by_messages(assessment: Assessment, words_of: Language) -> set[str]:
    """The medicines that the library's own messages to this person name."""
    own = ReadReply("\n\n".join(message.text for message in messages(assessment)), words_of)
    sentences = [one.sentence for one in own.sentences]
    return {looked.table.id for looked in words_of.medicines for one in sentences if any(found_in(looked, one))}


def _unsafe(read: ReadReply, assessment: Assessment, words_of: Language) -> Iterator[ReplyProblem]:
    for looked, span in _found(read, words_of.unsafe, "refused"):
        level = assessment.could_be if looked.table.possible else assessment.at_least
        if not looked.table.at or level in looked.table.at:
            kind = ReplyProblemKind(looked.table.id)
            yield _problem(kind, kind.value, span, _UNSAFE[kind].format(level=level.value.replace("_", " ")))


def _found(read: ReadReply, tables: Index[Looked], unless: str) -> Iterator[tuple[Looked, Span]]:
    """What a reply says, where no cue takes it back."""
    for one in read.sentences:
        for looked in one.sentence.may_hold(tables):
            for place in found_in(looked, one.sentence):
                if not one.context.says(unless, place):
                    yield looked, one.span(*place)


def _problem(kind: ReplyProblemKind, about: str, span: Span, hint: str) -> ReplyProblem:
    return ReplyProblem(kind=kind, about=frozenset({about}), span=span, hint=hint)


def _once(problems: Iterable[ReplyProblem]) -> Iterator[ReplyProblem]:
    """The problems of a reply in its order, each once: what is found again within the same words is left out."""
    ends: dict[tuple[ReplyProblemKind, frozenset[str]], int] = {}
    for problem in problems:
        start, end = problem.span or (0, 0)
        if start >= ends.get((problem.kind, problem.about), 0):
            ends[problem.kind, problem.about] = end
            yield problem
