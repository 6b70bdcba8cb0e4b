"""One reading of bytes, and the way back from its characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.decoding.decoded_text import (
    FixedOffsets,
    Offsets,
    SteppedOffsets,
    Utf8Offsets,
    Utf16Offsets,
    decode,
    read,
)
from webshellhunt.model.findings import Span


@given(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=50), st.sampled_from(["utf-8", "utf-16-le", "gb18030"])
)
def test_each_character_leads_to_its_bytes(text: str, encoding: str) -> None:
    data = b"??" + text.encode(encoding)
    reading = read(data, encoding, "declared", origin=2)
    assert reading.text == text
    for index in range(len(text)):
        span = reading.byte_span(index, index + 1)
        assert data[span.start : span.end].decode(encoding) == text[index]


def test_the_end_of_the_text_is_the_end_of_the_data() -> None:
    reading = read(b"ab", "ascii", "ascii")
    assert reading.byte_offset(5) == 2
    assert reading.byte_span(1, 1) == Span(1, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-32-be", "gbk", "ascii", "cp1252", "utf-7"])
@given(data=st.binary(max_size=60))
def test_any_bytes_are_read(encoding: str, data: bytes) -> None:
    assert isinstance(decode(data, encoding), str)


TEXTS = st.text(st.characters(codec="utf-8"), max_size=60).map(lambda text: text * 40)


def _map_of(text: str, codec: str) -> Offsets:
    data = text.encode(codec)
    if codec == "utf-32-le":
        return FixedOffsets(4, len(data))
    if codec == "utf-16-le":
        return Utf16Offsets.of(text, len(data))
    return Utf8Offsets.of(data) if codec == "utf-8" else SteppedOffsets.of(codec, data)


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-32-le", "gb18030"])
@given(text=TEXTS, index=st.integers(0, 3000))
def test_a_character_begins_where_those_before_it_end(codec: str, text: str, index: int) -> None:
    assert _map_of(text, codec).at(index) == len(text[:index].encode(codec))


def test_a_byte_that_is_no_utf_8_is_one_character() -> None:
    assert [Utf8Offsets.of(b"a\xffb").at(index) for index in range(4)] == [0, 1, 2, 3]
