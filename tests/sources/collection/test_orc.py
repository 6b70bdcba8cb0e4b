"""DFIR-ORC stores files under new names; its record has the path of each."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

import webshellhunt as wsh
from tests.builders.containers import zipped
from tests.reports.cases import SHELL
from webshellhunt.errors import SeveralHostsError
from webshellhunt.sources import MemorySource, open_source
from webshellhunt.sources.collection import with_layout
from webshellhunt.sources.source import form_of

_HEAD = (
    "ComputerName,VolumeID,ParentFRN,FRN,FullName,SampleName,SizeInBytes,MD5,SHA1,FindMatch,ContentType,"
    "SampleCollectionDate,CreationDate,LastModificationDate,LastAccessDate,LastAttrChangeDate,AttrType,AttrName,AttrID,"
    "SnapshotID"
)
_NO_SNAPSHOT = "{00000000-0000-0000-0000-000000000000}"
_SYSTEM, _DATA = "0x36DA2C4BDA2C0A27", "0x1122334455667788"


def _row(
    path: str, stored: str, *, computer: str = "EXCH01", volume: str = _SYSTEM, stream: str = "", shadow: str = ""
) -> str:
    times = "2021-03-02 08:15:24.734,2021-03-02 11:05:06.667,2021-03-02 11:05:06.667,2021-03-02 11:05:06.667"
    return (
        f'"{computer}",{volume},0x1,0x2,"{path}","{stored}",1,,,"Name matches","data",2021-03-05 00:00:00.000,{times},'
        f'"$DATA",{stream},0,{shadow or _NO_SNAPSHOT}'
    )


def _command(top: str, *rows: tuple[str, bytes], computer: str = "EXCH01", volume: str = _SYSTEM) -> dict[str, bytes]:
    """Return the files of one command, as in its archive."""
    files, record = dict[str, bytes](), [_HEAD]
    for number, (path, data) in enumerate(rows):
        name = path.rpartition("\\")[2].replace(" ", "_")
        stored = f"files\\36DA_1_{number}_0_{name}_{_NO_SNAPSHOT}.data"
        record.append(_row(path, stored, computer=computer, volume=volume))
        files[f"{top}/{stored}".strip("/").replace("\\", "/")] = data
    files[f"{top}/GetThis.csv".strip("/")] = "\r\n".join(record).encode("utf-8-sig")
    return files


_PAGE = (r"\inetpub\wwwroot\aspnet_client\x.aspx", SHELL.encode())
_HIVE = (r"\Windows\System32\config\SYSTEM", b"regf")


def test_the_files_have_the_paths_and_times_of_the_server() -> None:
    source = with_layout(MemorySource({**_command("Web.7z", _PAGE, _HIVE), "JobStatistics.csv": b"a"}))
    entry = source.stat("C:/inetpub/wwwroot/aspnet_client/x.aspx")
    assert entry is not None
    assert source.read(entry.path, 9) == SHELL.encode()[:9]
    assert entry.times.modified_utc == datetime(2021, 3, 2, 11, 5, 6, 667000, UTC)
    assert entry.times.created_utc == datetime(2021, 3, 2, 8, 15, 24, 734000, UTC)
    assert entry.times.original
    assert sorted(source.names("")) == ["C:", "JobStatistics.csv"]
    assert (form_of(source).label, form_of(source).computer) == ("a collection of DFIR-ORC", "EXCH01")
    assert not form_of(source).gaps
    assert source.time_bases[0].original


def test_a_hunt_through_archives_of_each_command(tmp_path: Path) -> None:
    inner = {f"{name}.zip": zipped(_command("", row)) for name, row in (("Web", _PAGE), ("SystemHives", _HIVE))}
    case = tmp_path / "case"
    case.mkdir()
    (case / "DFIR-ORC_Server_EXCH01_General.zip").write_bytes(zipped(inner))
    for location in (case, case / "DFIR-ORC_Server_EXCH01_General.zip"):
        report = wsh.hunt(location)
        assert report.host.name == "EXCH01"
        (verdict,) = [each for each in report.verdicts if each.disposition is wsh.Disposition.MALICIOUS]
        assert verdict.subject.path == r"C:\inetpub\wwwroot\aspnet_client\x.aspx"


def test_collections_of_two_computers_are_two_hosts(tmp_path: Path) -> None:
    for computer in ("EXCH01", "EXCH02"):
        (tmp_path / computer).mkdir()
        for name, row in (("Web", _PAGE), ("Hives", _HIVE)):
            path = tmp_path / computer / f"DFIR-ORC_Server_{computer}_{name}.zip"
            path.write_bytes(zipped(_command("", row, computer=computer)))
    with pytest.raises(SeveralHostsError, match="2 servers are in it, EXCH01 and EXCH02"):
        open_source(tmp_path)
    for location in wsh.find_hosts(tmp_path):
        assert len(wsh.hunt(location).verdicts) == 2


def test_shadow_copies_and_volumes_without_a_letter_are_not_mapped() -> None:
    files = {**_command("a", _HIVE), **_command("b", _PAGE, volume=_DATA)}
    shadow = _row(_PAGE[0], "files\\s.data", shadow="{1BCD0000-0000-0000-0000-000000000001}")
    files["a/GetThis.csv"] += f"\r\n{shadow}\r\n".encode()
    files["a/files/s.data"] = b"old"
    source = with_layout(MemorySource(files))
    assert source.names("C:") == {"Windows": "directory"}
    assert source.read("a/files/s.data", 9) == b"old"


def test_one_record_with_two_volumes_has_a_gap() -> None:
    files = _command("", _HIVE, _PAGE)
    files["GetThis.csv"] = files["GetThis.csv"].replace(_SYSTEM.encode(), _DATA.encode(), 2)
    files["GetThis.csv"] = files["GetThis.csv"].replace(_DATA.encode(), _SYSTEM.encode(), 1)
    (gap,) = form_of(with_layout(MemorySource(files))).gaps
    assert gap.matters
    assert gap.reason.startswith(
        r"1 file, such as \inetpub\wwwroot\aspnet_client\x.aspx, of a volume whose letter is unknown"
    )


@pytest.mark.parametrize("text", [b"", b"\xff\xfe\0", b"ComputerName\n" * 9, _HEAD.encode() + b"\n,,,\n" + b'"' * 99])
def test_a_broken_record_is_no_error(text: bytes) -> None:
    source = with_layout(MemorySource({"GetThis.csv": text, "a.aspx": b"<p>"}))
    assert source.read("a.aspx", 9) == b"<p>"
    assert not source.names("").get("C:")
    list(form_of(source).gaps)
