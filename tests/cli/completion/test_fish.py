"""The completion in a real fish."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.completion.cases import tree
from webshellhunt.cli.completion import script

needs_fish = pytest.mark.skipif(shutil.which("fish") is None, reason="needs fish")


def ask(line: str, folder: Path) -> list[str]:
    """Return what fish offers for the end of a line."""
    (folder / "script.fish").write_text(script("fish", tree()))
    words = f"source {folder / 'script.fish'}; complete -C '{line}'"
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "TERM": "dumb"}
    done = subprocess.run(
        ["fish", "--no-config", "-c", words], capture_output=True, text=True, check=True, env=environment, cwd=folder
    )
    assert done.stderr == ""
    return [each.partition("\t")[0] for each in done.stdout.splitlines()]


@needs_fish
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("webshellhunt co", {"compare", "completion"}),
        ("webshellhunt baseline ", {"make", "show", "compare"}),
        ("webshellhunt hunt --fail-on ", {"malicious", "suspicious", "unexplained", "vulnerable"}),
        ("webshellhunt completion ", {"bash", "zsh", "fish", "powershell"}),
        ("webshellhunt render --raw", {"--raw-excerpts"}),
    ],
)
def test_what_is_offered(line: str, offered: set[str], tmp_path: Path) -> None:
    assert {each for each in ask(line, tmp_path) if each != "script.fish"} == offered


@needs_fish
def test_files_are_offered_where_a_path_is_taken(tmp_path: Path) -> None:
    (tmp_path / "EXCH01.json").write_text("{}")
    for line in ("webshellhunt render EXC", "webshellhunt hunt --output EXC", "webshellhunt compare EXC"):
        assert ask(line, tmp_path) == ["EXCH01.json"]
