from __future__ import annotations

import os
import stat as modes
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.errors import SourceNotFoundError, UnreadableError, UsageError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.filesystem import (
    absolute,
    as_source_error,
    attributes,
    created_ns,
    drive_top,
    entry_kind,
    identity,
    letter_of,
    listed_kind,
    location_kind,
    system_message,
    timestamps,
    utc_from_ns,
    with_separator,
)

JUNCTION = 0xA0000003
SYMLINK = 0xA000000C
DEDUPLICATED = 0x80000013
CLOUD = 0x9000001A


def status(**fields: Any) -> os.stat_result:
    usual = {
        "st_mode": modes.S_IFREG,
        "st_dev": 1,
        "st_ino": 2,
        "st_mtime_ns": 0,
        "st_ctime_ns": 10**9,
        "st_atime_ns": 0,
    }
    return cast("os.stat_result", SimpleNamespace(**(usual | fields)))


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)))
def test_times_are_exact_to_the_microsecond(naive: datetime) -> None:
    moment = naive.replace(tzinfo=UTC)
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    microseconds = (delta.days * 86400 + delta.seconds) * 10**6 + delta.microseconds
    assert utc_from_ns(microseconds * 1000) == moment


@given(st.integers())
def test_no_time_is_too_wild(nanoseconds: int) -> None:
    moment = utc_from_ns(nanoseconds)
    assert moment is None or moment.tzinfo is UTC


def test_a_time_before_1970_is_one() -> None:
    assert utc_from_ns(-(10**9)) == datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert utc_from_ns(10**30) is None
    assert utc_from_ns(-(10**30)) is None


def test_what_ctime_means_depends_on_the_system() -> None:
    second = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    on_posix = timestamps(status(), original=False, windows=False)
    assert (on_posix.created_utc, on_posix.changed_utc) == (None, second)
    on_windows = timestamps(status(), original=True, windows=True)
    assert (on_windows.created_utc, on_windows.changed_utc, on_windows.original) == (second, None, True)
    newer_python = timestamps(status(st_birthtime_ns=2 * 10**9), original=False, windows=True)
    assert newer_python.created_utc == datetime(1970, 1, 1, 0, 0, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, EntryKind.FILE),
        ({"st_mode": modes.S_IFDIR}, EntryKind.DIRECTORY),
        ({"st_mode": modes.S_IFLNK}, EntryKind.LINK),
        ({"st_mode": modes.S_IFIFO}, EntryKind.SPECIAL),
        ({"st_mode": modes.S_IFCHR}, EntryKind.SPECIAL),
        ({"st_mode": modes.S_IFDIR, "st_file_attributes": 0x410, "st_reparse_tag": JUNCTION}, EntryKind.LINK),
        ({"st_mode": modes.S_IFDIR, "st_file_attributes": 0x410}, EntryKind.LINK),
        ({"st_file_attributes": 0x400, "st_reparse_tag": SYMLINK}, EntryKind.LINK),
        ({"st_file_attributes": 0x400, "st_reparse_tag": DEDUPLICATED}, EntryKind.FILE),
        ({"st_mode": modes.S_IFDIR, "st_file_attributes": 0x410, "st_reparse_tag": CLOUD}, EntryKind.DIRECTORY),
        ({"st_mode": modes.S_IFDIR, "st_file_attributes": 0x10, "st_reparse_tag": 0}, EntryKind.DIRECTORY),
    ],
)
def test_junctions_are_links_and_files_kept_elsewhere_are_files(fields: dict[str, int], kind: EntryKind) -> None:
    assert entry_kind(status(**fields)) is kind


class Listed:
    """What a directory lists on Windows, where the status comes with the name, or is refused."""

    def __init__(self, told: os.stat_result | None) -> None:
        self.told = told

    def stat(self, *, follow_symlinks: bool) -> os.stat_result:
        assert not follow_symlinks
        if self.told is None:
            raise PermissionError(13, "Access is denied")
        return self.told

    is_file = stat


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (status(st_mode=modes.S_IFDIR), EntryKind.DIRECTORY),
        (status(st_mode=modes.S_IFDIR, st_file_attributes=0x410, st_reparse_tag=JUNCTION), EntryKind.LINK),
        (None, EntryKind.FILE),
    ],
)
def test_what_windows_lists_is_told_by_its_status(told: os.stat_result | None, kind: EntryKind) -> None:
    assert listed_kind(cast("os.DirEntry[str]", Listed(told)), windows=True) is kind


def test_what_is_refused_is_listed_as_a_file() -> None:
    assert listed_kind(cast("os.DirEntry[str]", Listed(None)), windows=False) is EntryKind.FILE


def test_a_system_that_numbers_nothing_has_no_identities() -> None:
    assert identity(status()) == (1, 2)
    assert identity(status(st_ino=0)) is None


def test_errors_become_ours() -> None:
    gone = as_source_error(FileNotFoundError(2, "No such file"), "a/b")
    assert isinstance(gone, SourceNotFoundError)
    assert gone.path == "a/b"
    locked = as_source_error(PermissionError(13, "The process cannot access the file"), "a")
    assert isinstance(locked, UnreadableError)
    assert "the process cannot access the file" in locked.message
    assert as_source_error(locked, "other") is locked
    assert system_message(OSError("plain")) == "plain"
    denied = PermissionError(13, "Zugriff verweigert")
    denied.winerror = 5  # type: ignore[attr-defined, unused-ignore]
    assert system_message(denied) == "permission denied"


@pytest.mark.parametrize(
    ("bits", "told"),
    [(0, ()), (0x20, ()), (0x1, ()), (0x2, ("hidden",)), (0x4, ("system",)), (0x27, ("hidden", "system"))],
)
def test_attributes_that_keep_a_file_out_of_sight_are_told(bits: int, told: tuple[str, ...]) -> None:
    assert attributes(status(st_file_attributes=bits)) == told
    assert attributes(status()) == ()


@pytest.mark.skipif(os.name == "nt", reason="there a drive may be")
def test_a_drive_of_windows_elsewhere_is_to_be_mounted() -> None:
    for name in ("C:\\", "d:/inetpub"):
        with pytest.raises(SourceNotFoundError, match="name the folder where the drive is mounted"):
            location_kind(name, f"/absent/{name}")
    with pytest.raises(SourceNotFoundError, match="check the spelling"):
        location_kind("/absent", "/absent")


def test_a_file_was_not_created_after_it_was_changed(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("a")
    created = created_ns(str(file))
    assert created is None or created <= file.stat().st_ctime_ns


def test_what_is_not_there_has_no_time() -> None:
    assert created_ns("/absent/file") is None
    assert created_ns("a\0b") is None


def test_paths_and_letters(tmp_path: Path) -> None:
    assert absolute(str(tmp_path / "a" / "..")) == str(tmp_path)
    assert with_separator(str(tmp_path)) == with_separator(with_separator(str(tmp_path))) == str(tmp_path) + os.sep
    assert (letter_of("d"), letter_of("D:")) == ("D", "D")


@pytest.mark.parametrize("key", ["", "dd", "1", "ä", "::"])
def test_what_is_no_letter(key: str) -> None:
    with pytest.raises(UsageError, match="one letter from A to Z"):
        letter_of(key)


def test_a_drive_is_a_folder_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"")
    assert drive_top("D", str(tmp_path)) == str(tmp_path)
    with pytest.raises(UnreadableError, match="drive D: must be a folder"):
        drive_top("D", str(tmp_path / "f"))
    with pytest.raises(SourceNotFoundError):
        drive_top("D", str(tmp_path / "g"))
    with pytest.raises(SourceNotFoundError, match="location is empty"):
        absolute("")
