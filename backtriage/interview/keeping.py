"""The record of an interview: plain data that a server keeps anywhere, and that is trusted in nothing when it comes
back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from ..errors import Problem, ProfileError, label, shown
from ..findings.conditions import Value
from ..findings.vocabulary import is_said
from ..rulebook.book import RulebookId
from ..triage.profile import Profile
from .answering import State, Step
from .questions import Phase

if TYPE_CHECKING:
    from ..rulebook.book import RuleBook

FORMAT: Final = 1
MAX_STEPS: Final = 500
MAX_TURN: Final = 2**53 - 1
"""The largest whole number that every JSON reader keeps."""
MAX_TEXT: Final = 200
MAX_PROBLEMS: Final = 100
"""With so many the data is refused unread: it was not written by an interview."""
_VOLUNTARY: Final = {phase.value: phase for phase in Phase if phase is not Phase.SAFE}


@attrs.frozen(kw_only=True)
class SetAside:
    """An answer that does not fit the rulebook any more.

    Attributes:
        finding: What it answered.
        answer: The answer.
    """

    finding: str
    answer: Value

    @property
    def problem(self) -> Problem:
        """What to tell whoever reads the result."""
        return Problem(
            where=label(self.finding),
            what=f"the answer {shown(self.answer)} does not fit this rulebook and was set aside",
            hint="look at it, and ask again",
        )


@attrs.frozen(kw_only=True)
class Record:
    """An interview as it was kept, read and checked.

    Attributes:
        rulebook: The rulebook that asked.
        region: The region's code.
        turn: The number of changes so far.
        steps: What was said, the oldest first.
        set_aside: Answers that do not fit the rulebook any more.
    """

    rulebook: RulebookId
    region: str
    turn: int
    steps: tuple[Step, ...]
    set_aside: tuple[SetAside, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data; :func:`read` reads it."""
        return {
            "format": FORMAT,
            "rulebook": attrs.asdict(self.rulebook),
            "region": self.region,
            "turn": self.turn,
            "steps": [step.to_dict() for step in self.steps],
            "set_aside": [attrs.asdict(one) for one in self.set_aside],
        }


def read(data: object, book: RuleBook) -> tuple[Record, tuple[State, ...]]:
    """A record, and the states its steps lead through, the first one empty.

    What another rulebook asked and this one does not know, or knows with other values, is set aside.

    Raises:
        ProfileError: With every problem of the data, the first hundred if there are more.
    """
    reader = _Reader(book)
    record = reader.record(data)
    if record is None or reader.problems:
        raise ProfileError(reader.problems)
    return reader.replayed(record)


class _Reader:
    """Reads one record and collects its problems. It takes nothing for granted: the data may be forged."""

    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self.problems: list[Problem] = []
        self.foreign = False

    def record(self, data: object) -> Record | None:
        fields = self._mapping("interview", data, ("format", "rulebook", "region", "turn", "steps", "set_aside"))
        if fields is None:
            return None
        if type(fields["format"]) is not int or fields["format"] != FORMAT:
            self._problem("format", f"{shown(fields['format'])} is not {FORMAT}")
        rulebook = self._rulebook(fields["rulebook"])
        self.foreign = rulebook is not None and rulebook.digest != self.book.digest
        region = fields["region"]
        try:
            self.book.region(region)
        except ProfileError as error:
            self.problems += error.problems
        steps = [self._step(n, one) for n, one in enumerate(self._list("steps", fields["steps"]))]
        aside = [self._set_aside(n, one) for n, one in enumerate(self._list("set_aside", fields["set_aside"]))]
        turn = fields["turn"]
        if type(turn) is not int or not len(steps) <= turn <= MAX_TURN:
            self._problem("turn", f"{shown(turn)} is no turn", f"a whole number from {len(steps)}, the number of steps")
        if self.problems or rulebook is None:
            return None
        return Record(
            rulebook=rulebook,
            region=region or "",
            turn=turn,
            steps=tuple(filter(None, steps)),
            set_aside=tuple(filter(None, aside)),
        )

    def replayed(self, record: Record) -> tuple[Record, tuple[State, ...]]:
        """The record with what can still be used, and the states."""
        states = [State(profile=Profile(rulebook=self.book))]
        steps: list[Step] = []
        aside = list(record.set_aside)
        for number, kept in enumerate(record.steps):
            step = kept
            if self.foreign:
                unfit = self._unfit(states[-1].profile, kept.answers)
                aside += [SetAside(finding=id_, answer=value) for id_, value in unfit.items() if value is not None]
                answers = {id_: value for id_, value in kept.answers.items() if id_ not in unfit}
                known_list = kept.one_by_one if kept.one_by_one in self.book.vocabulary.checklists else None
                first = tuple(id_ for id_ in kept.first if id_ in self.book.vocabulary.yes_no)
                step = attrs.evolve(kept, answers=answers, one_by_one=known_list, first=first)
                if not step.to_dict():
                    continue
            try:
                states.append(states[-1].after(step))
            except ProfileError as error:
                self.problems += [attrs.evolve(one, where=f"steps[{number}].{one.where}") for one in error.problems]
                break
            if self.foreign:  # a "no" that this rulebook says a later answer contradicts
                before, now = states[-2].profile.given, {**states[-1].profile.given, **step.answers}
                aside += [SetAside(finding=id_, answer=value) for id_, value in before.items() if id_ not in now]
            steps.append(step)
        if self.problems:
            raise ProfileError(self.problems)
        return attrs.evolve(record, steps=tuple(steps), set_aside=tuple(dict.fromkeys(aside))), tuple(states)

    def _unfit(self, profile: Profile, answers: Mapping[str, Value | None]) -> dict[str, Value | None]:
        """The answers that this rulebook does not know, or that contradict each other by what it says."""
        findings = self.book.vocabulary.findings
        unfit = {
            id_: value
            for id_, value in answers.items()
            if id_ not in findings or (value is not None and findings[id_].problem_with(value))
        }
        consequences = self.book.vocabulary.says
        present = [id_ for id_, value in {**profile.given, **answers}.items() if is_said(value) and id_ not in unfit]
        follow = {id_ for name in present for id_ in consequences.get(name, ())}
        unfit |= {id_: False for id_ in follow if answers.get(id_) is False}
        for pair in self.book.vocabulary.impossible({**profile.given, **answers}):
            unfit |= {id_: answers[id_] for id_ in (pair.finding, pair.of) if id_ in answers}
        return unfit

    # -- its parts ------------------------------------------------------------------------------------------------

    def _rulebook(self, data: object) -> RulebookId | None:
        fields = self._mapping("rulebook", data, ("id", "version", "digest"))
        if fields is None:
            return None
        for name, value in fields.items():
            self._text(f"rulebook.{name}", value)
        return None if self.problems else RulebookId(**fields)

    def _step(self, number: int, data: object) -> Step | None:
        where = f"steps[{number}]"
        fields = self._mapping(where, data, (), ("answers", "accepted", "declined", "one_by_one", "first", "unsure"))
        if fields is None:
            return None
        if not fields:
            self._problem(where, "an empty step")
        said: dict[str, Any] = {}
        for name, value in fields.items():
            place = f"{where}.{name}"
            if name == "answers":
                said[name] = self._answers(place, value)
            elif name == "one_by_one":
                said[name] = self._checklist(place, value)
            elif name == "first":
                said[name] = self._first(place, value)
            elif name == "unsure":
                said[name] = value is True
            else:
                said[name] = self._phase(place, value)
        return Step(**said)

    def _checklist(self, where: str, value: object) -> object:
        if self._text(where, value) and value not in self.book.vocabulary.checklists and not self.foreign:
            self._problem(where, f"unknown checklist {shown(value)}")
        return value

    def _first(self, where: str, value: object) -> tuple[str, ...]:
        ids = [id_ for id_ in self._list(where, value) if self._text(where, id_) and isinstance(id_, str)]
        unknown = [id_ for id_ in ids if id_ not in self.book.vocabulary.yes_no]
        if unknown and not self.foreign:
            self._problem(where, f"unknown {', '.join(shown(id_) for id_ in unknown[:5])}")
        return tuple(ids)

    def _phase(self, where: str, value: object) -> Phase | None:
        if isinstance(value, str) and value in _VOLUNTARY:
            return _VOLUNTARY[value]
        self._problem(where, f"unknown phase {shown(value)}", f"known: {', '.join(_VOLUNTARY)}")
        return None

    def _answers(self, where: str, data: object) -> dict[str, Value | None]:
        if not isinstance(data, Mapping) or not data:
            self._problem(where, f"{shown(data)} is not a mapping of answers")
            return {}
        findings = self.book.vocabulary.findings
        for name, value in data.items():
            place = f"{where}.{label(name)}"
            finding = findings.get(name) if isinstance(name, str) else None
            if self.foreign:
                self._text(place, name)
                self._value(place, value)
            elif finding is None:
                self._problem(place, "unknown finding")
            elif value is not None and (wrong := finding.problem_with(value)):
                self._problem(place, *wrong)
        return dict(data) if not self.problems else {}

    def _set_aside(self, number: int, data: object) -> SetAside | None:
        where = f"set_aside[{number}]"
        fields = self._mapping(where, data, ("finding", "answer"))
        if fields is None:
            return None
        self._text(f"{where}.finding", fields["finding"])
        if fields["answer"] is None:
            self._problem(f"{where}.answer", "no answer")
        self._value(f"{where}.answer", fields["answer"])
        return None if self.problems else SetAside(**fields)

    def _mapping(
        self, where: str, data: object, needed: Collection[str], allowed: Collection[str] = ()
    ) -> dict[str, Any] | None:
        if not isinstance(data, Mapping):
            self._problem(where, f"{shown(data)} is not a mapping")
            return None
        unknown = [name for name in data if name not in needed and name not in allowed]
        missing = [name for name in needed if name not in data]
        for name in unknown[:5]:
            self._problem(where, f"unknown key {shown(name)}")
        for name in missing:
            self._problem(where, f"`{name}` is missing")
        return None if unknown or missing else dict(data)

    def _list(self, where: str, data: object) -> list[object]:
        if not isinstance(data, list | tuple):
            self._problem(where, f"{shown(data)} is not a list")
            return []
        if len(data) > MAX_STEPS:
            self._problem(where, f"{len(data)} entries", f"at most {MAX_STEPS}")
            return []
        return list(data)

    def _text(self, where: str, value: object) -> bool:
        if isinstance(value, str) and len(value) <= MAX_TEXT:
            return True
        self._problem(where, f"{shown(value)} is not a text of at most {MAX_TEXT} characters")
        return False

    def _value(self, where: str, value: Any) -> None:
        if isinstance(value, str):
            self._text(where, value)
        elif value is not None and type(value) is not bool and not _is_figure(value):
            self._problem(where, f"{shown(value)} is no answer")

    def _problem(self, where: str, what: str, hint: str = "") -> None:
        self.problems.append(Problem(where=where, what=what, hint=hint))
        if len(self.problems) >= MAX_PROBLEMS:
            raise ProfileError(self.problems)


def _is_figure(value: object) -> bool:
    """Whether it is a number that anything could be measured in, and that JSON can hold."""
    return isinstance(value, int | float) and abs(value) <= MAX_TURN
