"""Backup streams: the form in which Defender keeps a quarantined file, with its security and its other streams.

Source: Microsoft, "WIN32_STREAM_ID structure" and "BackupRead function".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

_HEADER: Final = struct.Struct("<IIQI")
_DATA, _ALTERNATE = 1, 4
_LARGEST_KIND = 11
_MOST_STREAMS = 64
_LONGEST_NAME = 1024


class BackedUp(NamedTuple):
    """A stream of a file: its name (empty for the content itself) and its bytes; ``is_cut`` if its end is missing."""

    name: str
    data: bytes
    is_cut: bool = False


def iter_backed_up(data: bytes) -> Iterator[BackedUp]:
    """Yield the content of a file and its alternate streams, until the end or the first damage."""
    at = 0
    for _ in range(_MOST_STREAMS):
        if at + _HEADER.size > len(data):
            return
        kind, _, size, name_size = _HEADER.unpack_from(data, at)
        if not 0 < kind <= _LARGEST_KIND or name_size > _LONGEST_NAME:
            return
        start = at + _HEADER.size + name_size
        name = data[at + _HEADER.size : start].decode("utf-16-le", "replace")
        content = data[start : start + size]
        if kind in (_DATA, _ALTERNATE):
            yield BackedUp(_stream_name(name), content, is_cut=len(content) < size)
        at = start + size


def find_content(data: bytes) -> BackedUp | None:
    """Return the content of a file without its other streams; ``None`` if the backup has none."""
    return next((each for each in iter_backed_up(data) if not each.name), None)


def _stream_name(name: str) -> str:
    """Return the name of a stream without the colons and the type (``:x:$DATA``)."""
    return name.strip("\0").strip(":").partition(":")[0]
