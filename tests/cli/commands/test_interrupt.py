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

from tests.builders.logs import row, text_log
from tests.builders.signalled import MIDDLE, MOMENTS, MOMENTS_OF_LOGS, run_signalled
from tests.reports.cases import SHELL
from webshellhunt.model.traffic import LogKind

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


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a server with a shell, and two logs with the requests for it."""
    top = tmp_path_factory.mktemp("server")
    (top / "inetpub" / "wwwroot" / "aspnet_client").mkdir(parents=True)
    (top / "inetpub" / "wwwroot" / "aspnet_client" / "x.aspx").write_text(SHELL)
    logs = top / "inetpub" / "logs" / "LogFiles" / "W3SVC1"
    logs.mkdir(parents=True)
    for day in (3, 4):
        used = row(f"2021-03-0{day} 04:05:06", "/aspnet_client/x.aspx", method="POST", client="203.0.113.7")
        (logs / f"u_ex21030{day}.log").write_bytes(text_log(LogKind.IIS, used))
    return top


UNREAD = {
    "log-search": "the search for logs was interrupted, and none was read",
    "first-reading": "0 of 2 logs were read completely",
    "one-log": "0 of 2 logs were read completely",
    "evaluation": "2 of 2 logs were read completely; their results were not evaluated completely",
    "second-reading": "0 of 2 logs were searched for all requests of the clients of accused pages",
}


@posix
@pytest.mark.parametrize(
    ("moment", "jobs"),
    [*((moment, jobs) for moment in MOMENTS_OF_LOGS for jobs in ("1", "2")), ("one-log", "1")],
)
@pytest.mark.parametrize("name", STATUS)
def test_a_signal_while_logs_are_read_loses_no_page(
    moment: str, name: str, jobs: str, server: Path, output: Path
) -> None:
    words = ["hunt", str(server), "--jobs", jobs, "--output", str(output)]
    ended = run_signalled(moment, [signal.Signals[name]], *words, group=name != "SIGTERM")
    assert (ended.status, ended.survivors, said(ended.err, output)) == (STATUS[name], False, [])
    *found, summary = records(output)
    assert summary["interrupted"] is True
    (page,) = [each for each in found if each["kind"] == "verdict"]
    assert (page["disposition"], page["path"].rpartition("\\")[2]) == ("malicious", "x.aspx")
    gaps = [each["reason"] for each in found if each["kind"] == "gap" and each["code"] == "interrupted"]
    assert gaps == ([UNREAD[moment]] if moment in UNREAD else [])
    # What the logs that were read prove is told, and nothing is told about those that were not.
    was_read = moment in ("evaluation", "second-reading", "correlation")
    assert (page["use"] or {}).get("requests") == (2 if was_read else None)


@posix
def test_the_text_says_that_all_pages_were_examined(server: Path) -> None:
    ended = run_signalled("first-reading", [signal.SIGTERM], "hunt", str(server), "--jobs", "1")
    assert (ended.status, ended.err) == (143, b"")
    first = ended.out.partition(b"\n")[0].decode()
    assert first == f"Interrupted while the logs were read: all files were examined, and {UNREAD['first-reading']}."
    assert b"not requested" not in ended.out


@posix
@pytest.mark.parametrize("moment", ["first-reading", "one-log", "evaluation"])
def test_logs_alone_are_told_as_far_as_they_were_read(moment: str, server: Path, output: Path) -> None:
    words = ["logs", str(server), "--jobs", "1", "--output", str(output)]
    ended = run_signalled(moment, [signal.SIGTERM], *words)
    assert ended.status == 143
    *found, summary = records(output)
    assert summary["interrupted"] is True
    assert [each["reason"] for each in found if each.get("code") == "interrupted"] == [UNREAD[moment]]


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
@pytest.mark.parametrize(("closed", "words", "status"), [(1, "demo", 2), (1, "hunt .", 2), (2, "hunt missing", 2)])
def test_a_closed_output_is_a_sentence_and_wrong_use(closed: int, words: str, status: int, tmp_path: Path) -> None:
    line = f'exec "$0" -m webshellhunt {words} {closed}>&-'
    done = subprocess.run(["sh", "-c", line, sys.executable], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == status
    assert b"Traceback" not in done.stderr
    assert (b"standard output is closed" in done.stderr) is (closed == 1)
