"""The nodes and blocks of a personal store."""

from __future__ import annotations

from tests.builders.pst import Mail, build_pst
from webshellhunt.decoding.pst.store import open_store


def test_a_store_opens_and_other_bytes_do_not() -> None:
    assert open_store(build_pst("Archive", [Mail("Subject")])) is not None
    assert open_store(b"!BDN" + bytes(20)) is None
    assert open_store(b"text") is None


def test_the_block_at_an_offset_is_where_an_attachment_lies() -> None:
    data = build_pst("Archive", [Mail("Subject", attachments={"a.txt": bytes(range(256))})])
    store = open_store(data)
    assert store is not None
    assert store.block_at(0) is None
    found = [block for offset in range(0, len(data), 64) if (block := store.block_at(offset)) is not None]
    assert found
