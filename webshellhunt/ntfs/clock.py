"""Times of NTFS: 100-nanosecond ticks since 1601, in UTC.

Source: [MS-DTYP] 2.3.3 (FILETIME).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_START = datetime(1601, 1, 1, tzinfo=UTC)
_LAST = 0x24C8_5A5E_D1C0_0000  # beyond the year 9999


def utc_of(ticks: int) -> datetime | None:
    """Return the time of a number of ticks; ``None`` for zero and for a time that no calendar has."""
    if not 0 < ticks < _LAST:
        return None
    try:
        return _START + timedelta(microseconds=ticks // 10)
    except OverflowError:
        return None
