"""What a model has passed to the tool, as answers for the door: JSON text or a mapping, of either dialect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from ...errors import Problem, ProfileError, label, shown
from ...findings.finding import Choice, Number
from ...findings.strict_json import read_json
from ...triage.profile import Profile
from .schemas import LISTS, NOT_SAID, has_strict, on_their_own

if TYPE_CHECKING:
    from ...findings.vocabulary import Vocabulary

MAX_TEXT: Final = 100_000
"""The most characters, or bytes, of arguments: every finding answered takes 6,000."""
WHERE: Final = "arguments"


def answers_in(arguments: object, vocabulary: Vocabulary) -> dict[str, object]:
    """The answers as the door takes them; strict arguments are known by their lists.

    Raises:
        ProfileError: If they are no arguments; what is wrong with a single answer is left to the door.
    """
    arguments = _read(arguments)
    if has_strict(vocabulary) and not arguments.keys().isdisjoint(LISTS[:2]):
        arguments = _from_strict(arguments, vocabulary)
    else:
        arguments = _without_null(arguments, vocabulary)
    return {name: _number(vocabulary, name, value) for name, value in arguments.items()}


def _read(arguments: object) -> Mapping[str, object]:
    if isinstance(arguments, Mapping) and not isinstance(arguments, Profile):
        return arguments
    if not isinstance(arguments, str | bytes):
        raise ProfileError.of(WHERE, f"{shown(arguments)} is not an object", 'as in {"age": 41}')
    if len(arguments) > MAX_TEXT:
        raise ProfileError.of(WHERE, f"{len(arguments)} characters; at most {MAX_TEXT}", "give answers only")
    return read_json(arguments)


def _number(vocabulary: Vocabulary, name: object, value: object) -> object:
    """JSON has one kind of number: 41.0 is 41."""
    finding = vocabulary.findings.get(name) if isinstance(name, str) else None
    whole = isinstance(finding, Number) and finding.integer and type(value) is float and value.is_integer()
    return int(value) if whole else value  # type: ignore[call-overload]  # it is a float


def _without_null(arguments: Mapping[str, object], vocabulary: Vocabulary) -> dict[str, object]:
    """Standard arguments without null, which says nothing: many a model fills in with it all that it was not told.

    Raises:
        ProfileError: If it stands for a line of a list that is denied: left out, what may be unknown would become a no.
    """
    empty = [name for name, value in arguments.items() if value is None and name in vocabulary.findings]
    denied = arguments.get("denies")
    lists = [one for id_, one in vocabulary.checklists.items() if isinstance(denied, list | tuple) and id_ in denied]
    lines = {id_ for one in lists for id_ in one.findings}
    hint = "leave it out if it is denied too; name it in `not_sure` if they do not know"
    problems = [
        Problem(where=name, what="null, though its list is denied", hint=hint) for name in empty if name in lines
    ]
    if problems:
        raise ProfileError(problems)
    return {name: value for name, value in arguments.items() if name not in empty}


def _from_strict(arguments: Mapping[str, object], vocabulary: Vocabulary) -> dict[str, object]:
    """Strict arguments as standard ones.

    Raises:
        ProfileError: If something is missing, too much, or of the wrong form.
    """
    unsaid = {one.id: NOT_SAID if isinstance(one, Choice) else None for one in on_their_own(vocabulary)}
    nothing = dict.fromkeys(LISTS, "[]") | {id_: word or "null" for id_, word in unsaid.items()}
    problems = [
        Problem(where=name, what="missing", hint=f"give {word}, if there is nothing to say")
        for name, word in nothing.items()
        if name not in arguments or (arguments[name] is None and word == NOT_SAID)
    ]
    problems += [
        Problem(where=label(name), what="no key of strict arguments", hint="name findings in `present` or in `absent`")
        for name in arguments
        if name not in nothing
    ]
    lists = {name: _ids(name, arguments.get(name, ()), problems) for name in LISTS}
    for name, ids in lists.items():
        problems += [_elsewhere(name, id_) for id_ in ids if not _belongs(name, id_, vocabulary)]
    problems += [
        Problem(where=label(id_), what="in `present` and in `absent`", hint="give it in one of them, or in `not_sure`")
        for id_ in sorted({*lists["present"]} & {*lists["absent"]})
    ]
    if problems:
        raise ProfileError(problems)
    own = {name: arguments[name] for name in unsaid}
    answers = {name: value for name, value in own.items() if value is not None and not _is_text(value, unsaid[name])}
    answers |= dict.fromkeys(lists["absent"], False) | dict.fromkeys(lists["present"], True)
    return answers | {"not_sure": [*lists["not_sure"], *lists["not_sure_questions"]]}


def _is_text(value: object, text: str | None) -> bool:
    return isinstance(value, str) and value == text


def _belongs(list_: str, id_: str, vocabulary: Vocabulary) -> bool:
    """Whether a name may stand in a list; what is no name at all is left to the door, which knows what is like it."""
    return (id_ in vocabulary.yes_no) != (list_ == "not_sure_questions") or not (
        id_ in vocabulary.findings or id_ in vocabulary.checklists
    )


def _elsewhere(list_: str, id_: str) -> Problem:
    hint = "that list is for numbers, choices and checklists" if list_ == LISTS[3] else "that list is for yes or no"
    return Problem(where=list_, what=f"{shown(id_)} does not belong here", hint=hint)


def _ids(where: str, group: object, problems: list[Problem]) -> list[str]:
    if isinstance(group, list | tuple):
        problems += [
            Problem(where=where, what=f"{shown(id_)} is not a name") for id_ in group if not isinstance(id_, str)
        ]
        return [id_ for id_ in group if isinstance(id_, str)]
    problems.append(Problem(where=where, what=f"{shown(group)} is not a list of names", hint="give [] for nothing"))
    return []
