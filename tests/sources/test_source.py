"""Every source offers what the protocol names, and nothing that writes."""

from __future__ import annotations

from webshellhunt.sources import DirectorySource, MemorySource
from webshellhunt.sources.source import Source

NAMES = {name for name in vars(Source) if not name.startswith("_")}


def test_the_sources_have_all_of_it() -> None:
    for source in (DirectorySource, MemorySource):
        assert {name for name in NAMES if not hasattr(source, name)} <= {"location", "live", "drives", "time_bases"}


def test_no_word_of_it_writes() -> None:
    assert not any(word in name for name in NAMES for word in ("write", "delete", "rename", "make"))
