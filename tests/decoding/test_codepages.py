"""Which codecs no editor saves in, and how they are called."""

from __future__ import annotations

import pytest

from webshellhunt.decoding.codepages import UNEDITED, UTF7, python_codec, shown_codec

CODECS = frozenset(codec for number in range(1, 65_536) if (codec := python_codec(number)) is not None)


def test_every_page_of_ebcdic_is_among_them() -> None:
    one_byte = {codec for codec in CODECS if not codec.startswith(("utf-16", "utf-32")) and codec != UTF7}
    ebcdic = {codec for codec in one_byte if b"\x4c\x6c".decode(codec) == "<%"}
    assert len(ebcdic) == 7
    assert frozenset({*ebcdic, UTF7, "utf-32-le", "utf-32-be"}) == UNEDITED


@pytest.mark.parametrize(
    ("codec", "name"),
    [(UTF7, "UTF-7"), ("utf-32-be", "UTF-32"), ("utf-16-le", "UTF-16"), ("cp037", "EBCDIC (cp037)"), ("gbk", "gbk")],
)
def test_a_codec_has_a_name_that_people_know(codec: str, name: str) -> None:
    assert shown_codec(codec) == name
