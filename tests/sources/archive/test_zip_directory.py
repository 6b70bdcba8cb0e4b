from __future__ import annotations

import io
import struct
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.containers import zipped
from tests.builders.hostile_zips import ntfs_extra
from webshellhunt.containers.zip_end import find_directory
from webshellhunt.sources.archive.members import Times
from webshellhunt.sources.archive.zip_directory import (
    LOCAL_BYTES,
    iter_extra_fields,
    iter_members,
    local_header,
    times_of,
)
from webshellhunt.sources.views import BytesView

FILES = {f"d/{number}.aspx": b"page" for number in range(3000)}


def names(data: bytes) -> list[str | None]:
    view = BytesView(data)
    place = find_directory(view.read, view.size_bytes)
    assert place is not None
    return [None if listed is None else listed.name for listed in iter_members(view, place, 0)]


def test_all_members_are_listed_also_after_other_data() -> None:
    data = zipped(FILES)
    assert names(data) == list(FILES)
    assert names(b"MZ a program" + data) == list(FILES)
    assert names(data + b"trailing") == list(FILES)


def test_zip64_is_read() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        with archive.open("big.txt", "w", force_zip64=True) as member:
            member.write(b"x")
        for number in range(66_000):
            archive.writestr(str(number), b"")
    found = names(stream.getvalue())
    assert len(found) == 66_001
    assert found[0] == "big.txt"


def test_a_damaged_directory_ends_with_none() -> None:
    data = zipped({"a": b"1", "b": b"2"})
    at = data.rindex(b"PK\x01\x02")
    assert names(data[:at] + b"XX" + data[at + 2 :]) == ["a", None]


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    view = BytesView(b"PK\x01\x02" + data + b"PK\x05\x06" + data)
    place = find_directory(view.read, view.size_bytes)
    if place is not None:
        assert len(list(iter_members(view, place, 0))) < 100


def test_times_of_ntfs_are_exact_to_100_ns() -> None:
    fields = dict(iter_extra_fields(ntfs_extra(132592035061234567, 132592035061234568, 132592035061234569)))
    found = times_of(0, 0, fields)
    assert found == Times(1614729906123456700, 1614729906123456900, 1614729906123456800, None, exact=True)


def test_the_extended_time_is_in_utc() -> None:
    fields = dict(iter_extra_fields(struct.pack("<HHBi", 0x5455, 5, 1, 1614744306)))
    assert times_of(0, 0, fields) == Times(1614744306 * 10**9)


def test_the_time_of_dos() -> None:
    date, clock = (2021 - 1980) << 9 | 3 << 5 | 3, 4 << 11 | 5 << 5 | 3
    assert times_of(date, clock, {}) == Times(1614744306 * 10**9)
    assert times_of(0, 0, {}) == Times()
    assert times_of(0xFFFF, 0xFFFF, {}) == Times()


@given(st.binary(max_size=80), st.integers(0, 0xFFFF), st.integers(0, 0xFFFF))
def test_any_extra_field(extra: bytes, date: int, clock: int) -> None:
    fields = dict(iter_extra_fields(extra))
    times_of(date, clock, fields)
    times_of(date, clock, {0x000A: extra, 0x5455: extra})


def test_the_fields_of_a_header() -> None:
    data = zipped({"a.aspx": b"page" * 100})
    header = local_header(data)
    assert header is not None
    assert (header.method, header.size_bytes, header.name_bytes, header.has_sizes_later) == (8, 400, 6, False)
    assert local_header(data[: LOCAL_BYTES - 1]) is None
    assert local_header(data[1:]) is None


@given(st.binary(max_size=40))
def test_any_bytes_as_a_local_header(data: bytes) -> None:
    header = local_header(b"PK\x03\x04" + data)
    assert header is None or 0 <= header.name_bytes <= 0xFFFF
