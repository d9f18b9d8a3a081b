"""A rulebook: the words, the rules, the exercises, the sources and the messages, read and checked as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import cast

import attrs

from ..errors import UnknownName, did_you_mean, label, likely
from ..errors.likeness import Names
from ..findings.conditions import Condition
from ..findings.finding import Finding
from ..findings.frozen import frozen
from ..findings.vocabulary import Vocabulary
from .exercises import Exercise
from .messages import Messages, Region, standing_in
from .rules import AnyRule, Rule, Source, SourceRef, Stop


@attrs.frozen(kw_only=True)
class RulebookId:
    """Which rulebook an assessment was made with.

    Attributes:
        id: Its name; under an overlay both names, joined by ``+``.
        version: Its version; under an overlay both versions, joined by ``+``.
        digest: SHA-256 of its canonical content, hexadecimal.
    """

    id: str
    version: str
    digest: str

    def __str__(self) -> str:
        return f"{self.id} {self.version} ({self.digest[:12]})"


@attrs.frozen(kw_only=True)
class Relaxation:
    """An exercise of the rulebook below that an overlay allows to more people, on purpose.

    Attributes:
        exercise: The exercise's id.
        rule: The id of the overlay's rule that does so.
        source: Who says that it may.
    """

    exercise: str
    rule: str
    source: SourceRef


@attrs.frozen(kw_only=True, eq=False)
class RuleBook:
    """A rulebook that has been read and checked: what it says can no longer fail in evaluation.

    Attributes:
        identity: Id, version and digest.
        title: What it is.
        vocabulary: Findings and checklists.
        definitions: Named conditions.
        rules: Every rule, the worst urgency first, then in the order of the files.
        exercises: Exercise id to exercise, in the order of the files.
        sets: Named sets of exercises.
        sources: Source id to source.
        messages: What a person is told.
        regions: Region code to region; ``""`` is the one used where none is given.
        path: The folder it was read from; the overlay's, where there is one.
        extends: The rulebook below, of which everything is in this one too; ``None`` unless this is an overlay.
        relaxes: What the overlay allows to more people than the rulebook below.
        stop_rules: The rules that say when to stop, in their order.
        added: Ids of the rules that overlays have added: what these say stands beside what is said below.

    >>> import backtriage as bt
    >>> book = bt.default_rulebook()
    >>> book.exercises["bridge"].dose.hold_seconds.of("second")
    '3 seconds, up to 6'
    """

    identity: RulebookId
    title: str
    vocabulary: Vocabulary
    definitions: Mapping[str, Condition] = attrs.field(converter=frozen)
    rules: tuple[AnyRule, ...]
    exercises: Mapping[str, Exercise] = attrs.field(converter=frozen)
    sets: Mapping[str, tuple[str, ...]] = attrs.field(converter=frozen)
    sources: Mapping[str, Source] = attrs.field(converter=frozen)
    messages: Messages
    regions: Mapping[str, Region] = attrs.field(converter=frozen)
    path: str
    extends: RuleBook | None = None
    relaxes: tuple[Relaxation, ...] = ()
    stop_rules: tuple[Rule[Stop], ...] = attrs.field(init=False)
    added: frozenset[str] = attrs.field(init=False)

    @stop_rules.default
    def _stop_rules(self) -> tuple[Rule[Stop], ...]:
        return tuple([cast("Rule[Stop]", rule) for rule in self.rules if isinstance(rule.effect, Stop)])

    @cached_property
    def names(self) -> Mapping[str, Finding | Condition]:
        """What a condition may name: findings and definitions."""
        return frozen({**self.vocabulary.findings, **self.definitions})

    @added.default
    def _added(self) -> frozenset[str]:
        below = self.extends
        while below is not None and below.extends is not None:
            below = below.extends
        return frozenset({rule.id for rule in self.rules} - {rule.id for rule in below.rules} if below else ())

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders it was read from: the lowest rulebook's, then every overlay's."""
        return (*(self.extends.folders if self.extends else ()), self.path)

    @property
    def id(self) -> str:
        return self.identity.id

    @property
    def version(self) -> str:
        return self.identity.version

    @property
    def digest(self) -> str:
        return self.identity.digest

    def rule(self, id_: str) -> AnyRule:
        """The rule with this id.

        Raises:
            UnknownName: If there is none.
        """
        for rule in self.rules:
            if rule.id == id_:
                return rule
        raise UnknownName.of(label(id_), "unknown rule", did_you_mean(id_, [rule.id for rule in self.rules]))

    def exercise(self, name: str) -> Exercise:
        """The exercise with this id, or of this name, whatever its capitals and spaces.

        Raises:
            UnknownName: If there is none.

        >>> import backtriage as bt
        >>> bt.default_rulebook().exercise("Sit up"), bt.default_rulebook().exercise("full sit-up")
        (<Exercise sit_up>, <Exercise sit_up>)
        """
        if isinstance(name, str) and name in self.exercises:
            return self.exercises[name]
        names = _names_of_exercises(self)
        if len(called := names.called(name)) == 1:
            return self.exercises[called[0]]
        raise UnknownName.of(label(name), "unknown exercise", likely(names.meant(name)) or "see `rulebook.exercises`")

    def region(self, code: str | None) -> Region:
        """Whose telephone numbers a code or a country's code stands for; ``None`` is no region, as ``""`` is.

        Raises:
            ProfileError: If there is no such region, and none that stands in for it; codes are written in capitals.

        >>> import backtriage as bt
        >>> bt.default_rulebook().region("DE").name
        'European Union'
        """
        code = "" if code is None else code
        found = self.regions.get(code) if isinstance(code, str) else None
        return found or standing_in(self.regions, code)

    def __repr__(self) -> str:
        return f"<RuleBook {self.identity}: {len(self.rules)} rules, {len(self.exercises)} exercises>"


@lru_cache(maxsize=16)
def _names_of_exercises(book: RuleBook) -> Names:
    spoken = book.vocabulary.spoken()
    also = {id_: (one.name, *spoken.names.get(id_, ())) for id_, one in book.exercises.items()}
    return Names({id_: spoken.of(id_) for id_ in also}, also)
