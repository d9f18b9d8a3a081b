"""What is said in an interview: replies to its questions, and the steps that they become."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from ..errors import Problem, ProfileError, did_you_mean, shown
from ..findings.conditions import Value
from ..findings.door import listed, read_once, told
from ..findings.frozen import frozen
from ..findings.vocabulary import is_said
from ..triage import startback
from ..triage.later_answers import contradicted
from ..triage.profile import Profile
from .questions import Choices, InterviewQuestion, Phase

NONE: Final = "none"
"""The reply to a checklist of which nothing applies. An empty list is an error: it may be a form nobody filled in."""

# -- reading a reply --------------------------------------------------------------------------------------------------


@attrs.define
class Reply:
    """What a reply to a question says, as far as it could be read.

    Attributes:
        answers: Finding to answer, ``None`` for not sure. The values have not been checked.
        others: The lines of checklists that were shown and not ticked.
        offer: The reply to an offer.
        problems: What could not be read.
    """

    answers: dict[str, object] = attrs.Factory(dict)
    others: list[str] = attrs.Factory(list)
    offer: bool | None = None
    problems: list[Problem] = attrs.Factory(list)

    def read(self, question: InterviewQuestion, value: object) -> None:
        """Read the reply to a question; ``None`` is not sure about all of it."""
        if question.kind == "offer":
            if value is None or type(value) is bool:
                self.offer = bool(value)
            else:
                self._problem(question.id, f"{shown(value)} is not a yes or no", "give True or False")
        elif value is None:
            self.answers |= dict.fromkeys(question.findings)
        elif question.kind == "group":
            self._read_group(question, value)
        elif question.kind == "checklist":
            self._read_checklist(question, value)
        else:
            self.answers[question.id] = value

    def doubts(self, question: InterviewQuestion) -> bool:
        """Whether it says "not sure" of all of a question."""
        return all(self.answers.get(finding, "") is None for finding in question.findings)

    def _read_group(self, group: InterviewQuestion, value: object) -> None:
        parts = {part.id: part for part in group.parts}
        if not isinstance(value, Mapping) or not value:
            example = ", ".join(f"{id_!r}: ..." for id_ in parts)
            self._problem("answer", f"{shown(value)} is no answer to a group", f"give {{{example}}}, or some of them")
            return
        for id_, answer in value.items():
            if part := parts.get(id_) if isinstance(id_, str) else None:
                self.read(part, answer)
            else:
                hint = did_you_mean(id_, parts) or f"asked here: {', '.join(parts)}"
                self._problem("answer", f"{shown(id_)} is not asked here", hint)

    def _read_checklist(self, checklist: InterviewQuestion, value: object) -> None:
        ticked = () if isinstance(value, str) and value == NONE else listed(value)
        if ticked is None:
            self._problem(checklist.id, f"{shown(value)} is not a list of findings", _TICK)
            return
        if not ticked and not isinstance(value, str):
            self._problem(checklist.id, "nothing is ticked", _TICK)
            return
        for name in ticked:
            if isinstance(name, str) and name in checklist.items:
                self.answers[name] = True
            else:
                hint = did_you_mean(name, checklist.items) or "answer other findings by name"
                self._problem(checklist.id, f"{shown(name)} is not asked here", hint)
        self.others += [name for name in checklist.items if name not in self.answers]

    def checked(self, profile: Profile, named: dict[str, object]) -> dict[str, Value | None]:
        """All that was said, with what was said by name.

        Args:
            profile: What was known.
            named: Answers by finding name, ``denies`` and ``not_sure``.

        Returns:
            Finding to answer, ``None`` for not sure.

        Raises:
            ProfileError: With every problem of it all.
        """
        vocabulary = profile.rulebook.vocabulary
        denies, unsure = read_once(named.pop("denies", ())), read_once(named.pop("not_sure", ()))
        for name in sorted(self.answers.keys() & named.keys()):
            self._problem(name, "answered twice", "give one answer")
        try:
            said = Profile({**self.answers, **named}, denies=denies, not_sure=unsure, rulebook=profile.rulebook)
        except ProfileError as error:
            self.problems += error.problems
        else:
            self.problems += _against_earlier(profile, said)
        if self.problems:
            raise ProfileError(self.problems)
        # A list that is denied, or not sure, as a whole is so in what was not said of it before.
        alone = {*self.answers, *named, *unsure}
        doubted = [line for line in sorted(said.not_sure) if line in alone or line not in profile.given]
        denied = [line for name in said.denies for line in vocabulary.checklists[name].findings]
        denied = [line for line in denied if line not in profile.known and line not in profile.not_sure]
        answers: dict[str, Value | None] = {**said.given, **dict.fromkeys(doubted)}
        return answers | unticked(profile, answers, [*self.others, *denied])

    def _problem(self, where: str, what: str, hint: str) -> None:
        self.problems.append(Problem(where=where, what=what, hint=hint))


def _against_earlier(profile: Profile, said: Profile) -> Iterator[Problem]:
    """Numbers that cannot be true beside an earlier one: nobody knows which of the two is wrong."""
    vocabulary = profile.rulebook.vocabulary
    earlier = {name: value for name, value in profile.given.items() if name not in said.not_sure}
    for pair in vocabulary.impossible({**earlier, **said.given}):
        new, old = (pair.finding, pair.of) if pair.finding in said.given else (pair.of, pair.finding)
        value, other = told(vocabulary.findings[new], said.given[new]), told(vocabulary.findings[old], earlier[old])
        what = f"{value} does not go with an earlier answer ({vocabulary.findings[old].text} {other})"
        yield Problem(where=new, what=what, hint="answer again, or change that one")


def checked_wording(wording: Mapping[str, str] | None) -> Mapping[str, str]:
    """The host's wording of the STarT Back items: all of them, or none.

    Raises:
        ProfileError: If an item is missing or unknown, or its wording is no text.
    """
    if wording is None:
        return {}
    if isinstance(wording, Mapping) and set(wording) == set(startback.ITEMS):
        wrong = [id_ for id_, text in wording.items() if not isinstance(text, str) or not text.strip()]
        problems = [Problem(where=f"startback: {id_}", what="no wording", hint="give its text") for id_ in wrong]
    else:
        hint = f"give the wording of each of {startback.ITEMS[0]} to {startback.ITEMS[-1]}"
        problems = [Problem(where="startback", what="not the nine items", hint=hint)]
    if problems:
        raise ProfileError(problems)
    return frozen(wording)


class StaleAnswer(ProfileError):  # noqa: N818 - reads as what it says
    """An answer to a question that is not the current one: somebody answered meanwhile, as in a second window.

    >>> import backtriage as bt
    >>> iv = bt.Interview()
    >>> iv.answer(age=41, turn=0)
    >>> iv.answer(age=14, turn=0)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    backtriage.interview.answering.StaleAnswer: turn: `0` is over, it is turn 1; ...
    """


# -- steps ------------------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Step:
    """One thing said, to be taken back as a whole.

    Attributes:
        answers: Finding to answer; ``None`` for not sure or skipped.
        accepted: The voluntary phase that is wanted.
        declined: The voluntary phase that is not.
        one_by_one: The checklist that is to be asked one line at a time.
        first: The findings that are to be asked about before everything else.
        unsure: The question was left open as a whole.
    """

    answers: Mapping[str, Value | None] = attrs.field(factory=dict, converter=frozen, hash=False)
    accepted: Phase | None = None
    declined: Phase | None = None
    one_by_one: str | None = None
    first: tuple[str, ...] = ()
    unsure: bool = False

    def to_dict(self) -> dict[str, Any]:
        """What it says as plain data."""
        phases = {"accepted": self.accepted, "declined": self.declined}
        data: dict[str, Any] = {"answers": dict(self.answers)} if self.answers else {}
        data |= {name: phase.value for name, phase in phases.items() if phase}
        data |= {"one_by_one": self.one_by_one} if self.one_by_one else {}
        data |= {"first": list(self.first)} if self.first else {}
        return data | ({"unsure": True} if self.unsure else {})


@attrs.frozen(kw_only=True)
class State:
    """Where an interview stands: all that has been said. It changes by steps alone.

    Attributes:
        profile: What is known.
        choices: What the person wants of the interview.
    """

    profile: Profile
    choices: Choices = attrs.field(factory=Choices)

    def after(self, step: Step) -> State:
        """The state after a step.

        Raises:
            ProfileError: If its answers contradict each other, or earlier ones that they do not replace.
        """
        choices = self.choices
        return State(
            profile=self.profile.after(step.answers) if step.answers else self.profile,
            choices=Choices(
                accepted=choices.accepted - {step.declined} | ({step.accepted} if step.accepted else set()),
                declined=choices.declined - {step.accepted} | ({step.declined} if step.declined else set()),
                one_by_one=choices.one_by_one | ({step.one_by_one} if step.one_by_one else set()),
                first=tuple(id_ for id_ in dict.fromkeys((*choices.first, *step.first)) if id_ not in step.answers),
            ),
        )


def changed(profile: Profile, answers: Mapping[str, object]) -> dict[str, Value | None]:
    """Answers in the place of earlier ones.

    Args:
        profile: What was known.
        answers: Finding to its new answer; of a list every line, ``False`` where it is not ticked.

    Raises:
        ProfileError: If nothing is answered, or with every problem of the answers.
    """
    if not isinstance(answers, Mapping) or not answers:
        raise ProfileError.of("answer", "nothing is answered", 'as in {"age": 41}')
    others = [name for name, value in answers.items() if value is False] if len(answers) > 1 else []
    reply = Reply(answers={name: value for name, value in answers.items() if name not in others}, others=others)
    kept = {name: value for name, value in profile.given.items() if name not in answers}
    before = Profile(kept, not_sure=profile.not_sure - answers.keys(), rulebook=profile.rulebook)
    if not (said := reply.checked(before, {})):
        raise ProfileError.of("answer", "it follows from something else that was said", "change that first")
    return said


def left_open(profile: Profile) -> list[str]:
    """The findings of which nothing is known and that have not been asked, without those never asked for."""
    findings, known, unsure = profile.rulebook.vocabulary.findings, profile.known, profile.not_sure
    return [id_ for id_, one in findings.items() if id_ not in known and id_ not in unsure and not one.reported]


def unticked(profile: Profile, answers: Mapping[str, Value | None], others: Iterable[str]) -> dict[str, bool | None]:
    """Answers to the lines that were shown and not ticked: absent, unless something present implies them (then they
    follow), or something not sure does or something said needs one of them (then they are not sure either).

    Args:
        profile: What was known.
        answers: What was said beside them.
        others: The lines.
    """
    vocabulary = profile.rulebook.vocabulary
    values = {**dict.fromkeys(profile.not_sure), **profile.given, **answers}
    follow = {id_ for name, value in values.items() if is_said(value) for id_ in vocabulary.says.get(name, ())}
    doubtful = {id_ for name, value in values.items() if value is None for id_ in vocabulary.implied.get(name, ())}
    lines = {id_: False for id_ in others if id_ not in follow and id_ not in answers}
    said = {name: value for name, value in {**values, **lines}.items() if value is not None}
    doubtful.update(contradicted(vocabulary, said))
    return {id_: None if id_ in doubtful else False for id_ in lines}


_TICK: Final = f'give the ids of what applies, or "{NONE}" if none of them does'
