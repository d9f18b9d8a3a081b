"""What must be true of a rulebook as a whole: polarity, sources, cases, and every exercise reachable by its status."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

import attrs

from ...errors import Problem, ProfileError, did_you_mean, meant_or_known
from ...findings.conditions import ALWAYS, Absent, AnyOf, Present
from ...findings.door import Door
from ..book import RuleBook
from ..messages import PLACE, Region
from ..rules import AnyRule, Exclude, Offer, Urgency, Urgent
from .tables import ChoiceTable, MessagesTable, NumberTable, YesNoTable

UNREAD: Final = AnyOf(())
"""Stands for a condition that could not be read: that is reported, and nothing else about it."""
_Complaint = tuple[str, str]


def problems_of(book: RuleBook) -> Iterator[Problem]:
    """Everything that is wrong with a rulebook whose parts are well formed."""
    ids = {rule.id for rule in book.rules}
    for rule in book.rules:
        for what, hint in (
            *unsourced(rule, book),
            *_polarity(rule, book),
            *_links(rule, book, ids),
            *_words(rule),
            *_cases(rule, book),
        ):
            yield Problem(where=f"{rule.where}: rule `{rule.id}`", what=what, hint=hint)
    for id_, what in _gates(book):
        yield Problem(where=f"finding `{id_}`", what=what, hint="a red flag must never answer another question")
    for id_, what, hint in _exercises(book):
        yield Problem(where=f"{book.exercises[id_].where}: exercise `{id_}`", what=what, hint=hint)


def answers(finding: YesNoTable | NumberTable | ChoiceTable) -> Iterator[_Complaint]:
    """A number's range and step, and a choice's options, must allow some answer."""
    if isinstance(finding, NumberTable):
        if finding.minimum > finding.maximum:
            yield f"from {finding.minimum:g} to {finding.maximum:g}", "the minimum is above the maximum"
        if finding.step <= 0 or finding.step * 8 % 1:
            yield f"a step of {finding.step:g}", "1, or 0.5, 0.25 or 0.125, or a multiple of one of them"
    if isinstance(finding, ChoiceTable) and not finding.options:
        yield "no options", "a choice has at least one"


def messages(table: MessagesTable, asking_order: Collection[str]) -> Iterator[_Complaint]:
    """Every message that may be needed must be there, and hold no place that is not filled in."""
    for level in Urgency:
        if level not in table.levels:
            yield f"messages.levels.{level} is missing", "every level has its message"
    if not table.safety_net:
        yield "messages.safety_net is empty", "its first entry is shown where an emergency could not be ruled out"
    for heading, signs in table.safety_net.items():
        if not signs:
            yield f"messages.safety_net.{heading} has no signs", "name what to watch for, or leave the heading out"
    for name in table.history_only:
        if name not in asking_order:
            yield f"messages.history_only: unknown `{name}`", did_you_mean(name, asking_order)
    yield from _places("messages", attrs.asdict(table))


def countries(code: str, region: Region, others: Mapping[str, Region]) -> Iterator[_Complaint]:
    """Each country has one region that stands in for it, and that says so; and what people write stands for one."""
    meant = {name.casefold(): id_ for id_, other in others.items() for name in (id_, *other.also)}
    for name in (region.name, *region.also):
        if id_ := meant.get(name.casefold()):
            yield f"region {code}: `{name}` stands for {id_} already", "name it once"
    for country in region.countries:
        if taken := [id_ for id_, other in others.items() if country in other.countries]:
            yield f"region {code}: country `{country}` is one of {taken[0]}", "name it once"
    if region.countries and not region.notice:
        yield f"region {code}: no notice", "what somebody in one of its countries is told"


def _places(path: str, value: object) -> Iterator[_Complaint]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _places(f"{path}.{key}", inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _places(path, inner)
    elif isinstance(value, str) and not {"{", "}"}.isdisjoint(_unfilled(path, value)):
        hint = "{emergency}, {urgent}, {crisis} and {poison} are filled in, nothing else"
        yield f"{path}: a brace that stands for nothing", hint


def _unfilled(path: str, text: str) -> str:
    """What is left of a text once its places are filled; only whom to turn to first has one for whom to see."""
    text = PLACE.sub("", text)
    return text.replace("{see}", "") if path.endswith(".first") else text


def unsourced(thing: Any, book: RuleBook) -> Iterator[_Complaint]:
    """What is wrong with the sources of anything that cites some: a rule, an exercise, a guarantee."""
    if not thing.sources and thing.evidence != "unverified":
        yield "no source", 'cite one, or say evidence = "unverified"'
    for ref in thing.sources:
        statement = ref.id[:1] == "S" and ref.id[1:].isdigit() and len(ref.id) == 4
        if not statement and ref.id not in book.sources:
            yield f"unknown source `{ref.id}`", did_you_mean(ref.id, book.sources)


def told(book: RuleBook) -> Iterator[_Complaint]:
    """Messages name what is there: signs of the safety net, findings, locked messages; who only rings is told so."""
    said = book.messages
    signs = {sign for under in said.safety_net.values() for sign in under}
    findings = book.vocabulary.findings
    for sign, names in said.signs.items():
        if sign not in signs:
            yield f"messages.signs: `{sign}` is no sign of the safety net", meant_or_known(sign, signs)
        for name in names:
            if name not in findings:
                yield f"messages.signs.{sign}: unknown `{name}`", did_you_mean(name, findings)
    for key in (key for pair in said.in_emergency.items() for key in pair):
        if key not in said.locked:
            yield f"messages.in_emergency: unknown locked message `{key}`", meant_or_known(key, said.locked)
    ringing = [rule.id for rule in book.rules if isinstance(rule.effect, Urgent) and rule.effect.ring_only]
    if ringing and not said.levels[Urgency.EMERGENCY].ring_only:
        yield "messages.levels.emergency.ring_only is missing", f"`{ringing[0]}` needs it"


def _gates(book: RuleBook) -> Iterator[_Complaint]:
    """A red flag turned on would close the gate, and so make what is behind it absent."""
    findings = book.vocabulary.findings
    for id_ in findings:
        for gate in book.vocabulary.gates_of(id_):
            for atom in gate.atoms():
                if isinstance(atom, Absent) and findings[atom.finding].red_flag:
                    yield id_, f"asked only without the red flag `{atom.finding}`"


def _polarity(rule: AnyRule, book: RuleBook) -> Iterator[_Complaint]:
    """A red flag turned on may only make things worse; so it stands positively everywhere but in an offer, and there
    never."""
    leaves = list(rule.when.atoms())
    red = {atom.finding for atom in leaves if book.vocabulary.findings[atom.finding].red_flag}
    positive = {atom.finding for atom in leaves if isinstance(atom, Present)}
    negative = {atom.finding for atom in leaves if isinstance(atom, Absent)}
    effect = rule.effect.kind
    if effect in ("urgency", "exclude", "limit", "caution", "stop"):
        for finding in sorted(red & negative):
            yield (
                f"red flag `{finding}` under `not` in {effect}",
                "write the weaker rule without it: the worst level wins",
            )
    if effect in ("offer", "routine"):
        for finding in sorted(red & positive):
            yield f"red flag `{finding}` opens an {effect}", "a red flag must never allow more"
    if isinstance(rule.effect, Offer) and rule.when.holds({}) is True:
        yield "an offer that needs no evidence", "name what it is for"
    if isinstance(rule.effect, Urgent):
        for finding in sorted(positive & negative):
            yield f"`{finding}` both ways in one urgency rule", "split the rule"


def _links(rule: AnyRule, book: RuleBook, ids: set[str]) -> Iterator[_Complaint]:
    if rule.within is not None and rule.within not in ids:
        yield f"within unknown rule `{rule.within}`", did_you_mean(rule.within, ids)
    locked = rule.effect.locked if isinstance(rule.effect, Urgent) else ""
    if locked and locked not in book.messages.locked:
        yield f"unknown locked message `{locked}`", meant_or_known(locked, book.messages.locked)


def _words(rule: AnyRule) -> Iterator[_Complaint]:
    if not rule.title.strip():
        yield "a blank title", "it is printed"
    if isinstance(rule.effect, Urgent):
        yield from _places("because", rule.effect.why)
        yield from _places("see", [rule.effect.see, rule.effect.see_note])
        if rule.effect.see_note and not rule.effect.see:
            yield "`see_note` without `see`", "say whom to see"
    if rule.within == rule.id:
        yield "within itself", ""


def _cases(rule: AnyRule, book: RuleBook) -> Iterator[_Complaint]:
    if rule.when == UNREAD:
        return
    if rule.when != ALWAYS and not (rule.fires and rule.spares):
        yield "no case that fires, or none that is spared", "give both: one a disjunct, one a conjunct"
    for wanted, cases in ((True, rule.fires), (False, rule.spares)):
        for number, case in enumerate(cases, 1):
            label = f"case {number} of {'fires' if wanted else 'spares'}"
            try:
                value = rule.when.holds(closed(case, book))
            except ProfileError as error:
                for problem in error.problems:
                    yield f"{label}: {problem.where}: {problem.what}", problem.hint
                continue
            if value is not wanted:
                does = "leaves it open" if value is None else "fires" if value else "is spared"
                yield f"{label} {does}", ""


def closed(case: Mapping[str, Any], book: RuleBook) -> Mapping[str, Any]:
    """What is known of somebody who answers as a case says.

    Raises:
        ProfileError: With every problem of the answers.
    """
    door = Door(book.vocabulary)
    door.answers(case)
    return door.close().known


def _exercises(book: RuleBook) -> Iterator[tuple[str, str, str]]:
    offered = {id_ for rule in book.rules if isinstance(rule.effect, Offer) for id_ in rule.effect.exercises}
    always = {
        id_
        for rule in book.rules
        if isinstance(rule.effect, Exclude) and rule.when == ALWAYS
        for id_ in rule.effect.exercises
    }
    for id_, exercise in book.exercises.items():
        for what, hint in unsourced(exercise, book):
            yield id_, what, hint
        for other in exercise.instead:
            if other not in book.exercises:
                yield id_, f"instead: unknown exercise `{other}`", did_you_mean(other, book.exercises)
        if exercise.continues and exercise.continues not in book.exercises:
            hint = did_you_mean(exercise.continues, book.exercises)
            yield id_, f"continues: unknown exercise `{exercise.continues}`", hint
        if exercise.status == "offered" and id_ not in offered:
            yield id_, "no rule offers it", "write an offer, or make it named_only"
        if exercise.status == "offered" and id_ in always:
            yield id_, "an exclusion always stops it", "make it blocked"
        if exercise.status == "blocked" and id_ not in always:
            yield id_, "blocked, but no rule always excludes it", 'exclude it with when = "always"'
