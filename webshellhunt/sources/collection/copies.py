"""Copies of a file in a collection: which files are one file of the server that was stored twice."""

from __future__ import annotations

from webshellhunt.errors import SourceError
from webshellhunt.sources.source import Source

_CHUNK_BYTES = 1024 * 1024
_MOST_BYTES = 64 * 1024 * 1024


def is_copy(source: Source, first: str, second: str) -> bool:
    """Return True if two files have the same content, or one is the beginning of the other, as a copy that was cut.

    Files that can't be read, or are larger than any page, are two files.
    """
    for offset in range(0, _MOST_BYTES, _CHUNK_BYTES):
        try:
            one, other = (source.read(path, _CHUNK_BYTES, offset) for path in (first, second))
        except SourceError:
            return False
        shorter = min(len(one), len(other))
        if one[:shorter] != other[:shorter]:
            return False
        if shorter < _CHUNK_BYTES:
            return True
    return False
