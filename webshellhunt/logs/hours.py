"""Hours: the hours in which a log has rows, and steps back of its clock.

The rows are not read: the first characters of each are its date and hour. The times of a log rise, because a server
writes a row when a request ends; a step back means a clock that was set back, or rows that were put in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

from webshellhunt.logs.questions import Rows
from webshellhunt.model.traffic import LOGGED_YEARS, LogFile

MOST_HOURS: Final = 40_000
"""The most hours of one log; further ones are left out."""

_MOST_STEPS: Final = 20
_LEAST_MINUTES: Final = 2
_HOUR = timedelta(hours=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_STAMP = re.compile(rb"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)")
_STAMP_LENGTH: Final = len("2021-03-03 04:05")
_DATES: Final = ("date", "datetime", "date-time", "timestamp")


def hour_of(when: datetime) -> int:
    """Return the number of an hour: hours since 1970, in UTC."""
    return (when - _EPOCH) // _HOUR


def day_of_hour(hour: int) -> date:
    """Return the day of an hour."""
    return start_of_hour(hour).date()


def start_of_hour(hour: int) -> datetime:
    """Return the time at which an hour begins, in UTC."""
    return _EPOCH + hour * _HOUR


class StepBack(NamedTuple):
    """A row whose time is earlier than that of a row above it, by a number of minutes.

    ``restarted`` is true if it may be the first row after a header: logging started again, perhaps with a new clock.
    """

    log: str
    line: int
    minutes: int
    restarted: bool = False


class HoursTally:
    """The hours of one log.

    Attributes:
        log: The log.
        rows: The number of rows in each hour, by the number of the hour.
        steps_back: The largest steps back of the clock, of at least two minutes.
    """

    def __init__(self, log: LogFile) -> None:
        self.log = log
        self.rows: dict[int, int] = {}
        self.steps_back: list[StepBack] = []
        self._latest = b""
        self._is_behind = False

    def take_rows(self, rows: Rows) -> None:
        """Count the rows of each hour."""
        stamps = _stamps(rows)
        known = {stamp: hour for stamp in set(stamps) if (hour := _hour(stamp)) is not None}
        for stamp, count in Counter(stamps).items():
            hour = known.get(stamp)
            if hour is not None and (hour in self.rows or len(self.rows) < MOST_HOURS):
                self.rows[hour] = self.rows.get(hour, 0) + count
        numbered = [each for each in zip(rows.numbers, stamps, strict=True) if each[1] in known]
        if numbered:
            self._look_back(numbered)

    def merge(self, other: HoursTally) -> None:
        """Add the hours of another log."""
        for hour, count in other.rows.items():
            if hour in self.rows or len(self.rows) < MOST_HOURS:
                self.rows[hour] = self.rows.get(hour, 0) + count
        steps = [*self.steps_back, *other.steps_back]
        self.steps_back = sorted(steps, key=lambda each: (-each.minutes, each.log, each.line))[:_MOST_STEPS]

    def _look_back(self, numbered: Sequence[tuple[int, bytes]]) -> None:
        """Keep the steps back in rows with times; most blocks have none, and are sorted."""
        stamps = [stamp for _, stamp in numbered]
        before = [self._latest, *stamps]
        if before != sorted(before):
            latest = self._latest
            changes = [each for each, above in zip(numbered, before, strict=False) if each[1] != above]
            for line, stamp in changes:
                minutes = 0 if stamp >= latest else _minutes(stamp, latest)
                self._add(line, minutes, restarted=line == numbered[0][0])
                latest = max(latest, stamp)
        self._latest = max(before)

    def _add(self, line: int, minutes: int, *, restarted: bool) -> None:
        """Add a row that is earlier than one above it; the rows after it that are so, too, are the same step."""
        if minutes < _LEAST_MINUTES:
            self._is_behind = False
            return
        if self._is_behind and self.steps_back:
            last = self.steps_back[-1]
            self.steps_back[-1] = last._replace(minutes=max(last.minutes, minutes))
        else:
            self.steps_back.append(StepBack(self.log.path, line, minutes, restarted))
        self._is_behind = True
        if len(self.steps_back) > _MOST_STEPS:
            self.steps_back.remove(min(self.steps_back, key=lambda each: each.minutes))


def _stamps(rows: Rows) -> list[bytes]:
    """Return the date and minute of each row, as logged; of a log without such columns, nothing in their place."""
    position = next((at for at, name in enumerate(rows.names) if name in _DATES), None)
    if position is None:
        return [b""] * len(rows.rows)
    if position == 0:
        start = 1 if rows.rows[0][:1] == b'"' else 0
        return [row[start : start + _STAMP_LENGTH] for row in rows.rows]
    return [row.split(rows.separator, position)[-1][:_STAMP_LENGTH] for row in rows.rows]


def _hour(stamp: bytes) -> int | None:
    """Return the number of the hour of a date and minute, or ``None``."""
    found = _STAMP.fullmatch(stamp)
    if found is None:
        return None
    year, month, day, hour, minute = map(int, found.groups())
    if year not in LOGGED_YEARS:
        return None
    try:
        return hour_of(datetime(year, month, day, hour, minute, tzinfo=UTC))
    except ValueError:
        return None


def _minutes(earlier: bytes, later: bytes) -> int:
    """Return the minutes between two dates with minutes."""
    first, last = (datetime.fromisoformat(each.replace(b" ", b"T").decode("ascii")) for each in (earlier, later))
    return int((last - first).total_seconds()) // 60
