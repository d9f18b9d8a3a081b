"""Small mistakes in a rulebook: what the library's own mutants are, and those that only its tests could notice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any, Final

import attrs
import backtriage as bt
from backtriage.findings.conditions import ALWAYS
from backtriage.rulebook.doses import Limit
from backtriage.rulebook.reading.exercises import impact_of, select
from backtriage.rulebook.rules import AnyRule, Caution, Exclude, Limited, Offer, Urgent, worst_first
from backtriage.testing.mutants import Mutant, mutants

Changed = Callable[[], bt.RuleBook]
_EFFECTS: Final = {
    "urgency": "urgency lowered, exercise let through, locked message forgotten",
    "exclude": "selector of an exclusion forgotten",
    "offer": "exercise of an offer forgotten",
    "limit": "limit loosened, sides and forms widened",
    "routine": "order of a routine changed",
    "caution": "caution, advice, stop rule: words forgotten, weakened",
}


@attrs.frozen(kw_only=True)
class Mistake:
    """A rulebook with one mistake.

    Attributes:
        kind: What sort of mistake.
        what: The mistake: ``rule: change``, or what it is about where that is no rule.
        rules: The ids of the rules that it is about.
        changed: The rulebook with the mistake.
        mutant: The library's mutant, where it is one.
        cases_kept: Whether the cases that stand in the rule are as they were, so that the loader can notice.
    """

    kind: str
    what: str
    rules: tuple[str, ...]
    changed: Changed = attrs.field(eq=False, repr=False)
    mutant: Mutant | None = attrs.field(default=None, eq=False, repr=False)
    cases_kept: bool = True


def mistakes(book: bt.RuleBook) -> Iterator[Mistake]:
    """Every mistake that is tried, kind by kind."""
    for rule in book.rules:
        yield Mistake(kind="rule deleted", what=rule.id, rules=(rule.id,), changed=_with(book, rule, None))
    found = list(mutants(book))
    for mutant in found:
        yield _mutated(mutant, _kind(mutant))
    for mutant in found:
        if mutant.kind == "condition":
            yield attrs.evolve(_mutated(mutant, f"{_kind(mutant)}, its cases too"), cases_kept=False)
    for rule in book.rules:
        for kind, change, effect in _effects(rule, book):
            what = f"{rule.id}: {change}"
            yield Mistake(kind=kind, what=what, rules=(rule.id,), changed=_with(book, rule, effect))
    yield from _sets(book)
    yield from _tags(book)
    yield from _firsts(book)


def _kind(mutant: Mutant) -> str:
    if mutant.kind == "condition":
        return "condition widened or narrowed" if _joint(mutant.change) else "threshold shifted"
    kind = mutant.rule.effect.kind
    return _EFFECTS.get(kind, _EFFECTS["caution"])


def _joint(change: str) -> bool:
    """Whether a term is dropped, ``and`` and ``or`` exchanged, or a count changed; else one comparison is."""
    return change.startswith(("drop ", "count ")) or change.endswith((": and", ": or", "not")) or ": drop " in change


def _mutated(mutant: Mutant, kind: str) -> Mistake:
    rule = mutant.original.id
    return Mistake(kind=kind, what=str(mutant), rules=(rule,), changed=lambda: mutant.rulebook, mutant=mutant)


def _with(book: bt.RuleBook, rule: AnyRule, effect: Any) -> Changed:
    """A rulebook in which a rule has another effect, or is not there."""

    def changed() -> bt.RuleBook:
        instead = [] if effect is None else [attrs.evolve(rule, effect=effect)]
        rules = [one for one in book.rules if one is not rule] + instead
        place = {one.id: number for number, one in enumerate(book.rules)}
        return attrs.evolve(book, rules=tuple(sorted(sorted(rules, key=lambda one: place[one.id]), key=worst_first)))

    return changed


def _effects(rule: AnyRule, book: bt.RuleBook) -> Iterator[tuple[str, str, Any]]:
    """What the library's own mutants leave out, as effects of the rule."""
    match rule.effect:
        case Urgent() as effect:
            if effect.see:
                yield "whom to see forgotten", f"without {effect.see!r}", attrs.evolve(effect, see="")
            if effect.ring_only:
                yield "ring and wait forgotten", "may travel", attrs.evolve(effect, ring_only=False)
        case Offer(exercises=ids):
            more = (id_ for id_ in _offered(book) if id_ not in ids)
            yield from (("offer widened", f"and {id_}", Offer(exercises=(*ids, id_))) for id_ in more)
        case Exclude() as effect if rule.when != ALWAYS:
            yield from _exclusions(effect, _offered(book))
        case Limited(limit=limit):
            yield from _limits(limit, book)
        case Caution(names_urgency=True) as effect:
            less = attrs.evolve(effect, names_urgency=False)
            yield "caution said beside exercises only", "names no urgency", less


def _offered(book: bt.RuleBook) -> list[str]:
    return [id_ for id_, exercise in book.exercises.items() if exercise.status == "offered"]


def _exclusions(effect: Exclude, offered: Collection[str]) -> Iterator[tuple[str, str, Exclude]]:
    for id_ in effect.exercises:
        if id_ in offered:
            kept = tuple(one for one in effect.exercises if one != id_)
            yield "exercise of an exclusion forgotten", f"without {id_}", attrs.evolve(effect, exercises=kept)


def _limits(limit: Limit, book: bt.RuleBook) -> Iterator[tuple[str, str, Limited]]:
    for choice, only in limit.only.items():
        for option in _options(choice, limit.exercises, book) - set(only):
            wider = attrs.evolve(limit, only={**limit.only, choice: (*only, option)})
            yield "side or form of a limit added", f"{choice} {option} too", Limited(limit=wider)


def _options(choice: str, exercises: tuple[str, ...], book: bt.RuleBook) -> set[str]:
    return {option for id_ in exercises if (dose := book.exercises[id_].dose) for option in getattr(dose, choice)}


def _firsts(book: bt.RuleBook) -> Iterator[Mistake]:
    """A level's message that no longer says whom to turn to first."""
    for level, texts in book.messages.levels.items():
        rules = [rule.id for rule in book.rules if isinstance(rule.effect, Urgent) and rule.effect.see]
        if texts.first:
            levels = {**book.messages.levels, level: attrs.evolve(texts, first="")}
            changed = attrs.evolve(book, messages=attrs.evolve(book.messages, levels=levels))
            yield Mistake(
                kind="whom first forgotten",
                what=f"messages of {level}",
                rules=tuple(rules),
                changed=partial(_same, changed),
            )


def _same(book: bt.RuleBook) -> bt.RuleBook:
    return book


# -- what rules select by ----------------------------------------------------------------------------------------------


def _sets(book: bt.RuleBook) -> Iterator[Mistake]:
    for name, members in book.sets.items():
        for id_, exercise in book.exercises.items():
            if exercise.status != "offered" or members == (id_,):
                continue
            changed = tuple(one for one in members if one != id_) if id_ in members else (*members, id_)
            what = f"set {name}: {'without' if id_ in members else 'and'} {id_}"
            yield _selected("set changed", what, book, sets={**book.sets, name: changed})


def _tags(book: bt.RuleBook) -> Iterator[Mistake]:
    selecting = {one for rule in book.rules for one in getattr(rule.effect, "selectors", ())}
    for id_, exercise in book.exercises.items():
        for tag in exercise.tags:
            if exercise.status == "offered" and f"tag:{tag}" in selecting:
                tags = tuple(one for one in exercise.tags if one != tag)
                exercises = {**book.exercises, id_: attrs.evolve(exercise, tags=tags)}
                yield _selected("tag of an exercise forgotten", f"{id_}: without {tag}", book, exercises=exercises)


def _selected(kind: str, what: str, book: bt.RuleBook, **parts: Any) -> Mistake:
    """A mistake in what exclusions select by; their exercises are selected anew."""
    sets, exercises = parts.get("sets", book.sets), parts.get("exercises", book.exercises)
    rules = [(rule, _reselected(rule, exercises, sets)) for rule in book.rules]

    def changed() -> bt.RuleBook:
        kept = impact_of(exercises, ("strength", "hold", "loaded_flexion", "loaded", "impact"))
        return attrs.evolve(book, rules=tuple(now for _, now in rules), sets=sets, exercises=kept)

    touched = tuple(was.id for was, now in rules if was is not now)
    return Mistake(kind=kind, what=what, rules=touched, changed=changed)


def _reselected(rule: AnyRule, exercises: Any, sets: Any) -> AnyRule:
    if not isinstance(rule.effect, Exclude):
        return rule
    ids, _ = select(rule.effect.selectors, exercises, sets)
    return rule if ids == rule.effect.exercises else attrs.evolve(rule, effect=attrs.evolve(rule.effect, exercises=ids))
