from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta

from webshellhunt.logs.extent import Extent
from webshellhunt.model.traffic import LogFile, LogKind

NOON = datetime(2021, 3, 3, 12, tzinfo=UTC)


def test_the_period_is_that_of_all_times() -> None:
    extent = Extent()
    for minutes in (0, 30, -20, 45):
        extent.add_time(NOON + timedelta(minutes=minutes))
    log = extent.of(LogFile("x", LogKind.IIS), truncated=True)
    assert (log.first_utc, log.last_utc) == (NOON - timedelta(minutes=20), NOON + timedelta(minutes=45))
    assert log.truncated


def test_the_first_broken_row_has_its_place() -> None:
    extent = Extent()
    extent.add(3)
    extent.add_broken(9)
    extent.add_broken(4)
    log = extent.of(LogFile("x", LogKind.IIS), truncated=False)
    assert (log.rows, log.broken, log.first_broken_line) == (3, 2, 4)


def test_headers_without_number_cost_no_memory() -> None:
    extent = Extent()
    for number in range(20_000):
        extent.add(1, ("date", "time", "c-ip", "sc-status", f"x-{number}"))
    assert "cs-method" in extent.of(LogFile("x", LogKind.IIS), truncated=False).lacks
    assert "sc-status" not in extent.of(LogFile("x", LogKind.IIS), truncated=False).lacks
    assert len(pickle.dumps(extent)) < 2_000
