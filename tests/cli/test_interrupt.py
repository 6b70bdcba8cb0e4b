"""Ctrl-C for real: a hunt in a process of its own, with and without workers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

# Code that is followed, so that thousands of them take far longer than any test waits before it interrupts.
PAGE = '<%@ Page Language="C#" %>' + "<%= System.Reflection.Assembly.GetExecutingAssembly() %>" * 300
_START = "import signal, runpy; signal.signal(signal.SIGINT, signal.default_int_handler); runpy.run_module('webshellhunt', run_name='__main__')"  # noqa: E501


@pytest.mark.skipif(os.name == "nt", reason="signals are others there")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_was_found_is_written(jobs: str, tmp_path: Path) -> None:
    evidence, output = tmp_path / "evidence", tmp_path / "report.jsonl"
    evidence.mkdir()
    for number in range(3000):
        (evidence / f"{number:04}.aspx").write_text(PAGE)
    words = ["hunt", str(evidence), "--jobs", jobs, "--format", "jsonl", "--output", str(output)]
    with subprocess.Popen(
        [sys.executable, "-c", _START, *words], stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        while process.poll() is None and not list(tmp_path.glob(".report.jsonl.*")):
            time.sleep(0.05)
        time.sleep(1)  # the survey is done, the files are not
        os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to the workers too
        assert process.wait(timeout=60) == 130
        assert process.stderr is not None
        assert process.stderr.read().count(b"\n") == 2  # the sentence, and where the report is
    summary = json.loads(output.read_text().splitlines()[-1])
    assert summary["interrupted"] is True
    assert summary["counts"]["files"] < 3000


@pytest.mark.skipif(os.name == "nt", reason="signals are others there")
@pytest.mark.parametrize(
    ("signals", "statuses"), [([signal.SIGINT] * 3, (130, -signal.SIGINT)), ([signal.SIGTERM], (-signal.SIGTERM,))]
)
def test_however_a_hunt_is_ended_nothing_of_it_stays(
    signals: list[signal.Signals], statuses: tuple[int, ...], tmp_path: Path
) -> None:
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    for number in range(3000):
        (evidence / f"{number:04}.aspx").write_text(PAGE)
    with subprocess.Popen(
        [sys.executable, "-c", _START, "hunt", str(evidence), "--jobs", "2"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        time.sleep(2)
        for number in signals:
            # A terminal sends Ctrl-C to the workers too; anything else is sent to one process.
            (os.killpg if number is signal.SIGINT else os.kill)(process.pid, number)
            time.sleep(0.15)
        try:
            assert process.wait(timeout=60) in statuses
            assert _is_gone(process.pid), "the workers outlive the hunt"
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _is_gone(group: int) -> bool:
    """Tell whether no process of a group is left, after some seconds at most."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.skipif(os.name == "nt", reason="a closed stream is another thing there")
@pytest.mark.parametrize(("closed", "words", "status"), [(1, "demo", 0), (1, "hunt .", 3), (2, "hunt missing", 2)])
def test_a_stream_that_is_closed_changes_no_status(closed: int, words: str, status: int, tmp_path: Path) -> None:
    line = f'exec "$0" -m webshellhunt {words} {closed}>&-'
    done = subprocess.run(["sh", "-c", line, sys.executable], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == status
    assert b"Traceback" not in done.stderr
