"""A drive with its records: paths, roles and records of files."""

from __future__ import annotations

from tests.builders.recorded_server import AUTH, CLIENT, PLANTED, RecordedServer
from webshellhunt.examined_host import ExaminedHost
from webshellhunt.host.machine.paths import folded
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.limits import Job, Limits
from webshellhunt.model.places import Role
from webshellhunt.ntfs.histories import Place
from webshellhunt.ntfs.records import Reference
from webshellhunt.witnesses.recorded_drive import RecordedDrive, name_of, times_of


def drive() -> RecordedDrive:
    server = RecordedServer()
    number, parent = server.plant(f"{CLIENT}/x.aspx"), server.table.directory(CLIENT)
    server.journal.rename(PLANTED, "x.txt", "x.aspx", number, parent)
    source = server.source()
    surveyed = survey(source, Limits())
    return RecordedDrive(ExaminedHost(source, surveyed, [], Job()), surveyed.paths.volumes[0])


def test_a_file_with_its_records() -> None:
    made = drive()
    names, record = made.there[folded([*CLIENT.split("/"), "X.aspx"])]
    (history,) = made.records.histories
    found = made.recorded(names, history, record).file
    assert found.path == r"C:\inetpub\wwwroot\aspnet_client\x.aspx"
    assert (found.role, found.is_shipped, found.name_created_utc) == (Role.ASPNET_CLIENT, False, PLANTED)
    assert found.moves[0].old == r"C:\inetpub\wwwroot\aspnet_client\x.txt"
    assert (found.table, found.journal) == (r"C:\$MFT", r"C:\$Extend\$UsnJrnl:$J")


def test_places() -> None:
    made = drive()
    assert made.names_of(Place(Reference(5, 5), "a.txt")) == ("a.txt",)
    assert made.names_of(Place(Reference(9_999, 1), "a.txt")) is None
    assert made.role_of((*AUTH.split("/"), "x.aspx")) is Role.OWA_AUTH
    assert made.is_found((*AUTH.split("/"), "logon.aspx"))
    assert not made.is_found((*AUTH.split("/"), "gone.aspx"))
    assert made.entry_path(("a", "b")) == "C/a/b"


def test_the_times_of_a_name() -> None:
    _, record = next(iter(drive().there.values()))
    assert name_of(record, "none of its names") is record.names[0]
    assert times_of(record, record.names[0].name).original
