"""From a character to the offset of its first byte, for each kind of encoding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.decoding.offsets import FixedOffsets, Offsets, SteppedOffsets, Utf8Offsets, Utf16Offsets

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
