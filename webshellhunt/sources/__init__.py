"""Where evidence is read from: each source is one module, ``open_source`` picks the one that fits a location."""

from __future__ import annotations

import os
from collections.abc import Mapping

from webshellhunt.sources.directory import DirectorySource
from webshellhunt.sources.memory import MemorySource
from webshellhunt.sources.source import Source

__all__ = ["DirectorySource", "MemorySource", "Source", "open_source"]


def open_source(location: str | os.PathLike[str], *, drives: Mapping[str, str] | None = None) -> Source:
    """Open a location: a folder, a mounted image, a live server's drive, or one file.

    Args:
        location: A path on this machine.
        drives: Folders that hold further drives of the same server, by letter.

    Raises:
        SourceNotFoundError: There is nothing at the location.
        UnreadableError: It can't be opened.
        UsageError: A drive isn't one letter.
    """
    return DirectorySource(location, drives=drives)
