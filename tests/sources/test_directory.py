from __future__ import annotations

import json
import os
import pickle
import socket
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from webshellhunt.errors import SourceError, SourceNotFoundError, UnreadableError, UsageError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources import Source, directory, windows
from webshellhunt.sources.directory import DirectorySource

posix = pytest.mark.skipif(os.name == "nt", reason="needs links, pipes and names of a POSIX system")


def write(path: Path, data: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_lists_sorted_by_name_with_sizes_and_kinds(tmp_path: Path) -> None:
    write(tmp_path / "b.aspx", b"12345")
    write(tmp_path / "a" / "inner.txt")
    source = DirectorySource(tmp_path)
    entries = source.list("")
    assert [(e.name, e.path, e.kind, e.size_bytes) for e in entries] == [
        ("a", "a", EntryKind.DIRECTORY, 0),
        ("b.aspx", "b.aspx", EntryKind.FILE, 5),
    ]
    assert [e.path for e in source.list("a")] == ["a/inner.txt"]
    assert all(e.identity is not None for e in entries)
    assert isinstance(source, Source)


def test_names_are_those_that_are_listed_and_what_each_is(tmp_path: Path) -> None:
    write(tmp_path / "b.aspx")
    write(tmp_path / "a" / "inner.txt")
    if os.name != "nt":
        (tmp_path / "link").symlink_to(tmp_path / "a")
        (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
        os.mkfifo(tmp_path / "pipe")
    source = DirectorySource(tmp_path)
    assert source.names("") == {entry.name: entry.kind for entry in source.list("")}
    assert source.names("a") == {"inner.txt": EntryKind.FILE}
    assert DirectorySource(tmp_path / "b.aspx").names("") == {"b.aspx": EntryKind.FILE}
    for path, error in (("b.aspx", SourceNotFoundError), ("none", SourceNotFoundError), ("..", UnreadableError)):
        with pytest.raises(error):
            source.names(path)


def test_reads_a_range_of_a_file(tmp_path: Path) -> None:
    write(tmp_path / "f", bytes(range(100)))
    source = DirectorySource(tmp_path)
    assert source.read("f", 1000) == bytes(range(100))
    assert source.read("f", 10) == bytes(range(10))
    assert source.read("f", 10, 95) == bytes(range(95, 100))
    assert source.read("f", 10, 100) == b""
    assert source.read("f", 10, 5000) == b""
    assert source.read("f", 0) == b""


def test_times_are_utc_and_not_called_original(tmp_path: Path) -> None:
    path = write(tmp_path / "f")
    moment = datetime(2021, 3, 3, 8, 15, 2, 123456, tzinfo=UTC)
    os.utime(path, ns=(0, int(moment.timestamp()) * 10**9 + 123456000))
    [entry] = DirectorySource(tmp_path).list("")
    assert entry.times.modified_utc == moment
    assert entry.times.accessed_utc == datetime(1970, 1, 1, tzinfo=UTC)
    assert entry.times.original is False
    [live] = DirectorySource(tmp_path, live=True, machine_drives=tuple).list("")
    assert live.times.original is True


def test_a_location_that_is_not_there_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError, match="no such file or folder") as caught:
        DirectorySource(tmp_path / "nothing")
    assert caught.value.path == str(tmp_path / "nothing")
    with pytest.raises(SourceNotFoundError):
        DirectorySource(str(tmp_path) + "/a\0b")


def test_an_empty_folder_has_no_entries(tmp_path: Path) -> None:
    assert DirectorySource(tmp_path).list("") == []


def test_a_plain_file_is_the_one_file_of_its_source(tmp_path: Path) -> None:
    path = write(tmp_path / "x.aspx", b"page")
    write(tmp_path / "neighbour.txt")
    source = DirectorySource(path)
    assert [e.path for e in source.list("")] == ["x.aspx"]
    assert source.read("x.aspx", 100) == b"page"
    assert source.locate("x.aspx") == str(path)
    assert source.stat("neighbour.txt") is None
    with pytest.raises(SourceNotFoundError):
        source.read("neighbour.txt", 100)
    with pytest.raises(SourceNotFoundError):
        source.list("x.aspx")
    top = source.stat("")
    assert top is not None
    assert top.kind is EntryKind.DIRECTORY


@posix
def test_a_plain_file_may_be_named_by_a_link_to_it(tmp_path: Path) -> None:
    write(tmp_path / "store" / "blob", b"page")
    (tmp_path / "x.aspx").symlink_to(tmp_path / "store" / "blob")
    source = DirectorySource(tmp_path / "x.aspx")
    [entry] = source.list("")
    assert (entry.path, entry.kind, entry.size_bytes) == ("x.aspx", EntryKind.FILE, 4)
    assert source.read("x.aspx", 10) == b"page"


def test_stat_tells_absent_from_present(tmp_path: Path) -> None:
    write(tmp_path / "d" / "f", b"abc")
    source = DirectorySource(tmp_path)
    entry = source.stat("d/f")
    assert entry is not None
    assert (entry.name, entry.path, entry.kind, entry.size_bytes) == ("f", "d/f", EntryKind.FILE, 3)
    assert source.stat("d/nothing") is None
    assert source.stat("d/f/below") is None
    assert source.stat("a\0b") is None
    top = source.stat("")
    assert top is not None
    assert top.kind is EntryKind.DIRECTORY


def test_vanished_paths_are_not_found(tmp_path: Path) -> None:
    source = DirectorySource(tmp_path)
    with pytest.raises(SourceNotFoundError):
        source.read("gone", 10)
    with pytest.raises(SourceNotFoundError):
        source.list("gone")
    with pytest.raises(SourceNotFoundError):
        source.read("nul\0", 10)


def test_a_directory_is_not_read_and_a_file_not_listed(tmp_path: Path) -> None:
    write(tmp_path / "d" / "f")
    source = DirectorySource(tmp_path)
    with pytest.raises(SourceError):
        source.read("d", 10)
    with pytest.raises(SourceError):
        source.list("d/f")


@pytest.mark.parametrize("path", ["..", "../x", "d/../../x", "/etc/passwd", "d/.."])
def test_no_path_leads_out_by_dots(tmp_path: Path, path: str) -> None:
    write(tmp_path / "x")
    write(tmp_path / "in" / "d" / "f")
    source = DirectorySource(tmp_path / "in")
    with pytest.raises(SourceError):
        source.read(path, 10)
    with pytest.raises(SourceError):
        source.list(path)


@posix
def test_links_name_their_target_inside_and_nothing_outside(tmp_path: Path) -> None:
    write(tmp_path / "outside" / "secret", b"secret")
    top = tmp_path / "in"
    write(top / "d" / "f", b"inside")
    (top / "to-dir").symlink_to(top / "d")
    (top / "to-file").symlink_to("d/f")
    (top / "out").symlink_to(tmp_path / "outside")
    (top / "out-file").symlink_to("../outside/secret")
    (top / "dangling").symlink_to("nowhere")
    (top / "circle").symlink_to("circle")
    source = DirectorySource(top)
    links = {e.name: e.target for e in source.list("") if e.kind is EntryKind.LINK}
    assert links == {
        "to-dir": "d", "to-file": "d/f", "out": None, "out-file": None, "dangling": None, "circle": None,
    }  # fmt: skip
    assert source.read("to-file", 10) == b"inside"
    assert [e.path for e in source.list("to-dir")] == ["to-dir/f"]
    for path in ("out-file", "out/secret", "dangling", "circle"):
        with pytest.raises(SourceError):
            source.read(path, 10)
    with pytest.raises(UnreadableError, match="outside the source"):
        source.list("out")


@posix
def test_a_location_that_is_a_link_itself_is_followed(tmp_path: Path) -> None:
    write(tmp_path / "real" / "f", b"abc")
    (tmp_path / "real" / "again").symlink_to(tmp_path / "real" / "f")
    (tmp_path / "link").symlink_to("real")
    source = DirectorySource(tmp_path / "link")
    assert {e.name: e.target for e in source.list("")} == {"f": None, "again": "f"}
    assert source.read("f", 10) == b"abc"


@posix
def test_special_files_are_listed_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.aspx")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "sock"))
        source = DirectorySource(tmp_path)
        assert {e.name: e.kind for e in source.list("")} == {"pipe.aspx": EntryKind.SPECIAL, "sock": EntryKind.SPECIAL}
        for name in ("pipe.aspx", "sock"):
            with pytest.raises(UnreadableError):
                source.read(name, 10)
    with pytest.raises(UnreadableError, match="neither a folder nor a plain file"):
        DirectorySource(tmp_path / "pipe.aspx")


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root reads everything")
def test_refused_files_are_unreadable(tmp_path: Path) -> None:
    write(tmp_path / "f").chmod(0)
    with pytest.raises(UnreadableError, match="permission denied"):
        DirectorySource(tmp_path).read("f", 10)


def test_refusals_of_the_system_are_put_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "f")
    source = DirectorySource(tmp_path)

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.open", refuse)
    with pytest.raises(UnreadableError, match=r"can't be read \(permission denied\)") as caught:
        source.read("f", 10)
    assert caught.value.path == "f"
    monkeypatch.setattr("os.scandir", refuse)
    with pytest.raises(UnreadableError):
        source.list("")
    monkeypatch.setattr("os.lstat", refuse)
    with pytest.raises(UnreadableError):
        source.stat("f")


@posix
@pytest.mark.parametrize(
    "name", [b"new\nline.aspx", b"esc\x1b[31m.aspx", b"\xff\xfe.aspx", b"a\\b.aspx", b" lead.aspx "]
)
def test_hostile_names_survive(tmp_path: Path, name: bytes) -> None:
    try:
        write(Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)), b"abc")
    except OSError:
        pytest.skip("this file system refuses the name")
    source = DirectorySource(tmp_path)
    [entry] = source.list("")
    assert os.fsencode(entry.path) == name
    assert source.stat(entry.path) == entry
    assert source.read(entry.path, 10) == b"abc"


def test_mounted_drives_are_reached_by_their_letter(tmp_path: Path) -> None:
    write(tmp_path / "c" / "f", b"on c")
    write(tmp_path / "d" / "sites" / "x.aspx", b"on d")
    source = DirectorySource(tmp_path / "c", drives={"d": str(tmp_path / "d")})
    assert source.drives == {"D": "D:"}
    assert [e.path for e in source.list("D:")] == ["D:/sites"]
    assert source.read("D:/sites/x.aspx", 10) == b"on d"
    assert source.locate("D:/sites/x.aspx") == str(tmp_path / "d" / "sites" / "x.aspx")
    top = source.stat("D:")
    assert top is not None
    assert (top.kind, top.path) == (EntryKind.DIRECTORY, "D:")
    assert source.stat("E:") is None
    with pytest.raises(SourceNotFoundError):
        source.list("E:")


@posix
def test_links_may_lead_to_a_mounted_drive(tmp_path: Path) -> None:
    write(tmp_path / "d" / "sites" / "x.aspx")
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "link").symlink_to(tmp_path / "d" / "sites")
    source = DirectorySource(tmp_path / "c", drives={"D": str(tmp_path / "d")})
    assert [e.target for e in source.list("")] == ["D:/sites"]


@pytest.mark.parametrize("key", ["", "DD", "1", "é", ":"])
def test_a_drive_is_one_letter(tmp_path: Path, key: str) -> None:
    with pytest.raises(UsageError, match="one letter"):
        DirectorySource(tmp_path, drives={key: str(tmp_path)})


def test_a_drive_has_to_be_there_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError, match="no such"):
        DirectorySource(tmp_path, drives={"D": str(tmp_path / "nothing")})
    with pytest.raises(UnreadableError, match="must be a folder"):
        DirectorySource(tmp_path, drives={"D": str(write(tmp_path / "f"))})


def test_a_live_source_asks_the_machine_for_its_drives_once_and_only_when_needed(tmp_path: Path) -> None:
    asked = []

    def machine() -> tuple[str, ...]:
        asked.append(1)
        return ("C", "E")

    source = DirectorySource(tmp_path, live=True, machine_drives=machine)
    assert source.live
    assert asked == []
    assert set(source.drives) == {"C", "E"}
    assert set(source.drives) == {"C", "E"}
    assert asked == [1]
    resting = DirectorySource(tmp_path, machine_drives=machine)
    assert not resting.live
    assert resting.drives == {}
    assert asked == [1]


def test_a_copy_for_a_worker_reads_the_same(tmp_path: Path) -> None:
    write(tmp_path / "f", b"abc")
    with DirectorySource(tmp_path) as source:
        source.list("")
        copy = pickle.loads(pickle.dumps(source))
        assert copy.list("") == source.list("")
        assert copy.read("f", 10) == b"abc"
    source.close()


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is of Linux")
def test_files_without_a_size_are_read_to_the_limit() -> None:
    source = DirectorySource("/proc/self")
    assert source.read("status", 8).startswith(b"Name:")


def test_streams_are_those_that_windows_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "x.aspx")
    source = DirectorySource(tmp_path)
    assert source.streams("x.aspx") == () or os.name == "nt"
    asked = []

    def streams(path: str) -> list[tuple[str, int]]:
        asked.append(path)
        return [("z", 2), ("y.aspx", 70)]

    monkeypatch.setattr(directory, "_WINDOWS", True)
    monkeypatch.setattr(windows, "file_streams", streams)
    monkeypatch.setattr(DirectorySource, "_real", lambda _self, path: str(tmp_path / path))
    found = source.streams("x.aspx")
    assert [(e.name, e.path, e.kind, e.size_bytes) for e in found] == [
        ("x.aspx:y.aspx", "x.aspx:y.aspx", EntryKind.FILE, 70),
        ("x.aspx:z", "x.aspx:z", EntryKind.FILE, 2),
    ]
    assert asked == [str(tmp_path / "x.aspx")]


def test_streams_that_cannot_be_told_or_lie_outside_are_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> list[tuple[str, int]]:
        raise PermissionError(13, "denied", path)

    source = DirectorySource(write(tmp_path / "top" / "x.aspx").parent)
    monkeypatch.setattr(directory, "_WINDOWS", True)
    monkeypatch.setattr(windows, "file_streams", refuse)
    monkeypatch.setattr(DirectorySource, "_real", lambda _self, path: str(tmp_path / "top" / path))
    for path in ("x.aspx", "../x.aspx"):
        with pytest.raises(UnreadableError):
            source.streams(path)


@posix
def test_a_report_does_not_depend_on_the_locale(tmp_path: Path) -> None:
    folder = tmp_path / "fälle" / "inetpub" / "wwwroot" / "日本"
    folder.mkdir(parents=True)
    (folder / "ünï.aspx").write_bytes(b"<p>")
    Path(os.fsdecode(os.fsencode(folder) + b"/x\xfe.aspx")).write_bytes(b"<p>")
    with zipfile.ZipFile(tmp_path / "fälle" / "größe.zip", "w") as archive:
        archive.writestr("C/inetpub/wwwroot/日本.aspx", b"<p>")
    program = (
        "import json, sys, webshellhunt as wsh; from webshellhunt.model.plain_data import to_plain;"
        "report = wsh.hunt(sys.argv[1]);"
        "print(json.dumps([report.location, to_plain(report.verdicts), to_plain(report.gaps)], default=str))"
    )
    told = []
    for locale in ({"PYTHONUTF8": "1"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}):
        command = [sys.executable, "-c", program, str(tmp_path / "fälle")]
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2]), **locale}
        told.append(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)
    assert told[0] == told[1]
    assert json.loads(told[0])[1]
