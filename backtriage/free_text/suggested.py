"""What a message suggests, as records: suggestions, what is to be asked, and what each comes from."""

from __future__ import annotations

from typing import Protocol

import attrs

from ..findings.finding import Finding
from ..findings.ranked import Named
from .mentions import Aside
from .passing import InPassing
from .words import Span


class FoundBy(Named):
    """Which reader found a suggestion: the phrases, the learned one beside them, both, or one of the host's."""

    PHRASES = "phrases"
    LEARNED = "learned"
    BOTH = "both"
    HOST = "host"


@attrs.frozen(kw_only=True)
class Because:
    """What speaks for a suggestion, so that it can be audited.

    Attributes:
        spans: The places in the text that weighed most for the learned reader.
        like: The id of the most alike message that it learned the finding from; empty if none shares a word.
        like_text: What that message says.
    """

    spans: tuple[Span, ...]
    like: str
    like_text: str


@attrs.frozen(kw_only=True)
class Suggestion:
    """A finding that a message seems to speak of.

    Attributes:
        finding: The finding; its text is the question to confirm it with.
        present: Whether the person seems to have it, or to deny it.
        spans: Where the message says so: pairs of places in the text; none if a reader of the host's said so.
        found_by: Which reader found it.
        because: What speaks for it; ``None`` if the learned reader does not know the finding.

    >>> import backtriage as bt
    >>> bt.read_message("I cant feel when I wee").suggestions[0].finding.id
    'new_bladder_change'
    """

    finding: Finding
    present: bool
    spans: tuple[Span, ...]
    found_by: FoundBy
    because: Because | None


@attrs.frozen(kw_only=True)
class SetAside:
    """A finding that is named, but not as the person's own and present one: ask whether it is.

    Attributes:
        finding: The finding.
        why: Somebody else has it, it is long past, or it is only imagined.
        spans: Where the message says so.
    """

    finding: Finding
    why: Aside
    spans: tuple[Span, ...]


@attrs.frozen(kw_only=True)
class Heard:
    """What a reader of the host's own heard.

    Attributes:
        suggest: Ids of findings that the person seems to have.
        ask: Ids of findings to be asked about.

    >>> import backtriage as bt
    >>> own = lambda text: bt.Heard(ask=frozenset({"chest_pain_now"}) if "zing" in text else frozenset())
    >>> "chest_pain_now" in [finding.id for finding in bt.read_message("There was a zing.", reader=own).ask]
    True
    """

    suggest: frozenset[str] = frozenset()
    ask: frozenset[str] = frozenset()


class Reader(Protocol):
    """A model of the host's own. It only adds: what the phrases deny or set aside it can at most have asked about."""

    def __call__(self, text: str, /) -> Heard:
        """What it hears in a message."""
        raise NotImplementedError


@attrs.frozen(kw_only=True)
class MessageReading:
    """What was recognised in a message. Nothing of it is applied: every suggestion is to be confirmed by the person.

    Attributes:
        text: The message.
        suggestions: The findings it suggests, the most urgent first.
        ask: Emergencies and crises that it may speak of: ask about them next, before everything else.
        set_aside: What it names without suggesting it.
        in_passing: Numbers said in passing, to be confirmed like all else.
        asked_about: Ids of the exercises that it asks leave for: explain whether each is allowed.
        locked: Messages to be shown word for word at once, before everything else.

    >>> import backtriage as bt
    >>> reading = bt.read_message("No numbness between my legs, but my father has cancer.")
    >>> [(entry.finding.id, entry.present) for entry in reading.suggestions]
    [('saddle_numbness_new', False)]
    >>> [(entry.finding.id, entry.why.value) for entry in reading.set_aside]
    [('cancer_ever', 'other_person')]
    """

    text: str
    suggestions: tuple[Suggestion, ...]
    ask: tuple[Finding, ...]
    set_aside: tuple[SetAside, ...]
    in_passing: tuple[InPassing, ...]
    asked_about: tuple[str, ...]
    locked: tuple[str, ...]

    @property
    def recognised(self) -> bool:
        """Whether anything was recognised. If not, ask: nothing recognised never means that nothing is there."""
        return bool(self.suggestions or self.ask or self.set_aside or self.in_passing or self.asked_about)

    @property
    def first(self) -> tuple[str, ...]:
        """Ids of what to ask about before everything else, as :meth:`Interview.ask_first` takes them: what is suggested
        to be there, then ``ask``.
        """
        suggested = (entry.finding.id for entry in self.suggestions if entry.present)
        return (*suggested, *(finding.id for finding in self.ask))

    @property
    def present(self) -> frozenset[str]:
        """Ids of the findings that the person seems to have."""
        return frozenset(entry.finding.id for entry in self.suggestions if entry.present)

    @property
    def absent(self) -> frozenset[str]:
        """Ids of the findings that the person seems to deny."""
        return frozenset(entry.finding.id for entry in self.suggestions if not entry.present)
