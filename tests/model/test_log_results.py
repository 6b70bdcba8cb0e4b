from __future__ import annotations

from datetime import UTC, datetime

from webshellhunt.model.log_results import Client, DayTotal, LogCoverage, Moment, Traffic
from webshellhunt.model.plain_data import from_plain, to_plain
from webshellhunt.model.traffic import LogKind


def test_traffic_comes_back_from_plain_data() -> None:
    noon = datetime(2021, 3, 3, 12, tzinfo=UTC)
    client = Client("203.0.113.7", 3, noon, noon, ("/x.aspx",), (Moment(noon, "GET /x.aspx 200", "u_ex210303.log"),))
    coverage = LogCoverage(LogKind.IIS, 1, 2, 30, 0, noon, noon)
    traffic = Traffic((coverage,), "2 days", (client,), "requests", (DayTotal(noon.date(), 9, True),))
    assert from_plain(Traffic, to_plain(traffic), "traffic") == traffic
