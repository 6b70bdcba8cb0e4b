"""Every source offers what the protocol names, and nothing that writes."""

from __future__ import annotations

import pickle

import pytest

from webshellhunt.model.artifact import Entry
from webshellhunt.sources import DirectorySource, MemorySource
from webshellhunt.sources.source import BaseSource, Source

NAMES = {name for name in vars(Source) if not name.startswith("_")}


def test_the_sources_have_all_of_it() -> None:
    for source in (DirectorySource, MemorySource):
        assert {name for name in NAMES if not hasattr(source, name)} <= {"location", "live", "drives", "time_bases"}


def test_no_word_of_it_writes() -> None:
    assert not any(word in name for name in NAMES for word in ("write", "delete", "rename", "make"))


class Door(BaseSource):
    def __init__(self) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False

    def list(self, path: str) -> list[Entry]:
        return []


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
    assert issubclass(DirectorySource, BaseSource)
    with pickle.loads(pickle.dumps(MemorySource({"a": b"x"}))) as source:
        assert source.read("a", 9) == b"x"
