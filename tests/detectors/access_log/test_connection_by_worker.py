"""Connections of worker processes."""

from __future__ import annotations

import pytest

from tests.builders.event_logs import Event, findings, sysmon, verdicts
from webshellhunt.model.rules import Confidence
from webshellhunt.model.verdict import Disposition

W3WP = r"C:\Windows\System32\inetsrv\w3wp.exe"
REPLICATION = r"C:\Program Files\Microsoft\Exchange Server\V15\Bin\MSExchangeMailboxReplication.exe"


def connected(address: str, port: str, image: str = W3WP, initiated: str = "true") -> Event:
    return sysmon(3, Image=image, DestinationIp=address, DestinationPort=port, Initiated=initiated, User="SYSTEM")


@pytest.mark.parametrize("image", [W3WP, REPLICATION])
def test_a_connection_to_the_internet_is_a_lead(image: str) -> None:
    (verdict,) = verdicts(connected("203.0.113.77", "4444", image), connected("203.0.113.77", "443", image))
    assert verdict.disposition is Disposition.UNEXPLAINED
    (finding,) = verdict.findings
    assert (finding.rule.id, finding.confidence, finding.facts["count"]) == ("WSH7219", Confidence.MEDIUM, 2)
    assert "connected to 203.0.113.77, port 4444" in finding.message


def test_a_usual_port_is_less() -> None:
    assert findings(connected("203.0.113.77", "443"))["WSH7219"].confidence is Confidence.LOW


def test_other_connections_are_none() -> None:
    inner = [connected("10.0.0.9", "4444"), connected("::1", "80"), connected("", ""), connected("no address", "80")]
    answered = connected("203.0.113.77", "4444", initiated="false")
    by_others = connected("203.0.113.77", "443", r"C:\Windows\System32\svchost.exe")
    assert findings(*inner, answered, by_others) == {}
