"""Memory dumps and their first bytes."""

from __future__ import annotations

import pytest

from webshellhunt.binaries.memory_dumps import find_dump_format, find_lsass


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"MDMP\x93\xa7\0\0", "of a process"),
        (b"PAGEDU64\x0f", "of the whole system"),
        (b"PAGEDUMP\x0f", "of the whole system"),
    ],
)
def test_a_format_is_known_by_its_first_bytes(data: bytes, words: str) -> None:
    assert words in (find_dump_format(data) or "")


@pytest.mark.parametrize("data", [b"", b"MDMP", b"MDMP is a format", b"PAGED", b" PAGEDU64"])
def test_other_data_has_none(data: bytes) -> None:
    assert find_dump_format(data) is None


def test_the_name_of_lsass_is_found_as_wide_characters_only() -> None:
    assert find_lsass(b"xx" + "lsass.exe".encode("utf-16-le")) == 2
    assert find_lsass(b"xx lsass.exe") is None
