"""Lays a source out as a real folder, live text and all, for as long as a test needs it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.source import Source


def write_tree(source: Source, folder: Path) -> None:
    """Write every file of a source below a folder, with its time."""
    waiting = [""]
    while waiting:
        for entry in source.list(waiting.pop()):
            place = folder / entry.path
            if entry.kind is EntryKind.DIRECTORY:
                place.mkdir(parents=True, exist_ok=True)
                waiting.append(entry.path)
                continue
            place.write_bytes(source.read(entry.path, entry.size_bytes))
            if entry.times.modified_utc is not None:
                moment = entry.times.modified_utc.timestamp()
                os.utime(place, (moment, moment))


@contextmanager
def tree_on_disk(source: Source) -> Iterator[Path]:
    """Give a folder that holds the source's files, and remove it at the end whatever happens."""
    with tempfile.TemporaryDirectory(prefix="webshellhunt-") as folder:
        write_tree(source, Path(folder))
        yield Path(folder)
