"""Connections that a library opens."""

from __future__ import annotations

import pytest

from tests.builders.compiled import findings_of
from tests.persistence.rows_compiled import boot, handler


def test_a_tunnel() -> None:
    (finding,) = findings_of("WSH5014", handler('new System.Net.Sockets.TcpClient(r["h"], 443);'))
    assert "a tunnel" in finding.message


@pytest.mark.parametrize(
    ("address", "count"), [("192.0.2.1", 1), ("127.0.0.1", 0), ("cache.example", 0), ("::1", 0), ("2001:db8::1", 1)]
)
def test_an_address_of_a_start_method(address: str, count: int) -> None:
    assert len(findings_of("WSH5014", boot(f'new System.Net.Sockets.TcpClient("{address}", 1);'))) == count
