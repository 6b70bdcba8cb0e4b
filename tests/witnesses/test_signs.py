"""The places of records in a source decide which readers are loaded."""

from __future__ import annotations

import pytest

from webshellhunt.examined_host import ExaminedHost
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.limits import Job, Limits
from webshellhunt.sources.memory import MemorySource
from webshellhunt.witnesses.signs import find_journal, find_table, has_file_records, iter_defender_folders

PAGE = {"C/inetpub/wwwroot/x.aspx": b"<p>"}


def host_of(files: dict[str, bytes]) -> ExaminedHost:
    source = MemorySource({**PAGE, **files}, drives={"C": "C"})
    return ExaminedHost(source, survey(source, Limits()), [], Job())


@pytest.mark.parametrize(
    ("path", "content", "is_sign"),
    [
        ("C/$MFT", b"FILE", True),
        ("C/$Extend/$J", b"x", True),
        ("C/$extend/$USNJRNL:$J", b"x", True),
        ("$MFT", b"FILE", True),
        ("C/$Extend/$J", b"", False),
        ("C/$MFT/x", b"", False),
        ("C/inetpub/$MFT", b"FILE", False),
    ],
)
def test_file_records_have_their_places_at_the_top_of_a_drive(path: str, content: bytes, is_sign: bool) -> None:
    assert has_file_records(host_of({path: content})) is is_sign


def test_the_records_of_a_running_system_are_not_looked_for() -> None:
    host = host_of({"C/$MFT": b"FILE"})
    host.source.live = True  # type: ignore[misc]
    assert not has_file_records(host)


def test_a_table_and_a_journal_are_found_in_any_spelling() -> None:
    host = host_of({"C/$mft": b"FILE", "C/$EXTEND/$j": b"x"})
    lookup = host.surveyed.paths.lookup
    table, journal = find_table(host.source, lookup, "C"), find_journal(host.source, lookup, "C")
    assert table is not None
    assert journal is not None
    assert (table.path, journal.path) == ("C/$mft", "C/$EXTEND/$j")
    assert find_table(host.source, lookup, "") is None


def test_the_folders_of_defender_are_those_of_each_drive() -> None:
    host = host_of({"C/ProgramData/microsoft/Windows Defender/Support/MPLog-1.log": b"x"})
    assert [each.path for each in iter_defender_folders(host.surveyed)] == ["C/ProgramData/microsoft/Windows Defender"]
    assert not [*iter_defender_folders(host_of({}).surveyed)]
