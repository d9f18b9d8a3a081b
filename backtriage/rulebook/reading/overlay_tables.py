"""The tables of an overlay's files: what it may add, and nothing else. Read only where there is an overlay."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from ..messages import Suspect
from .tables import RuleTable, SharedTable


@attrs.frozen(kw_only=True)
class OverlayHeadTable:
    """The closed lists of tags and positions stay those of the rulebook below: its exclusions know no other words."""

    id: str
    version: str
    title: str
    asking_order: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class AddedMessagesTable:
    suspects: Mapping[str, Suspect] = attrs.Factory(dict)
    locked: Mapping[str, str] = attrs.Factory(dict)
    safety_net: Mapping[str, tuple[str, ...]] = attrs.Factory(dict)


@attrs.frozen(kw_only=True)
class RelaxesTable:
    id: str
    source: str
    note: str = ""


@attrs.frozen(kw_only=True)
class AddedRuleTable(RuleTable):
    relaxes: tuple[RelaxesTable, ...] = ()


@attrs.frozen(kw_only=True)
class OverlayTable(SharedTable):
    """A file of an overlay: any of these, in any file."""

    overlay: OverlayHeadTable | None = None
    messages: AddedMessagesTable | None = None
    rule: tuple[AddedRuleTable, ...] = ()
