"""The change journal: versions, pages, zeros at the beginning, damage, and what is of interest."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.file_records import CREATE, EXTEND, JournalBuilder
from tests.builders.mutants import mutants
from tests.builders.specimens import specimen
from webshellhunt.ntfs import change_journal
from webshellhunt.ntfs.change_journal import Change, JournalReader, Reason, find_start
from webshellhunt.ntfs.records import Reference

WHEN = datetime(2021, 3, 3, 4, 5, 6, 123456, tzinfo=UTC)
REAL = ("fox-it+dissect.target/usnjrnl.bin", "log2timeline+plaso/UsnJrnl.raw")


def reader(data: bytes, *extensions: str) -> JournalReader:
    return JournalReader(lambda offset, count: data[offset : offset + count], len(data), extensions or ("aspx",))


def changes(data: bytes) -> list[Change]:
    return list(reader(data).changes())


@pytest.mark.parametrize("version", [2, 3])
def test_a_page_comes_and_goes(version: int) -> None:
    journal = JournalBuilder(version)
    journal.write(WHEN, "x.aspx", 70, 64)
    journal.remove(WHEN + timedelta(minutes=1), "X.ASPX", 70, 64)
    found = changes(journal.build())
    assert [each.reason & 0x300 for each in found] == [0x100, 0x100, 0x100, 0x200]
    first = found[0]
    assert (first.when_utc, first.file, first.directory) == (WHEN, Reference(70, 1), Reference(64, 1))
    assert (first.name, first.is_directory, first.number) == ("x.aspx", False, 0)


def test_version_4_has_no_name_and_is_skipped() -> None:
    journal = JournalBuilder()
    journal.data += struct.pack("<IHH", 80, 4, 0) + bytes(72)
    journal.add(WHEN, CREATE, "x.aspx", 70, 64)
    made = reader(journal.build())
    assert len(list(made.changes())) == 1
    assert (made.records, made.broken) == (1, 0)


def test_only_what_is_of_interest() -> None:
    journal = JournalBuilder()
    journal.add(WHEN, EXTEND, "x.txt", 70, 64)
    journal.add(WHEN, EXTEND, "folder", 71, 64, directory=True)
    journal.add(WHEN, EXTEND, "y.aspx", 72, 64)
    journal.rename(WHEN, "a.txt", "b.txt", 73, 64)
    made = reader(journal.build())
    journal_names = [each.name for each in made.changes()]
    assert journal_names == ["folder", "y.aspx"]
    assert (made.records, made.first_utc) == (6, WHEN)


def test_a_file_is_followed_under_another_name() -> None:
    journal = JournalBuilder()
    journal.add(WHEN, EXTEND, "x.aspx", 70, 64)
    journal.add(WHEN, EXTEND, "x.txt", 70, 64)
    made = reader(journal.build())
    found = []
    for each in made.changes():
        made.follow(each.file)
        found.append(each.name)
    assert found == ["x.aspx", "x.txt"]


def test_a_renaming_is_one_change_with_both_names() -> None:
    journal = JournalBuilder()
    journal.write(WHEN, "x.txt", 70, 64)
    journal.rename(WHEN + timedelta(minutes=1), "x.txt", "x.aspx", 70, 64, to=65)
    made = reader(journal.build())
    first, closed = made.changes()
    assert (first.name, first.directory, first.old) == ("x.aspx", Reference(65, 1), (Reference(64, 1), "x.txt"))
    assert closed.old is None
    assert made.created_of(first.file) == WHEN
    assert made.created_of(Reference(99, 1)) is None


def test_a_directory_is_told_once_for_each_name() -> None:
    journal = JournalBuilder()
    for _ in range(3):
        journal.add(WHEN, EXTEND, "folder", 71, 64, directory=True)
    journal.add(WHEN, 0x2000, "renamed", 71, 64, directory=True)
    assert [each.name for each in changes(journal.build())] == ["folder", "renamed"]


def test_many_pages_and_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_journal, "_PIECE", 8192)
    journal = JournalBuilder()
    for number in range(2_000):
        journal.add(WHEN, EXTEND, f"{'n' * (number % 60)}.aspx", number + 64, 64)
    assert len(changes(journal.build())) == 2_000


def test_pages_that_a_collector_moved_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_journal, "_PIECE", 8192)
    journal = JournalBuilder()
    for number in range(500):
        journal.add(WHEN, EXTEND, f"{'n' * (number % 60)}.aspx", number + 64, 64)
    assert len(changes(bytes(520) + journal.build())) == 500


def test_gigabytes_of_zeros_are_not_read() -> None:
    journal = JournalBuilder()
    for number in range(100):
        journal.add(WHEN, EXTEND, "x.aspx", number + 64, 64)
    tail = journal.build()
    empty, asked = 64 * 1024**3, []

    def read(offset: int, count: int) -> bytes:
        asked.append(count)
        data = bytes(max(0, min(count, empty - offset)))
        return data + tail[max(0, offset - empty) : max(0, offset + count - empty)]

    made = JournalReader(read, empty + len(tail), ("aspx",))
    assert len(list(made.changes())) == 100
    assert sum(asked) < 16 * 1024**2


def test_only_the_last_part_of_a_huge_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_journal, "MOST_BYTES", 8192)
    journal = JournalBuilder()
    for number in range(300):
        journal.add(WHEN, EXTEND, "x.aspx", number + 64, 64)
    made = reader(journal.build())
    found = list(made.changes())
    assert made.is_cut
    assert found[-1].file.number == 363
    assert len(found) < 300


def test_a_small_journal_is_read_from_its_start() -> None:
    assert find_start(lambda offset, count: bytes(count), 4096) == 0


def test_garbage_between_records_is_counted_once_a_place() -> None:
    journal = JournalBuilder()
    journal.add(WHEN, EXTEND, "x.aspx", 70, 64)
    journal.data += b"\x99" * 160
    journal.add(WHEN, EXTEND, "y.aspx", 70, 64)
    made = reader(journal.build())
    assert [each.name for each in made.changes()] == ["x.aspx", "y.aspx"]
    assert made.broken == 1


def test_the_reasons_are_those_of_windows() -> None:
    assert (Reason.CREATED, Reason.DELETED, Reason.OLD_NAME, Reason.NEW_NAME) == (0x100, 0x200, 0x1000, 0x2000)


def test_damaged_journals_end() -> None:
    journal = JournalBuilder()
    for number in range(60):
        journal.add(WHEN, EXTEND, "name.aspx", number + 64, 64)
    for data in mutants(journal.build(), 500):
        changes(data)


@given(st.binary(max_size=2000))
def test_any_bytes(data: bytes) -> None:
    changes(data)
    changes(struct.pack("<IHH", 64, 2, 0) + data)


@pytest.mark.parametrize(("name", "records"), [(REAL[0], 15_214), (REAL[1], 19)])
def test_a_real_journal(name: str, records: int) -> None:
    made = reader(specimen(name).read_bytes(), "txt", "exe")
    found = list(made.changes())
    assert (made.records, made.broken) == (records, 0)
    assert all(each.when_utc is not None for each in found)


def test_mutants_of_a_real_journal() -> None:
    for each in mutants(specimen(REAL[0]).read_bytes()[:65_536], 200):
        changes(each)
