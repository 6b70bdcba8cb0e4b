"""Listeners and captures are critical, clients are suspicious, tests of a port are nothing."""

from __future__ import annotations

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Confidence, Severity

STEM = "socket_opened_by_page"


def test_a_listener_is_critical_and_the_message_says_so() -> None:
    found = finding(f"{STEM}/csharp-listener", "WSH1037")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)
    assert "listens on a socket" in found.message
    assert found.facts["capability"] == "listens-on-socket"


def test_a_capture_is_told_as_one() -> None:
    assert "captures the packets" in finding(f"{STEM}/csharp-capture", "WSH1037").message


def test_a_client_that_reads_is_suspicious_and_one_that_only_connects_is_nothing() -> None:
    name = f"{STEM}/vb-net-client"
    found = finding(name, "WSH1037")
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.MEDIUM)
    only = changed(name, ("Dim stream = client.GetStream()", "client.Close()"), ("stream.WriteByte(1)", ""))
    assert findings(only, "WSH1037") == []


def test_a_client_of_a_service_of_text_needs_a_second_finding() -> None:
    found = finding(changed(f"{STEM}/vb-net-client", ('"192.0.2.1", 4444', '"192.0.2.1", 110')), "WSH1037")
    assert found.severity is Severity.MEDIUM
