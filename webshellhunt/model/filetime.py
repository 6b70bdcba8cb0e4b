"""Times of Windows (FILETIME): ticks of 100 nanoseconds since 1601, in UTC.

Source: [MS-DTYP] 2.3.3 (FILETIME).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

_START = datetime(1601, 1, 1, tzinfo=UTC)
_LAST = 0x24C8_5A5E_D1C0_0000  # beyond the year 9999
_TICKS_TO_1970 = 116_444_736_000_000_000


@lru_cache(maxsize=4096)  # the times of one file, and those of neighbours, are often equal
def filetime_utc(ticks: int) -> datetime | None:
    """Return the time of a number of ticks; ``None`` for zero and for a time that no calendar has."""
    if not 0 < ticks < _LAST:
        return None
    try:
        return _START + timedelta(microseconds=ticks // 10)
    except OverflowError:
        return None


def filetime_ns(ticks: int) -> int | None:
    """Return the nanoseconds from 1970 to the time of a number of ticks, as ``os.stat`` has them; ``None`` for zero."""
    return (ticks - _TICKS_TO_1970) * 100 if ticks else None
