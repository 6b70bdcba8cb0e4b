"""Listing of a ZIP archive by the directory at its end.

Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.12 to 4.3.16.
"""

from __future__ import annotations

import struct

from webshellhunt.containers.listing import ContainerListing
from webshellhunt.containers.window import Window

_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x06"
_LOCATOR_64 = b"PK\x06\x07"
_MEMBER = b"PK\x01\x02"
_END_REACH = 65_557
_DIRECTORY_BYTES = 16 * 1024 * 1024
_HEADER = struct.Struct("<4s4xHH12xLHHH12x")
_COMMON_METHODS = (0, 8)


def list_zip(window: Window) -> ContainerListing:
    """Return the names in a ZIP archive; of its directory the first 16 MiB are read, or the part before any damage."""
    listing = ContainerListing()
    place = _directory(window)
    if place is None:
        return listing
    offset, size, count = place
    end = offset + min(size, _DIRECTORY_BYTES)
    while offset + _HEADER.size <= end and not listing.is_full:
        header = window.at(offset, _HEADER.size)
        if len(header) < _HEADER.size:
            return listing
        mark, flags, method, content_bytes, name_bytes, extra_bytes, comment_bytes = _HEADER.unpack(header)
        if mark != _MEMBER:
            return listing
        name = window.at(offset + _HEADER.size, name_bytes)
        if not name.endswith(b"/"):
            text = name.decode("utf-8" if flags & 0x800 else "cp437", "replace")
            other = method not in _COMMON_METHODS
            listing.add(text, content_bytes, encrypted=bool(flags & 1), other_method=other)
        offset += _HEADER.size + name_bytes + extra_bytes + comment_bytes
        count -= 1
    listing.complete = count <= 0
    return listing


def _directory(window: Window) -> tuple[int, int, int] | None:
    """Return offset, size and number of members of the directory, or ``None`` if the end of the archive is missing."""
    start = max(0, window.size_bytes - _END_REACH)
    tail = window.at(start, _END_REACH)
    at = tail.rfind(_END)
    if at < 0 or at + 22 > len(tail):
        return None
    count, size, offset = struct.unpack_from("<10xHLL", tail, at)
    end = start + at
    if count == 0xFFFF or 0xFFFFFFFF in (size, offset):
        large = _directory_64(window, end)
        if large is not None:
            return large
    # Data before an archive (a self-extracting program) shifts offsets; the directory always ends at the end record.
    if offset + size != end and size <= end:
        offset = end - size
    return offset, size, count


def _directory_64(window: Window, end: int) -> tuple[int, int, int] | None:
    locator = window.at(end - 20, 20)
    if len(locator) < 20 or not locator.startswith(_LOCATOR_64):
        return None
    record = window.at(struct.unpack_from("<Q", locator, 8)[0], 56)
    if len(record) < 56 or not record.startswith(_END_64):
        return None
    count, size, offset = struct.unpack_from("<32xQQQ", record)
    return offset, size, count
