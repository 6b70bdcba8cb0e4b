"""The progress line of a terminal."""

from __future__ import annotations

import sys

import pytest

from webshellhunt.cli.progress import ProgressLine


@pytest.mark.parametrize(
    ("terminal", "quiet", "shown"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_progress_is_shown_on_a_terminal_alone(
    terminal: bool, quiet: bool, shown: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    line = ProgressLine(quiet=quiet)
    line(7, "a/b.aspx")
    line.clear()
    err = capsys.readouterr().err
    assert ("7 files" in err and "b.aspx" in err) is shown
    assert err.endswith("\r") is shown


def test_logs_are_counted_as_logs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    ProgressLine(noun="log")(1, "a/u_ex210303.log")
    assert "1 log  a/u_ex210303.log" in capsys.readouterr().err
