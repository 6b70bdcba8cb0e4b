"""The file table and the journal of a drive, under the names that collectors give them, whole or damaged."""

from __future__ import annotations

import pytest

from tests.builders.recorded_server import AUTH, PLANTED, SHELL, RecordedServer
from webshellhunt.host.machine.paths import Lookup
from webshellhunt.model.places import Volume
from webshellhunt.sources import MemorySource
from webshellhunt.witnesses.recorded_drive import DriveRecords, read_drive
from webshellhunt.witnesses.signs import find_table


def read(files: dict[str, bytes], **more: object) -> DriveRecords:
    source = MemorySource(files, **more)  # type: ignore[arg-type]
    return read_drive(source, Lookup(source), Volume("C", "C"), ("aspx",), lambda names: "owa" in names)


def parts() -> tuple[bytes, bytes]:
    server = RecordedServer()
    server.table.file(f"{AUTH}/free.aspx", PLANTED, content=SHELL, in_use=False)
    server.came_and_went(f"{AUTH}/x.aspx")
    return server.table.build(), server.journal.build()


@pytest.mark.parametrize("table", ["$MFT", "$mft"])
@pytest.mark.parametrize("journal", ["$Extend/$J", "$Extend/$UsnJrnl", "$extend/$j", "$J"])
def test_names(table: str, journal: str) -> None:
    first, second = parts()
    found = read({f"C/{table}": first, f"C/{journal}": second, "C/Windows/win.ini": b""})
    assert (found.table_path, found.journal_path) == ("C:\\$MFT", "C:\\$Extend\\$UsnJrnl:$J")
    assert (len(found.histories), found.gaps, found.since_utc) == (1, [], PLANTED)
    assert any(not each.in_use for each in found.table.files)


def test_the_journal_as_a_stream() -> None:
    first, second = parts()
    found = read({"C/$MFT": first, "C/$Extend/$UsnJrnl": b"", "C/$Extend/$UsnJrnl:$J": second})
    assert len(found.histories) == 1


def test_no_records() -> None:
    found = read({"C/Windows/win.ini": b""})
    assert (found.table_path, found.journal_path, found.gaps) == (None, None, [])


def test_damage_is_told() -> None:
    first, second = parts()
    torn = bytearray(first)
    torn[5 * 1024 + 510] ^= 1
    found = read({"C/$MFT": bytes(torn), "C/$Extend/$J": second[:64] + b"\x99" * 64 + second[128:]})
    assert [gap.code for gap in found.gaps] == ["broken-file-records", "broken-file-records"]
    assert found.gaps[0].reason.startswith("1 of ")


def test_no_table_and_no_access() -> None:
    found = read({"C/$MFT": b"<%@ Page %>"})
    assert [(gap.code, gap.path, gap.matters) for gap in found.gaps] == [("file-table-not-read", "C:\\$MFT", False)]
    found = read({"C/$MFT": b"x", "C/$Extend/$J": b"x" * 99}, unreadable=["C/$MFT", "C/$Extend/$J"])
    assert [gap.code for gap in found.gaps] == ["file-table-not-read", "change-journal-not-read"]


def test_a_table_at_a_top() -> None:
    source = MemorySource({"$MFT": b"x", "C/a": b""})
    assert find_table(source, Lookup(source), "") is not None
    assert find_table(source, Lookup(source), "C") is None
