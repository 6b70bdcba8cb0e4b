"""Times of exports that are local, by the times that Sysmon states."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.logs.event_search import search_events, shifted, zone_of, zone_words
from webshellhunt.model.traffic import LogFile, LogKind

SYSMON = "Microsoft-Windows-Sysmon"


def event(time: str, stated: str = "2021-03-14 06:40:13.659", provider: str = SYSMON) -> dict[str, str]:
    return {"provider": provider, "time": time, "data.utctime": stated}


LOCAL = event("2021-03-14T01:40:13.660Z")
TRUE = event("2021-03-14T06:40:13.700Z")


@pytest.mark.parametrize(
    ("events", "hours"),
    [
        ([LOCAL] * 3, 5),
        ([TRUE] * 9, 0),
        ([LOCAL] * 2, 0),
        ([LOCAL] * 5 + [TRUE] * 5, 0),
        ([event("2021-03-14T08:40:13Z")] * 3, -2),
        ([event("2021-03-12T08:40:13Z")] * 3, 0),
        ([event("2021-03-14T01:40:13Z", provider="Other")] * 3, 0),
        ([event("2021-03-14T01:40:13Z", stated="-")] * 3, 0),
        ([], 0),
    ],
)
def test_the_difference_is_that_of_nearly_all_events(events: list[dict[str, str]], hours: int) -> None:
    assert zone_of(events) == timedelta(hours=hours)


def test_a_time_is_shifted() -> None:
    assert shifted("2021-03-14T01:40:13.66Z", timedelta(hours=5)) == "2021-03-14T06:40:13.66Z"
    assert shifted("never", timedelta(hours=5)) == "never"
    assert shifted("9999-12-31T23:00:00Z", timedelta(hours=5)) == "9999-12-31T23:00:00Z"


def test_the_difference_in_words() -> None:
    assert zone_words(timedelta(hours=5, minutes=30)) == "5 h 30 min behind UTC"
    assert zone_words(timedelta(hours=-2)) == "2 h 00 min ahead of UTC"


def test_an_export_with_local_times_is_corrected_and_told() -> None:
    flat = {
        "EventID": 11,
        "SourceName": SYSMON,
        "TimeCreated": "2021-03-14T01:40:13Z",
        "UtcTime": "2021-03-14 06:40:13.1",
    }
    data = (json.dumps(flat) + "\n").encode() * 3
    read = search_events(lambda offset, size: data[offset : offset + size], LogFile("x.json", LogKind.EVENTS), [])
    assert read.log.first_utc is not None
    assert read.log.first_utc.hour == 6
    assert [gap.reason for gap in read.gaps] == [
        "its times are local, 5 h 00 min behind UTC according to Sysmon; they were corrected"
    ]


@given(st.lists(st.builds(event, st.text(max_size=24) | st.datetimes().map(str), st.datetimes().map(str)), max_size=6))
def test_any_times_have_a_difference_that_a_zone_can_have(events: list[dict[str, str]]) -> None:
    assert abs(zone_of(events)) <= timedelta(hours=14)
