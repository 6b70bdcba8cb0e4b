"""A source is closed at the end of a ``with`` block, also after an error, and all sources of a hunt are such."""

from __future__ import annotations

import pickle

import pytest

from webshellhunt.sources import DirectorySource, MemorySource
from webshellhunt.sources.closing import Closing


class Door(Closing):
    def __init__(self) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False


def test_the_end_of_a_block_closes() -> None:
    with Door() as door:
        assert door.is_open
    assert not door.is_open


def test_an_error_closes_and_goes_on() -> None:
    door = Door()
    with pytest.raises(ZeroDivisionError), door:
        raise ZeroDivisionError
    assert not door.is_open


def test_a_source_that_closes_can_be_pickled() -> None:
    assert issubclass(DirectorySource, Closing)
    with pickle.loads(pickle.dumps(MemorySource({"a": b"x"}))) as source:
        assert source.read("a", 9) == b"x"
