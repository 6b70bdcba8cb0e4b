"""Log coverage: the days that the logs cover, in a sentence, and the gap where none covers the time of a planting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple

from webshellhunt.logs.hours import StepBack
from webshellhunt.logs.log_calendar import LogCalendar
from webshellhunt.logs.log_names import split_path
from webshellhunt.model.findings import Gap
from webshellhunt.model.log_options import Period
from webshellhunt.model.log_results import LogCoverage
from webshellhunt.model.traffic import USED_COLUMNS, LogFile, LogKind, Use
from webshellhunt.views.figures import count_in_words, names_in_words

NO_LOG_OF_THE_DAY: Final = "log-days-missing"
"""The code of the gap."""

NO_LOG_OF_THE_PERIOD: Final = "log-period-missing"
"""The code of the gap if no log covers the period of the user."""

REQUEST_KINDS: Final = frozenset({LogKind.IIS, LogKind.HTTP_PROXY})
"""The kinds of logs that have the requests for a page."""

_NAMES: Final = {
    LogKind.IIS: "IIS logs",
    LogKind.FTP: "FTP logs",
    LogKind.HTTP_ERR: "HTTPERR logs",
    LogKind.HTTP_PROXY: "HttpProxy logs",
    LogKind.ECP_ACTIVITY: "ECP activity logs",
    LogKind.ECP_SERVER: "ECP server logs",
    LogKind.OAB_GENERATOR: "OAB generator logs",
    LogKind.CMDLET: "cmdlet logs",
    LogKind.EWS: "EWS logs",
    LogKind.MESSAGE_TRACKING: "message tracking logs",
    LogKind.EVENTS: "event logs",
}
_MOST_DAYS: Final = 20_000
_MOST_DOUBTS: Final = 3
DOUBTED_MINUTES: Final = 30
"""A smaller step back is that of rows of long requests, or of a clock that is kept right."""


class CoveredDays(NamedTuple):
    """The days with rows of the logs of one kind."""

    kind: LogKind
    days: frozenset[date]

    @property
    def first(self) -> date:
        """The first day."""
        return min(self.days)

    @property
    def last(self) -> date:
        """The last day."""
        return max(self.days)

    @property
    def missing(self) -> int:
        """The number of days without a row between the first and the last."""
        return (self.last - self.first).days + 1 - len(self.days)

    def lacking(self, since: date | None = None) -> list[str]:
        """Return the days without a row until the last one, in runs: ``2021-03-01 to 2021-03-05``.

        The first day is that of the first row, or ``since``, if rows are older.
        """
        first = self.first if since is None or since > self.last else max(since, self.first)
        every = (first + timedelta(days=n) for n in range((self.last - first).days + 1))
        runs: list[tuple[date, date]] = []
        for day in every:
            if day in self.days:
                continue
            is_next = bool(runs) and runs[-1][1] + timedelta(days=1) == day
            runs[-1:] = [(runs[-1][0], day)] if is_next else [*runs[-1:], (day, day)]
        return [f"{first}" if first == last else f"{first} to {last}" for first, last in runs]

    def __str__(self) -> str:
        """Return a sentence such as ``IIS logs cover 2021-02-24 to 2021-03-10 (15 days, 1 missing)``."""
        if self.first == self.last:
            return f"{_NAMES[self.kind]} cover {self.first}"
        length = count_in_words((self.last - self.first).days + 1, "day")
        missing = f", {self.missing:,} missing" if self.missing else ""
        return f"{_NAMES[self.kind]} cover {self.first} to {self.last} ({length}{missing})"


def covered_days(files: Iterable[LogFile], calendar: LogCalendar | None = None) -> list[CoveredDays]:
    """Return the days that the logs of each kind cover.

    A day is covered by rows, according to the calendar; of logs that it lacks, such as event logs, all days between the
    first and the last row are.
    """
    days: dict[LogKind, set[date]] = {}
    for stream in calendar.streams if calendar is not None else ():
        days.setdefault(stream.kind, set()).update(stream.days)
    counted = {kind for kind, found in days.items() if found}
    for file in files:
        if file.kind not in counted:
            days.setdefault(file.kind, set()).update(_extent(file))
    return [CoveredDays(kind, frozenset(days[kind])) for kind in LogKind if days.get(kind)]


def coverage_of(logs: Iterable[LogFile]) -> tuple[LogCoverage, ...]:
    """Return the extent of the logs, by their kind and their site."""
    of: dict[tuple[LogKind, int | None], list[LogFile]] = {}
    for log in logs:
        of.setdefault((log.kind, log.site), []).append(log)
    return tuple(_covered(kind, site, of[kind, site]) for kind, site in sorted(of, key=_by_kind))


def planting_gap(path: str, planted_utc: datetime, covered: Iterable[CoveredDays]) -> Gap | None:
    """Return a gap if no log with requests covers the day on which a file was planted."""
    of_requests = [each for each in covered if each.kind in REQUEST_KINDS]
    day = planted_utc.date()
    if any(day in each.days for each in of_requests):
        return None
    known = f": {'; '.join(map(str, of_requests))}" if of_requests else ""
    reason = f"no log with requests covers the day of the planting, {day}{known}"
    return Gap(NO_LOG_OF_THE_DAY, "logs", path, reason)


def lacking_columns(logs: Iterable[LogFile]) -> list[str]:
    """Return a sentence about each column that IIS logs lack, with the consequence."""
    counts = Counter(name for log in logs for name in log.lacks)
    return [
        f"{count_in_words(count, 'IIS log')} without {name}: {USED_COLUMNS[name]} is unknown there"
        for name, count in sorted(counts.items(), key=lambda each: [*USED_COLUMNS].index(each[0]))
    ]


def doubts_of(
    use: Use, covered: Iterable[CoveredDays], steps_back: Iterable[StepBack], since: date | None = None
) -> tuple[str, ...]:
    """Return sentences about days that the logs lack, for a page without an answer, and about clocks that ran back.

    ``since`` is the day of the planting, if it is known: the days before it do not matter.
    """
    days = frozenset().union(*(each.days for each in covered if each.kind in REQUEST_KINDS))
    lacking = CoveredDays(LogKind.IIS, days).lacking(since) if days and not use.answered else []
    said = [f"the logs lack {names_in_words(lacking)}"] if lacking else []
    for step in steps_back:
        if step.log in use.logs and step.minutes >= DOUBTED_MINUTES:
            name = split_path(step.log)[1]
            by = count_in_words(step.minutes, "minute")
            said.append(f"the times of {name} run back by {by} at line {step.line}, so that its clock is in doubt")
    return tuple(said[:_MOST_DOUBTS])


def corrected_times(notes: Sequence[Gap]) -> list[str]:
    """Return a sentence about the event logs whose local times were corrected, if there are any."""
    if not notes:
        return []
    more = f" (also those of {count_in_words(len(notes) - 1, 'other log')})" if len(notes) > 1 else ""
    return [f"{notes[0].path}: {notes[0].reason}{more}"]


def period_gaps(period: Period, covered: Iterable[CoveredDays]) -> list[Gap]:
    """Return a gap if no log has a row in the period that the user wants."""
    since, until = period
    known = list(covered)
    if period == Period() or any(
        (since is None or datetime.combine(day, time.max, UTC) >= since)
        and (until is None or datetime.combine(day, time.min, UTC) < until)
        for each in known
        for day in each.days
    ):
        return []
    words = "; ".join(map(str, known)) or "no log has a row with a time"
    return [Gap(NO_LOG_OF_THE_PERIOD, "logs", "logs", f"no log covers this period: {words}", matters=True)]


def _extent(file: LogFile) -> Iterator[date]:
    """Yield the days from the first to the last row of a log."""
    if file.first_utc is None or file.last_utc is None:
        return
    first, last = sorted((file.first_utc.date(), file.last_utc.date()))
    for number in range(min((last - first).days + 1, _MOST_DAYS)):
        yield first + timedelta(days=number)


def _covered(kind: LogKind, site: int | None, logs: Sequence[LogFile]) -> LogCoverage:
    first = min((log.first_utc for log in logs if log.first_utc is not None), default=None)
    last = max((log.last_utc for log in logs if log.last_utc is not None), default=None)
    rows, broken = sum(log.rows for log in logs), sum(log.broken for log in logs)
    return LogCoverage(kind, site, len(logs), rows, broken, first, last)


def _by_kind(key: tuple[LogKind, int | None]) -> tuple[str, int]:
    return key[0].value, -1 if key[1] is None else key[1]
