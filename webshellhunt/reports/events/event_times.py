"""The times of events: the time of the hunt, and numbers since 1970 as platforms store them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Verdict
from webshellhunt.reports.times import aware, utc

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of an event whose time is unknown, where a platform needs one."""

_MILLISECOND: Final = timedelta(milliseconds=1)
_MICROSECOND: Final = timedelta(microseconds=1)


def hunt_time(report: Report, unknown: datetime = EPOCH) -> datetime:
    """Return the start of the hunt, which is the time of its detections; ``unknown`` if the report lacks it."""
    return aware(report.run.started_utc or unknown)


def milliseconds(when: datetime | None) -> int | None:
    """Return the milliseconds since 1970, negative before it; a time without a zone is UTC."""
    return None if when is None else (aware(when) - EPOCH) // _MILLISECOND


def microseconds(when: datetime) -> int:
    """Return the microseconds since 1970, negative before it; a time without a zone is UTC."""
    return (aware(when) - EPOCH) // _MICROSECOND


def with_offset(when: datetime) -> str:
    """Return a time as ISO 8601 in UTC with the offset ``+00:00``."""
    return f"{(utc(when) or '').removesuffix('Z')}+00:00"


def period_of(verdict: Verdict) -> tuple[datetime | None, datetime | None]:
    """Return the times of planting and of the last use in their order; a page may be overwritten after its use."""
    first = verdict.planting.when_utc if verdict.planting is not None else None
    last = verdict.use.last_utc if verdict.use is not None else None
    if first is not None and last is not None and aware(last) < aware(first):
        return last, first
    return first, last
