"""Evidence places: nothing that a run writes may be inside the evidence, or in the folder of a file of evidence."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from webshellhunt.errors import UsageError
from webshellhunt.sources.windows import drive_root_letter


def refuse_evidence(path: str | os.PathLike[str], locations: Iterable[str], what: str = "a report") -> None:
    """Refuse a path whose creation would change the evidence; ``what`` is created, in words.

    Raises:
        UsageError: the path is a location of evidence, inside one, or in the folder of one that is a plain file: the
            report would change that folder. The folder of an archive or a disk image is no evidence; there, only its
            other parts are refused.
    """
    target = resolved(path)
    for location in filter(None, locations):
        place = _place_of(location)
        if any(is_same(each, place) for each in (target, *target.parents)):
            message = f"{what} is never written inside the evidence ({location}); choose a path outside it"
            raise UsageError(message, path=os.fspath(path))
        if not _is_file(place) or not is_same(target.parent, resolved(place).parent):
            continue
        from webshellhunt.sources.openers import find_opener  # which loads all sources

        if find_opener(location) is None:
            message = f"{what} is never written into the folder of the evidence ({location}); choose another folder"
            raise UsageError(message, path=os.fspath(path))
        if target.exists() and (target.suffix[1:].isdigit() or find_opener(os.fspath(target)) is not None):
            message = f"this file may be a part of the evidence ({location}); choose another name"
            raise UsageError(message, path=os.fspath(path))


def resolved(path: str | os.PathLike[str]) -> Path:
    """Return the path with links resolved.

    Raises:
        UsageError: links form a loop, or a folder on the path can't be entered.
    """
    try:
        return Path(path).resolve()
    except (OSError, RuntimeError, ValueError) as error:  # Python up to 3.12 raises RuntimeError for a circle
        words = (isinstance(error, OSError) and error.strerror) or str(error)
        raise UsageError(f"this path can't be resolved: {words}", path=os.fspath(path)) from error


def is_same(place: Path, location: Path) -> bool:
    """Return whether two paths name the same file or folder."""
    try:
        return place.samefile(location)
    except (OSError, ValueError):
        return False


def _place_of(location: str) -> Path:
    """Return the path of a location; a drive letter alone is the whole drive, as for the hunt."""
    letter = drive_root_letter(location) if os.name == "nt" else None
    return Path(location if letter is None else f"{letter}:\\")


def _is_file(place: Path) -> bool:
    try:
        return place.is_file()
    except (OSError, ValueError):
        return False
