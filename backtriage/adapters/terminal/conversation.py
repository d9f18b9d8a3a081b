"""The conversation: ask, take the reply, say at once what cannot wait. Keys and lines are two ways to hold it."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Protocol, TypeAlias

import attrs

from ...errors import ProfileError
from ...interview.interview import Interview
from ...interview.questions import InterviewQuestion
from ...presentation.page import HEADINGS
from ...rulebook.rules import Urgency


class Wish(enum.Enum):
    """What a person wants instead of answering."""

    BACK = "back"
    ONE_BY_ONE = "one by one"
    STOP = "stop"


@attrs.frozen(kw_only=True)
class Said:
    """An answer.

    Attributes:
        value: As :meth:`Interview.answer` takes it; ``None`` is not sure.
        not_sure: For a checklist, the lines that the person is not sure of.
    """

    value: object
    not_sure: tuple[str, ...] = ()


Reply: TypeAlias = Said | Wish


class Manner(Protocol):
    """A way to talk with a person."""

    def tell(self, text: str, *, loud: bool = False) -> None:
        """Show a text, word for word."""

    def fits(self, question: InterviewQuestion) -> bool:
        """Whether all of a question can be seen; one that cannot is asked one line at a time."""

    def ask(self, question: InterviewQuestion) -> Reply:
        """Show a question, and take what the person makes of it."""


def converse(interview: Interview, manner: Manner, keep: Callable[[Interview], None]) -> None:
    """Hold the interview until it is done or the person stops.

    Args:
        interview: The interview; it goes on from where it is.
        manner: How to talk.
        keep: Called after each change.
    """
    told: tuple[object, ...] = ((), None, False)
    why = ""  # said once, not under each question
    while (question := _asked(interview)) is not None:
        if not manner.fits(question):
            interview.one_by_one()
            continue
        told = _tell_what_cannot_wait(interview, manner, told)
        reply = manner.ask(attrs.evolve(question, why="") if question.why == why else question)
        why = question.why
        try:
            if reply is Wish.STOP:
                return
            _take(reply, question, interview, manner)
        except ProfileError as error:
            for problem in error.problems:
                manner.tell(f"{problem.what}; {problem.hint}." if problem.hint else f"{problem.what}.")
        else:
            keep(interview)


def _asked(interview: Interview) -> InterviewQuestion | None:
    """The question; of several that stand on one screen elsewhere the first."""
    question = interview.question
    return question.parts[0] if question is not None and question.parts else question


def _take(reply: Reply, question: InterviewQuestion, interview: Interview, manner: Manner) -> None:
    if reply is Wish.BACK:
        interview.back()
        while (before := _asked(interview)) is not None and not manner.fits(before):
            interview.back()  # a list that did not fit was no question: the one before it is meant
    elif reply is Wish.ONE_BY_ONE:
        interview.one_by_one()
    elif isinstance(reply, Said):
        value = {question.id: reply.value} if question is not interview.question else reply.value
        interview.answer(value, not_sure=reply.not_sure)


def _tell_what_cannot_wait(interview: Interview, manner: Manner, told: tuple[object, ...]) -> tuple[object, ...]:
    """Say the locked messages, what is settled, and what is certain from the same day on; once each time it changes."""
    action, settled = interview.assessment.action, interview.assessment.settled
    serious = action.level is not None and action.level >= Urgency.SAME_DAY
    certain = action.level if serious or settled else None
    if (action.locked, certain, settled) != told:
        for text in action.locked:
            manner.tell(text, loud=True)
        if certain is not None:
            manner.tell(HEADINGS[certain] if settled else f"AT LEAST: {HEADINGS[certain]}", loud=serious)
            manner.tell(action.message, loud=serious)
    return action.locked, certain, settled
