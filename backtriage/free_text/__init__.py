"""What somebody wrote: findings that a message suggests, and what is wrong with a drafted reply."""

from __future__ import annotations

from .reading import Aside, MessageReading, SetAside, Suggestion, read_message
from .replies import ReplyCheck, ReplyProblem, ReplyProblemKind, check_reply

__all__ = [
    "Aside",
    "MessageReading",
    "ReplyCheck",
    "ReplyProblem",
    "ReplyProblemKind",
    "SetAside",
    "Suggestion",
    "check_reply",
    "read_message",
]
