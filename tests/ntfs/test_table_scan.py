"""The file table: directories, files of interest, sectors that were torn, sizes of records, and speed."""

from __future__ import annotations

from datetime import UTC, datetime
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.file_records import TableBuilder
from tests.builders.mutants import mutants
from tests.builders.specimens import specimen
from webshellhunt.ntfs import table_scan
from webshellhunt.ntfs.table_scan import ScannedTable, is_file_table, scan_table

WHEN = datetime(2021, 3, 3, 4, 5, 6, tzinfo=UTC)
REAL = "fox-it+dissect.target/mft.raw"


def read(data: bytes, *extensions: str, wanted: tuple[str, ...] | None = None) -> ScannedTable:
    return scan_table(
        lambda offset, count: data[offset : offset + count],
        len(data),
        extensions or ("aspx",),
        lambda names: wanted is None or names == wanted,
    )


@pytest.mark.parametrize("size", [1024, 4096])
def test_files_of_interest_in_directories_of_interest(size: int) -> None:
    table = TableBuilder(size)
    table.file("inetpub/wwwroot/x.ASPX", WHEN, content=b"<html>")
    table.file("inetpub/wwwroot/x.txt", WHEN)
    table.file("Windows/y.aspx", WHEN)
    found = read(table.build(), wanted=("inetpub", "wwwroot"))
    assert [each.names[0].name for each in found.files] == ["x.ASPX"]
    assert found.directories.path_of(found.files[0].names[0].parent) == ("inetpub", "wwwroot")
    assert (found.broken, found.is_cut) == (0, False)


def test_an_extension_that_only_begins_like_one_of_interest() -> None:
    table = TableBuilder()
    for name in ("a.asp", "a.aspx", "a.aspx.bak", "a.asp.", "asp"):
        table.file(f"www/{name}", WHEN)
    assert [each.names[0].name for each in read(table.build(), "asp").files] == ["a.asp", "a.asp."]


def test_a_directory_that_comes_later_in_the_table() -> None:
    table = TableBuilder()
    early, late = table.number(), table.directory("www")
    table.put(early, "x.aspx", late, WHEN)
    table.put(table.number(), "y.aspx", 9_999, WHEN)
    found = read(table.build(), wanted=("www",))
    assert [each.names[0].name for each in found.files] == ["x.aspx", "y.aspx"]  # the second may be anywhere


def test_an_extension_across_the_end_of_a_sector() -> None:
    for length in range(120, 140):
        table = TableBuilder()
        table.file(f"www/{'n' * length}.aspx", WHEN)
        assert len(read(table.build()).files) == 1


def test_a_torn_record_is_counted_and_left_out() -> None:
    table = TableBuilder()
    good, torn = table.file("www/a.aspx", WHEN), table.file("www/b.aspx", WHEN)
    data = bytearray(table.build())
    data[torn * 1024 + 1022] ^= 0xFF
    found = read(bytes(data))
    assert [each.reference.number for each in found.files] == [good]
    assert found.broken == 1


def test_a_record_with_its_array_elsewhere() -> None:
    table = TableBuilder()
    number = table.file("www/a.aspx", WHEN)
    data = bytearray(table.build())
    data[number * 1024 + 4] = 6
    assert read(bytes(data)).broken == 1


def test_the_number_of_files_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_scan, "MOST_FILES", 2)
    table = TableBuilder()
    for number in range(5):
        table.file(f"www/{number}.aspx", WHEN)
    assert read(table.build()).is_cut


def test_a_page_is_no_file_table() -> None:
    assert not is_file_table(b"<%@ Page %>")
    assert not is_file_table(b"FILE")
    assert is_file_table(TableBuilder().build()[:64])


def test_damaged_tables_end() -> None:
    table = TableBuilder()
    for number in range(8):
        table.file(f"www/{number}.aspx", WHEN, content=b"x" * 100)
    for data in mutants(table.build()[60 * 1024 :], 300):
        read(data)


@given(st.binary(max_size=3000))
def test_any_bytes(data: bytes) -> None:
    read(data)
    read(b"FILE0\0\3\0" + data)


def test_a_large_table_takes_no_minutes() -> None:
    table = TableBuilder()
    for number in range(200):
        table.file(f"www/d{number % 20}/{number}.{'aspx' if number % 10 else 'txt'}", WHEN)
    piece = table.build()
    size = 64 * 1024 * 1024
    data = piece * (size // len(piece))
    start = perf_counter()
    read(data, wanted=())
    assert perf_counter() - start < 20  # it takes 0.2 seconds; a slow machine under load is no failure


def test_a_real_table() -> None:
    data = specimen(REAL).read_bytes()
    found = read(data, "txt", "ini", "log")
    named = {each.names[0].name: each for each in found.files}
    assert (found.records, found.broken) == (256, 0)
    text = named["totally_normal.txt"]
    assert found.directories.path_of(text.names[0].parent) == ("NamelessDirectory",)
    assert (text.content or b"")[:4] == b"\xff\xfen\0"
    assert text.size_bytes == 28
    assert [name for name, _ in text.streams] == ["secret_text.txt"]
    assert text.created_utc == datetime(2021, 8, 4, 15, 0, 46, 141965, tzinfo=UTC)


def test_mutants_of_a_real_table() -> None:
    data = specimen(REAL).read_bytes()[30 * 1024 : 60 * 1024]
    for each in mutants(data, 200):
        read(each, "txt", "ini", "log")
