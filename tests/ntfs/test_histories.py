"""Histories: creation, renaming and deletion of each file, also under names that are of no interest themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.builders.file_records import CLOSE, ROOT, TIMES, JournalBuilder
from webshellhunt.ntfs import change_journal, histories
from webshellhunt.ntfs.change_journal import JournalReader
from webshellhunt.ntfs.histories import FileHistory, Place, read_histories
from webshellhunt.ntfs.paths import DirectoryTree
from webshellhunt.ntfs.records import Reference

WHEN = datetime(2021, 3, 3, 4, 5, 6, 123456, tzinfo=UTC)
LATER = WHEN + timedelta(minutes=5)
WWW = Reference(64, 1)


def read(journal: JournalBuilder, tree: DirectoryTree | None = None) -> list[FileHistory]:
    data = journal.build()
    if tree is None:
        tree = DirectoryTree()
        tree.add(WWW, "www", Reference(ROOT, 5))
    reader = JournalReader(lambda offset, count: data[offset : offset + count], len(data), ("aspx",))
    return read_histories(reader, tree, ("aspx",), lambda names: names[:1] == ("www",))


def test_a_page_comes_and_goes() -> None:
    journal = JournalBuilder()
    journal.write(WHEN, "x.aspx", 70, 64)
    journal.add(LATER, TIMES | CLOSE, "x.aspx", 70, 64)
    journal.remove(LATER, "x.aspx", 70, 64)
    (found,) = read(journal)
    assert (found.created_utc, found.written_utc, found.deleted_utc) == (WHEN, WHEN, LATER)
    assert (found.times_set_utc, found.place) == (LATER, Place(WWW, "x.aspx"))


def test_a_text_becomes_a_page() -> None:
    journal = JournalBuilder()
    journal.write(WHEN, "x.txt", 70, 64)
    journal.rename(LATER, "x.txt", "x.aspx", 70, 64)
    (found,) = read(journal)
    assert found.created_utc == WHEN  # under its first name
    (renaming,) = found.renamings
    assert (renaming.old.name, renaming.new.name, renaming.when_utc) == ("x.txt", "x.aspx", LATER)


def test_a_page_is_followed_to_its_deletion_as_a_text() -> None:
    journal = JournalBuilder()
    journal.write(WHEN, "x.aspx", 70, 64)
    journal.rename(LATER, "x.aspx", "x.txt", 70, 64, to=66)
    journal.remove(LATER, "x.txt", 70, 66)
    (found,) = read(journal)
    assert (found.deleted_utc, found.place.name) == (LATER, "x.txt")


def test_a_history_until_the_file_left_a_place() -> None:
    journal = JournalBuilder()
    journal.write(WHEN, "x.aspx", 70, 64)
    journal.rename(WHEN, "x.aspx", "y.aspx", 70, 64)
    journal.write(LATER, "y.aspx", 70, 64)
    journal.remove(LATER, "y.aspx", 70, 64)
    (found,) = read(journal)
    first = found.until_it_left(Place(WWW, "x.aspx"))
    assert (first.place.name, first.created_utc, first.written_utc, first.deleted_utc) == ("x.aspx", WHEN, None, None)
    assert first.renamings == found.renamings
    assert first.last_number == found.renamings[0].number < found.last_number
    assert found.until_it_left(found.place) is found


def test_a_directory_that_is_gone_is_known_from_the_journal() -> None:
    journal = JournalBuilder()
    tree = DirectoryTree()
    tree.add(WWW, "www", Reference(ROOT, 5))
    journal.write(WHEN, "tmp", 65, 64, directory=True)
    journal.write(WHEN, "x.aspx", 70, 65)
    (found,) = read(journal, tree)
    assert tree.path_of(found.place.directory) == ("www", "tmp")


def test_directories_of_no_interest() -> None:
    journal = JournalBuilder()
    journal.write(WHEN, "Windows", 66, ROOT, directory=True)
    journal.write(WHEN, "x.aspx", 70, 66)
    journal.write(WHEN, "x.txt", 71, 64)
    assert read(journal) == []


def test_the_number_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "MOST_HISTORIES", 3)
    monkeypatch.setattr(change_journal, "_MOST_KEPT", 3)
    journal = JournalBuilder()
    for number in range(10):
        journal.write(WHEN, f"{number}.aspx", number + 70, 64)
        journal.rename(WHEN, f"{number}.txt", f"{number}.log", number + 90, 64)
    assert len(read(journal)) == 3
