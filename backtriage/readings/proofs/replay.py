"""What the solver finds goes through the engines, and is made small."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Final, TypeAlias

from ...errors import MissingExtra, ProfileError
from ...triage.deciding import decided
from ...triage.outcome import Decision
from ...triage.profile import Profile
from .results import Witness

Assess: TypeAlias = Callable[[Profile], Decision]
Shows: TypeAlias = Callable[..., str]
"""``(assess, profile, …)`` to what the profiles show, in words, or an empty string."""
Engines: TypeAlias = Mapping[str, Assess]
"""Name to engine; the first also makes witnesses small."""
ENGINES: Final[Engines] = {
    "reference": partial(decided, made=Decision, engine="reference"),
    "durable": partial(decided, made=Decision, engine="durable"),
}


def replayed(shows: Shows, *profiles: Profile, engines: Engines = ENGINES) -> Witness | None:
    """The witness that some profiles are, if every engine that is installed says so."""
    said = ""
    agreeing = []
    for name, run in engines.items():
        try:
            said = shows(run, *profiles)
        except MissingExtra:
            continue
        if not said:
            return None
        agreeing.append(name)
    return Witness(profiles=profiles, shows=said, engines=tuple(agreeing))


def smallest(shows: Shows, *profiles: Profile, engines: Engines = ENGINES) -> tuple[Profile, ...]:
    """The profiles with every answer left out that is not needed to show the same, every yes made a no that need not be
    one, and the absences that are needed given as denied checklists. No answer or denial that is left can be left out,
    and no yes can be a no."""
    run = next(iter(engines.values()))

    def tried(change: Callable[[Profile], Profile]) -> bool:
        nonlocal profiles
        try:
            changed = tuple(change(profile) for profile in profiles)
        except ProfileError:
            return False
        if changed == profiles or not shows(run, *changed):
            return False
        profiles = changed
        return True

    tried(partial(_with, sure=True))
    while True:
        names = {name for profile in profiles for name in profile.given}
        absent = {name for name in names if all(profile.given.get(name) is False for profile in profiles)}
        smaller = [tried(partial(_with, without={name})) for name in (*sorted(absent), *sorted(names - absent))]
        smaller += [tried(partial(_saying_no, name=name)) for name in sorted(names)]
        smaller += [tried(partial(_without_denying, checklist=id_)) for id_ in profiles[0].denies]
        for id_, listed in _listed_by_all(profiles).items():
            if len(listed & absent & profiles[0].given.keys()) > 1:
                smaller.append(tried(partial(_denying, checklist=id_)))
        if not any(smaller):
            return profiles


def _listed_by_all(profiles: tuple[Profile, ...]) -> Mapping[str, frozenset[str]]:
    """The checklists of all the profiles' rulebooks, each with the findings that it has in all of them."""
    lists = [profile.rulebook.vocabulary.checklists for profile in profiles]
    ids = [id_ for id_ in lists[0] if all(id_ in other for other in lists)]
    return {id_: frozenset.intersection(*(frozenset(one[id_].findings) for one in lists)) for id_ in ids}


def _saying_no(profile: Profile, name: str) -> Profile:
    return profile.with_({name: False}) if profile.given.get(name) is True else profile


def _denying(profile: Profile, checklist: str) -> Profile:
    listed = profile.rulebook.vocabulary.checklists[checklist].findings
    absent = {name for name in listed if profile.given.get(name) is False}
    return _with(profile, without=absent, denies=(checklist,))


def _without_denying(profile: Profile, checklist: str) -> Profile:
    kept = [id_ for id_ in profile.denies if id_ != checklist]
    return Profile(dict(profile.given), denies=kept, not_sure=profile.not_sure, rulebook=profile.rulebook)


def _with(
    profile: Profile, *, without: Collection[str] = (), denies: Collection[str] = (), sure: bool = False
) -> Profile:
    kept: dict[str, object] = {name: value for name, value in profile.given.items() if name not in without}
    return Profile(
        kept, denies=(*profile.denies, *denies), not_sure=() if sure else profile.not_sure, rulebook=profile.rulebook
    )
