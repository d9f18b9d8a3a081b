"""A Telegram bot: one question a message, answered with a button, a number or in words; no language model.

Install it with pip install -e '.[examples,language]', run TELEGRAM_TOKEN=... python examples/telegram_bot.py.
``chat_data`` holds the interview as plain data: health data, kept as the persistence that you choose keeps it.
"""

from __future__ import annotations

import itertools
import os
import re
from typing import Any

import backtriage as bt
from telegram import ReplyKeyboardMarkup, Update, ext

REGION = "GB"
YES_NO, NOT_SURE = {"Yes": True, "No": False}, {"Not sure": None}
NONE = ("none", "none of these", "none of them", "none of the above")
UNREAD = object()
Context = ext.ContextTypes.DEFAULT_TYPE


def reword(text: str) -> str:
    """Put your own words, or a language model's, here. What is to be shown word for word does not come this way."""
    return text


async def start(update: Update, context: Context) -> None:
    context.chat_data.clear()
    await say(update, context)


async def hear(update: Update, context: Context) -> None:
    """Take a reply to what is on the screen, and to nothing else. Words that are no answer to it are read for findings,
    which are asked about before everything else and count once they are confirmed.
    """
    iv, text, send = interview(context), update.message.text.strip(), update.effective_chat.send_message
    question = asked(iv)
    on_screen = question is not None and question.id == context.chat_data.get("asked")
    try:
        if on_screen and (answer := read(question, text)) is not UNREAD:
            iv.answer(answer if question is iv.question else {question.id: answer})
        else:
            reading = bt.read_message(text, region=REGION)
            for locked in reading.locked:
                await send(locked)
            iv.ask_first(*reading.first)
            if not reading.first and on_screen:
                await send("Sorry, that is no answer that I can read.")
    except (bt.ProfileError, bt.TextError) as error:  # nothing is changed
        await send(f"Sorry: {error}")
    context.chat_data["interview"] = iv.to_dict()
    await say(update, context)


async def say(update: Update, context: Context) -> None:
    """Every locked message by itself, as it is, when it is new and again at the end; then the question or the rest."""
    iv, send = interview(context), update.effective_chat.send_message
    messages = iv.assessment.messages()
    locked = [message.text for message in messages if message.locked]
    question, shown = asked(iv), context.chat_data.get("shown", [])
    for text in [text for text in locked if question is None or text not in shown]:
        await send(text)
    context.chat_data["shown"] = locked
    context.chat_data["asked"] = question.id if question else None
    if question:
        meant = {id_: f"{words} ({question.item_help.get(id_, '')})" for id_, words in question.items.items()}
        lines = [f"{number}. {words.removesuffix(' ()')}" for number, words in enumerate(meant.values(), start=1)]
        hint = "Send the numbers of all that apply, as in: 1 4" if lines else ""
        text = "\n".join(filter(None, (question.text, question.help, *lines, hint, question.why)))
        await send(text, reply_markup=keyboard(replies(question)))
    else:
        free = [message for message in messages if not message.locked]
        for _, part in itertools.groupby(free, lambda message: message.part):  # Telegram takes 4,096 characters
            text = "\n\n".join(message.text for message in part)
            problems = bt.check_reply("\n\n".join([*locked, reword(text)]), iv.assessment).problems
            await send(text if problems else reword(text))


def interview(context: Context) -> bt.Interview:
    data = context.chat_data.get("interview")
    return bt.Interview.from_dict(data) if data else bt.Interview(region=REGION)


def asked(iv: bt.Interview) -> bt.InterviewQuestion | None:
    """One question a message: the first of a group."""
    return iv.question.parts[0] if iv.question and iv.question.parts else iv.question


def replies(question: bt.InterviewQuestion) -> dict[str, Any]:
    """What can be answered with a button."""
    own = {words: id_ for id_, words in question.options.items()}
    if question.kind == "offer":
        return dict(YES_NO)
    return own | {"yes_no": YES_NO, "checklist": {"None of these": "none"}}.get(question.kind, {}) | NOT_SURE


def read(question: bt.InterviewQuestion, text: str) -> Any:
    words, said = text.lower().strip(" .!"), yes_no(text)
    if question.kind == "number" and re.fullmatch(r"\d{1,5}([.,]\d)?", words):
        return int(words) if words.isdecimal() else float(words.replace(",", "."))
    if question.kind == "checklist" and re.fullmatch(r"[1-9]([ ,]+(and +)?[1-9])*", words):
        ids = dict(enumerate(question.items, start=1))
        return [ids.get(int(number), number) for number in re.findall(r"\d", words)]
    if question.kind == "checklist" and words in NONE:
        return "none"
    if question.kind == "offer" and said is None:
        return UNREAD
    if question.kind in ("yes_no", "offer") or said is None:
        return said
    return {option.lower(): id_ for option, id_ in question.options.items()}.get(words, UNREAD)


def yes_no(text: str) -> Any:
    """A yes, a no or not sure, as people write it."""
    try:
        return bt.read_yes_no(text)
    except bt.TextError:
        return UNREAD


def keyboard(words: dict[str, Any]) -> ReplyKeyboardMarkup:
    return ReplyKeyboardMarkup([[word] for word in words], resize_keyboard=True)


def handlers() -> list[ext.BaseHandler]:
    new_text = ext.filters.UpdateType.MESSAGE & ext.filters.TEXT & ~ext.filters.COMMAND  # an edited one answers nothing
    return [ext.CommandHandler("start", start), ext.MessageHandler(new_text, hear)]


if __name__ == "__main__":
    bot = ext.ApplicationBuilder().token(os.environ["TELEGRAM_TOKEN"]).build()
    bot.add_handlers(handlers())
    bot.run_polling()
