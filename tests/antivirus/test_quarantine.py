"""Quarantine entries: built ones, a real one, and damaged ones."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.mutants import mutants
from tests.builders.quarantine import DETECTED, REMOVED, backup, entry
from tests.builders.specimens import specimen
from tests.builders.steps import at_most
from webshellhunt.antivirus.obfuscation import restore
from webshellhunt.antivirus.quarantine import MOST_BYTES, BackedUp, find_content, iter_backed_up, read_entry
from webshellhunt.antivirus.records import FileFacts, Outcome

PAGE = r"C:\inetpub\wwwroot\aspnet_client\x.aspx"
NAME = "AB" * 20
REAL = "fox-it+dissect.target/defender-quarantine/Entries/{800362A7-0000-0000-FB11-12639186E0D6}"
MUTANTS = 2_000
BUILT = entry("Backdoor:ASP/Chopper", [("file", PAGE, NAME, 66), ("regkey", r"HKLM\Software\x", None, 0)])


def test_each_resource_is_a_detection() -> None:
    found = read_entry(BUILT, "record")
    assert found is not None
    page, key = found.detections
    assert (page.threat, page.kind, page.resource, page.content) == ("Backdoor:ASP/Chopper", "file", PAGE, NAME)
    assert (page.outcome, page.record, page.acted_utc) == (Outcome.QUARANTINED, "record", REMOVED)
    assert page.facts == FileFacts(size_bytes=66, created_utc=DETECTED, modified_utc=DETECTED)
    assert (key.kind, key.resource, key.content) == ("regkey", r"HKLM\Software\x", None)
    assert found.broken == 0


@pytest.mark.parametrize("path", ["C:\\site\\Seite ä€.aspx", "C:\\x\\\u0100.aspx", "D:\\" + "a" * 9 + ".asp"])
def test_a_path_may_have_any_letters(path: str) -> None:
    found = read_entry(entry("x", [("file", path, None, 0)]))
    assert found is not None
    assert [each.resource for each in found.detections] == [path]


def test_a_real_entry() -> None:
    found = read_entry(specimen(REAL).read_bytes())
    assert found is not None
    (library,) = found.detections
    assert library.threat == "HackTool:Win64/Mikatz!dha"
    assert library.resource == r"C:\Users\user\Downloads\mimikatz\mimilib.dll"
    assert library.acted_utc == datetime(2022, 12, 2, 8, 0, 26, 77094, tzinfo=UTC)
    assert library.content == "A6C8322B8A19AEED96EFBD045206966DA4C9619D"
    assert library.facts.size_bytes == 37_376


def test_another_file_is_no_entry() -> None:
    assert read_entry(b"") is None
    assert read_entry(bytes(500)) is None
    assert read_entry(restore(b"\xdb\xe8\xc5\x01" + bytes(200))) is None
    assert read_entry(bytes(MOST_BYTES + 1)) is None


def _with_section(section: bytes) -> bytes:
    head = b"\xdb\xe8\xc5\x01" + bytes(36) + (60).to_bytes(4, "little") + len(section).to_bytes(4, "little")
    header = restore(head + bytes(8) + b"\xdb\xe8\xc5\x02")
    return header + restore(bytes(60)) + restore(section)


@pytest.mark.parametrize("section", [b"", b"\1\0\0\0\xff\xff\0\0", b"\1\0\0\0\x08\0\0\0x\0y\0", b"\2\0\0\0"])
def test_a_damaged_resource_is_counted(section: bytes) -> None:
    found = read_entry(_with_section(section))
    assert found is not None
    assert (found.detections, found.broken) == ((), 1)


def test_a_section_with_too_many_resources_is_bounded() -> None:
    many = entry("x", [("file", f"C:\\{number}.aspx", None, 0) for number in range(1_200)])
    found = read_entry(many)
    assert found is not None
    assert (len(found.detections), found.broken) == (1_000, 1)


@given(st.binary(max_size=600))
def test_any_bytes_are_read(data: bytes) -> None:
    read_entry(data)
    read_entry(restore(data))


@given(st.binary(max_size=300))
def test_any_section_is_read(section: bytes) -> None:
    read_entry(_with_section(section))


@pytest.mark.parametrize("real", [False, True])
def test_mutants_are_read(*, real: bool) -> None:
    for data in mutants(specimen(REAL).read_bytes() if real else BUILT, MUTANTS):
        with at_most(500_000):
            read_entry(data)


REAL_BACKUP = "fox-it+dissect.target/defender-quarantine/ResourceData/A6/A6C8322B8A19AEED96EFBD045206966DA4C9619D"
BACKUP_MUTANTS = 2_000
BACKED_UP = backup(b"<html/>", {"Zone.Identifier": b"ZoneId=3"})


def test_the_content_and_the_streams_come_without_the_security() -> None:
    assert list(iter_backed_up(BACKED_UP)) == [BackedUp("", b"<html/>"), BackedUp("Zone.Identifier", b"ZoneId=3")]
    assert find_content(BACKED_UP) == BackedUp("", b"<html/>")


def test_a_backup_without_a_content_has_none() -> None:
    assert find_content(b"") is None
    assert find_content(struct.pack("<IIQI", 3, 0, 4, 0) + bytes(4)) is None
    assert find_content(struct.pack("<IIQI", 99, 0, 4, 0) + bytes(4)) is None


def test_a_content_without_its_end_is_cut() -> None:
    assert find_content(backup(b"<html/>")[:-3]) == BackedUp("", b"<htm", is_cut=True)


def test_a_real_backup() -> None:
    content, zone = iter_backed_up(restore(specimen(REAL_BACKUP).read_bytes()))
    assert (len(content.data), content.data[:2], content.is_cut) == (37_376, b"MZ", False)
    assert (zone.name, zone.data[:14]) == ("Zone.Identifier", b"[ZoneTransfer]")


@given(st.binary(max_size=400))
def test_any_bytes_are_read_as_a_backup(data: bytes) -> None:
    assert sum(len(each.data) for each in iter_backed_up(data)) <= len(data)


def test_mutants_of_a_backup_are_read() -> None:
    for data in mutants(BACKED_UP, BACKUP_MUTANTS):
        with at_most(100_000):
            list(iter_backed_up(data))
