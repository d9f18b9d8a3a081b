"""The lines of an episode: plain JSON, each with the digest of the one before, so that a lost or changed one shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, Literal

import attrs

from ..errors import Problem, ProfileError
from ..findings.frozen import frozen
from ..findings.strict_json import read_json
from ..rulebook.book import RulebookId
from ..rulebook.reading.structuring import complaints, structured
from ..sessions.moments import read_instant

Kind = Literal["contact", "session", "did"]
BEGINNING: Final = ""
"""What stands for the digest of the line before the first one."""
MAX_LINE_BYTES: Final = 1_000_000


@attrs.frozen(kw_only=True)
class EpisodeLine:
    """One thing that happened.

    Attributes:
        kind: ``contact``, ``session`` or ``did``.
        at: When, in UTC.
        rulebook: Which rulebook it was made with.
        given: What was answered, reported or done, as plain data.
        said: What the person was told, as plain data.
        before: The digest of the line before it; empty for the first one.
        digest: SHA-256 of all of this, hexadecimal.

    >>> import backtriage as bt
    >>> from datetime import UTC, datetime
    >>> episode = bt.Episode.begin().contact({"age": 41}, at=datetime(2026, 12, 1, 9, tzinfo=UTC))
    >>> episode.lines[0].kind, episode.lines[0].given["answers"]
    ('contact', {'age': 41})
    """

    kind: Kind
    at: datetime
    rulebook: RulebookId
    given: Mapping[str, Any] = attrs.field(converter=frozen, hash=False)
    said: Mapping[str, Any] = attrs.field(converter=frozen, hash=False)
    before: str
    digest: str = attrs.field(init=False)

    @digest.default
    def _digest(self) -> str:
        return hashlib.sha256(written(self._content()).encode()).hexdigest()

    def _content(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "at": self.at.isoformat(),
            "rulebook": attrs.asdict(self.rulebook),
            "given": dict(self.given),
            "said": dict(self.said),
            "before": self.before,
        }

    def to_json(self) -> str:
        """The line as it is kept, without a line break."""
        return written({**self._content(), "digest": self.digest})


def written(data: Mapping[str, Any]) -> str:
    """Plain data as JSON on one line, the same text for the same data."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_lines(lines: Iterable[str]) -> Iterator[EpisodeLine]:
    """The lines of an episode, each checked against its digest and against the line before it.

    Raises:
        ProfileError: At the first line that is none, was changed, or has lost the one before it.
    """
    before, at = BEGINNING, None
    for number, text in enumerate(lines, 1):
        line = read_line(text, f"line {number}")
        if line.before != before:
            what = "the line before it is missing" if line.before else "it begins another episode"
            raise ProfileError.of(f"line {number}", what, "give every line in its order")
        if at is not None and line.at < at:
            raise ProfileError.of(f"line {number}", "earlier than the line before it", "time only goes on")
        before, at = line.digest, line.at
        yield line


def read_line(text: str, where: str) -> EpisodeLine:
    """One line, checked against its digest.

    Raises:
        ProfileError: If it is none, or was changed.
    """
    if not isinstance(text, str) or len(text) > MAX_LINE_BYTES:
        raise ProfileError.of(where, "no line of an episode", f"text of at most {MAX_LINE_BYTES} characters")
    try:
        data = read_json(text)
        table = structured(data, _Written)
    except ProfileError as error:
        raise error.within(where) from None
    except Exception as error:  # noqa: BLE001 - whatever a line provokes, all of it is reported
        found = [Problem(where=f"{where}{path}", what=what, hint=hint) for path, what, hint in complaints(error)]
        raise ProfileError(found) from None
    at = read_instant(table.at, f"{where}.at")
    if isinstance(at, Problem):
        raise ProfileError([at])
    given = {name: getattr(table, name) for name in ("kind", "rulebook", "given", "said", "before")}
    line = EpisodeLine(at=at, **given)
    if line.digest != table.digest or line.to_json() != text:
        raise ProfileError.of(where, "it was changed since it was written", "its digest is another one")
    return line


@attrs.frozen(kw_only=True)
class _Written:
    """A line as it stands in its JSON."""

    kind: Kind
    at: str
    rulebook: RulebookId
    given: Mapping[str, Any]
    said: Mapping[str, Any]
    before: str
    digest: str
