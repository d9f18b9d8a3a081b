"""From a folder of rule files to a rulebook that cannot fail in evaluation, or to every reason why not."""

from __future__ import annotations

import contextlib
import copyreg
import hashlib
import importlib.resources
import json
import keyword
import os
import re
import weakref
from collections import Counter
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, Final

import attrs

from . import checking
from .conditions import Condition
from .errors import Problem, RulebookError, did_you_mean, shown
from .exercises import build_effect, build_exercise, impact_of
from .files import Placed, Problems, read_tables
from .findings import Checklist, Choice, Finding, Number, YesNo
from .messages import Messages
from .parsing import ConditionError, Meaning, parse
from .rulebook import Exercise, RuleBook, RulebookId
from .rules import AnyRule, Rule, Urgent
from .tables import EFFECT_KEYS, ChecklistTable, HeadTable, RuleTable
from .vocabulary import Vocabulary

_ID_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")
_WORDS: Final = frozenset({"checklist", "finding", "yes_no", "number", "choice", "definition"})
"""What stands in conditions and profiles by its id: these share one name space."""
_TAKEN: Final = frozenset(
    {"always", "count", "denies", "not_sure", "region", "engine", "rulebook", "id", "sid", *keyword.kwlist}
)
"""Ids that would be read as something else in a condition, in a profile, or by an engine."""
_FINDING_KINDS: Final = {"yes_no": YesNo, "number": Number, "choice": Choice}


def load_rulebook(path: str | os.PathLike[str], *, verified: bool = False) -> RuleBook:
    """Read and check the rulebook in a folder.

    Args:
        path: A folder of ``.toml`` files.
        verified: Refuse a rulebook of which not everything is proved that :func:`backtriage.verify` proves.

    Raises:
        RulebookError: With every problem of every file, each with file and line.
        MissingExtra: If it is to be verified and z3-solver is not installed.

    >>> load_rulebook("no/such/folder")
    Traceback (most recent call last):
    backtriage.errors.RulebookError: no/such/folder: no rule files; a rulebook is a folder of .toml files
    """
    book = _Loader(Path(path)).load()
    if verified:
        from . import proofs  # noqa: PLC0415 - it proves what is read here

        failed = [proof for proof in proofs.verify(book).proofs if proof.outcome is not proofs.Outcome.PROVED]
        if failed:
            raise RulebookError(
                Problem(where=proof.id, what=f"{proof.outcome}: {proof.title}", hint=proof.reason) for proof in failed
            )
    return book


def default_rulebook() -> RuleBook:
    """The rulebook that comes with the library, read once. Every thread gets the same one.

    >>> default_rulebook().id
    'backtriage'
    """
    return _default.get("") or _default.setdefault("", load_rulebook(default_rules()))


_default: dict[str, RuleBook] = {}
"""Filled without a lock, which a fork could leave locked: two threads at the start may both read, and one result
stays."""


def _again(path: str, digest: str) -> RuleBook:
    """The rulebook that was pickled, read again: a rulebook is its files.

    Raises:
        RulebookError: If they have changed since.
    """
    if path == str(default_rules()) and default_rulebook().digest == digest:
        return default_rulebook()
    book = _read_again.get(digest) or load_rulebook(path)
    if book.digest != digest:
        raise RulebookError([Problem(where=path, what="the rulebook has changed since it was pickled")])
    return _read_again.setdefault(digest, book)


_read_again: weakref.WeakValueDictionary[str, RuleBook] = weakref.WeakValueDictionary()


def _pickled(book: RuleBook) -> tuple[Any, ...]:
    return _again, (book.path, book.digest)


copyreg.pickle(RuleBook, _pickled)


def default_rules() -> Path:
    """The folder of the rulebook that comes with the library: inside the package, or beside it in a checkout."""
    packaged = Path(str(importlib.resources.files(__package__))) / "_rules"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / "rules"


class _Loader:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems = Problems()
        self.placed: dict[str, list[Placed]] = {}
        self.tables: dict[str, dict[str, Placed]] = {}
        self.ids: dict[str, dict[str, str]] = {}

    def load(self) -> RuleBook:
        for placed in read_tables(self.path, self.problems):
            self.placed.setdefault(placed.kind, []).append(placed)
        if not self.placed:
            self._stop_on_problems()
        head = self._one("rulebook")
        messages = self._one("messages")
        self._stop_on_problems()
        for what, hint in checking.messages(messages.table, head.table.asking_order):
            self._problem(messages.where, what, hint)
        vocabulary, definitions, names = self._words(head.table)
        self._stop_on_problems()
        exercises = self._exercises(head.table)
        sets = self._sets(exercises)
        rules = self._rules(names, exercises, sets)
        book = RuleBook(
            identity=RulebookId(id=head.table.id, version=head.table.version, digest=self._digest()),
            title=head.table.title,
            vocabulary=vocabulary,
            definitions=definitions,
            rules=rules,
            exercises=exercises,
            sets=sets,
            sources={id_: placed.table for id_, placed in self._by_id("source").items()},
            messages=Messages(**{name: getattr(messages.table, name) for name in attrs.fields_dict(Messages)}),
            regions=self._regions(),
            path=str(self.path),
        )
        for problem in checking.problems_of(book):
            self.problems.append(problem)
        self._stop_on_problems()
        return book

    # -- the words ----------------------------------------------------------------------------------------------------

    def _words(self, head: HeadTable) -> tuple[Vocabulary, dict[str, Condition], dict[str, Meaning]]:
        gates: dict[str, tuple[str, Placed]] = {}
        findings = {**self._listed(gates), **self._alone(gates)}
        self._stop_on_problems()
        names: dict[str, Meaning] = dict(findings)
        definitions = self._definitions(names)
        asked_if = {id_: self._condition(text, names, placed, "asked_if") for id_, (text, placed) in gates.items()}
        findings = {id_: _with_gate(finding, asked_if.get(id_)) for id_, finding in findings.items()}
        names.update(findings)
        checklists = {
            id_: Checklist(
                id=id_,
                question=placed.table.question,
                help=placed.table.help,
                findings=tuple(listed.id for listed in placed.table.finding),
                asked_if=asked_if.get(id_),
            )
            for id_, placed in self._by_id("checklist").items()
        }
        self._check_asking_order(head, findings, checklists)
        self._stop_on_problems()
        try:
            return (
                Vocabulary(findings=findings, checklists=checklists, asking_order=head.asking_order),
                definitions,
                names,
            )
        except CycleError as error:
            circle = error.args[1][1:]
            first = circle.index(min(circle))
            circle = [*circle[first:], *circle[: first + 1]]
            where = self.ids["word"][circle[0]]
            self._problem(where, "findings that are asked only if they are known", " <- ".join(circle))
            raise RulebookError(self.problems) from None

    def _listed(self, gates: dict[str, tuple[str, Placed]]) -> dict[str, Finding]:
        """The findings of the checklists; their gates are added to ``gates``."""
        findings: dict[str, Finding] = {}
        for id_, placed in self._by_id("checklist").items():
            checklist: ChecklistTable = placed.table
            if not 1 <= len(checklist.finding) <= 9:
                self._problem(placed.where, f"`{id_}` has {len(checklist.finding)} findings", "a checklist has 1 to 9")
            if checklist.asked_if is not None:
                gates[id_] = checklist.asked_if, placed
            for listed in checklist.finding:
                if not self._is_free("finding", listed.id, placed.where):
                    continue
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

    def _alone(self, gates: dict[str, tuple[str, Placed]]) -> dict[str, Finding]:
        """The findings that stand in no checklist; their gates are added to ``gates``."""
        findings: dict[str, Finding] = {}
        for kind, class_ in _FINDING_KINDS.items():
            for id_, placed in self._by_id(kind).items():
                for what, hint in checking.answers(placed.table):
                    self._problem(placed.where, f"{kind} `{id_}`: {what}", hint)
                keys = {key: getattr(placed.table, key) for key in attrs.fields_dict(type(placed.table))}
                if (gate := keys.pop("asked_if")) is not None:
                    gates[id_] = gate, placed
                findings[id_] = class_(**keys)
        return findings

    def _definitions(self, names: dict[str, Meaning]) -> dict[str, Condition]:
        """Definitions may use each other in any order, but not in a circle."""
        tables = self._by_id("definition")
        needs = {
            id_: [word for word in _words_of(placed.table.when) if word in tables] for id_, placed in tables.items()
        }
        order = TopologicalSorter(needs)
        with contextlib.suppress(CycleError):
            order.prepare()
        definitions: dict[str, Condition] = {}
        while ready := order.get_ready():
            for id_ in ready:
                definitions[id_] = names[id_] = self._condition(tables[id_].table.when, names, tables[id_], "when")
            order.done(*ready)
        for id_ in [id_ for id_ in tables if id_ not in definitions]:
            circle = [f"`{word}`" for word in needs[id_] if word not in definitions]
            self._problem(tables[id_].where, f"definition `{id_}` is circular", f"it needs {', '.join(circle)}")
        return definitions

    def _check_asking_order(
        self, head: HeadTable, findings: Mapping[str, Finding], checklists: Mapping[str, Checklist]
    ) -> None:
        where = self.placed["rulebook"][0].where
        alone = (id_ for id_, finding in findings.items() if finding.checklist is None)
        askable = dict.fromkeys((*checklists, *alone))
        for id_ in head.asking_order:
            if id_ not in askable:
                self._problem(where, f"asking_order: unknown `{id_}`", did_you_mean(id_, askable))
        times = Counter(head.asking_order)
        for id_ in askable:
            if times[id_] != 1:
                self._problem(where, f"asking_order: `{id_}` stands {times[id_]} times", "list it once")
        for id_, finding in findings.items():
            for implied in finding.implies if isinstance(finding, YesNo) else ():
                if not isinstance(findings.get(implied), YesNo):
                    what = f"`{id_}` implies `{implied}`, which is no yes or no"
                    self._problem(self.ids["word"][id_], what, did_you_mean(implied, findings))

    # -- exercises, rules, regions ------------------------------------------------------------------------------------

    def _exercises(self, head: HeadTable) -> dict[str, Exercise]:
        exercises = {}
        for id_, placed in self._by_id("exercise").items():
            exercise, wrong = build_exercise(placed.table, head, placed.where)
            exercises[id_] = exercise
            for what, hint in wrong:
                self._problem(placed.where, f"exercise `{id_}`: {what}", hint)
        return impact_of(exercises, head.higher_impact)

    def _sets(self, exercises: Mapping[str, Exercise]) -> dict[str, tuple[str, ...]]:
        sets = {}
        for id_, placed in self._by_id("set").items():
            sets[id_] = placed.table.exercises
            for name in placed.table.exercises:
                if name not in exercises:
                    self._problem(
                        placed.where, f"set `{id_}`: unknown exercise `{name}`", did_you_mean(name, exercises)
                    )
        return sets

    def _rules(
        self, names: Mapping[str, Meaning], exercises: Mapping[str, Exercise], sets: Mapping[str, tuple[str, ...]]
    ) -> tuple[AnyRule, ...]:
        rules = []
        for id_, placed in self._by_id("rule").items():
            table: RuleTable = placed.table
            effects = [key for key in EFFECT_KEYS if getattr(table, key) is not None]
            if len(effects) != 1:
                self._problem(
                    placed.where, f"rule `{id_}` has {len(effects)} effects", f"one of {', '.join(EFFECT_KEYS)}"
                )
                continue
            for key in (key for effect in EFFECT_KEYS for key in EFFECT_KEYS[effect] if effect != effects[0]):
                if key in placed.raw:
                    self._problem(placed.where, f"rule `{id_}`: `{key}` does not go with `{effects[0]}`")
            effect, wrong = build_effect(effects[0], table, exercises, sets, self.placed["messages"][0].table.suspects)
            for what, hint in wrong:
                self._problem(placed.where, f"rule `{id_}`: {what}", hint)
            if effect is None:
                continue
            rules.append(
                Rule(
                    id=id_,
                    title=table.title,
                    text=table.when,
                    when=self._condition(table.when, names, placed, "when"),
                    effect=effect,
                    because=table.because,
                    sources=table.sources,
                    evidence=table.evidence,
                    judgement=table.judgement,
                    settles=table.settles,
                    within=table.within,
                    fires=tuple({**table.given, **case} for case in table.fires),
                    spares=tuple({**table.given, **case} for case in table.spares),
                    where=placed.where,
                )
            )
        return tuple(sorted(rules, key=_worst_first))

    def _regions(self) -> dict[str, Any]:
        regions: dict[str, Any] = {}
        for placed in self.placed.get("region", []):
            for code in [code for code in placed.table if code in regions]:
                self._problem(placed.where, f"a second [region.{code}] table", "give it once")
            regions.update(placed.table)
        if "" in regions or "none" not in regions:
            self._problem(self.placed["rulebook"][0].where, "no region `none`", "it is used where no region is given")
        return {("" if code == "none" else code): region for code, region in regions.items()}

    # -- help ---------------------------------------------------------------------------------------------------------

    def _by_id(self, kind: str) -> dict[str, Placed]:
        """The tables of a kind by id; a duplicate or unusable id is a problem, and the first one stays."""
        if kind not in self.tables:
            found = self.placed.get(kind, [])
            free = [placed for placed in found if self._is_free(kind, placed.table.id, placed.where)]
            self.tables[kind] = {placed.table.id: placed for placed in free}
        return self.tables[kind]

    def _is_free(self, kind: str, id_: str, where: str) -> bool:
        """Whether an id can be used and is not used yet; from now on it is."""
        used = self.ids.setdefault("word" if kind in _WORDS else kind, {})
        if not id_ or not _ID_CHARACTERS.issuperset(id_) or not id_[0].isalpha():
            self._problem(where, f"{kind} id {shown(id_)}", "ids are a-z, 0-9, _ and -, a letter first")
        elif kind in _WORDS and (id_ in _TAKEN or "-" in id_):
            self._problem(where, f"{kind} id `{id_}`", "it would be read as something else in a condition or profile")
        elif id_ in used:
            self._problem(where, f"duplicate {kind} id `{id_}`", f"first used at {used[id_]}")
        else:
            used[id_] = where
            return True
        return False

    def _condition(self, text: str, names: Mapping[str, Meaning], placed: Placed, key: str) -> Condition:
        try:
            return parse(text, names)
        except ConditionError as error:
            where = f"{placed.where}: {placed.kind} `{placed.table.id}`.{key}, column {error.column}"
            self._problem(where, error.what, error.hint)
            return checking.UNREAD

    def _one(self, kind: str) -> Placed:
        found = self.placed.get(kind, [])
        if len(found) == 1:
            return found[0]
        if not found and not self.problems:  # otherwise it may be there, among what could not be read
            self._problem(str(self.path), f"no [{kind}] table", f"one file holds it, as {kind}.toml does")
        for placed in found[1:]:
            self._problem(placed.where, f"a second [{kind}] table", f"first given at {found[0].where}")
        return Placed(kind, None, {}, "")

    def _digest(self) -> str:
        """SHA-256 over the content as read: comments, white space and the names of the files do not count."""
        content = {kind: [placed.raw for placed in tables] for kind, tables in sorted(self.placed.items())}
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()

    def _problem(self, where: str, what: str, hint: str = "") -> None:
        self.problems.append(Problem(where=where, what=what, hint=hint))

    def _stop_on_problems(self) -> None:
        if self.problems:
            raise RulebookError(self.problems)


def _words_of(text: str) -> Iterable[str]:
    """The words of a condition, each once, in order."""
    return dict.fromkeys(re.findall(r"\w+", text))


def _with_gate(finding: Finding, gate: Condition | None) -> Finding:
    return attrs.evolve(finding, asked_if=gate) if gate is not None else finding


def _worst_first(rule: AnyRule) -> int:
    return -rule.effect.level.rank if isinstance(rule.effect, Urgent) else 1
