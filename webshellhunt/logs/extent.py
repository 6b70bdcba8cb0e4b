"""Extent: how much of a log was read, how much of it is broken, and the period that it covers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from webshellhunt.model.patches import Witness, WitnessKind
from webshellhunt.model.traffic import USED_COLUMNS, LogFile, LogKind

_MOST_BUILDS = 16


class Extent:
    """The extent of a log so far."""

    def __init__(self) -> None:
        self._rows = 0
        self._broken = 0
        self._first_broken: int | None = None
        self._first: datetime | None = None
        self._last: datetime | None = None
        self._builds: dict[str, tuple[datetime, datetime]] = {}
        self._lacks: set[str] = set()

    def add(self, rows: int, columns: tuple[str, ...] = ()) -> None:
        """Add rows with their columns, if these are known."""
        self._rows += rows
        if columns and rows:
            self._lacks.update(USED_COLUMNS.keys() - set(columns))

    def add_broken(self, line: int) -> None:
        """Add a row that can't be read; it is one of the rows."""
        self._broken += 1
        if self._first_broken is None or line < self._first_broken:
            self._first_broken = line

    def add_time(self, when: datetime) -> None:
        """Add the time of a row."""
        self._first = when if self._first is None else min(self._first, when)
        self._last = when if self._last is None else max(self._last, when)

    def add_build(self, build: str, when: datetime) -> None:
        """Add the build of Exchange that wrote a row."""
        first, last = self._builds.get(build, (when, when))
        if build in self._builds or len(self._builds) < _MOST_BUILDS:
            self._builds[build] = min(first, when), max(last, when)

    def of(self, log: LogFile, *, truncated: bool) -> LogFile:
        """Return a log with its extent."""
        lacks = self._lacks if log.kind is LogKind.IIS else ()
        return log._replace(
            rows=self._rows,
            broken=self._broken,
            first_broken_line=self._first_broken,
            first_utc=self._first,
            last_utc=self._last,
            truncated=truncated,
            builds=tuple((build, *times) for build, times in sorted(self._builds.items())),
            lacks=tuple(name for name in USED_COLUMNS if name in lacks),
        )


def build_witnesses(logs: Iterable[LogFile]) -> list[Witness]:
    """Return the builds of Exchange that wrote some logs, each with its first and its last row, oldest first."""
    found: dict[str, list[tuple[datetime, str]]] = {}
    for log in logs:
        for build, first, last in log.builds:
            found.setdefault(build, []).extend([(first, log.path), (last, log.path)])
    edges = {(when, build, path) for build, rows in found.items() for when, path in (min(rows), max(rows))}
    return [Witness(WitnessKind.LOG, path, build, when) for when, build, path in sorted(edges)]
