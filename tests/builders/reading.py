"""Reading of everything in a source, for tests that must raise no other error than those of a source."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from webshellhunt.errors import SourceError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.model.source_options import SourceOptions
from webshellhunt.sources import archive
from webshellhunt.sources.source import Source


def opened(path: Path, password: str | None = None, times: str = "auto") -> archive.ArchiveSource:
    return archive.open(str(path), SourceOptions(password=password, times=times))


def read_all(source: Source, limit_bytes: int = 1_000_000) -> dict[str, bytes | str]:
    """Return the content of each file by its path, or the message of the error."""
    found: dict[str, bytes | str] = {}
    waiting = [""]
    while waiting:
        for entry in source.list(waiting.pop()):
            if entry.kind is EntryKind.DIRECTORY:
                waiting.append(entry.path)
            for each in (entry, *source.streams(entry.path)):
                if each.kind is not EntryKind.DIRECTORY:
                    try:
                        found[each.path] = source.read(each.path, limit_bytes)
                    except SourceError as error:
                        found[each.path] = error.message
    return found


def read_whatever(path: Path, password: str | None = None) -> None:
    """Open and read a damaged archive; errors of a source are no failure."""
    with suppress(SourceError), opened(path, password) as source:
        read_all(source)
        assert source.form.label
