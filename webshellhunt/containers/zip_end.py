"""The records at the end of a ZIP archive, which have the place of its directory.

Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.14 to 4.3.16.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from webshellhunt.containers.window import ReadAt

_END, _END_64, _LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_END_REACH = 65_557
_FULL_16, _FULL_32 = 0xFFFF, 0xFFFFFFFF


class Directory(NamedTuple):
    """The place of the directory: offset, size and number of members, and the bytes before the archive."""

    offset: int
    size_bytes: int
    members: int
    before: int = 0
    is_split: bool = False


def find_directory(read: ReadAt, size_bytes: int) -> Directory | None:
    """Return the directory of an archive, or ``None`` if its end is missing."""
    start = max(0, size_bytes - _END_REACH)
    tail = read(start, _END_REACH)
    at = tail.rfind(_END)
    if at < 0 or at + 22 > len(tail):
        return None
    disk, first_disk, count, size, offset = struct.unpack_from("<4xHH2xHLL", tail, at)
    end, is_split = start + at, (disk != first_disk or disk not in (0, _FULL_16))
    # From 2 GiB on, some writers add records of 64 bits although each number fits, so that none of them is full.
    if _FULL_16 in (count, disk) or _FULL_32 in (size, offset) or offset + size != end:
        large = _directory_64(read, size_bytes, end)
        if large is not None:
            return large
    # Data before an archive (a self-extracting program) shifts offsets; the directory always ends at the end record.
    if offset + size != end and size <= end:
        return Directory(end - size, size, count, end - size - offset, is_split)
    return Directory(offset, size, count, 0, is_split)


def _directory_64(read: ReadAt, size_bytes: int, end: int) -> Directory | None:
    """Return the directory by the record of 64 bits, which is where its locator says, or right before that."""
    locator = read(max(0, end - 20), 20)
    if len(locator) < 20 or not locator.startswith(_LOCATOR_64):
        return None
    at, disks = struct.unpack_from("<QL", locator, 8)
    for place in (min(at, size_bytes), max(0, end - 76)):
        record = read(place, 56)
        if len(record) == 56 and record.startswith(_END_64):
            count, size, offset = struct.unpack_from("<32xQQQ", record)
            before = max(0, place - at)
            return Directory(offset + before, size, count, before, disks > 1)
    return None
