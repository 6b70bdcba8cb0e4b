from __future__ import annotations

from tests.detectors.autostarts.hives import finding, findings
from tests.persistence.rows_registry import LSA, value


def test_a_foreign_package_is_told_among_stock_ones() -> None:
    found = finding("WSH4058", value("SYSTEM", LSA, "Notification Packages", ("scecli", "pwdflt")))
    assert found.message.startswith("pwdflt receives each new password in clear text, inside lsass.exe")


def test_stock_packages_are_left_in_peace() -> None:
    assert findings("WSH4058", value("SYSTEM", LSA, "Notification Packages", ("scecli", "rassfm"))) == []
