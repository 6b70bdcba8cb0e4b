"""Paths of two reports, in one spelling."""

from __future__ import annotations

from webshellhunt.lazy_pattern import lazy_pattern

_DRIVE = lazy_pattern(r"([a-z]):")


def path_key(path: str) -> str:
    """Return a path in lower case with backslashes, since neither counts on Windows."""
    return path.replace("/", "\\").rstrip("\\").casefold()


def drive_letter(key: str) -> str | None:
    """Return the letter of the drive that a key names."""
    found = _DRIVE.match(key)
    return None if found is None else found[1].upper()


def folder_key(key: str) -> str:
    """Return the key of the folder of a file."""
    return key.rpartition("\\")[0]


def is_inside(key: str, folder: str) -> bool:
    """Return True if a key is that of a folder, or of something below it."""
    return key == folder or key.startswith(f"{folder}\\")
