from __future__ import annotations

from tests.detectors.autostarts.hives import finding, findings
from tests.persistence.rows_hivejudge import value


def test_remote_management_of_iis_is_told() -> None:
    found = finding("WSH4062", value("SOFTWARE", "Microsoft\\WebManagement\\Server", "EnableRemoteManagement", 1))
    assert found.message == (
        "EnableRemoteManagement is 1: it lets the management service of IIS change sites from the network"
    )


def test_the_default_is_left_in_peace() -> None:
    assert findings("WSH4062", value("SOFTWARE", "Microsoft\\WebManagement\\Server", "EnableRemoteManagement", 0)) == []
