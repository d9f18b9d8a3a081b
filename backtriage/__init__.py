"""Back-pain triage from declarative, sourced rules.

>>> import backtriage as bt
>>> bt.assess(age=41, lower_back_pain=True, new_bowel_change=True).urgency
<Urgency.EMERGENCY: 'emergency'>

Not a medical device. Not reviewed by a clinician.
"""

from __future__ import annotations

import sys

from ._version import __version__
from .assessment import Action, ActionKind, Allowed, Assessment, Cautioned, Excluded, OpenQuestion, Referral, Withheld
from .chat_messages import ChatMessage
from .errors import (
    BacktriageError,
    EngineDisagreement,
    MissingExtra,
    Problem,
    ProfileError,
    RulebookError,
    TextError,
)
from .exercise_session import ExerciseSession
from .findings import Answer
from .frames import assess_frame
from .interview import Interview, StaleAnswer
from .language import MessageReading, ReplyCheck, check_reply, read_message
from .loading import default_rulebook, load_rulebook
from .profile import Profile
from .proofs import diff, verify
from .questions import InterviewQuestion, Phase
from .reassessing import reassess
from .rulebook import Exercise, RuleBook
from .rules import Rule, Urgency
from .triage import assess

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
    "Urgency",
    "Withheld",
    "__version__",
    "assess",
    "assess_frame",
    "check_reply",
    "default_rulebook",
    "diff",
    "load_rulebook",
    "read_message",
    "reassess",
    "verify",
]
