"""The change journal of a drive (``$UsnJrnl:$J``), read in pieces: what happened to files, the oldest first.

The journal is a stream whose beginning Windows frees while it appends at the end, so that it may begin with many GiB of
zeros. Its records are at multiples of eight bytes, and none crosses a page of 4,096 bytes. All records of a file have
its name at that moment and the reference to its directory.

Source: Microsoft, "USN_RECORD_V2", "USN_RECORD_V3", "USN_RECORD_V4" and "Change Journal Records".
"""

from __future__ import annotations

import re
import struct
from collections.abc import Collection, Generator, Iterator
from datetime import datetime
from typing import Final, NamedTuple, TypeVar

from webshellhunt.containers.window import ReadAt
from webshellhunt.model.filetime import filetime_utc
from webshellhunt.ntfs.records import Reference

T = TypeVar("T")
_Place = tuple[int, bytes]

MOST_BYTES: Final = 2 * 1024**3
PAGE: Final = 4096
_PIECE = 4 * 1024**2
_BLOCK = 64 * 1024
_PROBED_FROM = 64 * 1024**2
_V2 = struct.Struct("<QQqQIIIIHH")
_V3 = struct.Struct("<Q8xQ8xqQIIIIHH")  # of a reference, NTFS uses the first half
_HEAD = struct.Struct("<IHH")
_LEAST, _MOST = 56, 1024  # bytes of a record: of version 4, and with a name of 255 characters
_DIRECTORY = 0x10
_DOT = b".\0"
_FORMS = {2: _V2, 3: _V3}
_VERSIONS = (2, 3, 4)  # version 4 has the changed ranges of a file and no name
_MOST_KEPT = 100_000
_HEAD_PATTERN = re.compile(rb"[\s\S]{2}\0\0[\2-\4]\0\0\0")


class Reason:
    """The changes that a record names; all changes since the file was opened are in each record until it is closed."""

    OVERWRITTEN: Final = 0x1
    EXTENDED: Final = 0x2
    CUT: Final = 0x4
    CREATED: Final = 0x100
    DELETED: Final = 0x200
    OLD_NAME: Final = 0x1000
    NEW_NAME: Final = 0x2000
    TIMES_SET: Final = 0x8000
    CLOSED: Final = 0x80000000


WRITTEN: Final = Reason.OVERWRITTEN | Reason.EXTENDED | Reason.CUT


class Change(NamedTuple):
    """One record of the journal; ``old`` is the directory and the name before a renaming."""

    number: int
    when_utc: datetime | None
    reason: int
    file: Reference
    directory: Reference
    name: str
    is_directory: bool
    old: tuple[Reference, str] | None = None


class JournalReader:
    """Reads the changes of interest: new names of directories, and changes of files with an extension before or after.

    ``records`` is the number of all records, ``broken`` that of places without one; ``first_utc`` is the
    time of the first record; ``is_cut`` is true if a limit ended the reading.
    """

    def __init__(self, read: ReadAt, size_bytes: int, extensions: Collection[str]) -> None:
        self.records: int = 0
        self.broken: int = 0
        self.first_utc: datetime | None = None
        self.is_cut: bool = False
        self._read = read
        self._size = size_bytes
        self._endings = frozenset(f".{each}".encode("utf-16-le") for each in extensions)
        self._seen = _Seen()

    def follow(self, file: Reference) -> None:
        """Yield all later changes of a file, whatever its name is then."""
        if len(self._seen.followed) < _MOST_KEPT:
            self._seen.followed.add(file.sequence << 48 | file.number)

    def created_of(self, file: Reference) -> datetime | None:
        """Return the time at which a file was created under a name that is of no interest, if that is known."""
        return filetime_utc(self._seen.created.get(file.sequence << 48 | file.number, 0))

    def changes(self) -> Iterator[Change]:
        """Yield the changes of interest in the order of the journal."""
        start = find_start(self._read, self._size)
        if self._size - start > MOST_BYTES:
            start, self.is_cut = self._size - MOST_BYTES, True
        rest = b""
        for offset in range(start - start % PAGE, self._size, _PIECE):
            piece = rest + self._read(offset, min(_PIECE, self._size - offset))
            if not piece:
                return
            at = yield from self._piece(piece)
            rest = piece[at:] if len(piece) - at < _MOST else b""

    def _piece(self, piece: bytes) -> Generator[Change, None, int]:
        """Yield the changes in a piece, and return the offset of a record that continues in the next piece."""
        at, end = 0, len(piece) - _HEAD.size
        while at <= end:
            length, major, minor = _HEAD.unpack_from(piece, at)
            if minor or major not in _VERSIONS or not _LEAST <= length <= _MOST or length % 8:
                at = self._next(piece, at, is_broken=bool(length or major))
                continue
            if at + length > len(piece):
                return at
            form = _FORMS.get(major)
            if form is not None:  # version 4 has no name
                change = self._change(piece, at, length, form)
                if change is not None:
                    yield change
            at += length
        return at

    def _next(self, piece: bytes, at: int, *, is_broken: bool) -> int:
        """Return the offset of the next head of a record after zeros, or after a broken one."""
        self.broken += is_broken
        while True:
            found = _HEAD_PATTERN.search(piece, at + 1)
            if found is None:
                return len(piece)
            if found.start() % 8 == 0:
                return found.start()
            at = found.start()

    def _change(self, piece: bytes, at: int, length: int, form: struct.Struct) -> Change | None:
        """Return the change in a record, if it is of interest."""
        least = _HEAD.size + form.size
        if length < least:
            self.broken += 1
            return None
        file, directory, number, ticks, reason, _, _, attributes, size, name_at = form.unpack_from(
            piece, at + _HEAD.size
        )
        if name_at < least or name_at + size > length or size % 2:
            self.broken += 1
            return None
        self.records += 1
        if self.first_utc is None:
            self.first_utc = filetime_utc(ticks)
        name = piece[at + name_at : at + name_at + size]
        is_directory = attributes & _DIRECTORY != 0
        if reason & Reason.OLD_NAME:
            if not is_directory:
                _keep(self._seen.old, file, (directory, name))
            return None
        old = self._seen.old.pop(file, None) if reason & Reason.NEW_NAME else None
        if not self._is_of_interest(file, (directory, name), old, reason, ticks, is_directory=is_directory):
            return None
        before = None if old is None else (Reference.of(old[0]), _text(old[1]))
        where = Reference.of(directory)
        return Change(number, filetime_utc(ticks), reason, Reference.of(file), where, _text(name), is_directory, before)

    def _is_of_interest(
        self, file: int, place: _Place, old: _Place | None, reason: int, ticks: int, *, is_directory: bool
    ) -> bool:
        """Return True for a change of interest; the creation of any other file is kept, as it may get another name."""
        seen = self._seen
        if is_directory:
            is_new = seen.directories.get(file) != place
            if is_new:
                _keep(seen.directories, file, place)
            return is_new
        if file in seen.followed or any(self._has_ending(each[1]) for each in (place, old) if each is not None):
            return True
        if reason == Reason.CREATED:
            _keep(seen.created, file, ticks)
        return False

    def _has_ending(self, name: bytes) -> bool:
        return name[max(name.rfind(_DOT), 0) :].lower() in self._endings


class _Seen:
    """The changes that a later one may need, by the number of the reference; of too many, the oldest are forgotten."""

    def __init__(self) -> None:
        self.followed: set[int] = set()
        self.created: dict[int, int] = {}
        self.old: dict[int, _Place] = {}
        self.directories: dict[int, _Place] = {}


def _keep(known: dict[int, T], file: int, value: T) -> None:
    if len(known) >= _MOST_KEPT:
        known.pop(next(iter(known)))
    known[file] = value


def _text(name: bytes) -> str:
    return name.decode("utf-16-le", "surrogatepass")


def find_start(read: ReadAt, size_bytes: int) -> int:
    """Return the offset of a block at or before the first record: of a large journal, by probing.

    Windows frees the beginning only, so that zeros end once. The blocks before the place that was found are looked at,
    until one of them is empty.
    """
    if size_bytes <= _PROBED_FROM:
        return 0
    low, high = 0, (size_bytes - 1) // _BLOCK  # the first block with records is in [low, high]
    while low < high:
        middle = (low + high) // 2
        if _is_empty(read(middle * _BLOCK, _BLOCK)):
            low = middle + 1
        else:
            high = middle
    while low and not _is_empty(read((low - 1) * _BLOCK, _BLOCK)):
        low -= 1
    return low * _BLOCK


def _is_empty(block: bytes) -> bool:
    return block.count(0) == len(block)
