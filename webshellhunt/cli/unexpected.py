"""The message of an unexpected error: its location in webshellhunt, and how to get the details."""

from __future__ import annotations

import os
import traceback
from pathlib import PurePath

from webshellhunt.cli.output import complain, write_error
from webshellhunt.errors import UnexpectedError

DEBUG = "WEBSHELLHUNT_DEBUG"
"""The environment variable that enables the traceback of an unexpected error."""


def complain_of_bug(error: Exception, during: str = "") -> None:
    """Report a failure of webshellhunt itself on standard error; with ``WEBSHELLHUNT_DEBUG=1`` with its traceback.

    Args:
        error: The unexpected error.
        during: The location that was hunted through.
    """
    error = error.__cause__ if isinstance(error, UnexpectedError) and isinstance(error.__cause__, Exception) else error
    if os.environ.get(DEBUG):
        write_error("".join(traceback.format_exception(error)).encode("ascii", "backslashreplace").decode())
    where = f"{during}: " if during else ""
    text = f"{type(error).__name__}: {error}"[:300]
    complain(
        f"{where}an unexpected error of webshellhunt itself ({text}{_place(error)}); please report it. "
        f"{DEBUG}=1 shows the details"
    )


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "webshellhunt" in PurePath(frame.filename).parts]
    if not ours:
        return ""
    return f"; {PurePath(ours[-1].filename).name}, line {ours[-1].lineno}"
