"""What a person is told that no rule says, and whom to ring where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Final

import attrs

from ..errors import ProfileError, shown
from ..findings.frozen import frozen
from .rules import Urgency
from .texts import ListText, Text, Whom


@attrs.frozen(kw_only=True)
class Level:
    """What a person is told at a level of urgency.

    Attributes:
        say: What to do now, word for word; ``{emergency}`` and ``{urgent}`` stand for the region's numbers.
        first: Said in its place where rules name whom to turn to first: ``{see}`` stands for them. May be empty.
        ring_only: Said in its place where nobody may travel by themselves: ring, and wait. Only at an emergency.
        advice: Said after it, in words that may be changed.
        see: Whom to see; empty at self-care.
        see_note: What is to be known or asked there.
        ring_only_see: Whom to see where ``ring_only`` is said.
        by: By when; empty at self-care.
        moving: Added where nothing speaks against gentle movement meanwhile.
        resting: Added where the spine may be at risk.
        gentle: Added where the core set may go on.
        begin: Added where exercises are allowed.
        valid_hours: How long the result stands if nothing changes.
    """

    say: str
    first: str = ""
    ring_only: str = ""
    advice: str = ""
    see: str = ""
    see_note: str = ""
    ring_only_see: str = ""
    by: str = ""
    moving: str = ""
    resting: str = ""
    gentle: str = ""
    begin: str = ""
    valid_hours: int


@attrs.frozen(kw_only=True)
class Suspect:
    """Something an urgency rule suspects.

    Attributes:
        say: The line after the level's message.
        urgent: Added at same day and emergency; may be empty.
        rest: Whether to rest in comfort until it is looked into.
        ring_only: Whether an emergency with this suspicion waits for an ambulance. A calmer rule with it says in its
            own words why a call is enough.
    """

    say: str
    urgent: str = ""
    rest: bool = False
    ring_only: bool = False


@attrs.frozen(kw_only=True)
class Help:
    """What a person in a STarT Back group is told.

    Attributes:
        say: How much help is likely to be needed.
        see: Whom to see; empty for nobody.
    """

    say: str
    see: str = ""


@attrs.frozen(kw_only=True)
class Messages:
    """Everything a person is told that no rule says.

    Attributes:
        levels: Level to its texts.
        suspects: Suspect key to its texts.
        locked: Messages that must be shown word for word, by id. They stand in place of the level's message where
            nothing else is as urgent.
        in_emergency: Locked message to the one that is shown in its place in an emergency.
        unsettled: What is said while something serious cannot be ruled out.
        unsettled_walking: Added where only long-known conditions are unanswered.
        unsettled_mild: What is said while nothing is open that would need help the same day.
        not_ruled_out: The heading when nothing is left to ask and the result is not settled.
        safety_net: Heading to the signs to watch for, the emergency's first.
        signs: Sign of the safety net to the findings it stands for: for whom one of them is an emergency, by a rule,
            it stands among the emergency's.
        again: What stands for ``{urgent}`` where it has been named already.
        history_only: The checklists whose answers are long known to the person.
        help: STarT Back group to its texts.
    """

    levels: Mapping[Urgency, Level] = attrs.field(converter=frozen)
    suspects: Mapping[str, Suspect] = attrs.field(converter=frozen)
    locked: Mapping[str, str] = attrs.field(converter=frozen)
    unsettled: str
    unsettled_walking: str
    unsettled_mild: str
    not_ruled_out: str
    safety_net: Mapping[str, tuple[str, ...]] = attrs.field(converter=frozen)
    history_only: tuple[str, ...]
    help: Mapping[str, Help] = attrs.field(factory=dict, converter=frozen)
    in_emergency: Mapping[str, str] = attrs.field(factory=dict, converter=frozen)
    signs: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, converter=frozen)
    again: str = "the urgent line"

    def locked_for(self, key: str, level: Urgency) -> str:
        """The id of the locked message that is shown at a level for the one that a rule names."""
        return self.in_emergency.get(key, key) if level is Urgency.EMERGENCY else key

    def text(self, key: str) -> Text:
        """One of the texts that stand by themselves."""
        return Text(f"messages.{key}", getattr(self, key), locked=True)

    def locked_text(self, key: str) -> Text:
        """A message that must be shown word for word."""
        return Text(f"messages.locked.{key}", self.locked[key], locked=True)

    @cached_property
    def of_level(self) -> Mapping[Urgency, Mapping[str, Text]]:
        """The texts of each level, by their keys."""
        return {level: _texts(level, said) for level, said in self.levels.items()}

    @property
    def watch_for(self) -> tuple[ListText, ...]:
        """The signs to watch for under their headings, the emergency's first."""
        net = self.safety_net.items()
        return tuple([ListText(f"messages.safety_net.{heading}", heading, items=signs) for heading, signs in net])

    def whom(self, level: Urgency, *, ring_only: bool = False) -> Whom:
        """Whom a level says to see."""
        texts, address = self.levels[level], f"messages.levels.{level.value}"
        if ring_only and texts.ring_only_see:
            return Whom(f"{address}.ring_only_see", texts.ring_only_see)
        return Whom(f"{address}.see", texts.see, notes=(texts.see_note,) if texts.see_note else ())

    def whom_of_group(self, group: str) -> tuple[Whom, ...]:
        """Whom a STarT Back group is to see, if anybody."""
        see = self.help[group].see if group in self.help else ""
        return (Whom(f"messages.help.{group}.see", see),) if see else ()


def _texts(level: Urgency, said: Level) -> Mapping[str, Text]:
    address = f"messages.levels.{level.value}"
    return {key: Text(f"{address}.{key}", getattr(said, key), locked=key in ORDERS) for key in (*ORDERS, *MEANWHILE)}


ORDERS: Final = ("say", "first", "ring_only")
"""The texts of a level that say what to do now: they must be shown word for word."""
MEANWHILE: Final = ("advice", "moving", "resting", "gentle", "begin")
"""Those that may be put in other words."""
PLACE: Final = re.compile(r"\{(emergency|urgent|crisis|poison)\}")
"""What a text may leave to the region."""


@attrs.frozen(kw_only=True)
class Region:
    """Whom to ring.

    Attributes:
        name: The region in words.
        emergency: The emergency number.
        urgent: Urgent advice today.
        crisis: A crisis line.
        poison: A poison line.
        countries: Codes of the countries that it stands in for, where they have no region of their own.
        notice: What somebody there is told: whose numbers these are.
        also: What people write for its code, or for one of its countries: hints name the code.
        evidence: As in :class:`Rule`.
        review_by: As in :class:`Source`: telephone numbers change.
    """

    name: str
    emergency: str
    urgent: str
    crisis: str
    poison: str
    countries: tuple[str, ...] = ()
    notice: str = ""
    also: tuple[str, ...] = ()
    evidence: str = "unverified"
    review_by: date | None = None

    def filled(self, words: str) -> str:
        """Words with the region's numbers in place of ``{emergency}``, ``{urgent}``, ``{crisis}`` and ``{poison}``."""
        return PLACE.sub(lambda place: getattr(self, place[1]), words) if "{" in words else words

    def filled_once(self, texts: Iterable[Text], again: str) -> list[Text]:
        """Texts that are said one after the other, filled: urgent advice is named in full once, then as ``again``.

        A place that this region gives the same words as ``{urgent}`` names it too; an emergency number is always told.
        """
        named = False

        def line(place: re.Match[str]) -> str:
            nonlocal named
            found: str = getattr(self, place[1])
            if found != self.urgent or place[1] == "emergency":
                return found
            before, named = named, True
            return again if before else found

        def fill(words: str) -> str:
            return PLACE.sub(line, words)

        return [text.filled(fill) if "{" in str(text) else text for text in texts]


def standing_in(regions: Mapping[str, Region], code: object) -> Region:
    """The region that a country lies in which has none of its own.

    Raises:
        ProfileError: If no region stands in for it.
    """
    for region in regions.values():
        if isinstance(code, str) and code in region.countries:
            return region
    raise ProfileError.of("region", f"unknown region {shown(code)}", _meant(regions, code))


def _meant(regions: Mapping[str, Region], code: object) -> str:
    """What to do about an unknown region: codes are written in capitals, and some have other names."""
    known = {name: name for region in regions.values() for name in region.countries} | {id_: id_ for id_ in regions}
    first = reversed([(id_, one) for id_, one in regions.items() if id_])  # an overlay's come after those below
    names = {name.upper(): id_ for id_, one in first for name in (one.name, *one.also)} | known
    if isinstance(code, str) and (meant := names.get(code.strip().upper())):
        return f"did you mean `{meant}`?"
    return f"known: {', '.join(filter(None, regions))}, and the countries of {', '.join(_wider(regions))}"


def _wider(regions: Mapping[str, Region]) -> list[str]:
    return [id_ for id_, region in regions.items() if region.countries]
