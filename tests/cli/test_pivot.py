"""``webshellhunt pivot``: from a saved report to a folder of outputs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pivot.cases import case_with, demo_report, fixture, judged, report_with
from webshellhunt.cli import main
from webshellhunt.errors import MissingDependencyError
from webshellhunt.pivot.case import Product
from webshellhunt.pivot.observables import indicators
from webshellhunt.reports import render
from webshellhunt.selftest.demo import demo_host


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "EXCH01.json"
    path.write_text(render(demo_report(), "json"), encoding="utf-8")
    return path


def test_all_outputs_are_written(saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pivot", str(saved), "--output", str(tmp_path / "out")]) == 0
    out = capsys.readouterr().out
    assert "yara: 8 YARA rules; 1 not made" in out
    assert f"written to {tmp_path / 'out'}" in out
    assert (tmp_path / "out" / "shells.yar").is_file()


def test_the_default_folder_is_named_after_the_report(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert main(["pivot", str(saved), "--kind", "indicators", "--kind", "stix"]) == 0
    assert sorted(path.name for path in (tmp_path / "EXCH01-pivot").iterdir()) == [
        "about.txt", "indicators.csv", "indicators.stix.json",
    ]  # fmt: skip


def test_rules_are_checked_on_the_files(saved: Path, tmp_path: Path) -> None:
    for number, file in enumerate(demo_host().files):
        (tmp_path / "files").mkdir(exist_ok=True)
        (tmp_path / "files" / str(number)).write_bytes(file.data)
    command = ["pivot", str(saved), "--output", str(tmp_path / "out"), "--kind", "yara"]
    assert main([*command, "--files", str(tmp_path / "files")]) == 0
    text = (tmp_path / "out" / "shells.yar").read_text()
    assert text.count('checked_against = "file"') == 8


def test_nothing_convicted_is_status_3_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(render(report_with(), "jsonl"), encoding="utf-8")
    assert main(["pivot", str(path), "--output", str(tmp_path / "out")]) == 3
    assert "no subject in the report is malicious" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_kind_that_can_t_be_made_is_status_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    verdict = judged("unexpected_sign_in_page/writer")
    assert case_with(verdict).shells
    assert fixture("unexpected_sign_in_page/writer").data
    path = tmp_path / "x.json"
    path.write_text(render(report_with(verdict), "json"), encoding="utf-8")
    assert main(["pivot", str(path), "--output", str(tmp_path / "out"), "--kind", "yara"]) == 3
    assert "its place" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_wrong_use_is_status_2(saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    assert main(["pivot", str(saved), "--output", str(tmp_path / "full")]) == 2
    assert main(["pivot", str(tmp_path / "missing.json"), "--output", str(tmp_path / "out")]) == 2
    assert main(["pivot", str(tmp_path / "full" / "x"), "--output", str(tmp_path / "out")]) == 2
    assert main(["pivot", str(saved), "--output", str(tmp_path / "out"), "--files", str(tmp_path / "none")]) == 2
    err = capsys.readouterr().err
    assert "not empty" in err
    assert "can't be read" in err
    assert not (tmp_path / "out").exists()


def test_a_kind_without_its_package_has_its_unit(
    saved: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lacks(_: object) -> Product:
        raise MissingDependencyError("pysigma is missing")

    monkeypatch.setattr("webshellhunt.pivot.outputs.KINDS", {"sigma": lacks, "indicators": indicators})
    assert main(["pivot", str(saved)]) == 3
    assert "sigma: 0 Sigma rules; 1 not made" in capsys.readouterr().out
