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

    monkeypatch.setattr(command, "iter_file", interrupt)
    assert main(["render", "x.json", "--output", str(tmp_path / "y.txt")]) == 130
    assert capsys.readouterr().err == "webshellhunt: interrupted\n"
    assert not list(tmp_path.iterdir())


# Joining ------------------------------------------------------------------------------------------------------------


def saved_part(path: Path, *locations: str, form: str = "jsonl") -> Path:
    """Write the reports of some locations, all of the same accused server."""
    reports = [replace(full_report(), location=each) for each in locations]
    render(reports, form, to=path, fleet=len(locations) > 1, show_all=True)
    return path


def test_parts_are_joined_into_one_comparison(tmp_path: Path, capsys: Captured) -> None:
    folder, places = tmp_path / "parts", [f"E:/{number}" for number in range(60)]
    folder.mkdir()
    saved_part(folder / "1.jsonl", *places[:40])
    saved_part(folder / "2.json", *places[40:59], form="json")
    (folder / "notes.txt").write_text("x")
    last = saved_part(tmp_path / "3.jsonl", places[59])
    joined, at_once = tmp_path / "all.jsonl", tmp_path / "at_once.jsonl"
    assert main(["join", str(folder), str(last), "--all", "--output", str(joined)]) == 0
    saved_part(at_once, *places)
    assert joined.read_bytes() == at_once.read_bytes()
    assert capsys.readouterr().err == f"webshellhunt: report written to {joined}\n"


def test_a_torn_part_costs_only_what_it_lacks(tmp_path: Path, capsys: Captured) -> None:
    whole = saved_part(tmp_path / "whole.jsonl", "E:/a", "E:/b")
    torn = saved_part(tmp_path / "torn.jsonl", "E:/c", "E:/d", "E:/e")
    lines = torn.read_text().splitlines(keepends=True)
    third = [number for number, line in enumerate(lines) if '"kind": "summary"' in line][2]
    torn.write_text("".join([*lines[:third], lines[third][:500]]))
    (tmp_path / "empty.json").write_bytes(b"")
    output = tmp_path / "all.json"
    listed = tmp_path / "hosts.txt"
    listed.write_text("E:/a\nE:/b\nE:/c\nE:/d\nFIFTH=E:/e\n")
    names = [str(tmp_path / name) for name in ("torn.jsonl", "empty.json", "absent.json")]
    words = ["join", str(whole), *names, "--from-list", str(listed), "--output", str(output), "--quiet"]
    assert main(words) == 2
    made = json.loads(output.read_text())
    assert [each["location"] for each in made["reports"]] == ["E:/a", "E:/b", "E:/c", "E:/d"]
    unopened = {each["name"]: each["sentence"] for each in made["fleet"]["unopened"]}
    assert set(unopened) == {*names, "FIFTH"}
    assert unopened["FIFTH"] == "none of the reports is of this location"
    assert capsys.readouterr().err.count("its complete reports and all other files are joined") == 3


def test_a_location_without_a_report_makes_the_join_incomplete(tmp_path: Path, capsys: Captured) -> None:
    part, listed = saved_part(tmp_path / "1.jsonl", "E:/a", "E:/b"), tmp_path / "hosts.txt"
    for text, status in (("E:/a\nE:/b\n", 0), ("E:/a\nE:/x\n", 3)):
        listed.write_text(text)
        assert main(["join", str(part), "--from-list", str(listed), "--format", "jsonl"]) == status
    assert '"location": "E:/x"' in capsys.readouterr().out


def test_a_location_in_two_parts_is_said(tmp_path: Path, capsys: Captured) -> None:
    parts = [str(saved_part(tmp_path / f"{number}.jsonl", "E:/a", "E:/b")) for number in range(2)]
    assert main(["join", *parts, "--output", str(tmp_path / "all.json"), "--quiet"]) == 0
    assert capsys.readouterr().err == "webshellhunt: 2 locations are in several reports, such as E:/a\n"


def test_the_rows_of_a_part_without_a_report_are_joined(tmp_path: Path, capsys: Captured) -> None:
    part, output = tmp_path / "1.jsonl", tmp_path / "all.json"
    assert main(["hunt", str(tmp_path / "absent"), "--part", "1/1", "--output", str(part)]) == 2
    assert main(["join", str(part), "--output", str(output)]) == 0
    assert [each["location"] for each in json.loads(output.read_text())["fleet"]["unopened"]] == [
        str(tmp_path / "absent")
    ]


@pytest.mark.parametrize("wanted", ["join", "render"])
def test_a_part_that_is_no_report_is_refused_by_render_alone(wanted: str, tmp_path: Path, capsys: Captured) -> None:
    good, wrong = saved_part(tmp_path / "1.jsonl", "E:/a"), tmp_path / "2.json"
    wrong.write_text("{}")
    output = tmp_path / "out.json"
    assert main([wanted, str(good), str(wrong), "--output", str(output)]) == 2
    assert output.exists() is (wanted == "join")


def test_a_folder_without_reports_is_wrong_use(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["join", str(tmp_path / "empty")]) == 2
    assert "this folder has no report" in capsys.readouterr().err
