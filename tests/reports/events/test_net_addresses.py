"""IP addresses, and the parts of pages' addresses."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.strategies import hostile
from webshellhunt.reports.events.net_addresses import ip_addresses, page_address


@pytest.mark.parametrize(
    ("text", "scheme", "host", "port", "path"),
    [
        ("https://*/aspnet_client/x.aspx", "https", "", None, "/aspnet_client/x.aspx"),
        ("https://*:444/x.aspx", "https", "", 444, "/x.aspx"),
        ("http://mail.example.com/x.aspx", "http", "mail.example.com", None, "/x.aspx"),
        ("http://[2001:db8::1]:81/", "http", "2001:db8::1", 81, "/"),
        ("/owa/auth/x.aspx", "", "", None, "/owa/auth/x.aspx"),
        ("//host/x.aspx", "", "", None, "/x.aspx"),
        ("ftp://host/x", "", "", None, ""),
        ("http://host:99999/", "", "", None, ""),
        ("http://[bad/", "", "", None, ""),
        ("http://a b/", "http", "", None, "/"),
        ("", "", "", None, ""),
    ],
)
def test_the_parts_of_an_address(text: str, scheme: str, host: str, port: int | None, path: str) -> None:
    assert page_address(text) == (text, scheme, host, port, path)


def test_only_ip_addresses_are_taken_and_each_once() -> None:
    texts = ["203.0.113.5", "unknown", "::FFFF:203.0.113.5", "2001:DB8:0::1", "fe80::1%eth0", "203.0.113.5:443", ""]
    assert ip_addresses(texts) == ["203.0.113.5", "2001:db8::1", "fe80::1"]


@given(st.lists(hostile))
def test_hostile_texts_are_no_error(texts: list[str]) -> None:
    assert all(ipaddress.ip_address(each) for each in ip_addresses(texts))
    for text in texts:
        assert page_address(text).text == text
        assert page_address(f"http://{text}").text
