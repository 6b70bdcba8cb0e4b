"""The folder of ``--reports``: each report by itself, also where another one can't be written."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.builders.many_servers import make_servers
from webshellhunt.cli import main, report_folder
from webshellhunt.errors import UsageError
from webshellhunt.reports.destination import Destination, open_destination
from webshellhunt.saved_reports import read_file

COUNT = 6


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    servers = make_servers(tmp_path, COUNT)
    file = tmp_path / "hosts.txt"
    file.write_text("".join(f"{name}={location}\n" for name, location in servers))
    return file


def hunted(listed: Path, *words: str, jobs: int = 1) -> int:
    folder = listed.parent / "reports"
    return main(["hunt", "--from-list", str(listed), "--jobs", str(jobs), "--reports", str(folder), *words])


@pytest.mark.parametrize("jobs", [1, 2])
def test_each_report_is_a_file_of_its_own(jobs: int, listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = listed.parent / "all.json"
    assert hunted(listed, "--output", str(output), jobs=jobs) == 1
    files = sorted((listed.parent / "reports").iterdir())
    assert [each.name.partition("-")[0] for each in files] == [f"EXCH{number:03}" for number in range(COUNT)]
    alone = [report for file in files for report in json.loads(file.read_text())["reports"]]
    assert alone == json.loads(output.read_text())["reports"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_full_disk_costs_one_report_of_the_folder(
    jobs: int, listed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @contextmanager
    def full(path: Path) -> Iterator[Destination]:
        if path.name.startswith("EXCH002"):
            raise UsageError("the report can't be written: No space left on device", path=str(path))
        with open_destination(path) as destination:
            yield destination

    monkeypatch.setattr(report_folder, "open_destination", full)
    output = listed.parent / "all.json"
    assert hunted(listed, "--output", str(output), jobs=jobs) == 2
    assert len(list((listed.parent / "reports").iterdir())) == COUNT - 1
    assert len(json.loads(output.read_text())["reports"]) == COUNT
    assert "No space left on device" in capsys.readouterr().err


class FullStream:
    """A stream whose disk is full after some writes."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._left = 2

    def write(self, text: str) -> int:
        self._left -= 1
        if self._left < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return int(self._stream.write(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_full_disk_of_the_output_stops_no_hunt(
    jobs: int, listed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @contextmanager
    def full(path: str, *, keeps: bool) -> Iterator[Destination]:
        with open_destination(path) as destination:
            yield destination._replace(stream=FullStream(destination.stream))  # type: ignore[arg-type]

        assert not keeps

    monkeypatch.setattr("webshellhunt.cli.outputs.open_destination", full)
    output = listed.parent / "all.json"
    assert hunted(listed, "--output", str(output), jobs=jobs) == 2
    assert not output.exists()
    assert len(list((listed.parent / "reports").iterdir())) == COUNT
    assert "all.json: the report can't be written: No space left on device" in capsys.readouterr().err


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_goes_on_from_the_reports_of_an_earlier_one(
    jobs: int, listed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = (listed.parent / name for name in ("first.json", "second.json"))
    (listed.parent / "case-004" / "inetpub" / "wwwroot" / "odd.aspx").write_text("<p>odd</p>")
    hunted(listed, "--all", "--output", str(first))
    folder = listed.parent / "reports"
    done = sorted(folder.iterdir())
    done[1].unlink()
    done[2].write_text(done[2].read_text()[:300])
    interrupted = json.loads(done[3].read_text())
    interrupted["reports"][0]["summary"]["interrupted"] = True
    done[3].write_text(json.dumps(interrupted))
    kept = {each: each.stat().st_mtime_ns for each in (done[0], done[4], done[5])}
    capsys.readouterr()
    assert hunted(listed, "--output", str(second), jobs=jobs) == 2
    assert "has the reports of 5 of these locations already; pass --resume" in capsys.readouterr().err
    assert hunted(listed, "--all", "--resume", "--output", str(second), jobs=jobs) == 1
    said = capsys.readouterr().err
    assert f"5 of 6 locations have a report in {folder}" in said
    assert "the location is hunted through again" in said
    assert {each: each.stat().st_mtime_ns for each in kept} == kept
    assert [len(read_file(each).reports) for each in done] == [1] * COUNT
    names = [[report["location"] for report in json.loads(each.read_text())["reports"]] for each in (first, second)]
    assert names[0] == names[1]
    assert json.loads(first.read_text())["fleet"] == json.loads(second.read_text())["fleet"]
    assert [each["hosts"] for each in json.loads(second.read_text())["fleet"]["outliers"]] == [["EXCH004"]]


def test_reports_without_benign_files_make_no_outliers_of_a_resumed_run(listed: Path) -> None:
    output = listed.parent / "all.json"
    hunted(listed)
    min((listed.parent / "reports").iterdir()).unlink()
    hunted(listed, "--resume", "--output", str(output))
    fleet = json.loads(output.read_text())["fleet"]
    assert fleet["outliers"] == []
    assert any("hunt with --all: EXCH001, EXCH002" in each for each in fleet["notes"])


def test_hostile_names_are_plain_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "case").mkdir()
    for name in ("CON", "..x", "a b\x1b[2J\u202egnp"):
        (tmp_path / "case" / name).mkdir()
        (tmp_path / "case" / name / "a.aspx").write_text("<p>")
    places = [str(each) for each in sorted((tmp_path / "case").iterdir())]
    main(["hunt", *places, "--jobs", "1", "--reports", str(tmp_path / "reports")])
    files = [each.name for each in (tmp_path / "reports").iterdir()]
    assert len(files) == 3
    assert all(each.isascii() and each.endswith(".json") and not each.startswith(".") for each in files)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--resume"], "--resume needs the folder of the reports"),
        (["--reports", "absent/deep"], "this folder can't be made"),
        (["--reports", "case"], "never written inside the evidence"),
        (["--reports", "file"], "this folder can't be made"),
    ],
)
def test_a_wrong_folder_is_said_at_once(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "case").mkdir()
    (tmp_path / "file").write_text("x")
    assert main(["hunt", "case", *words]) == 2
    assert said in capsys.readouterr().err
