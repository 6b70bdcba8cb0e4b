"""Progress: one line on a terminal's standard error, rewritten in place; nowhere else."""

from __future__ import annotations

import shutil
import sys
import time

from webshellhunt.cli.output import write_error
from webshellhunt.reports.printable import one_line

_EVERY_S = 0.1


class ProgressLine:
    """Shows how many files were examined, and the latest; says nothing where nobody looks."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._shown = not quiet and sys.stderr.isatty()
        self._last = 0.0
        self._dirty = False

    def __call__(self, files: int, path: str) -> None:
        """Show the count and the path, at most ten times a second."""
        now = time.monotonic()
        if not self._shown or now - self._last < _EVERY_S:
            return
        width = shutil.get_terminal_size().columns - 1
        # The end of a path tells more than its beginning.
        head, name = f"{files:,} file{'s' * (files != 1)}  ", one_line(path)
        line = head + name[-max(width - len(head), 1) :]
        write_error(f"\r{line[:width]:<{width}}")
        self._last, self._dirty = now, True

    def clear(self) -> None:
        """Take the line away."""
        if self._dirty:
            write_error(f"\r{'':<{shutil.get_terminal_size().columns - 1}}\r")
            self._dirty = False
