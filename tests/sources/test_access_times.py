"""Access times: a hunt reads files and directories without changing them."""

import errno
import os
from pathlib import Path

import pytest

import webshellhunt as wsh
from tests.builders.containers import tarred, zipped
from webshellhunt.sources.access_times import AccessTimes, scan_directory
from webshellhunt.sources.directory import DirectorySource

OLD_S = 1_614_000_000
linux = pytest.mark.skipif(not hasattr(os, "O_NOATIME"), reason="only Linux opens files without a new access time")


def set_old(*paths: Path) -> None:
    for path in paths:
        os.utime(path, (OLD_S, path.stat().st_mtime))


def require_updates(folder: Path) -> None:
    """Skip the test on a file system that never updates access times, where it would prove nothing."""
    probe = folder / "probe"
    probe.mkdir()
    (probe / "x").write_text("x")
    set_old(probe / "x", probe)
    (probe / "x").read_text()
    os.listdir(probe)  # noqa: PTH208
    if (probe / "x").stat().st_atime == OLD_S or probe.stat().st_atime == OLD_S:
        pytest.skip("this file system does not update access times (mounted with noatime)")


@linux
def test_a_hunt_changes_no_access_time(tmp_path: Path) -> None:
    require_updates(tmp_path)
    folder = tmp_path / "evidence" / "C" / "inetpub" / "wwwroot"
    folder.mkdir(parents=True)
    (folder / "x.aspx").write_text("<p>hello</p>")
    (folder / "web.config").write_text("<configuration/>")
    (folder / "logo.png").write_bytes(b"\x89PNG")
    top = tmp_path / "evidence"
    places = [top, *top.rglob("*")]
    set_old(*places)
    report = wsh.hunt(top)
    assert report.counts["files"] >= 1
    assert {str(each): each.stat().st_atime for each in places} == {str(each): OLD_S for each in places}


@linux
@pytest.mark.parametrize("name", ["x.zip", "x.tar", "notes.txt", "x.aspx"])
def test_one_file_keeps_its_access_time(name: str, tmp_path: Path) -> None:
    require_updates(tmp_path)
    files = {"C/inetpub/wwwroot/a.aspx": b"<p>hello</p>"}
    contents = {"x.zip": zipped(files), "x.tar": tarred(files)}
    (tmp_path / name).write_bytes(contents.get(name, b"hello"))
    set_old(tmp_path / name)
    assert wsh.hunt(tmp_path / name).counts["files"] == 1
    assert (tmp_path / name).stat().st_atime == OLD_S


@linux
def test_a_collection_changes_no_access_time(tmp_path: Path) -> None:
    require_updates(tmp_path)
    page = tmp_path / "x.aspx"
    page.write_text("<p>hello</p>")
    set_old(page)
    with DirectorySource(tmp_path) as source:
        assert source.read("x.aspx", 100) == b"<p>hello</p>"
    assert page.stat().st_atime == OLD_S


@linux
def test_files_of_others_are_read_and_cost_one_failing_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "x.aspx"
    page.write_text("x")
    opened: list[int] = []
    original = os.open

    def refuse(path: str, flags: int) -> int:
        opened.append(flags)
        if flags & os.O_NOATIME:
            raise PermissionError(errno.EPERM, "not the owner")
        return original(path, flags)

    def refuse_option(*_: object) -> int:
        raise PermissionError(errno.EPERM, "not the owner")

    monkeypatch.setattr("os.open", refuse)
    monkeypatch.setattr("fcntl.fcntl", refuse_option)
    times = AccessTimes()
    for _ in range(3):
        os.close(times.open(str(page), os.O_RDONLY))
    assert [bool(flags & os.O_NOATIME) for flags in opened] == [True, False, False, False]


@linux
def test_own_files_stay_unchanged_after_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require_updates(tmp_path)
    page = tmp_path / "x.aspx"
    page.write_text("x")
    set_old(page)
    times = AccessTimes()
    monkeypatch.setattr(times, "_refused", {page.stat().st_uid + 1})
    descriptor = times.open(str(page), os.O_RDONLY)
    assert os.read(descriptor, 10) == b"x"
    os.close(descriptor)
    assert page.stat().st_atime == OLD_S


@linux
def test_it_is_an_opener(tmp_path: Path) -> None:
    require_updates(tmp_path)
    page = tmp_path / "x.aspx"
    page.write_text("x")
    set_old(page)
    with open(page, "rb", opener=AccessTimes().open) as stream:
        assert stream.read() == b"x"
    assert page.stat().st_atime == OLD_S


@linux
def test_denied_access_stays_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(*_: object) -> int:
        raise PermissionError(errno.EACCES, "denied")

    monkeypatch.setattr("os.open", deny)
    with pytest.raises(PermissionError):
        AccessTimes().open(str(tmp_path), os.O_RDONLY)


def test_a_directory_is_scanned(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    with scan_directory(str(tmp_path)) as found:
        assert [(each.name, each.stat(follow_symlinks=False).st_size) for each in found] == [("x", 1)]
    with pytest.raises(NotADirectoryError), scan_directory(str(tmp_path / "x")):
        pass
