"""The times of events: the time of the hunt, and numbers since 1970 as platforms store them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from webshellhunt.model.report import Report
from webshellhunt.reports.times import utc

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of an event whose time is unknown, where a platform needs one."""

_MILLISECOND: Final = timedelta(milliseconds=1)
_MICROSECOND: Final = timedelta(microseconds=1)


def hunt_time(report: Report) -> datetime:
    """Return the start of the hunt, which is the time of its detections; ``EPOCH`` if the report lacks it."""
    return _aware(report.run.started_utc or EPOCH)


def milliseconds(when: datetime | None) -> int | None:
    """Return the milliseconds since 1970, negative before it; a time without a zone is UTC."""
    return None if when is None else (_aware(when) - EPOCH) // _MILLISECOND


def microseconds(when: datetime) -> int:
    """Return the microseconds since 1970, negative before it; a time without a zone is UTC."""
    return (_aware(when) - EPOCH) // _MICROSECOND


def with_offset(when: datetime) -> str:
    """Return a time as ISO 8601 in UTC with the offset ``+00:00``."""
    return f"{(utc(when) or '').removesuffix('Z')}+00:00"


def _aware(when: datetime) -> datetime:
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)
