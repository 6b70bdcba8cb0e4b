from __future__ import annotations

from tests.detectors.autostarts.hives import finding, findings
from tests.persistence.rows_registry import value

KEY = "Services\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules"
RULE = r"v2.30|Action={}|Active=TRUE|Dir={}|Protocol=6|App={}|Name=x|"


def test_remote_management_of_iis_is_told() -> None:
    found = finding("WSH4062", value("SOFTWARE", "Microsoft\\WebManagement\\Server", "EnableRemoteManagement", 1))
    assert found.message == (
        "EnableRemoteManagement is 1: it lets the management service of IIS change sites from the network"
    )


def test_the_default_is_left_in_peace() -> None:
    assert findings("WSH4062", value("SOFTWARE", "Microsoft\\WebManagement\\Server", "EnableRemoteManagement", 0)) == []


def test_an_inbound_rule_for_an_odd_program_is_told() -> None:
    found = finding("WSH4062", value("SYSTEM", KEY, "{1}", RULE.format("Allow", "In", r"C:\PerfLogs\n.exe")))
    assert found.message == r"the firewall lets clients reach C:\PerfLogs\n.exe (PerfLogs, where no program belongs)"


def test_other_rules_are_left_in_peace() -> None:
    for action, direction in (("Block", "In"), ("Allow", "Out")):
        data = RULE.format(action, direction, r"C:\PerfLogs\n.exe")
        assert findings("WSH4062", value("SYSTEM", KEY, "{1}", data)) == []
