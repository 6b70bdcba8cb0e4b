"""Extent: how much of a log was read, how much of it is broken, and the period that it covers."""

from __future__ import annotations

from datetime import datetime

from webshellhunt.model.traffic import USED_COLUMNS, LogFile, LogKind


class Extent:
    """The extent of a log so far."""

    def __init__(self) -> None:
        self._rows = 0
        self._broken = 0
        self._first_broken: int | None = None
        self._first: datetime | None = None
        self._last: datetime | None = None
        self._columns: set[tuple[str, ...]] = set()

    def add(self, rows: int, columns: tuple[str, ...] = ()) -> None:
        """Add rows with their columns, if these are known."""
        self._rows += rows
        if columns and rows:
            self._columns.add(columns)

    def add_broken(self, line: int) -> None:
        """Add a row that can't be read; it is one of the rows."""
        self._broken += 1
        if self._first_broken is None or line < self._first_broken:
            self._first_broken = line

    def add_time(self, when: datetime) -> None:
        """Add the time of a row."""
        self._first = when if self._first is None else min(self._first, when)
        self._last = when if self._last is None else max(self._last, when)

    def of(self, log: LogFile, *, truncated: bool) -> LogFile:
        """Return a log with its extent."""
        of_iis = self._columns if log.kind is LogKind.IIS else ()
        return log._replace(
            rows=self._rows,
            broken=self._broken,
            first_broken_line=self._first_broken,
            first_utc=self._first,
            last_utc=self._last,
            truncated=truncated,
            lacks=tuple(name for name in USED_COLUMNS if any(name not in columns for columns in of_iis)),
        )
