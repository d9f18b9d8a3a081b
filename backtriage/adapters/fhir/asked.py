"""The questionnaire as a reader needs it: what may be answered, where, and what a code means."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import attrs

import backtriage as bt

from .codes import NO, NOT_SURE, YES
from .questionnaires import items

_MEANS: Final = {(code["system"], code["code"]): value for code, value in ((YES, True), (NO, False), (NOT_SURE, None))}


@attrs.frozen(kw_only=True)
class Asked:
    """An item of the questionnaire.

    Attributes:
        type: Its type.
        parent: The link id of the group it stands in; ``None`` at the top.
        options: Of a choice: system and code to the answer they mean, ``None`` for not sure.
    """

    type: str
    parent: str | None
    options: Mapping[tuple[str, str], bool | str | None]


@lru_cache(maxsize=16)
def asked(book: bt.RuleBook) -> Mapping[str, Asked]:
    """Link id to item, of the whole questionnaire.

    >>> asked(bt.default_rulebook())["fever_or_shivers"].parent
    'general_signs'
    """
    found: dict[str, Asked] = {}
    todo: list[tuple[str | None, dict[str, Any]]] = [(None, item) for item in items(book)]
    while todo:
        parent, item = todo.pop()
        codes = [option["valueCoding"] for option in item.get("answerOption", ())]
        keys = [(code["system"], code["code"]) for code in codes]
        options = {key: _MEANS.get(key, key[1]) for key in keys}
        found[item["linkId"]] = Asked(type=item["type"], parent=parent, options=options)
        todo += [(item["linkId"], inner) for inner in item.get("item", ())]
    return found
