"""The standard streams: messages for the user, consoles of any code page, pipes whose reader ends, and files."""

from __future__ import annotations

import errno
import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TextIO

from webshellhunt.errors import UnexpectedError, UsageError, WebShellHuntError

if TYPE_CHECKING:
    from webshellhunt.reports import Options

_READER_LEFT = {errno.EPIPE, errno.EINVAL} if os.name == "nt" else {errno.EPIPE}
_FORCING = ("FORCE_COLOR", "CLICOLOR_FORCE")

_is_closed = False

DEBUG = "WEBSHELLHUNT_DEBUG"
"""The environment variable that enables the traceback of an unexpected error."""


def prepare_streams() -> None:
    """Configure the streams so that neither the console's code page nor a closed stream causes an error."""
    # A stream that is closed when Python starts is None, despite its type.
    global _is_closed
    _is_closed = sys.stdout is None
    sys.stdout, sys.stderr = (stream or open(os.devnull, "w") for stream in (sys.stdout, sys.stderr))  # noqa: PTH123, SIM115 - --version needs no pathlib
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def complain(sentence: str) -> None:
    """Write an error message to standard error, in one line with hostile characters escaped."""
    from webshellhunt.reports.printable import one_line  # here, so that --version starts without it

    write_error(f"webshellhunt: {one_line(sentence)}\n")


def write_error(text: str) -> None:
    """Write to standard error; discard the text if the stream is closed."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        _abandon(sys.stderr)


def complain_of_bug(error: Exception, during: str = "") -> None:
    """Report a failure of webshellhunt itself on standard error; with ``WEBSHELLHUNT_DEBUG=1`` with its traceback.

    ``during``: the location that was hunted through.
    """
    import traceback  # here, so that --version starts without them
    from pathlib import PurePath

    error = error.__cause__ if isinstance(error, UnexpectedError) and isinstance(error.__cause__, Exception) else error
    if os.environ.get(DEBUG):
        write_error("".join(traceback.format_exception(error)).encode("ascii", "backslashreplace").decode())
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "webshellhunt" in PurePath(frame.filename).parts]
    place = f"; {PurePath(ours[-1].filename).name}, line {ours[-1].lineno}" if ours else ""
    where = f"{during}: " if during else ""
    text = f"{type(error).__name__}: {error}"[:300]
    complain(
        f"{where}an unexpected error of webshellhunt itself ({text}{place}); please report it. "
        f"{DEBUG}=1 shows the details"
    )


@contextmanager
def standard_output(*, as_file: bool = False) -> Iterator[TextIO]:
    """Yield standard output; discard later writes without an error if its reader ends (``| head``).

    ``as_file``: write the bytes that a file would have, in UTF-8 and with the line ends of the format, unless the
    stream is a terminal. Text for people has the encoding and the line ends of the system.

    Raises:
        UsageError: the stream can't be written, for example because it is closed, or the disk is full.
    """
    if _is_closed:
        raise UsageError("standard output is closed, so nothing can be written there: name a file with --output")
    if as_file and not sys.stdout.isatty() and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
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
    """Discard the rest of a stream, whose buffer would fail again when Python ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def options_for(arguments: Namespace, stream: TextIO) -> Options:
    """Return the display options for this stream; only a terminal shows readable excerpts.

    A pipe may end in a file, such as PowerShell's ``>``.
    """
    import shutil

    from webshellhunt.reports import Options

    terminal = stream.isatty()
    return Options(
        show_all=getattr(arguments, "show_all", False),
        raw_excerpts=arguments.raw_excerpts,
        show_secrets=arguments.show_secrets,
        color=_has_colors(stream),
        width=shutil.get_terminal_size().columns if terminal else None,
        on_disk=not terminal,
        only_ascii=not (stream.encoding or "").lower().startswith("utf"),
    )


def _has_colors(stream: TextIO) -> bool:
    """Return True if a stream shows colours: a terminal, or standard output if the user forces them.

    ``NO_COLOR`` wins over ``FORCE_COLOR`` and ``CLICOLOR_FORCE``. A file never has colours.
    """
    environment = os.environ
    if environment.get("NO_COLOR") or environment.get("CLICOLOR") == "0":
        return False
    if stream is sys.stdout and any(environment.get(name, "0") not in ("", "0") for name in _FORCING):
        return True
    if not stream.isatty() or environment.get("TERM") == "dumb":
        return False
    # The console of an older Windows prints colour codes as text; newer terminals set these variables.
    return os.name != "nt" or any(name in environment for name in ("WT_SESSION", "ANSICON", "TERM"))
