from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.model.traffic import LogKind, Record, read_time


def _record(**fields: str) -> Record:
    return Record("u_ex.log", 1, LogKind.IIS, {name.replace("_", "-"): value for name, value in fields.items()})


def test_a_record_has_its_values_by_common_names_whatever_its_log_calls_them() -> None:
    values = ("GET", "/x", "10.0.0.1", "200")
    w3c = zip(("cs-method", "cs-uri-stem", "c-ip", "sc-status"), values, strict=True)
    exchange = zip(("method", "urlstem", "clientipaddress", "httpstatus"), values, strict=True)
    iis, proxy = Record("a", 1, LogKind.IIS, dict(w3c)), Record("b", 1, LogKind.HTTP_PROXY, dict(exchange))
    for each in (iis, proxy):
        assert (each.method, each.path, each.client, each.status) == ("GET", "/x", "10.0.0.1", 200)


def test_the_time_of_a_w3c_row_is_in_two_columns() -> None:
    assert _record(date="2021-03-03", time="04:05:06").when_utc == datetime(2021, 3, 3, 4, 5, 6, tzinfo=UTC)
    assert _record(date="2021-03-03").when_utc is None


def test_a_year_of_no_log_is_no_time() -> None:
    for year in ("0001", "1601", "9999"):
        assert _record(date=f"{year}-03-03", time="04:05:06").when_utc is None


def test_a_number_that_is_none_is_absent() -> None:
    for value in ("", "-1", "x", "²", "9" * 30):
        assert _record(sc_status=value).status is None


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2021-03-03T04:05:06.789Z", datetime(2021, 3, 3, 4, 5, 6, 789_000, UTC)),
        ("2021-03-03 04:05:06", datetime(2021, 3, 3, 4, 5, 6, tzinfo=UTC)),
        ("2021-03-03T04:05:06+00:00", datetime(2021, 3, 3, 4, 5, 6, tzinfo=UTC)),
        ("2021-03-03T04:05:06+01:00", None),
        ("2021-02-30T04:05:06Z", None),
        ("03.03.2021", None),
    ],
)
def test_times_are_utc(text: str, when: datetime | None) -> None:
    assert read_time(text) == when


@given(st.text(max_size=60))
def test_any_text_is_a_time_or_none(text: str) -> None:
    assert read_time(text) is None or read_time(text).tzinfo is UTC  # type: ignore[union-attr]
