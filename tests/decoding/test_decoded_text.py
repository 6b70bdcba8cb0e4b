"""One reading of bytes, and the way back from its characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.decoding.decoded_text import decode, read
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
