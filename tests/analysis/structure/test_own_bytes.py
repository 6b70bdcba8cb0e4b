"""Data that may be a program, or is one."""

from __future__ import annotations

import base64
import gzip
import zlib

import pytest

from webshellhunt.analysis.structure.own_bytes import is_program_text

PROGRAM = b"MZ" + bytes(range(256)) * 4


def deflated(raw: bytes) -> bytes:
    return zlib.compress(raw)[2:-4]


@pytest.mark.parametrize("raw", [PROGRAM, gzip.compress(PROGRAM), deflated(PROGRAM)])
def test_a_program_in_base64(raw: bytes) -> None:
    assert is_program_text(base64.b64encode(raw).decode())


@pytest.mark.parametrize("text", [PROGRAM.hex(), "0x" + ",0x".join(f"{byte:02x}" for byte in PROGRAM)])
def test_a_program_in_hexadecimal(text: str) -> None:
    assert is_program_text(text)


@pytest.mark.parametrize("text", ["", "MZ", "no base64!", base64.b64encode(b"PK" + bytes(900)).decode()])
def test_other_data(text: str) -> None:
    assert not is_program_text(text)


def test_a_long_text_is_read_only_at_its_start() -> None:
    assert is_program_text(base64.b64encode(PROGRAM + bytes(5_000_000)).decode())
