"""Names in a directory of a source for the recognition of layouts: a directory that can't be listed has none."""

from __future__ import annotations

from webshellhunt.errors import SourceError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.collection.names import folded
from webshellhunt.sources.source import Source


def names_in(source: Source, path: str) -> dict[str, EntryKind]:
    """Return the names in a directory with the kind of each entry."""
    try:
        return source.names(path)
    except SourceError:
        return {}


def folders_in(source: Source, path: str) -> list[str]:
    """Return the names of the directories in a directory, sorted."""
    return sorted(name for name, kind in names_in(source, path).items() if kind is EntryKind.DIRECTORY)


def has_windows(source: Source, path: str) -> bool:
    """Return True if a directory has the directory of Windows."""
    return any(folded(name) == "WINDOWS" for name in folders_in(source, path))
