"""A QuestionnaireResponse as a profile. It may come from anybody: nothing in it is coerced, guessed or passed over."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

import attrs

import backtriage as bt

from ...errors import label, shown
from ...findings.strict_json import read_json
from ...rulebook.reading import rulebook_of
from .asked import Asked, asked
from .codes import NONE, UNSURE, canonical
from .questionnaires import hangs_on_its_list

MAX_TEXT: Final = 1_000_000
"""The most characters, or bytes, of a response as text."""
MAX_PROBLEMS: Final = 100
"""After so many the rest is not read: no questionnaire was answered so."""
_STATUSES: Final = ("in-progress", "completed", "amended", "stopped")
"""Not ``entered-in-error``: such answers are not this person's."""
_NEEDED: Final = ("resourceType", "questionnaire", "status")
_ABOUT_IT: Final = (
    "id meta language text contained extension identifier basedOn partOf subject encounter authored author source"
)
"""What says nothing about the answers. A modifier is not among it: it may change what they mean."""
_OF_ITEM: Final = frozenset(("linkId", "id", "extension", "definition", "text", "answer", "item"))
_OF_ANSWER: Final = frozenset(("id", "extension"))
_VALUES: Final = {
    "choice": "valueCoding",
    "integer": "valueInteger",
    "decimal": "valueDecimal",
    "boolean": "valueBoolean",
}


def profile_from_response(
    response: Mapping[str, Any] | str | bytes, *, rulebook: bt.RuleBook | None = None
) -> bt.Profile:
    """The profile that a QuestionnaireResponse gives. What is not answered is unknown, never absent.

    An answer counts although its question was not shown: no red flag is dropped.

    Args:
        response: The resource as plain data, or its JSON text: only there is a key given twice seen.
        rulebook: Whose questionnaire it answers; the default rulebook's if left out.

    Raises:
        ProfileError: With every problem: another questionnaire or version, unknown questions, wrong values, a question
            answered twice, answers that contradict each other, a follow-up left open below "none of the others above".

    >>> profile_from_response({"resourceType": "QuestionnaireResponse", "status": "entered-in-error"})
    Traceback (most recent call last):
    backtriage.errors.ProfileError: response: `questionnaire` is missing
    status: `'entered-in-error'` cannot be used; known: in-progress, completed, amended, stopped
    """
    book = rulebook_of(rulebook)
    reading = _Reading(asked=asked(book))
    reading.resource(_read(response), canonical("questionnaire", book))
    try:
        profile = bt.Profile(reading.answers, denies=reading.denies, not_sure=reading.not_sure, rulebook=book)
        reading.problems += _left_open(profile)
    except bt.ProfileError as error:
        reading.problems += error.problems
    if reading.problems:
        raise bt.ProfileError(reading.problems)
    return profile


def _read(response: object) -> Mapping[Any, Any]:
    """The resource as a mapping.

    Raises:
        ProfileError: If it is none, or too long to be one.
    """
    if isinstance(response, Mapping):
        return response
    problem = bt.Problem(where="response", what=f"{brief(response)} is no resource", hint="give a mapping or its JSON")
    if isinstance(response, str | bytes):
        if len(response) <= MAX_TEXT:
            return read_json(response)
        problem = bt.Problem(where="response", what=f"{len(response)} characters", hint=f"at most {MAX_TEXT}")
    raise bt.ProfileError([problem])


def _left_open(profile: bt.Profile) -> list[bt.Problem]:
    """The follow-ups nobody answered below a "none of the others above": those words do not deny them."""
    vocabulary = profile.rulebook.vocabulary
    hint = "it is not among the others above: answer it, or say not sure"
    return [
        bt.Problem(where=id_, what="a follow-up without an answer", hint=hint)
        for denied in profile.denies
        for id_ in vocabulary.checklists[denied].findings
        if id_ not in profile.given
        and id_ not in profile.not_sure
        and hangs_on_its_list(vocabulary.findings[id_], vocabulary.checklists[denied])
        and all(gate.holds(profile.known) is not False for gate in vocabulary.gates_of(id_))
    ]


@attrs.define(kw_only=True)
class _Reading:
    """What a response says, as far as it could be read."""

    asked: Mapping[str, Asked]
    answers: dict[str, Any] = attrs.Factory(dict)
    denies: list[str] = attrs.Factory(list)
    not_sure: list[str] = attrs.Factory(list)
    problems: list[bt.Problem] = attrs.Factory(list)
    _seen: set[str] = attrs.Factory(set)

    def resource(self, data: Mapping[Any, Any], wanted: str) -> None:
        """Read the whole resource."""
        for name in _NEEDED:
            if name not in data:
                self._problem("response", f"`{name}` is missing")
        self._unknown_keys("response", data, {*_NEEDED, "item", *_ABOUT_IT.split()})
        if (type_ := data.get("resourceType", "QuestionnaireResponse")) != "QuestionnaireResponse":
            self._problem("resourceType", f"{brief(type_)} is no QuestionnaireResponse")
        if (version := data.get("questionnaire", wanted)) != wanted:
            self._problem("questionnaire", f"{brief(version)} is another questionnaire or version", f"ask `{wanted}`")
        if (status := data.get("status", "completed")) not in _STATUSES:
            self._problem("status", f"{brief(status)} cannot be used", f"known: {', '.join(_STATUSES)}")
        self._items("response", None, data.get("item", ()))

    def _items(self, where: str, parent: str | None, data: object) -> None:
        if not isinstance(data, list | tuple):
            self._problem(where, f"its items are {brief(data)}", "give a list")
        elif len(data) > len(self.asked):
            self._problem(where, f"{len(data)} items", f"there are {len(self.asked)}")
        else:
            for item in data:
                self._item(where, parent, item)

    def _item(self, where: str, parent: str | None, item: object) -> None:
        if not isinstance(item, Mapping) or not isinstance(link := item.get("linkId"), str):
            return self._problem(where, f"{brief(item)} is no item with a linkId")
        one = self.asked.get(link)
        if one is None:
            return self._problem(label(link), "unknown linkId", "the questionnaire has no such item")
        if link in self._seen:
            return self._problem(link, "answered twice", "give one answer")
        self._seen.add(link)
        if one.parent != parent:
            hint = f"put it in `{one.parent}`" if one.parent else "it stands in none"
            self._problem(link, "stands in the wrong group", hint)
        self._unknown_keys(link, item, _OF_ITEM)
        if one.type == "group":
            if "answer" in item:
                self._problem(link, "an answer to a group", "answer its items")
            return self._items(link, link, item.get("item", ()))
        if "item" in item:
            self._problem(link, "items below a question", "it has none")
        return self._answer(link, one, item["answer"]) if "answer" in item else None

    def _answer(self, link: str, one: Asked, answers: object) -> None:
        name = _VALUES[one.type]
        if not isinstance(answers, list | tuple) or not answers or not isinstance(answers[0], Mapping):
            return self._problem(link, f"{brief(answers)} is no list of answers", "leave out what was not answered")
        if len(answers) > 1:
            return self._problem(link, f"answered {len(answers)} times", "give one answer")
        self._unknown_keys(link, answers[0], _OF_ANSWER | {name}, f"give {name}")
        if (value := answers[0].get(name)) is None:
            return self._problem(link, "an answer without a value", f"give {name}")
        if one.type == "choice":
            return self._coding(link, one, value)
        if one.type == "boolean":
            return self._said(link, value)
        self.answers[link] = value
        return None

    def _said(self, link: str, value: object) -> None:
        """Whether "none of the others", or "not sure", was said; ``False`` says nothing."""
        if type(value) is not bool:
            self._problem(link, f"{brief(value)} is not a boolean")
        elif value and link.endswith(NONE):
            self.denies.append(link.removesuffix(NONE))
        elif value:
            self.not_sure.append(link.removesuffix(UNSURE))

    def _coding(self, link: str, one: Asked, coding: object) -> None:
        key = (coding.get("system"), coding.get("code")) if isinstance(coding, Mapping) else (None, coding)
        known = next((option for option in one.options if option == key), None)  # not looked up: it may be unhashable
        if known is None:
            hint = f"codes: {', '.join(code for _, code in one.options)}, each with its system"
            self._problem(link, f"{brief(key[1])} is no option", hint)
        else:
            self.answers[link] = one.options[known]

    def _unknown_keys(self, where: str, data: Mapping[Any, Any], known: Collection[str], hint: str = "") -> None:
        for name in [name for name in data if name not in known][:5]:
            self._problem(where, f"{brief(name)} is not read here", hint)

    def _problem(self, where: str, what: str, hint: str = "") -> None:
        self.problems.append(bt.Problem(where=where, what=what, hint=hint))
        if len(self.problems) >= MAX_PROBLEMS:
            raise bt.ProfileError(self.problems)


def brief(value: object) -> str:
    """A value for a line: what may be huge or deep is named by its type alone.

    >>> brief("x"), brief([1, 2])
    ("`'x'`", '`list`')
    """
    if isinstance(value, str | bytes):
        return shown(value[:80])
    return shown(value) if value is None or isinstance(value, bool | float) else f"`{type(value).__name__}`"
