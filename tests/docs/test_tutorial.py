"""The tutorial works: its own commands, in its order, have the results that it describes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import TOP, Block, iter_blocks

_TUTORIAL = "docs/tutorial/first-hunt.md"


def _block(beginning: str) -> Block:
    (found,) = (b for b in iter_blocks("bash", "console", "text", "toml") if _is_it(b, beginning))
    return found


def _is_it(block: Block, beginning: str) -> bool:
    return block.page == _TUTORIAL and block.text.removeprefix("$ ").startswith(beginning)


def _run(block: Block, folder: Path) -> subprocess.CompletedProcess[str]:
    commands = 'webshellhunt() { "$PYTHON" -m webshellhunt "$@"; }\n' + block.text.replace("$ ", "")
    environment = {**os.environ, "PYTHON": sys.executable, "PYTHONPATH": str(TOP), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        ["bash", "-c", commands], cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )


@pytest.mark.skipif(shutil.which("bash") is None or os.name == "nt", reason="needs a POSIX shell")
def test_the_tutorial(tmp_path: Path) -> None:
    hunted = _run(_block("mkdir -p evidence"), tmp_path)
    assert hunted.returncode == 1, hunted.stderr
    assert _block(" 1. SUSPICIOUS").text.rstrip() in hunted.stdout
    written = _run(_block("webshellhunt hunt evidence --all"), tmp_path)
    assert written.returncode == 1, written.stderr
    assert (tmp_path / "report.jsonl").is_file()
    (tmp_path / "ours.toml").write_text(_block("[[accept]]").text.replace("2027", "2999"), encoding="utf-8")
    accepted = _run(_block("webshellhunt hunt evidence --accept"), tmp_path)
    assert accepted.returncode == 0, accepted.stderr
    assert "Accepted by you" in accepted.stdout
    assert "the page of the tutorial" in accepted.stdout
    logs = _run(_block("mkdir -p logs"), tmp_path)
    assert logs.returncode == 0, logs.stdout
    assert "WSH7003" in logs.stdout
