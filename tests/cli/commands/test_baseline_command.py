"""``baseline make``, ``show`` and ``compare``, and ``hunt --baseline``, for real."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.detectors.fixture_cases import read
from webshellhunt.baselines.make import Listing
from webshellhunt.baselines.store import read_baseline
from webshellhunt.cli import main
from webshellhunt.model.findings import Gap

PAGE = '<%@ Page Language="C#" %>\n<p>text</p>\n'
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    owa = tmp_path / "clean" / "ClientAccess" / "owa"
    owa.mkdir(parents=True)
    for name in ("a.aspx", "b.aspx"):
        (owa / name).write_text(PAGE + name, encoding="utf-8")
    return tmp_path / "clean"


@pytest.fixture
def changed(clean: Path, tmp_path: Path) -> Path:
    shutil.copytree(clean, tmp_path / "changed")
    page = tmp_path / "changed" / "ClientAccess" / "owa" / "a.aspx"
    page.write_text(PAGE + "<b>more</b>\na.aspx", encoding="utf-8")
    return tmp_path / "changed"


def test_a_list_is_made_shown_and_used(clean: Path, changed: Path, tmp_path: Path, capsys: Captured) -> None:
    made = str(tmp_path / "clean.baseline")
    assert main(["baseline", "make", str(clean), "--output", made, "--with-text", "--name", "CU14"]) == 0
    assert "2 files, for any build" in capsys.readouterr().out
    assert main(["baseline", "show", made]) == 0
    out = capsys.readouterr().out
    assert "CU14\n2 contents of 2 paths\nbuilds: any\n" in out
    assert "owa 2" in out

    assert main(["hunt", str(changed), "--baseline", made, "--format", "jsonl"]) == 1
    verdict = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (verdict["disposition"], verdict["findings"][0]["rule"]) == ("suspicious", "WSH6007")
    assert main(["hunt", str(clean), "--baseline", made, "--format", "jsonl", "--all"]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [r["disposition"] for r in records if r["kind"] == "verdict"] == ["known_good"] * 2

    assert main(["baseline", "compare", str(changed), "--baseline", made, "--raw-excerpts"]) == 1
    assert "+ <b>more</b>" in capsys.readouterr().out
    assert main(["baseline", "compare", str(clean), "--baseline", made]) == 0


def test_a_clean_folder_does_as_a_list(clean: Path, changed: Path, capsys: Captured) -> None:
    assert main(["baseline", "compare", str(changed), "--clean", str(clean), "--raw-excerpts"]) == 1
    assert "line 3, markup:\n    + <b>more</b>\n" in capsys.readouterr().out


def test_two_folders_that_look_like_no_server_are_compared_and_new_pages_come_first(
    tmp_path: Path, capsys: Captured
) -> None:
    clean, found, other = (tmp_path / name for name in ("clean", "found", "other"))
    for folder in (clean, found / "new", other):
        folder.mkdir(parents=True)
    for folder in (clean, found):
        (folder / "same.aspx").write_text(PAGE, encoding="utf-8")
        (folder / "page.aspx").write_text(PAGE + folder.name, encoding="utf-8")
    (found / "new" / "y.aspx").write_text(PAGE, encoding="utf-8")
    (other / "notes.txt").write_text("text", encoding="utf-8")
    assert main(["baseline", "compare", str(found), "--clean", str(clean)]) == 1
    out = capsys.readouterr().out
    assert "1 files as listed, 1 changed, 1 pages not listed, 0 other files not listed\n" in out
    assert 0 < out.index("New pages in other folders:\n  1 in new: y.aspx (page)\n") < out.index("Changed:\n")
    (found / "page.aspx").write_text(PAGE + "clean", encoding="utf-8")
    assert main(["baseline", "compare", str(found), "--clean", str(clean)]) == 1
    (found / "new" / "y.aspx").unlink()
    assert main(["baseline", "compare", str(found), "--clean", str(clean)]) == 0
    capsys.readouterr()
    assert main(["baseline", "compare", str(other), "--clean", str(clean)]) == 3
    assert "Nothing was compared: no file has a path that a list contains." in capsys.readouterr().out


def test_two_lists_combine(clean: Path, changed: Path, tmp_path: Path, capsys: Captured) -> None:
    lists = [str(tmp_path / name) for name in ("one", "two")]
    for place, made in zip((clean, changed), lists, strict=True):
        assert main(["baseline", "make", str(place), "--output", made]) == 0
    options = [word for made in lists for word in ("--baseline", made)]
    assert main(["hunt", str(changed), *options]) == 0
    assert "2 known good" in capsys.readouterr().out


def test_builds_are_named_and_spelled_one_way(clean: Path, tmp_path: Path, capsys: Captured) -> None:
    made = str(tmp_path / "x")
    words = ["--build", "15.02.1544.004", "--build", "15.2.858.5", "--as", r"D:\FrontEnd\HttpProxy"]
    assert main(["baseline", "make", str(clean), "--output", made, *words]) == 0
    assert read_baseline(made).head.builds == ("15.2.858.5", "15.2.1544.4")
    assert "files of 15.2.858.5, 15.2.1544.4" in capsys.readouterr().out
    with pytest.raises(SystemExit) as stopped:
        main(["baseline", "make", str(clean), "--output", made, "--build", "CU14"])
    assert stopped.value.code == 2


def test_the_shipped_list_tells_of_a_path(capsys: Captured) -> None:
    assert main(["baseline", "show"]) == 0
    assert "builds: 131, 15.0.516.32 to 15.2.858.5" in capsys.readouterr().out
    assert main(["baseline", "show", "--path", r"C:\Exchange\FrontEnd\HttpProxy\owa\auth\Logon.aspx"]) == 0
    out = capsys.readouterr().out
    assert out.count("- sha256") == 7
    assert "15.1.225.42 to 15.2.858.5" in out
    assert main(["baseline", "show", "--path", "owa/auth/shell.aspx"]) == 0
    assert "is not listed" in capsys.readouterr().out


def test_a_back_door_in_a_list_is_told_whenever_the_list_is_used(clean: Path, tmp_path: Path, capsys: Captured) -> None:
    (clean / "ClientAccess" / "owa" / "x.aspx").write_bytes(read("request_reaches_eval/jscript-net").data)
    made = str(tmp_path / "x")
    assert main(["baseline", "make", str(clean), "--output", made]) == 1
    err = capsys.readouterr().err
    assert "WARNING: 1 file is suspicious or worse" in err
    assert "listed as known and malicious: " in err
    assert read_baseline(made).lists("owa/x.aspx")
    assert main(["hunt", str(clean), "--baseline", made]) == 0
    out = capsys.readouterr().out
    assert "Not counted, because you accepted it or your baseline lists it: 1 malicious file." in out
    assert "Listed in your baseline, but suspicious (1):\n  malicious " in out
    assert main(["hunt", str(clean), "--baseline", made, "--format", "jsonl"]) == 0
    verdict = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (verdict["disposition"], verdict["otherwise"]) == ("known_good", "malicious")


def test_a_folder_that_may_not_be_read_is_not_called_empty(
    clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    gap = Gap("unreadable", "walk", "owa", "it can't be read (permission denied)", matters=True)
    monkeypatch.setattr("webshellhunt.cli.baseline.list_contents", lambda *_, **__: Listing(gaps=[gap]))
    assert main(["baseline", "make", str(clean), "--output", str(tmp_path / "x")]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first == "webshellhunt: owa: it can't be read (permission denied)"
    assert second.endswith("no file to list here")


def test_wrong_uses_are_said(clean: Path, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["baseline", "make", str(tmp_path / "empty"), "--output", str(tmp_path / "x")]) == 2
    assert "no file to list" in capsys.readouterr().err
    assert main(["baseline", "make", str(clean), "--output", str(clean / "x")]) == 2
    assert main(["baseline", "make", str(clean), "--output", str(tmp_path / "empty")]) == 2
    assert "not a regular file" in capsys.readouterr().err
    (tmp_path / "text").write_text("x", encoding="utf-8")
    assert main(["hunt", str(clean), "--baseline", str(tmp_path / "text")]) == 2
    assert "no baseline" in capsys.readouterr().err
    assert main(["baseline", "show", str(tmp_path / "missing")]) == 2
    assert "can't be read" in capsys.readouterr().err
