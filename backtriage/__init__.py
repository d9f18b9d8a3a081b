"""Back-pain triage from declarative, sourced rules.

>>> import backtriage as bt
>>> bt.assess(age=41, lower_back_pain=True, new_bowel_change=True).urgency
<Urgency.EMERGENCY: 'emergency'>

Not a medical device. Not reviewed by a clinician.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any, Final

from ._version import __version__
from .assessment import Assessment, assess
from .errors import (
    BacktriageError,
    EngineDisagreement,
    MissingExtra,
    Problem,
    ProfileError,
    RulebookError,
    TextError,
    UnknownName,
)
from .exercises import Exercise
from .findings import Answer
from .loading import default_rulebook
from .outcome import Action, ActionKind, Allowed, Cautioned, Excluded, OpenQuestion, Referral, Withheld
from .profile import Profile
from .rulebook import RuleBook
from .rulebooks import load_rulebook
from .rules import Rule, Urgency

if TYPE_CHECKING:
    from .conversation.chat_messages import ChatMessage
    from .conversation.interview import Interview, StaleAnswer
    from .conversation.questions import InterviewQuestion, Phase
    from .conversation.yes_no import read_yes_no
    from .figures import Figure, figure
    from .frames import assess_frame
    from .language import MessageReading, ReplyCheck, check_reply, read_message
    from .proofs import diff, verify
    from .sessions.exercise_session import ExerciseSession
    from .sessions.reassessing import reassess
    from .tools import call_tool
    from .tools.schemas import tool_schema

if sys.modules.get("hypothesis"):  # it came first, when it could not be told of us
    from .testing import registered as _registered  # noqa: F401 - importing it tells

__all__ = [
    "Action",
    "ActionKind",
    "Allowed",
    "Answer",
    "Assessment",
    "BacktriageError",
    "Cautioned",
    "ChatMessage",
    "EngineDisagreement",
    "Excluded",
    "Exercise",
    "ExerciseSession",
    "Figure",
    "Interview",
    "InterviewQuestion",
    "MessageReading",
    "MissingExtra",
    "OpenQuestion",
    "Phase",
    "Problem",
    "Profile",
    "ProfileError",
    "Referral",
    "ReplyCheck",
    "Rule",
    "RuleBook",
    "RulebookError",
    "StaleAnswer",
    "TextError",
    "UnknownName",
    "Urgency",
    "Withheld",
    "__version__",
    "assess",
    "assess_frame",
    "call_tool",
    "check_reply",
    "default_rulebook",
    "diff",
    "figure",
    "load_rulebook",
    "read_message",
    "read_yes_no",
    "reassess",
    "tool_schema",
    "verify",
]

_WHEN_USED: Final = {
    "ChatMessage": ".conversation.chat_messages",
    "ExerciseSession": ".sessions.exercise_session",
    "Figure": ".figures",
    "Interview": ".conversation.interview",
    "InterviewQuestion": ".conversation.questions",
    "MessageReading": ".language",
    "Phase": ".conversation.questions",
    "ReplyCheck": ".language",
    "StaleAnswer": ".conversation.interview",
    "assess_frame": ".frames",
    "call_tool": ".tools",
    "check_reply": ".language",
    "diff": ".proofs",
    "figure": ".figures",
    "read_message": ".language",
    "read_yes_no": ".conversation.yes_no",
    "reassess": ".sessions.reassessing",
    "tool_schema": ".tools.schemas",
    "verify": ".proofs",
}
"""Names that are imported when they are used: a plain assessment starts without them."""


def __getattr__(name: str) -> Any:
    if name not in _WHEN_USED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(importlib.import_module(_WHEN_USED[name], __name__), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_WHEN_USED})
