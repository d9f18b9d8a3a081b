"""The programs in examples/, each in its own framework and offline: with its test model, or its transport replaced."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
from pathlib import Path

import backtriage as bt
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
EMERGENCY = bt.assess(new_bladder_change=True, region="GB").messages()[0].text
NUMB = {"new_bladder_change": True}
BAD_DRAFT = "It is nothing serious. Do ten sit-ups a day."


def needs(module):
    pytest.importorskip(module, reason=f"no {module}: pip install -e '.[examples]'")
    for extra in ("rapidfuzz", "spellchecker"):
        pytest.importorskip(extra, reason=f"no {extra}: pip install -e '.[language]'")


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
        if isinstance(reply, AIMessage):
            return reply
        if isinstance(reply, Exception):
            raise reply
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


def broken(id_: str | None = "call_1", args: str | None = '{"age": 41,', **valid: object):
    """A reply of the model with a call whose arguments are no JSON, beside a valid one where there are some."""
    needs("langchain_core")
    from langchain_core.messages import AIMessage  # noqa: PLC0415 - an extra

    call = {"name": "assess_back_pain", "args": args, "id": id_, "error": None, "type": "invalid_tool_call"}
    beside = [{"name": "assess_back_pain", "args": valid, "id": None}] if valid else []
    return AIMessage("", tool_calls=beside, invalid_tool_calls=[call])


@pytest.mark.parametrize(
    "reply", [broken, lambda: broken(None, None), lambda: broken(**NUMB)], ids=["no JSON", "no id", "one of two"]
)
def test_langchain_answers_every_call_so_that_the_history_can_be_sent_again(reply):
    bot, _ = langchain_bot(reply(), "Hello.", {"age": 41}, "How long has it hurt?")
    bot.hears("hi")
    bot.hears("I am 41")
    called = []
    for message in bot.history:
        if message.type == "tool":
            called.remove(message.tool_call_id)
        else:
            assert not called, "a call without its answer"
            assert not getattr(message, "invalid_tool_calls", [])
            called = [call["id"] for call in getattr(message, "tool_calls", [])]
            assert all(called)
    assert bt.Interview.from_dict(bot.memory).profile["age"] == 41


def test_langchain_tells_the_model_that_its_arguments_were_no_json():
    bot, _ = langchain_bot(broken(), "Hello.")
    bot.hears("hi")
    assert "JSON" in json.loads(bot.history[3].content)["problems"][0]["what"]


def test_langchain_says_what_has_to_be_said_when_the_model_fails_and_goes_on():
    bot, _ = langchain_bot(NUMB, TimeoutError(), "Please go now.")
    assert bot.hears("I can't feel when I wee").startswith(EMERGENCY)
    assert bot.hears("What now?") == f"{EMERGENCY}\n\nPlease go now."


def test_langchain_takes_a_model_that_fills_in_everything_with_null():
    nulls = dict.fromkeys(bt.default_rulebook().vocabulary.findings)
    bot, _ = langchain_bot({**nulls, "age": 41, "lower_back_pain": True}, "How long has it hurt?")
    assert bot.hears("I am 41 and my low back hurts").endswith("How long has it hurt?")
    assert json.loads(bot.history[3].content)["action"]["kind"] == "ask"
    assert bt.Interview.from_dict(bot.memory).profile == bt.Profile(age=41, lower_back_pain=True)


def test_langchain_hands_on_how_to_say_that_something_is_not_known():
    _, told = langchain_bot()
    assert "name in `not_sure` what they were asked and do not know" in told[0]["function"]["description"]


@pytest.mark.parametrize("name", ["config", "callbacks", "run_manager", "self"])
def test_langchain_gives_back_any_name_that_is_no_finding_as_a_problem(name):
    bot, _ = langchain_bot({name: {}}, "Hello.")
    bot.hears("hi")
    assert [problem["where"] for problem in json.loads(bot.history[3].content)["problems"]] == [name]


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
        if isinstance(reply, Exception):
            raise reply
        arguments = reply.decode() if isinstance(reply, bytes) else reply  # bytes: arguments as text
        part = TextPart(reply) if isinstance(reply, str) else ToolCallPart("assess_back_pain", arguments)
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


def test_pydantic_ai_says_what_has_to_be_said_when_the_model_fails():
    needs("pydantic_ai")
    agent = example("pydantic_ai_agent")
    model, _ = pydantic_ai_model(NUMB, TimeoutError(), "Please go now.")
    patient = agent.Patient(region="GB")
    assert asyncio.run(agent.reply(patient, "I can't feel when I wee", model)).startswith(EMERGENCY)
    assert asyncio.run(agent.reply(patient, "What now?", model)) == f"{EMERGENCY}\n\nPlease go now."


@pytest.mark.parametrize("arguments", [b'{"age": 41,', {"context": 1}, {"self": 1}], ids=["no JSON", "context", "self"])
def test_pydantic_ai_gives_back_whatever_is_no_answer_for_the_model_to_mend(arguments):
    needs("pydantic_ai")
    agent = example("pydantic_ai_agent")
    model, seen = pydantic_ai_model(arguments, {"age": 40}, "How long has it hurt?")
    patient = agent.Patient()
    assert asyncio.run(agent.reply(patient, "I am forty", model)).endswith("How long has it hurt?")
    assert seen[1].tool_name == "assess_back_pain"
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
    assert sent[1][-1].startswith("Trouble starting, feeling or holding urine")
    assert bt.Interview.from_dict(kept["interview"]).profile == bt.Profile()
    sent, _ = telegram_chat("yes", memory=kept)
    assert sent[0][0] == EMERGENCY
    sent, kept = telegram_chat("No", memory=kept)
    assert sent[0][-1].startswith("Numb, tingling or strange between the legs")  # it may be one, too
    assert bt.Interview.from_dict(kept["interview"]).profile == bt.Profile(new_bladder_change=False)


@pytest.mark.parametrize("text", ["Yes.", "yeah", "yes please", "Yes, since Monday"])
def test_telegram_takes_a_confirmation_as_people_write_it(text):
    sent, kept = telegram_chat("/start", "I cant pee", text)
    assert sent[-1][0] == EMERGENCY
    assert bt.Interview.from_dict(kept["interview"]).profile == bt.Profile(new_bladder_change=True)


@pytest.mark.parametrize("text", ["8", "1", "None of these", "perhaps tomorrow", "what?", "No, I can't pee at all"])
def test_telegram_asks_to_confirm_until_it_is_told_and_takes_nothing_for_another_question(text):
    sent, kept = telegram_chat("/start", "I cant pee", text)
    assert sent[-1][-1] == sent[1][-1]
    assert sent[-1][-1].startswith("Trouble starting, feeling or holding urine")
    assert bt.Interview.from_dict(kept["interview"]).profile == bt.Profile()
    sent, _ = telegram_chat("yes", memory=kept)
    assert sent[-1][0] == EMERGENCY


def test_telegram_hears_more_while_it_waits_for_a_confirmation():
    sent, kept = telegram_chat("/start", "I cant pee", "and my bum is numb", "no", "yep")
    assert sent[2][-1] == sent[1][-1]
    assert sent[3][-1].startswith("Numb, tingling")
    profile = bt.Interview.from_dict(kept["interview"]).profile
    assert profile == bt.Profile(new_bladder_change=False, saddle_numbness_new=True)


def test_telegram_takes_no_answer_to_a_question_that_it_has_not_asked():
    sent, kept = telegram_chat("4")
    assert sent[0][-1].startswith("Where does it hurt")
    assert bt.Interview.from_dict(kept["interview"]).profile == bt.Profile()
    sent, kept = telegram_chat("4 and 1", "none of them", memory=kept)
    assert bt.Interview.from_dict(kept["interview"]).profile["lower_back_pain"] is bt.Answer.PRESENT
    assert sent[1][-1].startswith("Do you have any of these now")


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


# -- the chatbot without a framework ---------------------------------------------------------------------------------


def chat(*texts: str):
    bot = example("chatbot").Chatbot("GB")
    said = [bot.says(), *map(bot.hears, texts)]
    return said, bt.Interview.from_dict(json.loads(json.dumps(bot.memory))["interview"])


def test_the_chatbot_reads_answers_as_people_write_them():
    said, iv = chat("1 and 4.", "None of them.", "none", "I don't know", "9", "3.")
    assert iv.profile["neck_pain"] is iv.profile["lower_back_pain"] is bt.Answer.PRESENT
    assert iv.profile["new_bladder_change"] is bt.Answer.ABSENT
    assert (iv.profile.not_sure, iv.profile["pain_duration_days"], iv.profile["pain_score"]) == ({"age"}, 9, 3)
    assert not any(text.startswith("Sorry") for text in said)


def test_the_chatbot_takes_a_yes_as_people_write_it():
    bot = example("chatbot").Chatbot("GB")
    bot.says()
    for text in ("4", "none", "none", "41", "9", "4", "2", *["none"] * 8):
        bot.hears(text)
    question = bt.Interview.from_dict(bot.memory["interview"]).question
    assert question.kind == "offer"
    assert not bot.hears("Yes, please!").startswith("Sorry")
    assert bt.Interview.from_dict(bot.memory["interview"]).phase is question.phase


@pytest.mark.parametrize("text", ["no", "maybe so", "yes", "4?", "8 of 10", "1 99"])
def test_the_chatbot_asks_again_what_it_cannot_read(text):
    said, iv = chat(text)
    assert said[1].startswith("Sorry: ")
    assert said[1].endswith(said[0])
    assert iv.profile == bt.Profile()


def test_the_chatbot_takes_no_answer_to_a_question_that_it_has_not_asked():
    bot = example("chatbot").Chatbot("GB")
    assert bot.hears("4").startswith("Where does it hurt")
    assert bt.Interview.from_dict(bot.memory["interview"]).profile == bt.Profile()
    bot.hears("4")
    assert bt.Interview.from_dict(bot.memory["interview"]).profile["lower_back_pain"] is bt.Answer.PRESENT
