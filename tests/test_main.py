"""``python -m webshellhunt`` is the command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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


_SPAWNING = (
    "import multiprocessing, runpy, sys; multiprocessing.set_start_method('spawn'); "
    "runpy.run_module('webshellhunt', run_name='__main__', alter_sys=True)"
)


@pytest.mark.parametrize("words", [["-m", "webshellhunt"], ["-c", _SPAWNING]])
def test_nothing_is_imported_from_the_folder_that_is_hunted(words: list[str], tmp_path: Path) -> None:
    trap = "import os; open(os.environ['TRAP'], 'a').write(__name__ + ' ')"
    modules = ("yara", "yara_x", "chardet", "pefile", "dnfile", "jinja2", "json", "typing", "logging", "unused")
    evidence, trapped = tmp_path / "evidence", tmp_path / "trapped"
    evidence.mkdir()
    for name in modules:
        (evidence / f"{name}.py").write_text(trap)
    for number in range(40):
        (evidence / f"{number}.aspx").write_text(f"<%@ Page %><p>{number}</p>")
    root = str(Path(__file__).parents[1])
    env = {**os.environ, "PYTHONPATH": root, "TRAP": str(trapped)}
    env.pop("PYTHONSAFEPATH", None)
    command = [sys.executable, *words, "hunt", ".", "--jobs", "2", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=evidence, env=env, timeout=900)
    assert (done.returncode, done.stderr) == (0, "")
    assert "50 files examined" in done.stdout
    assert not trapped.exists()


def test_without_docstrings_rules_have_no_page_so_it_is_refused() -> None:
    words = [sys.executable, "-OO", "-m", "webshellhunt", "rules"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "python -OO" in done.stderr
