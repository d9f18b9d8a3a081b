"""A Pydantic AI agent: triage is its tool, and no reply leaves it that the check would refuse.

Install it with pip install -e '.[examples,language]' and the extra of your model's provider, then
``await reply(Patient(region="GB"), "My back hurts", model="provider:name")``.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

import backtriage as bt
from pydantic_ai import Agent, ModelMessage, ModelRetry, RunContext, Tool
from pydantic_ai.models import Model

INSTRUCTIONS = """\
You help somebody with back or neck pain. You never judge urgency or exercises yourself: call the tool after every
message, with what the person has said. Ask what it wants to know, in your own warm words, one question a message.
The program shows what is marked word_for_word; do not repeat it and never soften it."""
LOG = logging.getLogger(__name__)


@dataclass
class Patient:
    """One conversation. ``memory`` is plain data and holds the answers: keep it where you keep health data."""

    region: str = ""
    memory: dict[str, Any] = field(default_factory=dict)
    history: list[ModelMessage] = field(default_factory=list)

    @property
    def interview(self) -> bt.Interview:
        return bt.Interview.from_dict(self.memory) if self.memory else bt.Interview(region=self.region)


def assess(context: RunContext[Patient], /, **said: Any) -> dict[str, Any]:
    """The tool. The arguments are the model's, checked by nobody before: ``call_tool`` does it."""
    taken = bt.call_tool(said)
    if "problems" in taken:
        return taken
    interview = context.deps.interview
    try:
        if taken["answers"]:
            interview.answer(**taken["answers"])
    except bt.ProfileError as error:  # it contradicts what was said before
        return {"problems": [str(problem) for problem in error.problems]}
    context.deps.memory = interview.to_dict()
    return bt.call_tool(interview.profile.to_dict(), region=context.deps.region)


SCHEMA = bt.tool_schema()
TOOL = Tool.from_schema(assess, SCHEMA["name"], SCHEMA["description"], SCHEMA["parameters"], takes_ctx=True)
AGENT = Agent(deps_type=Patient, instructions=INSTRUCTIONS, tools=[TOOL], retries=2)


@AGENT.output_validator
def checked(context: RunContext[Patient], draft: str) -> str:
    """The whole reply: the locked messages as they are, then the model's words, if the check finds nothing in them."""
    assessment = context.deps.interview.assessment
    locked = [message.text for message in assessment.messages() if message.locked]
    whole = "\n\n".join([*locked, draft])
    try:
        problems = bt.check_reply(whole, assessment).problems
    except bt.TextError as error:
        raise ModelRetry(str(error)) from None
    if problems:
        raise ModelRetry("Write it again. " + " ".join(f"{sorted(one.about)}: {one.hint}." for one in problems))
    return whole


async def reply(patient: Patient, text: str, model: Model | str) -> str:
    """What the person is shown; the rulebook's own words where the model's do not pass, or it fails."""
    try:
        run = await AGENT.run(text, deps=patient, model=model, message_history=patient.history)
    except Exception as error:  # noqa: BLE001 - whatever a provider raises: what has to be said does not wait for it
        LOG.warning("the model failed: %s", type(error).__name__)  # its words may hold the person's
        return "\n\n".join(message.text for message in patient.interview.assessment.messages())
    patient.history = run.all_messages()
    return run.output
