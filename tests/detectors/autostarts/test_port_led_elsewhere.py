from __future__ import annotations

from tests.detectors.autostarts.hives import finding, findings
from tests.persistence.rows_registry import value


def test_both_ends_are_named() -> None:
    found = finding("WSH4060", value("SYSTEM", "Services\\PortProxy\\v4tov4\\tcp", "0.0.0.0/8443", "10.0.0.5/3389"))
    assert found.message == "Windows leads 0.0.0.0/8443 to 10.0.0.5/3389 after each start (portproxy)"


def test_an_empty_table_is_left_in_peace() -> None:
    assert findings("WSH4060", value("SYSTEM", "Services\\PortProxy\\v4tov4", "x", "y")) == []
