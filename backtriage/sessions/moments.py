"""Times: a ``datetime`` that says which hour it means, kept in UTC. No clock is ever read."""

from __future__ import annotations

from datetime import UTC, datetime

from ..errors import Problem, shown


def instant(value: object, where: str) -> datetime | Problem:
    """A time in UTC, or what is wrong with it.

    A time without a time zone is refused: an hour is skipped or comes twice when the clocks change.

    >>> from datetime import timedelta, timezone
    >>> print(instant(datetime(2026, 11, 21, 10, tzinfo=timezone(timedelta(hours=1))), "at"))
    2026-11-21 09:00:00+00:00
    >>> print(instant(datetime(2026, 11, 21, 10), "at"))
    at: `datetime.datetime(2026, 11, 21, 10, 0)` has no time zone; as in datetime.now(UTC)
    """
    if not isinstance(value, datetime):
        return Problem(where=where, what=f"{shown(value)} is not a time", hint="give a datetime with a time zone")
    try:
        if value.utcoffset() is None:
            return Problem(where=where, what=f"{shown(value)} has no time zone", hint="as in datetime.now(UTC)")
        # Within one zone Python compares and subtracts by the clock on the wall, which jumps: UTC does not.
        utc = value.astimezone(UTC)
    except (ValueError, OverflowError):
        return Problem(where=where, what=f"{shown(value)} is out of range", hint="give a time of this century")
    return datetime(utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second, utc.microsecond, UTC)


def read_instant(value: object, where: str) -> datetime | Problem:
    """A time written as in ISO 8601, with its offset, or what is wrong with it.

    >>> print(read_instant("2026-11-21T10:00:00+01:00", "at"))
    2026-11-21 09:00:00+00:00
    """
    hint = "as in 2026-11-21T09:00:00+00:00"
    if not isinstance(value, str) or len(value) > 40:
        return Problem(where=where, what=f"{shown(value)} is not a time", hint=hint)
    try:
        return instant(datetime.fromisoformat(value), where)
    except ValueError:
        return Problem(where=where, what=f"{shown(value)} is not a time", hint=hint)
