"""The file table of a volume (``$MFT``): records by number, whole ones of several records, and streams.

Source:
    The documentation of the Linux-NTFS project (``NTFS_BOOT_SECTOR``, ``ATTR_LIST_ENTRY``).
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from webshellhunt.containers.window import ReadAt
from webshellhunt.errors import UnreadableError
from webshellhunt.ntfs import records
from webshellhunt.ntfs.records import Attribute, Record, parse_record
from webshellhunt.sources.image.ntfs.runs import Run, StreamExtents, decode_runs
from webshellhunt.sources.views import BoundedCache

_BOOT_BYTES: Final = 512
_BOOT: Final = struct.Struct("<HB")
_TABLE: Final = struct.Struct("<QQQbxxxbxxxQ")
_PIECE: Final = 64 * 1024
_MOST_PIECES: Final = 256
_MOST_RECORDS: Final = 2048
_MOST_LIST_BYTES: Final = 1024 * 1024
_MOST_EXTENSIONS: Final = 4096
_COMPRESSION_UNIT: Final = 4
_MOST_COMPRESSED_CLUSTER: Final = 4096


class Geometry(NamedTuple):
    """The sizes of a volume in bytes, and the first clusters of its file table and of the mirror of that."""

    volume: int
    cluster: int
    record: int
    table: int
    mirror: int
    serial: int


def geometry_of(boot: bytes) -> Geometry:
    """Return the geometry that the first sector of a volume states.

    Raises:
        UnreadableError: The sector is not that of an NTFS volume, or damaged.
    """
    if len(boot) < _BOOT_BYTES or boot[3:11] != b"NTFS    ":
        raise UnreadableError("its first sector is not that of an NTFS volume")
    sector, factor = _BOOT.unpack_from(boot, 11)
    sectors, table, mirror, record_factor, _, serial = _TABLE.unpack_from(boot, 40)
    clusters = factor if factor <= 0x80 else 1 << (256 - factor)
    cluster = sector * clusters
    record = 1 << -record_factor if -32 < record_factor < 0 else record_factor * cluster
    sound = sector in (256, 512, 1024, 2048, 4096) and 0 < cluster <= 2 * 1024 * 1024 and not cluster & (cluster - 1)
    if not sound or not 512 <= record <= 65536 or record & (record - 1):
        raise UnreadableError("the first sector of the NTFS volume is damaged")
    return Geometry(sectors * sector, cluster, record, table, mirror, serial)


class Stream:
    """One stream of a file: its size, and its bytes from any offset."""

    def __init__(self, size_bytes: int, valid_bytes: int, content: bytes | None, extents: StreamExtents | None) -> None:
        self.size_bytes = size_bytes
        self._valid = valid_bytes
        self._content = content
        self._extents = extents

    def read(self, offset: int, count: int) -> bytes:
        """Return at most ``count`` bytes from an offset; a part that was never written has zeros.

        Raises:
            UnreadableError: A part of them is damaged, or not in the image.
        """
        count = min(count, self.size_bytes - offset)
        if count <= 0 or offset < 0:
            return b""
        if self._content is not None or self._extents is None:
            return (self._content or b"")[offset : offset + count]
        written = max(min(count, self._valid - offset), 0)
        data = self._extents.read(offset, written) if written else b""
        return data if written == count else data + bytes(count - written)


class FileTable:
    """The file table of an NTFS volume."""

    def __init__(self, read: ReadAt) -> None:
        """Open the table.

        Raises:
            UnreadableError: The volume has no readable file table.
        """
        self._read = read
        self.geometry: Geometry = geometry_of(read(0, _BOOT_BYTES))
        self._pieces: BoundedCache[int, bytes] = BoundedCache(_MOST_PIECES)
        self._records: BoundedCache[int, Record] = BoundedCache(_MOST_RECORDS)
        self._stream = self._open_table()

    @property
    def count(self) -> int:
        """Return the number of records."""
        return self._stream.size_bytes // self.geometry.record

    def read_raw(self, offset: int, count: int) -> bytes:
        """Return bytes of the table itself; errors as for ``Stream.read``."""
        return self._stream.read(offset, count)

    @property
    def size_bytes(self) -> int:
        """Return the size of the table."""
        return self._stream.size_bytes

    def record(self, number: int) -> Record:
        """Return a record.

        Raises:
            UnreadableError: It is outside of the table, damaged, or not in the image.
        """
        kept = self._records.get(number)
        if kept is not None:
            return kept
        size = self.geometry.record
        piece, inside = divmod(number * size, max(_PIECE, size))
        found = parse_record(
            self._piece(piece)[inside : inside + size] or self._stream.read(number * size, size), number
        )
        self._records.put(number, found)
        return found

    def _piece(self, number: int) -> bytes:
        """Return a piece of the table, or nothing if a part of it is missing; its records may still be readable."""
        data = self._pieces.get(number)
        if data is None:
            size = max(_PIECE, self.geometry.record)
            try:
                data = self._stream.read(number * size, size)
            except UnreadableError:
                data = b""
            self._pieces.put(number, data)
        return data

    def attributes(self, record: Record) -> tuple[Attribute, ...]:
        """Return the attributes of a file, also those in further records.

        Raises:
            UnreadableError: One of the further records is damaged.
        """
        listed = next((each for each in record.attributes if each.kind == records.ATTRIBUTE_LIST), None)
        if listed is None:
            return record.attributes
        found = list(record.attributes)
        for number in self._extension_numbers(listed, record.number):
            extension = self.record(number)
            if extension.base == record.number:
                found += extension.attributes
        return tuple(found)

    def stream(self, attributes: tuple[Attribute, ...], kind: int = records.DATA, name: str = "") -> Stream | None:
        """Return a stream by the attributes of its file, or ``None`` if there is none of the kind and name.

        Raises:
            UnreadableError: Its extents are damaged, or it is encrypted.
        """
        parts = [each for each in attributes if each.kind == kind and each.name == name]
        if not parts:
            return None
        parts.sort(key=lambda each: each.first_cluster)
        head = parts[0]
        if head.flags & records.ENCRYPTED:
            raise UnreadableError("it is encrypted by EFS, so its content can't be read without the key of its user")
        if head.content is not None:
            return Stream(head.size_bytes, head.size_bytes, head.content, None)
        runs = [run for part in parts if part.content is None for run in decode_runs(part.runs, part.first_cluster)]
        unit = self._compression_unit(head)
        valid = min(head.size_bytes, head.valid_bytes)
        return Stream(head.size_bytes, valid, None, StreamExtents(runs, self.geometry.cluster, self._read, unit))

    def _compression_unit(self, head: Attribute) -> int:
        """Return the number of clusters that are compressed together; 0 if the stream is not compressed."""
        if not head.flags & records.COMPRESSED:
            return 0
        if head.unit & 0xFF != _COMPRESSION_UNIT or self.geometry.cluster > _MOST_COMPRESSED_CLUSTER:
            raise UnreadableError("its compression is damaged: NTFS has no such units of it")
        return 1 << _COMPRESSION_UNIT

    def _open_table(self) -> Stream:
        """Return the stream of the table, by its own first record, or by the mirror of that."""
        geometry = self.geometry
        try:
            own = self._record_at(geometry.table)
        except UnreadableError:
            own = self._record_at(geometry.mirror)
        self._stream = self._plain_stream(own.attributes)
        # Further extents of a fragmented table are in records that the extents so far contain.
        attributes = list(own.attributes)
        listed = next((each for each in own.attributes if each.kind == records.ATTRIBUTE_LIST), None)
        for number in self._extension_numbers(listed, 0) if listed is not None else ():
            extension = self.record(number)
            attributes += [each for each in extension.attributes if extension.base == 0]
            self._stream = self._plain_stream(tuple(attributes))
        self._pieces.clear()
        self._records.clear()
        return self._stream

    def _plain_stream(self, attributes: tuple[Attribute, ...]) -> Stream:
        stream = self.stream(attributes)
        if stream is None:
            raise UnreadableError("the NTFS volume has no file table")
        return stream

    def _record_at(self, cluster: int) -> Record:
        return parse_record(self._read(cluster * self.geometry.cluster, self.geometry.record), 0)

    def _extension_numbers(self, listed: Attribute, own: int) -> list[int]:
        """Return the numbers of the further records in an attribute list, each once."""
        content = listed.content
        if content is None:
            runs: list[Run] = decode_runs(listed.runs, listed.first_cluster)
            extents = StreamExtents(runs, self.geometry.cluster, self._read)
            content = extents.read(0, min(listed.size_bytes, _MOST_LIST_BYTES))
        found: dict[int, None] = {}
        at = 0
        while at + 26 <= len(content) and len(found) < _MOST_EXTENSIONS:
            length = int.from_bytes(content[at + 4 : at + 6], "little")
            number = int.from_bytes(content[at + 16 : at + 24], "little") & records.NUMBER_MASK
            if number != own:
                found[number] = None
            if length < 26:
                break
            at += length
        return list(found)


def stream_names(attributes: tuple[Attribute, ...]) -> list[tuple[str, int]]:
    """Return name and size of each alternate stream, sorted."""
    found = {
        each.name: each.size_bytes
        for each in attributes
        if each.kind == records.DATA and each.name and not each.first_cluster
    }
    return sorted(found.items())
