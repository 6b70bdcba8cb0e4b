"""Backup streams: the content of a quarantined file and its other streams."""

from __future__ import annotations

import os
import struct

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.mutants import mutants
from tests.builders.quarantine import backup
from tests.builders.specimens import specimen
from tests.builders.steps import at_most
from webshellhunt.antivirus.backup_stream import BackedUp, find_content, iter_backed_up
from webshellhunt.antivirus.obfuscation import restore

REAL = "fox-it+dissect.target/defender-quarantine/ResourceData/A6/A6C8322B8A19AEED96EFBD045206966DA4C9619D"
MUTANTS = int(os.environ.get("WEBSHELLHUNT_MUTANTS", "150"))
BUILT = backup(b"<html/>", {"Zone.Identifier": b"ZoneId=3"})


def test_the_content_and_the_streams_come_without_the_security() -> None:
    assert list(iter_backed_up(BUILT)) == [BackedUp("", b"<html/>"), BackedUp("Zone.Identifier", b"ZoneId=3")]
    assert find_content(BUILT) == BackedUp("", b"<html/>")


def test_a_backup_without_a_content_has_none() -> None:
    assert find_content(b"") is None
    assert find_content(struct.pack("<IIQI", 3, 0, 4, 0) + bytes(4)) is None
    assert find_content(struct.pack("<IIQI", 99, 0, 4, 0) + bytes(4)) is None


def test_a_content_without_its_end_is_cut() -> None:
    assert find_content(backup(b"<html/>")[:-3]) == BackedUp("", b"<htm", is_cut=True)


def test_a_real_backup() -> None:
    content, zone = iter_backed_up(restore(specimen(REAL).read_bytes()))
    assert (len(content.data), content.data[:2], content.is_cut) == (37_376, b"MZ", False)
    assert (zone.name, zone.data[:14]) == ("Zone.Identifier", b"[ZoneTransfer]")


@given(st.binary(max_size=400))
def test_any_bytes_are_read(data: bytes) -> None:
    assert sum(len(each.data) for each in iter_backed_up(data)) <= len(data)


def test_mutants_are_read() -> None:
    for data in mutants(BUILT, MUTANTS):
        with at_most(100_000):
            list(iter_backed_up(data))
