"""Addresses of the internet, and those of the victim's own networks."""

from __future__ import annotations

import pytest

from webshellhunt.reports.foreign_addresses import is_foreign


@pytest.mark.parametrize(
    ("address", "foreign"),
    [
        *((each, True) for each in ("203.0.113.7", "2001:db8::1", "::ffff:203.0.113.7")),
        *((each, False) for each in ("10.1.2.3", "192.168.0.9", "127.0.0.1", "100.64.0.1", "169.254.1.1")),
        *((each, False) for each in ("fd00::1", "fe80::1%3", "::ffff:10.0.0.1", "::1", "x", "")),
    ],
)
def test_private_addresses_are_the_victims(address: str, foreign: bool) -> None:
    assert is_foreign(address) is foreign
