"""A chatbot around an interview: words in, words out. The terminal, the web page or the messenger is left to you.

``Chatbot`` keeps nothing but plain data between two messages, so that it can live behind any server.
"""

from __future__ import annotations

import re
from typing import Any

import backtriage as bt

YES_NO = {"yes": True, "no": False, "not sure": None}


class Chatbot:
    """Asks one question a message. Its whole memory is ``memory``."""

    def __init__(self, region: str = "") -> None:
        self.memory = bt.Interview(region=region).to_dict()

    def says(self) -> str:
        """What it says now: what must be said word for word, the question, or the result."""
        iv = bt.Interview.from_dict(self.memory)
        said = [*(str(notice) for notice in iv.notices), *iv.assessment.action.locked]
        question = _one(iv.question)
        if question is None or question.kind == "offer" or iv.assessment.action.level:  # "be seen today" does not wait
            said.append(iv.assessment.action.message)
        return "\n".join([*said, *(_asked(question) if question else ())])

    def hears(self, text: str) -> str:
        """Take a reply and go on; what cannot be read is asked again, never guessed."""
        iv = bt.Interview.from_dict(self.memory)
        question = _one(iv.question)
        try:
            if text.strip().lower() == "back":
                iv.back()
            elif question is None:
                return "We are done. Say `back` to change an answer."
            elif text.strip().lower() == "stop":
                iv.stop()
            elif question is iv.question:
                iv.answer(_read(question, text))
            else:
                iv.answer({question.id: _read(question, text)})
        except (bt.ProfileError, UnreadableError) as error:
            return f"Sorry: {error}\n{self.says()}"
        self.memory = iv.to_dict()
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


def _read(question: bt.InterviewQuestion, text: str) -> Any:
    text = text.strip().lower()
    if text == "not sure":
        return None
    if question.kind == "checklist" and text == "none":
        return "none"
    if question.kind in ("yes_no", "offer"):
        if text not in YES_NO:
            raise UnreadableError("please say yes, no or not sure.")
        return YES_NO[text]
    if question.kind == "number" and re.fullmatch(r"\d{1,6}(\.\d)?", text):
        return float(text) if "." in text else int(text)
    numbers = re.split(r"[\s,]+", text) if re.fullmatch(r"\d{1,2}([\s,]+\d{1,2})*", text) else []
    ids = list(question.items or question.options)
    if not numbers or not ids or any(not 1 <= int(number) <= len(ids) for number in numbers):
        raise UnreadableError("please answer with numbers from the question.")
    chosen = [ids[int(number) - 1] for number in numbers]
    return chosen if question.kind == "checklist" else chosen[0]


def conversation(replies: list[str], region: str = "") -> str:
    """A whole conversation as text, replies marked with ``>``."""
    bot = Chatbot(region)
    lines = [bot.says()]
    for reply in replies:
        lines += [f"> {reply}", bot.hears(reply)]
    return "\n".join(lines)


if __name__ == "__main__":
    print(conversation(["4", "1"], region="GB"))  # low back, numb between the legs
