"""The notation of times and days in reports, and the known facts about the times of files."""

from datetime import UTC, date, datetime

from webshellhunt.model.artifact import Timestamps


def utc(time: datetime | None) -> str | None:
    """Return a time as ISO 8601 in UTC with ``Z``; a time without a zone is UTC."""
    return None if time is None else aware(time).replace(tzinfo=None).isoformat() + "Z"


def second(time: datetime | None) -> str | None:
    """Return a time without the parts of a second that logs of Exchange have."""
    return None if time is None else utc(time.replace(microsecond=0))


def aware(time: datetime) -> datetime:
    """Return a time with the zone UTC; a time without a zone is in UTC."""
    return time.astimezone(UTC) if time.tzinfo is not None else time.replace(tzinfo=UTC)


def day(day: date | None) -> str | None:
    """Return a day as ISO 8601, or ``None`` if it is unknown."""
    return None if day is None else day.isoformat()


def server_times(times: Timestamps) -> Timestamps:
    """Return the times of a file on the server: none if those that are known are the times of a copy."""
    return times if times.original else Timestamps()
