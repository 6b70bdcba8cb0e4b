"""The standard streams of a command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import webshellhunt as wsh
from tests.reports.cases import SHELL
from webshellhunt.cli import main, output
from webshellhunt.errors import UnexpectedError
from webshellhunt.model.progress import Progress
from webshellhunt.sources.memory import MemorySource


def test_a_complaint_is_one_line_of_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    output.complain("it\nbroke\x1b[2J")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "\x1b" not in captured.err


@pytest.mark.parametrize("form", ["html", "csv", "markdown"])
def test_a_redirected_format_has_the_bytes_of_its_file(form: str, tmp_path: Path) -> None:
    """The encoding of a redirected stream on Windows is that of the console, and its line ends are CR LF."""
    code = (
        "import sys; sys.stdout.reconfigure(newline='\\r\\n'); from webshellhunt.cli import main; "
        f"main(['demo', '--output', '{form}=-', '--output', '{form}={(tmp_path / 'file').as_posix()}'])"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=True)
    assert done.stdout == (tmp_path / "file").read_bytes()


def test_redirected_text_has_the_encoding_of_the_console() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    words = [sys.executable, "-m", "webshellhunt", "demo"]
    done = subprocess.run(words, capture_output=True, env=environment, check=True)
    assert done.stdout.decode("cp1252").startswith("8 back doors found")


Captured = pytest.CaptureFixture[str]
PAGES = {"a.aspx": SHELL.encode(), "b.aspx": b"<%= 1 %>", "c.aspx": b"<%= 2 %>"}


def broken(*_: object, **__: object) -> Any:
    raise KeyError("an \x1b[31m oversight")


def broken_at(number: int) -> Callable[[Progress], None]:
    """Return a progress that crashes the hunt at a file."""

    def progress(now: Progress) -> None:
        if now.done == number:
            broken()

    return progress


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "web").mkdir()
    for name, data in PAGES.items():
        (tmp_path / "web" / name).write_bytes(data)
    return tmp_path / "web"


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("demo", "webshellhunt.cli.demo.demo_source"),
        ("hunt {}", "webshellhunt.conclusion.judge"),
        ("hunt {}", "webshellhunt.host.walk.survey.find_served_folders"),
        ("examine {}/a.aspx", "webshellhunt.host.walk.survey.find_served_folders"),
        ("server {}", "webshellhunt.host.walk.survey.find_served_folders"),
        ("rules", "webshellhunt.cli.rules.iter_rules"),
    ],
)
def test_it_is_a_sentence_and_a_status(
    words: str, place: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(place, broken)
    assert main(words.format(folder).split()) == 70
    [line] = capsys.readouterr().err.splitlines()
    assert "an unexpected error of webshellhunt itself (KeyError: " in line
    assert "WEBSHELLHUNT_DEBUG=1 shows the details" in line
    assert "\x1b" not in line


def test_the_details_are_there_on_demand(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv("WEBSHELLHUNT_DEBUG", "1")
    monkeypatch.setattr("webshellhunt.host.walk.survey.find_served_folders", broken)
    assert main(["hunt", str(folder), "--jobs", "1"]) == 70
    err = capsys.readouterr().err
    assert "Traceback (most recent call last)" in err
    assert "in broken" in err


def test_what_was_found_until_then_is_in_the_report() -> None:
    with pytest.raises(UnexpectedError) as caught:
        wsh.hunt(MemorySource(PAGES), progress=broken_at(2))
    report = caught.value.report
    assert isinstance(report, wsh.Report)
    assert isinstance(caught.value.__cause__, KeyError)
    assert report.interrupted
    assert [str(verdict.disposition) for verdict in report.verdicts] == ["malicious", "benign"]
    assert [gap.code for gap in report.gaps if gap.matters] == ["unexpected-error"]


def test_it_costs_one_location(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    real = wsh.hunt

    def hunt(source: Any, **words: Any) -> wsh.Report:
        if Path(source.location) == folder:
            words["progress"] = broken_at(2)
        return real(source, **words)

    monkeypatch.setattr("webshellhunt.cli.hunt.hunt", hunt)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x.aspx").write_bytes(PAGES["b.aspx"])
    (tmp_path / "out").mkdir()
    output = tmp_path / "out" / "report.json"
    assert main(["hunt", str(folder), str(tmp_path / "other"), "--jobs", "1", "--output", str(output)]) == 70
    first, second = json.loads(output.read_text())["reports"]
    assert first["summary"]["interrupted"] is True
    assert first["verdicts"][0]["disposition"] == "malicious"
    assert second["summary"]["interrupted"] is False
    assert capsys.readouterr().err.count("unexpected error") == 1


@pytest.mark.parametrize(
    "step",
    [
        "conclusion.group_deviations",
        "correlation.deleted_pages.with_deleted_pages",
        "correlation.same_content.correlate",
        "correlation.planting_time.date_planting",
        "conclusion.with_urls",
    ],
)
def test_a_step_of_the_correlation_that_crashes_costs_itself(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"webshellhunt.{step}", broken)
    report = wsh.hunt(MemorySource(PAGES))
    assert [str(verdict.disposition) for verdict in report.verdicts] == ["malicious", "benign", "benign"]
    times = 2 if step.endswith("date_planting") else 1  # times are found before and after the requests
    failed = [("examination-failed", "correlate")] * times
    assert [(gap.code, gap.stage) for gap in report.gaps if gap.matters] == failed


class Exhausting(MemorySource):
    """A source of which one file takes all memory."""

    def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
        if path == "b.aspx":
            raise MemoryError
        return super().read(path, limit_bytes, offset)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_that_cannot_be_examined_costs_itself(jobs: int) -> None:
    with wsh.open_executor(jobs) as executor:
        report = wsh.hunt(Exhausting(PAGES), executor=executor)
    gaps = {gap.path: gap.reason for gap in report.gaps if gap.matters}
    assert list(gaps) == ["b.aspx"]
    assert "more memory" in gaps["b.aspx"]
    assert report.counts["files"] == 2
