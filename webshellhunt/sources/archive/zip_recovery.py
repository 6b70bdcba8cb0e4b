"""The members of a ZIP archive without a directory, such as one that is cut off: found by their local headers.

Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.7 and 4.3.9.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from webshellhunt.sources.archive.views import View
from webshellhunt.sources.archive.zip_directory import ENCRYPTED, Listed, listed_member

_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_MARK, _DESCRIPTOR = b"PK\x03\x04", b"PK\x07\x08"
_SIZES_LATER = 0x8
_DEFLATED = 8
_CHUNK = 1024 * 1024
_FREE_BYTES = 64 * 1024 * 1024


class _Measured(NamedTuple):
    """The content of a member whose header has no sizes."""

    checksum: int
    packed: int
    size_bytes: int
    end: int


def recover_members(view: View, archive: int) -> Iterator[Listed]:
    """Yield the members that are complete; one whose size only a directory has is decompressed to find its end.

    Raises:
        SourceError: The archive can't be read.
    """
    measurer = _Measurer(view)
    offset = _find(view, 0)
    while offset is not None:
        header = view.read(offset, _LOCAL.size)
        if len(header) < _LOCAL.size:
            return
        _, _, flags, method, clock, date, checksum, packed, size, name_bytes, extra_bytes = _LOCAL.unpack(header)
        start = offset + _LOCAL.size + name_bytes + extra_bytes
        parts = view.read(offset + _LOCAL.size, name_bytes + extra_bytes)
        end = start + packed
        if flags & _SIZES_LATER and not packed:
            measured = measurer.measure(start) if method == _DEFLATED and not flags & ENCRYPTED else None
            if measured is None:
                offset = _find(view, start)
                continue
            checksum, packed, size, end = measured
        fields = (b"", 0, 0, 0, flags, method, clock, date, checksum, packed, size, 0, 0, 0, 0, 0, 0, offset)
        listed = listed_member(fields, parts[:name_bytes], parts[name_bytes:], 0, archive)
        if start + listed.member.place.packed <= view.size_bytes:
            yield listed
            end = max(end, start + listed.member.place.packed)
        offset = _find(view, end)


def _find(view: View, offset: int) -> int | None:
    """Return the offset of the next local header."""
    while offset < view.size_bytes:
        data = view.read(offset, _CHUNK if view.read(offset, 4) != _MARK else 4)
        at = data.find(_MARK)
        if at >= 0:
            return offset + at
        offset += max(len(data) - 3, 1)
    return None


class _Measurer:
    """Finds the ends of deflated data; in all it decompresses as much as a few passes over the archive need."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._left = _FREE_BYTES + 4 * view.size_bytes

    def measure(self, start: int) -> _Measured | None:
        """Return the checksum and sizes of deflated data, or ``None`` if it is damaged or cut off."""
        engine, at, size, checksum = zlib.decompressobj(-15), start, 0, 0
        data = b""
        while not engine.eof:
            if not data:
                data = self._view.read(at, _CHUNK) if self._left > 0 else b""
                at += len(data)
                self._left -= len(data) + 512
                if not data:
                    return None
            try:
                part = engine.decompress(data, _CHUNK)
            except zlib.error:
                return None
            data = engine.unconsumed_tail
            size, checksum = size + len(part), zlib.crc32(part, checksum)
        end = at - len(engine.unused_data)
        return _Measured(checksum, end - start, size, end)
