"""The completion in a real zsh, asked through a pseudo-terminal."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.completion.cases import tree
from webshellhunt.cli.completion import script

needs_zsh = pytest.mark.skipif(shutil.which("zsh") is None or os.name == "nt", reason="needs zsh")

# Stands for the function of zsh that shows the matches: it prints them.
_ASK = r"""
zmodload zsh/zpty
zpty asked zsh -f -i
zpty -w asked "fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D; PROMPT=; unsetopt zle_bracketed_paste"
zpty -w asked "zstyle ':completion:*' list-prompt ''; LISTMAX=10000; LINES=500; COLUMNS=200; echo ready"
zpty -r -m asked line '*ready*ready*'
zpty -w -n asked "$2"$'\t'$'\t'
sleep 1
while zpty -r -t asked line; do print -rn -- "$line"; sleep 0.1; done
zpty -d asked
"""


def ask(line: str, folder: Path) -> str:
    """Return what zsh shows after two tabs."""
    (folder / "_webshellhunt").write_text(script("zsh", tree()))
    done = subprocess.run(
        ["zsh", "-f", "-c", _ASK, "zsh", str(folder), line], capture_output=True, text=True, check=False
    )
    return done.stdout


@needs_zsh
def test_the_script_is_one(tmp_path: Path) -> None:
    (tmp_path / "_webshellhunt").write_text(script("zsh", tree()))
    done = subprocess.run(["zsh", "-n", str(tmp_path / "_webshellhunt")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@needs_zsh
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("webshellhunt ", ["hunt", "compare", "render", "baseline"]),
        ("webshellhunt baseline ", ["make", "show", "compare"]),
        ("webshellhunt hunt --fail-on ", ["malicious", "suspicious", "vulnerable"]),
        ("webshellhunt completion ", ["bash", "fish", "powershell"]),
        ("webshellhunt hunt --show", ["--show-secrets"]),
    ],
)
def test_what_is_offered(line: str, offered: list[str], tmp_path: Path) -> None:
    shown = ask(line, tmp_path)
    assert [word for word in offered if word not in shown] == [], shown
