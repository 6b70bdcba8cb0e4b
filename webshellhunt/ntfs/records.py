"""Records of the file table (``$MFT``): the header and the attributes of one record, by its bytes.

Source:
    Microsoft, "Master File Table"; the documentation of the Linux-NTFS project (``FILE_RECORD_SEGMENT_HEADER``,
    ``ATTRIBUTE_RECORD_HEADER``).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from webshellhunt.errors import UnreadableError
from webshellhunt.ntfs.sectors import restored

SIGNATURE: Final = b"FILE"

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
COMPRESSED: Final = 0x00FF
"""Flags of an attribute whose clusters are compressed."""
ENCRYPTED: Final = 0x4000
"""Flag of an attribute that is encrypted by EFS."""
NUMBER_BITS: Final = 48
NUMBER_MASK: Final = (1 << NUMBER_BITS) - 1
"""The bits of a reference that are the number of the record; the others are its sequence."""
ROOT: Final = 5
"""The number of the record of the top directory."""

_END: Final = 0xFFFF_FFFF
_MOST_ATTRIBUTES: Final = 1024
_HEAD: Final = struct.Struct("<H2xHHI4xQ")
_HEAD_AT: Final = 16
_HEAD_BYTES: Final = _HEAD_AT + _HEAD.size
_KIND: Final = struct.Struct("<II")
_ATTRIBUTE: Final = struct.Struct("<IIBBHHH")
_RESIDENT: Final = struct.Struct("<IH")
_STREAMED: Final = struct.Struct("<QQHH4xQQQ")
_LEAST_BYTES, _LEAST_STREAMED_BYTES = 24, 64
_DAMAGED: Final = "its record in the file table is damaged"


class Reference(NamedTuple):
    """A reference to a file record: its number, and how often the record was used when the reference was written."""

    number: int
    sequence: int

    @classmethod
    def of(cls, value: int) -> Reference:
        """Return the reference in a number of 64 bits."""
        return cls(value & NUMBER_MASK, value >> NUMBER_BITS)


class Head(NamedTuple):
    """The header of a record: its attributes are from ``first`` to ``end``, ``base`` is as in ``Record``."""

    sequence: int
    flags: int
    base: int
    first: int
    end: int


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


def parse_record(block: bytes, number: int) -> Record:
    """Return a record by its bytes as they are on the volume.

    Raises:
        UnreadableError: It is no record, or damaged.
    """
    if not block.startswith(SIGNATURE):
        raise UnreadableError(_DAMAGED)
    data = restored(block)
    head = head_of(data)
    attributes = [attribute_of(each) for _, each in iter_attributes(data, head)]
    return Record(number, head.sequence, head.flags, head.base, tuple(attributes))


def head_of(data: bytes) -> Head:
    """Return the header of a record whose sectors are restored.

    Raises:
        UnreadableError: It is no record, or its header is damaged.
    """
    if len(data) < _HEAD_BYTES or not data.startswith(SIGNATURE):
        raise UnreadableError(_DAMAGED)
    sequence, first, flags, used, base = _HEAD.unpack_from(data, _HEAD_AT)
    if not _HEAD_BYTES <= first < len(data):
        raise UnreadableError(_DAMAGED)
    return Head(sequence, flags, base & NUMBER_MASK, first, min(used or len(data), len(data)))


def iter_attributes(data: bytes, head: Head) -> Iterator[tuple[int, bytes]]:
    """Yield the kind and the bytes of each attribute, in the order of the kinds.

    Raises:
        UnreadableError: The next attribute is damaged, so that no further one can be found.
    """
    at, end = head.first, head.end
    for _ in range(_MOST_ATTRIBUTES):
        if at + _KIND.size > end:
            return
        kind, length = _KIND.unpack_from(data, at)
        if kind == _END:
            return
        if length < _LEAST_BYTES or at + length > end:
            raise UnreadableError(_DAMAGED)
        yield kind, data[at : at + length]
        at += length


def attribute_of(data: bytes) -> Attribute:
    """Return an attribute by its bytes.

    Raises:
        UnreadableError: It is damaged.
    """
    kind, length, streamed, name_length, name_at, flags, _ = _ATTRIBUTE.unpack_from(data)
    name = text_of(data[name_at : name_at + 2 * name_length]) if name_length else ""
    if not streamed:
        size, at = _RESIDENT.unpack_from(data, _ATTRIBUTE.size)
        content = data[at : at + size]
        if len(content) < size:
            raise UnreadableError(_DAMAGED)
        return Attribute(kind, name, flags, content, size)
    if length < _LEAST_STREAMED_BYTES:
        raise UnreadableError(_DAMAGED)
    first, _, runs_at, unit, _, size, valid = _STREAMED.unpack_from(data, _ATTRIBUTE.size)
    return Attribute(kind, name, flags, None, size, valid, first, data[runs_at:], unit)


def text_of(data: bytes) -> str:
    """Return a name in UTF-16; a lone surrogate, which Windows accepts, stays one."""
    return data.decode("utf-16-le", "surrogatepass") if len(data) % 2 == 0 else ""
