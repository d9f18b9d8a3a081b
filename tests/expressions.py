"""How the time that a regular expression takes grows with the text: read off the expression, with no text and no clock.

The engine tries one way through the expression after the other until one fits. Where the same characters can be read in
two ways, again and again, the ways multiply: exponentially, where both begin and end at the same place of the
expression, and by the length of the text, where they begin in one repeat and end in another. A search begins anew at
every character, which is a repeat before all others. Where neither is possible the time is in proportion to the text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product
from re import _compiler, _parser  # type: ignore[attr-defined]  # how an expression is read is the engine's own affair
from typing import Any, TypeAlias

import attrs

Chars: TypeAlias = frozenset[str]
Place: TypeAlias = int
Loose: TypeAlias = list[tuple[Place, Chars]]
"""Places at an edge, and what must not stand there, as what a possessive repeat before it would have taken it."""
NOTHING: Chars = frozenset()
LOOK: Chars = frozenset({"a look"})
"""Marks, in place of what must not stand there, an edge at which something is looked at that may fail."""
BEGINS: Chars = frozenset({"the beginning"})
"""The same for what stands at the beginning only."""
SEARCH: Place = 0
"""The place where a search passes over what stands before its find."""


class UnreadableExpressionError(ValueError):
    """What this analysis does not follow, as a back reference."""


@attrs.define
class _Part:
    """A part of an expression: where it begins and ends, and what may not follow it where it is left out."""

    first: Loose
    last: Loose
    empty: list[Chars]


_EDGES = ("first", "last", "empty")


class Expression:
    """The places of an expression at which a character is read, and which can follow which.

    Args:
        pattern: The expression.
        flags: Its flags.
        search: Whether it is looked for at every place of a text.
        whole: Whether it has to reach the end of the text.
    """

    def __init__(self, pattern: str, flags: int = 0, *, search: bool = True, whole: bool = False) -> None:
        tree = _parser.parse(pattern, flags)
        self._flags = tree.state.flags
        self.alphabet = frozenset(map(chr, range(128))) | set(pattern) | set("é\xa0\u3000٣中—️")
        self.reads: list[Chars] = [self.alphabet]
        self.follow: defaultdict[Place, Loose] = defaultdict(list)
        self.ends: set[Place] = set()
        whole_of_it = self._sequence(tree)
        if search:
            self._search(whole_of_it.first)
        if not whole:  # a find ends the search, unless something is still to be looked at
            self.ends = {place for place, but in whole_of_it.last if not but & (LOOK | BEGINS)}

    def next(self, place: Place) -> Iterator[tuple[Place, Chars]]:
        """The places that can follow, and the characters that lead there; twice, where there are two ways."""
        for after, but in self.follow[place]:
            if chars := self.reads[after] - but:
                yield after, chars

    # -- building ------------------------------------------------------------------------------------------------------

    def _search(self, first: Loose) -> None:
        """A search passes over anything; what stands at the beginning of lines is tried after their ends alone."""
        self.follow[SEARCH] = [(SEARCH, NOTHING), *((place, but) for place, but in first if not but & BEGINS)]
        if self._flags & re.MULTILINE:
            line = len(self.reads)
            self.reads[SEARCH] -= {"\n"}
            self.reads.append(frozenset("\n"))
            self.follow[SEARCH].append((line, NOTHING))
            self.follow[line] = [(SEARCH, NOTHING), (line, NOTHING), *first]

    def _sequence(self, items: Iterable[Any]) -> _Part:
        part = _Part([], [], [NOTHING])
        for item in items:
            part = self._joined(part, self._item(*item))
        return part

    def _joined(self, one: _Part, two: _Part) -> _Part:
        self._link(one.last, two.first)
        return _Part(
            [*one.first, *((place, but | gap) for gap in one.empty for place, but in two.first)],
            [*two.last, *((place, but | gap) for gap in two.empty for place, but in one.last)],
            [gap | other for gap in one.empty for other in two.empty],
        )

    def _link(self, last: Loose, first: Loose) -> None:
        for place, but in last:
            self.follow[place] += [(after, but | other) for after, other in first]

    def _item(self, kind: Any, value: Any) -> _Part:
        name = str(kind)
        if name in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
            one = _parser.SubPattern(_parser.State(), [(kind, value)])
            fits = _compiler.compile(one, self._flags).fullmatch
            self.reads.append(frozenset(filter(fits, self.alphabet)))
            place = len(self.reads) - 1
            return _Part([(place, NOTHING)], [(place, NOTHING)], [])
        if name == "SUBPATTERN":
            return self._sequence(value[3])
        if name == "ATOMIC_GROUP":
            return self._sequence(value)
        if name == "BRANCH":
            parts = [self._sequence(way) for way in value[1]]
            first, last, empty = ([end for one in parts for end in getattr(one, edge)] for edge in _EDGES)
            return _Part(first, last, empty)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            return self._repeat(*value, possessive=name == "POSSESSIVE_REPEAT")
        if name == "AT":
            return _Part([], [], [BEGINS if "BEGINNING" in str(value) else LOOK])
        if name in ("ASSERT", "ASSERT_NOT"):
            ahead = self._sequence(value[1]) if value[0] > 0 else _Part([], [], [])  # behind it is of a fixed length
            return _Part(ahead.first, [], [LOOK])  # that it may fail is the worst case
        raise UnreadableExpressionError(f"{name.lower()}: not followed; write the expression without it")

    def _repeat(self, least: int, most: Any, body: Any, *, possessive: bool) -> _Part:
        part = _Part([], [], [NOTHING])
        for _ in range(least):
            part = self._joined(part, self._sequence(body))
        if most is not _parser.MAXREPEAT:
            rest = _Part([], [], [NOTHING])
            for _ in range(most - least):
                more = self._joined(self._sequence(body), rest)
                rest = _Part(more.first, more.last, [NOTHING])
            return self._joined(part, rest)
        more = self._sequence(body)
        self._link(more.last, more.first)
        single = possessive and len(body) == 1 and len(more.first) == 1
        taken = self.reads[more.first[0][0]] if single else NOTHING
        last = [(place, but | taken) for place, but in more.last]
        return self._joined(part, _Part(more.first, last, [taken]))


def growth(expression: Expression) -> str:
    """``linear``, or how the time grows: ``polynomial`` or ``exponential``, with the characters that make it grow."""
    edges = {place: list(expression.next(place)) for place in range(len(expression.reads))}
    component = _components({place: [after for after, _ in found] for place, found in edges.items()})
    if found := _two_ways_back(edges, component):
        return f"exponential in {found!r}"
    if found := _two_repeats(edges, component, expression.ends):
        return f"polynomial in {found!r}"
    return "linear"


Edges: TypeAlias = dict[Place, list[tuple[Place, Chars]]]


def _two_ways_back(edges: Edges, component: dict[Any, int]) -> str:
    """A character with which two ways part that both come back to where they began."""
    pairs: dict[Any, list[Any]] = {}
    parting: dict[tuple[Any, Any], str] = {}
    todo: list[tuple[Place, Place]] = [(place, place) for place in edges]
    while todo:
        pair = one, two = todo.pop()
        if pair in pairs:
            continue
        pairs[pair] = []
        for at, (after, chars) in enumerate(edges[one]):
            if component[after] != component[one]:
                continue
            for other_at, (other, others) in enumerate(edges[two]):
                if component[other] != component[two] or not (both := chars & others):
                    continue
                if one == two and after == other and at != other_at:
                    return min(both)
                pairs[pair].append((after, other))
                if one == two and after != other:
                    parting[pair, (after, other)] = min(both)
        todo += pairs[pair]
    together = _components(pairs)
    return next((char for (pair, after), char in parting.items() if together[pair] == together[after]), "")


def _two_repeats(edges: Edges, component: dict[Any, int], ends: set[Place]) -> str:
    """A character of a text that one repeat can read, another after it, and the way from the one to the other."""
    cyclic = {one for one, found in edges.items() if any(component[after] == component[one] for after, _ in found)}
    later = {one: _reached(one, edges) & cyclic for one in cyclic}
    graph: dict[Any, list[Any]] = {}
    read: dict[tuple[Any, Any], str] = {}
    starts = [(p, p, q) for p in cyclic for q in later[p] if component[p] != component[q] and q not in ends]
    todo = list(starts)
    while todo:
        state = p, way, q = todo.pop()
        if state in graph:
            continue
        graph[state] = []
        inside = [(one, chars) for one, chars in edges[p] if component[one] == component[p]]
        after = [(three, chars) for three, chars in edges[q] if component[three] == component[q] and three not in ends]
        between = [(two, chars) for two, chars in edges[way] if two not in ends]
        for (one, chars), (three, thirds) in product(inside, after):
            for two, seconds in between if chars & thirds else ():
                if found := chars & seconds & thirds:
                    graph[state].append((one, two, three))
                    read[state, (one, two, three)] = min(found)
        todo += graph[state]
    goals = {(p, q, q): (p, p, q) for p, _, q in starts}
    for goal, start in goals.items():
        if goal in graph:
            graph[goal] = [*graph[goal], start]
    together = _components(graph)
    for goal, start in goals.items():
        if goal in graph and together[goal] == together[start]:
            return next(char for (one, two), char in read.items() if together[one] == together[two] == together[start])
    return ""


def _reached(start: Place, edges: Edges) -> set[Place]:
    found, todo = {start}, [start]
    while todo:
        new = {after for after, _ in edges[todo.pop()]} - found
        found |= new
        todo += new
    return found


def _components(graph: dict[Any, list[Any]]) -> dict[Any, int]:
    """The strongly connected part that each node is in, by Kosaraju: two searches, no recursion."""
    order, seen = [], set()
    for root, first in graph.items():
        todo = [(root, iter(first))] if root not in seen else []
        seen.add(root)
        while todo:
            node, after = todo[-1]
            for other in after:
                if other not in seen:
                    seen.add(other)
                    todo.append((other, iter(graph[other])))
                    break
            else:
                order.append(node)
                todo.pop()
    back: defaultdict[Any, list[Any]] = defaultdict(list)
    for node, found in graph.items():
        for after in found:
            back[after].append(node)
    component: dict[Any, int] = {}
    for root in reversed(order):
        number, stack = len(component), [root]
        while stack:
            node = stack.pop()
            if node not in component:
                component[node] = number
                stack += [one for one in back[node] if one not in component]
    return component
