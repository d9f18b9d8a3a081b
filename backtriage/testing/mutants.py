"""A rulebook with one small thing changed: would anybody notice?

Mutants of a condition (a term less, ``and`` for ``or``, a threshold one step further) are noticed by the rule's own
cases. Mutants of an effect (a weaker level, an exclusion that forgets an exercise) are not: they need expected results.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal

import attrs

from ..conditions import ALWAYS, Absent, AllOf, AnyOf, AtLeast, Compare, Condition, Known, OneOf, Operator, Present
from ..decision import Verdicts, decide
from ..door import Door
from ..exercises import select
from ..profile import Profile
from ..rulebook import RuleBook
from ..rules import AnyRule, Exclude, Offer, Urgency, Urgent
from ..vocabulary import Vocabulary
from .cases import Case

_WEAKER_EXERCISE: Final[Mapping[str, Literal["gentle", "normal"]]] = {"none": "gentle", "gentle": "normal"}
_OTHER_SIDE: Final[Mapping[Operator, Operator]] = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}


@attrs.frozen(kw_only=True)
class Mutant:
    """A rulebook in which one rule differs in one thing. As it stands it need not load.

    Attributes:
        original: The rule that was changed.
        rule: The changed rule.
        kind: What was changed: its ``condition`` or its ``effect``.
        change: What was changed, in words.
        base: The rulebook of the original.
    """

    original: AnyRule
    rule: AnyRule
    kind: Literal["condition", "effect"]
    change: str
    base: RuleBook

    @property
    def rulebook(self) -> RuleBook:
        """The mutated rulebook."""
        rules = [self.rule if one is self.original else one for one in self.base.rules]
        return attrs.evolve(self.base, rules=tuple(sorted(rules, key=_worst_first)))

    def __str__(self) -> str:
        return f"{self.original.id}: {self.change}"


def mutants(rulebook: RuleBook) -> Iterator[Mutant]:
    """Every mutant of a rulebook, rule by rule.

    >>> import backtriage as bt
    >>> found = [mutant for mutant in mutants(bt.default_rulebook()) if mutant.rule.id == "age-16-17"]
    >>> print(*found, sep=chr(10))
    age-16-17: age < 18: 17
    age-16-17: age < 18: 19
    age-16-17: age < 18: <=
    age-16-17: routine -> self_care
    age-16-17: exercise none -> gentle
    """
    for rule in rulebook.rules:
        for change, condition in condition_mutants(rule.when, rulebook.vocabulary):
            mutant = attrs.evolve(rule, when=condition, text=written(condition))
            yield Mutant(original=rule, rule=mutant, kind="condition", change=change, base=rulebook)
        for change, mutant in effect_mutants(rule, rulebook):
            yield Mutant(original=rule, rule=mutant, kind="effect", change=change, base=rulebook)


def surviving(found: Iterable[Mutant], cases: Iterable[Case] = ()) -> Iterator[Mutant]:
    """The mutants for which the rule's own cases and the expected results come out as before.

    Args:
        found: Mutants of one rulebook.
        cases: Expected results. Those that do not hold before any change are passed over.
    """
    sound = [case for case in cases if not case.differences()]
    for mutant in found:
        if not _fails_its_own_cases(mutant) and not any(_noticed(mutant, case) for case in sound):
            yield mutant


def _fails_its_own_cases(mutant: Mutant) -> bool:
    if mutant.kind == "effect":
        return False
    wanted = ((True, mutant.original.fires), (False, mutant.original.spares))
    return any(
        mutant.rule.when.holds(_closed(mutant.base, case)) is not truth for truth, cases in wanted for case in cases
    )


def _closed(book: RuleBook, case: Mapping[str, object]) -> Known:
    door = Door(book.vocabulary)
    for name, value in case.items():
        door.answer(name, value)
    return door.close().known


def _noticed(mutant: Mutant, case: Case) -> bool:
    """Whether a case that holds does not hold any more."""
    known = case.profile.known
    before, after = mutant.original.when.holds(known), mutant.rule.when.holds(known)
    if (mutant.kind == "condition" and before is after) or (before is False and after is False):
        return False
    book = mutant.rulebook
    truths = [(rule, rule.when.holds(known)) for rule in book.rules]
    verdicts = Verdicts(
        tuple([rule for rule, truth in truths if truth]), tuple([rule for rule, truth in truths if truth is None])
    )
    profile = Profile(case.profile.to_dict(), rulebook=book)
    return bool(case.differences(decide(profile, verdicts, engine="reference", region="")))


# -- mutants of a condition --------------------------------------------------------------------------------------------


def written(condition: Condition) -> str:
    """A condition as text that reads back to the same meaning.

    >>> written(AnyOf((Present("fever"), Compare("age", ">", 60))))
    '(fever or age > 60)'
    """
    match condition:
        case Present(finding):
            return finding
        case Absent(finding):
            return f"not {finding}"
        case Compare(finding, op, bound):
            return f"{finding} {op} {bound}"
        case OneOf(finding, options):
            return f"{finding} in ({', '.join(map(repr, options))},)"
        case AllOf(()):
            return "always"
        case AllOf(terms):
            return f"({' and '.join(map(written, terms))})"
        case AnyOf(terms):
            return f"({' or '.join(map(written, terms))})"
        case AtLeast(n, terms):
            return f"(count({', '.join(map(written, terms))}) >= {n})"


def condition_mutants(condition: Condition, vocabulary: Vocabulary) -> Iterator[tuple[str, Condition]]:
    """Every condition that differs in one small thing, with the name of the thing."""
    text = written(condition)
    match condition:
        case Present(finding):
            yield f"{text}: not", Absent(finding)
        case Absent(finding):
            yield f"{text}: no not", Present(finding)
        case OneOf(finding, options):
            for option in options if len(options) > 1 else ():
                yield f"{text}: drop {option}", OneOf(finding, tuple(kept for kept in options if kept != option))
        case Compare():
            yield from _comparisons(condition, vocabulary)
        case AllOf(terms) | AnyOf(terms) | AtLeast(_, terms):
            yield from _joints(condition)
            for number, term in enumerate(terms):
                for name, mutant in condition_mutants(term, vocabulary):
                    yield name, attrs.evolve(condition, terms=(*terms[:number], mutant, *terms[number + 1 :]))


def _comparisons(condition: Compare, vocabulary: Vocabulary) -> Iterator[tuple[str, Condition]]:
    """The threshold one step to each side, with and without the threshold itself."""
    number = vocabulary.findings[condition.finding]
    step = getattr(number, "step", 1)
    for bound in (condition.bound - step, condition.bound + step):
        if number.problem_with(bound) is None:
            yield f"{written(condition)}: {bound}", attrs.evolve(condition, bound=bound)
    if condition.op in _OTHER_SIDE:
        op = _OTHER_SIDE[condition.op]
        yield f"{written(condition)}: {op}", attrs.evolve(condition, op=op)


def _joints(condition: AllOf | AnyOf | AtLeast) -> Iterator[tuple[str, Condition]]:
    """A term less, ``and`` for ``or``, a count of one more or less."""
    terms = condition.terms
    for number, term in enumerate(terms if len(terms) > 1 else ()):
        yield f"drop {written(term)}", attrs.evolve(condition, terms=terms[:number] + terms[number + 1 :])
    match condition:
        case AllOf((_, _, *_)):
            yield f"{written(condition)}: or", AnyOf(terms)
        case AnyOf((_, _, *_)):
            yield f"{written(condition)}: and", AllOf(terms)
        case AtLeast(n):
            for other in (n - 1, n + 1):
                yield f"count >= {other}", AtLeast(other, terms)


# -- mutants of an effect ----------------------------------------------------------------------------------------------


def effect_mutants(rule: AnyRule, book: RuleBook) -> Iterator[tuple[str, AnyRule]]:
    """A weaker level, a weaker effect on exercise, a selector or an offer dropped; with the name of the change.

    Exercises that are refused to everybody are left alone: a rulebook without such a refusal does not load.
    """
    effect = rule.effect
    if isinstance(effect, Urgent):
        levels = list(Urgency)
        level = levels[max(0, levels.index(effect.level) - 1)]
        yield f"{effect.level} -> {level}", attrs.evolve(rule, effect=attrs.evolve(effect, level=level))
        if effect.exercise in _WEAKER_EXERCISE:
            exercise = _WEAKER_EXERCISE[effect.exercise]
            mutant = attrs.evolve(rule, effect=attrs.evolve(effect, exercise=exercise))
            yield f"exercise {effect.exercise} -> {exercise}", mutant
    elif isinstance(effect, Exclude) and rule.when != ALWAYS:
        for dropped in effect.selectors:
            selectors = tuple(one for one in effect.selectors if one != dropped)
            kept, _ = select(selectors, book.exercises, book.sets)
            yield f"without {dropped}", attrs.evolve(rule, effect=Exclude(selectors=selectors, exercises=kept))
    elif isinstance(effect, Offer):
        others = {id_ for one in book.rules if one is not rule for id_ in _offered(one)}
        for dropped in [id_ for id_ in effect.exercises if id_ in others]:
            offered = tuple(id_ for id_ in effect.exercises if id_ != dropped)
            yield f"without {dropped}", attrs.evolve(rule, effect=Offer(exercises=offered))


def _offered(rule: AnyRule) -> tuple[str, ...]:
    return rule.effect.exercises if isinstance(rule.effect, Offer) else ()


def _worst_first(rule: AnyRule) -> int:
    return -rule.effect.level.rank if isinstance(rule.effect, Urgent) else 1
