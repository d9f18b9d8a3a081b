"""Small mistakes in an effect: a weaker level, a selector forgotten, a cap one step looser, a caution without words.

What nobody could notice is left alone: a limit that changes no dose, a selector beside one that covers it. So are
mistakes that a rulebook does not load with: to allow what is refused to everybody, to drop an exercise's only offer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal

import attrs

from ..findings.conditions import ALWAYS
from ..rulebook.book import RuleBook
from ..rulebook.doses import Limit, limited
from ..rulebook.reading.exercises import select
from ..rulebook.rules import Advise, AnyRule, Caution, Effect, Exclude, Limited, Offer, Routine, Stop, Urgency, Urgent

_WEAKER_EXERCISE: Final[Mapping[str, Literal["gentle", "normal"]]] = {"none": "gentle", "gentle": "normal"}
_WEAKER_STOP: Final[Mapping[str, Literal["session", "move"]]] = {"everything": "session", "session": "move"}
FEW: Final = 5
"""Of so many exercises each is forgotten on its own; of more, all at once: they were not named one by one."""


def effect_mutants(rule: AnyRule, book: RuleBook) -> Iterator[tuple[str, AnyRule]]:
    """Every rule that differs in one small thing of its effect, with the name of the thing.

    >>> import backtriage as bt
    >>> book = bt.default_rulebook()
    >>> [change for change, _ in effect_mutants(book.rule("l-blood-pressure"), book)]
    ['at most 11 hold_seconds', 'of no exercise']
    """
    for change, effect in _effects(rule, book):
        yield change, attrs.evolve(rule, effect=effect)


def _effects(rule: AnyRule, book: RuleBook) -> Iterator[tuple[str, Effect]]:
    match rule.effect:
        case Urgent() as effect:
            yield from _urgencies(effect)
        case Exclude() as effect:
            yield from _exclusions(effect, book) if rule.when != ALWAYS else ()
        case Offer(exercises=offered) as effect:
            others = {id_ for one in book.rules if one is not rule for id_ in _offered(one)}
            yield from ((f"without {id_}", Offer(exercises=_without(offered, id_))) for id_ in offered if id_ in others)
        case Limited(limit=limit):
            for change, looser in _limits(limit):
                if _is_noticeable(limit, looser, book):
                    yield change, Limited(limit=looser)
        case Routine(exercises=order):
            yield from _orders(order)
        case Caution() | Advise() | Stop() as effect:
            yield "says nothing", attrs.evolve(effect, text="")
            yield from _words(effect)


def _words(effect: Caution | Advise | Stop) -> Iterator[tuple[str, Effect]]:
    match effect:
        case Caution(exercises=beside):
            for id_ in beside if 1 < len(beside) <= FEW else ():
                yield f"not beside {id_}", attrs.evolve(effect, exercises=_without(beside, id_))
        case Advise(asks_to_do=asks):
            yield f"asks_to_do = {str(not asks).lower()}", attrs.evolve(effect, asks_to_do=not asks)
        case Stop(scope=scope) if scope in _WEAKER_STOP:
            yield f"{scope} -> {_WEAKER_STOP[scope]}", attrs.evolve(effect, scope=_WEAKER_STOP[scope])


def _orders(order: tuple[str, ...]) -> Iterator[tuple[str, Routine]]:
    """A move forgotten, or two neighbours exchanged."""
    yield from ((f"without {id_}", Routine(exercises=_without(order, id_))) for id_ in order)
    for place in range(len(order) - 1):
        one, other = order[place : place + 2]
        yield f"{other} before {one}", Routine(exercises=(*order[:place], other, one, *order[place + 2 :]))


def _without(ids: Iterable[str], dropped: str) -> tuple[str, ...]:
    return tuple(id_ for id_ in ids if id_ != dropped)


def _offered(rule: AnyRule) -> tuple[str, ...]:
    return rule.effect.exercises if isinstance(rule.effect, Offer) else ()


def _urgencies(effect: Urgent) -> Iterator[tuple[str, Urgent]]:
    levels = list(Urgency)
    level = levels[max(0, levels.index(effect.level) - 1)]
    yield f"{effect.level} -> {level}", attrs.evolve(effect, level=level)
    if effect.exercise in _WEAKER_EXERCISE:
        exercise = _WEAKER_EXERCISE[effect.exercise]
        yield f"exercise {effect.exercise} -> {exercise}", attrs.evolve(effect, exercise=exercise)
    if effect.locked:
        yield f"without the message {effect.locked}", attrs.evolve(effect, locked="")


def _exclusions(effect: Exclude, book: RuleBook) -> Iterator[tuple[str, Exclude]]:
    for dropped in effect.selectors:
        selectors = _without(effect.selectors, dropped)
        kept, _ = select(selectors, book.exercises, book.sets)
        if kept != effect.exercises or dropped == "all":
            yield f"without {dropped}", Exclude(selectors=selectors, exercises=kept)


# -- limits ------------------------------------------------------------------------------------------------------------


def _limits(limit: Limit) -> Iterator[tuple[str, Limit]]:
    """Each cap one step looser, each choice and halving forgotten, the exercises forgotten."""
    for key in ("at_most", "start_at_most"):
        caps: Mapping[str, int] = getattr(limit, key)
        for figure, cap in caps.items():
            change = f"{key.replace('_', ' ')} {cap + 1} {figure}"
            yield change, attrs.evolve(limit, **{key: {**caps, figure: cap + 1}})  # type: ignore[arg-type]
    for figure in limit.halve:
        yield f"without halving {figure}", attrs.evolve(limit, halve=_without(limit.halve, figure))
    if limit.rest_at_least:
        rest = limit.rest_at_least - 1
        yield f"rest at least {rest}", attrs.evolve(limit, rest_at_least=rest)
    for choice in limit.only:
        only = {key: options for key, options in limit.only.items() if key != choice}
        yield f"any {choice}", attrs.evolve(limit, only=only)
    if limit.session_minutes is not None:
        minutes = limit.session_minutes + 1
        yield f"session minutes {minutes}", attrs.evolve(limit, session_minutes=minutes)
    if limit.session_moves is not None:
        moves = limit.session_moves + 1
        yield f"session moves {moves}", attrs.evolve(limit, session_moves=moves)
    if len(limit.exercises) > FEW:
        yield "of no exercise", attrs.evolve(limit, exercises=())
    else:
        for id_ in limit.exercises:
            yield f"without {id_}", attrs.evolve(limit, exercises=_without(limit.exercises, id_))


def _is_noticeable(limit: Limit, looser: Limit, book: RuleBook) -> bool:
    """Whether some dose comes out otherwise, or the session does."""
    if (limit.session_minutes, limit.session_moves) != (looser.session_minutes, looser.session_moves):
        return True
    doses = {id_: dose for id_ in limit.exercises if (dose := book.exercises[id_].dose)}
    return any(
        limited(dose, [limit]) != limited(dose, [looser] if id_ in looser.exercises else [])
        for id_, dose in doses.items()
    )
