"""Extents: their encoding, and reads through them, plain, sparse and compressed."""

from __future__ import annotations

import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import ntfs_parts as parts
from webshellhunt.errors import UnreadableError
from webshellhunt.sources.image.ntfs.runs import Run, StreamExtents, decode_runs, decompress_lznt1

CLUSTER = 16
DISK = b"".join(bytes([number]) * CLUSTER for number in range(64))


def read(offset: int, count: int) -> bytes:
    return DISK[offset : offset + count]


def extents(*pairs: tuple[int, int | None], unit: int = 0) -> StreamExtents:
    return StreamExtents(decode_runs(parts.runs(*pairs), 0), CLUSTER, read, unit)


def test_extents_are_relative_to_each_other() -> None:
    found = decode_runs(bytes.fromhex("21 03 3412 11 02 f0 01 05 00"), 10)
    assert found == [Run(10, 3, 0x1234), Run(13, 2, 0x1224), Run(15, 5, None)]


@pytest.mark.parametrize("data", ["01", "f1 01", "10 05", "1101", "11 01 80", "08", "11 00 01"])
def test_damaged_extents_are_an_error(data: str) -> None:
    with pytest.raises(UnreadableError):
        decode_runs(bytes.fromhex(data), 0)


def test_a_read_crosses_extents_and_holes() -> None:
    stream = extents((2, 5), (1, None), (1, 9))
    whole = bytes([5]) * 16 + bytes([6]) * 16 + bytes(16) + bytes([9]) * 16
    assert stream.read(0, 64) == whole
    assert [stream.read(at, 20) for at in (0, 14, 30, 44)] == [whole[at : at + 20] for at in (0, 14, 30, 44)]


def test_content_after_the_image_or_the_extents_is_an_error() -> None:
    with pytest.raises(UnreadableError, match="outside of the image"):
        extents((1, 63), (1, 100)).read(0, 32)
    with pytest.raises(UnreadableError, match="damaged"):
        extents((1, 5)).read(0, 17)
    with pytest.raises(UnreadableError, match="damaged"):
        StreamExtents([Run(4, 1, 5)], CLUSTER, read).read(0, 8)


def test_a_unit_without_a_hole_is_not_compressed() -> None:
    assert extents((4, 5), (4, None), unit=4).read(0, 128) == DISK[80:144] + bytes(64)


def test_a_compressed_unit() -> None:
    packed = (b"\x05\xb0" + b"\x02a" + bytes.fromhex("0a00")).ljust(CLUSTER, b"\0")  # "a", then 13 times the same
    disk = bytes(CLUSTER) + packed
    stream = StreamExtents([Run(0, 1, 1), Run(1, 3, None)], CLUSTER, lambda at, count: disk[at : at + count], 4)
    assert stream.read(0, 20) == b"a" * 14 + bytes(6)
    assert stream.read(12, 4) == b"aa\0\0"


@given(st.binary(max_size=40), st.integers(0, 200), st.integers(0, 200), st.sampled_from([0, 4]))
def test_any_bytes(data: bytes, offset: int, count: int, unit: int) -> None:
    with suppress(UnreadableError):
        assert len(StreamExtents(decode_runs(data, 0), CLUSTER, read, unit).read(offset, count)) == count


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
def test_any_compressed_bytes(data: bytes) -> None:
    with suppress(UnreadableError):
        assert len(decompress_lznt1(data, 65536)) <= 65536
