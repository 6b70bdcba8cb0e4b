"""Ticks since 1601 become times; those that no calendar has become none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.file_records import ticks
from webshellhunt.ntfs.clock import utc_of


@given(st.datetimes(datetime(1601, 1, 2), datetime(9990, 1, 1)))
def test_a_time_returns(when: datetime) -> None:
    assert utc_of(ticks(when.replace(tzinfo=UTC))) == when.replace(tzinfo=UTC)


@pytest.mark.parametrize("number", [0, -5, 2**63, 2**64 - 1])
def test_no_time(number: int) -> None:
    assert utc_of(number) is None
