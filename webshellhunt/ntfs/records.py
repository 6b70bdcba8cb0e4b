"""File records: the entries of the file table, each with the names, the times and the content of one file.

A small file has its content inside its record, and the record of a deleted file keeps all until another file uses it.

Source: Microsoft, "Master File Table" (FILE_RECORD_SEGMENT_HEADER, ATTRIBUTE_RECORD_HEADER, FILE_NAME,
STANDARD_INFORMATION); the documentation of the Linux-NTFS project, "NTFS Documentation".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from webshellhunt.ntfs.clock import utc_of

SIGNATURE: Final = b"FILE"
SECTOR: Final = 512
IN_USE: Final = 1
DIRECTORY: Final = 2

_HEAD = struct.Struct("<4sHHQHHHHIIQ")
_ATTRIBUTE = struct.Struct("<IIBBHHHIH")
_SHORT = struct.Struct("<II12sH")  # type, length, …, offset of the value
_FIRST_AT = 20
_NAME = struct.Struct("<QQQQQQQIIBB")
_TIMES = struct.Struct("<QQQQ")
_STANDARD, _FILE_NAME, _DATA, _END = 0x10, 0x30, 0x80, 0xFFFFFFFF
_DOS_ONLY = 2
_MOST_ATTRIBUTES = 256
_NUMBER_BITS = 48
_UNUSABLE = 0x0001 | 0x4000  # compressed, encrypted


class Reference(NamedTuple):
    """A reference to a file record: its number, and how often the record was used when the reference was written."""

    number: int
    sequence: int

    @classmethod
    def of(cls, value: int) -> Reference:
        """Return the reference in a number of 64 bits."""
        return cls(value & ((1 << _NUMBER_BITS) - 1), value >> _NUMBER_BITS)


class FileName(NamedTuple):
    """A name of a file with its directory; its times are set by the file system alone (``$FILE_NAME``)."""

    parent: Reference
    name: str
    created_utc: datetime | None
    modified_utc: datetime | None


class FileRecord(NamedTuple):
    """One file of a drive.

    ``reference`` has the sequence number of the file itself: that of a free record is one higher. ``created_utc``,
    ``modified_utc`` and ``changed_utc`` are those that programs can set (``$STANDARD_INFORMATION``). ``content`` is the
    whole content, if it is inside the record. ``streams`` are the names of alternate data streams, each with its
    content if that is inside the record.
    """

    reference: Reference
    in_use: bool
    is_directory: bool
    names: tuple[FileName, ...]
    created_utc: datetime | None = None
    modified_utc: datetime | None = None
    changed_utc: datetime | None = None
    size_bytes: int | None = None
    content: bytes | None = None
    streams: tuple[tuple[str, bytes | None], ...] = ()


class _Attribute(NamedTuple):
    """An attribute of a record: its type, its name, and its value if that is inside the record."""

    kind: int
    name: str
    value: bytes | None
    size_bytes: int
    flags: int


def parse_record(data: bytes, number: int) -> FileRecord | None:
    """Return the record in some bytes whose sectors are restored; ``None`` for an extension of another record.

    Raises:
        ValueError: It is no record, or its structure is broken.
    """
    try:
        head = _HEAD.unpack_from(data)
    except struct.error:
        raise ValueError("the record is cut") from None
    signature, sequence, first, flags, used, base = head[0], head[4], head[6], head[7], head[8], head[10]
    if signature != SIGNATURE or not _HEAD.size <= first < len(data) or used > len(data):
        raise ValueError("the record has no valid head")
    if base:
        return None
    in_use = bool(flags & IN_USE)
    reference = Reference(number, sequence if in_use else _before(sequence))
    return _with_attributes(
        FileRecord(reference, in_use, bool(flags & DIRECTORY), ()), data[: used or len(data)], first
    )


def iter_parents(data: bytes) -> Iterator[int]:
    """Yield the reference to the directory of each name in a record, as a number, until the first broken attribute."""
    at = data[_FIRST_AT] | data[_FIRST_AT + 1] << 8
    for _ in range(_MOST_ATTRIBUTES):
        if at + _SHORT.size > len(data):
            return
        kind, length, _, value_at = _SHORT.unpack_from(data, at)
        if kind > _FILE_NAME or length < _SHORT.size:
            return  # attributes are in the order of their types
        if kind == _FILE_NAME and at + value_at + 8 <= len(data):
            yield int.from_bytes(data[at + value_at : at + value_at + 8], "little")
        at += length


def _before(sequence: int) -> int:
    """Return the sequence number of the last file in a free record; zero is never used."""
    return sequence - 1 if sequence > 1 else 0xFFFF if sequence == 0 else 1


def _with_attributes(record: FileRecord, data: bytes, first: int) -> FileRecord:
    names: list[FileName] = []
    streams: list[tuple[str, bytes | None]] = []
    for each in _attributes(data, first):
        if each.kind == _STANDARD and each.value is not None and len(each.value) >= _TIMES.size:
            created, modified, changed, _ = map(utc_of, _TIMES.unpack_from(each.value))
            record = record._replace(created_utc=created, modified_utc=modified, changed_utc=changed)
        elif each.kind == _FILE_NAME and each.value is not None:
            name = _file_name(each.value)
            if name is not None:
                names.append(name)
        elif each.kind == _DATA and not each.name:
            usable = each.value if not each.flags & _UNUSABLE else None
            record = record._replace(size_bytes=each.size_bytes, content=usable)
        elif each.kind == _DATA:
            streams.append((each.name, each.value))
    return record._replace(names=tuple(names), streams=tuple(streams))


def _attributes(data: bytes, at: int) -> Iterator[_Attribute]:
    """Yield the attributes of a record until its end or the first broken one."""
    for _ in range(_MOST_ATTRIBUTES):
        if at + 8 > len(data):
            return
        kind, length = struct.unpack_from("<II", data, at)
        if kind == _END or length < _ATTRIBUTE.size or at + length > len(data):
            return
        _, _, outside, letters, name_at, flags, _, size, value_at = _ATTRIBUTE.unpack_from(data, at)
        name = data[at + name_at : min(at + name_at + 2 * letters, at + length)].decode("utf-16-le", "replace")
        if outside:
            real = int.from_bytes(data[at + 48 : at + 56], "little") if length >= 56 else 0
            yield _Attribute(kind, name, None, real, flags)
        elif value_at + size <= length:
            yield _Attribute(kind, name, data[at + value_at : at + value_at + size], size, flags)
        at += length


def _file_name(value: bytes) -> FileName | None:
    """Return a name, or ``None`` for the short form that DOS needs."""
    if len(value) < _NAME.size:
        return None
    parent, created, modified, *_, letters, space = _NAME.unpack_from(value)
    name = value[_NAME.size : _NAME.size + 2 * letters]
    if space == _DOS_ONLY or len(name) != 2 * letters or not letters:
        return None
    return FileName(Reference.of(parent), name.decode("utf-16-le", "surrogatepass"), utc_of(created), utc_of(modified))
