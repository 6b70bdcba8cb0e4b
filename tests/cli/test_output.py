"""The standard streams of a command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from webshellhunt.cli import output


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
