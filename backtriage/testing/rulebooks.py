"""Random well-formed rulebooks: small, written as rule files, and really read by the loader."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import attrs

from ..loading import load_rulebook
from ..rulebook.book import RuleBook
from .drawing import st

_Table: TypeAlias = dict[str, Any]
_Case: TypeAlias = dict[str, Any]

_LEVELS: Final = ("emergency", "same_day", "soon", "routine")
_MESSAGES: Final[_Table] = {
    "unsettled": "Please answer the next question.",
    "unsettled_walking": "Walk meanwhile.",
    "unsettled_mild": "Nothing serious is open.",
    "not_ruled_out": "Something could not be ruled out.",
    "history_only": [],
    "levels": {
        **{
            level: {"say": f"Be seen: {level}.", "see": "a doctor", "by": level, "valid_hours": 24} for level in _LEVELS
        },
        "self_care": {"say": "Keep moving.", "valid_hours": 24},
    },
    "suspects": {"something": {"say": "It may be something."}},
    "locked": {"crisis": "Ring {crisis}."},
    "safety_net": {"Emergency now": ["numbness between the legs"]},
}
_REGION: Final = {"none": {"name": "Anywhere", "emergency": "1", "urgent": "2", "crisis": "3", "poison": "4"}}

_KINDS_OF_YES: Final[list[_Table]] = [{}, {"clearance": True}, {"reported": True}]


@attrs.frozen
class _Atom:
    """A comparison or a finding, with an answer that makes it true and one that makes it false."""

    text: str
    true: _Case
    false: _Case


@attrs.frozen
class _Joint:
    form: Literal["and", "or", "count"]
    n: int
    terms: tuple[_Tree, ...]

    @property
    def text(self) -> str:
        if self.form == "count":
            return f"count({', '.join(term.text for term in self.terms)}) >= {self.n}"
        return "(" + f" {self.form} ".join(term.text for term in self.terms) + ")"

    @property
    def true(self) -> _Case:
        needed = {"and": len(self.terms), "or": 1, "count": self.n}[self.form]
        return {name: value for term in self.terms[:needed] for name, value in term.true.items()}

    @property
    def false(self) -> _Case:
        needed = {"and": 1, "or": len(self.terms), "count": len(self.terms) - self.n + 1}[self.form]
        return {name: value for term in self.terms[-needed:] for name, value in term.false.items()}


_Tree: TypeAlias = _Atom | _Joint


@st.composite
def rulebooks(draw: st.DrawFn) -> RuleBook:
    """Random well-formed rulebooks, read by :func:`backtriage.load_rulebook` from files that are gone afterwards.

    They have a checklist, numbers, choices, gates, implications, reported findings and every effect; each finding
    stands at most once in a condition. The smallest has one finding, one exercise, and the rule that offers it.

    >>> from hypothesis import find
    >>> find(rulebooks(), lambda book: any(rule.effect.kind == "urgency" for rule in book.rules)).rules
    (<Rule rule-0: Rule 0>, <Rule offer: Offer>)
    """
    words = draw(_words())
    exercises = draw(_exercises())
    offered = [table["id"] for table in exercises if table["status"] == "offered"]
    blocked = [table["id"] for table in exercises if table["status"] == "blocked"]
    sided = [table["id"] for table in exercises if "sides" in table.get("dose", ())]
    effects = draw(st.lists(_effects(offered, sided), max_size=6))
    rules = [draw(_rule(words, f"rule-{number}", effect)) for number, effect in enumerate(effects)]
    rules.append(draw(_rule(words, "offer", {"offer": offered})))
    if blocked:
        rules.append(_named("refused", "always", {"exclude": [f"id:{id_}" for id_ in blocked], "because": "Refused."}))
    checklist = {"id": "signs", "question": "Which of these?", "red_flag": words.red, "finding": words.listed}
    content: _Table = {
        "rulebook": {
            "id": "random",
            "version": "1",
            "title": "A random rulebook",
            "asking_order": [*(["signs"] if words.listed else []), *[table["id"] for _, table in words.alone]],
            "positions": ["standing"],
            "tags": ["hold"],
            "areas": ["low_back"],
            "stages": ["acute"],
            "higher_impact": ["hold"],
        },
        "messages": _MESSAGES,
        "region": _REGION,
        "checklist": [checklist] if words.listed else [],
        **{kind: [table for one, table in words.alone if one == kind] for kind in ("yes_no", "number", "choice")},
        "exercise": exercises,
        "set": [{"id": "core", "exercises": offered[:1]}],
        "rule": rules,
    }
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "rules.toml").write_text("\n".join(_lines(content)), encoding="utf-8")
        return attrs.evolve(load_rulebook(folder), path="random")


# -- the words ---------------------------------------------------------------------------------------------------------


@attrs.frozen
class _Words:
    """The findings: those of the one checklist, whether these are red flags, and those that stand alone."""

    listed: list[_Table]
    red: bool
    alone: list[tuple[str, _Table]]


@st.composite
def _words(draw: st.DrawFn) -> _Words:
    listed: list[_Table] = [
        {"id": f"sign_{number}", "text": f"Sign {number}"} for number in range(draw(st.integers(0, 4)))
    ]
    red = draw(st.booleans())
    if red and len(listed) > 1 and draw(st.booleans()):
        listed[0]["implies"] = ["sign_1"]
    alone: list[tuple[str, _Table]] = [
        ("yes_no", {"id": f"yes_{number}", "text": "Yes?", **draw(st.sampled_from(_KINDS_OF_YES))})
        for number in range(draw(st.integers(0 if listed else 1, 2)))
    ]
    gates = [None, *[table["id"] for table in listed[:1]], *[table["id"] for _, table in alone[:1]]]
    asked_if = draw(st.sampled_from(gates))
    gate = {"asked_if": asked_if} if asked_if else {}
    for number in range(draw(st.integers(0, 2))):
        step = draw(st.sampled_from([1, 0.5]))
        size = {"unit": "points", "minimum": 0, "maximum": 10, "step": step}
        alone.append(("number", {"id": f"number_{number}", "text": "How many?", **size, **gate}))
    if draw(st.booleans()):
        alone.append(("choice", {"id": "choice", "text": "Which?", "options": {"left": "Left", "right": "Right"}}))
    return _Words(listed, red, alone)


def _atoms(words: _Words, *, offers: bool) -> st.SearchStrategy[list[_Atom]]:
    """Some findings, each once, as atoms; a red flag stands under ``not`` in an offer and nowhere else."""
    names = [table["id"] for table in words.listed]
    choices = [st.just(_yes(name, absent=offers)) if words.red else _either(name) for name in names]
    for kind, table in words.alone:
        name = table["id"]
        if kind == "yes_no":
            choices.append(_either(name))
        elif kind == "number":
            choices.append(_comparison(name, table["step"]))
        else:
            choices.append(st.just(_Atom(f'{name} == "left"', {name: "left"}, {name: "right"})))
    gated = {place for place, (_, table) in enumerate(words.alone, len(names)) if "asked_if" in table}
    gates = {*names[:2], *[table["id"] for _, table in words.alone[:1]]}
    before = {place for place, name in enumerate([*names, *[table["id"] for _, table in words.alone]]) if name in gates}

    def drawn(places: list[int]) -> st.SearchStrategy[list[_Atom]]:
        behind = not gated.isdisjoint(places)  # who denies a gate cannot answer what is behind it
        kept = [place for place in places if not (behind and place in before - gated)]
        return st.tuples(*[choices[place] for place in kept]).map(list)

    return st.lists(st.integers(0, len(choices) - 1), unique=True, min_size=1, max_size=4).flatmap(drawn)


def _yes(name: str, *, absent: bool) -> _Atom:
    return _Atom(f"not {name}" if absent else name, {name: not absent}, {name: absent})


def _either(name: str) -> st.SearchStrategy[_Atom]:
    return st.booleans().map(lambda absent: _yes(name, absent=absent))


@st.composite
def _comparison(draw: st.DrawFn, name: str, step: float) -> _Atom:
    bound, op = draw(st.integers(1, 9)), draw(st.sampled_from(["<", "<=", ">", ">="]))
    one = 1 if step == 1 else step
    true = {"<": bound - one, "<=": bound, ">": bound + one, ">=": bound}[op]
    false = {"<": bound, "<=": bound + one, ">": bound, ">=": bound - one}[op]
    return _Atom(f"{name} {op} {bound}", {name: true}, {name: false})


@st.composite
def _conditions(draw: st.DrawFn, words: _Words, *, offers: bool) -> _Tree:
    trees: list[_Tree] = list(draw(_atoms(words, offers=offers)))
    while len(trees) > 1:
        size = draw(st.integers(2, len(trees)))
        form: Literal["and", "or", "count"] = draw(st.sampled_from(["and", "or", "count"]))
        trees = [_Joint(form, draw(st.integers(1, size)), tuple(trees[:size])), *trees[size:]]
    return trees[0]


# -- exercises and rules -----------------------------------------------------------------------------------------------


@st.composite
def _exercises(draw: st.DrawFn) -> list[_Table]:
    statuses = ["offered", *draw(st.lists(st.sampled_from(["offered", "blocked", "named_only"]), max_size=3))]
    return [draw(_exercise(f"move_{number}", status)) for number, status in enumerate(statuses)]


@st.composite
def _exercise(draw: st.DrawFn, id_: str, status: str) -> _Table:
    table = {"id": id_, "name": id_.replace("_", " ").capitalize(), "status": status, "evidence": "unverified"}
    if status != "offered":
        return table | {"why": "It is not for anybody."}
    doses = [{"minutes": [5, 30]}, {"repetitions": [5, 10], "hold_seconds": [3, 6], "sides": True}]
    return table | {
        "position": "standing",
        "tags": draw(st.sampled_from([[], ["hold"]])),
        "areas": ["low_back"],
        "from_stage": "acute",
        "muscles": ["back"],
        "steps": ["Move."],
        "progression": "Add one.",
        "dose": draw(st.sampled_from(doses)),
    }


def _effects(offered: list[str], sided: list[str]) -> st.SearchStrategy[_Table]:
    exercise = st.sampled_from(offered)
    selectors = st.one_of(
        st.sampled_from(["all", "outside:core"] if len(offered) > 1 else ["all"]), exercise.map("id:{}".format)
    )
    urgent = st.sampled_from(_LEVELS).map(lambda level: {"urgency": level, "suspects": "something"})
    limits: list[_Table] = [
        {"select": ["all"], "at_most": {"minutes": 10, "repetitions": 6}},
        {"select": ["all"], "halve": ["repetitions"]},
        {"select": ["all"], "rest_at_least": 20},
        {"select": ["all"], "start_at_most": {"minutes": 3, "repetitions": 2}},
        *[{"select": [f"id:{id_}"], "only": {"sides": [side]}} for id_ in sided for side in ("left", "right")],
    ]
    return st.one_of(
        urgent,
        selectors.map(lambda selector: {"exclude": [selector], "because": "It may harm."}),
        exercise.map(lambda id_: {"offer": [id_]}),
        st.sampled_from(limits).map(lambda limit: {"limit": limit}),
        selectors.map(lambda selector: {"caution": "Gently.", "select": [selector]}),
        st.booleans().map(lambda do: {"advise": "Drink enough.", "asks_to_do": do}),
        st.sampled_from(["move", "session", "everything"]).map(lambda scope: {"stop": scope, "say": "Stop."}),
        st.permutations(offered).map(lambda order: {"routine": order}),
    )


@st.composite
def _rule(draw: st.DrawFn, words: _Words, id_: str, effect: _Table) -> _Table:
    condition = draw(_conditions(words, offers=not effect.keys().isdisjoint(("offer", "routine"))))
    terms = condition.terms if isinstance(condition, _Joint) else (condition,)
    form = condition.form if isinstance(condition, _Joint) else ""
    fires = [term.true for term in terms] if form == "or" else [condition.true]
    spares = [term.false for term in terms] if form == "and" else [condition.false]
    return _named(id_, condition.text, effect) | {"fires": fires, "spares": spares}


def _named(id_: str, when: str, effect: _Table) -> _Table:
    title = id_.replace("-", " ").capitalize()
    return {"id": id_, "title": title, "when": when, "evidence": "unverified", **effect}


# -- TOML --------------------------------------------------------------------------------------------------------------


def _lines(content: Mapping[str, Any]) -> Iterator[str]:
    for kind, value in content.items():
        for table in value if isinstance(value, list) else [value]:
            yield f"[[{kind}]]" if isinstance(value, list) else f"[{kind}]"
            yield from (f"{key} = {_inline(inner)}" for key, inner in table.items())


def _inline(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_inline(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return json.dumps(value)
