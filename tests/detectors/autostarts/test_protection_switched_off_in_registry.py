from __future__ import annotations

from tests.detectors.autostarts.hives import finding, findings
from tests.persistence.rows_registry import LSA, value


def test_a_number_may_be_written_as_text() -> None:
    key = "Microsoft\\.NETFramework\\v4.0.30319"
    assert "view state" in finding("WSH4063", value("SOFTWARE", key, "AspNetEnforceViewStateMac", "0")).message
    assert findings("WSH4063", value("SOFTWARE", key, "AspNetEnforceViewStateMac", "1")) == []


def test_a_weaker_setting_is_a_fact_only() -> None:
    assert [each.severity.label for each in findings("WSH4063", value("SYSTEM", LSA, "RunAsPPL", 0))] == ["info"]
