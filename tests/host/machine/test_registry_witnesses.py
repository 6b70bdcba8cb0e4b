"""What a registry tells of builds."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.host.machine.registry_witnesses import Values, find_registry_witnesses


def _none(_: str) -> Iterator[tuple[str, Values]]:
    return iter(())


def _endless(_: str) -> Iterator[tuple[str, Values]]:
    while True:
        yield "key", lambda _: None


def test_an_empty_registry_tells_nothing() -> None:
    assert find_registry_witnesses(_none) == ()


def test_no_more_keys_are_read_than_the_bound() -> None:
    assert find_registry_witnesses(_endless) == ()
