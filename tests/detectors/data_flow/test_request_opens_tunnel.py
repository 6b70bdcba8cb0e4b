"""A connection to an address of the request that passes bytes is a tunnel: one finding."""

from __future__ import annotations

from tests.detectors.fixture_cases import changed, finding, findings, read

SOCKET = "request_opens_tunnel/csharp-socket"


def test_the_evidence_is_the_connection() -> None:
    fixture = read(SOCKET)
    (evidence,) = finding(fixture, "WSH1008").evidence
    assert evidence.span.start == fixture.data.index(b"Connect(")
    assert evidence.line == 12


def test_two_connections_are_one_tunnel() -> None:
    line = 'peer.Connect(context.Request.Headers["X-Host"], 445);'
    assert len(findings(changed(SOCKET, (line, f"{line} {line}")), "WSH1008")) == 1


def test_a_fixed_address_is_no_finding() -> None:
    fixed = changed(SOCKET, ('context.Request.Headers["X-Host"]', '"mail.example.com"'))
    assert findings(fixed, "WSH1008") == []
