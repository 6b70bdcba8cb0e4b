"""Addresses of clients."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.logs.client_addresses import claimed_client, forwarded_addresses, is_loopback, is_public


@pytest.mark.parametrize("client", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "0.0.0.0"])
def test_the_server_itself(client: str) -> None:
    assert is_loopback(client)
    assert not is_public(client)


@pytest.mark.parametrize(
    "client",
    ["10.1.2.3", "172.31.0.1", "192.168.1.1", "100.64.0.1", "fd00::1", "::ffff:10.0.0.1", "fe80::1%3", "169.254.1.1"],
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


@pytest.mark.parametrize(
    ("header", "addresses"),
    [
        ("198.51.100.1,+10.0.0.1", ("198.51.100.1", "10.0.0.1")),
        ('for="[2001:db8::7]:4711"', ("2001:db8::7",)),
        ("203.0.113.7:443, unknown, _hidden, -", ("203.0.113.7",)),
        ("::ffff:203.0.113.7", ("203.0.113.7",)),
        ("<script>, a@b", ()),
    ],
)
def test_the_addresses_of_a_header(header: str, addresses: tuple[str, ...]) -> None:
    assert forwarded_addresses(header) == addresses


@given(st.text(max_size=2_000))
def test_any_header_has_few_addresses_that_can_be_read(header: str) -> None:
    found = forwarded_addresses(header)
    assert len(found) <= 10
    assert all(str(ip_address(each)) == each for each in found)
    assert claimed_client(found) in (*found, None)


def test_the_claim_is_the_rightmost_address_that_is_no_proxy() -> None:
    assert claimed_client(["8.8.8.8", "203.0.113.7", "10.0.0.1"], {"10.0.0.1"}) == "203.0.113.7"
    assert claimed_client(["8.8.8.8", "192.168.1.50"]) == "192.168.1.50"
    assert claimed_client(["203.0.113.7", "198.51.100.1"], {"198.51.100.1"}) == "203.0.113.7"
    assert claimed_client(["10.1.1.1", "10.2.2.2"]) == "10.2.2.2"
    assert claimed_client(["127.0.0.1"]) is None
