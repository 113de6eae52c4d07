"""The simulator's time, and how KSeF writes it."""

from __future__ import annotations

from datetime import UTC, datetime

_SEVENTH_DIGIT = "2"  # never a zero: .NET would trim it, and the client must cope with all seven


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def timestamp(moment: datetime) -> str:
    """A moment as KSeF writes it: `2025-07-11T12:23:56.0154302+00:00`.

    Seven digits after the point (ticks of .NET); a moment of whole seconds, such as a
    certificate's validity, has none: `2025-09-29T06:03:19+00:00`.
    """
    utc = moment.astimezone(UTC)
    seconds = utc.strftime("%Y-%m-%dT%H:%M:%S")
    if utc.microsecond == 0:
        return f"{seconds}+00:00"
    return f"{seconds}.{utc.microsecond:06d}{_SEVENTH_DIGIT}+00:00"


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970-01-01, the rest cut off (never rounded up)."""
    since_epoch = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (since_epoch.days * 86400 + since_epoch.seconds) * 1000 + (
        since_epoch.microseconds // 1000
    )
