"""``webshellhunt render``: saved reports in other formats."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders.host_tree import write_tree
from tests.reports.cases import SECRET, SHELL, finding, full_report, report, verdict
from webshellhunt.cli import main
from webshellhunt.cli import render as command
from webshellhunt.model.report import Host
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports import formats, render
from webshellhunt.selftest.demo import demo_source

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def hunted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the reports of a compromised server in each format, written by one hunt."""
    folder = tmp_path_factory.mktemp("hunted")
    with demo_source() as source:
        write_tree(source, folder / "evidence")
    outputs = [word for form in formats() for word in ("--output", f"{form}={folder / f'direct.{form}'}")]
    words = ["hunt", str(folder / "evidence"), "--jobs", "1", "--quiet", *outputs]
    assert main([*words, "--output", f"json={folder / 'saved.json'}"]) == 1
    assert main(["hunt", str(folder / "evidence"), "--all", "--output", str(folder / "all.json"), "--quiet"]) == 1
    return folder


@pytest.mark.parametrize("form", formats())
@pytest.mark.parametrize("saved", ["json", "jsonl"])
def test_a_saved_report_equals_the_direct_one(form: str, saved: str, hunted: Path, tmp_path: Path) -> None:
    output = tmp_path / "later"
    assert main(["render", str(hunted / f"direct.{saved}"), "--output", f"{form}={output}", "--quiet"]) == 0
    assert output.read_bytes() == (hunted / f"direct.{form}").read_bytes()


@pytest.mark.parametrize("form", formats())
def test_several_hosts_in_one_file_keep_their_comparison(form: str, hunted: Path, tmp_path: Path) -> None:
    places = [str(hunted / "evidence"), str(tmp_path / "other"), str(tmp_path / "missing")]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x.aspx").write_text(SHELL)
    saved, direct, later = tmp_path / "s.jsonl", tmp_path / "direct", tmp_path / "later"
    words = ["hunt", *places, "--output", str(saved), "--output", f"{form}={direct}", "--quiet", "--jobs", "1"]
    assert main(words) == 2
    assert main(["render", str(saved), "--output", f"{form}={later}", "--quiet"]) == 0
    assert later.read_bytes() == direct.read_bytes()


def test_several_files_are_compared(tmp_path: Path, capsys: Captured) -> None:
    for name in ("a", "b"):
        made = replace(full_report(), location=f"E:/{name}")
        render(made, "json", to=tmp_path / f"{name}.json")
    assert main(["render", str(tmp_path / "a.json"), str(tmp_path / "b.json"), "--format", "jsonl"]) == 0
    kinds = [json.loads(line)["kind"] for line in capsys.readouterr().out.splitlines()]
    assert kinds.count("summary") == 2
    assert kinds[-1] == "fleet"


def test_what_the_report_lacks_is_said(hunted: Path, tmp_path: Path, capsys: Captured) -> None:
    assert main(["render", str(hunted / "saved.json"), "--all"]) == 3
    out, err = capsys.readouterr()
    assert "webshellhunt: --all: " in err
    assert "hunt with --all" in err
    assert out.startswith("8 back doors") or "back door" in out
    assert main(["render", str(hunted / "all.json"), "--all", "--raw-excerpts"]) == 0
    assert capsys.readouterr().err == ""
    made = report(verdict("web.config", Disposition.MALICIOUS, finding(facts={"password": SECRET})))
    for shown, status in ((False, 3), (True, 0)):
        path = tmp_path / f"{shown}.json"
        path.write_text(render(made, "json", show_secrets=shown), encoding="utf-8")
        assert main(["render", str(path), "--show-secrets", "--format", "json"]) == status
        out, err = capsys.readouterr()
        assert ("hunt with --show-secrets" in err) is not shown
        assert (SECRET in out) is shown
        assert main(["render", str(path), "--format", "json"]) == 0
        assert SECRET not in capsys.readouterr().out


def test_all_of_a_full_report_equals_the_direct_one(hunted: Path, tmp_path: Path) -> None:
    for words in ([], ["--all"]):
        later, direct = tmp_path / "later.txt", tmp_path / "direct.txt"
        main(["hunt", str(hunted / "evidence"), *words, "--output", str(direct), "--quiet"])
        assert main(["render", str(hunted / "all.json"), *words, "--output", str(later), "--quiet"]) == 0
        assert _without_start(later) == _without_start(direct)


def _without_start(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if "hunted" not in line.lower()]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "this report is empty"),
        (b"{}", "this is no report"),
        (b"\xff", "not UTF-8"),
        (b'{"kind": 3}', "no report"),
    ],
)
def test_a_file_that_is_no_report_is_one_sentence(content: bytes, words: str, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "x.json").write_bytes(content)
    assert main(["render", str(tmp_path / "x.json"), "--output", str(tmp_path / "y.txt")]) == 2
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1
    assert not (tmp_path / "y.txt").exists()


def test_a_wrong_path_and_a_folder(tmp_path: Path, capsys: Captured) -> None:
    for path in (tmp_path / "missing.json", tmp_path):
        assert main(["render", str(path)]) == 2
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        assert str(path) in err


def test_no_output_replaces_the_saved_report_or_is_in_its_evidence(tmp_path: Path, capsys: Captured) -> None:
    evidence, saved = tmp_path / "evidence", tmp_path / "s.json"
    evidence.mkdir()
    render(replace(full_report(), location=str(evidence)), "json", to=saved)
    before = saved.read_bytes()
    assert main(["render", str(saved), "--output", str(saved)]) == 2
    assert "an input of this run" in capsys.readouterr().err
    assert main(["render", str(saved), "--output", str(evidence / "r.txt")]) == 2
    assert "never written inside the evidence" in capsys.readouterr().err
    assert saved.read_bytes() == before


def test_the_drive_of_another_computer_is_not_the_one_of_this(tmp_path: Path, capsys: Captured) -> None:
    top = Path(tmp_path).anchor
    for name, status in (("EXCH01", 0), (None, 2)):
        made = replace(report(location=top), host=Host(name=name))
        saved = tmp_path / "s.json"
        saved.write_text(render(made, "json"), encoding="utf-8")
        assert main(["render", str(saved), "--output", str(tmp_path / "r.txt")]) == status


def test_an_interrupt_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "read_file", interrupt)
    assert main(["render", "x.json", "--output", str(tmp_path / "y.txt")]) == 130
    assert capsys.readouterr().err == "webshellhunt: interrupted\n"
    assert not list(tmp_path.iterdir())
