"""Signatures are read as names of types."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.binaries.signatures import number_at, read_locals, read_signature, read_type


def names(coded: int) -> str:
    return {5: "A.B", 9: "List`1"}.get(coded, "?")


@pytest.mark.parametrize(
    ("blob", "expected"),
    [
        (b"\x0e", "string"),
        (b"\x1d\x05", "byte[]"),
        (b"\x10\x08", "int32&"),
        (b"\x12\x05", "A.B"),
        (b"\x10\x11\x05", "A.B&"),
        (b"\x15\x12\x09\x01\x0e", "List`1"),
        (b"\x1d\x15\x12\x09\x01\x0e", "List`1[]"),
        (b"\x14\x08\x02\x00\x00", "int32[]"),
        (b"\x1f\x05\x0e", "string"),
        (b"\x13\x00", ""),
        (b"", ""),
    ],
)
def test_types(blob: bytes, expected: str) -> None:
    assert read_type(blob, 0, names) == (expected, len(blob))


def test_methods_have_parameters_a_result_and_perhaps_an_object() -> None:
    assert read_signature(b"\x20\x02\x01\x0e\x12\x05", names) == (("string", "A.B"), "", True, ())
    assert read_signature(b"\x00\x00\x08", names) == ((), "int32", False, ())
    assert read_signature(b"\x10\x01\x01\x13\x00\x0e", names).types == ("string",)
    assert read_signature(b"\x0a\x01\x12\x05", names).of == ("A.B",)


def test_local_variables() -> None:
    assert read_locals(b"\x07\x02\x08\x45\x0e", names) == ("int32", "string")
    assert read_locals(b"\x06\x08", names) == ()


def test_numbers_have_one_two_or_four_bytes() -> None:
    found = [number_at(blob, 0) for blob in (b"\x03", b"\x80\x80", b"\xc0\x00\x40\x00")]
    assert found == [(3, 1), (0x80, 2), (0x4000, 4)]


@given(st.binary(max_size=60))
def test_any_signature_is_read(blob: bytes) -> None:
    assert len(read_signature(blob, names).types) <= 64
    assert len(read_locals(blob, names)) <= 64
