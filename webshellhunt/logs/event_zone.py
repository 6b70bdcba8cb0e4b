"""The zone of exported events: some collectors write local times as if they were UTC.

Sysmon states the time of each of its events in UTC as a value of its own, so that the difference is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

from webshellhunt.logs.event_fields import utc_text
from webshellhunt.model.traffic import read_time

_QUARTER: Final = timedelta(minutes=15)
_MOST: Final = timedelta(hours=14)
_SHARE: Final = 0.9
_LEAST: Final = 3


def zone_of(events: Iterable[Mapping[str, str]]) -> timedelta:
    """Return how far the times of events are behind UTC; nothing if no event states both, or they disagree."""
    votes: Counter[int] = Counter()
    for fields in events:
        own, stated = read_time(fields.get("time", "")), read_time(utc_text(fields.get("data.utctime", "")))
        if own is not None and stated is not None and fields.get("provider", "").endswith("Sysmon"):
            votes[round((stated - own) / _QUARTER)] += 1
    ((quarters, count),) = votes.most_common(1) or ((0, 0),)
    behind = quarters * _QUARTER
    agreed = count >= _LEAST and count >= _SHARE * votes.total() and abs(behind) <= _MOST
    return behind if agreed else timedelta()


def shifted(time: str, behind: timedelta) -> str:
    """Return a time in UTC."""
    when = read_time(time)
    if when is None or not behind:
        return time
    try:
        return utc_text((when + behind).isoformat())
    except OverflowError:
        return time


def zone_words(behind: timedelta) -> str:
    """Return a difference from UTC in words."""
    minutes = abs(int(behind.total_seconds() // 60))
    side = "behind" if behind > timedelta() else "ahead of"
    return f"{minutes // 60} h {minutes % 60:02} min {side} UTC"
