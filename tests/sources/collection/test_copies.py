from __future__ import annotations

import pytest

from webshellhunt.sources import MemorySource
from webshellhunt.sources.collection import copies
from webshellhunt.sources.collection.copies import is_copy

_FILES = {"whole": b"12345678", "cut": b"1234", "other": b"1234567x", "none": b"", "long": bytes(99)}


@pytest.mark.parametrize(
    ("second", "same"), [("whole", True), ("cut", True), ("none", True), ("other", False), ("no", False)]
)
def test_the_same_content_or_a_part_of_it(second: str, same: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "_CHUNK_BYTES", 3)
    assert is_copy(MemorySource(_FILES), "whole", second) == same
    assert is_copy(MemorySource(_FILES), second, "whole") == same


def test_files_larger_than_any_page_are_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "_CHUNK_BYTES", 9)
    monkeypatch.setattr(copies, "_MOST_BYTES", 90)
    assert not is_copy(MemorySource(_FILES), "long", "long")
