"""The hours of the logs of each folder."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.builders.logs import row, text_log
from tests.builders.server_traffic import read_text_logs
from webshellhunt.logs.hours import hour_of, start_of_hour
from webshellhunt.logs.log_calendar import LogCalendar, hours_of_day
from webshellhunt.logs.traffic_question import TrafficTally
from webshellhunt.model.traffic import LogFile, LogKind

SITE = "C:\\LogFiles\\W3SVC7"


def calendar(*times: str) -> LogCalendar:
    logs = {
        f"{SITE}\\u_ex{number}.log": (LogKind.IIS, text_log(LogKind.IIS, row(when, "/")))
        for number, when in enumerate(times)
    }
    tallies, files = read_text_logs(logs)
    return LogCalendar(files, [each.hours for each in tallies if isinstance(each, TrafficTally)])


def test_the_hours_of_a_folder() -> None:
    (stream,) = calendar("2021-03-03 04:05:06", "2021-03-03 06:05:06", "2021-03-05 00:00:00").streams
    assert (stream.name, stream.site, len(stream.files)) == ("W3SVC7", 7, 3)
    first = hour_of(datetime(2021, 3, 3, 4, tzinfo=UTC))
    assert stream.hours == [first, first + 2, first + 44]
    assert stream.days == {date(2021, 3, 3), date(2021, 3, 5)}
    assert (stream.count(first, first + 5), stream.rows_between(first + 1, first + 50)) == (2, 2)
    assert start_of_hour(first) == datetime(2021, 3, 3, 4, tzinfo=UTC)


def test_a_day_has_24_hours() -> None:
    first, last = hours_of_day(date(2021, 3, 3))
    assert last - first == 23
    assert start_of_hour(first) == datetime(2021, 3, 3, tzinfo=UTC)


def test_a_folder_without_rows_is_no_witness() -> None:
    empty = LogFile(f"{SITE}\\u_ex210303.log", LogKind.IIS)
    found = LogCalendar([empty, LogFile("C:\\x.evtx", LogKind.EVENTS)], [])
    assert [each.folder for each in found.streams] == [SITE]
    assert found.of_kind(LogKind.IIS) == []
    assert found.last_hour is None


def test_logs_with_broken_rows_name_their_days() -> None:
    when = datetime(2021, 3, 3, 4, tzinfo=UTC)
    broken = LogFile(f"{SITE}\\a.log", LogKind.IIS, rows=50, broken=2, first_utc=when, last_utc=when)
    (stream,) = LogCalendar([broken, broken._replace(broken=0, path=f"{SITE}\\b.log")], []).streams
    assert stream.broken_days == {date(2021, 3, 3)}
