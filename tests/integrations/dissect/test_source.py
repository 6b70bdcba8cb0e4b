"""The source over a target: hostile trees, links, damaged parts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import webshellhunt as wsh
from webshellhunt.errors import SourceError, SourceNotFoundError, UnreadableError
from webshellhunt.model.artifact import EntryKind

pytest.importorskip("dissect.target", reason="needs the extra test-dissect")

from integrations.dissect.dissect_webshellhunt.source import TargetSource
from integrations.dissect.dissect_webshellhunt.volumes import find_drives, locked_volumes
from tests.integrations.dissect.targets import opened

pytestmark = pytest.mark.skipif(os.name == "nt", reason="makes names and links that Windows refuses")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "evidence"
    (place / "C" / "Windows" / "System32").mkdir(parents=True)
    (place / "C" / "inetpub" / "wwwroot").mkdir(parents=True)
    (place / "C" / "inetpub" / "wwwroot" / "a.txt").write_bytes(b"0123456789")
    return place


def source(folder: Path) -> TargetSource:
    return TargetSource(opened(folder))


def test_it_is_a_source(folder: Path) -> None:
    with source(folder) as opened_source:
        assert isinstance(opened_source, wsh.Source)
        assert opened_source.drives == {"C": "C:"}
        assert not opened_source.live
        assert [entry.path for entry in opened_source.list("")] == ["C:"]
        assert opened_source.names("C:/inetpub") == {"wwwroot": EntryKind.DIRECTORY}
        assert opened_source.locate("C:/inetpub") is None
        assert "evidence" in repr(opened_source)


def test_each_drive_is_listed_once(folder: Path) -> None:
    target = opened(folder)
    assert {"sysvol", "c:"} <= set(target.fs.mounts)
    assert [drive.top for drive in find_drives(target)] == ["C:"]
    assert locked_volumes(target) == ()


def test_reads_are_bounded(folder: Path) -> None:
    path = "C:/inetpub/wwwroot/a.txt"
    assert source(folder).read(path, 4) == b"0123"
    assert source(folder).read(path, 4, 8) == b"89"
    assert source(folder).read(path, 4, 100) == b""


@pytest.mark.parametrize("path", ["X:", "C:/none", "C:/inetpub/wwwroot/a.txt/b", "C:/../C/inetpub", "C:/a.txt:s", "q"])
def test_what_is_not_there_is_one_error(folder: Path, path: str) -> None:
    made = source(folder)
    assert made.stat(path) is None
    with pytest.raises(SourceNotFoundError):
        made.list(path)
    with pytest.raises(SourceError):
        made.read(path, 10)


def test_a_directory_is_not_read(folder: Path) -> None:
    with pytest.raises(UnreadableError, match="not a plain file"):
        source(folder).read("C:/inetpub", 10)


def test_names_that_differ_by_case_are_both_there(folder: Path) -> None:
    root = folder / "C" / "inetpub" / "wwwroot"
    (root / "x.aspx").write_bytes(b"lower")
    (root / "X.aspx").write_bytes(b"upper")
    made = source(folder)
    assert made.read("C:/inetpub/wwwroot/x.aspx", 10) == b"lower"
    assert made.read("C:/inetpub/wwwroot/X.aspx", 10) == b"upper"


def test_no_link_leads_out_of_the_evidence(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.aspx").write_bytes(b"not evidence")
    root = folder / "C" / "inetpub" / "wwwroot"
    (root / "file.aspx").symlink_to(tmp_path / "outside" / "secret.aspx")
    (root / "folder").symlink_to(tmp_path / "outside")
    (root / "up").symlink_to("../../../../outside")
    (root / "loop").symlink_to("loop")
    made = source(folder)
    for name in ("file.aspx", "folder", "up", "loop"):
        entry = made.stat(f"C:/inetpub/wwwroot/{name}")
        assert entry is not None
        assert entry.kind is EntryKind.LINK
        with pytest.raises(SourceError):
            made.read(f"C:/inetpub/wwwroot/{name}", 100)
        with pytest.raises(SourceError):
            made.list(f"C:/inetpub/wwwroot/{name}")
        with pytest.raises(SourceError):
            made.read(f"C:/inetpub/wwwroot/{name}/secret.aspx", 100)


def test_a_link_inside_is_followed(folder: Path) -> None:
    (folder / "C" / "inetpub" / "link.txt").symlink_to("wwwroot/a.txt")
    made = source(folder)
    entry = made.stat("C:/inetpub/link.txt")
    assert entry is not None
    assert (entry.kind, entry.target) == (EntryKind.LINK, "C:/inetpub/wwwroot/a.txt")
    assert made.read("C:/inetpub/link.txt", 100) == b"0123456789"


def test_hostile_names_are_reported(folder: Path) -> None:
    root = folder / "C" / "inetpub" / "wwwroot"
    names = [b"\xff\xfe.aspx", "\u202egpj.aspx".encode(), b"new\nline.aspx", b"<b>.aspx"]
    for name in names:
        (root / os.fsdecode(name)).write_bytes(b"<p>x</p>")
    report = wsh.hunt(source(folder))
    assert report.run.version
    for kind in ("text", "json", "jsonl"):
        assert wsh.render(report, kind, show_all=True).encode("utf-8")


def test_what_dissect_raises_becomes_an_error_of_the_source(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = source(folder)
    found = made._child("C:/inetpub/wwwroot/a.txt")
    monkeypatch.setattr(found, "open", lambda: 1 / 0)
    with pytest.raises(UnreadableError, match="division by zero"):
        made.read("C:/inetpub/wwwroot/a.txt", 10)
    monkeypatch.setattr(found, "lstat", lambda: 1 / 0)
    entry = made.stat("C:/inetpub/wwwroot/a.txt")
    assert entry is not None
    assert entry.size_bytes == 0


def test_a_deep_tree_is_walked_like_our_own(folder: Path) -> None:
    deep = folder / "C" / "inetpub" / "wwwroot"
    for _ in range(300):
        deep /= "a"
    deep.mkdir(parents=True)
    (deep / "x.aspx").write_text("<p>x</p>", "utf-8")
    mine, own = wsh.hunt(source(folder)), wsh.hunt(folder)
    assert mine.counts == own.counts
    assert [(gap.code, gap.path) for gap in mine.gaps] == [(gap.code, gap.path) for gap in own.gaps]
