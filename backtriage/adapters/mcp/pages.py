"""The rules and exercises of a rulebook, each at its own address, with the sources behind it."""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import attrs

import backtriage as bt

Plain = dict[str, Any]

JSON: Final = "application/json"
_ROOT: Final = "backtriage://"
INDEX: Final = f"{_ROOT}rules and {_ROOT}exercises"
FIXED: Final = {
    f"{_ROOT}rulebook": ("rulebook", "Which rulebook decides: id, version and the digest of its content."),
    f"{_ROOT}rules": ("rules", "The id and title of every rule."),
    f"{_ROOT}exercises": ("exercises", "The id, name and status of every exercise."),
}
TEMPLATES: Final = {
    f"{_ROOT}rules/{{id}}": ("rule", "One rule: its condition, its effect, and who says so."),
    f"{_ROOT}exercises/{{id}}": (
        "exercise",
        "One exercise: steps, dose, cautions and sources. Whether it suits somebody only `assess` says.",
    ),
}
_OF_RULE: Final = ("id", "title", "because", "evidence", "judgement", "settles", "review_by", "within")
_NOT_OF_EXERCISE: Final = ("sources", "where")


def page(uri: str, book: bt.RuleBook) -> str | None:
    """What stands at an address, as JSON; ``None`` where nothing does.

    >>> import backtriage as bt
    >>> json.loads(page("backtriage://rules/ces-bladder", bt.default_rulebook()))["when"]
    'new_bladder_change'
    """
    kind, _, id_ = uri.removeprefix(_ROOT).partition("/")
    if not uri.startswith(_ROOT) or (not id_ and uri not in FIXED):
        return None
    data: object = None
    if kind == "rulebook" and not id_:
        counts = {"rules": len(book.rules), "exercises": len(book.exercises)}
        data = {**attrs.asdict(book.identity), "title": book.title, **counts}
    elif kind == "rules":
        rules = {one.id: one for one in book.rules}
        every = [{"id": one.id, "title": one.title, "effect": one.effect.kind} for one in book.rules]
        data = every if not id_ else _rule(rules[id_], book) if id_ in rules else None
    elif kind == "exercises":
        listed = [{"id": one.id, "name": one.name, "status": one.status} for one in book.exercises.values()]
        data = listed if not id_ else _exercise(book.exercises[id_], book) if id_ in book.exercises else None
    return None if data is None else json.dumps(data, ensure_ascii=False, default=_plain)


def about(rule: bt.Rule[Any], book: bt.RuleBook) -> str:
    """A rule in words."""
    effect = rule.effect
    exercises = [book.exercises[id_].name for id_ in getattr(effect, "exercises", ())]
    level = getattr(effect, "level", None)
    lines = [
        f"{rule.title}.",
        f"When: {rule.text}",
        f"Effect: {effect.kind}{f', {level}' if level else ''}.",
        getattr(effect, "why", "") or getattr(effect, "text", ""),
        f"Exercises: {'; '.join(exercises)}." if exercises else "",
        f"Because: {rule.because}" if rule.because else "",
        f"Evidence: {rule.evidence.replace('_', '-')}.",
    ]
    return "\n".join(filter(None, lines))


def source(ref: Any, book: bt.RuleBook) -> Plain:
    """A source with its title, where it is one of the rulebook's; statements of the documents have an id only."""
    known = book.sources.get(ref.id)
    named = {"title": known.title if known else "", "level": ref.level.value if ref.level else "", "note": ref.note}
    return {"id": ref.id, **{key: text for key, text in named.items() if text}}


def _rule(rule: bt.Rule[Any], book: bt.RuleBook) -> Plain:
    return {
        **{name: getattr(rule, name) for name in _OF_RULE},
        "when": rule.text,
        "effect": {"kind": rule.effect.kind, **attrs.asdict(rule.effect)},
        "sources": [source(one, book) for one in rule.sources],
    }


def _exercise(exercise: bt.Exercise, book: bt.RuleBook) -> Plain:
    kept = attrs.asdict(exercise, filter=lambda field, _: field.name not in _NOT_OF_EXERCISE)
    return {**kept, "sources": [source(one, book) for one in exercise.sources]}


def _plain(value: object) -> object:
    """What JSON does not know by itself."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)
