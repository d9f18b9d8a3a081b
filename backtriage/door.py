"""The door: lets valid answers in, as they are, and reports every problem of the others at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .conditions import Value
from .errors import Problem, ProfileError, did_you_mean, shown
from .findings import Closed, Vocabulary


class Door:
    """Lets valid answers in and collects every problem of the others."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.given: dict[str, Value] = {}
        self.denied: set[str] = set()
        self.open: set[str] = set()
        self.problems: list[Problem] = []

    def answer(self, name: object, value: object) -> None:
        finding = self.vocabulary.findings.get(name) if isinstance(name, str) else None
        if finding is None:
            where = str(name)[:40] if isinstance(name, str) else shown(name)
            hint = (
                "give it in denies=[...]"
                if name in self.vocabulary.checklists
                else did_you_mean(name, self.vocabulary.findings)
            )
            self._problem(
                where, "a checklist, not a finding" if name in self.vocabulary.checklists else "unknown finding", hint
            )
        elif value is None:
            self.open.add(finding.id)
        elif wrong := finding.problem_with(value):
            self._problem(finding.id, *wrong)
        elif finding.id in self.given and self.given[finding.id] != value:
            self._problem(finding.id, "answered twice, differently", "give one answer")
        else:
            self.given[finding.id] = value  # type: ignore[assignment]  # problem_with has let it pass

    def deny(self, group: object) -> None:
        for name in self._names("denies", group):
            if name in self.vocabulary.checklists:
                self.denied.add(name)
            else:
                known = self.vocabulary.findings
                hint = f"answer {name}=False" if name in known else did_you_mean(name, self.vocabulary.checklists)
                self._problem("denies", f"unknown checklist {shown(name)}", hint)

    def leave_open(self, group: object) -> None:
        for name in self._names("not_sure", group):
            if checklist := self.vocabulary.checklists.get(name):
                self.open.update(finding for finding in checklist.findings if finding not in self.given)
            elif name in self.vocabulary.findings:
                self.open.add(name)
            else:
                known = (*self.vocabulary.findings, *self.vocabulary.checklists)
                self._problem("not_sure", f"unknown finding or checklist {shown(name)}", did_you_mean(name, known))

    def close(self) -> Closed:
        for name in sorted(self.open & self.given.keys()):
            self._problem(name, f"answered {shown(self.given[name])} and not sure", "give one of them")
        if self.problems:
            raise ProfileError(self.problems)
        closed = self.vocabulary.close(self.given, sorted(self.denied), frozenset(self.open))
        if closed.contradictions:
            raise ProfileError(self._contradiction(*pair) for pair in closed.contradictions)
        return closed

    def _contradiction(self, present: str, implied: str) -> Problem:
        checklist = self.vocabulary.findings[implied].checklist
        if implied in self.given:
            return Problem(
                where=present,
                what=f"present, but `{implied}`, which it implies, is answered absent",
                hint="change one of them",
            )
        hint = f"answer `{implied}` or leave `{checklist}` out of denies"
        return Problem(
            where=present, what=f"present, but `{implied}`, which it implies, is denied with `{checklist}`", hint=hint
        )

    def _names(self, where: str, group: object) -> tuple[str, ...]:
        if group is None or isinstance(group, str | bytes | Mapping) or not isinstance(group, Iterable):
            self._problem(where, f"{shown(group)} is not a list of names", f'as in {where}=["emergency_nerves"]')
            return ()
        names = tuple(group)
        for name in names:
            if not isinstance(name, str):
                self._problem(where, f"{shown(name)} is not a name")
        return tuple(name for name in names if isinstance(name, str))

    def _problem(self, where: str, what: str, hint: str = "") -> None:
        self.problems.append(Problem(where=where, what=what, hint=hint))
