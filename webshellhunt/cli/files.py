"""A single file as a location of its own, for the commands that read one file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from webshellhunt.errors import UsageError
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.sources import DirectorySource, Source


@contextmanager
def open_file(path: str) -> Iterator[tuple[Source, Entry]]:
    """Open a regular file of any type as a source that contains only this file.

    Raises:
        SourceError: it can't be opened.
        UsageError: it is a folder or something else.
    """
    with DirectorySource(path) as source:
        entry = source.stat(Path(path).absolute().name)
        if entry is None or entry.kind is not EntryKind.FILE:
            raise UsageError("this is not a regular file; for folders and drives use 'webshellhunt hunt'", path=path)
        yield source, entry
