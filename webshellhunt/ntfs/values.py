"""Values of the attributes that describe a file: its names, its times and its bits.

Source: Microsoft, "Master File Table" (FILE_NAME, STANDARD_INFORMATION).
"""

from __future__ import annotations

import struct
from datetime import datetime
from typing import Final, NamedTuple

from webshellhunt.model.filetime import filetime_utc
from webshellhunt.ntfs.records import Reference, text_of

NAME_BYTES: Final = 66
"""The bytes of a value of ``$FILE_NAME`` before the name itself."""

_NAME: Final = struct.Struct("<QQQ")
_NAME_BITS: Final = struct.Struct("<II")
_NAME_BITS_AT, _LETTERS_AT, _SPACE_AT = 56, 64, 65
_DOS_ONLY: Final = 2
_TIMES: Final = struct.Struct("<QQQQ")


class StandardInformation(NamedTuple):
    """Times and bits of a file (``$STANDARD_INFORMATION``), which programs can set."""

    created_utc: datetime | None
    modified_utc: datetime | None
    changed_utc: datetime | None
    accessed_utc: datetime | None
    bits: int


class FileName(NamedTuple):
    """A name of a file with its directory; its times are set by the file system alone (``$FILE_NAME``)."""

    parent: Reference
    name: str
    created_utc: datetime | None
    modified_utc: datetime | None


def standard_information(value: bytes) -> StandardInformation | None:
    """Return the times and the bits in a value, or ``None`` if it is cut."""
    if len(value) < _TIMES.size:
        return None
    created, modified, changed, accessed = map(filetime_utc, _TIMES.unpack_from(value))
    bits = int.from_bytes(value[_TIMES.size : _TIMES.size + 4], "little")
    return StandardInformation(created, modified, changed, accessed, bits)


def file_name(value: bytes) -> FileName | None:
    """Return the name in a value; ``None`` for the short form that DOS needs, and for a value that is cut."""
    if len(value) < NAME_BYTES or len(value) < NAME_BYTES + 2 * value[_LETTERS_AT]:
        return None
    name = long_name(value)
    if not name:
        return None
    parent, created, modified = _NAME.unpack_from(value)
    return FileName(Reference.of(parent), name, filetime_utc(created), filetime_utc(modified))


def long_name(value: bytes) -> str | None:
    """Return the name alone in a value that has its ``NAME_BYTES``; ``None`` for the short form that DOS needs."""
    if value[_SPACE_AT] == _DOS_ONLY:
        return None
    return text_of(value[NAME_BYTES : NAME_BYTES + 2 * value[_LETTERS_AT]])


def name_bits(value: bytes) -> tuple[int, int]:
    """Return the bits of a file and the tag of its reparse point, as a value that has its ``NAME_BYTES`` has them."""
    bits, tag = _NAME_BITS.unpack_from(value, _NAME_BITS_AT)
    return bits, tag
