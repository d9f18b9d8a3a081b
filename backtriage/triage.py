"""assess(): through the door, past an engine, to a decision."""

from __future__ import annotations

import copyreg
import importlib.util
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal
from weakref import WeakKeyDictionary

from .assessment import Assessment
from .decision import decide
from .door import is_nothing
from .engines.reference import ReferenceEngine
from .errors import MissingExtra, ProfileError, UnknownName, shown
from .profile import Profile
from .rulebook import RuleBook

if TYPE_CHECKING:
    from typing import Unpack

    from ._answers import Answers
    from .engines import Engine

EngineName = Literal["durable", "reference"]

_ENGINES: Final[dict[str, WeakKeyDictionary[RuleBook, Engine]]] = {
    "durable": WeakKeyDictionary(),
    "reference": WeakKeyDictionary(),
}
_HAS_DURABLE: Final = importlib.util.find_spec("durable_rules_engine") is not None


def assess(
    profile: Profile | Mapping[str, object] | None = None,
    /,
    *,
    denies: Iterable[str] = (),
    not_sure: Iterable[str] = (),
    engine: EngineName | None = None,
    rulebook: RuleBook | None = None,
    region: str | None = "",
    **answers: Unpack[Answers],
) -> Assessment:
    """What the rules say about one person.

    Args:
        profile: A profile, or a mapping of answers.
        denies: Checklists of which everything not answered otherwise is absent.
        not_sure: Findings or checklists that were asked and remain unknown.
        engine: ``durable`` (the default where durable-rules is installed) or ``reference``.
        rulebook: The rulebook; the default one, or the profile's, if left out.
        region: Whose telephone numbers to print: ``GB``, ``IE``, ``US``, ``CA``, ``AU``, ``NZ`` or ``EU``, in capitals;
            another country of the European Economic Area gets those of ``EU``, and ``notices`` says so.
        answers: Answers by finding name, as in :class:`Profile`.

    Raises:
        ProfileError: With every problem of the answers, or if the region is unknown.
        EngineDisagreement: If the two engines differ about what fires; then nothing is returned.
        MissingExtra: If durable-rules is asked for and not installed.

    >>> import backtriage as bt
    >>> a = bt.assess(age=50, new_bladder_change=True)
    >>> a.urgency, a.allowed
    (<Urgency.EMERGENCY: 'emergency'>, ())
    >>> bt.assess(age=50).urgency is None      # nothing is called harmless before it has been asked
    True
    """
    if profile is None:
        person = Profile(answers, denies=denies, not_sure=not_sure, rulebook=rulebook)
    else:
        person = _profile(profile, rulebook, {**answers, **_groups(denies, not_sure)})
    person.rulebook.region(region)  # says what is wrong with it
    chosen = _engine(engine, person.rulebook)
    return decide(person, chosen.evaluate(person.known), engine=chosen.name, region=region or "")


def _again(profile: Profile, engine: EngineName, region: str) -> Assessment:
    return assess(profile, engine=engine, region=region)


def _pickled(assessment: Assessment) -> tuple[Any, ...]:
    """An assessment follows from its profile: it is pickled as that, and made again."""
    return _again, (assessment.profile, assessment.engine, assessment.region)


copyreg.pickle(Assessment, _pickled)


def _groups(denies: Iterable[str], not_sure: Iterable[str]) -> dict[str, object]:
    return {name: group for name, group in (("denies", denies), ("not_sure", not_sure)) if not is_nothing(group)}


def _profile(profile: Profile | Mapping[str, object], rulebook: RuleBook | None, answers: dict[str, object]) -> Profile:
    if isinstance(profile, Profile):
        if rulebook is not None and rulebook is not profile.rulebook:
            profile = Profile(Profile.to_dict(profile), rulebook=rulebook)
        return profile.with_(answers) if answers else profile
    if not isinstance(profile, Mapping):
        raise ProfileError.of(
            "profile", f"{shown(profile)} is not a profile", "give a Profile, a mapping, or answers by name"
        )
    return Profile(profile, rulebook=rulebook, **answers)  # type: ignore[arg-type]  # the door checks every value


def _engine(name: str | None, book: RuleBook) -> Engine:
    if name is None:
        name = "durable" if _HAS_DURABLE else "reference"
    if not isinstance(name, str) or name not in _ENGINES:
        raise UnknownName.of("engine", f"{shown(name)} is no engine", f"known: {', '.join(_ENGINES)}")
    engines = _ENGINES[name]
    # No lock, which a fork could leave locked: two threads at the start may both build, and one engine stays.
    return engines.get(book) or engines.setdefault(book, _build(name, book))


def _build(name: str, book: RuleBook) -> Engine:
    if name == "reference":
        return ReferenceEngine(book)
    if not _HAS_DURABLE:
        raise MissingExtra("durable-rules", "durable")
    from .engines.durable import DurableEngine  # noqa: PLC0415 - an extra

    return DurableEngine(book)
