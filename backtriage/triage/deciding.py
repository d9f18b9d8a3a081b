"""From a profile, past an engine, to a decision."""

from __future__ import annotations

from . import fast
from .decision import D, decide
from .engines.chosen import EngineName, engine_of
from .profile import Profile


def decided(profile: Profile, *, made: type[D], engine: EngineName | None = None, region: str | None = "") -> D:
    """What is decided about one person, made a decision of some kind.

    Raises:
        ProfileError: If the region is unknown.
        UnknownName, MissingExtra, EngineDisagreement: As :func:`backtriage.assess` does.
    """
    profile.rulebook.region(region)  # says what is wrong with it
    chosen = engine_of(engine, profile.rulebook)
    verdicts = chosen.evaluate(profile.known)
    return decide(profile, verdicts, engine=chosen.name, region=region or "", made=made, by=fast.conclusions)
