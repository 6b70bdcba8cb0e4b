"""Log calendar: the hours in which the logs of each folder have rows, and the days that all logs cover."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Final

from webshellhunt.logs.hours import HoursTally, StepBack, day_of_hour, hour_of
from webshellhunt.logs.log_names import split_path
from webshellhunt.model.traffic import LogFile, LogKind

FRONT_END_SITE: Final = 1
"""The number of the Default Web Site, which is the front end of Exchange."""

_MOST_STEPS: Final = 50


@dataclass
class LogStream:
    """The logs of one kind in one folder.

    Attributes:
        folder: The folder on the server.
        kind: The kind of the logs.
        site: The number of the site, if there is one.
        files: The logs.
        rows: The number of rows in each hour.
    """

    folder: str
    kind: LogKind
    site: int | None = None
    files: list[LogFile] = field(default_factory=list)
    rows: Counter[int] = field(default_factory=Counter)

    @cached_property
    def hours(self) -> list[int]:
        """The hours with rows, in order; the calendar must be complete."""
        return sorted(self.rows)

    @cached_property
    def days(self) -> frozenset[date]:
        """The days with rows."""
        return frozenset(map(day_of_hour, self.hours))

    @property
    def name(self) -> str:
        """The last folder, such as ``W3SVC1``, or the last two of a log of Exchange."""
        parts = self.folder.split("\\")
        return "\\".join(parts[-2:]) if self.kind is LogKind.HTTP_PROXY else parts[-1] or self.folder

    @property
    def names(self) -> list[str]:
        """The names of the logs."""
        return [split_path(file.path)[1] for file in self.files]

    @property
    def broken_days(self) -> frozenset[date]:
        """The days of logs that are cut off or have broken rows, about which nothing is known."""
        broken = [file for file in self.files if file.truncated or file.broken * 100 > file.rows]
        ends = [(file.first_utc, file.last_utc) for file in broken]
        return frozenset(each.date() for pair in ends for each in pair if each is not None)

    @property
    def has_unread(self) -> bool:
        """True if a log could not be read, so that nothing is known about its days."""
        return any(file.truncated and file.first_utc is None for file in self.files)

    def hours_between(self, first: int, last: int) -> list[int]:
        """Return the hours with rows from one to another, both included."""
        return self.hours[bisect_left(self.hours, first) : bisect_right(self.hours, last)]

    def count(self, first: int, last: int) -> int:
        """Return the number of hours with rows from one to another, both included."""
        return bisect_right(self.hours, last) - bisect_left(self.hours, first)

    def rows_between(self, first: int, last: int) -> int:
        """Return the number of rows from one hour to another, both included."""
        return sum(self.rows[hour] for hour in self.hours_between(first, last))


class LogCalendar:
    """The hours with rows of all text logs, and the extents of event logs.

    Attributes:
        streams: The logs by folder and kind.
        proxy: The hours of all protocols of HttpProxy together.
        steps_back: The largest steps back of the clock.
    """

    def __init__(self, files: Iterable[LogFile], tallies: Iterable[HoursTally]) -> None:
        self._streams: dict[tuple[str, LogKind], LogStream] = {}
        self.proxy: LogStream = LogStream("HttpProxy", LogKind.HTTP_PROXY)
        self.steps_back: list[StepBack] = []
        for file in files:
            self._add_file(file)
        for tally in tallies:
            self._add_hours(tally.log, tally.rows)
            self.steps_back += tally.steps_back
        self.steps_back = sorted(self.steps_back, key=lambda each: -each.minutes)[:_MOST_STEPS]

    @property
    def streams(self) -> list[LogStream]:
        """The logs of each folder, in the order of the folders."""
        return [stream for _, stream in sorted(self._streams.items())]

    def of_kind(self, kind: LogKind) -> list[LogStream]:
        """Return the logs of one kind that have rows."""
        return [stream for stream in self.streams if stream.kind is kind and stream.rows]

    @cached_property
    def folders_of(self) -> Counter[int | None]:
        """The number of folders with IIS logs by site."""
        return Counter(stream.site for stream in self.of_kind(LogKind.IIS))

    @property
    def last_hour(self) -> int | None:
        """The last hour of any log: nothing is known after it."""
        last = [stream.hours[-1] for stream in self.streams if stream.rows]
        return max(last, default=None)

    def _add_file(self, file: LogFile) -> None:
        if file.kind is LogKind.EVENTS:
            return
        self._stream(file).files.append(file)

    def _add_hours(self, log: LogFile, rows: Mapping[int, int]) -> None:
        stream = self._stream(log)
        stream.rows.update(rows)
        if log.kind is LogKind.HTTP_PROXY:
            self.proxy.rows.update(rows)

    def _stream(self, file: LogFile) -> LogStream:
        folder = split_path(file.path)[0]
        known = self._streams.get((folder.lower(), file.kind))
        if known is None:
            known = self._streams[folder.lower(), file.kind] = LogStream(folder, file.kind, _site(file, folder))
        return known


def _site(file: LogFile, folder: str) -> int | None:
    """Return the number of the site, by the name of the folder if the log does not have it."""
    found = re.search(r"W3SVC(\d{1,9})$", folder, re.IGNORECASE)
    return file.site if file.site is not None or found is None else int(found[1])


def hours_of_day(day: date) -> tuple[int, int]:
    """Return the first and the last hour of a day."""
    first = hour_of(datetime.fromisoformat(f"{day}T00:00:00+00:00"))
    return first, first + 23
