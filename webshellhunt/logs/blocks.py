"""Blocks: the content of a log as blocks of whole lines in UTF-8, in flat memory.

::

    read(offset, size) ──▶ gzip unpacked ──▶ zeros bounded ──▶ UTF-16 as UTF-8 ──▶ cut at the ends of lines
"""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Final, NamedTuple

READ_BYTES: Final = 4 * 1024 * 1024
"""The most bytes that are read or unpacked at once."""

BLOCK_BYTES: Final = 512 * 1024
"""The usual size of a block: its rows stay in the cache of a processor."""

LONGEST_LINE: Final = 1024 * 1024
"""A longer line is dropped and counted."""

MOST_RATIO: Final = 256
"""The most bytes that a byte of gzip may stand for, after the first ``FREE_BYTES``; logs reach about 30."""

FREE_BYTES: Final = 256 * 1024 * 1024

MOST_EMPTY_BYTES: Final = 64 * 1024 * 1024
"""The most bytes in long runs of zeros: a crash leaves 64 KiB of them, a sparse file has as many as its owner wants."""

_GZIP = b"\x1f\x8b"
_UTF_8_MARK = b"\xef\xbb\xbf"
_HEAD_BYTES = 64 * 1024
_STEP_BYTES = 64 * 1024
"""The bytes of gzip that are unpacked at once: each member copies the rest of them."""

_EMPTY = bytes(4096)
_NULS = re.compile(rb"\0{2,}")

Read = Callable[[int, int], bytes]
"""Returns at most a number of bytes of the log from an offset on."""


class Block(NamedTuple):
    """Whole lines of a log; ``line`` is the number of the first one, from 1, and ``ends`` the number of their ends.

    ``dropped`` are the numbers of lines before it that are too long to be read.
    """

    data: bytes
    line: int
    ends: int
    dropped: tuple[int, ...] = ()


class Blocks:
    """The content of a log in blocks of whole lines.

    A log that grows or shrinks meanwhile ends where nothing is read any more.

    Attributes:
        truncated: True if the log is compressed, and its stream is damaged, ends too early, or unpacks to more than
            such a stream of a log does; or if the log has so many zeros that the rest is not read. It is known once all
            blocks were read.
    """

    def __init__(self, read: Read) -> None:
        self._read = read
        self.truncated: bool = False

    def __iter__(self) -> Iterator[Block]:
        """Yield the blocks; the last line may lack its end."""
        cutter = _Cutter()
        for piece in _with_line_feeds(self.pieces()):
            yield from cutter.take(piece)
        yield from cutter.end()

    def pieces(self) -> Iterator[bytes]:
        """Yield the content in UTF-8, not cut at the ends of lines."""
        yield from _in_utf_8(self._filled())

    def _filled(self) -> Iterator[bytes]:
        """Yield the content until most of it is zeros."""
        left = MOST_EMPTY_BYTES
        for piece in self._unpacked():
            left -= piece.count(_EMPTY) * len(_EMPTY)
            if left < 0:
                self.truncated = True
                return
            yield piece

    def _unpacked(self) -> Iterator[bytes]:
        """Yield the content, decompressed if it starts as gzip does."""
        chunks = _iter_chunks(self._read)
        first = next(chunks, b"")
        if first.startswith(_GZIP):
            yield from _joined(self._unpack(_in_steps(chain([first], chunks))))
            return
        yield first
        yield from chunks

    def _unpack(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the content of the members of a gzip file; nothing after damage, or after the last member."""
        stream = zlib.decompressobj(wbits=31)
        rest = next(chunks, b"")
        taken, given = len(rest), 0
        while rest:
            if stream.eof:
                if not rest.startswith(_GZIP[:1]):
                    return
                stream = zlib.decompressobj(wbits=31)
            try:
                piece = stream.decompress(rest, READ_BYTES)
            except zlib.error:
                break
            given += len(piece)
            yield piece
            rest = stream.unused_data if stream.eof else stream.unconsumed_tail
            if not rest:
                rest = next(chunks, b"")
                taken += len(rest)
            if given > FREE_BYTES + taken * MOST_RATIO:
                break
        else:
            self.truncated = not stream.eof
            return
        self.truncated = True


class _Cutter:
    """Cuts pieces into blocks of whole lines, and drops lines that are too long."""

    def __init__(self) -> None:
        self._rest = b""
        self._line = 1
        self._dropping = False
        self._dropped: tuple[int, ...] = ()

    def take(self, piece: bytes) -> Iterator[Block]:
        """Yield the blocks that a piece completes."""
        if self._dropping:
            start = piece.find(b"\n") + 1
            if start == 0:
                return
            piece = piece[start:]
            self._dropped = (*self._dropped, self._line)
            self._line += 1
            self._dropping = False
        data = self._rest + piece if self._rest else piece
        start = 0
        while end := _end_of_block(data, start):
            ends = data.count(b"\n", start, end)
            yield Block(data[start:end], self._line, ends, self._dropped)
            self._line += ends
            self._dropped = ()
            start = end
        self._keep(data[start:])

    def _keep(self, rest: bytes) -> None:
        """Keep the start of a line for the next piece, unless the line is too long."""
        if len(rest) >= LONGEST_LINE:
            rest = _NULS.sub(b"\0", rest)
        self._dropping = len(rest) >= LONGEST_LINE
        self._rest = b"" if self._dropping else rest

    def end(self) -> Iterator[Block]:
        """Yield the last line, if it lacks its end, and lines that were dropped at the end."""
        if self._dropping:
            self._dropped = (*self._dropped, self._line)
        if self._rest or self._dropped:
            yield Block(self._rest, self._line, 0, self._dropped)


def _end_of_block(data: bytes, start: int) -> int:
    """Return the end of the whole lines of a block, or 0 if no line ends in the data."""
    end = data.rfind(b"\n", start, start + BLOCK_BYTES) + 1
    return end or data.find(b"\n", start + BLOCK_BYTES) + 1


def _iter_chunks(read: Read) -> Iterator[bytes]:
    offset = 0
    while chunk := read(offset, READ_BYTES):
        offset += len(chunk)
        yield chunk


def _in_steps(chunks: Iterable[bytes]) -> Iterator[bytes]:
    return (chunk[at : at + _STEP_BYTES] for chunk in chunks for at in range(0, len(chunk), _STEP_BYTES))


def _joined(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield pieces of a useful size: a file with a million members has a million small ones."""
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= _STEP_BYTES or len(waiting) >= _STEP_BYTES:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def _in_utf_8(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield pieces without the mark of UTF-8, or as UTF-8 if they are UTF-16."""
    first = next(pieces, b"")
    name = _utf_16_of(first)
    if name is None:
        yield first.removeprefix(_UTF_8_MARK)
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder(name)("replace")
    yield decoder.decode(first).removeprefix("\ufeff").encode("utf-8", "replace")
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8", "replace")


def _utf_16_of(head: bytes) -> str | None:
    """Return the codec of text in UTF-16: by its mark, or by the high bytes of its first characters."""
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    start = head[:64]
    if len(start) < 8 or not start[0::2].strip(b"\0"):
        return None
    return "utf-16-le" if 0 not in start[0::2] and not start[1::2].strip(b"\0") else None


def _with_line_feeds(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield pieces; carriage returns alone end lines only if the log starts without a single line feed."""
    first = next(pieces, b"")
    head = first[:_HEAD_BYTES]
    if b"\n" in head or b"\r" not in head:
        yield first
        yield from pieces
        return
    yield first.replace(b"\r", b"\n")
    for piece in pieces:
        yield piece.replace(b"\r", b"\n")
