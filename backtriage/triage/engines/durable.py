"""durable-rules as the engine that decides which rules fire. The only module that runs it.

durable-rules has no third truth value, so the reference engine finds the open rules, and evaluates every rule for it
anyway: the two fired sets are compared at every call, and a difference raises :class:`EngineDisagreement`. A rule that
durable-rules dropped past one of its limits can so never become a missed red flag.

What shapes this module (durable-rules 2.0.28, each point seen):

* More than 64 branches that match one fact make *nothing* fire, and more than some 250 fields in one are too many. So
  conditions are packed into rulesets that stay below both, whatever the profile.
* A ruleset whose first fact fires nothing kills the interpreter when its state is deleted. So every ruleset holds one
  rule that always fires.
* Unknown must be an absent field, and a rule must not rest on absence alone. So only known values are sent, to each
  ruleset only those that its rules ask for: fewer fields are much faster.
* Counts would need one branch a combination, and every true branch of an alternative fires its rule once more. So
  counts and alternatives are worked out here and sent as facts of their own: a condition is one branch.
* A fact goes along with every rule it fires. So fields have short names, and rules of the same condition are one rule.
* Two threads in one ruleset crash. So one lock guards them all. A finalizer or a signal handler may assess in the
  midst of another assessment of its own thread: so the lock is re-entrant, and every call has a state of its own.
* On Python 3.13 the module names a symbol that is gone, in a callback nobody uses here. So it is imported with lazy
  binding.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from ...errors import EngineDisagreement
from ...findings.compiling import compiled
from ...findings.conditions import (
    ALWAYS,
    Absent,
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Condition,
    Known,
    NotApplicable,
    OneOf,
    Present,
)
from ..verdicts import Verdicts
from .reference import ReferenceEngine

if TYPE_CHECKING:
    from ...rulebook.book import RuleBook


def _imported() -> Any:
    if not hasattr(sys, "setdlopenflags"):
        import durable_rules_engine  # noqa: PLC0415 - where there are no such flags

        return durable_rules_engine
    flags = sys.getdlopenflags()
    sys.setdlopenflags(os.RTLD_LAZY)
    try:
        import durable_rules_engine  # noqa: PLC0415 - needs the flags above
    finally:
        sys.setdlopenflags(flags)
    return durable_rules_engine


_durable: Final = _imported()
_lock = threading.RLock()
_numbers: Final = itertools.count()
_OPERATORS: Final = {"<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}
_MARKER: Final = "_"
"""A field that every fact carries and the always-true rule asks for."""
_WIDTH: Final = 6
"""The length of a condition's name, in characters."""
_ALWAYS_TRUE: Final = _MARKER * _WIDTH
"""The name of the always-true rule."""
MAX_CONDITIONS: Final = 40
"""The most conditions in one ruleset, the always-true one not counted."""
MAX_FIELDS: Final = 200
"""The most fields that the conditions of one ruleset ask for."""


def _unlocked() -> None:
    global _lock  # noqa: PLW0603 - a forked child must not inherit a lock that another thread held
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_unlocked)


class DurableEngine:
    """Lets durable-rules decide what fires, and checks it against the reference at every call. Safe from many
    threads."""

    name = "durable"

    def __init__(self, book: RuleBook) -> None:
        self._reference = ReferenceEngine(book)
        self._rules = book.rules
        names: dict[Condition, str] = {}
        self._name_of = [names.setdefault(rule.when, f"{len(names):0{_WIDTH}x}") for rule in book.rules]
        self._conditions = {name: condition for condition, name in names.items()}
        self._fields = {finding: f"{number:x}" for number, finding in enumerate(book.vocabulary.findings)}
        self._derived: dict[Condition, str] = {}
        # A rulebook's rulesets cannot be taken back once they are made: an engine is made once a rulebook.
        self._rulesets = tuple(self._ruleset(pack) for pack in packed(self._conditions))
        self._derive = compiled(tuple(self._derived))
        self._names = tuple(self._derived.values())

    def evaluate(self, known: Known) -> Verdicts:
        """The rules that fire, and those that are open, in the rulebook's order.

        Raises:
            EngineDisagreement: If durable-rules and the reference differ about what fires.
        """
        true, unknown = self._reference.numbers(known)
        fired, name_of = self._fired(known), self._name_of
        expected = {name_of[number] for number in true}
        if fired != expected:
            raise EngineDisagreement(
                only_reference=self._ids(expected - fired), only_durable=self._ids(fired - expected)
            )
        return self._reference.verdicts(true, unknown)

    def _ids(self, names: Collection[str]) -> list[str]:
        """The rules with the conditions of some names."""
        return sorted(rule.id for rule, name in zip(self._rules, self._name_of, strict=True) if name in names)

    def _fired(self, known: Known) -> set[str]:
        held = {self._names[number] for number in self._derive(known)[0]}
        sid = str(next(_numbers))
        identity = f'{{"{_MARKER}":1,"id":"{sid}","sid":"{sid}"'
        fired: set[str] = set()
        with _lock:
            for ruleset in self._rulesets:
                own = ruleset.asked.told(known, held)
                if not own and not ruleset.always:
                    continue  # every condition of it asks for a value, and none is there
                try:
                    fired.update(_actions(ruleset.handle, ",".join((identity, *own)) + "}"))
                finally:
                    _durable.delete_state(ruleset.handle, sid)
        fired.discard(_ALWAYS_TRUE)
        return fired

    def _ruleset(self, names: Sequence[str]) -> _Ruleset:
        asked = _Asked()
        definition: dict[str, Any] = {_ALWAYS_TRUE: {"all": [{"m": {_MARKER: 1}}]}}
        for name in names:
            definition[name] = {"all": [{"m": self._pattern(self._conditions[name], asked)}]}
        return _Ruleset(
            handle=_durable.create_ruleset(f"backtriage-{next(_numbers)}", json.dumps(definition)),
            asked=asked,
            always=any(self._conditions[name] == ALWAYS for name in names),
        )

    def _pattern(self, condition: Condition, asked: _Asked) -> dict[str, Any]:
        """A condition in the language of durable-rules; what it asks for goes to ``asked``."""
        match condition:
            case AllOf(()):
                return {_MARKER: 1}
            case AllOf(terms) if not _derived(condition):
                return {"$and": [self._pattern(term, asked) for term in terms]}
            case Present(finding) | Absent(finding):
                answer = isinstance(condition, Present)
                return asked.yes_no(finding, self._fields[finding], answer)
            case Compare(finding, op, bound):
                equal = asked.figure(finding, self._fields[finding], bound)
                return equal if op == "==" else {_OPERATORS[op]: equal}
            case OneOf(finding, (option,)):
                return asked.figure(finding, self._fields[finding], option)
        return asked.condition(self._derived.setdefault(condition, f"_{len(self._derived)}"))


class _Asked:
    """What the conditions of one ruleset ask for; each thing they ask for gives the pattern that asks for it."""

    def __init__(self) -> None:
        self._yes_no: dict[tuple[str, bool], str] = {}
        self._figures: dict[str, str] = {}
        self._derived: dict[str, str] = {}

    def yes_no(self, finding: str, field: str, answer: bool) -> dict[str, Any]:
        self._yes_no[finding, answer] = f'"{field}":{json.dumps(answer)}'
        return {field: answer}

    def figure(self, finding: str, field: str, value: float | str) -> dict[str, Any]:
        self._figures[finding] = field
        return {field: value}

    def condition(self, name: str) -> dict[str, Any]:
        self._derived[name] = f'"{name}":true'
        return {name: True}

    def told(self, known: Known, held: Collection[str]) -> list[str]:
        """What is asked for and known, in pieces of JSON; an absence only where a condition asks for absence.

        Args:
            known: What is known.
            held: The names of the derived conditions that hold.
        """
        get = known.get
        told = [text for (finding, answer), text in self._yes_no.items() if get(finding) is answer]
        told += [text for name, text in self._derived.items() if name in held]
        for finding, field in self._figures.items():
            value = get(finding)
            if value is not None and not isinstance(value, NotApplicable):
                told.append(f'"{field}":{json.dumps(value)}')
        return told


@attrs.frozen(kw_only=True)
class _Ruleset:
    """One ruleset of durable-rules.

    Attributes:
        handle: Its handle.
        asked: What its conditions ask for.
        always: Whether one of them holds for everybody.
    """

    handle: Any
    asked: _Asked
    always: bool


def packed(conditions: Mapping[str, Condition]) -> Iterator[list[str]]:
    """The names of the conditions, in groups that stay within what durable-rules can match at once.

    Those that only ask for something to be present come last, together: most people skip most of their groups.
    """
    pack: list[str] = []
    fields: set[Condition] = set()
    for name in sorted(conditions, key=lambda name: _only_presence(conditions[name])):
        asked = set(_facts(conditions[name]))
        if len(pack) == MAX_CONDITIONS or len(fields | asked) > MAX_FIELDS:
            yield pack
            pack, fields = [], set()
        pack.append(name)
        fields |= asked
    yield pack


def _facts(condition: Condition) -> Iterator[Condition]:
    """What durable-rules is told for a condition: its atoms, and what is derived as a whole."""
    if isinstance(condition, AllOf) and not _derived(condition):
        for term in condition.terms:
            yield from _facts(term)
    else:
        yield condition


def _derived(condition: Condition) -> bool:
    """Whether durable-rules is told that a condition holds, rather than in which way: a count, an alternative, more
    terms than one fact has room for."""
    match condition:
        case AllOf():
            return sum(1 for _ in condition.atoms()) > MAX_FIELDS
        case OneOf(_, options):
            return len(options) > 1
    return isinstance(condition, AtLeast | AnyOf)


def _only_presence(condition: Condition) -> bool:
    return condition != ALWAYS and all(isinstance(atom, Present) for atom in condition.atoms())


def _actions(ruleset: Any, text: str) -> list[str]:
    """The names of the conditions that one fact fires."""
    _, state = _durable.assert_fact(ruleset, text)
    _, first = _durable.start_action_for_state(ruleset, state)  # there is one: the always-true rule
    others = iter(partial(_durable.complete_and_start_action, ruleset, state), None)
    return [message[2 : 2 + _WIDTH] for message in (first, *others)]  # {"the name": {...the fact...}}
