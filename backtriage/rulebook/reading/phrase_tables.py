"""The tables of ``language/*.toml``: what people say for findings and exercises, and what changes what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

import attrs

from ..rules import Urgency

CueKind: TypeAlias = Literal[
    "negated", "other_person", "past", "long", "imagined", "forbidden", "no_promise", "refused"
]
PromiseKind: TypeAlias = Literal["cure", "relief", "fine"]
UnsafeKind: TypeAlias = Literal["through_pain", "dissuasion", "delay"]
Figure: TypeAlias = Literal["hold_seconds", "repetitions", "sets", "sessions_per_day", "days_per_week", "minutes"]
"""The figures of a :class:`Dose`."""


@attrs.frozen(kw_only=True)
class WordsTable:
    """``[[words]]``: a group of phrases that mean the same; it may use the groups above it.

    Attributes:
        id: Its name in phrases.
        any: The phrases.
        of_replies: It is looked for in replies alone: what a message is read from stays as it was learned.
    """

    id: str
    any: tuple[str, ...]
    of_replies: bool = False


@attrs.frozen(kw_only=True)
class CueTable:
    """``[[cue]]``: see :class:`Cue`."""

    id: CueKind
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    reach: int
    commas: Literal["cross", "end", "list"]
    overlaps: bool = False


@attrs.frozen(kw_only=True)
class FindingTable:
    """``[[finding]]``: what people say for a finding.

    Attributes:
        id: The finding.
        present: What says that it is there.
        absent: What says that it is not, without a *no*: "my bladder is fine".
        unless: What looks like it and is not; in a table without ``present`` what looks like a denial and is none.
        old: The finding that it is instead when it has been there for long.
        recent: It counts only while it is new.
        ever: It counts in the past, too.
        worry_counts: It counts where it is only imagined, too: nobody wonders idly whether they might end their life.
        one_breath: No comma and no *and* stands between its words.
        of_a_child: It counts of somebody else, too: a child does not write for itself.
        topics: Groups of words of which each has to be said somewhere in the message: a pregnancy; a fall and the neck.
            A finding may have several tables.
    """

    id: str
    present: tuple[str, ...]
    absent: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    old: str = ""
    recent: bool = False
    ever: bool = False
    worry_counts: bool = False
    one_breath: bool = False
    of_a_child: bool = False
    topics: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class ExerciseTable:
    """``[[exercise]]``: what people call one exercise, or several by one name."""

    id: tuple[str, ...]
    names: tuple[str, ...]
    unless: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class PromiseTable:
    """``[[promise]]``: what no reply may promise."""

    id: PromiseKind
    says: tuple[str, ...]
    unless: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class UnsafeTable:
    """``[[unsafe]]``: what a reply may not say.

    Attributes:
        id: What it does: it has somebody go on through pain, dissuades from care, or delays it.
        says: What says so.
        unless: What looks like it and is not.
        at: At which levels it is unsafe; at every one, where none is named.
        possible: So it is where they are only possible, too, while questions are open.
    """

    id: UnsafeKind
    says: tuple[str, ...]
    unless: tuple[str, ...] = ()
    at: tuple[Urgency, ...] = ()
    possible: bool = False


@attrs.frozen(kw_only=True)
class MedicineTable:
    """``[[medicine]]``: what people call a medicine, or say for how much of one is taken.

    Attributes:
        id: Its name in this rulebook.
        names: What it is called.
        unless: What looks like it and is not.
    """

    id: str
    names: tuple[str, ...]
    unless: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class AmountTable:
    """``[[amount]]``: how people say how much of an exercise.

    Attributes:
        figure: The figure of a dose that it gives.
        says: What gives it; the first number in it is meant.
        unless: What looks like it and is not.
        value: What it stands for, where it holds no number: "twice a day".
        times: What the number is multiplied by: 60 where hours are minutes.
        total: It is what a whole day holds, not a session: "50 times a day".
    """

    figure: Figure
    says: tuple[str, ...]
    unless: tuple[str, ...] = ()
    value: int = 0
    times: int = 1
    total: bool = False


@attrs.frozen(kw_only=True)
class LanguageFile:
    """A file of ``language/``.

    Attributes:
        numbers: Words for numbers; of what is not here nothing is known.
        names: What programs call findings, checklists and exercises: hints name what it stands for.
    """

    words: tuple[WordsTable, ...] = ()
    cue: tuple[CueTable, ...] = ()
    finding: tuple[FindingTable, ...] = ()
    exercise: tuple[ExerciseTable, ...] = ()
    promise: tuple[PromiseTable, ...] = ()
    unsafe: tuple[UnsafeTable, ...] = ()
    medicine: tuple[MedicineTable, ...] = ()
    amount: tuple[AmountTable, ...] = ()
    numbers: Mapping[str, int] = attrs.field(factory=dict)
    contractions: Mapping[str, str] = attrs.field(factory=dict)
    names: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
