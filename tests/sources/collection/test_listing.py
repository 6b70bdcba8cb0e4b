from __future__ import annotations

from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources import MemorySource
from webshellhunt.sources.collection.listing import folders_in, has_windows, names_in

_SOURCE = MemorySource({"b/x": b"", "a/windows/x": b"", "c": b""})


def test_names_and_folders() -> None:
    assert names_in(_SOURCE, "b") == {"x": EntryKind.FILE}
    assert folders_in(_SOURCE, "") == ["a", "b"]
    assert has_windows(_SOURCE, "a")
    assert not has_windows(_SOURCE, "b")


def test_a_directory_that_can_t_be_listed_has_no_names() -> None:
    assert names_in(_SOURCE, "gone") == {}
    assert folders_in(_SOURCE, "c") == []
