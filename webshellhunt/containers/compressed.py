"""Compressed files: their content, decompressed in memory up to a limit."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

from webshellhunt.containers.formats import ContainerFormat
from webshellhunt.containers.window import ReadAt, Window

OUTPUT_BYTES = 32 * 1024 * 1024
"""Limit of the decompressed content."""

_LZMA_BYTES = 128 * 1024 * 1024
_INPUT = 64 * 1024
_PIECE = 256 * 1024
_BROKEN = (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, MemoryError)


class Decompressor(Protocol):
    """The interface of the decompressors in the standard library."""

    @property
    def eof(self) -> bool:
        """Return True at the end of a stream."""
        ...

    @property
    def needs_input(self) -> bool:
        """Return True if more compressed data is needed."""
        ...

    @property
    def unused_data(self) -> bytes:
        """Return the data after the end of the stream."""
        ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Return the next content, at most a number of bytes."""
        ...


def bzip2() -> Decompressor:
    """Return a decompressor of bzip2."""
    return bz2.BZ2Decompressor()


def xz(most_bytes: int = 256 * 1024 * 1024) -> Decompressor:
    """Return a decompressor of xz; one that needs more memory than a number of bytes fails."""
    return lzma.LZMADecompressor(memlimit=most_bytes)


class _Gzip:
    """The decompressor of gzip with the same interface as the others."""

    def __init__(self) -> None:
        self._engine = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._engine.eof

    @property
    def needs_input(self) -> bool:
        return not self._engine.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._engine.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._engine.decompress(self._engine.unconsumed_tail + data, max_length)


class DecompressedContent:
    """The content of a compressed file, read forward only."""

    def __init__(self, compressed: Window, form: ContainerFormat) -> None:
        engine = _engine(form)
        self._pieces = iter(()) if engine is None else iter_decompressed(compressed.at, engine)
        self._kept = b""
        self._start = 0
        self.is_cut: bool = False
        """True after the content proved to be broken or longer than the limit."""

    def window(self) -> Window:
        """Return a window on the content, whose size is the limit of the decompressed content."""
        return Window(self._at, OUTPUT_BYTES, OUTPUT_BYTES, has_end=False)

    def _at(self, offset: int, count: int) -> bytes:
        if offset < self._start:
            return b""
        while self._start + len(self._kept) < offset + count and (part := self._next()):
            self._kept += part
            passed = min(max(0, offset - self._start), len(self._kept))
            self._kept, self._start = self._kept[passed:], self._start + passed
        at = offset - self._start
        return self._kept[at : at + count]

    def _next(self) -> bytes:
        try:
            if self._start < OUTPUT_BYTES:
                return next(self._pieces, b"")
        except _BROKEN:
            pass
        self.is_cut = True
        return b""


def iter_decompressed(
    read: ReadAt, engine: Decompressor, following: Callable[[], Decompressor] | None = None
) -> Iterator[bytes]:
    """Yield the content in pieces; raise an error of the decompressor if the content is broken or truncated.

    ``read``: reads the compressed data. ``following``: returns a decompressor for each further stream after the first
    one; without it, these are left out.
    """
    offset, data = 0, b""
    while True:
        if engine.needs_input and not data:
            data = read(offset, _INPUT)
            offset += len(data)
            if not data:
                raise EOFError
        part = engine.decompress(data, _PIECE)
        data = b""
        if part:
            yield part
        if engine.eof:
            if following is None:
                return
            data = engine.unused_data or read(offset, _INPUT)
            offset += 0 if engine.unused_data else len(data)
            if not data.strip(b"\0"):
                return
            engine = following()


def _engine(form: ContainerFormat) -> Decompressor | None:
    if form is ContainerFormat.GZIP:
        return _Gzip()
    if form is ContainerFormat.BZIP2:
        return bzip2()
    return xz(_LZMA_BYTES) if form is ContainerFormat.XZ else None
