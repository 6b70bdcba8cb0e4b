"""The notation of times and days in reports, and what is known about the times of files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.times import TimeBasis
from webshellhunt.reports.printable import one_line


def utc(time: datetime | None) -> str | None:
    """Return a time as ISO 8601 in UTC with ``Z``; a time without a zone is UTC."""
    if time is None:
        return None
    return (time.astimezone(UTC) if time.tzinfo is not None else time).replace(tzinfo=None).isoformat() + "Z"


def second(time: datetime | None) -> str | None:
    """Return a time without the parts of a second that logs of Exchange have."""
    return None if time is None else utc(time.replace(microsecond=0))


def aware(time: datetime) -> datetime:
    """Return a time with its zone; a time without one is UTC."""
    return time if time.tzinfo is not None else time.replace(tzinfo=UTC)


def day(day: date | None) -> str | None:
    """Return a day as ISO 8601, or ``None`` if it is unknown."""
    return None if day is None else day.isoformat()


def server_times(times: Timestamps) -> Timestamps:
    """Return the times of a file on the server: none if those that are known are the times of a copy."""
    return times if times.original else Timestamps()


def time_basis_lines(bases: Sequence[TimeBasis]) -> Iterator[str]:
    """Yield whether file times are original, one sentence for all places with the same answer."""
    groups: dict[tuple[bool, str], list[str]] = {}
    for basis in bases:
        groups.setdefault((basis.original, one_line(basis.reason)), []).append(one_line(basis.place))
    for (original, reason), places in groups.items():
        where = f"{', '.join(places)}: " if len(groups) > 1 else ""
        taken = "those of the server" if original else "possibly those of a copy, so no planting time follows from them"
        yield f"{where}{taken} ({reason}){kept_words(original=original, reason=reason)}"


def kept_words(*, original: bool, reason: str) -> str:
    """Return the way out of unknown planting times."""
    return "" if original or "--times" in reason else "; if the copy preserved them, add --times original"
