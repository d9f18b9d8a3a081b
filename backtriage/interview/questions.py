"""The questions of an interview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import attrs

from ..findings.frozen import frozen
from ..findings.ranked import Named
from ..rulebook.rules import Urgency

Kind: TypeAlias = Literal["checklist", "yes_no", "number", "choice", "group", "offer"]


class Phase(Named):
    """A part of an interview.

    >>> import backtriage as bt
    >>> bt.Interview().phase
    <Phase.SAFE: 'safe'>
    """

    SAFE = "safe"
    PLAN = "plan"
    STARTBACK = "startback"

    def __str__(self) -> str:
        return str(self.value)


@attrs.frozen(kw_only=True)
class InterviewQuestion:
    """One screen of an interview: a question, a group of questions that belong together, or an offer to go on.

    Attributes:
        id: The checklist, the finding, the ids of a group joined with ``+``, or the phase that is offered.
        kind: ``checklist``, ``yes_no``, ``number``, ``choice``, ``group`` (see ``parts``) or ``offer`` (a yes or no).
        phase: The part of the interview it belongs to.
        text: The question.
        help: How to understand it; may be empty.
        why: What the answer decides, for the person who is asked.
        could_reach: The worst urgency that its answers could lead to; ``None`` where they decide on exercises or words.
        items: For a checklist, finding to what stands on the list.
        item_help: For a checklist, finding to what its line means and what it does not mean; to be shown with the line.
        options: For a choice, the answer to its words.
        unit: For a number, what it counts; beside it ``minimum``, ``maximum`` and ``step``, of which answers are
            multiples: a whole step asks for an ``int``.
        parts: For a group, its questions.
        rules: Ids of the open rules that mention what is asked, the worst first.

    >>> import backtriage as bt
    >>> iv = bt.Interview()
    >>> iv.question.kind, [part.id for part in iv.question.parts]
    ('checklist', [])
    >>> iv.question.text, iv.question.items["neck_pain"]
    ('Where does it hurt or feel strange? Tick every place.', 'Neck')
    >>> print(iv.question.why)
    Your answer helps to tell whether you need a hospital now.
    """

    id: str
    kind: Kind
    phase: Phase
    text: str
    help: str = ""
    why: str
    could_reach: Urgency | None = None
    items: Mapping[str, str] = attrs.field(factory=dict, converter=frozen, hash=False)
    item_help: Mapping[str, str] = attrs.field(factory=dict, converter=frozen, hash=False)
    options: Mapping[str, str] = attrs.field(factory=dict, converter=frozen, hash=False)
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    parts: tuple[InterviewQuestion, ...] = ()
    rules: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[str, ...]:
        """The findings it answers, in the order they are shown."""
        if self.kind == "group":
            return tuple(finding for part in self.parts for finding in part.findings)
        if self.kind == "checklist":
            return tuple(self.items)
        return () if self.kind == "offer" else (self.id,)

    @property
    def lines(self) -> int:
        """How many lines there are to answer."""
        return sum([part.lines for part in self.parts]) or len(self.items) or 1

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data; what its kind does not have is left out."""
        always = ("id", "kind", "text", "help", "why")
        data: dict[str, Any] = {name: getattr(self, name) for name in always}
        data["phase"] = self.phase.value
        data["could_reach"] = self.could_reach.value if self.could_reach else None
        for name in ("items", "item_help", "options"):
            if words := getattr(self, name):
                data[name] = dict(words)
        if self.kind == "number":
            data |= {name: getattr(self, name) for name in ("unit", "minimum", "maximum", "step")}
        if self.parts:
            data["parts"] = [part.to_dict() for part in self.parts]
        return data | {"rules": list(self.rules)}


@attrs.frozen(kw_only=True)
class Choices:
    """What a person has chosen about the interview itself.

    Attributes:
        accepted: The voluntary phases they want.
        declined: The voluntary phases they do not want.
        one_by_one: The checklists they want to answer one line at a time.
        first: The findings to be asked about before everything else, in this order, and not answered since.
    """

    accepted: frozenset[Phase] = frozenset()
    declined: frozenset[Phase] = frozenset()
    one_by_one: frozenset[str] = frozenset()
    first: tuple[str, ...] = ()

    def accepting(self, phase: Phase) -> Choices:
        """The same choices, of somebody who wants a voluntary phase after all."""
        return attrs.evolve(self, accepted=self.accepted | {phase}, declined=self.declined - {phase})
