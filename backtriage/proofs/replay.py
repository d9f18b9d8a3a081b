"""What the solver finds goes through the engines, and is made small."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final, TypeAlias

from ..assessment import Assessment
from ..errors import MissingExtra, ProfileError
from ..profile import Profile
from ..triage import EngineName, assess
from .results import Witness

Assess: TypeAlias = Callable[[Profile], Assessment]
Shows: TypeAlias = Callable[..., str]
"""``(assess, profile, …)`` to what the profiles show, in words, or an empty string."""
ENGINES: Final[tuple[EngineName, ...]] = ("reference", "durable")


def replayed(shows: Shows, *profiles: Profile) -> Witness | None:
    """The witness that some profiles are, if every engine that is installed says so."""
    said = ""
    engines = []
    for engine in ENGINES:

        def run(profile: Profile, name: EngineName = engine) -> Assessment:
            return assess(profile, engine=name)

        try:
            said = shows(run, *profiles)
        except MissingExtra:
            continue
        if not said:
            return None
        engines.append(engine)
    return Witness(profiles=profiles, shows=said, engines=tuple(engines))


def smallest(shows: Shows, *profiles: Profile) -> tuple[Profile, ...]:
    """The profiles with every answer left out that is not needed to show the same, and the absences that are needed
    given as denied checklists."""

    def run(profile: Profile) -> Assessment:
        return assess(profile, engine="reference")

    def tried(change: Callable[[Profile], Profile]) -> tuple[Profile, ...]:
        try:
            changed = tuple(change(profile) for profile in profiles)
            return changed if shows(run, *changed) else profiles
        except ProfileError:
            return profiles

    profiles = tried(lambda profile: _with(profile, sure=True))
    names = {name for profile in profiles for name in profile.given}
    for name in sorted(names, key=lambda name: (not _is_absent(name, profiles), name)):
        profiles = tried(lambda profile, name=name: _with(profile, without={name}))  # type: ignore[misc]
    for id_, checklist in profiles[0].rulebook.vocabulary.checklists.items():
        if any(_is_absent(name, profiles) for name in checklist.findings):
            profiles = tried(lambda profile, id_=id_: _denying(profile, id_))  # type: ignore[misc]
    return profiles


def _is_absent(name: str, profiles: tuple[Profile, ...]) -> bool:
    return all(profile.given.get(name) is False for profile in profiles)


def _denying(profile: Profile, checklist: str) -> Profile:
    listed = profile.rulebook.vocabulary.checklists[checklist].findings
    absent = {name for name in listed if profile.given.get(name) is False}
    return _with(profile, without=absent, denies=(checklist,))


def _with(
    profile: Profile, *, without: Collection[str] = (), denies: Collection[str] = (), sure: bool = False
) -> Profile:
    kept: dict[str, object] = {name: value for name, value in profile.given.items() if name not in without}
    return Profile(
        kept, denies=(*profile.denies, *denies), not_sure=() if sure else profile.not_sure, rulebook=profile.rulebook
    )
