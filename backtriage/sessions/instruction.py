"""What comes back from a session: go on, or stop what, by which rule, for what reason, says who."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import attrs

from ..assessment import Assessment
from ..findings.ranked import Ranked
from ..findings.vocabulary import Question
from ..rulebook.rules import AnyRule
from ..rulebook.texts import Text, joined


class InstructionKind(Ranked):
    """What to do now; they compare, the worst is the greatest.

    ``pause``: do no exercise until the questions are answered, or the pain is back where it started.

    >>> InstructionKind.GO_ON < InstructionKind.STOP_MOVE < InstructionKind.EMERGENCY
    True
    """

    GO_ON = "go_on"
    PAUSE = "pause"
    STOP_MOVE = "stop_move"
    END_SESSION = "end_session"
    STOP_EVERYTHING = "stop_everything"
    EMERGENCY = "emergency"


HEADINGS: Final = {
    InstructionKind.GO_ON: "GO ON",
    InstructionKind.PAUSE: "PAUSE",
    InstructionKind.STOP_MOVE: "STOP THIS MOVE",
    InstructionKind.END_SESSION: "END THE SESSION",
    InstructionKind.STOP_EVERYTHING: "STOP ALL EXERCISE",
    InstructionKind.EMERGENCY: "STOP. EMERGENCY",
}
OVER: Final = "THE SESSION IS OVER"


@attrs.frozen(kw_only=True)
class Instruction:
    """What to do now in a session, by everything reported so far.

    Attributes:
        at: The time of the last report, in UTC.
        kind: What to do.
        move: The exercise that was being done; empty while none was.
        parts: What the person is told.
        rules: The rules behind it, with their reasons and sources, and the urgency rules that the session has brought
            up; none where nothing says stop and nothing has come up.
        leave_out: Ids of the exercises that a rule has stopped in this session: left out today.
        until_seen: Those of them that are left out until a professional has looked at them.
        questions: What to ask before anything new is begun.
        over: Whether the session is over.
        assessment: What the rules say about the person with what has been reported: the urgency, whom to see. It
            follows from findings alone: it may still allow a move that is in ``leave_out``.

    >>> import backtriage as bt
    >>> from datetime import UTC, datetime
    >>> nobody = list(bt.default_rulebook().vocabulary.checklists)
    >>> a = bt.assess(age=41, pain_score=2, pain_duration_days=9, lower_back_pain=True, denies=nobody)
    >>> told = bt.ExerciseSession(a).report(at=datetime(2026, 11, 21, 9, tzinfo=UTC), exercise_new_weakness=True)
    >>> told.kind, [rule.id for rule in told.rules]
    (<InstructionKind.STOP_EVERYTHING: 'stop_everything'>, ['stop-weakness', 'exercise-new-weakness'])
    """

    at: datetime
    kind: InstructionKind
    move: str
    parts: tuple[Text, ...]
    rules: tuple[AnyRule, ...]
    leave_out: tuple[str, ...]
    until_seen: tuple[str, ...]
    questions: tuple[Question, ...]
    over: bool = False
    assessment: Assessment = attrs.field(eq=False, repr=False)

    @property
    def text(self) -> str:
        """What the person is told, in one piece."""
        return joined(self.parts)

    @property
    def stops(self) -> bool:
        """Whether an exercise that is being done must not go on."""
        return self.kind is not InstructionKind.GO_ON

    @property
    def heading(self) -> str:
        """What to do in a few words, in capitals."""
        return OVER if self.over and not self.stops else HEADINGS[self.kind]

    def __str__(self) -> str:
        names = self.assessment.profile.rulebook.exercises
        move = f": {names[self.move].name}" if self.move and self.kind <= InstructionKind.STOP_MOVE else ""
        lines = [f"{self.heading}{move}", self.text]
        lines += [f"Asked: {question.text}" for question in self.questions]
        if self.leave_out and self.stops and not self.over:  # else the text says so
            lines.append(f"Left out: {'; '.join(names[id_].name for id_ in self.leave_out)}.")
        lines += [f"By {rule.id}: {', '.join(ref.id for ref in rule.sources) or rule.evidence}." for rule in self.rules]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """What to do as plain data. The assessment is given by its urgency, bounds and action."""
        action = self.assessment.to_dict()
        return {
            "at": self.at.isoformat(),
            "kind": self.kind.value,
            "heading": self.heading,
            "over": self.over,
            "move": self.move,
            "text": self.text,
            "rules": [
                {
                    "rule": rule.id,
                    "title": rule.title,
                    "because": rule.because,
                    "evidence": rule.evidence,
                    "sources": [ref.id for ref in rule.sources],
                }
                for rule in self.rules
            ],
            "leave_out": list(self.leave_out),
            "until_seen": list(self.until_seen),
            "questions": [one.to_dict() for one in self.questions],
            **{name: action[name] for name in ("urgency", "at_least", "could_be", "action", "referral")},
        }
