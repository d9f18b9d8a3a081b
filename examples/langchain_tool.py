"""A LangChain chatbot: the model talks, the rules decide, and what must be said word for word is said by the program.

Install it with pip install 'backtriage[examples,language]'. ``Chatbot`` takes any chat model that calls tools:
``Chatbot(init_chat_model("..."), region="GB").hears("My back hurts")``.
"""

from __future__ import annotations

import contextlib
import json
from typing import Any

import backtriage as bt
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AnyMessage, HumanMessage, SystemMessage
from langchain_core.tools import BaseTool, StructuredTool

INSTRUCTIONS = """\
You help somebody with back or neck pain. You never judge urgency or exercises yourself: call the tool after every
message, with what the person has said. Ask what it wants to know, in your own warm words, one question a message.
The program shows what is marked word_for_word; do not repeat it and never soften it."""
MAX_ROUNDS = 5


class Chatbot:
    """One conversation. ``memory`` is plain data and holds the answers: keep it where you keep health data."""

    def __init__(self, model: BaseChatModel, *, region: str = "") -> None:
        self.memory = bt.Interview(region=region).to_dict()
        self.tool = triage_tool(self)
        self.model = model.bind_tools([self.tool])
        self.history: list[AnyMessage] = [SystemMessage(INSTRUCTIONS)]

    def hears(self, text: str) -> str:
        """What the person is shown in reply: the locked messages as they are, then the model's words if they pass."""
        self.history.append(HumanMessage(text))
        draft = self._draft()
        assessment = bt.Interview.from_dict(self.memory).assessment
        messages = assessment.messages()
        locked = "\n\n".join(message.text for message in messages if message.locked)
        with contextlib.suppress(bt.TextError):  # far too long
            if draft and not bt.check_reply(f"{locked}\n\n{draft}", assessment).problems:
                return f"{locked}\n\n{draft}"
        return "\n\n".join(message.text for message in messages)  # the rulebook's own words

    def _draft(self) -> str:
        for _ in range(MAX_ROUNDS):
            reply = self.model.invoke(self.history)
            self.history.append(reply)
            if not reply.tool_calls and not reply.invalid_tool_calls:
                return reply.text
            self.history += [self.tool.invoke(call) for call in reply.tool_calls]
            if reply.invalid_tool_calls:
                self.history.append(HumanMessage("(The arguments of that call were not JSON. Please call again.)"))
        return ""


def triage_tool(bot: Chatbot) -> BaseTool:
    """The tool. LangChain hands on whatever the model passes: ``call_tool`` checks it."""

    def assess(**said: Any) -> str:
        taken = bt.call_tool(said)
        if "problems" in taken:
            return json.dumps(taken)
        interview = bt.Interview.from_dict(bot.memory)
        try:
            if taken["answers"]:
                interview.answer(**taken["answers"])
        except bt.ProfileError as error:  # it contradicts what was said before
            return json.dumps({"problems": [str(problem) for problem in error.problems]})
        bot.memory = interview.to_dict()
        return json.dumps(bt.call_tool(interview.profile.to_dict(), region=interview.assessment.region))

    tool = bt.tool_schema()
    return StructuredTool.from_function(
        assess, name=tool["name"], description=tool["description"], args_schema=tool["parameters"]
    )
