"""Which answers may be supposed to be otherwise, and what an assessment would say then.

What may be supposed is told from the vocabulary, and narrower where it could free somebody than where it warns:

* A finding that is unknown may be answered; to free somebody, a red flag only by its absence.
* A clearance may be given; a warning may end it.
* Any other finding that is absent may come. What is present is never taken back, whatever it is.
* A number or a choice may change. Time goes on and never back, and what is counted in years stays. What is asked behind
  a gate reports something that has happened: only a warning supposes it to be otherwise.
* A reported finding is never asked for: it is not supposed either, unless it was answered "not sure".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, Final

import attrs

from ..errors import ProfileError
from ..findings.conditions import Condition, NotApplicable, Value
from ..findings.finding import Choice, Finding, Number, YesNo
from ..findings.ranked import Named
from ..rulebook.book import RuleBook
from ..rulebook.rules import AnyRule, Urgency, Urgent
from ..rulebook.thresholds import conditions
from ..triage.deciding import decided
from ..triage.outcome import Decision
from .cells import Cell, cells, every_cell

_TIMES: Final = frozenset({"seconds", "minutes", "hours", "days", "weeks", "months"})
_FOR_LIFE: Final = "years"


class Kind(Named):
    """How an answer can come to be another one.

    Attributes:
        ANSWER: It is unknown: a question to be answered.
        CLEARANCE: A professional has to say so.
        COURSE: It is known, and can change as time passes.
    """

    ANSWER = "answer"
    CLEARANCE = "clearance"
    COURSE = "course"


@attrs.frozen(kw_only=True)
class Supposed:
    """One answer that is supposed.

    Attributes:
        finding: What it answers.
        kind: How it can come to be.
        was: What is known now; ``None`` if nothing is.
        answers: Every answer that does; of a number, the least and the greatest.
    """

    finding: Finding = attrs.field(hash=False)
    kind: Kind
    was: Value | None
    answers: Cell

    @property
    def answer(self) -> Value:
        """The one that is replayed: the number nearest to the one that is known, or the first."""
        first, last = self.answers[0], self.answers[-1]
        near: Value = first if self.was is None or not isinstance(self.finding, Number) else self.was
        return max(first, min(last, near)) if isinstance(self.finding, Number) else near


@attrs.frozen(kw_only=True)
class Supposition:
    """Some answers, and what an assessment would say if they were so.

    Attributes:
        supposed: The answers, in the order of asking.
        then: The assessment with these answers.

    >>> import backtriage as bt
    >>> supposing = Supposing(bt.assess(age=41))
    >>> Supposition(supposed=(supposing.supposed("pain_score", (7, 10)),), then=supposing.start).answers
    {'pain_score': 7}
    """

    supposed: tuple[Supposed, ...]
    then: Decision = attrs.field(eq=False, repr=False)

    @property
    def answers(self) -> dict[str, Value]:
        """Finding to answer, as ``Profile.with_`` takes them."""
        return {one.finding.id: one.answer for one in self.supposed}


class Outlook(Named):
    """What can be supposed for the better.

    Attributes:
        OPEN: There are answers that would do it.
        SEEN_FIRST: A rule that fired sends the person to be seen, and that comes before anything else.
        STANDS: Only by taking back what was said.
        NEVER: Not for anybody, whatever is answered.
        MANY: Not by answers to few questions; perhaps by answers to more.
        NOTHING: There is nothing better.
    """

    OPEN = "open"
    SEEN_FIRST = "seen_first"
    STANDS = "stands"
    NEVER = "never"
    MANY = "many"
    NOTHING = "nothing"


def comes_first(rule: AnyRule) -> bool:
    """Whether a rule sends somebody to be seen before anything else: nothing but an answer may decide it.

    That is every urgency rule but one of an ordinary appointment that leaves exercise as it is.

    >>> import backtriage as bt
    >>> [comes_first(bt.default_rulebook().rule(id_)) for id_ in ("ces-bladder", "severe-pain", "x-severe-pain")]
    [True, False, False]
    """
    effect = rule.effect
    return isinstance(effect, Urgent) and (effect.level > Urgency.ROUTINE or effect.exercise != "normal")


class Supposing:
    """What may be supposed about one person.

    Attributes:
        start: The assessment as it is.
        book: The rulebook.
        known: What is known of the person.
        unsure: The findings that were answered "not sure".
        order: Every finding, in the order of asking.

    >>> import backtriage as bt
    >>> supposing = Supposing(bt.assess(new_bladder_change=True, sepsis_signs=False))
    >>> [supposing.freeing(id_) for id_ in ("new_bladder_change", "sepsis_signs", "fever_or_shivers")]
    [(), (), ((False,),)]
    >>> [supposing.warning(id_) for id_ in ("new_bladder_change", "sepsis_signs", "fever_or_shivers")]
    [(), ((True,),), ((True,),)]
    """

    def __init__(self, start: Decision) -> None:
        self.start = start
        self.book = start.profile.rulebook
        self.known = start.profile.known
        self.unsure = tuple(id_ for id_ in sorted(start.profile.not_sure) if id_ not in self.known)
        self.order = _order(self.book)
        self._findings = self.book.vocabulary.findings
        self._comes_first = {rule for rule in (*start.because, *start.open) if comes_first(rule)}
        self._freeing: dict[str, tuple[Cell, ...]] = {}

    # -- what may be supposed -----------------------------------------------------------------------------------------

    def warning(self, id_: str) -> tuple[Cell, ...]:
        """The answers to a finding that a warning may suppose."""
        finding, was = self._findings[id_], self.known.get(id_)
        if isinstance(finding, YesNo):
            if was is None:
                return ((True,),) if finding.red_flag else ((False,), (True,))
            may = finding.clearance or not (was or finding.reported)
            return ((not was,),) if may and self._asked(id_) else ()
        every = every_cell(self.book, id_)
        return every if was is None else _other(finding, was, every) if self._asked(id_) else ()

    def freeing(self, id_: str) -> tuple[Cell, ...]:
        """The answers to a finding that somebody may be freed by."""
        if id_ not in self._freeing:
            self._freeing[id_] = tuple(self._may_free(id_))
        return self._freeing[id_]

    def _may_free(self, id_: str) -> tuple[Cell, ...]:
        finding, was = self._findings[id_], self.known.get(id_)
        if isinstance(finding, YesNo):
            if was is None:
                return ((False,),) if finding.red_flag else ((False,), (True,))
            may = not (was or finding.reported or finding.red_flag)
            return ((True,),) if may and self._asked(id_) else ()
        every = cells(finding, self._in_play)
        return every if was is None else () if self.book.vocabulary.gates_of(id_) else _other(finding, was, every)

    @cached_property
    def _in_play(self) -> tuple[Condition, ...]:
        """The conditions that what may free somebody could decide, or decide otherwise."""
        gated = {id_ for id_ in self.order if self.book.vocabulary.gates_of(id_)}
        stays = {id_: value for id_, value in self.known.items() if id_ not in gated and self._stays(id_, value)}
        return tuple(one for one in conditions(self.book) if one.holds(stays) is None)

    def _stays(self, id_: str, value: Value | NotApplicable) -> bool:
        finding = self._findings[id_]
        return isinstance(finding, YesNo) and (finding.red_flag or finding.reported or value is True)

    def _asked(self, id_: str) -> bool:
        """Whether its gates are open, or are opened by what comes with it; nothing reported comes in passing."""
        words = self.book.vocabulary
        with_it = [one for one in words.implied.get(id_, ()) if not self._findings[one].reported]
        known = {**self.known, **dict.fromkeys(with_it, True)}
        return all(gate.holds(known) is True for gate in words.gates_of(id_))

    # -- what would be said then --------------------------------------------------------------------------------------

    def then(self, chosen: Mapping[str, Cell]) -> Decision | None:
        """The assessment with one answer out of each cell; ``None`` where they contradict others."""
        if not chosen:
            return self.start
        try:
            profile = self.start.profile.with_({id_: self.supposed(id_, cell).answer for id_, cell in chosen.items()})
        except ProfileError:
            return None
        return decided(profile, made=type(self.start), engine="reference", region=self.start.region)

    def answered(self, chosen: Mapping[str, Cell], then: Decision) -> Decision | None:
        """The assessment with the answers to open questions alone; ``None`` where they contradict others."""
        answers = {id_: cell for id_, cell in chosen.items() if self.kind(id_) is Kind.ANSWER}
        return then if len(answers) == len(chosen) else self.then(answers)

    def waited_out(self, answered: Decision, then: Decision) -> list[AnyRule]:
        """The rules that come first and are done away with by more than the answers to open questions."""
        gone = {*answered.because, *answered.open}.difference(then.because, then.open)
        return [rule for rule in self.book.rules if rule in gone and rule in self._comes_first]

    def may_do_away_with(self, rule: AnyRule, ids: Iterable[str]) -> bool:
        """Whether answers to some findings may do away with a rule: if it comes first, only those to open questions."""
        return rule not in self._comes_first or all(self.kind(id_) is Kind.ANSWER for id_ in ids)

    def supposed(self, id_: str, answers: Cell) -> Supposed:
        """An answer that is supposed."""
        was = self.known.get(id_)
        known = None if isinstance(was, NotApplicable) else was
        return Supposed(finding=self._findings[id_], kind=self.kind(id_), was=known, answers=answers)

    def supposition(self, chosen: Mapping[str, Cell], then: Decision) -> Supposition:
        """Some answers with the assessment that they lead to."""
        supposed = tuple(self.supposed(id_, chosen[id_]) for id_ in self.order if id_ in chosen)
        return Supposition(supposed=supposed, then=then)

    def joined(self, id_: str, cells: Sequence[Cell]) -> Cell:
        """All the answers of some cells; numbers must hang together."""
        if isinstance(self._findings[id_], Number):
            return min(cell[0] for cell in cells), max(cell[-1] for cell in cells)
        return tuple(cell[0] for cell in cells)

    def side(self, id_: str, cell: Cell) -> bool:
        """Whether some numbers lie above the one that is known, which parts those that do not hang together."""
        was = self.known.get(id_)
        return isinstance(self._findings[id_], Number) and was is not None and cell[0] > was

    def contradicted(self, id_: str) -> dict[str, Cell]:
        """What a finding implies and is answered absent: it cannot come without these."""
        implied = self.implied(id_)
        without = {one: {id_: (True,), **{other: (True,) for other in implied if other != one}} for one in implied}
        return {one: (True,) for one in implied if self.then(without[one]) is None}

    def implied(self, id_: str) -> tuple[str, ...]:
        """What a finding implies, directly or through others."""
        return self.book.vocabulary.implied.get(id_, ())

    def kind(self, id_: str) -> Kind:
        """How the answer to a finding can come to be another one."""
        finding = self._findings[id_]
        if finding.clearance:
            return Kind.CLEARANCE
        return Kind.COURSE if id_ in self.known else Kind.ANSWER


@lru_cache(maxsize=16)
def _order(book: RuleBook) -> tuple[str, ...]:
    asked = [id_ for question in book.vocabulary.questions.values() for id_ in question.findings]
    return tuple(dict.fromkeys((*asked, *book.vocabulary.findings)))


def _other(finding: Number | Choice, was: Any, every: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The answers that one of today may change to."""
    if isinstance(finding, Choice):
        return tuple(cell for cell in every if was not in cell)
    if finding.unit == _FOR_LIFE:
        return ()
    return tuple(cell for cell in every if cell[0] > was or (cell[-1] < was and finding.unit not in _TIMES))
