"""An evidence bag in an archive: the places of its members, checked byte by byte, and their contents in pieces.

A bag has stored members only, one after the other without a gap, so that each byte of the file belongs to a known
structure, and nothing hides between two members. The headers are compared with the directory. Each contradiction is a
``Difference``.

Source: PKWARE, APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16, 4.5.3; WinZip, AE-2.
"""

from __future__ import annotations

import hmac
import os
import struct
import zlib
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

from webshellhunt.containers.aes_zip import CODE_BYTES, EXTRA_FIELD, METHOD, AesKey, find_key, header_bytes
from webshellhunt.containers.aes_zip_writer import ATTRIBUTES, SYSTEM, WHEN
from webshellhunt.errors import UnreadableError

MOST_MEMBERS = 20_000
"""The most members that are read, twice as many as a bag has."""

_MOST_DIRECTORY_BYTES = 16 << 20
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_FIELD = struct.Struct("<2H")
_AES = struct.Struct("<H2sBH")
_ENCRYPTED = 1
_UTF_8 = 1 << 11
_ZIP64_FIELD = 1
_FULL = 0xFFFFFFFF
_FULL_SHORT = 0xFFFF
_AE_2 = (2, b"AE", 3, 0)
DAMAGED = "its directory is damaged"
NO_BAG = "it is no evidence bag of webshellhunt, or its directory is damaged"
PIECE_BYTES = 1 << 20
_STRENGTH = 3


class Difference(NamedTuple):
    """One difference: the member, or ``None`` for the bag itself, in words, and the bytes of the archive, if known.

    Units: ``start`` and ``end`` are bytes from 0, half-open.
    """

    member: str | None
    words: str
    start: int | None = None
    end: int | None = None

    def __str__(self) -> str:
        said = f"{self.member or 'the bag'}: {self.words}"
        if self.start is None or self.end is None:
            return said
        return f"{said} (bytes {self.start:,} to {self.end:,} of the archive)"


class Member(NamedTuple):
    """One member: its header is at ``start``, its content, with salt and code, between ``data`` and ``end``."""

    name: str
    start: int
    data: int
    end: int
    size_bytes: int
    encrypted: bool
    crc: int


class _Entry(NamedTuple):
    name: bytes
    version: int
    when: tuple[int, int]
    flags: int
    method: int
    crc: int
    packed: int
    size_bytes: int
    offset: int
    aes: tuple[int, bytes, int, int] | None


class Layout(NamedTuple):
    """The members in the order of the file, and the differences from the layout of a bag."""

    members: tuple[Member, ...]
    differences: tuple[Difference, ...]


def read_layout(stream: IO[bytes], path: str) -> Layout:
    """Return the layout of an archive; without a readable directory, that of the headers from its start on.

    Raises:
        UnreadableError: It is no archive, or its end is missing.
    """
    differences: list[Difference] = []
    length = stream.seek(0, os.SEEK_END)
    try:
        start, entries = _read_directory(stream, length)
    except (struct.error, ValueError) as error:
        start, entries = _scan_headers(stream, length)
        if not entries:
            raise UnreadableError(f"{NO_BAG} ({error})", path=path) from error
        differences.append(Difference(None, f"{DAMAGED}: {error}", start, length))
    members: list[Member] = []
    at = 0
    for entry in sorted(entries, key=lambda each: each.offset):
        member, problem = _member(stream, entry, start)
        if problem is not None:
            differences.append(problem)
        if member is None:
            continue
        if member.start < at:  # never read, else a small file could be terabytes
            differences.append(Difference(member.name, "it overlaps the member before it", member.start, member.end))
            continue
        if member.start > at:
            differences.append(_unknown(at, member.start))
        members.append(member)
        at = member.end
    if at != start:
        differences.append(_unknown(at, start))
    differences += _doubles(members)
    return Layout(tuple(members), tuple(differences))


def _unknown(start: int, end: int) -> Difference:
    return Difference(None, "these bytes belong to no member", min(start, end), max(start, end))


def _doubles(members: list[Member]) -> list[Difference]:
    seen: set[str] = set()
    differences = []
    for member in members:
        if member.name in seen:
            differences.append(Difference(member.name, "a second member has this name", member.start, member.end))
        seen.add(member.name)
    return differences


def _scan_headers(stream: IO[bytes], length: int) -> tuple[int, list[_Entry]]:
    """Return where the members end, and their entries as far as each header follows the member before it."""
    entries: list[_Entry] = []
    at = 0
    while len(entries) < MOST_MEMBERS:
        stream.seek(at)
        try:
            fields = _LOCAL.unpack(stream.read(_LOCAL.size))
            entry = _entry_of(fields, stream.read(fields[9]), stream.read(fields[10]))
        except (struct.error, ValueError, IndexError):
            break
        end = at + _LOCAL.size + fields[9] + fields[10] + entry.packed
        if fields[0] != b"PK\3\4" or end > length:
            break
        entries.append(entry._replace(offset=at))
        at = end
    return at, entries


def _entry_of(fields: tuple[Any, ...], name: bytes, extra: bytes) -> _Entry:
    """Return the entry that a member's own header describes."""
    packed, size, _, aes = _read_extra(extra, fields[7], fields[8], None)
    return _Entry(name, fields[1], (fields[4], fields[5]), fields[2], fields[3], fields[6], packed, size, 0, aes)


def _read_directory(stream: IO[bytes], length: int) -> tuple[int, list[_Entry]]:
    """Return where the directory starts, and the entries."""
    stream.seek(max(length - _END.size, 0))
    signature, disk, first, here, total, size, start, comment = _END.unpack(stream.read(_END.size))
    if signature != b"PK\5\6" or comment or disk or first or here != total:
        raise ValueError("the end of the archive is not where it belongs")
    stop = length - _END.size
    # From 2 GiB on, some writers add records of 64 bits although each number fits, so that these are not "full".
    if _FULL in (size, start) or total == _FULL_SHORT or start + size != stop:
        total, size, start, stop = _read_end_64(stream, stop)
    if start + size != stop or size > _MOST_DIRECTORY_BYTES or total > MOST_MEMBERS:
        raise ValueError("the directory is not where the end of the archive says")
    stream.seek(start)
    data = stream.read(size)
    entries = []
    at = 0
    for _ in range(total):
        entry, at = _read_entry(data, at)
        entries.append(entry)
    if at != len(data):
        raise ValueError("the directory is longer than its entries")
    return start, entries


def _read_end_64(stream: IO[bytes], stop: int) -> tuple[int, int, int, int]:
    """Return number, size and start of the directory, and where it ends, for a large archive."""
    at = stop - _LOCATOR.size - _END_64.size
    if at < 0:
        raise ValueError("the end record of 64 bits is missing")
    stream.seek(at)
    record = _END_64.unpack(stream.read(_END_64.size))
    locator = _LOCATOR.unpack(stream.read(_LOCATOR.size))
    if record[0] != b"PK\6\6" or locator[0] != b"PK\6\7" or locator[2] != at or record[6] != record[7]:
        raise ValueError("the end record of 64 bits is damaged")
    return record[7], record[8], record[9], at


def _read_entry(data: bytes, at: int) -> tuple[_Entry, int]:
    fields = _ENTRY.unpack_from(data, at)
    if fields[0] != b"PK\1\2":
        raise ValueError(f"the directory is damaged at its byte {at:,}")
    name_at = at + _ENTRY.size
    extra_at = name_at + fields[10]
    end = extra_at + fields[11]
    if end > len(data):
        raise ValueError("the directory is too short")
    # 3 is the flags, 4 the method, 7 the CRC, 8 and 9 the sizes, 16 the offset
    packed, size, offset, aes = _read_extra(data[extra_at:end], fields[8], fields[9], fields[16])
    # The upper byte of the first version is the system; 12 to 15 are a comment, a disk and attributes.
    if fields[1] != SYSTEM << 8 | fields[2] or any(fields[12:15]) or fields[15] != ATTRIBUTES:
        raise ValueError(f"the entry at byte {at:,} of the directory is not one of a bag")
    name, when = data[name_at:extra_at], (fields[5], fields[6])
    return _Entry(name, fields[2], when, fields[3], fields[4], fields[7], packed, size, offset, aes), end


def _read_extra(
    extra: bytes, packed: int, size: int, offset: int | None
) -> tuple[int, int, int, tuple[int, bytes, int, int] | None]:
    """Return the sizes and the offset, of 64 bits where needed, and the field of the encryption."""
    aes = None
    at = 0
    while at < len(extra):
        kind, length = _FIELD.unpack_from(extra, at)
        at += _FIELD.size
        body = extra[at : at + length]
        if len(body) != length:
            raise ValueError("an extra field is too short")
        at += length
        if kind == EXTRA_FIELD:
            aes = _AES.unpack(body)
        elif kind == _ZIP64_FIELD:
            numbers = list(struct.unpack(f"<{length // 8}Q", body))
            size = numbers.pop(0) if size == _FULL else size
            packed = numbers.pop(0) if packed == _FULL else packed
            offset = numbers.pop(0) if offset == _FULL else offset
        else:
            raise ValueError("an extra field is unknown")
    return packed, size, offset or 0, aes


def _member(stream: IO[bytes], entry: _Entry, directory: int) -> tuple[Member | None, Difference | None]:
    """Return a member if its bytes are inside the archive, and a difference if its headers contradict each other."""
    name = entry.name.decode("utf-8", "backslashreplace")
    stream.seek(entry.offset)
    raw = stream.read(_LOCAL.size)
    if len(raw) != _LOCAL.size:
        return None, Difference(name, "its header is outside the archive", entry.offset, entry.offset)
    fields = _LOCAL.unpack(raw)
    data = entry.offset + _LOCAL.size + fields[9] + fields[10]
    end = data + entry.packed
    if end > directory:
        return None, Difference(name, "its content is not inside the archive", entry.offset, min(end, directory))
    problem = _contradiction(stream, entry, fields)
    if problem is not None:
        return None, Difference(name, problem, entry.offset, data)
    encrypted = entry.aes is not None
    return Member(name, entry.offset, data, end, entry.size_bytes, encrypted, entry.crc), None


def _contradiction(stream: IO[bytes], entry: _Entry, fields: tuple[Any, ...]) -> str | None:
    """Return how the header of a member differs from the directory or from the headers of a bag."""
    try:
        said = _entry_of(fields, stream.read(fields[9]), stream.read(fields[10]))
    except (struct.error, ValueError, IndexError):
        return "its header is damaged"
    if fields[0] != b"PK\3\4" or said != entry._replace(offset=0):
        return "its header contradicts the directory"
    if entry.when != WHEN:
        return "it has a time, unlike the members of a bag"
    overhead = 0
    if entry.aes is not None:
        if entry.aes != _AE_2 or entry.method != METHOD or entry.flags & ~_UTF_8 != _ENCRYPTED or entry.crc:
            return "it is not encrypted as the members of a bag are"
        overhead = header_bytes(entry.aes[2]) + CODE_BYTES
    elif entry.method or entry.flags & ~_UTF_8:
        return "it is compressed or encrypted in another way than the members of a bag"
    return None if entry.size_bytes + overhead == entry.packed else "its sizes contradict each other"


class ArchiveContents:
    """Reads the members of an open archive."""

    def __init__(self, stream: IO[bytes], password: bytes) -> None:
        self._stream = stream
        self._password = password
        self._keys: dict[int, AesKey | None] = {}

    def accepts_password(self, members: tuple[Member, ...]) -> bool:
        """Return True unless the password fits no encrypted member."""
        encrypted = [member for member in members if member.encrypted]
        return not encrypted or any(self._key(member) is not None for member in encrypted)

    def read(self, member: Member) -> Iterator[bytes | Difference]:
        """Yield the content of a member in pieces, and at the end a difference if it is damaged."""
        if not member.encrypted:
            yield from self._read_plain(member)
            return
        key = self._key(member)
        if key is None:
            words = "the password does not fit this member, though it fits others: it is damaged, or replaced"
            yield Difference(member.name, words, member.data, member.end)
            return
        code = key.new_code()
        start = member.data + header_bytes(_STRENGTH)
        offset = 0
        for piece in self._pieces(start, member.end - CODE_BYTES):
            code.update(piece)
            yield key.decrypt(piece, offset)
            offset += len(piece)
        self._stream.seek(member.end - CODE_BYTES)
        if not hmac.compare_digest(self._stream.read(CODE_BYTES), code.digest()[:CODE_BYTES]):
            yield Difference(member.name, "its content does not fit its authentication code", member.data, member.end)

    def _read_plain(self, member: Member) -> Iterator[bytes | Difference]:
        crc = 0
        for piece in self._pieces(member.data, member.end):
            crc = zlib.crc32(piece, crc)
            yield piece
        if crc != member.crc:
            yield Difference(member.name, "its content does not fit its CRC", member.data, member.end)

    def _pieces(self, start: int, end: int) -> Iterator[bytes]:
        while start < end:
            self._stream.seek(start)
            piece = self._stream.read(min(PIECE_BYTES, end - start))
            if not piece:
                return
            yield piece
            start += len(piece)

    def _key(self, member: Member) -> AesKey | None:
        if member.start not in self._keys:
            self._stream.seek(member.data)
            self._keys[member.start] = find_key(self._password, _STRENGTH, self._stream.read(header_bytes(_STRENGTH)))
        return self._keys[member.start]
