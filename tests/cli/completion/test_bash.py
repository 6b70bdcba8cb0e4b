"""The completion in a real bash."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.completion.cases import tree
from webshellhunt.cli.completion import script

_ASK = """
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_webshellhunt
printf '%s\\n' "${COMPREPLY[@]}"
"""

needs_bash = pytest.mark.skipif(shutil.which("bash") is None or os.name == "nt", reason="needs bash")


def ask(*words: str) -> list[str]:
    """Return what bash offers for the last word."""
    done = subprocess.run(
        ["bash", "--norc", "-c", script("bash", tree()) + _ASK, "bash", "webshellhunt", *words],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


@needs_bash
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["h"], {"hunt"}),
        (["co"], {"compare", "completion"}),
        (["baseline", ""], {"make", "show", "compare"}),
        (["baseline", "s"], {"show"}),
        (["--v"], {"--version"}),
        (["hunt", "C:", "--fail-on", ""], {"malicious", "suspicious", "unexplained", "vulnerable"}),
        (["render", "x.json", "--format", "jso"], {"json", "jsonl"}),
        (["render", "--o"], {"--output"}),
        (["baseline", "make", "--with"], {"--with-text"}),
        (["completion", ""], {"bash", "zsh", "fish", "powershell"}),
        (["explain", "WSH1001"], {"WSH1001"}),
        (["hunt", "--output", "x"], set()),
        (["hunt", "x"], set()),
        (["hunt", "hunt", "--from"], {"--from-list"}),
    ],
)
def test_what_is_offered(words: list[str], offered: set[str]) -> None:
    assert set(ask(*words)) == offered


@needs_bash
def test_each_option_of_each_command_is_offered() -> None:
    for command in tree():
        names = {name for option in command.options for name in option.names}
        assert set(ask(*command.words, "-")) == names, command.words


@needs_bash
def test_an_interactive_shell_takes_it(tmp_path: Path) -> None:
    (tmp_path / "script").write_text(script("bash", tree()))
    line = f"source {tmp_path / 'script'} && complete -p webshellhunt"
    done = subprocess.run(["bash", "--norc", "-ic", line], capture_output=True, text=True, check=True)
    assert done.stdout == "complete -o default -F _webshellhunt webshellhunt\n"
