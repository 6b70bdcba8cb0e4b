"""Compressed files: their content, decompressed in memory up to a limit."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Iterator
from typing import Protocol

from webshellhunt.containers.formats import ContainerFormat
from webshellhunt.containers.window import Window

OUTPUT_BYTES = 32 * 1024 * 1024
"""Limit of the decompressed content."""

_LZMA_BYTES = 128 * 1024 * 1024
_INPUT = 64 * 1024
_PIECE = 256 * 1024
_BROKEN = (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, MemoryError)


class _Decompressor(Protocol):
    """The interface of the decompressors in the standard library."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int) -> bytes: ...


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

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._engine.decompress(self._engine.unconsumed_tail + data, max_length)


class DecompressedContent:
    """The content of a compressed file, read forward only."""

    def __init__(self, compressed: Window, form: ContainerFormat) -> None:
        self._pieces = _pieces(compressed, _engine(form))
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


def _pieces(compressed: Window, engine: _Decompressor | None) -> Iterator[bytes]:
    """Yield the content in pieces; raise an error of the decompressor if the content is broken or truncated."""
    offset = 0
    while engine is not None and not engine.eof:
        data = compressed.at(offset, _INPUT) if engine.needs_input else b""
        if engine.needs_input and not data:
            raise EOFError
        offset += len(data)
        part = engine.decompress(data, _PIECE)
        if part:
            yield part


def _engine(form: ContainerFormat) -> _Decompressor | None:
    if form is ContainerFormat.GZIP:
        return _Gzip()
    if form is ContainerFormat.BZIP2:
        return bz2.BZ2Decompressor()
    if form is ContainerFormat.XZ:
        return lzma.LZMADecompressor(memlimit=_LZMA_BYTES)
    return None
