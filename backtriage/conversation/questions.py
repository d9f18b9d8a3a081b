"""What an interview asks next."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import attrs

from .. import startback
from ..assessment import Assessment
from ..findings import Choice, Finding, Number
from ..frozen import frozen
from ..outcome import OpenQuestion
from ..rules import Urgency, Urgent

if TYPE_CHECKING:
    from ..profile import Profile

Kind: TypeAlias = Literal["checklist", "yes_no", "number", "choice", "group", "offer"]


class Phase(enum.Enum):
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


# -- the next question ------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Choices:
    """What a person has chosen about the interview itself.

    Attributes:
        accepted: The voluntary phases they want.
        declined: The voluntary phases they do not want.
        one_by_one: The checklists they want to answer one line at a time.
    """

    accepted: frozenset[Phase] = frozenset()
    declined: frozenset[Phase] = frozenset()
    one_by_one: frozenset[str] = frozenset()


def next_question(
    assessment: Assessment, choices: Choices, wording: Mapping[str, str]
) -> tuple[Phase, InterviewQuestion | None]:
    """The phase, and what is asked in it; nothing is asked after an emergency.

    Args:
        assessment: Of what is known.
        choices: What the person wants of the interview.
        wording: The host's wording of the STarT Back items; none are asked without it.
    """
    if assessment.at_least is Urgency.EMERGENCY:
        return Phase.SAFE, None
    asking = _Asking(assessment, choices.one_by_one, wording)
    if raising := [entry for entry in assessment.questions if entry.could_reach]:
        return Phase.SAFE, asking.screen(raising, Phase.SAFE)
    phase = Phase.SAFE
    for voluntary, waiting in ((Phase.PLAN, assessment.questions), (Phase.STARTBACK, asking.startback())):
        if waiting and voluntary not in choices.declined:
            wanted = voluntary in choices.accepted
            return voluntary, asking.screen(waiting, voluntary) if wanted else asking.offer(voluntary)
        if voluntary in choices.accepted:
            phase = voluntary
    return phase, None


class _Asking:
    """The screens for one assessment."""

    def __init__(self, assessment: Assessment, one_by_one: frozenset[str], wording: Mapping[str, str]) -> None:
        self.assessment = assessment
        self.profile = assessment.profile
        self.vocabulary = assessment.profile.rulebook.vocabulary
        self.one_by_one = one_by_one
        self.wording = wording
        self._matter: dict[Phase, AbstractSet[str]] = {}

    def screen(self, entries: Sequence[OpenQuestion], phase: Phase) -> InterviewQuestion:
        """The first of some questions, with those that follow it in the order of asking, as far as a screen goes.

        Nothing else follows a red flag on its screen, and what is asked one by one is alone on one.
        """
        reaches = {entry.question.id: entry.could_reach for entry in entries}
        order = self.vocabulary.asking_order
        parts: list[InterviewQuestion] = []
        flagged = False
        for id_ in order[order.index(entries[0].question.id) :]:
            if id_ not in reaches:
                continue
            part = self._question(id_, reaches[id_], phase)
            was_flagged, flagged = flagged, self.vocabulary.findings[part.findings[0]].red_flag
            full = sum([one.lines for one in parts]) + part.lines > MOST_LINES
            if parts and (full or id_ in self.one_by_one or (was_flagged and not flagged)):
                break
            parts.append(part)
            if id_ in self.one_by_one:
                break
        if len(parts) == 1:
            return parts[0]
        worst = max((part.could_reach for part in parts if part.could_reach), default=None)
        return InterviewQuestion(
            id="+".join(part.id for part in parts),
            kind="group",
            phase=phase,
            text="A few questions that belong together",
            why=next(part.why for part in parts if part.could_reach is worst),
            could_reach=worst,
            parts=tuple(parts),
            rules=self._rules([finding for part in parts for finding in part.findings]),
        )

    def offer(self, phase: Phase) -> InterviewQuestion:
        """Whether to go on with a voluntary phase."""
        text, why = _OFFERS[phase]
        return InterviewQuestion(id=phase.value, kind="offer", phase=phase, text=text, help=_OFFER_HELP, why=why)

    def startback(self) -> list[OpenQuestion]:
        """The STarT Back items that can still change the group, for those whom the rulebook wants asked."""
        book, profile = self.profile.rulebook, self.profile
        asked = book.definitions.get(startback.ASKED)
        serious = self.assessment.could_be > Urgency.ROUTINE
        if not self.wording or serious or asked is None or asked.holds(profile.known) is not True:
            return []
        groups = startback.groups(profile.given) or startback.GROUPS
        if len(groups) == 1:
            return []
        items = startback.ITEMS if "low" in groups else startback.PSYCHOSOCIAL  # medium or high depends on these alone
        unknown = [id_ for id_ in items if id_ not in profile.given and id_ not in profile.not_sure]
        return [OpenQuestion(question=self.vocabulary.questions[id_], could_reach=None) for id_ in unknown]

    def _question(self, id_: str, could_reach: Urgency | None, phase: Phase) -> InterviewQuestion:
        checklist = self.vocabulary.checklists.get(id_)
        shared: dict[str, Any] = {"phase": phase, "could_reach": could_reach, "why": self._why(id_, could_reach, phase)}
        if checklist is None:
            finding = self.vocabulary.findings[id_]
            text = self.wording.get(id_, finding.text)
            return _of_finding(finding, text, finding.help, rules=self._rules([id_]), **shared)
        open_ = askable(self.profile, checklist.findings)
        shown = [self.vocabulary.findings[name] for name in open_ if name in self._mattering(phase)]
        if id_ in self.one_by_one or len(shown) == 1:
            line = shown[0]
            help_ = " ".join(filter(None, (checklist.question, checklist.help, line.help)))
            return _of_finding(line, line.text, help_, rules=self._rules([line.id]), **shared)
        return InterviewQuestion(
            id=id_,
            kind="checklist",
            text=checklist.question,
            help=checklist.help,
            items={line.id: line.text for line in shown},
            item_help={line.id: line.help for line in shown if line.help},
            rules=self._rules([line.id for line in shown]),
            **shared,
        )

    def _mattering(self, phase: Phase) -> AbstractSet[str]:
        """The findings that could still change something that a part of the interview is about."""
        if phase not in self._matter:
            known, found = self.profile.known, set[str]()
            kinds = _DECIDES[phase]
            open_ = [rule for rule in self.assessment.open if rule.effect.kind in kinds]
            more = {id_ for rule in open_ for id_ in rule.when.waits_for(known)}
            while more:
                found |= more
                gates = {gate for id_ in more for gate in self.vocabulary.gates_of(id_) if gate.holds(known) is None}
                more = {id_ for gate in gates for id_ in gate.waits_for(known)} - found
            implying = [id_ for id_, implied in self.vocabulary.implied.items() if not found.isdisjoint(implied)]
            self._matter[phase] = found.union(implying)
        return self._matter[phase]

    def _why(self, id_: str, could_reach: Urgency | None, phase: Phase) -> str:
        if could_reach:
            return _WHY[could_reach]
        if phase is Phase.STARTBACK:
            return _OFFERS[phase][1]
        waiting = [entry.exercise.name.lower() for entry in self.assessment.withheld if id_ in entry.waits_for]
        if len(waiting) > SHOWN_EXERCISES:
            waiting[SHOWN_EXERCISES:] = [f"{len(waiting) - SHOWN_EXERCISES} more"]
        return f"Your answer decides whether these exercises suit you: {', '.join(waiting)}."

    def _rules(self, findings: Iterable[str]) -> tuple[str, ...]:
        asked = frozenset(findings)
        return tuple([rule.id for rule in self.assessment.open if not rule.findings.isdisjoint(asked)])


def _of_finding(finding: Finding, text: str, help_: str, **shared: Any) -> InterviewQuestion:
    own: dict[str, Any] = {"kind": finding.kind}
    if isinstance(finding, Number):
        own |= {name: getattr(finding, name) for name in ("unit", "minimum", "maximum", "step")}
    elif isinstance(finding, Choice):
        own["options"] = finding.options
    return InterviewQuestion(id=finding.id, text=text, help=help_, **own, **shared)


def askable(profile: Profile, findings: Iterable[str]) -> tuple[str, ...]:
    """Those of some findings that are neither known nor unsure, and wait for no gate that can still be asked about.

    What stands behind a gate on its own checklist is so asked afterwards, never denied with the list.
    """
    known, unsure, gates_of = profile.known, profile.not_sure, profile.rulebook.vocabulary.gates_of
    return tuple(
        [
            id_
            for id_ in findings
            if id_ not in known and id_ not in unsure and all(gate.waits_for(known) <= unsure for gate in gates_of(id_))
        ]
    )


def worth_asking_alone(assessment: Assessment, question: InterviewQuestion) -> tuple[str, ...]:
    """The lines of a checklist to be asked one at a time of somebody who is not sure of it as a whole, where the
    rulebook wants that: those that could still mean the same day or worse."""
    checklist = assessment.profile.rulebook.vocabulary.checklists.get(question.id)
    if checklist is None or not checklist.one_by_one or question.kind != "checklist":
        return ()
    known = assessment.profile.known
    urgent = [rule for rule in assessment.open if isinstance(rule.effect, Urgent)]
    serious = [rule for rule in urgent if rule.effect.level >= max(Urgency.SAME_DAY, assessment.at_least)]
    matter = {id_ for rule in serious for id_ in rule.when.waits_for(known)}
    return tuple([line for line in question.items if line in matter])[:MOST_ALONE]


MOST_ALONE: Final = 4
"""Lines of one checklist that are asked one at a time because somebody was not sure of it."""
MOST_LINES: Final = 12
"""Lines on a screen of more than one question."""
_DECIDES: Final[Mapping[Phase, tuple[str, ...]]] = {
    Phase.SAFE: ("urgency",),
    Phase.PLAN: ("exclude", "offer", "limit", "caution"),
    Phase.STARTBACK: (),
}
"""A line of a checklist is shown where it still matters to a rule with one of these effects."""
SHOWN_EXERCISES: Final = 3
_WHY: Final = {
    Urgency.EMERGENCY: "Your answer helps to tell whether you need a hospital now.",
    Urgency.SAME_DAY: "Your answer helps to tell whether you should be seen today.",
    Urgency.SOON: "Your answer helps to tell whether you should be seen within days.",
    Urgency.ROUTINE: "Your answer helps to tell whether you need an ordinary appointment.",
    Urgency.SELF_CARE: "",
}
_OFFERS: Final = {
    Phase.PLAN: (
        "Shall we choose exercises that suit you?",
        "A few more answers decide which exercises suit you. They change nothing else.",
    ),
    Phase.STARTBACK: (
        "Would you like to answer some questions about how the pain affects you?",
        "Your answers tell how much help you are likely to need. They change nothing else.",
    ),
}
_OFFER_HELP: Final = "You need not. What you have been told so far stands."
