"""Server code in bytes, whatever stands around it."""

from __future__ import annotations

import pytest

from webshellhunt.decoding.server_tags import find_code_ranges, has_server_tags, is_code, iter_server_tags

OPEN, CLOSE = b"<" + b"%", b"%" + b">"
BLOCK = OPEN + b" total = count(x) " + CLOSE


def test_a_block_is_found_between_other_bytes() -> None:
    data = bytes(range(128, 256)) + BLOCK + bytes(300)
    assert [data[start:end] for start, end in iter_server_tags(data)] == [BLOCK]


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_wide_text_has_server_tags_as_well(codec: str) -> None:
    assert has_server_tags(BLOCK.decode().encode(codec))
    assert not has_server_tags("<p>text</p>".encode(codec))


def test_noise_between_two_marks_is_no_code() -> None:
    assert is_code(b" total = count(1) ")
    assert not is_code(bytes(range(256)))


def test_one_range_holds_all_tags() -> None:
    data = b"a" * 50 + BLOCK + b"b" * 50 + BLOCK + b"c" * 50
    assert find_code_ranges(data) == [(50, len(data) - 50)]
