"""The door: lets valid answers in, as they are, and reports every problem of the others at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from .conditions import Value
from .errors import Problem, ProfileError, label, likely, shown
from .meant import names_asked
from .vocabulary import Closed, Vocabulary

NOT_ASKED: Final = "without which it is not asked"
MAX_CLOSE_MATCHES: Final = 20
"""For how many misspelt names a close match is looked for: thousands of them are refused as quickly."""


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
            self.given[finding.id] = value  # type: ignore[assignment]  # problem_with has let it pass

    def unknown(self, name: object) -> list[Problem]:
        """What is wrong with the name of an answer that is no finding."""
        if isinstance(name, str) and name in self.vocabulary.checklists:
            what, hint = "a checklist, not a finding", "give it in denies=[...]"
        else:
            what, hint = "unknown finding", self._close_match(name, self.vocabulary.findings)
        return [Problem(where=label(name), what=what, hint=hint)]

    def deny(self, group: object) -> None:
        for name in self._names("denies", group):
            if name in self.vocabulary.checklists:
                self.denied.add(name)
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
                self.open.update(finding for finding in checklist.findings if finding not in self.given)
            elif name in self.vocabulary.findings:
                self.open.add(name)
            else:
                hint = self._close_match(name, {**self.vocabulary.findings, **self.vocabulary.checklists})
                self._problem("not_sure", f"unknown finding or checklist {shown(name)}", hint)

    def close(self) -> Closed:
        for name in sorted(self.open & self.given.keys()) if self.open else ():
            self._problem(name, f"answered {shown(self.given[name])} and not sure", "give one of them")
        if self.problems:
            raise ProfileError(self.problems)
        closed = self.vocabulary.close(self.given, sorted(self.denied), frozenset(self.open))
        if closed.contradictions:
            raise ProfileError(self._contradiction(*pair) for pair in closed.contradictions)
        return closed

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
        if group is None or isinstance(group, str | bytes | Mapping) or not isinstance(group, Iterable):
            self._problem(where, f"{shown(group)} is not a list of names", f'as in {where}=["emergency_nerves"]')
            return ()
        names = tuple(group)
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
