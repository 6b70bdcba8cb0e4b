"""A connection to an address of the request that passes bytes is a tunnel: one finding."""

from __future__ import annotations

from tests.detectors.fixture_cases import changed, finding, findings, read
from webshellhunt.model.rules import Severity

SOCKET = "request_opens_tunnel/csharp-socket"


def test_the_evidence_is_the_connection() -> None:
    fixture = read(SOCKET)
    (evidence,) = finding(fixture, "WSH1008").evidence
    assert evidence.span.start == fixture.data.index(b"Connect(")
    assert evidence.line == 12


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
