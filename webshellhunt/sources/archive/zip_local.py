"""The header before the content of each member of a ZIP archive.

Source: PKWARE, APPNOTE.TXT 6.3.10, section 4.3.7.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

LOCAL_MARK = b"PK\x03\x04"
LOCAL_BYTES = 30
"""Length of a header without name and extra fields."""

_LOCAL = struct.Struct("<4xHHHHHLLLHH")
_SIZES_LATER = 0x8


class LocalHeader(NamedTuple):
    """The fields of a header, in their order."""

    version: int
    flags: int
    method: int
    clock: int
    date: int
    checksum: int
    packed: int
    size_bytes: int
    name_bytes: int
    extra_bytes: int

    @property
    def has_sizes_later(self) -> bool:
        """Return True if the sizes and the checksum are after the content, or in the directory only."""
        return sizes_are_later(self.flags)


def sizes_are_later(flags: int) -> bool:
    """Return True if the flags of a member say that its sizes and checksum are after its content."""
    return bool(flags & _SIZES_LATER)


def local_header(data: bytes) -> LocalHeader | None:
    """Return the header in bytes, or ``None`` if they are none."""
    if len(data) < LOCAL_BYTES or not data.startswith(LOCAL_MARK):
        return None
    return LocalHeader._make(_LOCAL.unpack_from(data))
