"""File times of a source: the original times of the server, or the times of a copy."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple


class TimesChoice(StrEnum):
    """The user's choice for the times of a location: detected, original, or those of a copy."""

    AUTO = "auto"
    ORIGINAL = "original"
    COPY = "copy"


class TimeBasis(NamedTuple):
    """The decision about the times of one place of a source, with its reason.

    ``place`` is the location, or the folder of a further drive, in the spelling of the user. ``original`` is true if
    the times are those of the server; times of a copy date nothing. ``created`` is false if the creation times are not
    used, because copying changed them and no other times.
    """

    place: str
    original: bool
    reason: str
    created: bool = True


def second_in_utc(when: datetime | None) -> str | None:
    """Return a time as facts and messages have it, such as ``2021-03-03T04:05:06Z``; ``None`` for none."""
    return None if when is None else f"{when.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()}Z"
