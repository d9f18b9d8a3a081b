"""The door: lets valid answers in, as they are, and reports every problem of the others at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import islice
from typing import Any, Final

import attrs

from ..errors import Problem, ProfileError, label, likely, shown
from .ceilings import Ceiling
from .conditions import Value
from .finding import Finding
from .meant import names_asked
from .vocabulary import Closed, Vocabulary

NOT_ASKED: Final = "without which it is not asked"
MAX_CLOSE_MATCHES: Final = 20
"""For how many misspelt names a close match is looked for: thousands of them are refused as quickly."""


MAX_NAMES: Final = 10_000
"""More names than any rulebook has: a list without an end is refused."""


def listed(group: object) -> tuple[object, ...] | None:
    """What a list of names holds, whatever kind of iterable it is; nothing if it is none: text, a mapping, a table.

    Never ask a group itself whether it is empty, or equal to anything: an array answers for each of its items.

    >>> listed({"leg_signs"}), listed(name for name in ["leg_signs"]), listed("leg_signs")
    (('leg_signs',), ('leg_signs',), None)
    """
    try:
        if isinstance(group, str | bytes | Mapping) or getattr(group, "ndim", 1) != 1:
            return None
        found = tuple(islice(group, MAX_NAMES + 1))  # type: ignore[call-overload]  # what is no iterable is refused
    except Exception:  # noqa: BLE001 - whatever an object says when it is asked for its items, it is no list
        return None
    return found if len(found) <= MAX_NAMES else None


@attrs.frozen
class _NoList:
    """What is no list of names, for the door to refuse. It is never read again: a generator that broke off is empty
    then."""

    group: object

    def __repr__(self) -> str:
        return repr(self.group)


def read_once(group: object) -> Any:
    """A list of names that can be read again, or what the door refuses."""
    names = listed(group)
    return _NoList(group) if names is None else names


def joined(*groups: object) -> Any:
    """Lists of names as one, or the first that is none."""
    read = [read_once(group) for group in groups]
    refused = [group for group in read if isinstance(group, _NoList)]
    return refused[0] if refused else tuple(name for group in read for name in group)


def is_nothing(group: object) -> bool:
    """Whether a group was left out."""
    return type(group) is tuple and not group


def told(finding: Finding, value: object) -> str:
    """An answer with its unit, if it has one."""
    return f"{shown(value)} {getattr(finding, 'unit', '')}".rstrip()


class Door:
    """Lets valid answers in and collects every problem of the others."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.given: dict[str, Value] = {}
        self.denied: set[str] = set()
        self.open: set[str] = set()
        self.problems: list[Problem] = []
        self._close_matches = 0

    def answers(self, answers: Mapping[str, object]) -> None:
        """Lets in a mapping of answers, the plain ones quickly."""
        given, yes_no = self.given, self.vocabulary.yes_no
        for name, value in answers.items():
            if (value is True or value is False) and type(name) is str and name in yes_no and name not in given:
                given[name] = value
            else:
                self.answer(name, value)

    def answer(self, name: object, value: object) -> None:
        finding = self.vocabulary.findings.get(name) if isinstance(name, str) else None
        if finding is None:
            self.problems += self.unknown(name)
        elif value is None:
            self.open.add(finding.id)
        elif wrong := finding.problem_with(value):
            self._problem(finding.id, *wrong)
        elif finding.id in self.given and self.given[finding.id] != value:
            self._problem(finding.id, "answered twice, differently", "give one answer")
        else:
            self.given[finding.id] = finding.kept(value)  # type: ignore[arg-type]  # problem_with has let it pass

    def unknown(self, name: object) -> list[Problem]:
        """What is wrong with the name of an answer that is no finding."""
        if isinstance(name, str) and name in self.vocabulary.checklists:
            what, hint = "a checklist, not a finding", "give it in denies=[...]"
        else:
            what, hint = "unknown finding", self._close_match(name, self.vocabulary.findings)
        return [Problem(where=label(name), what=what, hint=hint)]

    def deny(self, group: object) -> None:
        for name in self._names("denies", group):
            if checklist := self.vocabulary.checklists.get(name):
                self.denied.add(checklist.id)
            else:
                finding = self.vocabulary.findings.get(name)
                if finding is None:
                    hint = self._close_match(name, self.vocabulary.checklists)
                else:
                    hint = f"answer {name}=False" if finding.kind == "yes_no" else "only checklists are denied"
                self._problem("denies", f"unknown checklist {shown(name)}", hint)

    def leave_open(self, group: object) -> None:
        for name in self._names("not_sure", group):
            if checklist := self.vocabulary.checklists.get(name):
                self.open.update(id_ for id_ in checklist.findings if id_ not in self.given)
            elif finding := self.vocabulary.findings.get(name):
                self.open.add(finding.id)
            else:
                hint = self._close_match(name, {**self.vocabulary.findings, **self.vocabulary.checklists})
                self._problem("not_sure", f"unknown finding or checklist {shown(name)}", hint)

    def close(self) -> Closed:
        for name in sorted(self.open & self.given.keys()) if self.open else ():
            self._problem(name, f"answered {shown(self.given[name])} and not sure", "give one of them")
        if self.problems:
            raise ProfileError(self.problems)
        closed = self.vocabulary.close(self.given, sorted(self.denied), frozenset(self.open))
        impossible = self.vocabulary.impossible(self.given)
        if closed.contradictions or impossible:
            contradictions = [self._contradiction(*pair) for pair in closed.contradictions]
            raise ProfileError([*contradictions, *[self._exceeding(pair) for pair in impossible]])
        return closed

    def _exceeding(self, pair: Ceiling) -> Problem:
        """Two numbers that cannot both be true."""
        value, other = (told(self.vocabulary.findings[id_], self.given[id_]) for id_ in (pair.finding, pair.of))
        return Problem(where=pair.finding, what=f"{value}, but `{pair.of}` is {other}", hint="change one of them")

    def _contradiction(self, finding: str, other: str) -> Problem:
        """An answered finding, and one that it says is present and that was answered absent."""
        findings = self.vocabulary.findings
        said = "present" if findings[finding].kind == "yes_no" else "answered"
        why = "which it implies" if other in self.vocabulary.implied.get(finding, ()) else NOT_ASKED
        what, hint = "is answered absent", "change one of them"
        if other not in self.given:
            checklist = findings[other].checklist
            what, hint = f"is denied with `{checklist}`", f"answer `{other}` or leave `{checklist}` out of denies"
        return Problem(where=finding, what=f"{said}, but `{other}`, {why}, {what}", hint=hint)

    def _names(self, where: str, group: object) -> tuple[str, ...]:
        names = listed(group)
        if names is None:
            self._problem(where, f"{shown(group)} is not a list of names", f'as in {where}=["emergency_nerves"]')
            return ()
        for name in names:
            if not isinstance(name, str):
                self._problem(where, f"{shown(name)} is not a name")
        return tuple(name for name in names if isinstance(name, str))

    def _close_match(self, name: object, known: Collection[str]) -> str:
        self._close_matches += 1
        if self._close_matches > MAX_CLOSE_MATCHES:
            return ""
        return likely(names_asked(self.vocabulary).meant(name, known))

    def _problem(self, where: str, what: str, hint: str = "") -> None:
        self.problems.append(Problem(where=where, what=what, hint=hint))
