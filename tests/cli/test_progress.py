"""The progress line of a terminal, and the lines of --verbose."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.cases import report
from tests.reports.strategies import hostile
from webshellhunt.cli import progress
from webshellhunt.cli.progress import Details, ProgressLine, duration
from webshellhunt.model.findings import Gap
from webshellhunt.model.progress import Progress, Stage

FILES = Progress(Stage.FILES, 300, 900, 3, r"C:\inetpub\wwwroot", r"C:\inetpub\wwwroot\aspnet_client\x.aspx")
SIZED = FILES._replace(done_bytes=41_000_000, total_bytes=96_000_000, worst=r"C:\inetpub\wwwroot\w.aspx")


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def clock_of_terminal(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Make standard error a terminal of 120 columns, and return a clock; capsys sets the stream only for the test."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(shutil, "get_terminal_size", lambda: os.terminal_size((121, 24)))
    return Clock()


@pytest.mark.parametrize(
    ("terminal", "quiet", "shown"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_the_line_is_rewritten_on_a_terminal_alone(
    terminal: bool, quiet: bool, shown: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    for is_hunt in (False, True):
        line = ProgressLine(quiet=quiet)
        if is_hunt:
            line.show(Progress(Stage.FILES, 7, path="a/b.aspx"))
        else:
            line(7, "a/b.aspx")
        line.clear()
        captured = capsys.readouterr()
        assert ("7" in captured.err and "b.aspx" in captured.err) is shown
        assert captured.err.endswith("\r") is shown
        assert not captured.out


def test_other_things_are_counted_by_their_noun(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    ProgressLine(noun="copied file")(1, "a/u_ex210303.log")
    assert "1 copied file  a/u_ex210303.log" in capsys.readouterr().err


def test_counts_finds_rate_times_and_root(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    clock = clock_of_terminal(monkeypatch)
    line = ProgressLine(clock=clock)
    line.show(FILES._replace(done=0, path=""))
    capsys.readouterr()
    clock.now = 3.0
    line.show(FILES)
    assert capsys.readouterr().err.strip() == (
        r"files: 300 of 900  3 with findings  100/s  0:03, about 0:06 left  C:\inetpub\wwwroot  aspnet_client\x.aspx"
    )


def test_bytes_and_the_worst_file_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock_of_terminal(monkeypatch)
    line = ProgressLine(clock=lambda: 0.0)
    line.show(SIZED)
    assert "files: 300 of 900, 41.0 MB of 96.0 MB  3 with findings, worst w.aspx  0:00" in capsys.readouterr().err


def test_the_rest_of_logs_is_estimated_by_their_size(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = clock_of_terminal(monkeypatch)
    line = ProgressLine(clock=clock)
    line.show(Progress(Stage.LOGS, total=9, total_bytes=400))
    clock.now = 10.0
    line.show(Progress(Stage.LOGS, 1, 9, done_bytes=100, total_bytes=400))
    assert "0:10, about 0:30 left" in capsys.readouterr().err


def test_a_pipe_has_a_line_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    line, silent = ProgressLine(clock=clock), ProgressLine(clock=clock, quiet=True)
    for second in range(150):
        clock.now = float(second)
        line.show(SIZED._replace(done=second))
        silent.show(SIZED)
    line.clear()
    lines = capsys.readouterr().err.splitlines()
    assert [each.split("  ")[0] for each in lines] == [
        f"webshellhunt: files: {second} of 900, 41.0 MB of 96.0 MB" for second in (60, 120)
    ]
    assert all("left" in each and each.isprintable() for each in lines)


def test_no_rest_is_estimated_without_a_total_or_too_early(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = clock_of_terminal(monkeypatch)
    line = ProgressLine(clock=clock)
    for now, at in ((FILES, 0.5), (FILES._replace(total=None), 9.0), (FILES._replace(done=3), 9.5)):
        clock.now = at
        line.show(now)
        assert "left" not in capsys.readouterr().err


def test_a_second_pass_has_its_own_rate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    clock = clock_of_terminal(monkeypatch)
    line = ProgressLine(clock=clock)
    for at, done in ((0.0, 0), (600.0, 1_000), (600.2, 1), (612.2, 21)):
        clock.now = at
        line.show(Progress(Stage.LOGS, done, 1_000))
    assert "2/s  10:12, about 9:19 left" in capsys.readouterr().err


def test_a_stage_without_a_count_is_named_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = clock_of_terminal(monkeypatch)
    line = ProgressLine(clock=clock)
    line.show(FILES)
    line.show(Progress(Stage.CONCLUSION, path="E:\\"))
    assert "joining the results  0:00" in capsys.readouterr().err


def test_a_line_is_written_ten_times_a_second_at_most(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = clock_of_terminal(monkeypatch)
    line = ProgressLine(clock=clock)
    line.show(FILES)
    clock.now = 0.05
    line.show(FILES._replace(done=301))
    assert "301" not in capsys.readouterr().err


@given(hostile, hostile, st.integers(0, 10**9), st.none() | st.integers(0, 10**9), st.integers(2, 200))
def test_no_name_steers_the_terminal_and_the_line_fits(
    root: str, path: str, done: int, total: int | None, columns: int
) -> None:
    written: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.stderr, "isatty", lambda: True)
        patch.setattr(shutil, "get_terminal_size", lambda: os.terminal_size((columns, 24)))
        patch.setattr(progress, "write_error", written.append)
        ProgressLine().show(Progress(Stage.FILES, done, total, 1, root, path))
    (line,) = written
    assert line.startswith("\r")
    assert line[1:].isprintable()
    assert len(line) - 1 <= columns


def test_details_are_lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    clock = clock_of_terminal(monkeypatch)
    details = Details(ProgressLine(quiet=True), clock=clock)
    details.show(Progress(Stage.SURVEY))
    clock.now = 1.5
    details.show(FILES)
    details.show(FILES._replace(done=301))
    clock.now = 4.0
    made = report(gaps=[Gap("unreadable", "walk", "C:\\x\x1b", "permission denied", matters=True)])
    details.end(replace(made, interrupted=True))
    assert capsys.readouterr().err.splitlines() == [
        "webshellhunt: survey: 1.5 s",
        r"webshellhunt: walking C:\inetpub\wwwroot",
        "webshellhunt: files: 2.5 s, 301 files",
        r"webshellhunt: not examined (unreadable, matters): C:\x\x1b: permission denied",
    ]
    Details(ProgressLine(quiet=True)).end(None)
    assert not capsys.readouterr().err


def test_a_duration_in_words() -> None:
    assert [duration(each) for each in (-1, 0, 65, 7209)] == ["0:00", "0:00", "1:05", "2:00:09"]
