"""Rules about services that differ by their idea alone."""

from __future__ import annotations

from tests.persistence.rows_registry import service
from tests.persistence.test_plants import MADE, hunted, new_rows


def test_one_service_has_one_idea() -> None:
    files = dict(MADE)
    service("Health", r"C:\PerfLogs\h.exe")(files)
    told = {f.rule.id for v in new_rows(hunted(files)) for f in v.findings}
    assert told == {"WSH4050"}
