"""Framing loses nothing: 500 openings and endings around 50 messages, each still suggested or asked about.

python tests/benchmarks/framing.py
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import product

import backtriage as bt

OPENINGS = (
    "",
    "Hi, ",
    "Hello, I hope this is the right place. ",
    "Sorry if this is a silly question. ",
    "Not sure if it matters: ",
    "I don't know if this is relevant, but ",
    "My wife says it's nothing, but ",
    "My mum thinks I am making a fuss. ",
    "The doctor said to wait. ",
    "My GP told me not to worry, but ",
    "Long story short: ",
    "I'm 44 and never ill. ",
    "First time posting here. ",
    "Quick question. ",
    "It's probably nothing. ",
    "No idea whether this belongs here. ",
    "I was told to write this down. ",
    "Yesterday I had a good day. ",
    "A friend had something like it once. ",
    "I never complain. ",
    "Excuse my English. ",
    "ok so ",
    "To be honest, ",
    "I read your page twice. ",
    "Years ago I had a bad back too. ",
)
ENDINGS = (
    "",
    ".",
    "!!",
    ". Thanks.",
    ". What should I do?",
    ", what do you think?",
    ". Should I worry?",
    ". My wife says it's nothing.",
    ". Probably nothing.",
    ". I have not told anybody.",
    ". Otherwise I am fine.",
    ". No other problems.",
    ". Can I still exercise?",
    ". Sorry for the long message.",
    ". Is this normal?",
    ". I am a bit worried.",
    ". The doctor is on holiday.",
    ". Years ago I had a bad back too.",
    ". Never had this before.",
    ". Please answer soon.",
)
CORES = (
    *("I can't feel when I wee", "I am numb between my legs since Monday", "I wet myself without noticing"),
    *("I can't pass urine since last night", "it feels different when I wipe", "my bum is numb"),
    *("I soiled myself and did not feel it", "I can't hold my poo any more", "I can't feel anything during sex"),
    *("both my legs are numb", "both legs are weak since yesterday", "I have pins and needles in both feet"),
    *("my legs are unsteady and I keep tripping", "my legs give way when I walk", "numbness in my private parts"),
    *("I have crushing chest pain", "my chest feels tight right now", "chest pain that goes into my arm"),
    *("I fainted this morning", "I am light-headed, cold and clammy", "I nearly passed out just now"),
    *("I am short of breath and it hurts to breathe in", "I cough up blood", "I suddenly can't get my breath"),
    *("I have a terrible tearing pain in my chest and back", "I have severe stomach pain", "agony in my belly"),
    *("my neck is stiff and I have a fever and the light hurts", "my face droops and my speech is slurred"),
    *("I had the worst headache of my life, like a thunderclap", "my speech is slurred and my neck hurts"),
    *("my leg is suddenly cold and pale and it hurts", "I fell off a roof on Saturday and my back hurts"),
    *("I was in a car crash on Friday and my neck is sore", "my hands are clumsy and my neck hurts, getting worse"),
    *("I fell on my neck and now my fingers tingle", "I get electric shocks down my spine when I bend my neck"),
    *("I am 30 weeks pregnant and bleeding heavily", "I have a fever, I am confused and breathing very fast"),
    *("I want to kill myself", "everyone would be better off without me", "I don't want to be here anymore"),
    *("I took 20 paracetamol", "I took the whole packet of paracetamol", "I took too many tablets on purpose"),
    *("my bladder won't empty", "I have lost control of my bowels", "I lost feeling around my back passage"),
    *("my penis is numb", "I can't walk straight, my legs are like jelly"),
)


def meant(core: str) -> set[str]:
    """The emergencies and crises that a bare message says in words that a phrase knows."""
    found = [entry for entry in bt.read_message(core).suggestions if entry.present]
    return {entry.finding.id for entry in found if entry.found_by in ("phrases", "both")} & GRAVE


BOOK = bt.default_rulebook()
CRISES = {"suicidal_thoughts", "too_many_painkillers", "overdose_unwell_or_meant"}
GRAVE = CRISES | {id_ for id_ in BOOK.vocabulary.yes_no if bt.assess({id_: True}).at_least is bt.Urgency.EMERGENCY}


def framed() -> Iterator[tuple[str, str]]:
    """Every message, bare and framed."""
    for core, (opening, ending) in product(CORES, product(OPENINGS, ENDINGS)):
        yield core, f"{opening}{core}{ending}"


def lost(core: str, text: str) -> set[str]:
    """What the bare message means and the framed one neither suggests nor has asked about; a lost locked message."""
    reading = bt.read_message(text)
    gone = meant(core) - reading.present - {finding.id for finding in reading.ask}
    if bt.read_message(core).locked and not reading.locked:
        gone.add("locked message")
    return gone


def main() -> int:
    """Print what each frame loses."""
    bad = [(gone, text) for core, text in framed() if (gone := lost(core, text))]
    for gone, text in bad:
        print(", ".join(sorted(gone)), "|", text)
    print(f"{len(bad)} of {len(CORES) * len(OPENINGS) * len(ENDINGS)} lose something")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
