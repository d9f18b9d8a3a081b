"""The answers known about one person, and the door they come in by."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NoReturn

from ..errors import ProfileError, UnknownName, shown
from ..findings.conditions import Known, NotApplicable, Value
from ..findings.door import Door, is_nothing, joined
from ..findings.finding import Answer
from ..findings.strict_json import read_json
from ..rulebook.reading import default_rulebook, rulebook_of
from .later_answers import by_name, standing

if TYPE_CHECKING:
    from typing import Self, Unpack

    from ..findings.answers import Answers, AnswersAndGroups
    from ..rulebook.book import RuleBook

_GROUPS: Final = ("denies", "not_sure")


class Profile(Mapping[str, "Answer | int | float | str | None"]):
    """What is known about one person. Immutable; equal profiles hold the same answers.

    Args:
        answers: Finding to answer: ``True`` or ``False``, a number in the finding's unit, a choice, or ``None`` for
            "not sure". It may hold the keys ``denies`` and ``not_sure`` too.
        denies: Checklists of which everything not answered otherwise is absent ("…and none of the others").
        not_sure: Findings or checklists that were asked and remain unknown; the same as answering ``None``.
        rulebook: Whose findings these are; the default one if left out.
        named: Answers by finding name.

    Raises:
        ProfileError: With every problem of the answers. Nothing is ever coerced or dropped.

    As a mapping it holds every finding of the rulebook with its value: an :class:`Answer` for a yes or no, a number,
    the id of a choice, and ``None`` for a number or choice that is unknown or does not apply. A name that is no finding
    raises :class:`backtriage.errors.UnknownName`, which is a ``KeyError``.

    >>> import backtriage as bt
    >>> p = bt.Profile(age=41, denies=["emergency_nerves"]).with_(fever_or_shivers=True)
    >>> p["saddle_numbness_new"], p["fever_or_shivers"], p["weight_loss_unexplained"], p["age"]
    (<Answer.ABSENT: 'absent'>, <Answer.PRESENT: 'present'>, <Answer.UNKNOWN: 'unknown'>, 41)
    >>> (p | {"pain_score": 6}).to_dict()
    {'age': 41, 'denies': ['emergency_nerves'], 'fever_or_shivers': True, 'pain_score': 6}
    """

    __slots__ = ("_denies", "_given", "_known", "_not_sure", "_rulebook", "_set_aside")
    _denies: tuple[str, ...]
    _given: Mapping[str, Value]
    _known: Known
    _not_sure: frozenset[str]
    _rulebook: RuleBook
    _set_aside: Mapping[str, tuple[str, ...]]

    def __init__(
        self,
        answers: Mapping[str, object] | None = None,
        /,
        *,
        denies: Iterable[str] = (),
        not_sure: Iterable[str] = (),
        rulebook: RuleBook | None = None,
        **named: Unpack[Answers],
    ) -> None:
        book = rulebook_of(rulebook)
        given = _answers({} if answers is None else answers)
        door = Door(book.vocabulary)
        grouped = any(group in given for group in _GROUPS)
        door.answers({name: value for name, value in given.items() if name not in _GROUPS} if grouped else given)
        door.answers(named)
        for group in (given.get("denies", ()), denies) if grouped or not is_nothing(denies) else ():
            door.deny(group)
        for group in (given.get("not_sure", ()), not_sure) if grouped or not is_nothing(not_sure) else ():
            door.leave_open(group)
        closed = door.close()
        put = object.__setattr__
        put(self, "_rulebook", book)
        put(self, "_given", MappingProxyType(door.given))
        in_order = [id_ for id_ in book.vocabulary.checklists if id_ in door.denied] if door.denied else ()
        put(self, "_denies", tuple(in_order))
        put(self, "_not_sure", frozenset(door.open))
        put(self, "_known", MappingProxyType(closed.known))
        put(self, "_set_aside", MappingProxyType(closed.set_aside))

    def __setattr__(self, name: str, _value: object) -> NoReturn:
        raise AttributeError(f"cannot set {name}: a profile never changes; with_() makes another")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"cannot delete {name}: a profile never changes; with_() makes another")

    def __reduce__(self) -> tuple[Any, ...]:
        own = None if self._rulebook is default_rulebook() else self._rulebook
        return _restored, (type(self), self.to_dict(), own)

    # -- what it holds ------------------------------------------------------------------------------------------------

    @property
    def rulebook(self) -> RuleBook:
        """The rulebook whose findings these are."""
        return self._rulebook

    @property
    def known(self) -> Known:
        """Every finding that is known, the ones that follow from others included."""
        return self._known

    @property
    def given(self) -> Mapping[str, Value]:
        """The answers as given one by one, without what follows from them."""
        return self._given

    @property
    def denies(self) -> tuple[str, ...]:
        """The checklists that were denied as a group."""
        return self._denies

    @property
    def not_sure(self) -> frozenset[str]:
        """The findings that were asked and remain unknown."""
        return self._not_sure

    @property
    def set_aside(self) -> Mapping[str, str]:
        """The answers that are kept and do not count while the gate before them is closed, each with the answers that
        close it. A red flag is never among them: it counts whenever it is said.

        >>> import backtriage as bt
        >>> dict(bt.Profile(pain_duration_days=10, age_at_onset=30).set_aside)
        {'age_at_onset': 'not asked where pain_duration_days is 10'}
        """
        return {name: f"not asked where {self._told(closing)}" for name, closing in sorted(self._set_aside.items())}

    def _told(self, findings: Iterable[str]) -> str:
        """Some findings as they are answered; numbers alone, if there are any."""
        values = {id_: self[id_] for id_ in findings if id_ in self._known}
        numbers = {
            id_: value for id_, value in values.items() if self._rulebook.vocabulary.findings[id_].kind == "number"
        }
        told = {id_: value.value if isinstance(value, Answer) else value for id_, value in (numbers or values).items()}
        return " and ".join(f"{id_} is {value}" for id_, value in told.items())

    def __getitem__(self, name: str) -> Answer | int | float | str | None:
        finding = self._rulebook.vocabulary.findings.get(name) if isinstance(name, str) else None
        if finding is None:
            raise UnknownName(Door(self._rulebook.vocabulary).unknown(name))
        value = self._known.get(name)
        if finding.kind == "yes_no":
            return Answer.UNKNOWN if value is None else Answer.PRESENT if value is True else Answer.ABSENT
        return None if isinstance(value, NotApplicable) else value

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._rulebook.vocabulary.findings

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a finding; what stands in for it where there is no such finding."""
        return self[name] if name in self else default  # noqa: SIM401 - this is what it is about

    def __iter__(self) -> Iterator[str]:
        return iter(self._rulebook.vocabulary.findings)

    def __len__(self) -> int:
        return len(self._rulebook.vocabulary.findings)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Profile):
            return NotImplemented
        return self.to_dict() == other.to_dict() and self._rulebook.digest == other._rulebook.digest

    def __hash__(self) -> int:
        return hash((frozenset(self._given.items()), self._denies, self._not_sure))

    def __repr__(self) -> str:
        return f"Profile({', '.join(f'{name}={value!r}' for name, value in self.to_dict().items())})"

    # -- other profiles -----------------------------------------------------------------------------------------------

    def with_(self, answers: Mapping[str, object] | None = None, /, **named: Unpack[AnswersAndGroups]) -> Self:
        """This profile with some answers added or changed; an answer of ``None`` becomes "not sure".

        >>> import backtriage as bt
        >>> bt.Profile(age=41).with_(age=42)
        Profile(age=42)
        """
        words = self._rulebook.vocabulary
        first, second = by_name(_answers({} if answers is None else answers), words), by_name(named, words)
        new = {**first, **second}
        given = {name: value for name, value in self._given.items() if name not in new} | new
        groups = {name: joined(first.get(name, ()), second.get(name, ())) for name in _GROUPS if name in new}
        still_open = self._not_sure - new.keys()
        return type(self)(given | groups, denies=self._denies, not_sure=still_open, rulebook=self._rulebook)

    def after(self, answers: Mapping[str, object], /) -> Self:
        """This profile after the person has said more, as in a conversation, where what is said now counts more.

        An earlier "no" to what that implies, or to the gate it is behind, is dropped, so that it can be asked again;
        an earlier denial leaves out that one finding.

        Raises:
            ProfileError: As :meth:`with_`; also if a "no" that is said now contradicts what was said before.

        >>> import backtriage as bt
        >>> bt.Profile(denies=["health_a"]).after({"cancer_in_bone": True})["cancer_ever"]
        <Answer.PRESENT: 'present'>
        """
        vocabulary = self._rulebook.vocabulary
        new = by_name(_answers(answers), vocabulary)
        earlier, denies = standing(
            new, vocabulary, given=self._given, denied=self._denies, not_sure=self._not_sure, known=self._known
        )
        still_open = self._not_sure - {*earlier, *new}
        return type(self)({**earlier, **new}, denies=denies, not_sure=still_open, rulebook=self._rulebook)

    def __or__(self, answers: Mapping[str, object]) -> Self:
        if not isinstance(answers, Mapping) or isinstance(answers, Profile):
            return NotImplemented
        return self.with_(answers)

    @classmethod
    def from_dict(cls, data: Mapping[str, object], *, rulebook: RuleBook | None = None) -> Self:
        """The profile that :meth:`to_dict` wrote, or any mapping of answers.

        Raises:
            ProfileError: With every problem of the data.
        """
        return cls(_answers(data), rulebook=rulebook)

    @classmethod
    def from_json(cls, text: str | bytes, *, rulebook: RuleBook | None = None) -> Self:
        """The profile in a JSON object. A key given twice is an error, not a choice.

        Raises:
            ProfileError: With every problem of the text.

        >>> import backtriage as bt
        >>> bt.Profile.from_json('{"age": 41, "age": 14}')
        Traceback (most recent call last):
        backtriage.errors.ProfileError: age: given twice; give it once
        """
        return cls.from_dict(read_json(text), rulebook=rulebook)

    def to_dict(self) -> dict[str, object]:
        """The answers as plain data, sorted by name; ``from_dict`` reads them back to an equal profile."""
        groups = {"denies": list(self._denies), "not_sure": sorted(self._not_sure)}
        return dict(sorted({**self._given, **{name: ids for name, ids in groups.items() if ids}}.items()))

    def to_json(self) -> str:
        """The answers as JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False)


def _answers(answers: object) -> Mapping[str, object]:
    """The answers as given.

    Raises:
        ProfileError: If they are not a mapping of names to answers; a profile is none.
    """
    if isinstance(answers, Mapping) and not isinstance(answers, Profile):
        return answers
    what = f"{shown(answers)} is not a mapping of answers"
    raise ProfileError.of("profile", what, 'as in {"age": 41}; with_() changes a profile')


def _restored(class_: type[Profile], data: dict[str, object], rulebook: RuleBook | None) -> Profile:
    """A profile as it was copied or pickled."""
    return class_(data, rulebook=rulebook)
