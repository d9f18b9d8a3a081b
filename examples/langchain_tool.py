"""A LangChain chatbot: the model talks, the rules decide, and what must be said word for word is said by the program.

Install it with pip install -e '.[examples,language]'. ``Chatbot`` takes any chat model that calls tools:
``Chatbot(init_chat_model("..."), region="GB").hears("My back hurts")``.
"""

from __future__ import annotations

import contextlib
import json
import logging

import backtriage as bt
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolCall, ToolMessage
from langchain_core.tools import BaseTool, StructuredTool

INSTRUCTIONS = """\
You help somebody with back or neck pain. You never judge urgency or exercises yourself: call the tool after every
message, with what the person has said. Ask what it wants to know, in your own warm words, one question a message.
The program shows what is marked word_for_word; do not repeat it and never soften it."""
MAX_ROUNDS = 5
LOG = logging.getLogger(__name__)


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

    def assess(self, said: object) -> str:
        """What a call of the tool gives; what the model has passed, text that is no JSON too, is checked here."""
        taken = bt.call_tool(said)
        if "problems" in taken:
            return json.dumps(taken)
        interview = bt.Interview.from_dict(self.memory)
        try:
            if taken["answers"]:
                interview.answer(**taken["answers"])
        except bt.ProfileError as error:  # it contradicts what was said before
            return json.dumps({"problems": [str(problem) for problem in error.problems]})
        self.memory = interview.to_dict()
        return json.dumps(bt.call_tool(interview.profile.to_dict(), region=interview.assessment.region))

    def _draft(self) -> str:
        """The model's words; none where it fails, for what has to be said does not wait for it."""
        for _ in range(MAX_ROUNDS):
            try:
                reply = self.model.invoke(self.history)
            except Exception as error:  # noqa: BLE001 - whatever a provider raises
                LOG.warning("the model failed: %s", type(error).__name__)  # its words may hold the person's
                return ""
            if not reply.tool_calls and not reply.invalid_tool_calls:
                self.history.append(reply)
                return reply.text
            self.history += self._called(reply)
        return ""

    def _called(self, reply: AIMessage) -> list[AnyMessage]:
        """Calls of the tool and what each gives. No provider takes a history back in which a call has no answer or
        arguments that are no JSON: such a call is kept as one without arguments.
        """
        calls, answers = [], []
        for number, one in enumerate([*reply.tool_calls, *reply.invalid_tool_calls]):
            id_, whole = one["id"] or f"call_{len(self.history)}_{number}", isinstance(one["args"], dict)
            calls.append(ToolCall(name=self.tool.name, args=one["args"] if whole else {}, id=id_, type="tool_call"))
            answers.append(ToolMessage(self.assess(one["args"]), tool_call_id=id_))
        return [reply if calls == reply.tool_calls else AIMessage(reply.text, tool_calls=calls), *answers]


def triage_tool(bot: Chatbot) -> BaseTool:
    """The tool as the model is told of it."""
    tool = bt.tool_schema()
    return StructuredTool.from_function(
        lambda **said: bot.assess(said),
        name=tool["name"],
        description=tool["description"],
        args_schema=tool["parameters"],
    )
