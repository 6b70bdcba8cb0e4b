"""Sources of evidence: one module for each kind; ``open_source`` selects the kind for a location."""

from __future__ import annotations

import os
from collections.abc import Mapping

from webshellhunt.containers.container import refusal_reason
from webshellhunt.containers.window import Window
from webshellhunt.errors import UnopenedContainerError
from webshellhunt.sources.directory import DirectorySource
from webshellhunt.sources.memory import MemorySource
from webshellhunt.sources.source import Source

__all__ = ["DirectorySource", "MemorySource", "Source", "open_source"]


def open_source(
    location: str | os.PathLike[str], *, drives: Mapping[str, str] | None = None, times: str = "auto"
) -> Source:
    """Open a location: a folder, a mounted image, a live server's drive, or one file.

    Args:
        location: A path on this machine.
        drives: Folders with further drives of the same server, by letter.
        times: ``original`` if the file times are those of the server, ``copy`` if they come from a copy, ``auto`` to
            detect it: times are original for a live source, for a read-only mount of NTFS, and for files that were
            created and changed at many times instead of by a few copy operations.

    Raises:
        SourceNotFoundError: There is nothing at the location.
        UnreadableError: The location can't be opened.
        UnopenedContainerError: The location is an archive, a disk image or another container; the message has an
            instruction.
        UsageError: A drive isn't one letter, or ``times`` is another word.
    """
    source = DirectorySource(location, drives=drives, times=times)
    _refuse_container(source)
    return source


def _refuse_container(source: DirectorySource) -> None:
    """Raise an error if the location is a container file, whose content would not be examined."""
    entry = source.only_entry()
    if entry is None:
        return

    def read(offset: int, count: int) -> bytes:
        return source.read(entry.path, count, offset)

    reason = refusal_reason(Window(read, entry.size_bytes), entry.name)
    if reason is not None:
        raise UnopenedContainerError(reason, path=source.location)
