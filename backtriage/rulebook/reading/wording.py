"""From the tables of a rulebook to its words: findings, checklists, definitions, and the order of asking."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from graphlib import CycleError, TopologicalSorter
from typing import Final, TypeAlias

import attrs

from ...errors import RulebookError, did_you_mean
from ...findings.ceilings import ceiling
from ...findings.conditions import Condition
from ...findings.finding import Checklist, Choice, Finding, Number, YesNo
from ...findings.parsing import Meaning
from ...findings.vocabulary import Vocabulary
from . import checking
from .files import LANGUAGE, Placed
from .gathering import Gathered
from .spoken import spoken_in
from .tables import ChecklistTable, HeadTable

_FINDING_KINDS: Final = {"yes_no": YesNo, "number": Number, "choice": Choice}
_Gates: TypeAlias = dict[str, tuple[str, Placed]]
"""Finding or checklist id to the text of its gate and the table it stands in."""


def words_of(gathered: Gathered) -> tuple[Vocabulary, dict[str, Condition], dict[str, Meaning]]:
    """The vocabulary, the definitions, and what each name in a condition stands for.

    Raises:
        RulebookError: With every problem found so far: rules are read only where the words are right.
    """
    gates: _Gates = {}
    findings = {**_listed(gathered, gates), **_alone(gathered, gates)}
    gathered.stop_on_problems()
    names: dict[str, Meaning] = dict(findings)
    definitions = _definitions(gathered, names)
    asked_if = {id_: gathered.condition(text, names, placed, "asked_if") for id_, (text, placed) in gates.items()}
    findings = {id_: _with_gate(finding, asked_if.get(id_)) for id_, finding in findings.items()}
    names.update(findings)
    checklists = {
        id_: Checklist(
            id=id_,
            question=placed.table.question,
            help=placed.table.help,
            findings=tuple(listed.id for listed in placed.table.finding),
            asked_if=asked_if.get(id_),
            one_by_one=placed.table.one_by_one,
        )
        for id_, placed in gathered.by_id("checklist").items()
    }
    head: HeadTable = gathered.head.table
    _check_asking_order(gathered, head, findings, checklists)
    _check_implications(gathered, findings)
    _check_ceilings(gathered, findings)
    gathered.stop_on_problems()
    try:
        spoken = partial(spoken_in, tuple([str(folder / LANGUAGE) for folder in gathered.folders]))
        words = Vocabulary(findings=findings, checklists=checklists, asking_order=head.asking_order, spoken=spoken)
    except CycleError as error:
        circle = error.args[1][1:]
        first = circle.index(min(circle))
        circle = [*circle[first:], *circle[: first + 1]]
        where = gathered.place_of(circle[0])
        gathered.problem(where, "findings that are asked only if they are known", " <- ".join(circle))
        raise RulebookError(gathered.problems) from None
    return words, definitions, names


MOST_LINES: Final = 9


def _listed(gathered: Gathered, gates: _Gates) -> dict[str, Finding]:
    """The findings of the checklists; their gates are added to ``gates``."""
    findings: dict[str, Finding] = {}
    for id_, placed in gathered.by_id("checklist").items():
        checklist: ChecklistTable = placed.table
        shown = [listed for listed in checklist.finding if listed.asked_if is None]  # the others are asked afterwards
        if not checklist.finding or len(shown) > MOST_LINES:
            what = f"`{id_}` has {len(shown)} findings"
            gathered.problem(placed.where, what, f"a checklist has 1 to {MOST_LINES}")
        if checklist.asked_if is not None:
            gates[id_] = checklist.asked_if, placed
        for listed in checklist.finding:
            if listed.asked_if is not None:
                gates[listed.id] = listed.asked_if, placed
            findings[listed.id] = YesNo(
                id=listed.id,
                text=listed.text,
                help=listed.help,
                red_flag=checklist.red_flag,
                checklist=id_,
                implies=listed.implies,
            )
    return findings


def _alone(gathered: Gathered, gates: _Gates) -> dict[str, Finding]:
    """The findings that stand in no checklist; their gates are added to ``gates``."""
    findings: dict[str, Finding] = {}
    for kind, class_ in _FINDING_KINDS.items():
        for id_, placed in gathered.by_id(kind).items():
            for what, hint in checking.answers(placed.table):
                gathered.problem(placed.where, f"{kind} `{id_}`: {what}", hint)
            keys = {key: getattr(placed.table, key) for key in attrs.fields_dict(type(placed.table))}
            if (gate := keys.pop("asked_if")) is not None:
                gates[id_] = gate, placed
            findings[id_] = class_(**keys)
    return findings


def _with_gate(finding: Finding, gate: Condition | None) -> Finding:
    return attrs.evolve(finding, asked_if=gate) if gate is not None else finding


def _definitions(gathered: Gathered, names: dict[str, Meaning]) -> dict[str, Condition]:
    """Definitions may use each other in any order, but not in a circle."""
    tables = gathered.by_id("definition")
    needs = {id_: [word for word in _words_in(placed.table.when) if word in tables] for id_, placed in tables.items()}
    order = TopologicalSorter(needs)
    with contextlib.suppress(CycleError):
        order.prepare()
    definitions: dict[str, Condition] = {}
    while ready := order.get_ready():
        for id_ in ready:
            definitions[id_] = names[id_] = gathered.condition(tables[id_].table.when, names, tables[id_], "when")
        order.done(*ready)
    for id_ in [id_ for id_ in tables if id_ not in definitions]:
        circle = [f"`{word}`" for word in needs[id_] if word not in definitions]
        gathered.problem(tables[id_].where, f"definition `{id_}` is circular", f"it needs {', '.join(circle)}")
    return definitions


def _words_in(text: str) -> Iterable[str]:
    """The words of a condition, each once, in order."""
    return dict.fromkeys(re.findall(r"\w+", text))


def _check_asking_order(
    gathered: Gathered, head: HeadTable, findings: Mapping[str, Finding], checklists: Mapping[str, Checklist]
) -> None:
    where = gathered.head.where
    alone = (id_ for id_, finding in findings.items() if finding.checklist is None)
    askable = dict.fromkeys((*checklists, *alone))
    for id_ in head.asking_order:
        if id_ not in askable:
            gathered.problem(where, f"asking_order: unknown `{id_}`", did_you_mean(id_, askable))
    times = Counter(head.asking_order)
    for id_ in askable:
        if times[id_] != 1:
            gathered.problem(where, f"asking_order: `{id_}` stands {times[id_]} times", "list it once")


def _check_ceilings(gathered: Gathered, findings: Mapping[str, Finding]) -> None:
    for id_, finding in findings.items():
        name = finding.at_most if isinstance(finding, Number) else ""
        other = findings.get(name)
        if not isinstance(finding, Number) or not name:
            continue
        if not isinstance(other, Number) or other is finding:
            what, hint = f"`{id_}` is at most `{name}`, which is no other number", did_you_mean(name, findings)
            gathered.problem(gathered.place_of(id_), what, "" if other is finding else hint)
        elif ceiling(finding, other) is None:
            what = f"`{id_}`, in {finding.unit}, is at most `{name}`, in {other.unit}"
            gathered.problem(gathered.place_of(id_), what, "the same unit, or a longer unit of time")


def _check_implications(gathered: Gathered, findings: Mapping[str, Finding]) -> None:
    for id_, finding in findings.items():
        for implied in finding.implies:
            if not isinstance(findings.get(implied), YesNo):
                what = f"`{id_}` implies `{implied}`, which is no yes or no"
                gathered.problem(gathered.place_of(id_), what, did_you_mean(implied, findings))
