"""The interview: the next question, what has been said so far, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from ..assessment import Assessment, assess
from ..errors import Problem, ProfileError, did_you_mean, shown
from ..rulebook.reading import default_rulebook, rulebook_of
from ..triage.profile import Profile
from .answering import Reply, StaleAnswer, State, Step, changed, checked_wording, left_open
from .keeping import MAX_STEPS, Record, SetAside, read
from .next_question import next_question, on_offer, with_all_open, worth_asking_alone
from .questions import InterviewQuestion, Phase

if TYPE_CHECKING:
    from typing import Self, Unpack

    from ..findings.answers import AnswersAndGroups
    from ..findings.conditions import Value
    from ..rulebook.book import RuleBook, RulebookId
    from ..triage.engines.chosen import EngineName

__all__ = ["Interview", "StaleAnswer"]

_NOTHING: Final = object()
MOST_DOUBTS: Final = 18
"""Answers "not sure" in a row after which nothing more is asked."""


class Interview:
    """Asks what still matters, one screen at a time, until urgency is settled and, if wanted, exercises are chosen.

    What changes it takes the ``turn`` of the question it is meant for, if given, and raises :class:`StaleAnswer` once
    that is over. After an error nothing is changed. One thread at a time.

    Args:
        rulebook: Who asks; the default rulebook if left out.
        region: Whose telephone numbers the assessment prints, as in :func:`assess`.
        engine: As in :func:`assess`.
        startback: The host's wording of the nine STarT Back items, ``startback_1`` to ``startback_9``; without it they
            are not offered.

    Raises:
        ProfileError: If the region or the wording cannot be used.

    >>> import backtriage as bt
    >>> iv = bt.Interview()
    >>> iv.answer(["lower_back_pain"])
    >>> iv.question.id, str(iv.question.could_reach)
    ('emergency_nerves', 'emergency')
    >>> iv.answer(["new_bladder_change"])
    >>> iv.done, iv.assessment.urgency
    (True, <Urgency.EMERGENCY: 'emergency'>)
    """

    def __init__(
        self,
        *,
        rulebook: RuleBook | None = None,
        region: str | None = "",
        engine: EngineName | None = None,
        startback: Mapping[str, str] | None = None,
    ) -> None:
        book = rulebook_of(rulebook)
        book.region(region)  # says what is wrong with it
        self._record = Record(rulebook=book.identity, region=region or "", turn=0, steps=())
        self._states: tuple[State, ...] = (State(profile=Profile(rulebook=book)),)
        self._engine = engine
        self._wording = checked_wording(startback)
        self._resumed_from: RulebookId | None = None
        self._assessment: Assessment | None = None
        self._asking: tuple[Phase, InterviewQuestion | None] | None = None

    # -- what it says -------------------------------------------------------------------------------------------------

    @property
    def question(self) -> InterviewQuestion | None:
        """What to ask now; ``None`` when it is done."""
        return self._next()[1]

    @property
    def phase(self) -> Phase:
        """The part of the interview that the question belongs to; the last one when it is done."""
        return self._next()[0]

    @property
    def done(self) -> bool:
        """Whether there is nothing to ask. The assessment may still be unsettled: then ``assessment.final`` is true."""
        return self.question is None

    @property
    def on_offer(self) -> Phase | None:
        """The voluntary part that :meth:`go_on` takes up: offered, or declined before and with something left to ask.

        >>> import backtriage as bt
        >>> bt.Interview().on_offer is None
        True
        """
        return on_offer(*self._next(), self.assessment, self._states[-1].choices, self._wording)

    @property
    def assessment(self) -> Assessment:
        """What the rules say of what has been answered so far; the same as :func:`assess` of ``profile``."""
        if self._assessment is None:
            self._assessment = assess(self.profile, engine=self._engine, region=self._record.region)
        return self._assessment

    @property
    def profile(self) -> Profile:
        """What has been answered so far."""
        return self._states[-1].profile

    @property
    def turn(self) -> int:
        """How many changes there have been, the ones taken back included. Every change is a new turn."""
        return self._record.turn

    @property
    def resumed_from(self) -> RulebookId | None:
        """The rulebook that asked before, if it was another one."""
        return self._resumed_from

    @property
    def notices(self) -> tuple[Problem, ...]:
        """What somebody should know of how this interview came about: another rulebook, answers that do not fit."""
        aside = tuple([one.problem for one in self.set_aside])
        if self._resumed_from is None:
            return aside
        what = f"begun with {self._resumed_from}, resumed with {self._record.rulebook}"
        return (Problem(where="rulebook", what=what, hint="the assessment is made anew"), *aside)

    @property
    def set_aside(self) -> tuple[SetAside, ...]:
        """The answers that do not fit the rulebook any more, without those that have been given again."""
        answered = self.profile.given.keys() | self.profile.not_sure
        return tuple([one for one in self._record.set_aside if one.finding not in answered])

    def __repr__(self) -> str:
        asks = self.question.id if self.question else "done, not settled" if self.assessment.final else "done"
        return f"<Interview {self.phase}, turn {self.turn}: {asks}>"

    # -- what is said to it -------------------------------------------------------------------------------------------

    def answer(
        self, value: object = _NOTHING, /, *, turn: int | None = None, **named: Unpack[AnswersAndGroups]
    ) -> None:
        """Take the answer to the question, answers to anything else by name, or both.

        Args:
            value: For a checklist the ids of what applies, or ``"none"``; ``not_sure=[...]`` may name further lines,
                the rest is absent. For a group a mapping of its questions to answers, and of others that are open, by
                their ids: what is left out is asked again.
                Otherwise the answer. ``None`` is not sure; of some lists the worst lines are then asked one at a time.
            turn: The turn the question was asked in.
            named: Answers by finding name, ``denies`` and ``not_sure``, as in :class:`Profile`, asked for or not. A
                new answer takes the place of an earlier one.

        Raises:
            StaleAnswer: If the turn is over.
            ProfileError: With every problem of the answers. Nothing is changed then.

        >>> import backtriage as bt
        >>> iv = bt.Interview()
        >>> iv.answer(minor_injury_recent=True, age=41)
        >>> iv.question.id
        'where'
        >>> iv.answer(["neck_paim"], pain_score=11)
        Traceback (most recent call last):
        backtriage.errors.ProfileError: where: `'neck_paim'` is not asked here; did you mean `neck_pain`?
        pain_score: `11` is out of range; give points, 0 to 10
        """
        self._expect(turn)
        reply, opened = Reply(), None
        if value is not _NOTHING:
            question = self._asked("answer it by name")
            reply.read(self._answered(question, value), value)
            opened = self._opened(question, reply)
        elif not named:
            raise ProfileError.of("answer", "nothing is answered", "skip() leaves the question open")
        answers = reply.checked(self.profile, dict(named))
        unsure = bool(opened or answers) and all(value is None for value in answers.values())
        chosen = self.phase if reply.offer is not None else None
        if answers or chosen or opened:
            wanted = chosen if reply.offer else None
            declined = None if wanted else chosen
            step = Step(answers=answers, accepted=wanted, declined=declined, one_by_one=opened, unsure=unsure)
            self._move(step)
            self._stop_asking_in_vain()

    def change(self, answers: Mapping[str, object], /, *, turn: int | None = None) -> None:
        """Answer anew what was answered before. What else was said stays, and what does not fit is asked again.

        Args:
            answers: Finding to its answer, ``None`` for not sure: of a checklist every line that was shown, ``False``
                where it is not ticked. As on a list, such a line is present where something else that was said says so.
            turn: The turn it was shown in.

        Raises:
            StaleAnswer: If the turn is over.
            ProfileError: With every problem of the answers. Nothing is changed then.

        >>> import backtriage as bt
        >>> iv = bt.Interview()
        >>> iv.answer(["neck_pain"])
        >>> iv.answer("none")
        >>> iv.change({"neck_pain": False, "lower_back_pain": True})
        >>> iv.profile["neck_pain"], iv.profile["lower_back_pain"], iv.profile["new_bladder_change"]
        (<Answer.ABSENT: 'absent'>, <Answer.PRESENT: 'present'>, <Answer.ABSENT: 'absent'>)
        """
        self._expect(turn)
        self._move(Step(answers=changed(self.profile, answers)))

    def skip(self, *, turn: int | None = None) -> None:
        """Leave the question unanswered: what it asks stays unknown, is never read as "no", and is not asked again.

        An offer that is skipped is declined.

        >>> import backtriage as bt
        >>> iv = bt.Interview()
        >>> while not iv.done:
        ...     iv.skip()
        >>> iv.assessment.final, iv.assessment.action.level
        (True, <Urgency.SAME_DAY: 'same_day'>)
        """
        self._expect(turn)
        question = self._asked("there is nothing to skip")
        if question.kind == "offer":
            self._move(Step(declined=question.phase))
        else:
            self._move(Step(answers=dict.fromkeys(question.findings), unsure=True))
            self._stop_asking_in_vain()

    def stop(self, *, turn: int | None = None) -> None:
        """Ask nothing more: all that is open is left as "not sure", and what could not be ruled out decides what to do.

        It is one step, which :meth:`back` takes back.

        >>> import backtriage as bt
        >>> iv = bt.Interview()
        >>> iv.answer(["lower_back_pain"])
        >>> iv.stop()
        >>> iv.done, str(iv.assessment.action.kind), str(iv.assessment.action.level)
        (True, 'ActionKind.NOT_RULED_OUT', 'same_day')
        """
        self._expect(turn)
        self._asked("there is nothing to stop")
        answers: dict[str, Value | None] = dict.fromkeys(left_open(self.profile))
        while more := self._asked_even_after(answers):
            answers |= dict.fromkeys(more)
        self._move(Step(answers=answers))

    def back(self, *, turn: int | None = None) -> None:
        """Take back the last thing that was said, skipped or chosen; an error if nothing was."""
        self._expect(turn)
        if not self._record.steps:
            raise ProfileError.of("back", "nothing has been said yet")
        self._states = self._states[:-1]
        self._keep(self._record.steps[:-1])

    def go_on(self, *, turn: int | None = None) -> None:
        """Accept the part of the interview that is ``on_offer``; an error if there is none."""
        self._expect(turn)
        if (offered := self.on_offer) is None:
            raise ProfileError.of("go_on", "nothing is offered")
        self._move(Step(accepted=offered))

    def decline(self, *, turn: int | None = None) -> None:
        """Leave out the voluntary part that is offered or going on; its answers are kept. Safety is not voluntary."""
        self._expect(turn)
        phase = self._asked("there is nothing to decline").phase
        if phase is Phase.SAFE:
            raise ProfileError.of("decline", "these questions are asked for safety", "skip() leaves one open")
        self._move(Step(declined=phase))

    def one_by_one(self, *, turn: int | None = None) -> None:
        """Ask the checklist, or the first of a group, one line at a time; an error if it is none."""
        self._expect(turn)
        question = self._asked("there is nothing to ask one by one")
        question = question.parts[0] if question.parts else question
        if question.kind != "checklist":
            raise ProfileError.of("one_by_one", f"`{question.id}` is no checklist")
        self._move(Step(one_by_one=question.id))

    def ask_first(self, *findings: str, turn: int | None = None) -> None:
        """Ask about some findings before everything else, each by itself: what somebody wrote may speak of them.

        Also what nobody is asked for otherwise, as thoughts of suicide, and what was denied or left open before. What
        is known to be present is not asked again, and after an emergency nothing is.

        Args:
            findings: Ids of findings that are present or absent, in the order to ask in.
            turn: The turn that they were read in.

        Raises:
            StaleAnswer: If the turn is over.
            ProfileError: If one is unknown, or neither present nor absent.

        >>> import backtriage as bt
        >>> iv = bt.Interview()
        >>> iv.ask_first("breathless_or_blood")
        >>> iv.question.id, iv.question.kind, str(iv.question.could_reach)
        ('breathless_or_blood', 'yes_no', 'emergency')
        """
        self._expect(turn)
        known = self.profile.rulebook.vocabulary.yes_no
        problems = [
            Problem(where="ask_first", what=f"unknown {shown(id_)}", hint=did_you_mean(id_, known))
            for id_ in findings
            if not isinstance(id_, str) or id_ not in known
        ]
        if problems:
            raise ProfileError(problems)
        if findings:
            self._move(Step(first=findings))

    # -- keeping it ---------------------------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """The interview as plain data; :meth:`from_dict` goes on from there."""
        return self._record.to_dict()

    @classmethod
    def from_dict(
        cls,
        data: object,
        *,
        rulebook: RuleBook | None = None,
        engine: EngineName | None = None,
        startback: Mapping[str, str] | None = None,
    ) -> Self:
        """The interview that :meth:`to_dict` wrote. The data may come from anybody: nothing in it is trusted.

        Under another rulebook than it was begun with, ``resumed_from`` and ``notices`` say so, and what does not fit is
        set aside.

        Raises:
            ProfileError: With every problem of the data.

        >>> import backtriage as bt
        >>> iv = bt.Interview()
        >>> iv.answer(age=41)
        >>> bt.Interview.from_dict(iv.to_dict())
        <Interview safe, turn 1: where>
        """
        interview = cls(rulebook=rulebook, engine=engine, startback=startback)
        book = interview.profile.rulebook
        record, interview._states = read(data, book)
        if record.rulebook.digest != book.digest:
            interview._resumed_from = record.rulebook
        interview._record = attrs.evolve(record, rulebook=book.identity)
        return interview

    def __reduce__(self) -> tuple[Any, ...]:
        own = None if self.profile.rulebook is default_rulebook() else self.profile.rulebook
        wording = dict(self._wording) or None
        resume = partial(type(self).from_dict, rulebook=own, engine=self._engine, startback=wording)
        return resume, (self.to_dict(),)

    # -- help ---------------------------------------------------------------------------------------------------------

    def _next(self) -> tuple[Phase, InterviewQuestion | None]:
        if self._asking is None:
            self._asking = next_question(self.assessment, self._states[-1].choices, self._wording)
        return self._asking

    def _expect(self, turn: int | None) -> None:
        if turn is not None and (type(turn) is not int or turn != self.turn):
            what = f"{shown(turn)} is over, it is turn {self.turn}"
            raise StaleAnswer([Problem(where="turn", what=what, hint="show the current question and ask again")])

    def _asked(self, hint: str) -> InterviewQuestion:
        if self.question is None:
            raise ProfileError.of("interview", "nothing is asked", hint)
        return self.question

    def _answered(self, question: InterviewQuestion, value: object) -> InterviewQuestion:
        """What a value answers: the question; a mapping also what else is open, by its id."""
        if not isinstance(value, Mapping) or question.kind == "offer":
            return question
        return with_all_open(question, self.assessment, self._states[-1].choices, self._wording)

    def _opened(self, question: InterviewQuestion, reply: Reply) -> str | None:
        """The first checklist of the question that somebody is not sure of and that is then asked one line at a time;
        the lines that are asked are no longer in the reply."""
        for part in question.parts or (question,):
            lines = worth_asking_alone(self.assessment, part) if reply.doubts(part) else ()
            for line in lines:
                del reply.answers[line]
            if lines:
                return part.id
        return None

    def _asked_even_after(self, answers: Mapping[str, Value | None]) -> list[str]:
        """What some answers would open, as a doubt opens the gate of what nobody has mentioned."""
        profile = self._states[-1].after(Step(answers=answers)).profile
        questions = assess(profile, engine=self._engine).questions
        return [id_ for one in questions for id_ in one.question.findings if id_ not in {*answers, *profile.known}]

    def _stop_asking_in_vain(self) -> None:
        """Whoever is not sure of everything is told what to do, not asked on."""
        last = self._record.steps[-MOST_DOUBTS:]
        room = len(self._record.steps) < MAX_STEPS  # stopping is a step too
        if room and len(last) == MOST_DOUBTS and all(step.unsure for step in last) and self.question is not None:
            self.stop()

    def _move(self, step: Step) -> None:
        if len(self._record.steps) >= MAX_STEPS:
            raise ProfileError.of("interview", f"more than {MAX_STEPS} steps", "begin again")
        self._states = (*self._states, self._states[-1].after(step))
        self._keep((*self._record.steps, step))

    def _keep(self, steps: tuple[Step, ...]) -> None:
        self._record = attrs.evolve(self._record, steps=steps, turn=self._record.turn + 1)
        self._assessment = self._asking = None
