"""The hours in which a log has rows, and steps back of its clock."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.logs import head, lines, row, text_log
from tests.builders.server_traffic import read_text_logs
from webshellhunt.logs.hours import MOST_HOURS, HoursTally, StepBack, day_of_hour, hour_of, start_of_hour
from webshellhunt.logs.questions import Rows
from webshellhunt.logs.traffic_question import TrafficTally
from webshellhunt.model.traffic import LogFile, LogKind

LOG = LogFile("C:\\W3SVC1\\u_ex210303.log", LogKind.IIS)


def tally(*times: str, kind: LogKind = LogKind.IIS) -> HoursTally:
    return read(text_log(kind, *(row(when, "/") for when in times)), kind)


def read(data: bytes, kind: LogKind = LogKind.IIS) -> HoursTally:
    (found,), _ = read_text_logs({LOG.path: (kind, data)})
    assert isinstance(found, TrafficTally)
    return found.hours


def hour(day: int, of_day: int) -> int:
    return hour_of(datetime(2021, 3, day, of_day, tzinfo=UTC))


def test_rows_count_in_their_hours() -> None:
    found = tally("2021-03-03 04:00:00", "2021-03-03 04:59:59", "2021-03-04 00:00:00")
    assert found.rows == {hour(3, 4): 2, hour(4, 0): 1}
    assert found.steps_back == []
    assert day_of_hour(hour(3, 4)) == date(2021, 3, 3)
    assert start_of_hour(hour(3, 4)) == datetime(2021, 3, 3, 4, tzinfo=UTC)


def test_each_format_has_its_hours() -> None:
    for kind in (LogKind.HTTP_PROXY, LogKind.EWS, LogKind.ECP_SERVER, LogKind.MESSAGE_TRACKING, LogKind.HTTP_ERR):
        assert tally("2021-03-03 04:05:06", kind=kind).rows == {hour(3, 4): 1}, kind


def test_a_date_that_is_not_the_first_column() -> None:
    found = HoursTally(LOG)
    found.take_rows(Rows([b"W3SVC1 2021-03-03 04:05:06 /", b"x"], [1, 2], ("s-sitename", "date", "time", "p"), b" "))
    found.take_rows(Rows([b"/"], [3], ("cs-uri-stem",), b" "))
    found.take_rows(Rows([b'"2021-03-03T05:05:06.000Z",x'], [4], ("datetime", "x"), b","))
    assert found.rows == {hour(3, 4): 1, hour(3, 5): 1}


def test_a_step_back_in_the_middle() -> None:
    times = ("2021-03-03 09:50:00", "2021-03-03 09:55:00", "2021-03-03 04:10:00", "2021-03-03 04:11:00")
    found = tally(*times, "2021-03-03 10:00:00", "2021-03-03 09:00:00")
    assert [(each.minutes, each.restarted) for each in found.steps_back] == [(345, False), (60, False)]
    assert found.steps_back[0].line == 7


def test_a_step_back_where_logging_starts_again() -> None:
    data = text_log(LogKind.IIS, row("2021-03-03 23:59:59", "/")) + head(LogKind.IIS)
    found = read(data + lines(LogKind.IIS, row("2021-03-03 16:01:37", "/")))
    assert [(each.minutes, each.restarted) for each in found.steps_back] == [(478, True)]


def test_neighbouring_minutes_are_no_step_back() -> None:
    assert tally("2021-03-03 04:06:00", "2021-03-03 04:05:59", "2021-03-03 04:06:01").steps_back == []


def test_rows_without_a_time_do_not_count() -> None:
    found = tally("2021-03-03 04:05:06", "2021-02-30 04:05:06", "1601-01-01 00:00:00", "9999-12-31 23:59:59")
    assert found.rows == {hour(3, 4): 1}


def test_merged_hours() -> None:
    one, two = tally("2021-03-03 04:05:06"), tally("2021-03-03 04:06:06", "2021-03-03 02:00:00")
    one.merge(two)
    assert one.rows == {hour(3, 4): 2, hour(3, 2): 1}
    assert one.steps_back == [StepBack(LOG.path, 6, 126)]


def test_hours_and_steps_are_bounded() -> None:
    found = HoursTally(LOG)
    stamps = [f"{year}-{month:02}-{day:02} {h:02}:00:00 /".encode() for year in range(2099, 2088, -1)
              for month in range(12, 0, -1) for day in range(28, 0, -1) for h in range(23, -1, -2)]  # fmt: skip
    found.take_rows(Rows(stamps, range(len(stamps)), ("date", "time", "p"), b" "))
    assert len(found.rows) <= MOST_HOURS
    assert len(found.steps_back) <= 20


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_any_rows_are_counted(rows: list[bytes]) -> None:
    found = HoursTally(LOG)
    found.take_rows(Rows(rows or [b""], range(1, len(rows or [b""]) + 1), ("date", "time"), b" "))
    assert sum(found.rows.values()) <= len(rows)
