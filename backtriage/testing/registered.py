"""Importing this tells Hypothesis what a profile is; it happens by itself once both libraries are imported."""

from __future__ import annotations

from hypothesis import strategies as st

from ..triage.profile import Profile


def _profiles(_: type[Profile]) -> st.SearchStrategy[Profile]:
    from .strategies import profiles  # noqa: PLC0415 - needed only when one is drawn

    return profiles()


st.register_type_strategy(Profile, _profiles)
