"""A progress line on standard error, rewritten in place; only on a terminal."""

from __future__ import annotations

import shutil
import sys
import time

from webshellhunt.cli.output import write_error
from webshellhunt.reports.printable import one_line

_EVERY_S = 0.1


class ProgressLine:
    """The number of examined files, or of logs, and the latest path; silent without a terminal."""

    def __init__(self, *, quiet: bool = False, noun: str = "file") -> None:
        self._noun = noun
        self._shown = not quiet and sys.stderr.isatty()
        self._last = 0.0
        self._dirty = False

    def __call__(self, files: int, path: str) -> None:
        """Show the count and the path, at most ten times a second."""
        now = time.monotonic()
        if not self._shown or now - self._last < _EVERY_S:
            return
        width = shutil.get_terminal_size().columns - 1
        # The end of a path is more informative than its beginning.
        head, name = f"{files:,} {self._noun}{'s' * (files != 1)}  ", one_line(path)
        line = head + name[-max(width - len(head), 1) :]
        write_error(f"\r{line[:width]:<{width}}")
        self._last, self._dirty = now, True

    def clear(self) -> None:
        """Erase the line."""
        if self._dirty:
            write_error(f"\r{'':<{shutil.get_terminal_size().columns - 1}}\r")
            self._dirty = False
