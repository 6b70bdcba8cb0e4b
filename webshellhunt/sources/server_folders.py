"""Folders at the top of a drive by which it is one of a server, not a folder of copies."""

from __future__ import annotations

from collections.abc import Iterable

_FOLDERS = frozenset({"windows", "inetpub", "program files"})


def has_server_folder(names: Iterable[str]) -> bool:
    """Return True if one of the names at the top of a drive is that of a folder of a server."""
    return any(name.lower() in _FOLDERS for name in names)
