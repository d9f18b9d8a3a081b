"""From the tables of a rulebook to the rulebook, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

from ...errors import did_you_mean
from ...findings.parsing import Meaning
from ..book import Relaxation, RuleBook, RulebookId
from ..exercises import Exercise
from ..messages import Messages, Region
from ..rules import AnyRule, Rule, SourceRef, worst_first
from . import checking, overlays
from .exercises import build_effect, build_exercise, impact_of
from .files import Placed
from .gathering import Gathered
from .tables import EFFECT_KEYS, HeadTable, RuleTable
from .wording import words_of


def build(gathered: Gathered, path: Path, extends: RuleBook | None = None) -> RuleBook:
    """The rulebook that some tables make.

    Args:
        gathered: The tables.
        path: The folder of the rulebook, or of the overlay that was laid on last.
        extends: The rulebook below that overlay.

    Raises:
        RulebookError: With every problem of the tables.
    """
    head: HeadTable = gathered.head.table
    said = gathered.messages
    for what, hint in checking.messages(said.table, head.asking_order):
        gathered.problem(said.where, what, hint)
    vocabulary, definitions, names = words_of(gathered)
    exercises = _exercises(gathered, head)
    sets = _sets(gathered, exercises)
    book = RuleBook(
        identity=RulebookId(id=head.id, version=head.version, digest=gathered.digest()),
        title=head.title,
        vocabulary=vocabulary,
        definitions=definitions,
        rules=_rules(gathered, names, exercises, sets),
        exercises=exercises,
        sets=sets,
        sources={id_: placed.table for id_, placed in gathered.by_id("source").items()},
        messages=Messages(**{name: getattr(said.table, name) for name in attrs.fields_dict(Messages)}),
        regions=_regions(gathered),
        path=str(path),
        extends=extends,
        relaxes=tuple(_relaxations(gathered)),
    )
    for what, hint in checking.told(book):
        gathered.problem(said.where, what, hint)
    for problem in (*checking.problems_of(book), *overlays.problems_of(book)):
        gathered.problems.append(problem)
    gathered.stop_on_problems()
    return book


def _exercises(gathered: Gathered, head: HeadTable) -> dict[str, Exercise]:
    exercises = {}
    for id_, placed in gathered.by_id("exercise").items():
        exercise, wrong = build_exercise(placed.table, head, placed.where)
        exercises[id_] = exercise
        for what, hint in wrong:
            gathered.problem(placed.where, f"exercise `{id_}`: {what}", hint)
    return impact_of(exercises, head.higher_impact)


def _sets(gathered: Gathered, exercises: Mapping[str, Exercise]) -> dict[str, tuple[str, ...]]:
    sets = {}
    for id_, placed in gathered.by_id("set").items():
        sets[id_] = placed.table.exercises
        for name in placed.table.exercises:
            if name not in exercises:
                what = f"set `{id_}`: unknown exercise `{name}`"
                gathered.problem(placed.where, what, did_you_mean(name, exercises))
    return sets


def _rules(
    gathered: Gathered,
    names: Mapping[str, Meaning],
    exercises: Mapping[str, Exercise],
    sets: Mapping[str, tuple[str, ...]],
) -> tuple[AnyRule, ...]:
    built = (_rule(gathered, placed, names, exercises, sets) for placed in gathered.by_id("rule").values())
    return tuple(sorted((rule for rule in built if rule), key=worst_first))


def _rule(
    gathered: Gathered,
    placed: Placed,
    names: Mapping[str, Meaning],
    exercises: Mapping[str, Exercise],
    sets: Mapping[str, tuple[str, ...]],
) -> AnyRule | None:
    table: RuleTable = placed.table
    effects = [key for key in EFFECT_KEYS if getattr(table, key) is not None]
    if len(effects) != 1:
        what = f"rule `{table.id}` has {len(effects)} effects"
        gathered.problem(placed.where, what, f"one of {', '.join(EFFECT_KEYS)}")
        return None
    for key in (key for effect in EFFECT_KEYS for key in EFFECT_KEYS[effect] if effect != effects[0]):
        if key in placed.raw:
            gathered.problem(placed.where, f"rule `{table.id}`: `{key}` does not go with `{effects[0]}`")
    effect, wrong = build_effect(effects[0], table, exercises, sets, gathered.messages.table.suspects)
    for what, hint in wrong:
        gathered.problem(placed.where, f"rule `{table.id}`: {what}", hint)
    if effect is None:
        return None
    return Rule(
        id=table.id,
        title=table.title,
        text=table.when,
        when=gathered.condition(table.when, names, placed, "when"),
        effect=effect,
        because=table.because,
        sources=table.sources,
        evidence=table.evidence,
        judgement=table.judgement,
        settles=table.settles,
        review_by=table.review_by,
        within=table.within,
        fires=tuple({**table.given, **case} for case in table.fires),
        spares=tuple({**table.given, **case} for case in table.spares),
        where=placed.where,
    )


def _relaxations(gathered: Gathered) -> Iterator[Relaxation]:
    for id_, placed in gathered.by_id("rule").items():
        for one in getattr(placed.table, "relaxes", ()):  # an overlay's rules have it
            yield Relaxation(exercise=one.id, rule=id_, source=SourceRef(id=one.source, note=one.note))


def _regions(gathered: Gathered) -> dict[str, Region]:
    regions = gathered.regions
    if "" in regions or "none" not in regions:
        gathered.problem(gathered.head.where, "no region `none`", "it is used where no region is given")
    return {("" if code == "none" else code): region for code, region in regions.items()}
