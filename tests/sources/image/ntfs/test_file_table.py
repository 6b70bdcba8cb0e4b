"""The file table: geometry, records, streams over several records, and the mirror of the first record."""

from __future__ import annotations

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import ntfs_parts as parts
from webshellhunt.errors import UnreadableError
from webshellhunt.ntfs.records import DATA, parse_record
from webshellhunt.sources.image.ntfs.file_table import FileTable, Stream, geometry_of, stream_names


def table_of(data: bytes) -> FileTable:
    return FileTable(lambda offset, count: data[offset : offset + count])


def listed(kind: int, number: int, first: int = 0) -> bytes:
    return struct.pack("<IHBBQQH", kind, 32, 0, 26, first, number | 1 << 48, 0).ljust(32, b"\0")


def test_the_geometry_of_a_volume() -> None:
    found = geometry_of(parts.boot(64))
    assert (found.cluster, found.record, found.table, found.mirror) == (4096, 1024, 4, 2)


@pytest.mark.parametrize(
    ("at", "value"),
    [(3, b"XXXX"), (11, b"\0\0"), (11, b"\x07\0"), (13, b"\0"), (13, b"\x03"), (64, b"\0"), (64, b"\x05")],
)
def test_a_damaged_first_sector_is_an_error(at: int, value: bytes) -> None:
    sector = bytearray(parts.boot(64))
    sector[at : at + len(value)] = value
    with pytest.raises(UnreadableError):
        geometry_of(bytes(sector))


@given(st.binary(max_size=520))
def test_any_first_sector(data: bytes) -> None:
    for boot in (data, parts.boot(64)[:11] + data):
        with suppress(UnreadableError):
            geometry_of(boot)


def test_records_by_number() -> None:
    table = table_of(parts.volume({20: parts.record(parts.resident(DATA, b"x"), sequence=9)}))
    assert (table.record(20).sequence, table.count, table.size_bytes) == (9, 64, 65536)
    assert table.read_raw(0, 4) == b"FILE"
    for number in (21, 63, 64, 10**12):
        with pytest.raises(UnreadableError):
            table.record(number)


def test_the_mirror_replaces_a_damaged_first_record() -> None:
    data = bytearray(parts.volume({}))
    data[4 * parts.CLUSTER : 4 * parts.CLUSTER + 4] = b"BAAD"
    assert table_of(bytes(data)).record(5).number == 5


def test_a_file_over_several_records() -> None:
    base = parts.record(parts.resident(0x20, listed(0x10, 20) + listed(DATA, 21) + listed(DATA, 22, 1)))
    first = parts.record(parts.streamed(DATA, parts.runs((1, 40)), 8000), base=20)
    second = parts.record(parts.streamed(DATA, parts.runs((1, 50)), 0, first=1), base=20)
    clusters = {40: b"a" * 4096, 50: b"b" * 4096}
    table = table_of(parts.volume({20: base, 21: first, 22: second}, clusters))
    stream = table.stream(table.attributes(table.record(20)))
    assert stream is not None
    assert stream.read(4000, 200) == b"a" * 96 + b"b" * 104
    assert len(stream.read(0, 10**9)) == 8000


def test_a_table_in_pieces_that_it_describes_itself() -> None:
    own = parts.record(
        parts.resident(0x20, listed(DATA, 0) + listed(DATA, 6, 2)),
        parts.streamed(DATA, parts.runs((2, 4)), 4 * parts.CLUSTER),
    )
    further = parts.record(parts.streamed(DATA, parts.runs((2, 40)), 0, first=2))
    elsewhere = bytes(parts.RECORD) + parts.record(sequence=77)
    table = table_of(parts.volume({0: own, 6: further}, {40: elsewhere}))
    assert (table.count, table.record(9).sequence) == (16, 77)


def test_a_record_that_belongs_to_another_file_is_not_used() -> None:
    base = parts.record(parts.resident(0x20, listed(DATA, 21)))
    table = table_of(parts.volume({20: base, 21: parts.record(parts.resident(DATA, b"other"), base=30)}))
    assert table.stream(table.attributes(table.record(20))) is None


def test_encrypted_content_is_an_error_with_the_reason() -> None:
    record = parse_record(parts.record(parts.resident(DATA, b"x", flags=0x4000)), 1)
    with pytest.raises(UnreadableError, match="EFS"):
        table_of(parts.volume({})).stream(record.attributes)


def test_what_was_never_written_are_zeros() -> None:
    record = parse_record(parts.record(parts.streamed(DATA, parts.runs((2, 40)), 6000, valid=4097)), 1)
    stream = table_of(parts.volume({}, {40: b"a" * 8192})).stream(record.attributes)
    assert stream is not None
    assert stream.read(4090, 20) == b"a" * 7 + bytes(13)
    assert stream.read(5990, 20) == bytes(10)
    assert Stream(0, 0, None, None).read(0, 10) == Stream(5, 5, b"12345", None).read(-1, 2) == b""


def test_alternate_streams() -> None:
    record = parse_record(
        parts.record(
            parts.resident(DATA, b""), parts.resident(DATA, b"12", "z"), parts.resident(DATA, b"1", "a"),
        ), 1,
    )  # fmt: skip
    assert stream_names(record.attributes) == [("a", 1), ("z", 2)]


@pytest.mark.parametrize(("unit", "sectors"), [(16, 8), (3, 8), (0, 8), (4, 16)])
def test_units_of_compression_that_ntfs_does_not_have(unit: int, sectors: int) -> None:
    data = bytearray(parts.volume({}, count=128))
    data[13] = sectors
    struct.pack_into("<QQ", data, 48, 4 * 8 // sectors, 2 * 8 // sectors)
    table = table_of(bytes(data))
    compressed = parts.record(parts.streamed(DATA, parts.runs((2, 40)), 6000, flags=1, unit=unit))
    with pytest.raises(UnreadableError, match="compression"):
        table.stream(parse_record(compressed, 1).attributes)


def test_a_cut_image_costs_the_records_after_the_cut_only() -> None:
    data = parts.volume({20: parts.record(sequence=5), 40: parts.record(sequence=6)})
    table = table_of(data[: 4 * parts.CLUSTER + 30 * parts.RECORD])
    assert table.record(20).sequence == 5
    with pytest.raises(UnreadableError, match="outside of the image"):
        table.record(40)
