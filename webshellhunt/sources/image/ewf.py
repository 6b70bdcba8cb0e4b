"""EnCase images (EWF, ``.E01``): the chunks of a disk in the segments of an image.

Read by ourselves, since this is the format that responders have most often: every checksum is compared, a segment that
is missing or damaged is an error instead of being passed over, and the tables of a large image stay small in memory.

Source:
    The documentation of libewf, "Expert Witness Compression Format specification" (version 1 of the format).
"""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from webshellhunt.errors import UnreadableError
from webshellhunt.sources.image.disks import ImageFile
from webshellhunt.sources.views import BoundedCache

_MARK: Final = b"EVF\t\r\n\xff\0"
_FILE_HEAD: Final = struct.Struct("<8sBH")
_SECTION: Final = struct.Struct("<16sQQ")
_SECTION_BYTES: Final = 76
_MEDIA: Final = struct.Struct("<4xIIIQ")
_TABLE: Final = struct.Struct("<I4xQ4xI")
_TABLE_BYTES: Final = 24
_FIRST_SECTION_AT: Final = 13
_MOST_SECTIONS: Final = 1_000_000
_MOST_CHUNK_BYTES: Final = 16 * 1024 * 1024
_COMPRESSED: Final = 0x8000_0000
_PLACE: Final = 0x7FFF_FFFF
_KEPT_TABLES: Final = 256


class Section(NamedTuple):
    """A section of a segment: its kind, its offset, and the end of its content."""

    kind: str
    start: int
    end: int


class _Table(NamedTuple):
    file: ImageFile
    first_chunk: int
    chunks: int
    start: int
    end: int
    base: int


class EwfDisk:
    """The disk in the segments of an EnCase image."""

    def __init__(self, files: Sequence[ImageFile]) -> None:
        """Read the tables of all segments, but not yet their entries.

        Raises:
            UnreadableError: A segment is missing, damaged, or not of this format.
        """
        self._files = files
        self._tables: list[_Table] = []
        self._entries: BoundedCache[int, array[int]] = BoundedCache(_KEPT_TABLES)
        self._chunk_bytes = 0
        self.size_bytes: int = 0
        try:
            for number, file in enumerate(files, 1):
                self._add_segment(file, number, is_last=number == len(files))
        except UnreadableError:
            self.close()
            raise
        self._first_chunks = [table.first_chunk for table in self._tables]
        if not self._chunk_bytes or not self._tables:
            self.close()
            raise UnreadableError("the image is damaged: its segments have no content")

    def read(self, offset: int, count: int) -> bytes:
        """Return at most ``count`` bytes from an offset; fewer where the segments end."""
        count = min(count, self.size_bytes - offset)
        parts: list[bytes] = []
        while count > 0 and offset >= 0:
            number, inside = divmod(offset, self._chunk_bytes)
            part = self._chunk(number)[inside : inside + count]
            if not part:
                break
            parts.append(part)
            offset, count = offset + len(part), count - len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def close(self) -> None:
        """Close the segments."""
        for file in self._files:
            file.close()

    @property
    def _chunk_count(self) -> int:
        return self._tables[-1].first_chunk + self._tables[-1].chunks if self._tables else 0

    def _add_segment(self, file: ImageFile, number: int, *, is_last: bool) -> None:
        head = file.read(0, _FIRST_SECTION_AT)
        if len(head) < _FIRST_SECTION_AT or not head.startswith(_MARK):
            raise UnreadableError("it is no segment of an EnCase image", path=file.path)
        stated = _FILE_HEAD.unpack_from(head)[2]
        if stated != number:
            raise UnreadableError(f"it is segment {stated} of an image, but named as {number}", path=file.path)
        end, damaged = "", False
        for section in iter_sections(file):
            end = section.kind
            if section.kind in ("volume", "disk") and not self._chunk_bytes:
                self._set_size(file, section)
            elif section.kind == "table" or (section.kind == "table2" and damaged):
                damaged = not self._add_table(file, section)
                if damaged and section.kind == "table2":
                    raise UnreadableError("the image is damaged: one of its tables is", path=file.path)
        if is_last and end == "next":
            raise UnreadableError(f"segment {number + 1} is missing: put all of them into one folder", path=file.path)
        if end not in ("next", "done"):
            raise UnreadableError("this segment is cut: copy it again", path=file.path)

    def _set_size(self, file: ImageFile, section: Section) -> None:
        data = file.read(section.start + _SECTION_BYTES, 24)
        if len(data) < 24:
            raise UnreadableError("this segment is cut: copy it again", path=file.path)
        _, per_chunk, sector, sectors = _MEDIA.unpack(data)
        if section.end - section.start - _SECTION_BYTES < 1052:  # the older form counts in 32 bits
            sectors &= 0xFFFF_FFFF
        chunk = per_chunk * sector
        if not 512 <= chunk <= _MOST_CHUNK_BYTES or not sector:
            raise UnreadableError("the image is damaged: its chunks have no size", path=file.path)
        self._chunk_bytes, self.size_bytes = chunk, sectors * sector

    def _add_table(self, file: ImageFile, section: Section) -> bool:
        """Add a table, and return False if it is damaged; each has a copy (``table2``) after it."""
        at = section.start + _SECTION_BYTES
        data = file.read(at, _TABLE_BYTES)
        if len(data) < _TABLE_BYTES or zlib.adler32(data[:20]) != int.from_bytes(data[20:], "little"):
            return False
        count, base, _ = _TABLE.unpack(data)
        if count * 4 > section.end - at - _TABLE_BYTES:
            return False
        if count:
            self._tables.append(_Table(file, self._chunk_count, count, section.start, section.end, base))
        return True

    def _chunk(self, number: int) -> bytes:
        if number >= self._chunk_count:
            return b""
        index = bisect_right(self._first_chunks, number) - 1
        table = self._tables[index]
        entries = self._entries_of(index)
        own = number - table.first_chunk
        start = table.base + (entries[own] & _PLACE)
        if own + 1 < table.chunks:
            end = table.base + (entries[own + 1] & _PLACE)
        else:
            end = table.start if start < table.start else table.end
        if not 0 < end - start <= 2 * _MOST_CHUNK_BYTES:
            raise UnreadableError("the image is damaged: a chunk of it has no size", path=table.file.path)
        data = table.file.read(start, end - start)
        expected = min(self._chunk_bytes, self.size_bytes - number * self._chunk_bytes)
        content = _unpacked(data, self._chunk_bytes) if entries[own] & _COMPRESSED else _checked(data, expected)
        if content is None:
            raise UnreadableError("the image is damaged: a chunk of it is", path=table.file.path)
        return content[:expected]

    def _entries_of(self, index: int) -> array[int]:
        kept = self._entries.get(index)
        if kept is None:
            table = self._tables[index]
            data = table.file.read(table.start + _SECTION_BYTES + _TABLE_BYTES, 4 * table.chunks)
            if len(data) < 4 * table.chunks:
                raise UnreadableError("this segment is cut: copy it again", path=table.file.path)
            kept = array("I", data)
            if sys.byteorder == "big":
                kept.byteswap()
            self._entries.put(index, kept)
        return kept


def _unpacked(data: bytes, limit_bytes: int) -> bytes | None:
    """Return the content of a compressed chunk, or ``None`` if it is damaged."""
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(data, limit_bytes)
        unpacker.decompress(unpacker.unconsumed_tail, 1)  # compares the checksum at the end
    except zlib.error:
        return None
    return content


def _checked(data: bytes, expected: int) -> bytes | None:
    """Return the content of a chunk if its checksum follows it; after the last chunk other bytes may follow."""
    for length in (len(data) - 4, expected):
        if 0 < length <= len(data) - 4 and zlib.adler32(data[:length]) == int.from_bytes(
            data[length : length + 4], "little"
        ):
            return data[:length]
    return None


def iter_sections(file: ImageFile) -> Iterator[Section]:
    """Yield the sections of a segment; each is after the one before.

    Raises:
        UnreadableError: One is damaged.
    """
    at = _FIRST_SECTION_AT
    for _ in range(_MOST_SECTIONS):
        data = file.read(at, _SECTION_BYTES)
        if len(data) < _SECTION_BYTES:
            raise UnreadableError("this segment is cut: copy it again", path=file.path)
        if zlib.adler32(data[:72]) != int.from_bytes(data[72:], "little"):
            raise UnreadableError("the image is damaged: one of its sections is", path=file.path)
        name, following, size = _SECTION.unpack_from(data)
        kind = name.rstrip(b"\0").decode("ascii", "replace")
        yield Section(kind, at, max(at + size, at + _SECTION_BYTES))
        if kind in ("next", "done") or following <= at:
            return
        at = following
