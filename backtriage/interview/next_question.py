"""What an interview asks next, and what stands on a screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, Final

import attrs

from ..assessment import Assessment
from ..findings.finding import Choice, Finding, Number
from ..rulebook.rules import Urgency, Urgent
from ..triage import startback
from ..triage.next_step import OpenQuestion
from ..triage.open_questions import can_be
from .questions import Choices, InterviewQuestion, Phase

if TYPE_CHECKING:
    from ..triage.profile import Profile


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
    if first := _still_first(assessment.profile, choices.first):
        return Phase.SAFE, asking.alone(first[0])
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


def _still_first(profile: Profile, first: Sequence[str]) -> list[str]:
    """What is still to be asked about first: whatever is not known to be present, also where it was denied before."""
    known, gates_of = profile.known, profile.rulebook.vocabulary.gates_of
    return [
        id_
        for id_ in first
        if known.get(id_) is not True and not any(gate.holds(known) is False for gate in gates_of(id_))
    ]


def on_offer(
    phase: Phase,
    question: InterviewQuestion | None,
    assessment: Assessment,
    choices: Choices,
    wording: Mapping[str, str],
) -> Phase | None:
    """The voluntary part that can be taken up now: one that is offered, or was declined and still has something to ask.

    Args:
        phase: The part of the interview that is going on.
        question: What is asked in it.
        assessment: Of what is known.
        choices: What the person wants of the interview.
        wording: As for :func:`next_question`.
    """
    if question is not None and question.kind == "offer":
        return phase
    for declined in [phase for phase in Phase if phase in choices.declined]:
        phase, question = next_question(assessment, choices.accepting(declined), wording)
        if question is not None and phase is declined:
            return phase
    return None


def with_all_open(
    question: InterviewQuestion, assessment: Assessment, choices: Choices, wording: Mapping[str, str]
) -> InterviewQuestion:
    """The question as a group of everything that is open in its phase: a mapping may answer what comes later too."""
    asking = _Asking(assessment, choices.one_by_one, wording)
    entries = asking.startback() if question.phase is Phase.STARTBACK else assessment.questions
    asked = {part.id for part in question.parts or (question,)}
    more = [entry for entry in entries if entry.could_reach or question.phase is not Phase.SAFE]
    parts = [asking.part(entry, question.phase) for entry in more]
    later = [part for part in parts if part.id not in asked and asked.isdisjoint(part.findings)]
    return attrs.evolve(question, kind="group", parts=(*(question.parts or (question,)), *later))


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

        After a red flag come only lists of them; a red flag that stands on no list, and what is asked one by one, is
        alone.
        """
        reaches = {entry.question.id: entry.could_reach for entry in entries}
        order = self.vocabulary.asking_order
        parts: list[InterviewQuestion] = []
        for id_ in order[order.index(entries[0].question.id) :]:
            if id_ not in reaches:
                continue
            part = self._question(id_, reaches[id_], phase)
            if parts and not self._fits(part, id_, parts):
                break
            parts.append(part)
            if self._alone(id_):
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

    def _fits(self, part: InterviewQuestion, id_: str, before: Sequence[InterviewQuestion]) -> bool:
        full = sum([one.lines for one in before]) + part.lines > MOST_LINES
        return not (full or self._alone(id_) or (self._flagged(before[-1]) and not self._flagged(part)))

    def _flagged(self, question: InterviewQuestion) -> bool:
        return self.vocabulary.findings[question.findings[0]].red_flag

    def _alone(self, id_: str) -> bool:
        finding = self.vocabulary.findings.get(id_)
        return id_ in self.one_by_one or (finding is not None and finding.red_flag)

    def alone(self, id_: str) -> InterviewQuestion:
        """One finding, wherever it stands, as a question of its own."""
        there = dict.fromkeys((id_, *self.vocabulary.implied.get(id_, ())), True)
        known = {**self.profile.known, **there}
        levels = [
            rule.effect.level
            for rule in self.profile.rulebook.rules
            if isinstance(rule.effect, Urgent)
            and not rule.findings.isdisjoint(there)
            and rule.when.holds(known) is not False
        ]
        could_reach = max((level for level in levels if level > self.assessment.at_least), default=None)
        why = _WHY[could_reach] if could_reach else _WHY_FIRST
        return self._line(self.vocabulary.findings[id_], phase=Phase.SAFE, could_reach=could_reach, why=why)

    def _line(self, finding: Finding, first: str = "", **shared: Any) -> InterviewQuestion:
        """A line of a checklist as a question of its own: its list says what is asked of it."""
        checklist = self.vocabulary.checklists.get(finding.checklist or "")
        lead = (checklist.question, checklist.help) if checklist else ()
        help_ = " ".join(filter(None, (first, *lead, finding.help)))
        return _of_finding(finding, finding.text, help_, rules=self._rules([finding.id]), **shared)

    def part(self, entry: OpenQuestion, phase: Phase) -> InterviewQuestion:
        """One open question."""
        return self._question(entry.question.id, entry.could_reach, phase)

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
            return self._line(shown[0], ONE_AT_A_TIME if id_ in self.one_by_one else "", **shared)
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
        others = " and others" if len(waiting) > SHOWN_EXERCISES else ""
        return f"Your answer decides whether these exercises suit you: {', '.join(waiting[:SHOWN_EXERCISES])}{others}."

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
    """Those of some findings that are neither known nor unsure, and wait for no gate that an answer could still close.

    What stands behind a gate on its own checklist is so asked afterwards, never denied with the list.
    """
    known, unsure, gates_of = profile.known, profile.not_sure, profile.rulebook.vocabulary.gates_of
    open_ = [id_ for id_ in findings if id_ not in known and id_ not in unsure]
    return tuple([id_ for id_ in open_ if not any(can_be(gate, False, known, unsure) for gate in gates_of(id_))])


def worth_asking_alone(assessment: Assessment, question: InterviewQuestion) -> tuple[str, ...]:
    """The lines of a checklist to be asked one at a time of somebody who is not sure of it as a whole, where the
    rulebook wants that: those that could still mean the same day or worse."""
    checklist = assessment.profile.rulebook.vocabulary.checklists.get(question.id)
    if checklist is None or not checklist.one_by_one or question.kind != "checklist":
        return ()
    known = assessment.profile.known
    serious = [rule for rule in assessment.open if isinstance(rule.effect, Urgent) and _serious(rule.effect)]
    matter = {id_ for rule in serious for id_ in rule.when.waits_for(known)}
    return tuple([line for line in question.items if line in matter])[:MOST_ALONE]


def _serious(effect: Urgent) -> bool:
    return effect.level >= Urgency.SAME_DAY


MOST_ALONE: Final = 4
"""Lines of one checklist that are asked one at a time because somebody was not sure of it."""
ONE_AT_A_TIME: Final = "One line of the list at a time now:"
"""Before the question of a list that has been asked as a whole."""
MOST_LINES: Final = 12
"""Lines on a screen of more than one question."""
_DECIDES: Final[Mapping[Phase, tuple[str, ...]]] = {
    Phase.SAFE: ("urgency",),
    Phase.PLAN: ("exclude", "offer", "limit", "caution"),
    Phase.STARTBACK: (),
}
"""A line of a checklist is shown where it still matters to a rule with one of these effects."""
SHOWN_EXERCISES: Final = 3
_WHY_FIRST: Final = "What you wrote may mean this."
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
