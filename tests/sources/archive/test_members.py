from __future__ import annotations

from datetime import UTC, datetime

import pytest

from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.archive.members import Member, MemberTable, Place, Times, components, decode_zip_name


def test_a_member_comes_back_from_its_columns() -> None:
    table = MemberTable()
    times = Times(10**18, None, -5, 7, exact=True)
    place = Place(2, 1 << 40, 5, 8, 0x30001, 0xFFFFFFFF, 0xFFFFFFFE)
    number = table.append(Member(EntryKind.FILE, 1 << 50, times, place))
    assert len(table) == 1
    assert (table.kind(number), table.size_bytes(number)) == (EntryKind.FILE, 1 << 50)
    assert table.times(number) == times
    assert table.place(number) == place
    table.replace(number, Member(EntryKind.DIRECTORY))
    assert table.kind(number) is EntryKind.DIRECTORY
    assert table.times(number) == Times()


def test_numbers_out_of_range_are_bounded() -> None:
    table = MemberTable()
    number = table.append(Member(EntryKind.FILE, 1 << 70, Times(1 << 80), Place(offset=-(1 << 70))))
    assert table.size_bytes(number) == (1 << 63) - 1
    assert table.timestamps(number, original=True, created=True).created_utc is None
    assert table.place(number).offset == -(1 << 63)


def test_times_of_an_entry() -> None:
    table = MemberTable()
    number = table.append(Member(EntryKind.FILE, 0, Times(0, 10**9)))
    times = table.timestamps(number, original=True, created=True)
    assert times.modified_utc == datetime(1970, 1, 1, tzinfo=UTC)
    assert times.created_utc == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert times.original
    assert table.timestamps(number, original=True, created=False).created_utc is None


@pytest.mark.parametrize(
    ("raw", "is_utf8", "name"),
    [
        (b"a.aspx", False, "a.aspx"),
        ("ä".encode(), False, "ä"),
        ("ä".encode("cp437"), False, "ä"),
        (b"\xff.aspx", True, "\udcff.aspx"),
    ],
)
def test_decodes_as_programs_write(raw: bytes, is_utf8: bool, name: str) -> None:
    assert decode_zip_name(raw, is_utf8=is_utf8) == name


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("./a//b/", ("a", "b")),
        ("/abs/a", ("abs", "a")),
        ("C:\\inetpub\\a", ("C:", "inetpub", "a")),
        ("\\\\server\\share\\a", ("server", "share", "a")),
        ("a/../b", None),
        ("..\\b", None),
        ("./", None),
        ("a.aspx\0.txt", ("a.aspx",)),
        ("x" * 5000, None),
        ("a/" * 300, None),
    ],
)
def test_components_stay_inside(name: str, found: tuple[str, ...] | None) -> None:
    assert components(name, windows=True) == found


def test_a_backslash_is_a_character_elsewhere() -> None:
    assert components("a\\b", windows=False) == ("a\\b",)
    assert components("C:\\inetpub\\x.aspx", windows=False) == ("C:", "inetpub", "x.aspx")  # but not after a drive
