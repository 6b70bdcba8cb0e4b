"""The standard streams of a command."""

from __future__ import annotations

import pytest

from webshellhunt.cli import output


def test_a_complaint_is_one_line_of_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    output.complain("it\nbroke\x1b[2J")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "\x1b" not in captured.err
