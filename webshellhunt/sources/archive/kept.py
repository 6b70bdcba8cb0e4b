"""Content compressed by bzip2, xz, LZMA or Zstandard, which has no state to resume at: decompressed once, and kept.

The content is kept in memory, recompressed fast in pieces of 256 KiB, up to a bound.
"""

from __future__ import annotations

import importlib
import lzma
import zlib
from collections.abc import Callable
from types import ModuleType
from typing import cast

from webshellhunt.containers.compressed import Decompressor, iter_decompressed
from webshellhunt.errors import UnreadableError
from webshellhunt.sources.views import UNKNOWN_SIZE, View

KEPT_BYTES = 128 * 1024 * 1024
"""Limit of the memory for one content."""

MOST_RATIO = 1_100
"""Deflate expands data 1,032 times at most; a content that another method expands further is not decompressed."""

_FREE_BYTES = 64 * 1024 * 1024
_PIECE = 256 * 1024
_BROKEN = (lzma.LZMAError, OSError, EOFError, ValueError, MemoryError)


NewDecompressor = Callable[[], Decompressor]


def has_zstandard() -> bool:
    """Return True if this version of Python has Zstandard."""
    return _zstandard() is not None


def zstandard() -> Decompressor:
    """Return a decompressor of Zstandard.

    Raises:
        UnreadableError: This version of Python has none.
    """
    module = _zstandard()
    if module is None:
        raise UnreadableError("Zstandard needs Python 3.14; decompress it first")
    return cast(Decompressor, module.ZstdDecompressor())


def _zstandard() -> ModuleType | None:
    try:
        return importlib.import_module("compression.zstd")
    except ImportError:
        return None


def _broken() -> tuple[type[Exception], ...]:
    """Return the errors of the decompressors; that of Zstandard is of no other kind."""
    module = _zstandard()
    return _BROKEN if module is None else (*_BROKEN, module.ZstdError)


class Pieces:
    """Content that is kept in memory, recompressed fast, in pieces of 256 KiB."""

    def __init__(self) -> None:
        self.size_bytes: int = 0
        self.memory_bytes: int = 0
        self._waiting = bytearray()
        self._pieces: list[bytes] = []
        self._last: tuple[int, bytes] = (-1, b"")

    def append(self, data: bytes) -> None:
        """Add the next bytes of the content."""
        self.size_bytes += len(data)
        self._waiting += data
        while len(self._waiting) >= _PIECE:
            self._add(bytes(self._waiting[:_PIECE]))
            del self._waiting[:_PIECE]

    def finish(self) -> None:
        """Compress the rest, too."""
        if self._waiting:
            self._add(bytes(self._waiting))
            self._waiting.clear()

    def read(self, offset: int, count: int) -> bytes:
        """Return bytes of the finished content."""
        end = min(offset + count, self.size_bytes)
        if offset >= end:
            return b""
        first, last = offset // _PIECE, (end - 1) // _PIECE
        data = b"".join(self._piece(number) for number in range(first, last + 1))
        return data[offset - first * _PIECE : end - first * _PIECE]

    def _add(self, data: bytes) -> None:
        self._pieces.append(zlib.compress(data, 1))
        self.memory_bytes += len(self._pieces[-1])

    def _piece(self, number: int) -> bytes:
        if self._last[0] != number:
            self._last = (number, zlib.decompress(self._pieces[number]))
        return self._last[1]


class KeptView:
    """The content of a compressed view; at the first read all of it is decompressed, up to ``most_bytes``.

    ``is_cut`` is true if the content is longer than a bound, and ``is_damaged`` if its compressed data is.
    """

    def __init__(
        self, packed: View, new: NewDecompressor, *, limit_bytes: int = KEPT_BYTES, most_bytes: int = UNKNOWN_SIZE
    ) -> None:
        self._packed = packed
        self._new = new
        self._limit = limit_bytes
        self._most = most_bytes
        self._pieces: Pieces | None = None
        self.is_cut: bool = False
        self.is_damaged: bool = False

    @property
    def size_bytes(self) -> int:
        """Return the size of the kept content."""
        return self._kept().size_bytes

    def read(self, offset: int, count: int) -> bytes:
        """Return bytes of the content."""
        pieces = self._kept()
        if offset >= pieces.size_bytes and self.is_damaged and count > 0:
            raise UnreadableError("its compressed data is damaged or cut off")
        return pieces.read(offset, count)

    def _kept(self) -> Pieces:
        """Return the content, which is decompressed at the first call."""
        if self._pieces is not None:
            return self._pieces
        first = self._new()
        self._pieces = pieces = Pieces()
        try:
            for part in iter_decompressed(self._packed.read, first, self._new):
                pieces.append(part[: self._most - pieces.size_bytes])
                if self._is_full(pieces):
                    self.is_cut = True
                    break
        except _broken():
            self.is_damaged = True
        pieces.finish()
        return pieces

    def _is_full(self, pieces: Pieces) -> bool:
        if pieces.size_bytes >= self._most or pieces.memory_bytes > self._limit:
            return True
        return is_bomb(pieces.size_bytes, self._packed.size_bytes)


def is_bomb(size_bytes: int, packed_bytes: int) -> bool:
    """Return True if a content is larger than 64 MiB, and expands more than 1,100 times."""
    return size_bytes > max(_FREE_BYTES, MOST_RATIO * packed_bytes)
