"""Addresses of clients."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.logs.client_addresses import is_loopback, is_public


@pytest.mark.parametrize("client", ["127.0.0.1", "::1", "fe80::1%3", "169.254.1.1", "::ffff:127.0.0.1", "0.0.0.0"])
def test_the_server_itself(client: str) -> None:
    assert is_loopback(client)
    assert not is_public(client)


@pytest.mark.parametrize(
    "client", ["10.1.2.3", "172.31.0.1", "192.168.1.1", "100.64.0.1", "fd00::1", "::ffff:10.0.0.1"]
)
def test_private_networks(client: str) -> None:
    assert not is_public(client)
    assert not is_loopback(client)


@pytest.mark.parametrize("client", ["203.0.113.7", "8.8.8.8", "172.32.0.1", "2001:db8::1", "[2001:db8::1]"])
def test_public_addresses(client: str) -> None:
    assert is_public(client)


@given(st.text(max_size=40))
def test_any_text_is_read(client: str) -> None:
    assert not (is_public(client) and is_loopback(client))
