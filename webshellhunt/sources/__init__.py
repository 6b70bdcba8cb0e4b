"""Where evidence is read from: each source is one module, ``open_source`` picks the one that fits a location."""

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
        drives: Folders that hold further drives of the same server, by letter.
        times: ``original`` where the times of its files are the server's own, ``copy`` where they are those of a copy,
            ``auto`` to find that out: of a live source and of a read-only mount of NTFS they are the server's own, and
            where files were created and changed at many times rather than at one copying.

    Raises:
        SourceNotFoundError: There is nothing at the location.
        UnreadableError: It can't be opened.
        UnopenedContainerError: It is an archive, a disk image, an event log or the like; the text says what to do.
        UsageError: A drive isn't one letter, or ``times`` is another word.
    """
    source = DirectorySource(location, drives=drives, times=times)
    _refuse_container(source)
    return source


def _refuse_container(source: DirectorySource) -> None:
    """Refuse a location that is one file with many others in it: hunting it would say nothing about those."""
    entry = source.only_entry()
    if entry is None:
        return

    def read(offset: int, count: int) -> bytes:
        return source.read(entry.path, count, offset)

    reason = refusal_reason(Window(read, entry.size_bytes), entry.name)
    if reason is not None:
        raise UnopenedContainerError(reason, path=source.location)
