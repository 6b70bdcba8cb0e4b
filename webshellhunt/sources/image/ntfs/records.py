"""Records of the file table (``$MFT``): their attributes, by the bytes of one record.

Source:
    Microsoft, "Master File Table"; the documentation of the Linux-NTFS project (``FILE_RECORD_SEGMENT_HEADER``,
    ``ATTRIBUTE_RECORD_HEADER``).
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from webshellhunt.errors import UnreadableError

STANDARD_INFORMATION: Final = 0x10
ATTRIBUTE_LIST: Final = 0x20
FILE_NAME: Final = 0x30
DATA: Final = 0x80
INDEX_ROOT: Final = 0x90
INDEX_ALLOCATION: Final = 0xA0
BITMAP: Final = 0xB0
REPARSE_POINT: Final = 0xC0

IN_USE: Final = 0x1
"""Flag of a record that a file or directory has; other records belong to deleted ones."""
IS_DIRECTORY: Final = 0x2
"""Flag of the record of a directory."""
NUMBER_MASK: Final = 0xFFFF_FFFF_FFFF
"""The bits of a reference that are the number of the record; the others are its sequence."""

_STRIDE: Final = 512
_END: Final = 0xFFFF_FFFF
_MOST_ATTRIBUTES: Final = 1024
_HEADER: Final = struct.Struct("<HH8xHHHHII Q")  # from byte 4
_ATTRIBUTE: Final = struct.Struct("<IIBBHHH")
_RESIDENT: Final = struct.Struct("<IH")
_STREAMED: Final = struct.Struct("<QQHH4xQQQ")


class Attribute(NamedTuple):
    """An attribute of a record.

    ``content`` are the bytes of a resident attribute, else ``None``; then ``runs`` are its encoded extents from the
    cluster ``first_cluster`` of the stream on, ``size_bytes`` and ``valid_bytes`` the size and the part of it that was
    written. ``unit`` is the power of two of clusters that are compressed together, 0 for none.
    """

    kind: int
    name: str
    flags: int
    content: bytes | None
    size_bytes: int
    valid_bytes: int = 0
    first_cluster: int = 0
    runs: bytes = b""
    unit: int = 0


class Record(NamedTuple):
    """A record of the file table; ``base`` is the number of its first record if it only continues one, else 0."""

    number: int
    sequence: int
    flags: int
    base: int
    attributes: tuple[Attribute, ...]


def with_fixups(block: bytes) -> bytes:
    """Return a block of NTFS with the last two bytes of each sector restored.

    Raises:
        UnreadableError: They don't agree with the header: the block was not written whole.
    """
    if len(block) < _STRIDE:
        raise UnreadableError("a block of the file system is cut")
    at, count = struct.unpack_from("<HH", block, 4)
    sectors = len(block) // _STRIDE
    if at & 1 or count - 1 > sectors or count < 2 or at + 2 * count > _STRIDE:
        raise UnreadableError("a block of the file system is damaged")
    mark, restored = block[at : at + 2], bytearray(block)
    for number in range(count - 1):
        end = (number + 1) * _STRIDE
        if restored[end - 2 : end] != mark:
            raise UnreadableError("a block of the file system is damaged")
        restored[end - 2 : end] = block[at + 2 * number + 2 : at + 2 * number + 4]
    return bytes(restored)


def parse_record(block: bytes, number: int) -> Record:
    """Return a record by its bytes.

    Raises:
        UnreadableError: It is no record, or damaged.
    """
    if block[:4] != b"FILE":
        raise UnreadableError("its record in the file table is damaged")
    data = with_fixups(block)
    _, _, sequence, _, first, flags, used, _, base = _HEADER.unpack_from(data, 4)
    attributes: list[Attribute] = []
    at, end = first, min(used, len(data))
    while at + 8 <= end and len(attributes) < _MOST_ATTRIBUTES:
        kind, length = struct.unpack_from("<II", data, at)
        if kind == _END:
            break
        if length < 24 or at + length > end:
            raise UnreadableError("its record in the file table is damaged")
        attributes.append(_attribute(data[at : at + length]))
        at += length
    return Record(number, sequence, flags, base & NUMBER_MASK, tuple(attributes))


def _attribute(data: bytes) -> Attribute:
    kind, length, streamed, name_length, name_at, flags, _ = _ATTRIBUTE.unpack_from(data)
    name = text_of(data[name_at : name_at + 2 * name_length]) if name_length else ""
    if not streamed:
        size, at = _RESIDENT.unpack_from(data, 16)
        content = data[at : at + size]
        if len(content) < size:
            raise UnreadableError("its record in the file table is damaged")
        return Attribute(kind, name, flags, content, size)
    if length < 64:
        raise UnreadableError("its record in the file table is damaged")
    first, _, runs_at, unit, _, size, valid = _STREAMED.unpack_from(data, 16)
    return Attribute(kind, name, flags, None, size, valid, first, data[runs_at:], unit)


def text_of(data: bytes) -> str:
    """Return a name in UTF-16; a lone surrogate, which Windows accepts, stays one."""
    return data.decode("utf-16-le", "surrogatepass") if len(data) % 2 == 0 else ""
