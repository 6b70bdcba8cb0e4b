"""Channels and destinations are words of a sentence."""

from __future__ import annotations

from webshellhunt.client_scripts.channels import Channel, Destination


def test_channels_follow_by() -> None:
    assert all(channel.value.startswith(("a ", "the ")) for channel in Channel)
    assert len({destination.value for destination in Destination}) == len(Destination)
