"""The fewest answers that would free somebody: a complete search over few questions.

The decision itself says what stands in the way: at each step the answers supposed so far are replayed, one of the rules
that the assessment then names is taken, and every answer that could decide it is tried. So nothing of the decision is
repeated here, and no smaller set of answers is missed.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import attrs

from ..findings.conditions import Absent, AllOf, AtLeast, Atom, Condition, Known, Present
from ..findings.finding import Choice, Number
from ..rulebook.rules import AnyRule
from ..triage.outcome import Decision
from .cells import Cell
from .supposing import Supposing, Supposition

MOST: Final = 4
"""Answers to more questions than this are not looked for."""
_WIDEST: Final = 250
"""A supposition is widened while it stands for no more combinations of answers than this: each is replayed."""

Way: TypeAlias = dict[str, Cell]


@attrs.frozen
class Obstacle:
    """What stands in the way: one at least of these rules has to become true, or else false."""

    rules: tuple[AnyRule, ...]
    wanted: bool = False


@attrs.frozen
class Left:
    """What is left to get past, and what is known by then."""

    obstacles: Sequence[Obstacle]
    known: Known


Obstacles: TypeAlias = Callable[[Decision], Sequence[Obstacle]]
"""From an assessment to what stands in the way of a goal; nothing where it is reached."""


class Fewest:
    """The smallest suppositions that reach a goal: about the fewest questions, and of the fewest findings.

    Attributes:
        found: All of them.
        more: There are none about ``MOST`` questions or fewer, and may be some about more.
        stuck: Where there are none at all: the rules that nothing that may be supposed gets out of the way.
    """

    def __init__(self, supposing: Supposing, obstacles: Obstacles) -> None:
        self._supposing = supposing
        self._obstacles = obstacles
        self._vocabulary = supposing.book.vocabulary
        self._cut = False
        self._best = (MOST, len(supposing.order))
        self._stuck: dict[int, dict[AnyRule, None]] = {}
        chosen = self._search()
        self.found: tuple[Supposition, ...] = tuple(self._widened(one) for one in chosen)
        self.more = self._cut and not chosen
        stuck = self._stuck[min(self._stuck)] if self._stuck else {}
        self.stuck: tuple[AnyRule, ...] = () if chosen or self.more else tuple(stuck)

    # -- the search ---------------------------------------------------------------------------------------------------

    def _search(self) -> list[dict[str, Cell]]:
        found: dict[tuple[str, ...], dict[str, Cell]] = {}
        seen: set[frozenset[tuple[str, Cell]]] = set()
        todo: list[dict[str, Cell]] = [{}]
        while todo:
            chosen = todo.pop()
            ids, key = self._in_order(chosen), frozenset(chosen.items())
            if key in seen or ids in found or self._too_many(chosen):
                continue
            seen.add(key)
            left = self._left(chosen)
            if left is None:
                continue
            if left.obstacles:
                todo += [{**chosen, **way} for way in reversed(self._next(left, chosen))]
                continue
            if (cost := (len(self._questions(chosen)), len(chosen))) < self._best:
                found.clear()
                self._best = cost
            found[ids] = chosen
        order = self._supposing.order.index
        return [found[ids] for ids in sorted(found, key=lambda ids: [order(id_) for id_ in ids])]

    def _left(self, chosen: Mapping[str, Cell]) -> Left | None:
        """What is left to get past after some answers; ``None`` where they contradict others.

        A rule that comes first is past only when the answers to open questions alone have done away with it.
        """
        then = self._supposing.then(chosen)
        if then is None:
            return None
        if obstacles := self._obstacles(then):
            return Left(obstacles, then.profile.known)
        answered = self._supposing.answered(chosen, then)
        if answered is None:
            return None
        waiting = self._supposing.waited_out(answered, then)
        return Left([Obstacle((rule,)) for rule in waiting], answered.profile.known)

    def _next(self, left: Left, chosen: Mapping[str, Cell]) -> list[Way]:
        """What to suppose next: all that is forced, or else each way past the obstacle that has the fewest."""
        ways = [self._past(obstacle, left.known, chosen) for obstacle in left.obstacles]
        each = zip(left.obstacles, ways, strict=True)
        blocked = [rule for obstacle, past in each if not past for rule in obstacle.rules]
        if blocked:
            self._stuck.setdefault(len(chosen), {}).update(dict.fromkeys(blocked))
            return []
        if self._too_many(chosen, ways):
            return []
        forced = [past[0] for past in ways if len(past) == 1]
        if forced:
            return [dict(itertools.chain(*[way.items() for way in forced]))]
        useful = Counter(id_ for past in ways for way in past for id_ in way)
        asked, shortest = self._questions(chosen), min(ways, key=len)
        return sorted(shortest, key=lambda way: (len(self._questions(way) - asked), -useful[next(iter(way))]))

    def _too_many(self, chosen: Mapping[str, Cell], ways: Sequence[Sequence[Way]] = ()) -> bool:
        """Whether some answers, with the least that the ways past all obstacles add, are more than has to be."""
        asked = self._questions(chosen)
        questions, findings = len(asked), len(chosen)
        apart: tuple[set[str], set[str]] = set(), set()
        for past in sorted(ways, key=len):  # what two obstacles do not share, each of them needs for itself
            ids = set().union(*past)
            if apart[0].isdisjoint(ids):
                apart[0].update(ids)
                findings += min(map(len, past))
            new = [self._questions(way) - asked for way in past]
            if all(new) and apart[1].isdisjoint(set().union(*new)):
                apart[1].update(*new)
                questions += min(map(len, new))
        self._cut |= questions > MOST
        return (questions, findings) > self._best

    def _questions(self, ids: Iterable[str]) -> set[str]:
        return {self._vocabulary.question_of.get(id_, id_) for id_ in ids}

    def _in_order(self, chosen: Mapping[str, Cell]) -> tuple[str, ...]:
        return tuple(id_ for id_ in self._supposing.order if id_ in chosen)

    # -- ways past an obstacle ----------------------------------------------------------------------------------------

    def _past(self, obstacle: Obstacle, known: Known, chosen: Mapping[str, Cell]) -> list[Way]:
        """Answers of which every supposition that removes an obstacle holds some; none that is supposed already."""
        found: dict[tuple[tuple[str, Cell], ...], Way] = {}
        for rule in obstacle.rules:
            for way in self._ways(rule.when, obstacle.wanted, known):
                if chosen.keys().isdisjoint(way) and self._supposing.may_do_away_with(rule, way):
                    found.setdefault(tuple(sorted(way.items())), way)
        return list(found.values())

    def _ways(self, condition: Condition, wanted: bool, known: Known) -> list[Way]:
        """Answers of which every supposition that brings a condition to the truth that is wanted holds some."""
        if isinstance(condition, Atom):
            return list(self._ways_of_leaf(condition, wanted, known))
        each = [self._ways(term, wanted, known) for term in condition.terms if term.holds(known) is not wanted]
        if isinstance(condition, AtLeast) or isinstance(condition, AllOf) is not wanted:
            return list(itertools.chain(*each))
        if not all(each):
            return []
        forced = [ways[0] for ways in each if len(ways) == 1]  # every term is needed, so any of them will do
        return [dict(itertools.chain(*[way.items() for way in forced]))] if forced else min(each, key=len)

    def _ways_of_leaf(self, atom: Atom, wanted: bool, known: Known) -> Iterator[Way]:
        id_ = atom.finding
        for cell in self._supposing.freeing(id_):
            if atom.holds({id_: cell[0]}) is wanted:
                yield {id_: cell}
        if isinstance(atom, Absent) is not wanted:
            yield from self._ways_of_saying(id_)
        counts = id_ in known and self._vocabulary.findings[id_].red_flag  # whatever closes its gate
        absence_does = not counts and isinstance(atom, Absent) is wanted
        for gate in self._vocabulary.gates_of(id_):
            if absence_does:
                yield from self._ways(gate, False, known)
            elif gate.holds(known) is False:
                yield from self._ways(gate, True, known)
        if absence_does and id_ not in known:
            for implied in self._supposing.implied(id_):
                yield from self._ways_of_leaf(Present(implied), False, known)
            if doubted := [one for one in self._supposing.unsure if id_ in self._supposing.implied(one)]:
                yield dict.fromkeys(doubted, (False,))  # a denial counts again when nothing that implies it is unsure

    def _ways_of_saying(self, id_: str) -> Iterator[Way]:
        """Answers that say of themselves that a finding is present."""
        for one, said in self._vocabulary.says.items():
            if id_ in said:
                yield from ({one: cell} for cell in self._supposing.freeing(one) if cell != (False,))

    # -- how wide a supposition is ------------------------------------------------------------------------------------

    def _widened(self, chosen: Mapping[str, Cell]) -> Supposition:
        """The same findings with as many answers as do in every combination; those of a number hang together."""
        spread: dict[str, list[Cell]] = {id_: [cell] for id_, cell in chosen.items()}
        for id_, cells in spread.items():
            for direction in self._beside(id_, chosen[id_]):
                for cell in direction:
                    options = [[cell] if other == id_ else spread[other] for other in spread]
                    combinations = [dict(zip(spread, one, strict=True)) for one in itertools.product(*options)]
                    if len(combinations) * (len(cells) + 1) > _WIDEST or not all(map(self._reached, combinations)):
                        break
                    cells.append(cell)
        wide = {
            id_: self._supposing.joined(id_, sorted(cells, key=self._supposing.freeing(id_).index))
            for id_, cells in spread.items()
        }
        then = self._supposing.then(wide)
        assert then is not None and not self._obstacles(then)  # noqa: S101, PT018 - it was replayed among the others
        return self._supposing.supposition(wide, then)

    def _reached(self, chosen: Mapping[str, Cell]) -> bool:
        left = self._left(chosen)
        return left is not None and not left.obstacles

    def _beside(self, id_: str, cell: Cell) -> tuple[Sequence[Cell], ...]:
        """The other answers to a finding by the way they lie: numbers upwards and downwards, choices one by one."""
        cells = self._supposing.freeing(id_)
        at = cells.index(cell)
        match self._vocabulary.findings[id_]:
            case Number():
                return tuple(self._together(id_, side) for side in (cells[at:], cells[at::-1]))
            case Choice():
                return tuple((other,) for other in cells if other != cell)
        return ()

    def _together(self, id_: str, cells: Sequence[Cell]) -> list[Cell]:
        """The cells after the first one, as far as they touch: what is known now is not among them and parts them."""
        side = self._supposing.side
        return [cell for cell in cells[1:] if side(id_, cell) is side(id_, cells[0])]
