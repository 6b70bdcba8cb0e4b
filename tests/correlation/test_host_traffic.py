from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.reports.cases import verdict
from webshellhunt.correlation.host_traffic import HostTraffic
from webshellhunt.model.findings import Gap
from webshellhunt.model.report import InputState
from webshellhunt.model.traffic import LogFile, LogKind

LOG = LogFile("u_ex210303.log", LogKind.IIS, rows=3, first_utc=datetime(2021, 3, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    ("gap", "state"),
    [
        (None, InputState.HELD),
        (Gap("unreadable", "logs", "x.log", "locked", matters=True), InputState.PARTIAL),
        (Gap("missing-extra", "logs", "winevt", "3 event logs were NOT read"), InputState.PARTIAL),
        (Gap("log-days-missing", "logs", "x.aspx", "no log"), InputState.HELD),
    ],
)
def test_logs_are_partly_there_if_some_were_not_read(gap: Gap | None, state: InputState) -> None:
    traffic = HostTraffic(logs=[LOG], gaps=[] if gap is None else [gap], found=frozenset({LOG.path}))
    assert traffic.state is state
    assert HostTraffic().state is InputState.MISSING


def test_a_verdict_without_an_address_has_no_use() -> None:
    assert HostTraffic(logs=[LOG]).with_use(verdict()).use is None
