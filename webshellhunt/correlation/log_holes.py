"""Log holes: times in which a log of a site has no row although others prove that the server worked.

The front end of Exchange writes each request that it passes on into a log of HttpProxy as well as into that of its
site: rows of HttpProxy in an hour without any row of the site are proof. Without them, a site counts only if it had
rows nearly always before and after, and another log goes on. A site without requests writes nothing: that is no hole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from webshellhunt.logs.hours import day_of_hour, start_of_hour
from webshellhunt.logs.log_calendar import FRONT_END_SITE, LogCalendar, LogStream, hours_of_day
from webshellhunt.logs.log_names import missing_daily
from webshellhunt.model.traffic import LogKind
from webshellhunt.views.log_holes import EarlyEnd, EmptyLogFolder, LogHole, SiteLogs, Witness

PROOF_ROWS: Final = 20
"""The least number of rows of HttpProxy in an hour that counts."""

LEAST_HOURS: Final = 3
"""The least length of a hole without proof."""

LEAST_DAYS_AFTER: Final = 3
"""The least number of days by which a log ends before others."""

_MOST_HOLES: Final = 20
_WEEK: Final = 7 * 24
_NEARLY_ALWAYS: Final = 0.98
_USUAL_DAYS: Final = 0.95
_WEEKS: Final = 5
_LEAST_WEEKDAYS: Final = 4
_LEAST_DAYS: Final = 14


def iter_holes(calendar: LogCalendar, sites: Sequence[SiteLogs] = ()) -> Iterator[LogHole]:
    """Yield the holes of the logs of each site, the longest first and at most some of each."""
    for stream in calendar.of_kind(LogKind.IIS):
        if stream.has_unread:
            continue
        broken = stream.broken_days
        holes = [
            hole
            for first, last in _runs_without_rows(stream)
            if broken.isdisjoint((day_of_hour(first), day_of_hour(last)))
            and (hole := _hole(stream, first, last, calendar, sites))
        ]
        yield from sorted(holes, key=lambda each: -each.hours)[:_MOST_HOLES]


def iter_early_ends(calendar: LogCalendar, sites: Sequence[SiteLogs] = ()) -> Iterator[EarlyEnd]:
    """Yield the logs of sites that end days before other logs."""
    end = calendar.last_hour
    for stream in calendar.of_kind(LogKind.IIS):
        last = stream.hours[-1]
        if end is None or stream.has_unread or end - last < LEAST_DAYS_AFTER * 24:
            continue
        witness = _proof(stream, last + 2, end, calendar, sites) or _other_end(stream, last + 2, end, calendar, sites)
        if witness is not None:
            yield EarlyEnd(stream.folder, stream.kind, start_of_hour(last), (end - last) // 24, witness)


def iter_empty_folders(calendar: LogCalendar, sites: Sequence[SiteLogs]) -> Iterator[EmptyLogFolder]:
    """Yield the log folders of sites that have no log, if another site has its logs where the configuration says."""
    of_iis = calendar.of_kind(LogKind.IIS)
    with_logs = {stream.folder.lower() for stream in of_iis}
    if not any(each.folder.lower() in with_logs for each in sites):
        return
    for each in sites:
        if each.folder.lower() in with_logs or not each.is_held or not each.is_readable or not each.auto_start:
            continue
        elsewhere = next((stream.folder for stream in of_iis if stream.site == each.site), None)
        rows = calendar.proxy.rows.total() if each.site == _front_end(sites) else 0
        witness = Witness("HttpProxy", rows, is_proof=True) if rows >= PROOF_ROWS and elsewhere is None else None
        yield EmptyLogFolder(each.name, each.folder, elsewhere, witness)


def _runs_without_rows(stream: LogStream) -> Iterator[tuple[int, int]]:
    """Yield the first and the last hour of each run of hours without rows, between hours with rows."""
    for before, after in zip(stream.hours, stream.hours[1:], strict=False):
        if after - before > 1:
            yield before + 1, after - 1


def _hole(stream: LogStream, first: int, last: int, calendar: LogCalendar, sites: Sequence[SiteLogs]) -> LogHole | None:
    """Return the hole between two hours if a witness goes on in it."""
    witness = None
    if _is_front_end(stream, calendar, sites):
        proven = [hour for hour in calendar.proxy.hours_between(first, last) if calendar.proxy.rows[hour] >= PROOF_ROWS]
        if proven:
            first, last = proven[0], proven[-1]
            witness = _proof(stream, first, last, calendar, sites)
    if witness is None and last - first + 1 >= LEAST_HOURS and _is_unusual(stream, first, last):
        witness = _other(stream, first, last, calendar)
    if witness is None:
        return None
    days = _whole_days(first, last)
    missing = missing_daily(days[0], days[-1], stream.names) if days else ()
    return LogHole(stream.folder, stream.kind, start_of_hour(first), start_of_hour(last + 1), witness, missing)


def _is_front_end(stream: LogStream, calendar: LogCalendar, sites: Sequence[SiteLogs]) -> bool:
    """Return True for the log to which HttpProxy belongs; of the logs of several servers, that is unknown."""
    number = _front_end(sites)
    is_own = any(each.site == number and each.folder.lower() == stream.folder.lower() for each in sites)
    return stream.site == number and (is_own or calendar.folders_of[number] == 1)


def _front_end(sites: Sequence[SiteLogs]) -> int:
    return next((each.site for each in sites if each.name.lower() == "default web site"), FRONT_END_SITE)


def _proof(
    stream: LogStream, first: int, last: int, calendar: LogCalendar, sites: Sequence[SiteLogs]
) -> Witness | None:
    """Return HttpProxy as a witness if it has requests to the front end."""
    rows = calendar.proxy.rows_between(first, last) if _is_front_end(stream, calendar, sites) else 0
    return Witness("HttpProxy", rows, is_proof=True) if rows >= PROOF_ROWS else None


def _is_unusual(stream: LogStream, first: int, last: int) -> bool:
    """Return True if the log has rows in nearly all hours around, or on nearly all such days of the week around."""
    start, end = max(stream.hours[0], first - _WEEK), min(stream.hours[-1], last + _WEEK)
    around = end - start + 1 - (last - first + 1)
    with_rows = stream.count(start, first - 1) + stream.count(last + 1, end)
    if around >= _WEEK and with_rows >= _NEARLY_ALWAYS * around:
        return True
    days = _whole_days(first, last)
    return bool(days) and all(_is_usual_day(stream, day, days) for day in days[:_LEAST_DAYS])


def _is_usual_day(stream: LogStream, day: date, apart_from: Sequence[date]) -> bool:
    """Return True if the log has rows on the same days of the week around, and on nearly all days around."""
    begin, end = day_of_hour(stream.hours[0]), day_of_hour(stream.hours[-1])
    left_out = set(apart_from)
    around = [day + timedelta(days=n) for n in range(-7 * _WEEKS, 7 * _WEEKS + 1)]
    around = [each for each in around if begin <= each <= end and each not in left_out]
    same = [each for each in around if each.weekday() == day.weekday()]
    if len(same) < _LEAST_WEEKDAYS or len(around) < _LEAST_DAYS or any(each not in stream.days for each in same):
        return False
    return sum(each in stream.days for each in around) >= _USUAL_DAYS * len(around)


def _other(stream: LogStream, first: int, last: int, calendar: LogCalendar) -> Witness | None:
    """Return another log that has rows in most hours of a hole."""
    length = last - first + 1
    others = [each for each in calendar.streams if each.rows and each is not stream]
    busy = [each for each in others if each.count(first, last) * 3 >= length]
    best = max(busy, key=lambda each: each.rows_between(first, last), default=None)
    rows = 0 if best is None else best.rows_between(first, last)
    return Witness(best.name, rows) if best is not None and rows >= PROOF_ROWS else None


def _other_end(
    stream: LogStream, first: int, last: int, calendar: LogCalendar, sites: Sequence[SiteLogs]
) -> Witness | None:
    """Return another log that goes on after the end of one that had rows on nearly all days, of a site that starts."""
    if any(each.site == stream.site and not each.auto_start for each in sites):
        return None
    end = day_of_hour(stream.hours[-1])
    before = [end - timedelta(days=n) for n in range(2 * _LEAST_DAYS)]
    if sum(day in stream.days for day in before) < _USUAL_DAYS * len(before):
        return None
    return _other(stream, first, last, calendar)


def _whole_days(first: int, last: int) -> list[date]:
    """Return the days that lie within some hours."""
    days = [day_of_hour(first) + timedelta(days=n) for n in range((last - first) // 24 + 2)]
    return [day for day in days if first <= hours_of_day(day)[0] and hours_of_day(day)[1] <= last]
