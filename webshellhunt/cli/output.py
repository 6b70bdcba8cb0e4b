"""Output: the standard streams, as they really are: a console of any code page, a pipe whose reader leaves, a file."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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

    write_error(f"webshellhunt: {one_line(sentence)}\n")


def write_error(text: str) -> None:
    """Write to standard error; where nobody is left to read it (a closed terminal), it goes nowhere."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        _abandon(sys.stderr)


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
        _abandon(sys.stdout)
        if error.errno not in _READER_LEFT:
            raise UsageError(f"standard output can't be written: {error.strerror or error}") from error


def _abandon(stream: TextIO) -> None:
    """Let the rest of a stream go nowhere: what is left in its buffer would fail once more when Python ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def format_for(arguments: Namespace) -> str:
    """Return the format that was asked for, by the name of the file where none was named; text by default."""
    if arguments.format is not None:
        return str(arguments.format)
    from webshellhunt.reports import formats

    suffix = Path(getattr(arguments, "output", None) or "").suffix.lower().removeprefix(".")
    return suffix if suffix in formats() else "text"


def options_for(arguments: Namespace, stream: TextIO) -> Options:
    """Return the options of a report that goes to this stream; only a terminal gets readable excerpts.

    A pipe may end in a file: PowerShell's ``>`` is one.
    """
    from webshellhunt.reports import Options

    terminal = stream.isatty()
    return Options(
        show_all=getattr(arguments, "show_all", False),
        raw_excerpts=arguments.raw_excerpts,
        show_secrets=arguments.show_secrets,
        color=terminal and _has_colors(),
        width=shutil.get_terminal_size().columns if terminal else None,
        on_disk=not terminal,
    )


def _has_colors() -> bool:
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    # A console of an older Windows shows the codes themselves; the newer terminal names itself.
    return os.name != "nt" or any(name in os.environ for name in ("WT_SESSION", "ANSICON", "TERM"))
