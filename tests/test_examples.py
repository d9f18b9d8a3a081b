"""The programs in examples/, each in its own framework and offline: with its test model, or its transport replaced."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
from pathlib import Path

import backtriage as bt
import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"
EMERGENCY = bt.assess(new_bladder_change=True, region="GB").messages()[0].text
NUMB = {"new_bladder_change": True}
BAD_DRAFT = "It is nothing serious. Do ten sit-ups a day."


def needs(module):
    pytest.importorskip(module, reason=f"no {module}: pip install 'backtriage[examples]'")
    for extra in ("rapidfuzz", "spellchecker"):
        pytest.importorskip(extra, reason=f"no {extra}: pip install 'backtriage[language]'")


def example(name):
    spec = importlib.util.spec_from_file_location(f"example_{name}", EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # a dataclass looks itself up there
    spec.loader.exec_module(module)
    return module


# -- LangChain -------------------------------------------------------------------------------------------------------


def langchain_bot(*replies: object):
    """The chatbot around a model that says what is scripted: a text, or the arguments of a call of the tool."""
    needs("langchain_core")
    from langchain_core.language_models import GenericFakeChatModel  # noqa: PLC0415 - an extra
    from langchain_core.messages import AIMessage  # noqa: PLC0415
    from langchain_core.utils.function_calling import convert_to_openai_tool  # noqa: PLC0415

    told = []

    class Scripted(GenericFakeChatModel):
        def bind_tools(self, tools, **_: object):
            told.extend(convert_to_openai_tool(tool) for tool in tools)
            return self

    def message(reply):
        if isinstance(reply, str):
            return AIMessage(reply)
        return AIMessage("", tool_calls=[{"name": "assess_back_pain", "args": reply, "id": "call"}])

    bot = example("langchain_tool").Chatbot(Scripted(messages=map(message, replies)), region="GB")
    return bot, told


def test_langchain_shows_the_locked_message_first_and_then_the_models_words():
    bot, _ = langchain_bot(NUMB, "Please go now, and take somebody with you.")
    reply = bot.hears("My back hurts and I can't feel when I wee")
    assert reply.startswith(EMERGENCY)
    assert reply.endswith("Please go now, and take somebody with you.")


def test_langchain_tells_the_model_our_own_schema():
    _, told = langchain_bot()
    assert told[0]["function"]["name"] == bt.tool_schema()["name"]
    assert set(told[0]["function"]["parameters"]["properties"]) == set(bt.tool_schema()["parameters"]["properties"])


def test_langchain_replaces_words_that_promise_too_much_by_the_rulebooks():
    bot, _ = langchain_bot(NUMB, BAD_DRAFT)
    assert bot.hears("I can't feel when I wee") == "\n\n".join(
        message.text for message in bt.assess(NUMB, region="GB").messages()
    )


def test_langchain_replaces_words_without_end_by_the_rulebooks():
    bot, _ = langchain_bot(NUMB, "go " * 10_000)
    assert bot.hears("I can't feel when I wee").startswith(EMERGENCY)


def test_langchain_gives_bad_arguments_back_to_the_model_and_keeps_nothing_of_them():
    bot, _ = langchain_bot({"age": "forty", "bladder": True}, {"age": 40}, "How long has it hurt?")
    assert bot.hears("I am forty").endswith("How long has it hurt?")
    problems = json.loads(bot.history[3].content)["problems"]
    assert [problem["where"] for problem in problems] == ["age", "bladder"]
    assert bt.Interview.from_dict(bot.memory).profile == bt.Profile(age=40)


def test_langchain_keeps_a_red_flag_that_the_model_forgets_and_its_memory_is_json():
    bot, _ = langchain_bot(NUMB, "Please go.", {"age": 40}, BAD_DRAFT)
    bot.hears("I can't feel when I wee")
    bot.memory = json.loads(json.dumps(bot.memory))
    assert EMERGENCY in bot.hears("I am 40")


def test_langchain_refuses_what_contradicts_an_earlier_answer():
    bot, _ = langchain_bot({"foot_drop": True}, {"leg_weakness": False}, "Thank you.")
    bot.hears("My foot hangs, but the leg is strong")
    assert "implies" in json.loads(bot.history[5].content)["problems"][0]
    assert bt.Interview.from_dict(bot.memory).profile["leg_weakness"] is bt.Answer.PRESENT


# -- Pydantic AI -----------------------------------------------------------------------------------------------------


def pydantic_ai_model(*replies: object):
    from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart  # noqa: PLC0415 - an extra
    from pydantic_ai.models.function import FunctionModel  # noqa: PLC0415

    script = iter(replies)
    seen = []

    def say(history, _):
        seen.append(history[-1].parts[0])
        reply = next(script)
        part = TextPart(reply) if isinstance(reply, str) else ToolCallPart("assess_back_pain", reply)
        return ModelResponse(parts=[part])

    return FunctionModel(say), seen


def test_pydantic_ai_shows_the_locked_message_first_and_then_the_models_words():
    needs("pydantic_ai")
    agent = example("pydantic_ai_agent")
    model, seen = pydantic_ai_model(NUMB, "Please go now.")
    patient = agent.Patient(region="GB")
    assert asyncio.run(agent.reply(patient, "I can't feel when I wee", model)) == f"{EMERGENCY}\n\nPlease go now."
    assert seen[1].content["urgency"] == "emergency"
    assert json.loads(json.dumps(patient.memory)) == patient.memory


def test_pydantic_ai_makes_the_model_write_a_bad_draft_again():
    needs("pydantic_ai")
    agent = example("pydantic_ai_agent")
    model, seen = pydantic_ai_model(NUMB, BAD_DRAFT, "Please go now.")
    reply = asyncio.run(agent.reply(agent.Patient(region="GB"), "I can't feel when I wee", model))
    assert reply == f"{EMERGENCY}\n\nPlease go now."
    assert "sit_up" in seen[2].content


def test_pydantic_ai_falls_back_on_the_rulebooks_words():
    needs("pydantic_ai")
    agent = example("pydantic_ai_agent")
    model, _ = pydantic_ai_model(NUMB, "go " * 10_000, *[BAD_DRAFT] * 9)
    reply = asyncio.run(agent.reply(agent.Patient(region="GB"), "I can't feel when I wee", model))
    assert reply.startswith(EMERGENCY)
    assert "sit-up" not in reply


def test_pydantic_ai_gives_bad_arguments_back_to_the_model_as_problems():
    needs("pydantic_ai")
    agent = example("pydantic_ai_agent")
    model, seen = pydantic_ai_model({"age": "forty"}, {"age": 40}, {}, "How long has it hurt?")
    patient = agent.Patient()
    asyncio.run(agent.reply(patient, "I am forty", model))
    assert seen[1].content["problems"][0]["where"] == "age"
    assert patient.interview.profile == bt.Profile(age=40)


def test_pydantic_ais_own_test_model_can_call_the_tool():
    needs("pydantic_ai")
    from pydantic_ai.models.test import TestModel  # noqa: PLC0415 - an extra

    agent = example("pydantic_ai_agent")
    reply = asyncio.run(agent.reply(agent.Patient(), "My back hurts", TestModel(custom_output_text="How old are you?")))
    assert reply.endswith("How old are you?")


def test_pydantic_ais_own_check_calls_the_strict_schema_strict_and_leaves_it_as_it_is():
    needs("pydantic_ai")
    from pydantic_ai.profiles.openai import OpenAIJsonSchemaTransformer  # noqa: PLC0415 - an extra

    schema = bt.tool_schema("strict")["parameters"]
    checked = OpenAIJsonSchemaTransformer(json.loads(json.dumps(schema)))
    assert checked.walk() == schema
    assert checked.is_strict_compatible


# -- Telegram --------------------------------------------------------------------------------------------------------


def telegram_chat(*texts: str, memory=None):
    """What the bot sends in answer to each text, and what it keeps of the chat. Nothing leaves this machine."""
    needs("telegram")
    from telegram import Update, ext  # noqa: PLC0415 - an extra

    chat = {"id": 1, "type": "private"}
    sent = []

    class Offline(ext.ExtBot):
        async def _post(self, endpoint, data=None, **_: object):
            if endpoint == "getMe":
                return {"id": 2, "is_bot": True, "first_name": "bot", "username": "bot"}
            assert endpoint == "sendMessage"
            assert len(data["text"]) <= 4_096
            sent[-1].append(data["text"])
            return {"message_id": 1, "date": 0, "chat": chat, "text": data["text"]}

    async def talk():
        app = ext.ApplicationBuilder().bot(Offline("2:token")).updater(None).build()
        app.add_handlers(example("telegram_bot").handlers())
        await app.initialize()
        app.chat_data[1].update(memory or {})
        for number, text in enumerate(texts):
            command = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text[0] == "/" else []
            message = {"message_id": number, "date": 0, "chat": chat, "text": text, "entities": command}
            sent.append([])
            await app.process_update(Update.de_json({"update_id": number, "message": message}, app.bot))
        return json.loads(json.dumps(app.chat_data[1]))

    kept = asyncio.run(talk())
    return sent, kept


def test_telegram_asks_takes_numbers_words_and_buttons_and_ends_an_emergency_at_once():
    sent, kept = telegram_chat("/start", "4", "2")
    assert sent[0][-1].startswith("Where does it hurt")
    assert sent[-1][0] == EMERGENCY
    assert bt.Interview.from_dict(kept["interview"]).assessment.urgency is bt.Urgency.EMERGENCY


def test_telegram_reads_words_that_are_no_answer_and_lets_the_person_confirm_them():
    sent, kept = telegram_chat("/start", "i cant feel when I wee")
    assert sent[1][-1].startswith("Do you have this? Trouble starting, feeling or holding urine")
    assert bt.Interview.from_dict(kept["interview"]).profile == bt.Profile()
    sent, _ = telegram_chat("yes", memory=kept)
    assert sent[0][0] == EMERGENCY
    sent, kept = telegram_chat("No", memory=kept)
    assert sent[0][-1].startswith("Where does it hurt")
    assert bt.Interview.from_dict(kept["interview"]).profile == bt.Profile(new_bladder_change=False)


def test_telegram_shows_a_crisis_message_at_once_and_alone():
    sent, _ = telegram_chat("/start", "i want to end my life")
    assert sent[1][0] == bt.assess(suicidal_thoughts=True, region="GB").action.locked[0]


def test_telegram_asks_again_what_it_cannot_read():
    sent, kept = telegram_chat(
        *("/start", "a while", "/start", "4", "None of these", "None of these", "46", "41.5", "Not sure")
    )
    assert sent[1] == ["Sorry, that is no answer that I can read.", sent[0][-1]]
    assert sent[7][0].startswith("Sorry: pain_duration_days: `41.5` is not a whole number")
    profile = bt.Interview.from_dict(kept["interview"]).profile
    assert (profile["age"], profile.not_sure) == (46, {"pain_duration_days"})


def test_telegram_leads_a_whole_conversation_to_exercises_and_says_every_locked_message():
    replies = ["/start", "4", "None of these", "None of these", "46", "9", "4"]
    sent, kept = telegram_chat(*replies)
    while (iv := bt.Interview.from_dict(kept["interview"])).question is not None:
        question = iv.question.parts[0] if iv.question.parts else iv.question
        more, kept = telegram_chat(
            {"checklist": "None of these", "choice": "Not sure"}.get(question.kind, "No"), memory=kept
        )
        sent += more
    assert iv.assessment.allowed
    said = [text for texts in sent for text in texts]
    assert {message.text for message in iv.assessment.messages() if message.locked} <= set(said)
    assert any(text.startswith("Walking:") for text in sent[-1])
