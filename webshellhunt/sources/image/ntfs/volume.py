"""An NTFS volume: its directories by name, entries with times and attributes, links, and streams.

Source: [MS-FSCC] 2.1.2 (Reparse Point Data Structures and Tags).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from webshellhunt.containers.window import ReadAt
from webshellhunt.errors import SourceError, SourceNotFoundError, UnreadableError
from webshellhunt.model.artifact import EntryKind, Timestamps
from webshellhunt.ntfs import records
from webshellhunt.ntfs.records import Attribute, Record, text_of
from webshellhunt.ntfs.values import file_name, standard_information
from webshellhunt.sources.filesystem import hiding_attributes
from webshellhunt.sources.image.ntfs.file_table import FileTable, Stream, stream_names
from webshellhunt.sources.image.ntfs.index import INDEX_NAME, Name, block_bytes, names_of_block, names_of_root
from webshellhunt.sources.views import BoundedCache

EXTEND: Final = 11

_MOST_NAMES: Final = 1_000_000
_MOST_KEPT_NAMES: Final = 300_000
_MOST_STREAMS: Final = 64
_MOST_DIRECTORIES: Final = 4096
_FIRST_ORDINARY: Final = 24
_DIRECTORY: Final = 0x1000_0000
_REPARSE: Final = 0x400
_SURROGATE: Final = 0x2000_0000
SYMLINK: Final = 0xA000_000C
MOUNT_POINT: Final = 0xA000_0003
WOF: Final = 0x8000_0017
DEDUP: Final = 0x8000_0013
_CLOUD: Final = 0x9000_001A
_CLOUD_MASK: Final = 0xFFFF_0FFF
_HSM: Final = frozenset({0xC000_0004, 0x8000_0006})


class Facts(NamedTuple):
    """The facts about a file in its record."""

    kind: EntryKind
    size_bytes: int
    times: Timestamps
    attributes: tuple[str, ...]
    target: str | None


class Directory:
    """The names of a directory; Windows doesn't tell capital from small letters.

    ``broken`` is the reason why a part of the names is missing, empty if none is.
    """

    def __init__(self, number: int, names: dict[str, Name], broken: str) -> None:
        self.number = number
        self.names = names
        self.broken = broken
        self._folded: dict[str, Name] | None = None

    def find(self, name: str) -> Name | None:
        """Return an entry, preferably in the exact spelling."""
        found = self.names.get(name)
        if found is not None:
            return found
        if self._folded is None:
            self._folded = {each.upper(): entry for each, entry in self.names.items()}
        return self._folded.get(name.upper())


class NtfsVolume:
    """An NTFS volume in an image; all its errors are source errors without a path."""

    def __init__(self, read: ReadAt, size_bytes: int) -> None:
        """Open the volume.

        Raises:
            UnreadableError: Its file table or its top directory can't be read.
        """
        self.size_bytes = size_bytes
        self.table: FileTable = FileTable(read)
        self._directories: BoundedCache[int, Directory] = BoundedCache(_MOST_DIRECTORIES)
        self._kept_names = 0
        self._journal: Stream | None = None
        self._streams: BoundedCache[tuple[int, str], Stream] = BoundedCache(_MOST_STREAMS)
        self.directory(records.ROOT)

    @property
    def top(self) -> Name:
        """Return the top directory, which no other has."""
        return Name("", records.ROOT, self.table.record(records.ROOT).sequence, _DIRECTORY, 0)

    def directory(self, number: int) -> Directory:
        """Return a directory by the number of its record.

        Raises:
            UnreadableError: It is none, or can't be read.
        """
        kept = self._directories.get(number)
        if kept is None:
            kept = self._read_directory(number)
            self._kept_names += len(kept.names)
            if self._kept_names > _MOST_KEPT_NAMES:
                self._directories.clear()
                self._kept_names = len(kept.names)
            self._directories.put(number, kept)
        return kept

    def find(self, names: Sequence[str]) -> Name | None:
        """Return the entry at a path below the top, or ``None`` if there is none.

        Raises:
            UnreadableError: A directory on the way can't be read.
        """
        found: Name | None = None
        number = records.ROOT
        for name in names:
            if found is not None and not found.flags & _DIRECTORY:
                return None
            found = self.directory(number).find(name)
            if found is None:
                return None
            number = found.number
        return found

    def facts(self, name: Name, parent: int) -> Facts:
        """Return the facts of an entry of a directory.

        Raises:
            UnreadableError: Its record is damaged, or belongs to another file by now.
        """
        record = self._record_of(name)
        attributes = self.table.attributes(record)
        bits, own = _bits_and_times(attributes)
        times = _with_name_times(own, attributes, name.name, parent)
        reparse = (
            next((each for each in attributes if each.kind == records.REPARSE_POINT), None) if bits & _REPARSE else None
        )
        tag = name.tag if reparse is None or not reparse.content else int.from_bytes(reparse.content[:4], "little")
        if reparse is not None and tag & _SURROGATE:
            return Facts(EntryKind.LINK, 0, times, hiding_attributes(bits), link_target(reparse.content or b""))
        if record.flags & records.IS_DIRECTORY:
            return Facts(EntryKind.DIRECTORY, 0, times, hiding_attributes(bits), None)
        size = next((each.size_bytes for each in attributes if _is_content(each)), 0)
        return Facts(EntryKind.FILE, size, times, hiding_attributes(bits), None)

    def kind(self, name: Name) -> EntryKind:
        """Return the kind of an entry, by the index alone."""
        if name.flags & _REPARSE and name.tag & _SURROGATE:
            return EntryKind.LINK
        return EntryKind.DIRECTORY if name.flags & _DIRECTORY else EntryKind.FILE

    def stream(self, name: Name, stream: str = "") -> Stream:
        """Return the content of a file, or one of its alternate streams.

        Raises:
            SourceError: There is no such stream, or its content is kept elsewhere, encrypted or damaged.
        """
        key = (name.number | name.sequence << 48, stream)
        kept = self._streams.get(key)
        if kept is None:
            kept = self._open_stream(self.table.attributes(self._record_of(name)), stream)
            self._streams.put(key, kept)
        return kept

    def streams(self, name: Name) -> list[tuple[str, int]]:
        """Return name and size of each alternate stream of an entry; errors as for ``facts``."""
        return stream_names(self.table.attributes(self._record_of(name)))

    def top_times(self) -> Timestamps:
        """Return the times of the top directory."""
        return _bits_and_times(self.table.record(records.ROOT).attributes)[1]

    def journal(self) -> Stream | None:
        """Return the change journal (``$UsnJrnl:$J``), or ``None`` if there is none that can be read."""
        if self._journal is None:
            with suppress(SourceError):
                found = self._directory_with_all(EXTEND).find("$UsnJrnl")
                self._journal = None if found is None else self.stream(found, "$J")
        return self._journal

    def _record_of(self, name: Name) -> Record:
        record = self.table.record(name.number)
        if not record.flags & records.IN_USE or record.sequence != name.sequence:
            raise UnreadableError("its record in the file table belongs to another file")
        return record

    def _open_stream(self, attributes: tuple[Attribute, ...], stream: str) -> Stream:
        if not stream:
            reparse = next((each.content for each in attributes if each.kind == records.REPARSE_POINT), None)
            problem = content_problem(reparse) if reparse else None
            if problem is not None:
                raise UnreadableError(problem)
        found = self.table.stream(attributes, records.DATA, stream)
        if found is None:
            raise SourceNotFoundError("there is no such stream")
        return found

    def _read_directory(self, number: int) -> Directory:
        directory = self._directory_with_all(number)
        if number == records.ROOT:
            directory.names = {name: each for name, each in directory.names.items() if each.number >= _FIRST_ORDINARY}
        return directory

    def _directory_with_all(self, number: int) -> Directory:
        """Return a directory with the system's own files, too."""
        record = self.table.record(number)
        if not record.flags & records.IS_DIRECTORY or not record.flags & records.IN_USE:
            raise UnreadableError("it is not a directory")
        names: dict[str, Name] = {}
        broken = ""
        found = self._nodes(self.table.attributes(record))
        while True:
            try:
                for each in next(found):
                    if len(names) >= _MOST_NAMES:
                        broken = f"it has more than {_MOST_NAMES:,} names"
                    elif _is_sound(each.name):
                        names[each.name] = each
            except StopIteration:
                break
            except UnreadableError as error:
                broken = error.message
        if broken and not names:
            raise UnreadableError(broken)
        return Directory(number, names, broken)

    def _nodes(self, attributes: tuple[Attribute, ...]) -> Iterator[Iterator[Name]]:
        """Yield the names of each node of an index; a node may be damaged."""
        root = next(
            (each.content for each in attributes if each.kind == records.INDEX_ROOT and each.name == INDEX_NAME), None
        )
        if root is None:
            raise UnreadableError("this directory is damaged")
        yield names_of_root(root)
        blocks = self.table.stream(attributes, records.INDEX_ALLOCATION, INDEX_NAME)
        if blocks is None:
            return
        size = block_bytes(root)
        used = self.table.stream(attributes, records.BITMAP, INDEX_NAME)
        bits = b"" if used is None else used.read(0, min(used.size_bytes, blocks.size_bytes // size // 8 + 8))
        for number in range(blocks.size_bytes // size):
            if number // 8 < len(bits) and bits[number // 8] >> number % 8 & 1:
                yield _names_at(blocks, number * size, size)


def _names_at(blocks: Stream, offset: int, size: int) -> Iterator[Name]:
    yield from names_of_block(blocks.read(offset, size))


def _is_sound(name: str) -> bool:
    """Return True for a name that can be a component of a path."""
    return bool(name) and "/" not in name and "\0" not in name and name not in (".", "..")


def _is_content(attribute: Attribute) -> bool:
    return attribute.kind == records.DATA and not attribute.name and not attribute.first_cluster


def _bits_and_times(attributes: tuple[Attribute, ...]) -> tuple[int, Timestamps]:
    """Return the bits and the times of a file."""
    content = next((each.content for each in attributes if each.kind == records.STANDARD_INFORMATION), None)
    own = standard_information(content or b"")
    if own is None:
        return 0, Timestamps(original=True)
    return own.bits, Timestamps(own.modified_utc, own.created_utc, own.changed_utc, own.accessed_utc, True)


def _with_name_times(times: Timestamps, attributes: tuple[Attribute, ...], name: str, parent: int) -> Timestamps:
    """Add the times of the long name in this directory; a file with several names has several such attributes."""
    for each in attributes:
        if each.kind != records.FILE_NAME:
            continue
        found = file_name(each.content or b"")
        if found is not None and found.parent.number == parent and found.name == name:
            return times._replace(name_created_utc=found.created_utc, name_modified_utc=found.modified_utc)
    return times


def link_target(content: bytes) -> str | None:
    r"""Return the target of a symbolic link or junction as Windows writes it (``\??\D:\x``), or ``None``."""
    if len(content) < 20:
        return None
    tag, at, length = struct.unpack_from("<I4xHH", content)
    if tag not in (SYMLINK, MOUNT_POINT):
        return None
    start = (20 if tag == SYMLINK else 16) + at
    return text_of(content[start : start + length]) or None


def content_problem(content: bytes) -> str | None:
    """Return the reason why the content of a file is not in its stream, or ``None`` if it is."""
    tag = int.from_bytes(content[:4], "little")
    if tag == DEDUP:
        return (
            "it is deduplicated, and its content is in the chunk store of Windows: mount the image on a Windows server "
            "with the feature Data Deduplication, and hunt the drive"
        )
    if tag == WOF:
        return "it is compressed by Windows (WOF), which is not read: mount the image on Windows, and hunt the drive"
    if tag & _CLOUD_MASK == _CLOUD or tag in _HSM:
        return "its content was moved to other storage, and only its name is in the image"
    return None
