"""Listing of a ZIP archive by the directory at its end.

Source: PKWARE, APPNOTE.TXT 6.3.10, section 4.3.12.
"""

from __future__ import annotations

import struct

from webshellhunt.containers.listing import ContainerListing
from webshellhunt.containers.window import Window
from webshellhunt.containers.zip_end import find_directory

_MEMBER = b"PK\x01\x02"
_DIRECTORY_BYTES = 16 * 1024 * 1024
_HEADER = struct.Struct("<4s4xHH12xLHHH12x")
_COMMON_METHODS = (0, 8)


def list_zip(window: Window) -> ContainerListing:
    """Return the names in a ZIP archive; of its directory the first 16 MiB are read, or the part before any damage."""
    listing = ContainerListing()
    place = find_directory(window.at, window.size_bytes)
    if place is None:
        return listing
    offset, count = place.offset, place.members
    end = offset + min(place.size_bytes, _DIRECTORY_BYTES)
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
