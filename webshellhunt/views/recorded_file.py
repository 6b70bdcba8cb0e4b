"""A recorded file: what the file table and the change journal of a drive say about one page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from webshellhunt.model.findings import Evidence, FactValue, Span
from webshellhunt.model.places import Role
from webshellhunt.model.times import second_in_utc

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


class Move(NamedTuple):
    """A change of the name or the directory of a file; a path that is unknown begins with ``…``."""

    when_utc: datetime | None
    old: str
    new: str


class RecordedFile(NamedTuple):
    r"""The records of one file.

    ``path`` is its path on the server, and ``role`` that of its directory. ``is_shipped`` is true if Exchange ships a
    page there. ``created_utc``, ``written_utc``, ``times_set_utc`` and ``deleted_utc`` are times of the change journal
    (``C:\$Extend\$UsnJrnl:$J``), and ``moves`` its renamings. ``name_created_utc`` is the time in the name of its file
    record.

    ``is_gone`` is true if it was deleted or moved away, and ``is_collected`` is false if it is there and the source
    lacks it. ``among_many`` is true if many pages of the drive were deleted within an hour of it. ``is_of_setup`` is
    true if setup or an update brought it, removed it (if its age is unknown), or made a stock page of it.

    ``record`` is the number of the file record in ``table``, and ``change`` the number of the last change in
    ``journal``; the paths are ``None`` without one.
    """

    path: str
    role: Role
    is_shipped: bool = False
    created_utc: datetime | None = None
    written_utc: datetime | None = None
    times_set_utc: datetime | None = None
    deleted_utc: datetime | None = None
    moves: tuple[Move, ...] = ()
    name_created_utc: datetime | None = None
    is_gone: bool = False
    is_collected: bool = True
    among_many: bool = False
    is_of_setup: bool = False
    table: str | None = None
    record: int = 0
    journal: str | None = None
    change: int = 0

    @property
    def lived(self) -> timedelta | None:
        """The time from the creation to the deletion, if both are known."""
        gone = self.gone_utc
        return None if gone is None or self.created_utc is None else gone - self.created_utc

    @property
    def gone_utc(self) -> datetime | None:
        """The time at which the file was deleted or moved away, if it is known."""
        if self.deleted_utc is not None or not self.is_gone:
            return self.deleted_utc
        return self.moves[-1].when_utc if self.moves else None

    @property
    def moved_here(self) -> Move | None:
        """The last change of its name that led to its present path."""
        path = self.path.lower()
        return next((each for each in reversed(self.moves) if each.new.lower() == path), None)

    @property
    def moved_away(self) -> Move | None:
        """The last change of its name, if it led to another path."""
        last = self.moves[-1] if self.moves else None
        return last if last is not None and last.new.lower() != self.path.lower() else None

    @property
    def fate(self) -> str:
        """The end of a page that is gone, in words."""
        return "deleted" if self.deleted_utc is not None or self.moved_away is None else "renamed away"

    @property
    def story(self) -> str:
        """When a page came and went, in words, with the witness."""
        gone, lived = self.gone_utc, self.lived
        away = self.moved_away if self.deleted_utc is None else None
        parts = []
        if self.created_utc is not None:
            parts.append(f"created {second_in_utc(self.created_utc)}")
        elif self.name_created_utc is not None:
            parts.append(f"created {second_in_utc(self.name_created_utc)} (its name in the file table)")
        if away is not None:
            parts.append(f"renamed to {away.new} {second_in_utc(away.when_utc)}")
        elif gone is not None:
            after = f", {span_in_words(lived)} later" if lived is not None else ""
            parts.append(f"deleted {second_in_utc(gone)}{after}")
        else:
            parts.append("its file record is free, and still has its name")
        witness = "the change journal" if gone is not None else "the file table"
        return f"{', '.join(parts)}, says {witness} of the drive"

    def evidence(self) -> Iterator[Evidence]:
        """Yield the records that say so."""
        for path, number in ((self.journal, self.change), (self.table, self.record)):
            if path is not None:
                yield Evidence(path, "log", Span(0, 0), max(number, 1), 1, "")

    def facts(self) -> dict[str, FactValue]:
        """Return the times as facts."""
        moves = tuple(f"{second_in_utc(each.when_utc)} {each.old} → {each.new}" for each in self.moves[-5:])
        return {
            "recorded_created": second_in_utc(self.created_utc),
            "recorded_written": second_in_utc(self.written_utc),
            "recorded_times_set": second_in_utc(self.times_set_utc),
            "recorded_renamed": second_in_utc(self.moves[-1].when_utc) if self.moves else None,
            "recorded_deleted": second_in_utc(self.deleted_utc),
            "name_created": second_in_utc(self.name_created_utc),
            "renamings": moves or None,
        }


def span_in_words(span: timedelta) -> str:
    """Return a span in its largest whole unit: ``20 minutes``, ``3 hours``, ``12 days``."""
    seconds = max(0, int(span.total_seconds()))
    for unit, name in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= unit:
            number = seconds // unit
            return f"{number:,} {name}{'' if number == 1 else 's'}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"
