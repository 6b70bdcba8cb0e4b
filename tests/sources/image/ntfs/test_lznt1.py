"""LZNT1: round trips with a plain compressor of the test, an independent parser, and damage."""

from __future__ import annotations

import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.errors import UnreadableError
from webshellhunt.sources.image.ntfs.lznt1 import decompress_lznt1


def compress(data: bytes) -> bytes:
    """Compress greedily, chunk by chunk; each match is the longest of the nearest ones."""
    out = b""
    for start in range(0, len(data), 4096):
        packed = _compress_chunk(data[start : start + 4096])
        out += (0xB000 | len(packed) - 1).to_bytes(2, "little") + packed
    return out + b"\0\0"


def _compress_chunk(chunk: bytes) -> bytes:
    out, at = b"", 0
    while at < len(chunk):
        flags, group = 0, b""
        for bit in range(8):
            if at >= len(chunk):
                break
            distance, length = _match(chunk, at)
            if length < 3:
                group += chunk[at : at + 1]
                at += 1
                continue
            shift = 12 - max((at - 1).bit_length() - 4, 0)
            group += ((distance - 1) << shift | (length - 3)).to_bytes(2, "little")
            flags |= 1 << bit
            at += length
        out += bytes([flags]) + group
    return out


def _match(chunk: bytes, at: int) -> tuple[int, int]:
    if not at:
        return 0, 0
    most = (1 << 12 - max((at - 1).bit_length() - 4, 0)) + 2
    best = (0, 0)
    for distance in range(1, min(at, 64) + 1):
        length = 0
        while at + length < len(chunk) and length < most and chunk[at + length] == chunk[at + length - distance]:
            length += 1
        best = max(best, (distance, length), key=lambda pair: pair[1])
    return best


@given(st.lists(st.sampled_from([b"a", b"bc", b"line of the text\r\n", bytes(300)]), max_size=400).map(b"".join))
def test_round_trips(data: bytes) -> None:
    assert decompress_lznt1(compress(data), len(data)) == data


def test_the_same_as_an_independent_parser() -> None:
    other = pytest.importorskip("dissect.util.compression.lznt1")
    data = b"".join(b"row %d of the log\r\n" % number for number in range(700))
    packed = compress(data)
    assert decompress_lznt1(packed, len(data)) == other.decompress(io.BytesIO(packed))[: len(data)] == data


def test_a_chunk_that_is_not_compressed() -> None:
    assert decompress_lznt1(b"\x02\x30abc\0\0", 4096) == b"abc".ljust(4096, b"\0")


def test_the_limit_holds() -> None:
    assert len(decompress_lznt1(compress(bytes(20_000)), 100)) == 100


@pytest.mark.parametrize("data", ["ffbf", "02b0010000", "04b0026100ff", "03b001ffff"])
def test_damage_is_an_error(data: str) -> None:
    with pytest.raises(UnreadableError):
        decompress_lznt1(bytes.fromhex(data), 4096)


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    with suppress(UnreadableError):
        assert len(decompress_lznt1(data, 65536)) <= 65536
