"""assess(): through the door, past an engine, to a decision with its words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from .errors import ProfileError, shown
from .findings.door import is_nothing
from .presentation import explanation, page, plain_data
from .rulebook.book import RuleBook
from .triage.deciding import decided
from .triage.engines.chosen import EngineName
from .triage.outcome import Decision
from .triage.profile import Profile

if TYPE_CHECKING:
    from typing import Unpack

    from .findings.answers import Answers
    from .presentation.chat_messages import ChatMessage
    from .what_if import WhatIf, WhatWouldChange


@attrs.frozen(kw_only=True, repr=False)
class Assessment(Decision):
    """What a rulebook says about one person: the decision, with its words."""

    def messages(self) -> tuple[ChatMessage, ...]:
        """What a chatbot says, in order; the locked ones word for word: see
        :func:`backtriage.presentation.chat_messages.messages`.

        >>> import backtriage as bt
        >>> bt.assess(new_bladder_change=True).messages()[0].locked
        True
        """
        from .presentation import chat_messages  # noqa: PLC0415 - read when it is asked for

        return chat_messages.messages(self)

    def explain(self, exercise: str) -> str:
        """Why an exercise is allowed or not, with whose guidance. It goes by its id or its name.

        Raises:
            UnknownName: If the rulebook has no such exercise.

        >>> import backtriage as bt
        >>> print(bt.assess(age=41).explain("sit_up").splitlines()[0])
        Full sit-up: excluded.
        """
        return explanation.explain(self, exercise)

    def what_if(self, exercise: str) -> WhatIf:
        """The fewest answers that would allow an exercise, or the single ones that would take it away.

        Raises:
            UnknownName: If the rulebook has no such exercise.

        >>> import backtriage as bt
        >>> bt.assess(new_bladder_change=True).what_if("bridge").outlook
        <Outlook.SEEN_FIRST: 'seen_first'>
        """
        from .what_if import what_if  # noqa: PLC0415 - as above

        return what_if(self, exercise)

    def what_would_change(self) -> WhatWouldChange:
        """The single answers that would make the action more urgent, and the fewest with which it would be less.

        >>> import backtriage as bt
        >>> len(bt.assess(new_bladder_change=True).what_would_change().up)
        0
        """
        from .what_if import what_would_change  # noqa: PLC0415 - as above

        return what_would_change(self)

    def __str__(self) -> str:
        return page.printed(self)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data: text, numbers, lists and mappings only."""
        return plain_data.plain(self)

    def to_json(self, *, indent: int | None = None) -> str:
        """:meth:`to_dict` as JSON. The same profile and rulebook give the same text but for the engine's name."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)

    def __reduce__(self) -> tuple[Any, ...]:
        """An assessment follows from its profile: it is pickled as that, and made again."""
        return _again, (self.profile, self.engine, self.region)


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
    return decided(person, engine=engine, region=region, made=Assessment)


def _again(profile: Profile, engine: EngineName, region: str) -> Assessment:
    return assess(profile, engine=engine, region=region)


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
