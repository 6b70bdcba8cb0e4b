"""Local paths: how this machine names a location and what is below it."""

from __future__ import annotations

import os

from webshellhunt.errors import SourceNotFoundError, UnreadableError, UsageError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources import windows
from webshellhunt.sources.filesystem import location_kind

_WINDOWS = os.name == "nt"


def absolute(location: str) -> str:
    """Return the whole path of a location.

    Raises:
        SourceNotFoundError: It is empty.
    """
    if not location:
        raise SourceNotFoundError("an empty name names no file or folder; '.' is the folder that you are in")
    if _WINDOWS and windows.drive_root_letter(location) is not None:
        location += "\\"  # "C:" alone is the current folder of that drive
    return os.path.abspath(location)  # noqa: PTH100 - a name may hold bytes and spellings that Path would tidy


def extended(path: str) -> str:
    """Return a whole path in the form that lifts the limits of Windows; elsewhere the path itself."""
    return windows.extended_path(path) if _WINDOWS else path


def with_separator(folder: str) -> str:
    """Return a folder with one separator at its end, so that a prefix is a whole component."""
    return folder if folder.endswith(os.sep) else folder + os.sep


def letter_of(key: str) -> str:
    """Return the letter of a drive that the user named.

    Raises:
        UsageError: It is none.
    """
    letter = key.rstrip(":").upper()
    if len(letter) != 1 or not "A" <= letter <= "Z":
        raise UsageError(f"a drive is one letter from A to Z, such as D, not {key!r}")
    return letter


def drive_top(letter: str, folder: str) -> str:
    """Return the whole path of the folder that holds a drive.

    Raises:
        SourceNotFoundError: There is nothing.
        UnreadableError: It is a file, or can't be opened.
    """
    top = absolute(folder)
    if location_kind(f"drive {letter}: at {top}", extended(top)) is EntryKind.FILE:
        raise UnreadableError(f"drive {letter}: has to be a folder, not a file", path=top)
    return top
