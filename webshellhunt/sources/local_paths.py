"""Local paths: absolute and extended paths of locations and drives on this machine."""

from __future__ import annotations

import os

from webshellhunt.errors import SourceNotFoundError, UnreadableError, UsageError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources import windows
from webshellhunt.sources.filesystem import location_kind

_WINDOWS = os.name == "nt"


def absolute(location: str) -> str:
    """Return the absolute path of a location.

    Raises:
        SourceNotFoundError: The location is empty.
    """
    if not location:
        raise SourceNotFoundError("the location is empty; use '.' for the current folder")
    if _WINDOWS and windows.drive_root_letter(location) is not None:
        location += "\\"  # "C:" alone is the current folder of that drive
    return os.path.abspath(location)  # noqa: PTH100 - Path would normalise bytes and spellings of a name


def extended(path: str) -> str:
    """Return an absolute path in the form without the limits of Windows; on other systems the path itself."""
    return windows.extended_path(path) if _WINDOWS else path


def with_separator(folder: str) -> str:
    """Return a folder with a separator at its end, so that a prefix test compares whole components."""
    return folder if folder.endswith(os.sep) else folder + os.sep


def letter_of(key: str) -> str:
    """Return the letter of a drive that the user named.

    Raises:
        UsageError: The text is not a drive letter.
    """
    letter = key.rstrip(":").upper()
    if len(letter) != 1 or not "A" <= letter <= "Z":
        raise UsageError(f"a drive is one letter from A to Z, such as D, not {key!r}")
    return letter


def drive_top(letter: str, folder: str) -> str:
    """Return the absolute path of the folder of a drive.

    Raises:
        SourceNotFoundError: The folder does not exist.
        UnreadableError: It is a file, or can't be opened.
    """
    top = absolute(folder)
    if location_kind(f"drive {letter}: at {top}", extended(top)) is EntryKind.FILE:
        raise UnreadableError(f"drive {letter}: must be a folder, not a file", path=top)
    return top
