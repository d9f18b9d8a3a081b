"""What an overlay may add to a rulebook: what lies below stays as it is, and nothing new may pass for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs

from ...errors import Problem, did_you_mean, shown
from ..book import RuleBook
from ..rules import Offer, Urgent

if TYPE_CHECKING:
    from .overlay_tables import AddedMessagesTable, OverlayHeadTable
    from .tables import HeadTable, MessagesTable

JOINT: Final = "+"
"""Joins the ids and the versions of a rulebook and of the overlays upon it; no id holds it."""
NEVER_REPLACES: Final = "an overlay adds, it never replaces"
ID_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")
_ALIKE: Final = str.maketrans({"0": "o", "1": "l", "i": "l", "_": "", "-": ""})

_Complaint = tuple[str, str]


def is_id(text: str) -> bool:
    """Whether a text has the form of an id.

    >>> is_id("new_bladder_change"), is_id("New"), is_id("2b")
    (True, False, False)
    """
    return bool(text) and ID_CHARACTERS.issuperset(text) and text[0].isalpha()


def skeleton(id_: str) -> str:
    """What is left of an id for somebody who reads quickly: two with the same skeleton are taken for each other.

    >>> skeleton("rnild_side-1") == skeleton("mild-sidel")
    True
    """
    return id_.casefold().translate(_ALIKE).replace("rn", "m").replace("vv", "w")


def laid_on(below: HeadTable, head: OverlayHeadTable) -> tuple[HeadTable, list[_Complaint]]:
    """The head of a rulebook with an overlay upon it, and what is wrong with the overlay's."""
    wrong: list[_Complaint] = []
    if not is_id(head.id):
        wrong.append((f"overlay id {shown(head.id)}", "ids are a-z, 0-9, _ and -, a letter first"))
    if skeleton(head.id) in map(skeleton, below.id.split(JOINT)):
        wrong.append((f"overlay id {shown(head.id)} is or looks like that of what it extends", "give it its own"))
    if not head.version.strip() or JOINT in head.version:
        wrong.append((f"version {shown(head.version)}", f"not blank, and without {JOINT}"))
    order, unplaced = _asked(below.asking_order, head.asking_order)
    wrong += [(f"asking_order: nothing stands before `{id_}`", "name the question that it follows") for id_ in unplaced]
    both = attrs.evolve(
        below,
        id=f"{below.id}{JOINT}{head.id}",
        version=f"{below.version}{JOINT}{head.version}",
        title=f"{below.title}, with {head.title}",
        asking_order=order,
    )
    return both, wrong


def _asked(below: Sequence[str], added: Iterable[str]) -> tuple[tuple[str, ...], list[str]]:
    """The questions of both: each added one behind the one that it is named after; and those that follow none."""
    order, place, unplaced = list(below), None, []
    for id_ in added:
        if id_ in below:
            place = order.index(id_) + 1
        elif place is None:
            unplaced.append(id_)
        else:
            order.insert(place, id_)
            place += 1
    return tuple(order), unplaced


def said_on(below: MessagesTable, added: AddedMessagesTable) -> tuple[MessagesTable, list[_Complaint]]:
    """The messages of a rulebook with an overlay's beside them, and what is wrong with the overlay's."""
    together: dict[str, Any] = {}
    wrong: list[_Complaint] = []
    for name in attrs.fields_dict(type(added)):
        own, under = getattr(added, name), getattr(below, name)
        alike = {_heading(key): key for key in under}
        for key in own:
            if key in under:
                wrong.append((f"messages.{name}.{key} is there already", NEVER_REPLACES))
            elif like := alike.get(_heading(key)):
                wrong.append((f"messages.{name}.{key} looks like `{like}`", "give it its own"))
        together[name] = {**under, **own}
    return attrs.evolve(below, **together), wrong


def _heading(key: str) -> str:
    """What is left of a heading or key for somebody who reads quickly."""
    return skeleton("".join(filter(str.isalnum, key)))


def problems_of(book: RuleBook) -> Iterator[Problem]:
    """What is wrong with an overlay whose parts are well formed, and can be seen without a proof."""
    if (below := book.extends) is None:
        return
    for check in (_untagged, _relaxations, _hiding, _called_alike):
        yield from (Problem(where=where, what=what, hint=hint) for where, what, hint in check(book, below))


def _untagged(book: RuleBook, below: RuleBook) -> Iterator[tuple[str, str, str]]:
    """The exclusions below select by what an exercise does: one that says nothing of it would slip through."""
    for id_, exercise in book.exercises.items():
        if id_ not in below.exercises and exercise.status == "offered" and not set(exercise.tags) - {exercise.position}:
            where = f"{exercise.where}: exercise `{id_}`"
            yield where, "no tags", f"say how it moves and loads: the exclusions of {below.id} go by tags"


def _relaxations(book: RuleBook, below: RuleBook) -> Iterator[tuple[str, str, str]]:
    rules = {rule.id: rule for rule in book.rules}
    for one in book.relaxes:
        rule = rules.get(one.rule)
        if rule is None:
            continue  # it could not be read, and that is reported
        where = f"{rule.where}: rule `{rule.id}`"
        if one.exercise not in below.exercises:
            hint = did_you_mean(one.exercise, below.exercises)
            yield where, f"relaxes `{one.exercise}`, which is no exercise of {below.id}", hint
        elif not isinstance(rule.effect, Offer) or one.exercise not in rule.effect.exercises:
            yield where, f"relaxes `{one.exercise}` without offering it", "it stands beside the offer it is for"
        if one.source.id not in book.sources:
            hint = did_you_mean(one.source.id, book.sources)
            yield where, f"relaxes `{one.exercise}`: unknown source `{one.source.id}`", hint


def _hiding(book: RuleBook, below: RuleBook) -> Iterator[tuple[str, str, str]]:
    """Of two urgency rules that fire, one may speak for the other, or its locked message stand for the other's. A rule
    of an overlay does so for none below: its words stand beside theirs."""
    urgent = [(rule.id, rule.effect) for rule in below.rules if isinstance(rule.effect, Urgent)]
    ids = {rule.id for rule in below.rules}
    for rule in book.rules:
        if rule.id in ids or not isinstance(rule.effect, Urgent):
            continue
        where, mine = f"{rule.where}: rule `{rule.id}`", rule.effect
        for id_, theirs in urgent:
            if rule.within == id_ and mine.level is theirs.level:
                yield where, f"`within` hides the words of rule `{id_}` of {below.id}", "leave it out; both are said"
            if mine.locked and theirs.locked and _displaces(mine, theirs, [effect for _, effect in urgent]):
                hint = "give it a suspicion of its own; both are shown"
                yield where, f"its locked message hides that of rule `{id_}` of {below.id}", hint


def _displaces(mine: Urgent, theirs: Urgent, below: Iterable[Urgent]) -> bool:
    """Of one suspicion the worst locked message is shown; the rules below may let the same one displace another."""
    worse = {one.locked for one in below if one.suspects == theirs.suspects and one.level > theirs.level}
    return mine.suspects == theirs.suspects and mine.level > theirs.level and mine.locked not in worse


def _called_alike(book: RuleBook, below: RuleBook) -> Iterator[tuple[str, str, str]]:
    """Nothing new is called or asked as something below is: what is said of the one would be taken for the other's."""
    called = {_heading(one.name): id_ for id_, one in below.exercises.items()}
    for id_, exercise in book.exercises.items():
        if id_ not in below.exercises and (other := called.get(_heading(exercise.name))):
            where = f"{exercise.where}: exercise `{id_}`"
            yield where, f"is called as `{other}` of {below.id}", "give it a name of its own"
    asked = {_heading(one.text): id_ for id_, one in below.vocabulary.findings.items()}
    for id_, finding in book.vocabulary.findings.items():
        if id_ not in below.vocabulary.findings and (other := asked.get(_heading(finding.text))):
            yield f"finding `{id_}`", f"is asked as `{other}` of {below.id}", "ask for what is new in words of its own"
