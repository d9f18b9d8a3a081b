"""That a later contact never counts for less than what was certain before it: the answers behind that stay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TypeGuard

import attrs

from ..assessment import Assessment, assess
from ..findings.conditions import Known, NotApplicable, Value
from ..rulebook.book import RuleBook
from ..rulebook.rules import AnyRule, Rule, Urgency, Urgent
from ..sessions.spoken import Spoken, spoken
from ..triage.engines.chosen import engine_of
from ..triage.profile import Profile


@attrs.frozen(kw_only=True)
class Kept:
    """An earlier answer that stays, as without it the second contact would count for less than what was certain.

    Attributes:
        finding: Its id.
        was: The earlier answer, which stays.
        said: What was said now; ``None`` for nothing, or not sure.
        rule: The rule that fired with it.
    """

    finding: str
    was: Value
    said: Value | None
    rule: Rule[Urgent] = attrs.field(eq=False)


def not_below(second: Assessment, certain: Assessment, said: Spoken) -> tuple[Assessment, tuple[Kept, ...]]:
    """A contact with the answers that it needs to count for no less than what was certain, and these answers.

    Args:
        second: The contact.
        certain: What was certain before it, or is with all that was said at once.
        said: What was said at the contact.
    """
    kept: tuple[Kept, ...] = ()
    for level in sorted({rule.effect.level for rule in certain.because if _is_urgent(rule)}, reverse=True):
        if level <= second.at_least:
            break
        kept += tuple(_kept(certain, level, second, said))
        second = _with(second, kept)
    return second, kept


def together_with(second: Assessment, certain: Assessment, said: Spoken) -> tuple[Assessment, tuple[Kept, ...]]:
    """A contact with all that was behind what was certain before it, where the two come to more than each by itself.

    A pain that was severe yesterday and an illness that is told today are one trouble.

    Args:
        second: The contact.
        certain: What was certain before it.
        said: What was said at the contact.
    """
    levels = {rule.effect.level for rule in certain.because if _is_urgent(rule)}
    kept = tuple(one for level in levels for one in _kept(certain, level, second, said))
    known = {**second.profile.known, **{one.finding: one.was for one in kept}}
    if not kept or worst_of(known, second) <= second.at_least:
        return second, ()
    both = _with(second, kept)
    flags = {id_ for id_, value in second.profile.known.items() if value is True and _flag(second, id_)}
    takes_back = both.could_be < second.could_be or any(both.profile.known.get(id_) is not True for id_ in flags)
    return (both, kept) if both.at_least > second.at_least and not takes_back else (second, ())


def worst_of(known: Known, assessment: Assessment) -> Urgency:
    """The worst level of the urgency rules that fire for what is known, by the rulebook of an assessment."""
    return _worst(assessment.profile.rulebook, frozenset(known.items()))


@lru_cache(maxsize=1_000)  # many contacts of an episode come to the same by the time of a later one
def _worst(book: RuleBook, known: frozenset[tuple[str, Value | NotApplicable]]) -> Urgency:
    fired, _ = engine_of("reference", book).evaluate(dict(known)).by_effect
    return max([rule.effect.level for rule in fired.urgency], default=Urgency.SELF_CARE)


def _with(second: Assessment, kept: Iterable[Kept]) -> Assessment:
    """A contact assessed anew with the answers that are kept."""
    profile = _restored(second.profile, {one.finding: one.was for one in kept})
    return assess(profile, engine=second.engine, region=second.region)  # type: ignore[arg-type]  # an engine's name


def _restored(profile: Profile, kept: Mapping[str, Value]) -> Profile:
    """The profile with earlier answers in place of those of now; what needs them otherwise goes, unless it is a red
    flag: then the earlier "no" does."""
    book = profile.rulebook
    said = {**profile.given, **kept}
    findings = book.vocabulary.findings
    pairs = book.vocabulary.close(said).contradictions
    needing = {id_ for id_, _ in pairs if not findings[id_].red_flag}
    kept = {
        id_: was for id_, was in kept.items() if not any(findings[flag].red_flag for flag, no in pairs if no == id_)
    }
    left = {id_: value for id_, value in profile.given.items() if id_ not in needing}
    return Profile(left, not_sure=profile.not_sure, rulebook=book).after(kept)


def _is_urgent(rule: AnyRule) -> TypeGuard[Rule[Urgent]]:
    return isinstance(rule.effect, Urgent)


def _kept(certain: Assessment, level: Urgency, second: Assessment, said: Spoken) -> Iterator[Kept]:
    """The answers behind every urgency rule of a level that was certain.

    With them each of these fires again. That a red flag was absent is none of them: it never makes a rule fire.
    """
    now = second.profile.known
    for rule in certain.because:
        if _is_urgent(rule) and rule.effect.level is level:
            for finding in sorted(rule.findings):
                for id_, was in _answer_then(certain.profile, finding).items():
                    if now.get(id_) != was and not (was is False and _flag(certain, id_)):
                        yield Kept(finding=id_, was=was, said=said.get(id_), rule=rule)


def _answer_then(profile: Profile, id_: str) -> Mapping[str, Value]:
    """An earlier answer, with what it implies."""
    was = profile.known.get(id_)
    if was is True:
        return _implied(profile.rulebook, id_)
    return {id_: was} if isinstance(was, bool | int | float | str) else {}


@lru_cache(maxsize=1_000)
def _implied(book: RuleBook, id_: str) -> Mapping[str, Value]:
    """A finding that is present, with all that is present whenever it is."""
    return dict.fromkeys(spoken(Profile({id_: True}, rulebook=book)), True)


def _flag(certain: Assessment, id_: str) -> bool:
    return certain.profile.rulebook.vocabulary.findings[id_].red_flag
