"""The headers of the members of a ZIP archive: those of its directory, and the local one before each content.

Source: PKWARE, APPNOTE.TXT 6.3.10, 4.3.7, 4.3.12, 4.4.6, 4.5.3 and 4.5.5; Info-ZIP, "Extra Field Mappings" (0x5455).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from webshellhunt.containers.aes_zip import EXTRA_FIELD, METHOD
from webshellhunt.containers.zip_end import Directory
from webshellhunt.model.artifact import EntryKind
from webshellhunt.model.filetime import filetime_ns
from webshellhunt.sources.archive.members import Member, Place, Times, decode_zip_name
from webshellhunt.sources.views import View

ENCRYPTED, UTF_8 = 0x1, 0x800
"""Bits of the flags."""

_STRENGTH_SHIFT = 16  # the strength of AES is put into the flags, above the bits of the format
_MEMBER = b"PK\x01\x02"
_HEADER = struct.Struct("<4sBBHHHHHLLLHHHHHLL")
_ZIP64, _UNICODE_NAME, _NTFS, _EXTENDED = 0x0001, 0x7075, 0x000A, 0x5455
_UNIX = 3
_FULL_16, _FULL_32 = 0xFFFF, 0xFFFFFFFF
_CHUNK = 256 * 1024

LOCAL_MARK = b"PK\x03\x04"
LOCAL_BYTES = 30
"""Length of a header without name and extra fields."""

_LOCAL = struct.Struct("<4xHHHHHLLLHH")
_SIZES_LATER = 0x8


class Listed(NamedTuple):
    """A member as the directory lists it."""

    name: str
    member: Member


def iter_members(view: View, place: Directory, archive: int) -> Iterator[Listed | None]:
    """Yield the members in the order of the directory; ``None`` at the end if the directory is damaged."""
    buffer, at = b"", 0
    offset, end = place.offset, min(place.offset + place.size_bytes, view.size_bytes)
    found = 0
    while True:
        if len(buffer) - at < 3 * _FULL_16 + _HEADER.size and offset < end:
            more = view.read(offset, min(_CHUNK, end - offset))
            buffer, at, offset = buffer[at:] + more, 0, offset + len(more) if more else end
        if len(buffer) - at < _HEADER.size or not buffer.startswith(_MEMBER, at):
            break
        header = _HEADER.unpack_from(buffer, at)
        lengths = header[11:14]
        at += _HEADER.size
        parts = buffer[at : at + sum(lengths)]
        if len(parts) < sum(lengths):
            break
        at += sum(lengths)
        found += 1
        yield listed_member(
            header, parts[: lengths[0]], parts[lengths[0] : lengths[0] + lengths[1]], place.before, archive
        )
    if found != place.members and found & _FULL_16 != place.members:
        yield None


def aes_strength(flags: int) -> int:
    """Return the strength of the AES encryption of a member, 0 for another one, from its flags in a ``Place``."""
    return flags >> _STRENGTH_SHIFT


def listed_member(header: tuple[Any, ...], raw: bytes, extra: bytes, before: int, archive: int) -> Listed:
    """Return a member.

    ``header``: the fields of its header in the directory. ``before``: the bytes before the archive.
    """
    (_, _, system, _, flags, method, clock, date, checksum, packed, size, *_, mode, offset) = header
    fields = dict(iter_extra_fields(extra)) if extra else {}
    if _FULL_32 in (packed, size, offset):
        size, packed, offset = _large(fields.get(_ZIP64, b""), (size, packed, offset))
    flags &= 0xFFFF
    aes = fields.get(EXTRA_FIELD, b"")
    if method == METHOD and len(aes) >= 7:
        strength, method = struct.unpack_from("<BH", aes, 4)
        flags |= min(strength, 15) << _STRENGTH_SHIFT
        checksum = checksum if struct.unpack_from("<H", aes)[0] == 1 else -1
    name = _name(raw, flags, fields)
    kind = EntryKind.FILE
    if name.endswith(("/", "\\")):
        kind = EntryKind.DIRECTORY
    elif system == _UNIX and mode >> 28 == 0xA:
        kind = EntryKind.LINK
    place = Place(archive, offset + before, packed, method, flags, checksum, zlib.crc32(raw))
    return Listed(name, Member(kind, 0 if kind is EntryKind.DIRECTORY else size, times_of(date, clock, fields), place))


def _name(raw: bytes, flags: int, fields: dict[int, bytes]) -> str:
    unicode_name = fields.get(_UNICODE_NAME, b"")
    if len(unicode_name) > 5 and struct.unpack_from("<L", unicode_name, 1)[0] == zlib.crc32(raw):
        return decode_zip_name(unicode_name[5:], is_utf8=True)
    return decode_zip_name(raw, is_utf8=bool(flags & UTF_8))


def _large(field: bytes, values: tuple[int, int, int]) -> tuple[int, int, int]:
    """Return the sizes and the offset with those of ZIP64, which are there in this order for each full value."""
    at, found = 0, list[int]()
    for value in values:
        if value == _FULL_32 and at + 8 <= len(field):
            value = struct.unpack_from("<Q", field, at)[0]
            at += 8
        found.append(value)
    return found[0], found[1], found[2]


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
