"""A chatbot around an interview: words in, words out. The terminal, the web page or the messenger is left to you.

``Chatbot`` keeps nothing but plain data between two messages, so that it can live behind any server.
"""

from __future__ import annotations

import contextlib
import re
from typing import Any

import backtriage as bt

NONE = ("none", "none of these", "none of them", "none of the above")


class Chatbot:
    """Asks one question a message. Its whole memory is ``memory``: the interview, and what was asked last."""

    def __init__(self, region: str = "") -> None:
        self.memory: dict[str, Any] = {"interview": bt.Interview(region=region).to_dict(), "asked": ""}

    def says(self) -> str:
        """What it says now: what must be said word for word, the question, or the result."""
        iv = bt.Interview.from_dict(self.memory["interview"])
        said = [*(str(notice) for notice in iv.notices), *iv.assessment.action.locked]
        question = _one(iv.question)
        if question is None or question.kind == "offer" or iv.assessment.action.level:  # "be seen today" does not wait
            said.append(iv.assessment.action.message)
        self.memory["asked"] = question.id if question else ""
        return "\n".join([*said, *(_asked(question) if question else ())])

    def hears(self, text: str) -> str:
        """Take a reply to what was asked and go on; what cannot be read is asked again, never guessed."""
        iv = bt.Interview.from_dict(self.memory["interview"])
        question, words = _one(iv.question), text.lower().strip(" .!")
        try:
            if words == "back":
                iv.back()
            elif question is None:
                return "We are done. Say `back` to change an answer."
            elif words == "stop":
                iv.stop()
            elif question.id == self.memory["asked"]:  # and not another one, as after new rules
                answer = _read(question, words)
                iv.answer(answer if question is iv.question else {question.id: answer})
        except (bt.ProfileError, bt.TextError, UnreadableError) as error:
            return f"Sorry: {error}\n{self.says()}"
        self.memory["interview"] = iv.to_dict()
        return self.says()


class UnreadableError(ValueError):
    """A reply that is not understood."""


def _one(question: bt.InterviewQuestion | None) -> bt.InterviewQuestion | None:
    """The question, or the first one of a group: a chatbot asks one at a time."""
    return question.parts[0] if question and question.parts else question


def _asked(question: bt.InterviewQuestion) -> list[str]:
    lines = [" ".join(filter(None, (question.text, question.help))), question.why]
    for number, (id_, words) in enumerate((question.items or question.options).items(), start=1):
        meant = question.item_help.get(id_)  # never leave it out: it says what does not count, or what does
        lines.append(f"  {number}. {words} ({meant})" if meant else f"  {number}. {words}")
    hints = {
        "checklist": "The numbers of all that apply, `none`, or `not sure`",
        "choice": "One of the numbers, or `not sure`",
        "number": f"A number of {question.unit}, or `not sure`",
    }
    return [*lines, f"({hints.get(question.kind, 'yes, no, or not sure')}; or `stop`, to be told what to do now)"]


def _read(question: bt.InterviewQuestion, words: str) -> Any:
    if question.kind in ("yes_no", "offer"):
        return bt.read_yes_no(words)
    if question.kind == "checklist" and words in NONE:
        return "none"
    if question.kind == "number" and re.fullmatch(r"\d{1,6}(\.\d)?", words):
        return float(words) if "." in words else int(words)
    if not re.fullmatch(r"\d{1,2}([\s,]+(and\s+)?\d{1,2})*", words):
        return _not_sure(words)
    ids, numbers = list(question.items or question.options), [int(number) for number in re.findall(r"\d+", words)]
    if any(not 1 <= number <= len(ids) for number in numbers) or (question.kind == "choice" and len(numbers) > 1):
        raise UnreadableError("please answer with numbers from the question.")
    chosen = [ids[number - 1] for number in numbers]
    return chosen if question.kind == "checklist" else chosen[0]


def _not_sure(words: str) -> None:
    with contextlib.suppress(bt.TextError):
        if bt.read_yes_no(words) is None:
            return
    raise UnreadableError("please answer with numbers from the question.")


def conversation(replies: list[str], region: str = "") -> str:
    """A whole conversation as text, replies marked with ``>``."""
    bot = Chatbot(region)
    lines = [bot.says()]
    for reply in replies:
        lines += [f"> {reply}", bot.hears(reply)]
    return "\n".join(lines)


if __name__ == "__main__":
    print(conversation(["4", "1"], region="GB"))  # low back, numb between the legs
