"""Views: bytes that can be read at any offset, of a file of this machine or of a part of another view; and as files."""

from __future__ import annotations

import io
import lzma
import os
import struct
import threading
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from webshellhunt.errors import SourceError, UnreadableError
from webshellhunt.sources.access_times import ACCESS_TIMES
from webshellhunt.sources.filesystem import READ_FLAGS, as_source_error

UNKNOWN_SIZE = 1 << 62
"""The size of a view whose end is known only after it was reached."""

_MOST_HEADER = 256 * 1024
_AHEAD = 16 * 1024

LIBRARY_FAILURES: tuple[type[Exception], ...] = (
    *(ArithmeticError, AssertionError, AttributeError, BufferError, EOFError, LookupError, MemoryError, NameError),
    *(OSError, RuntimeError, SystemError, TypeError, ValueError, lzma.LZMAError, struct.error, zlib.error),
)
"""Errors that the reader of a format raises for damage, and for values that no file has."""

K = TypeVar("K")
V = TypeVar("V")


class View(Protocol):
    """Bytes of a size, which can be read at any offset."""

    @property
    def size_bytes(self) -> int:
        """Return the size, or ``UNKNOWN_SIZE``."""
        ...

    def read(self, offset: int, count: int, /) -> bytes:
        """Return at most ``count`` bytes from an offset; fewer at the end only.

        Raises:
            SourceError: The bytes can't be read.
        """
        ...


class FileView:
    """A file on this machine; each process opens it for itself, so that no two share a position."""

    def __init__(self, real: str, size_bytes: int) -> None:
        self.size_bytes = size_bytes
        self._real = real
        self._process = -1
        self._descriptor = -1
        self._lock = threading.Lock()

    def read(self, offset: int, count: int) -> bytes:
        """Return bytes of the file."""
        try:
            if self._process != os.getpid():
                self._descriptor, self._process = ACCESS_TIMES.open(self._real, READ_FLAGS), os.getpid()
                self._lock = threading.Lock()
            return self._read(offset, count)
        except (OSError, OverflowError) as error:
            raise as_source_error(error, "") from error

    def _read(self, offset: int, count: int) -> bytes:
        parts: list[bytes] = []
        while count > 0 and (part := self._read_once(offset, count)):
            parts.append(part)
            offset, count = offset + len(part), count - len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _read_once(self, offset: int, count: int) -> bytes:
        wanted = max(0, min(count, self.size_bytes - offset))
        if hasattr(os, "pread"):
            return os.pread(self._descriptor, wanted, offset)
        with self._lock:
            os.lseek(self._descriptor, offset, os.SEEK_SET)
            return os.read(self._descriptor, wanted)

    def close(self) -> None:
        """Close the file; a later read opens it again."""
        if self._process == os.getpid():
            self._process, descriptor = -1, self._descriptor
            os.close(descriptor)

    def __del__(self) -> None:
        self.close()


class BytesView:
    """Bytes in memory."""

    def __init__(self, data: bytes) -> None:
        self.size_bytes: int = len(data)
        self._data = data

    def read(self, offset: int, count: int) -> bytes:
        """Return a part of the bytes."""
        return self._data[offset : offset + count]


class PartView:
    """A part of another view."""

    def __init__(self, whole: View, start: int, size_bytes: int) -> None:
        self.size_bytes = size_bytes
        self._whole = whole
        self._start = start

    def read(self, offset: int, count: int) -> bytes:
        """Return bytes of the part."""
        return self._whole.read(self._start + offset, max(0, min(count, self.size_bytes - offset)))


class SparseView:
    """The content of a sparse member: pieces at their offsets, and zeros between them."""

    def __init__(self, packed: View, pieces: Sequence[tuple[int, int]], size_bytes: int) -> None:
        self.size_bytes = size_bytes
        self._pieces: list[tuple[int, int, int]] = []
        at = 0
        for start, length in pieces:
            self._pieces.append((start, length, at))
            at += length
        self._packed = packed

    def read(self, offset: int, count: int) -> bytes:
        """Return bytes of the content."""
        end = min(offset + count, self.size_bytes)
        out = bytearray(max(0, end - offset))
        for start, length, at in self._pieces:
            first, last = max(start, offset), min(start + length, end)
            if first < last:
                part = self._packed.read(at + first - start, last - first)
                out[first - offset : first - offset + len(part)] = part
        return bytes(out)


class ViewFile(io.RawIOBase):
    """A view as a file object, which never returns more bytes than the view has."""

    def __init__(self, view: View) -> None:
        super().__init__()
        self._view = view
        self._at = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes."""
        data = self._view.read(self._at, self._available(size))
        self._at += len(data)
        return data

    def _available(self, size: int | None) -> int:
        left = max(self._view.size_bytes - self._at, 0)
        return left if size is None or size < 0 else min(size, left)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Move to an offset.

        Raises:
            ValueError: It is negative.
        """
        at = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._view.size_bytes}[whence] + offset
        if at < 0:
            raise ValueError("negative offset")
        self._at = at
        return at

    def tell(self) -> int:
        """Return the offset."""
        return self._at

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True


class HeaderFile(ViewFile):
    """A view as a file object with short reads, as headers need them, so that none takes much memory.

    ``most_in_all`` bounds the bytes of all reads until ``renew`` is called.
    """

    def __init__(self, view: View, most_bytes: int = _MOST_HEADER, *, most_in_all: int = UNKNOWN_SIZE) -> None:
        super().__init__(view)
        self._most = most_bytes
        self._most_in_all = self._left = most_in_all
        self._start = 0
        self._piece = b""

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes.

        Raises:
            UnreadableError: More bytes are wanted than a header has.
        """
        if size is None or not 0 <= size <= min(self._most, self._left):
            raise UnreadableError("a header of it is larger than any real one")
        self._left -= size
        before = self._at - self._start
        if not 0 <= before <= len(self._piece) - size:
            self._piece, self._start, before = self._ahead(size), self._at, 0
        data = self._piece[before : before + size]
        self._at += len(data)
        return data

    def _ahead(self, size: int) -> bytes:
        """Return more than the wanted bytes, if none of them are damaged."""
        try:
            return self._view.read(self._at, max(size, _AHEAD))
        except SourceError:
            return self._view.read(self._at, size)

    def renew(self) -> None:
        """Allow as many bytes as at the beginning."""
        self._left = self._most_in_all


class BoundedCache(Generic[K, V]):
    """Keeps at most a number of values; the one that was used longest ago is dropped."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        """Return the value of a key, or ``None`` if it is not kept."""
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: K, value: V) -> None:
        """Keep a value."""
        self._values[key] = value
        self._values.move_to_end(key)
        while len(self._values) > self._most:
            self._values.popitem(last=False)

    def clear(self) -> None:
        """Drop all values."""
        self._values.clear()

    def __len__(self) -> int:
        return len(self._values)
