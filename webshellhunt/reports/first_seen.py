"""Since: the time since when a subject is there, in words, from its planting or the first witness that saw it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from webshellhunt.model.traffic import read_time
from webshellhunt.model.verdict import Verdict
from webshellhunt.reports.short_phrases import UNKNOWN
from webshellhunt.views.file_times import bounds_of

_PLANTED: Final = ("planted_at", "first_success", "registered_at")
_SEEN: Final = ("first_ran", "first_seen", "first_answered", "detected_at", "recorded_created", "done_at", "taken_at")
"""The facts of findings that are times at which a subject was there already."""


class Since(NamedTuple):
    """The time of planting, the latest one if witnesses disagree, and both in words."""

    when_utc: datetime | None = None
    until_utc: datetime | None = None
    words: str = UNKNOWN


def since_of(verdict: Verdict, until_utc: datetime | None = None) -> Since:
    """Return since when a subject is there; ``until_utc`` is the latest time of planting in the timeline, if any.

    Without a time of planting, the words name the bounds between snapshots, or the first day on which it was seen.
    """
    planting = verdict.planting
    if planting is not None and planting.when_utc is not None:
        return _between(planting.when_utc, until_utc)
    bounds = bounds_of(verdict.findings) if planting is not None else None
    if bounds is not None and bounds.earliest is not None:
        if bounds.latest is None:
            return Since(words=f"after {_day(bounds.earliest)}")
        return _between(bounds.earliest, bounds.latest)
    planted = min(_times(verdict, _PLANTED), default=None)
    if planted is not None:
        return _between(planted, None)
    seen = min((*_times(verdict, _SEEN), *_first_use(verdict)), default=None)
    return Since() if seen is None else Since(words=f"by {_day(seen)}")


def _between(when: datetime, until: datetime | None) -> Since:
    day, last = _day(when), _day(until) if until is not None else ""
    return Since(when, until, f"{day} to {last}" if last > day else day)


def _times(verdict: Verdict, names: tuple[str, ...]) -> Iterator[datetime]:
    for finding in verdict.counted:
        for name in names:
            when = read_time(str(finding.facts.get(name) or ""))
            if when is not None:
                yield when


def _first_use(verdict: Verdict) -> Iterator[datetime]:
    if verdict.use is not None and verdict.use.answered and verdict.use.first_utc is not None:
        yield verdict.use.first_utc


def _day(when: datetime) -> str:
    return when.date().isoformat()
