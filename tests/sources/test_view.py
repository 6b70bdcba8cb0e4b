"""A view shows a part of a source as its top, and archives in a folder as directories."""

from __future__ import annotations

import gzip
import pickle
import zipfile
from pathlib import Path

import pytest

import webshellhunt as wsh
from tests.builders.containers import tarred, zipped
from tests.builders.reading import read_all
from webshellhunt.errors import SeveralHostsError, SourceError, UsageError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources import DirectorySource, MemorySource, find_hosts, open_source
from webshellhunt.sources.archive.source import ArchiveSource
from webshellhunt.sources.source import form_of
from webshellhunt.sources.view import Part, ViewSource

_PAGE = b"<p>page</p>"
_SITE = {"C/inetpub/wwwroot/a.aspx": _PAGE, "C/Windows/System32/config/x": b"1"}


def _archive(tmp_path: Path, files: dict[str, bytes]) -> ArchiveSource:
    path = tmp_path / "EXCH01.zip"
    path.write_bytes(zipped(files))
    return ArchiveSource(str(path), times="auto")


def test_a_part_is_the_top() -> None:
    inner = MemorySource(
        {"a/C/x.aspx": b"1", "a/C/x.aspx:y": b"2", "b/z.txt": b"3"},
        links={"a/in": "a/C/x.aspx", "a/out": "b/z.txt"},
        drives={"D": "b"},
    )
    with ViewSource("case/a", {"": Part(inner, "a")}) as source:
        assert [(each.name, each.path, each.target) for each in source.list("")] == [
            ("C", "C", None),
            ("in", "in", "C/x.aspx"),
            ("out", "out", None),
        ]
        assert source.read("C/x.aspx", 9) == b"1"
        assert [each.path for each in source.streams("C/x.aspx")] == ["C/x.aspx:y"]
        entry = source.stat("C")
        assert entry is not None
        assert (entry.name, entry.path, entry.kind) == ("C", "C", EntryKind.DIRECTORY)
        assert source.stat("b") is None
        assert not source.drives
        with pytest.raises(SourceError):
            source.read("../b/z.txt", 9)


def test_an_archive_is_a_directory(tmp_path: Path) -> None:
    folder = MemorySource({"day1/EXCH01.zip": b"PK", "note.txt": b"n"}, location="case")
    parts = {"": Part(folder), "day1/EXCH01.zip": Part(_archive(tmp_path, {"C/inetpub/a.aspx": b"1"}))}
    with ViewSource("case", parts) as source:
        assert read_all(source) == {"day1/EXCH01.zip/C/inetpub/a.aspx": b"1", "note.txt": b"n"}
        assert source.names("day1") == {"EXCH01.zip": EntryKind.DIRECTORY}
        entry = source.stat("day1/EXCH01.zip")
        assert entry is not None
        assert (entry.name, entry.path, entry.kind) == ("EXCH01.zip", "day1/EXCH01.zip", EntryKind.DIRECTORY)
        assert form_of(source).label == "a folder with a ZIP archive in it"
        assert form_of(source).is_collection
        copy = pickle.loads(pickle.dumps(source))
        assert copy.read("day1/EXCH01.zip/C/inetpub/a.aspx", 9) == b"1"
        copy.close()


def test_the_gaps_of_an_archive_have_the_paths_of_the_view(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("C/inetpub/a.aspx", b"1")
        archive.writestr("../x.aspx", b"2")
    inner = ArchiveSource(str(path), times="auto")
    with ViewSource("case", {"": Part(MemorySource({"x.zip": b""})), "x.zip": Part(inner)}) as source:
        assert [(gap.code, gap.path) for gap in form_of(source).gaps] == [("name-outside", "x.zip/../x.aspx")]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("EXCH01.zip", zipped(_SITE)),
        ("day1/EXCH01.tar.gz", gzip.compress(tarred(_SITE))),
        ("collections/2026-11-20/EXCH01.zip", zipped({"EXCH01_C.zip": zipped(_SITE), "log.txt": b"x"})),
    ],
)
def test_the_server_in_an_archive_in_a_folder_is_found(name: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    (tmp_path / "readme.txt").write_bytes(b"evidence")
    with open_source(tmp_path) as source:
        assert _PAGE in read_all(source).values()
        assert "readme.txt" in source.names("")
        report = wsh.hunt(source)
    assert [each.letter for each in report.host.volumes] == ["C"]
    assert "C:\\inetpub\\wwwroot\\a.aspx" in {verdict.subject.path for verdict in report.verdicts}


@pytest.mark.parametrize("name", ["site/web.config", "C/Windows/System32/ntdll.dll", "inetpub/wwwroot/default.aspx"])
def test_an_archive_of_a_server_stays_a_file(name: str, tmp_path: Path) -> None:
    place = tmp_path / name
    place.parent.mkdir(parents=True)
    place.write_bytes(b"<configuration/>")
    (place.parent / "backup.zip").write_bytes(zipped(_SITE))
    with open_source(tmp_path) as source:
        assert isinstance(source, DirectorySource)
        assert source.stat(f"{name.rpartition('/')[0]}/backup.zip") is not None


def test_an_archive_without_a_server_stays_a_file(tmp_path: Path) -> None:
    (tmp_path / "docs.zip").write_bytes(zipped({"a.txt": b"1", "more.zip": zipped({"b.txt": b"2"})}))
    (tmp_path / "broken.zip").write_bytes(zipped(_SITE)[:40])
    with open_source(tmp_path) as source:
        assert isinstance(source, DirectorySource)


def test_a_folder_in_an_archive_is_a_location(tmp_path: Path) -> None:
    case = tmp_path / "case.zip"
    case.write_bytes(zipped({f"{host}/{name}": data for host in ("EXCH01", "EXCH02") for name, data in _SITE.items()}))
    with pytest.raises(SeveralHostsError, match="2 servers are in it, EXCH01 and EXCH02"):
        open_source(case)
    locations = find_hosts(case)
    assert locations == (f"{case}/EXCH01", f"{case}/EXCH02")
    for location in locations:
        with open_source(location) as source:
            assert source.location == location
            assert set(read_all(source)) == set(_SITE)
    with pytest.raises(SourceError, match="no such folder"):
        open_source(f"{case}/EXCH03")
    with pytest.raises(UsageError, match="--drive is not possible"):
        open_source(locations[0], drives={"D": str(tmp_path)})


def test_several_servers_in_archives_of_a_folder_are_several_hosts(tmp_path: Path) -> None:
    (tmp_path / "day2").mkdir()
    (tmp_path / "EXCH01.zip").write_bytes(zipped(_SITE))
    both = zipped({f"{host}/{name}": data for host in ("EXCH02", "EXCH03") for name, data in _SITE.items()})
    (tmp_path / "day2" / "all.zip").write_bytes(both)
    expected = tuple(f"{tmp_path}/{name}" for name in ("EXCH01.zip", "day2/all.zip/EXCH02", "day2/all.zip/EXCH03"))
    assert find_hosts(tmp_path) == expected
    for location in expected:
        assert wsh.hunt(location).counts["files"] == 2


def test_one_host_is_its_location(tmp_path: Path) -> None:
    (tmp_path / "EXCH01.zip").write_bytes(zipped(_SITE))
    assert find_hosts(tmp_path / "EXCH01.zip") == (str(tmp_path / "EXCH01.zip"),)
    assert find_hosts(str(tmp_path)) == (str(tmp_path),)
    with pytest.raises(SourceError):
        find_hosts(tmp_path / "none")


def test_an_archive_for_each_drive_is_a_drive(tmp_path: Path) -> None:
    (tmp_path / "EXCH01_C.zip").write_bytes(zipped({"inetpub/wwwroot/a.aspx": _PAGE, "Windows/System32/x": b"1"}))
    (tmp_path / "EXCH01_D.zip").write_bytes(zipped({"sites/b.aspx": _PAGE}))
    (tmp_path / "x.zip").write_bytes(zipped({"notes.txt": b"n"}))
    report = wsh.hunt(tmp_path)
    paths = {verdict.subject.path for verdict in report.verdicts}
    assert {r"C:\inetpub\wwwroot\a.aspx", r"D:\sites\b.aspx", "x.zip"} <= paths
