"""Whole process trees: the commands of a hunt and of ``yara``, and the CPU time and memory that they take."""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import webshellhunt

_EXTERNALS = ("filename", "filepath", "extension", "filetype", "owner")
"""Variables of the public rules; the command line sets them once for all files."""


class Cost(NamedTuple):
    """What a process and its children took: CPU seconds in the program and in the system, and the largest one's MiB."""

    user_s: float
    system_s: float
    peak_mib: float

    @property
    def cpu_s(self) -> float:
        """The CPU seconds together."""
        return self.user_s + self.system_s


def compile_package() -> None:
    """Write the bytecode of the package, which an installation of it has."""
    compileall.compile_dir(Path(webshellhunt.__file__).parent, quiet=1)


def cost_of(command: Sequence[str]) -> Cost:
    """Run a command without its output and return its cost."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1, 3):
        print(f"exit status {process.returncode}: {' '.join(command[:6])} …", file=sys.stderr)
    return Cost(used.ru_utime, used.ru_stime, used.ru_maxrss / 1024)


def hunt_command(folder: Path, report: Path, *options: str) -> list[str]:
    """Return the command of a hunt through a folder, which writes a report."""
    hunt = [sys.executable, "-m", "webshellhunt", "hunt", str(folder), "--format", "jsonl"]
    return [*hunt, "--output", str(report), "--quiet", *options]


def yara_command(rules: Sequence[Path | str], folder: Path) -> list[str]:
    """Return the command of ``yara`` over a folder, with two threads."""
    externals = [part for name in _EXTERNALS for part in ("-d", f"{name}=x")]
    return ["yara", "-r", "-p", "2", "-w", "-N", *externals, *map(str, rules), str(folder)]
