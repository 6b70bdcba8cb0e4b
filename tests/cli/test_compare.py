"""``webshellhunt compare``: the check after a clean-up."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from tests.comparison.cases import OFFLINE, after, before, hunted, server_path
from tests.reports.cases import report as case
from tests.reports.cases import verdict
from webshellhunt.cli import compare as command
from webshellhunt.cli import main
from webshellhunt.model.findings import Gap
from webshellhunt.model.places import Role, Root
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports import render, schema

Captured = pytest.CaptureFixture[str]


def save(report: Report, path: Path, *, show_all: bool = True) -> str:
    path.write_text(render(report, "json", show_all=show_all), encoding="utf-8")
    return str(path)


@pytest.fixture
def old(tmp_path: Path) -> str:
    return save(before(), tmp_path / "old.json")


def test_something_remains(old: str, tmp_path: Path, capsys: Captured) -> None:
    assert main(["compare", old, save(after(), tmp_path / "new.json")]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("2 of 11 accused items are gone; ")
    assert f"\nGone (2)\n  {server_path(OFFLINE)}\n" in out
    assert err == ""


def test_all_is_gone_and_what_can_not_be_told(tmp_path: Path, capsys: Captured) -> None:
    roots = (Root("", None, Role.GIVEN, "the location itself"),)
    accused = replace(case(verdict("x.aspx", Disposition.MALICIOUS), location="E:/x"), roots=roots)
    clean = replace(case(location="E:/x"), roots=roots)
    gap = Gap("unreadable", "walk", "y", "locked", matters=True)
    for new, status in ((clean, 0), (accused, 1), (replace(clean, gaps=(gap,)), 3), (replace(clean, roots=()), 3)):
        words = ["compare", save(accused, tmp_path / "old.json"), save(new, tmp_path / "new.json")]
        assert main(words) == status
    assert main(["compare", save(clean, tmp_path / "old.json"), save(accused, tmp_path / "new.json")]) == 1
    assert "1 new" in capsys.readouterr().out


def test_json_and_a_file(old: str, tmp_path: Path, capsys: Captured) -> None:
    output = tmp_path / "gone.json"
    assert main(["compare", old, old, "--output", str(output)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith(f"comparison written to {output}\n")
    jsonschema.validate(json.loads(output.read_text()), schema())
    assert main(["compare", old, old, "--format", "json", "--output", "-"]) == 1
    assert json.loads(capsys.readouterr().out) == json.loads(output.read_text())
    assert main(["compare", old, old, "--format", "text", "--output", str(output)]) == 2
    assert "--format text contradicts --output" in capsys.readouterr().err


def test_several_outputs_and_no_words(old: str, tmp_path: Path, capsys: Captured) -> None:
    text, record = tmp_path / "gone.txt", tmp_path / "gone"
    words = ["compare", old, old, "--output", str(text), "--output", f"json={record}"]
    assert main([*words, "--quiet"]) == 1
    assert capsys.readouterr() == ("", "")
    assert json.loads(record.read_text())["kind"] == "comparison"
    assert main([*words, "--output", "-"]) == 1
    out, err = capsys.readouterr()
    assert out == text.read_text(encoding="utf-8")
    assert err.splitlines() == [f"webshellhunt: comparison written to {path}" for path in (text, record)]


@pytest.mark.parametrize("name", ["gone.html", "gone.md", "html=gone"])
def test_a_form_that_a_comparison_does_not_have(name: str, old: str, tmp_path: Path, capsys: Captured) -> None:
    assert main(["compare", old, old, "--output", name]) == 2
    assert "json" in capsys.readouterr().err
    assert [each.name for each in tmp_path.iterdir()] == ["old.json"]


def test_wrong_files_are_one_sentence(old: str, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "no.json").write_text("[]")
    for wrong in (tmp_path / "missing.json", tmp_path / "empty", tmp_path / "no.json"):
        for words in ([old, str(wrong)], [str(wrong), old]):
            assert main(["compare", *words]) == 2
            out, err = capsys.readouterr()
            assert (out, err.count("\n")) == ("", 1)
            assert str(wrong) in err


def test_no_input_is_replaced(old: str, capsys: Captured) -> None:
    content = Path(old).read_bytes()
    assert main(["compare", old, old, "--output", old]) == 2
    assert "an input of this run" in capsys.readouterr().err
    assert Path(old).read_bytes() == content


def test_no_evidence_is_replaced(tmp_path: Path, capsys: Captured) -> None:
    page = tmp_path / "evidence" / "x.aspx"
    page.parent.mkdir()
    page.write_text("kept")
    there = save(replace(case(location=str(page.parent)), roots=()), tmp_path / "old.json")
    for output in (page, page.parent / "gone.json"):
        assert main(["compare", there, there, "--output", f"json={output}"]) == 2
        assert "a comparison is never written inside the evidence" in capsys.readouterr().err
    assert [(each.name, each.read_text()) for each in page.parent.iterdir()] == [("x.aspx", "kept")]


def test_an_interrupt_writes_nothing(
    old: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "read_file", interrupt)
    assert main(["compare", old, old, "--output", str(tmp_path / "x.txt")]) == 130
    assert not (tmp_path / "x.txt").exists()


def test_several_hosts_in_each_file(tmp_path: Path, capsys: Captured) -> None:
    def host(report: Report, name: str) -> Report:
        return replace(report, host=report.host._replace(name=name), location=f"E:/{name}")

    files = {"old": [host(before(), "A"), host(before(), "B")], "new": [host(hunted({OFFLINE: None}), "A")]}
    for name, reports in files.items():
        (tmp_path / name).write_text(render(reports, "jsonl", fleet=True), encoding="utf-8")
    assert main(["compare", str(tmp_path / "old"), str(tmp_path / "new"), "--format", "json"]) == 1
    made = json.loads(capsys.readouterr().out)
    assert [(each["name"], each["new_location"]) for each in made["hosts"]] == [("A", "E:/A"), ("B", None)]
    assert {each["change"] for each in made["hosts"][1]["changes"]} == {"not_examined"}
