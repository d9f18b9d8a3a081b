"""What somebody types to a question of yes or no, in their own words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final, TypeAlias

from ..errors import TextError, shown

Words: TypeAlias = tuple[str, ...]

MAX_CHARACTERS: Final = 300
"""A longer text is no answer to a question of yes or no, but a story."""
_YES: Final = "yes"
_NO: Final = "no"
_NOT_SURE: Final = "not sure"
_POLITE: Final = "polite"
_MORE: Final = "more"
_VALUES: Final = {_YES: True, _NO: False, _NOT_SURE: None}
WRITTEN: Final = {
    _YES: "yes, y, ye, yea, yeah, yeh, yep, yup, yh, ya, aye, i do, i have, i am, i did, it is, it does, it has,"
    "correct, thats it, thats right, right, true, definitely, absolutely, exactly, indeed, certainly, of course",
    _NO: "no, n, nah, nope, never, not at all, not me, not that, i dont, i do not, i havent, i have not,"
    "im not, i am not, i didnt, i did not, it isnt, it is not, it doesnt, it does not, it hasnt, it has not,"
    "definitely not, absolutely not, certainly not, of course not",
    _NOT_SURE: "not sure, im not sure, i am not sure, unsure, im unsure, i am unsure, not certain, im not certain,"
    "not too sure, dont know, i dont know, do not know, i do not know, dunno, i dunno, idk, no idea, i have no idea,"
    "ive no idea, no clue, maybe, perhaps, possibly, might be, could be, cant say, i cant say, cant tell, i cant tell,"
    "hard to say, hard to tell, cant remember, i cant remember, dont remember, i dont remember",
    _POLITE: "please, pls, plz, thanks, thank you, ty, sorry, sadly, unfortunately, ok, okay, well, um, er, hm, oh",
}
"""What people write, by what it means: small letters without apostrophes."""
_LEADS: Final = ("yes", "yeah", "yea", "yep", "yup", "yeh", "definitely")
"""A yes that more may follow: "I have" may begin something else."""
_TURNS: Final = (
    "no n nah nope not never none nothing nor neither without cannot but except only unless until if or maybe perhaps"
    " possibly unsure dunno idk doubt cant dont wont isnt arent wasnt werent havent hasnt hadnt doesnt didnt couldnt"
    " wouldnt aint"
)
"""What may take a yes back."""


def read_yes_no(text: str) -> bool | None:
    """The answer that somebody has typed to a question of yes or no, as people write it; ``None`` is not sure.

    More may follow a yes, unless it could take it back; nothing may follow a no: "No, I can't pee" is none. What says
    none of them is to be asked again, never guessed and never dropped.

    Args:
        text: What they typed.

    Raises:
        TextError: If it is no yes, no or not sure.

    >>> import backtriage as bt
    >>> bt.read_yes_no("Yes please!"), bt.read_yes_no("yeah, since Monday"), bt.read_yes_no("Nope.")
    (True, True, False)
    >>> bt.read_yes_no("I don't know") is None
    True
    >>> bt.read_yes_no("8")
    Traceback (most recent call last):
    backtriage.errors.TextError: text: `'8'` is no yes, no or not sure; ask again
    """
    words = _words(text) if isinstance(text, str) and len(text) <= MAX_CHARACTERS else ()
    said = [meaning for meaning in _meanings(words) if meaning != _POLITE]
    if said and said[0] != _MORE and set(said) == {said[0]}:
        return _VALUES[said[0]]
    if words and words[0] in _LEADING and _TURNING.isdisjoint(words):
        return True
    raise TextError.of("text", f"{shown(text)} is no yes, no or not sure", "ask again")


def _words(text: str) -> Words:
    """Small letters, without apostrophes and marks, no letter twice in a row: "YESSS!" is "yes"."""
    bare = text.casefold().replace("'", "").replace("\u2019", "")
    once = "".join([letter for letter, _ in groupby(bare)])
    return tuple("".join([letter if letter.isalnum() else " " for letter in once]).split())


def _meanings(words: Words) -> Iterator[str]:
    """What the words mean, the longest phrase first."""
    at = 0
    while at < len(words):
        sizes = [size for size in range(_LONGEST, 0, -1) if words[at : at + size] in _MEANINGS]
        size = sizes[0] if sizes else 1
        yield _MEANINGS.get(words[at : at + size], _MORE)
        at += size


_MEANINGS: Final = {_words(one): meaning for meaning, written in WRITTEN.items() for one in written.split(",")}
_LONGEST: Final = max(map(len, _MEANINGS))
_LEADING: Final = frozenset(word for lead in _LEADS for word in _words(lead))
_TURNING: Final = frozenset(_words(_TURNS))
