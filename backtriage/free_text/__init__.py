"""What somebody wrote: findings that a message suggests, and what is wrong with a drafted reply."""

from __future__ import annotations

from .mentions import Aside
from .passing import InPassing
from .reading import read_message
from .replies import check_reply
from .reply_problems import ReplyCheck, ReplyProblem, ReplyProblemKind, Stance
from .suggested import Because, FoundBy, Heard, MessageReading, Reader, SetAside, Suggestion

__all__ = [
    "Aside",
    "Because",
    "FoundBy",
    "Heard",
    "InPassing",
    "MessageReading",
    "Reader",
    "ReplyCheck",
    "ReplyProblem",
    "ReplyProblemKind",
    "SetAside",
    "Stance",
    "Suggestion",
    "check_reply",
    "read_message",
]
