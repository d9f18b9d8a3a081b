"""The decision procedure as columns: from the truth values of the rules to what an assessment says, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

import attrs
import narwhals as nw

from ...rulebook.book import RuleBook
from ...rulebook.rules import AnyRule, Exclude, Offer, Rule, Urgency, Urgent
from ...triage.exercise_statuses import CORE
from ...triage.verdicts import ByEffect
from .column_asking import ColumnAsking
from .column_doses import ColumnDoses, emptied_by
from .columns import Bit, Stages, Truths, all_of, any_of, chosen, every, inverse, shared, some
from .known_columns import KEPT, KnownColumns

LEVELS: Final = tuple(level.value for level in Urgency)
_WORST_FIRST: Final[tuple[Urgency, ...]] = tuple(level for level in reversed(Urgency) if level is not Urgency.SELF_CARE)
STATUSES: Final = ("allowed", "withheld", "excluded", "not_offered")
Words: TypeAlias = Callable[[str | None, tuple[str, ...]], nw.Expr]
"""One word of a closed list, as the engine holds such words best."""


def plain_word(word: str | None, _words: tuple[str, ...]) -> nw.Expr:
    """A word as text."""
    return nw.lit(word, dtype=nw.String)


def enum_word(word: str | None, words: tuple[str, ...]) -> nw.Expr:
    """A word as one of an ordered list."""
    return nw.lit(word, dtype=nw.String).cast(nw.Enum(words))


@attrs.frozen(kw_only=True, eq=False)
class _Level:
    """What is put of the urgency.

    Attributes:
        at_least: The worst level that is certain.
        could_be: The worst that is possible.
        settled: Whether they are the same.
        waits: Whether nothing is due but what is certain: it is settled, or a question is left.
        certain: Whether the level to act on is what is certain, and worse than self-care.
        helped: Whether the STarT Back answers send somebody to a professional where self-care does not.
        bad: Whether the same day or worse is possible.
    """

    at_least: nw.Expr
    could_be: nw.Expr
    settled: Bit
    waits: Bit
    certain: Bit
    helped: Bit
    bad: Bit


@attrs.frozen(kw_only=True, eq=False)
class _Status:
    """Whether an exercise is excluded, else whether it is not offered, else whether it is allowed."""

    excluded: Bit
    not_offered: Bit
    allowed: Bit


class ColumnDecision:
    """What an assessment says, one expression a column.

    Args:
        known: What is known in each row.
        stages: The frame.
        book: The rulebook.
        void: The rows whose answers do not count.
        words: How the engine holds words.
        trace: Whether every rule is a column, or only what is needed.
    """

    def __init__(
        self, known: KnownColumns, stages: Stages, book: RuleBook, void: Bit, words: Words, *, trace: bool
    ) -> None:
        self._stages = stages
        self._book = book
        self._void = void
        self._words = words
        self._level_words = {level: words(level.value, LEVELS) for level in Urgency}
        self._status_words = {status: words(status, STATUSES) for status in STATUSES}
        self._rules = ByEffect.of(book.rules)
        self._everywhere = [rule for rule in self._rules.exclude if len(rule.effect.exercises) == len(book.exercises)]
        self._excluding = self._naming(rule for rule in self._rules.exclude if rule not in self._everywhere)
        self._offering = self._naming(self._rules.offer)
        self._parts: dict[frozenset[int], Truths] = {}
        asking = ColumnAsking(known, stages, book.vocabulary, self._rules.urgency)
        needed = ("urgency", "exclude", "offer", "limit", "caution")
        passing = () if trace else self._rules.urgency
        self._verdicts = {
            rule: stages.put_truths(f"{'passing' if rule in passing else 'rule'}__{number}", known.truths(rule.when))
            for number, rule in enumerate(book.rules)
            if trace or rule.effect.kind in needed
        }
        self._askable = {
            level: stages.put_bit(f"asks__{level}", asking.asks(self._at(level))) for level in _WORST_FIRST
        }
        self._helped = stages.put_bit("helps", known.seen_for_help)
        stages.end(keep=_starting(KEPT, "passing__", "rule__", "asks__", "helps"))

    def columns(self, *, trace: bool, doses: bool) -> dict[str, nw.Expr]:
        """Every column of the result."""
        at, asked = self._levels()
        stopped = {gentle: self._stopped(gentle=gentle) for gentle in (False, True)}
        for number, part in enumerate(shared([*self._excluding.values(), *self._offering.values()])):
            self._parts[part] = self._stages.put_truths(f"rule__part_{number}", self._any(self._of(part)))
        self._stages.end(keep=_starting(KEPT, "rule__", "helps"))
        level = self._level(at, asked)
        statuses = self._statuses(stopped)
        self._stages.end()
        columns = {**self._urgency(level), **{id_: self._status(status) for id_, status in statuses.items()}}
        if doses:
            for id_, exercise in self._book.exercises.items():
                if exercise.dose:
                    columns |= ColumnDoses(exercise, exercise.dose, self._rules.limit, self._any).columns(
                        statuses[id_].allowed
                    )
        shown = self._book.rules if trace else self._rules.caution
        return {**columns, **{rule.id: self._verdicts[rule].told() for rule in shown}}

    def _any(self, rules: Iterable[AnyRule]) -> Truths:
        return any_of([self._verdicts[rule] for rule in rules])

    # -- urgency ------------------------------------------------------------------------------------------------------

    def _levels(self) -> tuple[dict[Urgency, Truths], Bit]:
        """For each level but self-care whether any of its rules fires, and whether anything is left to ask."""
        put = self._stages
        at = {level: self._any(self._at(level)) for level in _WORST_FIRST}
        asked = [every([self._askable[level], inverse(_from(level, at).sure)]) for level in at]
        at = {level: put.put_truths(f"at__{level}", truths) for level, truths in at.items()}
        return at, put.put_bit("asked", some([self._void, *asked]))

    def _at(self, level: Urgency) -> list[Rule[Urgent]]:
        return [rule for rule in self._rules.urgency if rule.effect.level is level]

    def _level(self, at: Mapping[Urgency, Truths], asked: Bit) -> _Level:
        words, put = self._level_words, self._stages
        at_least = chosen([(truths.sure, words[level]) for level, truths in at.items()], words[Urgency.SELF_CARE])
        could_be = chosen([(truths.may, words[level]) for level, truths in at.items()], words[Urgency.SELF_CARE])
        doubtful = some([every([at[level].may, inverse(_from(level, at).sure)]) for level in at])
        bad, worse = _from(Urgency.SAME_DAY, at), _from(Urgency.SOON, at)
        waits = some([inverse(doubtful), asked])
        return _Level(
            at_least=put.put("at_least", at_least),
            could_be=put.put("could_be", could_be),
            settled=put.put_bit("settled", inverse(doubtful)),
            waits=put.put_bit("waits", waits),
            certain=put.put_bit("certain", every([any_of(at.values()).sure, some([bad.sure, waits])])),
            helped=put.put_bit("helped", every([self._helped, inverse(worse.may)])),
            bad=put.put_bit("bad", bad.may),
        )

    def _urgency(self, level: _Level) -> dict[str, nw.Expr]:
        words, nothing = self._level_words, self._words(None, LEVELS)
        referral = [
            (level.certain, level.at_least),
            (every([level.waits, level.helped]), words[Urgency.SELF_CARE]),
            (level.waits, nothing),
            (level.bad, words[Urgency.SAME_DAY]),
        ]
        return {
            "at_least": level.at_least,
            "could_be": level.could_be,
            "urgency": chosen([(level.settled, level.at_least)], nothing),
            "referral": chosen(referral, level.could_be),
        }

    # -- exercises ----------------------------------------------------------------------------------------------------

    def _stopped(self, *, gentle: bool) -> Truths:
        """Whether every exercise outside the core set is stopped, or inside it, where gentle ones are left."""
        kept = ("normal", "gentle") if gentle else ("normal",)
        rules = [rule for rule in self._rules.urgency if rule.effect.exercise not in kept]
        return self._stages.put_truths(f"rule__stops_{gentle}", self._any([*rules, *self._everywhere]))

    def _statuses(self, stopped: Mapping[bool, Truths]) -> dict[str, _Status]:
        """The status of every exercise; those that the same rules decide share theirs."""
        core, put = self._book.sets.get(CORE, ()), self._stages.put_bit
        alike: dict[tuple[object, ...], _Status] = {}
        statuses = {}
        for id_, exercise in self._book.exercises.items():
            own, offers = self._excluding[id_], self._offering[id_]
            emptying = emptied_by(exercise, self._rules.limit)
            key = (id_ in core, own, offers, emptying)
            if key not in alike:
                emptied = any_of([all_of([self._any(rules) for rules in options]) for options in emptying])
                against, offered = (
                    any_of([stopped[id_ in core], *self._joined(own), emptied]),
                    any_of(self._joined(offers)),
                )
                alike[key] = _Status(
                    excluded=put(f"excluded__{id_}", against.sure),
                    not_offered=put(f"not_offered__{id_}", inverse(offered.may)),
                    allowed=put(f"allowed__{id_}", every([offered.sure, inverse(against.may)])),
                )
            statuses[id_] = alike[key]
        return statuses

    def _naming(self, rules: Iterable[Rule[Exclude] | Rule[Offer]]) -> dict[str, frozenset[int]]:
        """For every exercise the numbers of those of the rules that name it."""
        numbers = {rule.id: number for number, rule in enumerate(self._book.rules)}
        named = [(numbers[rule.id], frozenset(rule.effect.exercises)) for rule in rules]
        return {id_: frozenset(number for number, ids in named if id_ in ids) for id_ in self._book.exercises}

    def _of(self, numbers: Iterable[int]) -> list[AnyRule]:
        return [self._book.rules[number] for number in sorted(numbers)]

    def _joined(self, numbers: frozenset[int]) -> list[Truths]:
        """The truth values of some rules, those that others share joined already."""
        truths = []
        for part, joined in self._parts.items():
            if part <= numbers:
                truths.append(joined)
                numbers -= part
        return truths + [self._verdicts[rule] for rule in self._of(numbers)]

    def _status(self, status: _Status) -> nw.Expr:
        words = self._status_words
        cases = [(getattr(status, word), words[word]) for word in ("excluded", "not_offered", "allowed")]
        return chosen(cases, words["withheld"])


def _starting(*prefixes: str) -> Callable[[str], bool]:
    return lambda name: name.startswith(prefixes)


def _from(level: Urgency, at: Mapping[Urgency, Truths]) -> Truths:
    """Whether a level is reached, or a worse one."""
    return any_of([truths for worse, truths in at.items() if worse >= level])
