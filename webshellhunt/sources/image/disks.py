"""Disks: bytes by offset, from raw files of this machine, with the last pieces kept."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from threading import RLock, local
from typing import BinaryIO, Final, Protocol

from webshellhunt.containers.window import ReadAt
from webshellhunt.errors import UnreadableError
from webshellhunt.sources.access_times import ACCESS_TIMES
from webshellhunt.sources.filesystem import absolute, extended, system_message
from webshellhunt.sources.views import BoundedCache, PartView, View

_PIECE: Final = 64 * 1024
_MOST_PIECES: Final = 256
_LARGE: Final = 1024 * 1024
_MOST_OPEN: Final = 64


class _OpenFiles(local):
    """The open files of images, of each thread: no thread closes a file that another one reads."""

    def __init__(self) -> None:
        self.files: dict[int, ImageFile] = {}


_open_files = _OpenFiles()


class Disk(View, Protocol):
    """The content of a disk."""

    def close(self) -> None:
        """Close the files of the image."""
        ...


class ImageFile:
    """A file of an image, opened when it is first read; it never returns more bytes than the file has."""

    def __init__(self, path: str) -> None:
        """Take a file.

        Raises:
            UnreadableError: It can't be accessed.
        """
        self.path = path
        self._real = extended(absolute(path))
        self._file: BinaryIO | None = None
        try:
            self.size_bytes: int = os.stat(self._real).st_size  # noqa: PTH116 - Path would normalise the spelling
        except OSError as error:
            raise UnreadableError(f"it can't be opened ({system_message(error)})", path=path) from error

    def read(self, offset: int, count: int) -> bytes:
        """Return at most ``count`` bytes from an offset.

        Raises:
            UnreadableError: The file can't be read.
        """
        count = min(count, self.size_bytes - offset)
        if count <= 0 or offset < 0:
            return b""
        try:
            if self._file is None:
                # Closed by ``close``.
                self._file = open(self._real, "rb", buffering=0, opener=ACCESS_TIMES.open)  # noqa: SIM115
                _close_oldest(self)
            self._file.seek(offset)
            data = self._file.read(count)
            while data and len(data) < count and (more := self._file.read(count - len(data))):
                data += more
            return data
        except OSError as error:
            raise UnreadableError(f"it can't be read ({system_message(error)})", path=self.path) from error

    def close(self) -> None:
        """Close the file; a later read opens it again."""
        if self._file is not None:
            self._file.close()
            self._file = None
            _open_files.files.pop(id(self), None)


def _close_oldest(opened: ImageFile) -> None:
    """Note an open file, and close the one that was opened first if there are many: an image may have a thousand."""
    files = _open_files.files
    files[id(opened)] = opened
    while len(files) > _MOST_OPEN:
        files.pop(next(iter(files))).close()


def raw_disk(paths: Sequence[str]) -> Disk:
    """Return the disk in one raw file, or in several that follow each other.

    Raises:
        UnreadableError: One of them can't be accessed.
    """
    files = [ImageFile(path) for path in paths]
    return files[0] if len(files) == 1 else JoinedDisk(files)


class KeptDisk:
    """A disk whose pieces that were read last are kept; one reader at a time."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self.size_bytes: int = disk.size_bytes
        self._pieces: BoundedCache[int, bytes] = BoundedCache(_MOST_PIECES)
        self._lock = RLock()

    def read(self, offset: int, count: int) -> bytes:
        """Return at most ``count`` bytes from an offset."""
        count = min(count, self.size_bytes - offset)
        if count <= 0 or offset < 0:
            return b""
        with self._lock:
            if count >= _LARGE:
                return self._disk.read(offset, count)
            try:
                return self._joined(offset, count)
            except UnreadableError:
                # Damage next to the bytes that are wanted costs only itself.
                return self._disk.read(offset, count)

    def close(self) -> None:
        """Close the files of the image."""
        self._disk.close()

    def _joined(self, offset: int, count: int) -> bytes:
        first, inside = divmod(offset, _PIECE)
        if inside + count <= _PIECE:
            return self._piece(first)[inside : inside + count]
        last = (offset + count - 1) // _PIECE
        return b"".join(self._piece(number) for number in range(first, last + 1))[inside : inside + count]

    def _piece(self, number: int) -> bytes:
        data = self._pieces.get(number)
        if data is None:
            data = self._disk.read(number * _PIECE, min(_PIECE, self.size_bytes - number * _PIECE))
            self._pieces.put(number, data)
        return data


def part_of(read: ReadAt, start: int, size_bytes: int) -> ReadAt:
    """Return a reader of a part of a disk, such as a partition."""

    def read_part(offset: int, count: int) -> bytes:
        count = min(count, size_bytes - offset)
        return read(start + offset, count) if count > 0 and offset >= 0 else b""

    return read_part


def with_beginning(read: ReadAt, beginning: bytes) -> ReadAt:
    """Return a reader with other bytes at offset 0, such as the copy of a lost first sector."""

    def read_restored(offset: int, count: int) -> bytes:
        data = read(offset, count)
        return beginning[offset : offset + len(data)] + data[max(len(beginning) - offset, 0) :] if offset >= 0 else data

    return read_restored


class ZeroDisk:
    """A disk, or a part of one, that has only zeros."""

    def __init__(self, size_bytes: int) -> None:
        self.size_bytes: int = size_bytes

    def read(self, offset: int, count: int) -> bytes:
        """Return at most ``count`` zeros."""
        return bytes(max(min(count, self.size_bytes - offset), 0))

    def close(self) -> None:
        """Do nothing."""


class PartOfDisk(PartView):
    """A part of another disk, from an offset on."""

    def __init__(self, disk: Disk, start: int, size_bytes: int) -> None:
        super().__init__(disk, start, size_bytes)
        self._disk = disk

    def close(self) -> None:
        """Close the other disk."""
        self._disk.close()


class JoinedDisk:
    """Disks that follow each other."""

    def __init__(self, disks: Sequence[Disk]) -> None:
        self._disks = disks
        self._ends = list(accumulate(each.size_bytes for each in disks))
        self.size_bytes: int = self._ends[-1] if self._ends else 0

    def read(self, offset: int, count: int) -> bytes:
        """Return at most ``count`` bytes from an offset; a part that ends early ends the bytes."""
        parts: list[bytes] = []
        index = bisect_right(self._ends, offset)
        while count > 0 and index < len(self._disks):
            start = self._ends[index] - self._disks[index].size_bytes
            wanted = min(count, self._ends[index] - offset)
            part = self._disks[index].read(offset - start, wanted)
            parts.append(part)
            if len(part) < wanted:
                break
            offset, count, index = offset + wanted, count - wanted, index + 1
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def close(self) -> None:
        """Close the disks."""
        for disk in self._disks:
            disk.close()
