"""The end of a ZIP archive."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.containers import zipped
from webshellhunt.containers.zip_end import Directory, find_directory

FILES = {"a/x.aspx": b"1", "b.png": b"2"}


def found(data: bytes) -> Directory | None:
    return find_directory(lambda offset, count: data[offset : offset + count], len(data))


def test_the_place_of_the_directory_also_after_other_data() -> None:
    data = zipped(FILES)
    at = data.index(b"PK\x01\x02")
    size = len(data) - 22 - at
    assert found(data) == Directory(at, size, 2)
    assert found(b"MZ a program" + data) == Directory(at + 12, size, 2, 12)


def test_zip64() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(66_000):
            archive.writestr(str(number), b"")
    place = found(stream.getvalue())
    assert place is not None
    assert place.members == 66_000


@pytest.mark.parametrize("before", [b"", b"MZ a program"])
def test_records_of_64_bits_that_a_writer_adds_from_2_gib_on(before: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zipfile.ZIP64_LIMIT", 100)
    data = zipped(FILES)
    at = data.index(b"PK\x01\x02")
    assert data.count(b"PK\x06\x06") == 1
    assert found(before + data) == Directory(len(before) + at, data.index(b"PK\x06\x06") - at, 2, len(before))


def test_no_end() -> None:
    assert found(zipped(FILES)[:-22]) is None


def test_a_part_of_a_split_archive() -> None:
    data = bytearray(zipped(FILES))
    data[-18] = 3
    place = found(bytes(data))
    assert place is not None
    assert place.is_split


@given(st.binary(max_size=100), st.binary(max_size=100))
def test_any_bytes(before: bytes, after: bytes) -> None:
    place = found(before + b"PK\x06\x07" + after + b"PK\x05\x06" + after)
    assert place is None or place.members >= 0
