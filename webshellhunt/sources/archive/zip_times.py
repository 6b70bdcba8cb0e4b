"""Times of the members of a ZIP archive.

Source: PKWARE, APPNOTE.TXT 6.3.10, 4.4.6 and 4.5.5; Info-ZIP, "Extra Field Mappings" (0x5455).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime

from webshellhunt.model.filetime import filetime_ns
from webshellhunt.sources.archive.members import Times

_NTFS, _EXTENDED = 0x000A, 0x5455


def iter_extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the content of each extra field; the rest after a damaged one is left out."""
    at = 0
    while at + 4 <= len(extra):
        number, length = struct.unpack_from("<HH", extra, at)
        if at + 4 + length > len(extra):
            return
        yield number, extra[at + 4 : at + 4 + length]
        at += 4 + length


def times_of(date: int, clock: int, fields: dict[int, bytes]) -> Times:
    """Return the times of a member: those of NTFS, else the extended time, else the local time of DOS as UTC."""
    ntfs = _of_ntfs(fields.get(_NTFS, b""))
    if ntfs is not None:
        return ntfs
    extended = fields.get(_EXTENDED, b"")
    if len(extended) >= 5 and extended[0] & 1:
        return Times(struct.unpack_from("<i", extended, 1)[0] * 10**9)
    return Times(_of_dos(date, clock))


def _of_ntfs(field: bytes) -> Times | None:
    """Return the times of NTFS in their extra field, which is exact to 100 ns."""
    at = 4
    while at + 4 <= len(field):
        tag, length = struct.unpack_from("<HH", field, at)
        if tag == 1 and length >= 24 and at + 28 <= len(field):
            found = struct.unpack_from("<QQQ", field, at + 4)
            modified, accessed, created = map(filetime_ns, found)
            return Times(modified, created, accessed, None, exact=True)
        at += 4 + length
    return None


def _of_dos(date: int, clock: int) -> int | None:
    year, month, day = 1980 + (date >> 9), date >> 5 & 15, date & 31
    try:
        moment = datetime(year, month, day, clock >> 11, clock >> 5 & 63, 2 * (clock & 31), tzinfo=UTC)
    except ValueError:
        return None
    return int(moment.timestamp()) * 10**9 if date != 0x21 else None  # 1980-01-01 is "no time"
