"""Ticks since 1601 become times; those that no calendar has become none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.filetimes import filetime
from webshellhunt.model.filetime import filetime_ns, filetime_utc


@given(st.datetimes(datetime(1601, 1, 2), datetime(9990, 1, 1)))
def test_a_time_returns(when: datetime) -> None:
    assert filetime_utc(filetime(when.replace(tzinfo=UTC))) == when.replace(tzinfo=UTC)


@pytest.mark.parametrize("number", [0, -5, 2**63, 2**64 - 1])
def test_no_time(number: int) -> None:
    assert filetime_utc(number) is None


@given(st.datetimes(datetime(1601, 1, 2), datetime(9990, 1, 1)))
def test_both_forms_agree(when: datetime) -> None:
    number = filetime(when.replace(tzinfo=UTC))
    start, found = datetime(1970, 1, 1, tzinfo=UTC), filetime_ns(number)
    assert found is not None
    assert start + timedelta(microseconds=found // 1000) == filetime_utc(number)


def test_no_ticks_are_no_nanoseconds() -> None:
    assert filetime_ns(0) is None
