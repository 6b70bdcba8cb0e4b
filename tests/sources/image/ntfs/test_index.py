"""Indexes of names."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import ntfs_parts as parts
from tests.builders.mutants import mutants
from webshellhunt.errors import UnreadableError
from webshellhunt.sources.image.ntfs.index import Name, block_bytes, names_of_block, names_of_root

ENTRIES = (
    parts.index_entry("page.aspx", 30, sequence=2),
    parts.index_entry("PAGE~1.ASP", 31, space=2),
    parts.index_entry("dir", 32, flags=0x10000000),
)
FOUND = [Name("page.aspx", 30, 2, 0, 0), Name("dir", 32, 1, 0x10000000, 0)]


def test_the_names_of_a_root_without_short_names() -> None:
    assert list(names_of_root(parts.index_root(*ENTRIES))) == FOUND


def test_the_names_of_a_block() -> None:
    assert list(names_of_block(parts.index_block(*ENTRIES))) == FOUND


def test_the_size_of_a_block() -> None:
    assert block_bytes(parts.index_root()) == 4096
    for size in (0, 100, 1 << 20, 4097):
        with pytest.raises(UnreadableError):
            block_bytes(bytes(8) + size.to_bytes(4, "little"))


@pytest.mark.parametrize("data", [b"", b"INDX", b"XXXX".ljust(4096, b"\0"), parts.index_block(*ENTRIES)[:600]])
def test_a_damaged_block_is_an_error(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        list(names_of_block(data))


@given(st.binary(max_size=600))
def test_any_bytes(data: bytes) -> None:
    with suppress(UnreadableError):
        list(names_of_root(data))


def test_mutants() -> None:
    for data in mutants(parts.index_block(*ENTRIES), 200):
        with suppress(UnreadableError):
            list(names_of_block(data))
