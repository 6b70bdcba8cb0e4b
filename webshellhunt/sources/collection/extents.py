"""Extents of a sparse file: Velociraptor stores the parts with data one after another, and an index of their places.

Source: Velociraptor, actions/proto/transport.proto (Index, Range); older versions have one range a line.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

_MOST_EXTENTS = 1_000_000
_LARGEST_FILE = 1 << 60
_FIELDS = ("file_offset", "original_offset", "file_length", "length")


class StoredExtent(NamedTuple):
    """A part of a file: ``length`` bytes from ``offset`` on, of which ``stored_length`` are stored at ``stored_at``.

    Units: bytes.
    """

    offset: int
    length: int
    stored_at: int
    stored_length: int


class StoredExtents:
    """The extents of one file, in the order of their offsets; bytes without a stored extent are zero."""

    def __init__(self, extents: Sequence[StoredExtent]) -> None:
        self._extents = [extent for extent in extents if extent.stored_length]
        self._starts = [extent.offset for extent in self._extents]
        self.size_bytes: int = max((extent.offset + extent.length for extent in extents), default=0)
        self.stored_bytes: int = max((extent.stored_at + extent.stored_length for extent in self._extents), default=0)

    def read(self, read_stored: Callable[[int, int], bytes], limit_bytes: int, offset: int) -> bytes:
        """Return at most ``limit_bytes`` bytes from an offset in the original file; ``read_stored(count, offset)``."""
        end = min(offset + limit_bytes, self.size_bytes)
        if offset < 0 or offset >= end:
            return b""
        pieces: list[bytes] = []
        at = offset
        for extent in self._from(offset):
            if extent.offset >= end:
                break
            start, stop = max(at, extent.offset), min(end, extent.offset + extent.stored_length)
            if stop <= start:
                continue
            data = read_stored(stop - start, extent.stored_at + start - extent.offset)[: stop - start]
            pieces += [bytes(start - at), data, bytes(stop - start - len(data))]
            at = stop
        return b"".join([*pieces, bytes(end - at)])

    def _from(self, offset: int) -> Iterable[StoredExtent]:
        first = max(0, bisect_right(self._starts, offset) - 1)
        return (self._extents[place] for place in range(first, len(self._extents)))


def read_extents(data: bytes) -> StoredExtents | None:
    """Return the extents in an index, or ``None`` for other JSON, negative numbers, or overlapping extents."""
    try:
        ranges = _ranges(data.decode("utf-8"))
        extents = [extent for each in ranges if (extent := _extent(each)) is not None]
    except (ValueError, RecursionError, TypeError):
        return None
    if not extents or len(extents) != len(ranges) or len(extents) > _MOST_EXTENTS:
        return None
    end = 0
    for extent in extents:
        if extent.offset < end:
            return None
        end = extent.offset + extent.length
    return StoredExtents(extents) if end <= _LARGEST_FILE else None


def _ranges(text: str) -> list[object]:
    try:
        whole = json.loads(text)
    except ValueError:
        return [json.loads(line) for line in text.splitlines() if len(line) > 2]
    if isinstance(whole, dict) and isinstance(whole.get("ranges"), list):
        return list(whole["ranges"])
    return [whole]


def _extent(value: object) -> StoredExtent | None:
    """Return a range as an extent; fields that are zero are left out by the collector."""
    if not isinstance(value, dict) or not set(value) & set(_FIELDS):
        return None
    numbers = [value.get(name, 0) for name in _FIELDS]
    if not all(type(number) is int and 0 <= number <= _LARGEST_FILE for number in numbers):
        return None
    stored_at, offset, stored_length, length = numbers
    return StoredExtent(offset, length, stored_at, min(stored_length, length))
