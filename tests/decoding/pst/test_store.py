"""The nodes and blocks of a personal store."""

from __future__ import annotations

from tests.builders.pst import Mail, build_pst
from webshellhunt.decoding.pst.store import MAGIC, UNICODE, open_store, read_header


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


def test_the_header_tells_the_form_and_the_roots() -> None:
    header = read_header(build_pst("Archive", [Mail("Subject")]))
    assert header is not None
    assert header.layout is UNICODE
    assert header.nodes_root != header.blocks_root


def test_what_is_cut_off_or_another_file_has_none() -> None:
    assert read_header(b"") is None
    assert read_header(MAGIC + bytes(20)) is None
    assert read_header(bytes(1000)) is None
