"""Output: the standard streams, as they really are: a console of any code page, a pipe whose reader leaves, a file."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from webshellhunt.errors import UsageError, WebShellHuntError

if TYPE_CHECKING:
    from webshellhunt.reports import Options

_READER_LEFT = {errno.EPIPE, errno.EINVAL} if os.name == "nt" else {errno.EPIPE}


def prepare_streams() -> None:
    """Let no character be an error, whatever the code page of the console, nor a stream that is closed."""
    # A stream that is closed when Python starts is None, whatever its type says.
    sys.stdout, sys.stderr = (stream or Path(os.devnull).open("w") for stream in (sys.stdout, sys.stderr))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def complain(sentence: str) -> None:
    """Say on standard error what is wrong, in one line that no hostile name can break."""
    from webshellhunt.reports.printable import one_line  # here, so that --version starts without it

    sys.stderr.write(f"webshellhunt: {one_line(sentence)}\n")


@contextmanager
def standard_output() -> Iterator[TextIO]:
    """Give standard output; when its reader leaves (``| head``), what is still written goes nowhere, in silence.

    Raises:
        UsageError: nothing can be written there, for instance since the disk is full.
    """
    try:
        yield sys.stdout
        sys.stdout.flush()
    except OSError as error:
        if isinstance(error, WebShellHuntError):
            raise
        # What is left in the buffer would fail once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno not in _READER_LEFT:
            raise UsageError(f"standard output can't be written: {error.strerror or error}") from error


def options_for(arguments: Namespace, stream: TextIO, *, on_disk: bool = False) -> Options:
    """Return the options of a report that goes to this stream."""
    from webshellhunt.reports import Options

    terminal = stream.isatty()
    return Options(
        show_all=getattr(arguments, "show_all", False),
        raw_excerpts=arguments.raw_excerpts,
        show_secrets=arguments.show_secrets,
        color=terminal and _has_colors(),
        width=shutil.get_terminal_size().columns if terminal else None,
        on_disk=on_disk or _is_file(stream),
    )


def _has_colors() -> bool:
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    # A console of an older Windows shows the codes themselves; the newer terminal names itself.
    return os.name != "nt" or any(name in os.environ for name in ("WT_SESSION", "ANSICON", "TERM"))


def _is_file(stream: TextIO) -> bool:
    try:
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError, AttributeError):
        return False
