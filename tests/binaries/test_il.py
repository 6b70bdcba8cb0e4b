"""Instructions: those that have a token are found, and the others are stepped over."""

from __future__ import annotations

import struct

import pytest

from webshellhunt.binaries.il import LOAD_STRING, code_range, iter_references

RET, LDC_I4, SWITCH = b"\x2a", b"\x20", b"\x45"


def test_calls_and_strings_are_found_behind_other_instructions() -> None:
    code = b"\x00" + LDC_I4 + bytes(4) + b"\x72" + struct.pack("<I", 0x70000001)
    code += SWITCH + struct.pack("<I", 2) + bytes(8) + b"\x28" + struct.pack("<I", 0x0A000002) + RET
    assert list(iter_references(code)) == [(LOAD_STRING, 0x70000001), (0x28, 0x0A000002)]


def test_an_instruction_of_two_bytes_is_named_by_the_last() -> None:
    assert list(iter_references(b"\xfe\x06" + struct.pack("<I", 7))) == [(0x06, 7)]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (bytes([0x02 | 5 << 2]), (1, 5)),
        (struct.pack("<HHII", 0x3003, 8, 40, 0), (12, 40)),
        (struct.pack("<HHII", 0x3003, 8, 40, 0)[:11], None),
        (b"\x00", None),
        (b"", None),
    ],
)
def test_the_header_of_a_method_says_where_its_code_is(header: bytes, found: tuple[int, int] | None) -> None:
    assert code_range(header) == found
