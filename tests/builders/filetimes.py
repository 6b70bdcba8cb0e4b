"""Times as Windows has them (FILETIME)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_START = datetime(1601, 1, 1, tzinfo=UTC)


def filetime(when: datetime) -> int:
    """Return the ticks of 100 nanoseconds from 1601 to a time."""
    return (when - _START) // timedelta(microseconds=1) * 10
