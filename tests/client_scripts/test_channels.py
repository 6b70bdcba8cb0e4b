"""Channels and destinations are words of a sentence."""

from __future__ import annotations

import pytest

from webshellhunt.client_scripts.channels import Channel, Destination, page_of


def test_channels_follow_by() -> None:
    assert all(channel.value.startswith(("a ", "the ")) for channel in Channel)
    assert len({destination.value for destination in Destination}) == len(Destination)


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/a/Login.aspx?x=1#y", "login.aspx"),
        ("login.asp", "login.asp"),
        ("", ""),
        ("#", ""),
        ("javascript:void(0)", ""),
        ("<%= x %>", ""),
    ],
)
def test_the_page_of_an_address(address: str, page: str) -> None:
    assert page_of(address) == page
