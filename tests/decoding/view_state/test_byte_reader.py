"""The reader of bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.view_states import number, text
from webshellhunt.decoding.view_state.byte_reader import ByteReader, DamageError
from webshellhunt.model.findings import Span


def test_bytes_in_a_row() -> None:
    reader = ByteReader(b"\1\2\3", 1)
    assert (reader.byte(), reader.skip(1), reader.at) == (2, 2, 3)
    for size in (1, -1):
        with pytest.raises(DamageError):
            reader.skip(size)
    assert reader.at == 3


@given(st.integers(0, 2**32 - 1))
def test_numbers(value: int) -> None:
    assert ByteReader(number(value)).encoded_number() == value


@pytest.mark.parametrize("data", [b"", b"\x80", b"\x80\x80\x80\x80\x80\x01"])
def test_a_damaged_number(data: bytes) -> None:
    with pytest.raises(DamageError):
        ByteReader(data).encoded_number()


@given(st.text(max_size=300))
def test_texts(value: str) -> None:
    data = text(value)
    assert ByteReader(data).text() == Span(len(data) - len(value.encode()), len(data))
