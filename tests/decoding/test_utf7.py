from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.decoding.utf7 import Utf7Offsets, decode_utf7


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_it_inverts_the_encoder(text: str) -> None:
    assert decode_utf7(text.encode("utf-7"))[0] == text


@given(st.binary(max_size=200))
def test_any_bytes_decode_in_order(data: bytes) -> None:
    text = decode_utf7(data)[0]
    offsets = Utf7Offsets.of(data)
    places = [offsets.at(i) for i in range(len(text) + 1)]
    assert places == sorted(places)
    assert places[-1] == len(data)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a+-b", "a+b"),
        (b"+ADw-", "<"),
        (b"+ADw", "<"),
        (b"+ADw.", "<."),
        (b"+ADwAJQ-x", "<%x"),
        (b"+2D3eAA-", "\U0001f600"),
        (b"+2D0-", "\ufffd"),
        (b"1+ 2", "1 2"),
        (b"\xe9", "\xe9"),
        (b"", ""),
    ],
)
def test_sections(data: bytes, text: str) -> None:
    assert decode_utf7(data)[0] == text


def test_a_character_in_a_section_begins_in_the_digit_that_holds_its_first_bit() -> None:
    offsets = Utf7Offsets.of(b"ab+ADwAJQA9-c")
    assert [offsets.at(i) for i in range(7)] == [0, 1, 2, 5, 8, 12, 13]
