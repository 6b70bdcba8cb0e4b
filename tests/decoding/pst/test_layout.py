"""The header of a personal store."""

from __future__ import annotations

from tests.builders.pst import Mail, build_pst
from webshellhunt.decoding.pst.layout import MAGIC, UNICODE, read_header


def test_the_header_tells_the_form_and_the_roots() -> None:
    header = read_header(build_pst("Archive", [Mail("Subject")]))
    assert header is not None
    assert header.layout is UNICODE
    assert header.nodes_root != header.blocks_root


def test_what_is_cut_off_or_another_file_has_none() -> None:
    assert read_header(b"") is None
    assert read_header(MAGIC + bytes(20)) is None
    assert read_header(bytes(1000)) is None
