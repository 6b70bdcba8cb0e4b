"""``python -m webshellhunt`` is the command."""

from __future__ import annotations

import subprocess
import sys

from webshellhunt.version import __version__


def test_the_module_is_the_command() -> None:
    words = [sys.executable, "-m", "webshellhunt"]
    done = subprocess.run([*words, "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, f"webshellhunt {__version__}")
    wrong = subprocess.run([*words, "no-such"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("usage: webshellhunt ")


def test_importing_it_runs_nothing() -> None:
    line = "import webshellhunt.__main__; print('quiet')"
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True)
    assert done.stdout == "quiet\n"
