"""A connection to an address of the request that passes bytes is a tunnel: one finding."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings, read
from webshellhunt.model.rules import Confidence, Severity

SOCKET = "request_opens_tunnel/csharp-socket"


def test_the_evidence_is_the_connection_then_the_origin_of_its_address() -> None:
    fixture = read(SOCKET)
    evidence = finding(fixture, "WSH1008").evidence
    assert [each.span.start for each in evidence] == [fixture.data.index(b"Connect("), fixture.data.index(b"Headers[")]
    assert [each.line for each in evidence] == [12, 12]


def test_two_connections_are_one_tunnel() -> None:
    line = 'peer.Connect(context.Request.Headers["X-Host"], 445);'
    assert len(findings(changed(SOCKET, (line, f"{line} {line}")), "WSH1008")) == 1


def test_a_fixed_address_needs_both_ways() -> None:
    fixed = ('context.Request.Headers["X-Host"]', '"mail.example.com"')
    assert finding(changed(SOCKET, fixed), "WSH1008").severity is Severity.CRITICAL
    assert findings(changed(SOCKET, fixed, ("peer.Send(", "Keep(")), "WSH1008") == []


def test_a_stream_that_takes_the_request_and_gives_the_answer_is_a_tunnel() -> None:
    name = "request_opens_tunnel/csharp-streams"
    found = finding(name, "WSH1008")
    assert found.severity is Severity.CRITICAL
    assert len(found.evidence) == 2
    assert findings(changed(name, ("stream.Write(sent, 0, sent.Length);", "")), "WSH1008") == []
    assert findings(changed(name, ("int size = stream.Read(got, 0, got.Length);", "int size = 0;")), "WSH1008") == []


@pytest.mark.parametrize(("port", "severity"), [("8443", Severity.HIGH), ("43", Severity.MEDIUM)])
def test_a_single_value_is_suspicious_and_less_at_the_port_of_a_service_of_text(port: str, severity: Severity) -> None:
    value = ("Request.BinaryRead(Request.ContentLength)", 'Encoding.ASCII.GetBytes(Request["domain"])')
    kept = ('(System.Net.Sockets.TcpClient)Application["client"] ?? ', "")
    asked = changed("request_opens_tunnel/csharp-streams", value, kept, ('"192.0.2.1", 80', f'"192.0.2.1", {port}'))
    found = finding(asked, "WSH1008")
    assert (found.severity, found.confidence) == (severity, Confidence.MEDIUM)
    assert "a value of the request" in found.message
    assert findings(asked, "WSH1037") == []
