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
* Counts would need one branch a combination. So they are counted here and sent as numbers.
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

from ..checking import MAX_BRANCHES, branches
from ..conditions import ALWAYS, Absent, AllOf, AnyOf, AtLeast, Compare, Condition, Known, NotApplicable, OneOf, Present
from ..decision import Verdicts
from ..errors import EngineDisagreement
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
_Field: TypeAlias = tuple[str, bool]
"""A finding that a rule asks for, and whether it asks for a value or for its absence."""
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
        self._ids = {str(number): rule.id for number, rule in enumerate(book.rules)}
        self._counts: dict[str, AtLeast] = {}
        self._texts: dict[_Field, str] = {}
        # A rulebook's rulesets cannot be taken back once they are made: an engine is made once a rulebook.
        self._rulesets = tuple(self._ruleset(pack, book.rules) for pack in packed(book.rules))

    def evaluate(self, known: Known) -> Verdicts:
        """The rules that fire, and those that are open, in the rulebook's order.

        Raises:
            EngineDisagreement: If durable-rules and the reference differ about what fires.
        """
        verdicts = self._reference.evaluate(known)
        fired = {self._ids[name] for name in self._fired(self._fields(known))}
        expected = {rule.id for rule in verdicts.fired}
        if fired != expected:
            raise EngineDisagreement(only_reference=sorted(expected - fired), only_durable=sorted(fired - expected))
        return verdicts

    def _fired(self, fields: Mapping[_Field, str]) -> set[str]:
        sid = str(next(_numbers))
        identity = f'{{"{_MARKER}":1,"id":"{sid}","sid":"{sid}"'
        fired: set[str] = set()
        with _lock:
            for ruleset in self._rulesets:
                own = [fields[field] for field in ruleset.fields if field in fields]
                if not own and not ruleset.always:
                    continue  # every rule of it asks for a value, and none is there
                try:
                    fired.update(_actions(ruleset.handle, ",".join((identity, *own)) + "}"))
                finally:
                    _durable.delete_state(ruleset.handle, sid)
        fired.discard(_MARKER)
        return fired

    def _fields(self, known: Known) -> dict[_Field, str]:
        """Every value that a rule asks for, as a piece of JSON; an absence only where a rule asks for absence."""
        fields = {}
        for finding, value in known.items():
            if value is True or value is False:
                field = (finding, value)
                if field in self._texts:
                    fields[field] = self._texts[field]
            elif not isinstance(value, NotApplicable):
                fields[finding, True] = f'"{finding}":{json.dumps(value)}'
        for name, count in self._counts.items():
            fields[name, True] = f'"{name}":{sum(term.holds(known) is True for term in count.terms)}'
        return fields

    def _ruleset(self, pack: Sequence[int], rules: Sequence[AnyRule]) -> _Ruleset:
        asked: dict[_Field, None] = {}
        definition: dict[str, Any] = {_MARKER: {"all": [{"m": {_MARKER: 1}}]}}
        for number in pack:
            definition[str(number)] = {"all": [{"m": self._pattern(rules[number].when, asked)}]}
        handle = _durable.create_ruleset(f"backtriage-{next(_numbers)}", json.dumps(definition))
        return _Ruleset(handle, tuple(asked), always=any(rules[number].when == ALWAYS for number in pack))

    def _pattern(self, condition: Condition, asked: dict[_Field, None]) -> dict[str, Any]:
        """A condition in the language of durable-rules; what it asks for goes to ``asked``."""
        match condition:
            case AllOf(()):
                return {_MARKER: 1}
            case AllOf(terms):
                return {"$and": [self._pattern(term, asked) for term in terms]}
            case AnyOf(terms):
                return {"$or": [self._pattern(term, asked) for term in terms]}
            case AtLeast(n):
                field = f"_count_{len(self._counts)}"
                self._counts[field] = condition
                asked[field, True] = None
                return {"$gte": {field: n}}
        asked[condition.finding, not isinstance(condition, Absent)] = None
        match condition:
            case Present(finding) | Absent(finding):
                value = isinstance(condition, Present)
                self._texts[finding, value] = f'"{finding}":{json.dumps(value)}'
                return {finding: value}
            case Compare(finding, "==", bound):
                return {finding: bound}
            case Compare(finding, op, bound):
                return {_OPERATORS[op]: {finding: bound}}
            case OneOf(finding, (option,)):
                return {finding: option}
            case OneOf(finding, options):
                return {"$or": [{finding: option} for option in options]}


@attrs.frozen
class _Ruleset:
    """One ruleset of durable-rules.

    Attributes:
        handle: Its handle.
        fields: What its rules ask for.
        always: Whether one of its rules fires for everybody.
    """

    handle: Any
    fields: tuple[_Field, ...]
    always: bool


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


def _actions(ruleset: Any, text: str) -> Iterator[str]:
    """The names of the rules that one fact fires, each once a matching branch."""
    _, state = _durable.assert_fact(ruleset, text)
    started = _durable.start_action_for_state(ruleset, state)
    message = started[1] if started else None
    while message:
        yield message.split('"', 2)[1]
        message = _durable.complete_and_start_action(ruleset, state)
