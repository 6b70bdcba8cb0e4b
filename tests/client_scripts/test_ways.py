"""Ways and destinations are words of a sentence."""

from __future__ import annotations

from webshellhunt.client_scripts.ways import Destination, Way


def test_ways_follow_by() -> None:
    assert all(way.value.startswith(("a ", "the ")) for way in Way)
    assert len({destination.value for destination in Destination}) == len(Destination)
