"""Signals for real: a hunt in a process of its own, ended at chosen moments, with and without workers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.builders.signalled import MIDDLE, MOMENTS, run_signalled
from tests.reports.cases import SHELL

FILES = 120
STATUS = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129}

posix = pytest.mark.skipif(os.name == "nt", reason="signals are others there")


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evidence")
    for number in range(FILES):
        (folder / f"{number:04}.aspx").write_text(SHELL if number == 0 else "<%= 1 %>")
    return folder


@pytest.fixture
def output(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out" / "report.jsonl"


def records(output: Path) -> list[dict[str, Any]]:
    """Return the records of a report, which is the only file of its folder."""
    assert [each.name for each in output.parent.iterdir()] == [output.name]
    return [json.loads(line) for line in output.read_text().splitlines()]


def said(err: bytes, output: Path, reports: int = 1) -> list[bytes]:
    """Return what standard error has besides a sentence for each report and for all, and where they are."""
    *lines, last = err.splitlines()
    assert last == f"webshellhunt: report written to {output}".encode()
    return lines[: -reports if reports == 1 else -reports - 1]


@posix
@pytest.mark.parametrize(("moment", "jobs"), [*((moment, "1") for moment in MOMENTS), ("early", "2"), ("middle", "2")])
@pytest.mark.parametrize("name", STATUS)
def test_whatever_ends_it_nothing_is_lost(moment: str, name: str, jobs: str, evidence: Path, output: Path) -> None:
    # A terminal sends to the workers too.
    words = ["hunt", str(evidence), "--jobs", jobs, "--output", str(output)]
    ended = run_signalled(moment, [signal.Signals[name]], *words, group=name != "SIGTERM")
    assert (ended.status, ended.survivors) == (STATUS[name], False)
    if moment == "start-up":
        assert ended.err == b"webshellhunt: interrupted\n"
        assert not list(output.parent.iterdir())
        return
    assert said(ended.err, output) == []
    *found, summary = records(output)
    assert summary["kind"] == "summary"
    # A report that was being written is complete.
    assert summary["interrupted"] is (moment != "rendering")
    files = summary["counts"]["files"]
    assert {"survey": files == 0, "early": 0 <= files < FILES, "middle": 0 < files < FILES}.get(moment, files == FILES)
    if moment == "middle":
        assert files in (MIDDLE - 1, MIDDLE)
    if moment not in ("survey", "early"):
        assert [each["disposition"] for each in found if each["kind"] == "verdict"] == ["malicious"]


@posix
@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_workers_that_are_started_otherwise_end_as_well(method: str, evidence: Path, output: Path) -> None:
    words = ["hunt", str(evidence), "--jobs", "2", "--output", str(output)]
    ended = run_signalled("middle", [signal.SIGINT], *words, group=True, start_method=method)
    assert (ended.status, said(ended.err, output), ended.survivors) == (130, [], False)
    assert records(output)[-1]["interrupted"] is True


@posix
@pytest.mark.parametrize("moment", ["middle", "rendering"])
def test_a_second_signal_loses_nothing(moment: str, evidence: Path, output: Path) -> None:
    words = ["hunt", str(evidence), "--jobs", "1", "--output", str(output)]
    ended = run_signalled(moment, [signal.SIGTERM, signal.SIGHUP], *words)
    assert ended.status == 143
    assert said(ended.err, output) == [
        b"webshellhunt: the report is being written; a third signal ends this without one"
    ]
    assert records(output)[-1]["kind"] == "summary"


@posix
def test_a_third_signal_ends_it_without_a_report(evidence: Path, output: Path) -> None:
    words = ["hunt", str(evidence), "--jobs", "2", "--output", str(output)]
    ended = run_signalled("rendering", [signal.SIGINT] * 3, *words, group=True)
    assert (ended.status, ended.survivors) == (130, False)
    assert ended.err.splitlines()[-1] == b"webshellhunt: interrupted"
    assert b"Traceback" not in ended.err
    assert not list(output.parent.iterdir())


@posix
def test_a_killed_hunt_leaves_no_worker(evidence: Path) -> None:
    ended = run_signalled("middle", [signal.SIGKILL], "hunt", str(evidence), "--jobs", "2")
    assert (ended.status, ended.survivors) == (-signal.SIGKILL, False)


@posix
def test_a_signal_that_is_ignored_stays_ignored(evidence: Path, output: Path) -> None:
    words = ["hunt", str(evidence), "--jobs", "1", "--output", str(output)]
    ended = run_signalled("middle", [signal.SIGHUP], *words, ignored="SIGHUP")
    assert (ended.status, said(ended.err, output)) == (1, [])
    assert records(output)[-1]["counts"]["files"] == FILES


@posix
@pytest.mark.parametrize("form", ["json", "text"])
def test_standard_output_gets_the_report_so_far(form: str, evidence: Path) -> None:
    ended = run_signalled("middle", [signal.SIGTERM], "hunt", str(evidence), "--jobs", "1", "--format", form)
    assert (ended.status, ended.err) == (143, b"")
    if form == "json":
        [report] = json.loads(ended.out)["reports"]
        assert report["summary"]["interrupted"] is True
    else:
        assert ended.out.startswith(b"Interrupted: this report covers only the files examined before that.\n")


@posix
def test_the_reports_before_the_interrupted_one_are_kept(evidence: Path, output: Path, tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "x.aspx").write_text(SHELL)
    locations = [str(tmp_path / "small"), str(evidence), str(tmp_path / "small")]
    words = ["hunt", *locations, "--jobs", "1", "--output", str(output)]
    ended = run_signalled("middle", [signal.SIGTERM], *words)
    assert (ended.status, said(ended.err, output, reports=2)) == (143, [])
    summaries = [each for each in records(output) if each["kind"] == "summary"]
    assert [each["location"] for each in summaries] == locations[:2]
    assert [each["interrupted"] for each in summaries] == [False, True]


@posix
@pytest.mark.parametrize("words", ["examine {file}", "examine {file} --as C:/inetpub/wwwroot/x.aspx"])
def test_examine_reports_what_it_found_so_far(words: str, evidence: Path) -> None:
    line = words.format(file=evidence / "0000.aspx").split()
    ended = run_signalled("correlation", [signal.SIGTERM], *line, "--format", "jsonl")
    assert (ended.status, ended.err) == (143, b"")
    *_, summary = map(json.loads, ended.out.splitlines())
    assert summary["interrupted"] is True


@pytest.mark.skipif(os.name == "nt", reason="a closed stream is another thing there")
@pytest.mark.parametrize(("closed", "words", "status"), [(1, "demo", 0), (1, "hunt .", 3), (2, "hunt missing", 2)])
def test_a_stream_that_is_closed_changes_no_status(closed: int, words: str, status: int, tmp_path: Path) -> None:
    line = f'exec "$0" -m webshellhunt {words} {closed}>&-'
    done = subprocess.run(["sh", "-c", line, sys.executable], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == status
    assert b"Traceback" not in done.stderr
