"""What was probably meant by a name that a vocabulary does not have: told by its words, and by those people use."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from ..errors.likeness import Names, Texts
from .vocabulary import Vocabulary

_TEXT: Final = 0.7
"""How much a word of a text counts, against one of the name itself."""
_HELP: Final = 0.5


@lru_cache(maxsize=16)
def names_asked(vocabulary: Vocabulary) -> Names:
    """The names of the findings and checklists of a vocabulary."""
    spoken = vocabulary.spoken()
    told: dict[str, Texts] = {id_: {} for id_ in vocabulary.checklists}
    for id_, one in vocabulary.findings.items():
        told[id_] = {_TEXT: [one.text], _HELP: [one.help], **spoken.of(id_)}
    return Names(told, spoken.names)
