"""Listed files: names, times, content and streams of one file, and structures that are broken."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.file_records import TableBuilder
from tests.builders.mutants import mutants
from webshellhunt.errors import UnreadableError
from webshellhunt.ntfs.listed_files import ListedFile, iter_parents, listed_file
from webshellhunt.ntfs.records import DATA, FILE_NAME, STANDARD_INFORMATION, Reference, head_of, iter_attributes
from webshellhunt.ntfs.sectors import restored

SEEN, NAMED = datetime(2016, 3, 1, 8, tzinfo=UTC), datetime(2021, 3, 3, 4, 5, 6, 123456, tzinfo=UTC)


def record(**more: object) -> bytes:
    table = TableBuilder()
    table.put(70, "x.aspx", 64, NAMED, **more)  # type: ignore[arg-type]
    return restored(table.records[70])


def parsed(**more: object) -> ListedFile:
    found = listed_file(record(**more), 70)
    assert found is not None
    return found


def test_both_times_of_a_file() -> None:
    found = parsed(set_to=SEEN, content=b"hello")
    assert (found.created_utc, found.names[0].created_utc) == (SEEN, NAMED)
    assert (found.names[0].name, found.names[0].parent) == ("x.aspx", Reference(64, 1))
    assert (found.content, found.size_bytes, found.in_use, found.is_directory) == (b"hello", 5, True, False)


def test_content_outside_the_record() -> None:
    found = parsed(size_bytes=123_456)
    assert (found.content, found.size_bytes) == (None, 123_456)


def test_a_free_record_has_the_sequence_of_its_last_file() -> None:
    found = parsed(in_use=False, sequence=7)
    assert (found.in_use, found.reference) == (False, Reference(70, 7))


def test_streams() -> None:
    assert parsed(content=b"a", streams=[("s.aspx", b"b")]).streams == (("s.aspx", b"b"),)


def test_an_extension_of_another_record_is_none() -> None:
    data = bytearray(record())
    data[32] = 70
    assert listed_file(bytes(data), 71) is None


def _with(attribute_kind: int, at: int, value: bytes) -> ListedFile:
    """Return the file of a record after bytes of its first attribute of a kind are replaced."""
    data = bytearray(record(content=b"hello"))
    start = head_of(bytes(data)).first
    for kind, each in iter_attributes(bytes(data), head_of(bytes(data))):
        if kind == attribute_kind:
            break
        start += len(each)
    data[start + at : start + at + len(value)] = value
    found = listed_file(bytes(data), 70)
    assert found is not None
    return found


def test_small_content_in_a_compressed_folder_is_there_as_it_is() -> None:
    assert _with(DATA, 12, b"\1\0").content == b"hello"  # the flag says so, but only clusters are compressed
    assert _with(DATA, 12, b"\0\x40").content is None


def test_an_attribute_with_damaged_content_costs_itself() -> None:
    found = _with(STANDARD_INFORMATION, 16, b"\xff\xff")
    assert found.created_utc is None
    assert (found.names[0].name, found.content) == ("x.aspx", b"hello")


def test_an_attribute_without_an_end_costs_those_after_it() -> None:
    found = _with(DATA, 4, b"\xff\xff")
    assert (found.names[0].name, found.content, found.size_bytes) == ("x.aspx", None, None)


@pytest.mark.parametrize("kind", [STANDARD_INFORMATION, FILE_NAME])
def test_parents_until_the_damage(kind: int) -> None:
    data = bytearray(record(content=b"hello"))
    assert list(iter_parents(bytes(data))) == [1 << 48 | 64]
    start = head_of(bytes(data)).first
    if kind == FILE_NAME:
        start += len(next(iter_attributes(bytes(data), head_of(bytes(data))))[1])
    data[start + 4 : start + 8] = bytes(4)
    assert list(iter_parents(bytes(data))) == []


@pytest.mark.parametrize("data", [b"", b"FILE", b"BAAD" + bytes(1020), b"FILE" + bytes(1020)])
def test_no_record(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="record"):
        listed_file(data, 1)


def test_damaged_records_end_in_a_result_or_an_error() -> None:
    for data in mutants(record(content=b"<%@ Page %>", streams=[("s", b"x")]), 3_000):
        try:
            listed_file(data, 70)
        except UnreadableError:
            continue


@given(st.binary(max_size=1100))
def test_any_bytes(data: bytes) -> None:
    for each in (data, b"FILE" + data):
        try:
            listed_file(each, 3)
        except UnreadableError:
            continue
