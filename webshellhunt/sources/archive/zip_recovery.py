"""The members of a ZIP archive without a directory, such as one that is cut off: found by their local headers.

Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.7 and 4.3.9.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import NamedTuple

from webshellhunt.sources.archive.views import View
from webshellhunt.sources.archive.zip_content import DEFLATED
from webshellhunt.sources.archive.zip_directory import ENCRYPTED, Listed, listed_member
from webshellhunt.sources.archive.zip_local import LOCAL_BYTES, LOCAL_MARK, local_header

_CHUNK = 1024 * 1024
_FREE_BYTES = 256 * 1024 * 1024
_MOST_RATIO = 32
_START_BYTES = 4096  # the work of a start, in bytes
# The fields of a header in a directory before and after those that a local one has, too.
_BEFORE, _BETWEEN = (b"", 0, 0, 0), (0,) * 7


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
        header = local_header(view.read(offset, LOCAL_BYTES))
        if header is None:
            return
        start = offset + LOCAL_BYTES + header.name_bytes + header.extra_bytes
        name = view.read(offset + LOCAL_BYTES, header.name_bytes)
        extra = view.read(offset + LOCAL_BYTES + header.name_bytes, header.extra_bytes)
        measured = _Measured(header.checksum, header.packed, header.size_bytes, start + header.packed)
        if header.has_sizes_later and not header.packed:
            is_plain = header.method == DEFLATED and not header.flags & ENCRYPTED
            found = measurer.measure(start) if is_plain else None
            if found is None:
                offset = _find(view, start)
                continue
            measured = found
        listed = listed_member((*_BEFORE, *header[1:5], *measured[:3], *_BETWEEN, offset), name, extra, 0, archive)
        end = measured.end
        if start + listed.member.place.packed <= view.size_bytes:
            yield listed
            end = max(end, start + listed.member.place.packed)
        offset = _find(view, end)


def _find(view: View, offset: int) -> int | None:
    """Return the offset of the next local header."""
    while offset < view.size_bytes:
        data = view.read(offset, _CHUNK if view.read(offset, 4) != LOCAL_MARK else 4)
        at = data.find(LOCAL_MARK)
        if at >= 0:
            return offset + at
        offset += max(len(data) - 3, 1)
    return None


class _Measurer:
    """Finds the ends of deflated data; all contents together are as large as those of one honest archive."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._left = _FREE_BYTES + _MOST_RATIO * view.size_bytes

    def measure(self, start: int) -> _Measured | None:
        """Return the checksum and sizes of deflated data, or ``None`` if it is damaged or cut off."""
        engine, at, size, checksum = zlib.decompressobj(-15), start, 0, 0
        data = b""
        while not engine.eof:
            if not data:
                data = self._view.read(at, _CHUNK) if self._left > 0 else b""
                at += len(data)
                self._left -= len(data) + _START_BYTES
                if not data:
                    return None
            try:
                part = engine.decompress(data, _CHUNK)
            except zlib.error:
                return None
            data = engine.unconsumed_tail
            self._left -= len(part)
            if self._left <= 0:
                return None
            size, checksum = size + len(part), zlib.crc32(part, checksum)
        end = at - len(engine.unused_data)
        return _Measured(checksum, end - start, size, end)
