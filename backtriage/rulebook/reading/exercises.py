"""Building exercises and effects from their tables: selectors, doses, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from ...errors import did_you_mean, meant_or_known
from ..doses import Dose, Limit, Span
from ..exercises import Exercise
from ..messages import Suspect
from ..rules import Advise, Caution, Effect, Exclude, Limited, Offer, Routine, Stop, Urgency, Urgent
from .tables import DoseTable, ExerciseTable, HeadTable, LimitTable, RuleTable

Wrong = list[tuple[str, str]]
"""What is wrong, and a hint."""

EXERCISE_DEFAULT: Final = {Urgency.SELF_CARE: "normal", Urgency.ROUTINE: "normal"}
SIDES: Final = ("left", "right")


def build_exercise(table: ExerciseTable, head: HeadTable, where: str) -> tuple[Exercise, Wrong]:
    """An exercise from its table."""
    wrong: Wrong = []
    words = [("position", (table.position,) if table.position else (), head.positions), ("tags", table.tags, head.tags)]
    words += [
        ("areas", table.areas, head.areas),
        ("from_stage", (table.from_stage,) if table.from_stage else (), head.stages),
    ]
    for key, given, closed in words:
        wrong += [(f"{key}: unknown `{word}`", meant_or_known(word, closed)) for word in given if word not in closed]
    if table.status == "offered":
        needed = ("position", "areas", "from_stage", "muscles", "steps", "progression", "dose")
        wrong += [(f"`{key}` is missing", "an offered exercise needs it") for key in needed if not getattr(table, key)]
    elif not table.why or table.dose:
        wrong.append(("an exercise that is not offered needs `why`, and no dose", ""))
    dose = None
    if table.dose:
        dose, problems = _dose(table.dose, tuple(variant.id for variant in table.variant))
        wrong += problems
    kept = {
        key: getattr(table, key) for key in attrs.fields_dict(ExerciseTable) if key not in ("dose", "variant", "tags")
    }
    tags = tuple(dict.fromkeys((*table.tags, *((table.position,) if table.position else ()))))
    return Exercise(**kept, tags=tags, variants=table.variant, dose=dose, where=where), wrong


def _dose(table: DoseTable, variants: tuple[str, ...]) -> tuple[Dose, Wrong]:
    spans: dict[str, Span] = {}
    wrong: Wrong = []
    for figure in Dose.FIGURES:
        given: tuple[int, ...] | None = getattr(table, figure)
        if given is None:
            continue
        least = 0 if figure == "hold_seconds" else 1
        if len(given) != 2 or not least <= given[0] <= given[1]:
            hint = f"give [start, ceiling], the start at least {least} and not above the ceiling"
            wrong.append((f"dose.{figure} is {list(given)}", hint))
        else:
            spans[figure] = Span(*given)
    if ("repetitions" in spans) == ("minutes" in spans):
        wrong.append(("dose", "give repetitions or minutes, one of them"))
    if table.rest_seconds < 0:
        wrong.append((f"dose.rest_seconds is {table.rest_seconds}", "at least 0"))
    if (days := spans.get("days_per_week")) and days.ceiling > 7:
        wrong.append(("dose.days_per_week", "a week has 7 days"))
    sides = SIDES if table.sides else ()
    return Dose(**spans, rest_seconds=table.rest_seconds, sides=sides, variants=variants), wrong  # type: ignore[arg-type]


def impact_of(exercises: Mapping[str, Exercise], higher: Iterable[str]) -> dict[str, Exercise]:
    """The exercises, each marked as low impact unless one of its tags says otherwise."""
    higher = frozenset(higher)
    return {
        id_: attrs.evolve(exercise, low_impact=higher.isdisjoint(exercise.tags)) for id_, exercise in exercises.items()
    }


def select(
    selectors: Iterable[str], exercises: Mapping[str, Exercise], sets: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[str, ...], Wrong]:
    """The ids that selectors name: ``all``, ``id:…``, ``tag:…``, ``outside:SET``."""
    chosen: set[str] = set()
    wrong: Wrong = []
    for selector in selectors:
        kind, _, name = selector.partition(":")
        if selector == "all":
            found = set(exercises)
        elif kind == "id":
            found = {name} & exercises.keys()
        elif kind == "tag":
            found = {exercise.id for exercise in exercises.values() if name in exercise.tags}
        elif kind == "outside" and name in sets:
            found = exercises.keys() - set(sets[name])
        else:
            found = set()
        if not found:
            wrong.append((f"selector `{selector}` selects nothing", _selectable(kind, name, exercises, sets)))
        chosen |= found
    return tuple(id_ for id_ in exercises if id_ in chosen), wrong


def _selectable(kind: str, name: str, exercises: Mapping[str, Exercise], sets: Mapping[str, tuple[str, ...]]) -> str:
    """The hint to a selector of nothing: what was probably meant, or what there is."""
    known: Mapping[str, Iterable[str]] = {
        "id": exercises,
        "tag": sorted({tag for exercise in exercises.values() for tag in exercise.tags}),
        "outside": sets,
    }
    return meant_or_known(name, known[kind]) if kind in known else "use all, id:..., tag:..., outside:SET"


def _named(key: str, ids: tuple[str, ...], exercises: Mapping[str, Exercise]) -> Wrong:
    """What is wrong with the exercises that an offer or a routine names."""
    wrong = [(f"unknown exercise `{id_}`", did_you_mean(id_, exercises)) for id_ in ids if id_ not in exercises]
    wrong += [
        (f"`{id_}` is {exercises[id_].status}", "only an offered exercise can be offered")
        for id_ in ids
        if id_ in exercises and exercises[id_].status != "offered"
    ]
    return wrong or ([] if ids else [(f"`{key}` names no exercise", "")])


def build_effect(
    key: str,
    table: RuleTable,
    exercises: Mapping[str, Exercise],
    sets: Mapping[str, tuple[str, ...]],
    suspects: Mapping[str, Suspect],
) -> tuple[Effect | None, Wrong]:
    """The effect of a rule from its table."""
    match key:
        case "urgency":
            return _urgent(table, suspects)
        case "offer":
            return Offer(exercises=table.offer or ()), _named(key, table.offer or (), exercises)
        case "routine":
            return Routine(exercises=table.routine or ()), _named(key, table.routine or (), exercises)
        case "exclude":
            found, wrong = select(table.exclude or (), exercises, sets)
            if not found and not wrong:
                wrong = [("`exclude` selects nothing", "name at least one selector")]
            if not table.because:
                wrong.append(("`because` is missing", "an exclusion says why"))
            return Exclude(selectors=table.exclude or (), exercises=found), wrong
        case "limit":
            return _limited(table.limit or LimitTable(), exercises, sets)
        case "caution":
            found, wrong = select(table.select, exercises, sets)
            if table.names_urgency and table.select:
                wrong.append(("`names_urgency` with `select`", "what names an urgency stands beside no exercise"))
            return Caution(text=table.caution or "", exercises=found, names_urgency=table.names_urgency), wrong
        case "advise":
            return Advise(text=table.advise or "", asks_to_do=table.asks_to_do), []
        case "stop":
            assert table.stop is not None  # noqa: S101 - the effect's own key
            return Stop(scope=table.stop, text=table.say), [] if table.say else [
                ("`say` is missing", "a stop says what to do")
            ]
    return None, [(f"unknown effect `{key}`", "")]


def _urgent(table: RuleTable, suspects: Mapping[str, Suspect]) -> tuple[Urgent, Wrong]:
    level = table.urgency
    assert level is not None  # noqa: S101 - the effect's own key
    wrong: Wrong = []
    default = EXERCISE_DEFAULT.get(level, "none")
    if level is Urgency.SELF_CARE:
        wrong.append(("urgency = self_care", "no rule is needed: it is the level when nothing fires"))
    if level >= Urgency.SAME_DAY and table.exercise not in (None, "none"):
        wrong.append((f"exercise = {table.exercise} at {level}", "exercise is none from same_day up"))
    if table.exercise not in (None, default) and not table.exercise_because:
        wrong.append(("`exercise_because` is missing", f"the default at {level} is {default}"))
    suspect = suspects.get(table.suspects)
    if suspect is None:
        wrong.append((f"suspects unknown `{table.suspects}`", meant_or_known(table.suspects, suspects)))
        suspect = Suspect(say="")
    if level < Urgency.EMERGENCY:
        if table.ring_only:
            wrong.append((f"`ring_only` at {level}", "only an emergency waits for an ambulance"))
        if suspect.ring_only and not table.because:
            hint = f"`{table.suspects}` speaks of an emergency: say why {level} is soon enough, and what would not be"
            wrong.append(("`because` is missing", hint))
    effect = Urgent(
        level=level,
        exercise=table.exercise or default,  # type: ignore[arg-type]  # the default is one of the three
        exercise_because=table.exercise_because,
        suspects=table.suspects,
        see=table.see,
        see_note=table.see_note,
        locked=table.locked,
        ring_only=level is Urgency.EMERGENCY and (table.ring_only or suspect.ring_only),
        why=" ".join(filter(None, (table.because or suspect.say, suspect.urgent if level >= Urgency.SAME_DAY else ""))),
    )
    return effect, wrong


def _limited(
    table: LimitTable, exercises: Mapping[str, Exercise], sets: Mapping[str, tuple[str, ...]]
) -> tuple[Limited, Wrong]:
    found, wrong = select(table.select, exercises, sets)
    for key in ("at_most", "start_at_most", "halve"):
        wrong += [
            (f"limit.{key}: unknown figure `{figure}`", did_you_mean(figure, Dose.FIGURES))
            for figure in getattr(table, key)
            if figure not in Dose.FIGURES
        ]
    for key in ("at_most", "start_at_most"):
        wrong += [
            (f"limit.{key}.{figure} is {cap}", "at least 1") for figure, cap in getattr(table, key).items() if cap < 1
        ]
    wrong += [
        (f"limit.{key} is {value}", "at least 1")
        for key in ("rest_at_least", "session_minutes", "session_moves")
        if (value := getattr(table, key)) is not None and value < 0
    ]
    wrong += _options(table, found, exercises)
    keys = ("at_most", "start_at_most", "halve", "rest_at_least", "only")
    if not any(getattr(table, key) for key in (*keys, "session_minutes", "session_moves")):
        wrong.append(("`limit` limits nothing", f"give one of {', '.join(keys)}, session_minutes, session_moves"))
    if any(getattr(table, key) for key in keys) and not table.select:
        wrong.append(("limit.select is missing", "name the exercises it limits"))
    kept = {key: getattr(table, key) for key in attrs.fields_dict(LimitTable) if key != "select"}
    return Limited(limit=Limit(exercises=found, **kept)), wrong


def _options(table: LimitTable, found: Iterable[str], exercises: Mapping[str, Exercise]) -> Wrong:
    wrong: Wrong = []
    for choice, options in table.only.items():
        if choice not in Dose.CHOICES:
            wrong.append((f"limit.only: unknown choice `{choice}`", did_you_mean(choice, Dose.CHOICES)))
            continue
        doses = [dose for id_ in found if (dose := exercises[id_].dose)]
        known = {option for dose in doses for option in getattr(dose, choice)}
        wrong += [
            (f"limit.only.{choice}: `{option}` is no option there", did_you_mean(option, known))
            for option in options
            if option not in known
        ]
    return wrong
