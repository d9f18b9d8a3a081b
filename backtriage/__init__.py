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
from .findings.finding import Answer
from .loading import load_rulebook
from .rulebook.book import RuleBook
from .rulebook.exercises import Exercise
from .rulebook.reading import default_rulebook
from .rulebook.rules import Rule, Urgency
from .triage.next_step import Action, ActionKind, OpenQuestion, Referral
from .triage.outcome import Allowed, Cautioned, Excluded, Withheld
from .triage.profile import Profile

if TYPE_CHECKING:
    from .adapters.model_tool import call_tool
    from .adapters.model_tool.schemas import tool_schema
    from .episode.done import Did
    from .episode.episode import Episode
    from .episode.goals import Goal
    from .episode.later_contact import Reassessment
    from .episode.lines import EpisodeLine
    from .episode.phases import CheckIn
    from .episode.plan import Plan, plan
    from .episode.scheduling import Day, Move
    from .episode.second_contact import reassess
    from .episode.stores import EpisodeStore, FileStore, SQLiteStore, StaleEpisode
    from .figures import Figure, figure
    from .free_text import Heard, MessageReading, ReplyCheck, check_reply, read_message
    from .interview.interview import Interview, StaleAnswer
    from .interview.questions import InterviewQuestion, Phase
    from .interview.yes_no import read_yes_no
    from .presentation.chat_messages import ChatMessage
    from .readings.frames import assess_frame
    from .readings.proofs import diff, verify
    from .sessions.exercise_session import ExerciseSession

if sys.modules.get("hypothesis"):  # it came first, when it could not be told of us
    from .testing import registered as _registered  # noqa: F401 - importing it tells

__version__ = "0.1.0"

__all__ = [
    "Action",
    "ActionKind",
    "Allowed",
    "Answer",
    "Assessment",
    "BacktriageError",
    "Cautioned",
    "ChatMessage",
    "CheckIn",
    "Day",
    "Did",
    "EngineDisagreement",
    "Episode",
    "EpisodeLine",
    "EpisodeStore",
    "Excluded",
    "Exercise",
    "ExerciseSession",
    "Figure",
    "FileStore",
    "Goal",
    "Heard",
    "Interview",
    "InterviewQuestion",
    "MessageReading",
    "MissingExtra",
    "Move",
    "OpenQuestion",
    "Phase",
    "Plan",
    "Problem",
    "Profile",
    "ProfileError",
    "Reassessment",
    "Referral",
    "ReplyCheck",
    "Rule",
    "RuleBook",
    "RulebookError",
    "SQLiteStore",
    "StaleAnswer",
    "StaleEpisode",
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
    "plan",
    "read_message",
    "read_yes_no",
    "reassess",
    "tool_schema",
    "verify",
]

_WHEN_USED: Final = {
    "ChatMessage": ".presentation.chat_messages",
    "CheckIn": ".episode.phases",
    "Day": ".episode.scheduling",
    "Did": ".episode.done",
    "Episode": ".episode.episode",
    "EpisodeLine": ".episode.lines",
    "EpisodeStore": ".episode.stores",
    "ExerciseSession": ".sessions.exercise_session",
    "Figure": ".figures",
    "FileStore": ".episode.stores",
    "Goal": ".episode.goals",
    "Interview": ".interview.interview",
    "InterviewQuestion": ".interview.questions",
    "Heard": ".free_text",
    "MessageReading": ".free_text",
    "Move": ".episode.scheduling",
    "Phase": ".interview.questions",
    "Plan": ".episode.plan",
    "Reassessment": ".episode.later_contact",
    "ReplyCheck": ".free_text",
    "SQLiteStore": ".episode.stores",
    "StaleAnswer": ".interview.interview",
    "StaleEpisode": ".episode.stores",
    "assess_frame": ".readings.frames",
    "call_tool": ".adapters.model_tool",
    "check_reply": ".free_text",
    "diff": ".readings.proofs",
    "figure": ".figures",
    "plan": ".episode.plan",
    "read_message": ".free_text",
    "read_yes_no": ".interview.yes_no",
    "reassess": ".episode.second_contact",
    "tool_schema": ".adapters.model_tool.schemas",
    "verify": ".readings.proofs",
}
"""Names that are imported when they are used: a plain assessment starts without them."""


def __getattr__(name: str) -> Any:
    if name not in _WHEN_USED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(importlib.import_module(_WHEN_USED[name], __name__), name)
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
