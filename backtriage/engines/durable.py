"""durable-rules as the engine that decides which rules fire. The only module that knows it.

durable-rules has no third truth value, so the reference engine finds the open rules, and evaluates every rule for it
anyway: the two fired sets are compared at every call, and a difference raises :class:`EngineDisagreement`. A rule that
durable-rules dropped past one of its limits can so never become a missed red flag.

What shapes this module (durable-rules 2.0.28, each point seen):

* More than 64 branches that match one fact make *nothing* fire. So rules are packed into rulesets whose branches, all
  together, stay below that, whatever the profile.
* A ruleset whose first fact fires nothing kills the interpreter when its state is deleted. So every ruleset holds one
  rule that always fires.
* Unknown must be an absent field, and a rule must not rest on absence alone. So only known values are sent, to each
  ruleset only those that its rules ask for: fewer fields are much faster.
* Counts would need one branch a combination, and every true branch of an alternative fires its rule once more. So
  counts and wide alternatives are worked out here and sent as facts of their own.
* A fact goes along with every rule it fires. So fields have short names.
* Two threads in one ruleset crash. So one lock guards them all.
* On Python 3.13 the module names a symbol that is gone, in a callback nobody uses here. So it is imported with lazy
  binding.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from ..compiling import compiled
from ..conditions import (
    ALWAYS,
    Absent,
    AllOf,
    AnyOf,
    AtLeast,
    Atom,
    Compare,
    Condition,
    Known,
    NotApplicable,
    OneOf,
    Present,
    Value,
)
from ..decision import Verdicts
from ..errors import EngineDisagreement
from ..loading.checking import MAX_BRANCHES, branches, derived
from .reference import ReferenceEngine

if TYPE_CHECKING:
    from ..rulebook import RuleBook
    from ..rules import AnyRule


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
_lock = threading.Lock()
_numbers: Final = itertools.count()
_OPERATORS: Final = {"<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}
_Asked: TypeAlias = tuple[str, str, bool | None]
"""What a rule asks for: a finding or something derived, its field, and the answer; ``None`` for a number or choice."""
_MARKER: Final = "_"
"""A field that every fact carries and the always-true rule asks for."""


def _unlocked() -> None:
    global _lock  # noqa: PLW0603 - a forked child must not inherit a lock that another thread held
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_unlocked)


class DurableEngine:
    """Lets durable-rules decide what fires, and checks it against the reference at every call. Safe from many
    threads."""

    name = "durable"

    def __init__(self, book: RuleBook) -> None:
        self._reference = ReferenceEngine(book)
        self._rules = {str(number): rule for number, rule in enumerate(book.rules)}
        self._fields = {finding: f"{number:x}" for number, finding in enumerate(book.vocabulary.findings)}
        self._derived: dict[Condition, str] = {}
        # A rulebook's rulesets cannot be taken back once they are made: an engine is made once a rulebook.
        self._rulesets = tuple(self._ruleset(pack) for pack in packed(book.rules))
        self._derive = compiled(tuple(self._derived))
        self._names = tuple(self._derived.values())

    def evaluate(self, known: Known) -> Verdicts:
        """The rules that fire, and those that are open, in the rulebook's order.

        Raises:
            EngineDisagreement: If durable-rules and the reference differ about what fires.
        """
        verdicts = self._reference.evaluate(known)
        fired = {self._rules[name] for name in self._fired(known)}
        if fired != set(verdicts.fired):
            durable, reference = {rule.id for rule in fired}, {rule.id for rule in verdicts.fired}
            raise EngineDisagreement(
                only_reference=sorted(reference - durable), only_durable=sorted(durable - reference)
            )
        return verdicts

    def _fired(self, known: Known) -> set[str]:
        facts = {**known, **dict.fromkeys([self._names[number] for number in self._derive(known)[0]], True)}
        sid = str(next(_numbers))
        identity = f'{{"{_MARKER}":1,"id":"{sid}","sid":"{sid}"'
        fired: set[str] = set()
        with _lock:
            for ruleset in self._rulesets:
                own = ruleset.said(facts)
                if not own and not ruleset.always:
                    continue  # every rule of it asks for a value, and none is there
                try:
                    fired.update(_actions(ruleset.handle, ",".join((identity, *own)) + "}"))
                finally:
                    _durable.delete_state(ruleset.handle, sid)
        fired.discard(_MARKER)
        return fired

    def _ruleset(self, pack: Sequence[int]) -> _Ruleset:
        asked: dict[_Asked, None] = {}
        definition: dict[str, Any] = {_MARKER: {"all": [{"m": {_MARKER: 1}}]}}
        rules = {str(number): self._rules[str(number)] for number in pack}
        for name, rule in rules.items():
            definition[name] = {"all": [{"m": self._pattern(rule.when, asked)}]}
        return _Ruleset(
            handle=_durable.create_ruleset(f"backtriage-{next(_numbers)}", json.dumps(definition)),
            yes_no=tuple(
                (name, value, f'"{field}":{json.dumps(value)}') for name, field, value in asked if value is not None
            ),
            figures=tuple((name, field) for name, field, value in asked if value is None),
            always=any(rule.when == ALWAYS for rule in rules.values()),
        )

    def _pattern(self, condition: Condition, asked: dict[_Asked, None]) -> dict[str, Any]:
        """A condition in the language of durable-rules; what it asks for goes to ``asked``."""
        if isinstance(condition, AtLeast) or derived(condition):
            name = self._derived.setdefault(condition, f"_{len(self._derived)}")
            asked[name, name, True] = None
            return {name: True}
        match condition:
            case AllOf(()):
                return {_MARKER: 1}
            case AllOf(terms):
                return {"$and": [self._pattern(term, asked) for term in terms]}
            case AnyOf(terms):
                return {"$or": [self._pattern(term, asked) for term in terms]}
        field = self._fields[condition.finding]
        asked[condition.finding, field, _answer(condition)] = None
        match condition:
            case Present() | Absent():
                return {field: _answer(condition)}
            case Compare(_, "==", bound):
                return {field: bound}
            case Compare(_, op, bound):
                return {_OPERATORS[op]: {field: bound}}
            case OneOf(_, (option,)):
                return {field: option}
            case OneOf(_, options):
                return {"$or": [{field: option} for option in options]}


@attrs.frozen(kw_only=True)
class _Ruleset:
    """One ruleset of durable-rules.

    Attributes:
        handle: Its handle.
        yes_no: Names that its rules ask for, with the answer asked for and that answer as a piece of JSON.
        figures: Names of numbers and choices that its rules ask for, with the field.
        always: Whether one of its rules fires for everybody.
    """

    handle: Any
    yes_no: tuple[tuple[str, bool, str], ...]
    figures: tuple[tuple[str, str], ...]
    always: bool

    def said(self, facts: Mapping[str, Value | NotApplicable]) -> list[str]:
        """What its rules ask for and is known, in pieces of JSON; an absence only where a rule asks for absence."""
        get = facts.get
        said = [text for name, value, text in self.yes_no if get(name) is value]
        for name, field in self.figures:
            value = get(name)
            if value is not None and not isinstance(value, NotApplicable):
                said.append(f'"{field}":{json.dumps(value)}')
        return said


def packed(rules: tuple[AnyRule, ...]) -> Iterator[list[int]]:
    """The numbers of the rules, in groups whose branches together stay within what durable-rules can fire at once.

    Rules that only ask for something to be present come last, together: most people skip most of their groups.
    """
    pack: list[int] = []
    room = MAX_BRANCHES
    for number in sorted(range(len(rules)), key=lambda number: _only_presence(rules[number].when)):
        size = branches(rules[number].when)
        if size > room:
            yield pack
            pack, room = [], MAX_BRANCHES
        pack.append(number)
        room -= size
    yield pack


def _only_presence(condition: Condition) -> bool:
    return condition != ALWAYS and all(isinstance(atom, Present) for atom in condition.atoms())


def _answer(condition: Atom) -> bool | None:
    """The answer that an atom asks for; ``None`` where it asks for a number or choice."""
    return True if isinstance(condition, Present) else False if isinstance(condition, Absent) else None


def _actions(ruleset: Any, text: str) -> Iterator[str]:
    """The names of the rules that one fact fires, each once a matching branch."""
    _, state = _durable.assert_fact(ruleset, text)
    started = _durable.start_action_for_state(ruleset, state)
    message = started[1] if started else None
    while message:
        yield message[2 : message.index('"', 2)]  # {"the rule's name": {...the fact...}}
        message = _durable.complete_and_start_action(ruleset, state)
