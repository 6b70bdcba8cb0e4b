"""Records of antivirus software: detections, their outcomes, and the settings at that time."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from webshellhunt.model.filetime import filetime_utc

FILE_KINDS: Final = frozenset({"file", "containerfile"})
"""The kinds of resources whose name is the path of a file."""

NOT_FOUND: Final = 0x8050_8023
"""The result of an action on a file that is not there any more (``ERR_MP_THREAT_NOT_FOUND``)."""

_FIRST, _LAST = datetime(1995, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Outcome(StrEnum):
    """The outcome for a detected resource.

    ``gone`` means that the antivirus found nothing left to act on. ``detected`` means that the record names no action.
    """

    DETECTED = "detected"
    QUARANTINED = "quarantined"
    REMOVED = "removed"
    CLEANED = "cleaned"
    BLOCKED = "blocked"
    GONE = "gone"
    ALLOWED = "allowed"
    LEFT = "left"
    FAILED = "failed"


REMOVALS: Final = frozenset({Outcome.QUARANTINED, Outcome.REMOVED})
"""The outcomes after which the file is no longer at its place."""
FAILURES: Final = frozenset({Outcome.ALLOWED, Outcome.LEFT, Outcome.FAILED})
"""The outcomes that leave the file where it is."""


class FileFacts(NamedTuple):
    """Facts that a record has about the file itself; digests are lower-case hexadecimal."""

    sha256: str | None = None
    sha1: str | None = None
    md5: str | None = None
    size_bytes: int | None = None
    created_utc: datetime | None = None
    modified_utc: datetime | None = None

    def or_else(self, other: FileFacts) -> FileFacts:
        """Return these facts, and those of another record where one is missing."""
        return FileFacts(
            self.sha256 or other.sha256,
            self.sha1 or other.sha1,
            self.md5 or other.md5,
            other.size_bytes if self.size_bytes is None else self.size_bytes,
            self.created_utc or other.created_utc,
            self.modified_utc or other.modified_utc,
        )


class Detection(NamedTuple):
    r"""One resource that was detected, according to one record.

    ``kind`` is the kind of the resource (``file``, ``regkey``, ``process``…), ``resource`` its name: for a file the
    path on the server. ``detected_utc`` and ``acted_utc`` are the times of the detection and of the action. ``record``
    is the file with the record, ``line`` its line, 0 for a binary file. ``content`` is the name of the quarantined
    content.
    """

    threat: str
    kind: str
    resource: str
    outcome: Outcome
    record: str = ""
    line: int = 0
    detected_utc: datetime | None = None
    acted_utc: datetime | None = None
    user: str = ""
    process: str = ""
    facts: FileFacts = FileFacts()
    content: str | None = None

    @property
    def path(self) -> str:
        r"""The path of the file, without the name of a part of it (``C:\x.zip->x.aspx``)."""
        path = self.resource.partition("->")[0].removeprefix("\\\\?\\")
        return path[1:] if path[:1] == "_" and path[2:3] == ":" else path

    @property
    def when_utc(self) -> datetime | None:
        """The earliest time of the record."""
        return min((each for each in (self.detected_utc, self.acted_utc) if each is not None), default=None)

    @property
    def done_utc(self) -> datetime | None:
        """The time of the action, or that of the detection if it is unknown."""
        return self.acted_utc or self.detected_utc


class Exclusion(NamedTuple):
    """A path, extension or process that is not scanned, with the record that lists it."""

    kind: str
    value: str
    record: str = ""
    line: int = 0


class SettingChange(NamedTuple):
    """A change of the protection, in words; ``weakens`` is true if it is less afterwards."""

    words: str
    weakens: bool
    record: str = ""
    line: int = 0
    when_utc: datetime | None = None


def recorded_utc(ticks: int) -> datetime | None:
    """Return the time of a FILETIME, ``None`` if it can't be that of a record."""
    when = filetime_utc(ticks)
    return when if when is not None and _FIRST <= when <= _LAST else None
